//! Random expressions as Metal text, run by the machine and evaluated by this test, bit for bit.
//!
//! [`value`](expressions/value.rs) is the independent evaluation: what an operator or conversion means, written with
//! Rust's own numbers. [`make`](expressions/make.rs) makes typed expressions. Every case is one kernel of a few
//! outputs over lanes of random inputs, so that the same text meets constants, uniform and varying operands.
//!
//! `EMBER_FUZZ=N` runs N cases, `EMBER_FUZZ_FROM=K` begins at case K.

#[path = "expressions/make.rs"]
mod make;
#[path = "expressions/value.rs"]
mod value;

use emberforge_kernel::{Builder, DType, Grid, HostArray, Kernel};
use make::{Expr, Maker, Type, leaf_arrays};
use value::{Scalar, same};

const LANES: usize = 67;
const OUTPUTS: usize = 6;
const CASES: u64 = 250;

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|n| n.parse().ok())
}

/// The dtype that an output of a scalar type has.
fn dtype(s: Scalar) -> DType {
    match s {
        Scalar::Bool => DType::Bool,
        Scalar::I8 => DType::I8,
        Scalar::U8 => DType::U8,
        Scalar::I16 => DType::I16,
        Scalar::U16 => DType::U16,
        Scalar::I32 => DType::I32,
        Scalar::U32 => DType::U32,
        Scalar::I64 => DType::I64,
        Scalar::U64 => DType::U64,
        Scalar::F16 => DType::F16,
        Scalar::F32 => DType::F32,
    }
}

fn bytes_of(s: Scalar, bits: &[u64]) -> Vec<u8> {
    bits.iter().flat_map(|b| b.to_le_bytes().into_iter().take(s.bytes())).collect()
}

fn bits_of(s: Scalar, bytes: &[u8]) -> Vec<u64> {
    let word = |chunk: &[u8]| chunk.iter().rev().fold(0u64, |bits, b| bits << 8 | u64::from(*b));
    bytes.chunks(s.bytes()).map(word).collect()
}

/// Runs one case; an error shows the expression, its operands and both values.
fn run(number: u64) -> Result<(), String> {
    let mut maker = Maker::new(number);
    let arrays = leaf_arrays(&mut maker.random, LANES);
    let expressions: Vec<Expr> = (0..OUTPUTS).map(|_| maker.expression()).collect();

    let mut body = String::from("uint i = thread_position_in_grid.x;\n");
    for (k, e) in expressions.iter().enumerate() {
        match e.ty() {
            Type { n: 1, .. } => body.push_str(&format!("y{k}[i] = {};\n", e.text())),
            Type { n, scalar } => {
                body.push_str(&format!("{}{n} v{k} = {};\n", scalar.name(), e.text()));
                (0..n).for_each(|c| body.push_str(&format!("y{k}[i * {n} + {c}] = v{k}[{c}];\n")));
            }
        }
    }
    let builder: Builder = Kernel::builder("expressions")
        .inputs(arrays.iter().map(|(name, ..)| name.clone()))
        .outputs((0..OUTPUTS).map(|k| format!("y{k}")))
        .source(&*body);
    let fail = |what: &str| format!("case {number}: {what}\n{body}");
    let kernel = builder.build().map_err(|e| fail(&e.to_string()))?;
    let inputs: Vec<HostArray> = arrays
        .iter()
        .map(|(_, s, bits)| match bits.len() {
            1 => HostArray::from_bytes(dtype(*s), &[], &bytes_of(*s, bits)),
            n => HostArray::from_bytes(dtype(*s), &[n], &bytes_of(*s, bits)),
        })
        .collect::<Result<_, _>>()
        .map_err(|e| fail(&e.to_string()))?;
    let mut call = kernel.call().grid(Grid::threads([LANES as i64, 1, 1])).threadgroup([32, 1, 1]).threads(1);
    for input in &inputs {
        call = call.input(input);
    }
    for e in &expressions {
        call = call.output(dtype(e.ty().scalar), &[LANES * e.ty().n]);
    }
    let outputs = call.run().map_err(|e| fail(&e.to_string()))?;
    for (k, (e, output)) in expressions.iter().zip(&outputs).enumerate() {
        let Type { scalar, n } = e.ty();
        let found = bits_of(scalar, output.bytes());
        for lane in 0..LANES {
            let wanted = e.evaluate(&arrays, lane);
            for (c, &wanted) in wanted.iter().enumerate() {
                let found = found[lane * n + c];
                if !same(scalar, found, wanted) {
                    return Err(fail(&format!(
                        "y{k}, lane {lane}, component {c}: the machine has {found:#x}, it should be {wanted:#x} ({})\n{}",
                        scalar.name(),
                        e.explain(&arrays, lane)
                    )));
                }
            }
        }
    }
    Ok(())
}

#[test]
fn the_machine_computes_what_the_text_says() {
    let from = setting("EMBER_FUZZ_FROM").unwrap_or(0);
    for number in from..from + setting("EMBER_FUZZ").unwrap_or(CASES) {
        if let Err(problem) = run(number) {
            panic!("{problem}");
        }
    }
}

#[test]
fn the_expressions_have_every_type_and_operator() {
    let texts: Vec<String> = (0..CASES)
        .flat_map(|n| {
            let mut maker = Maker::new(n);
            leaf_arrays(&mut maker.random, LANES);
            (0..OUTPUTS).map(|_| maker.expression().text()).collect::<Vec<_>>()
        })
        .collect();
    let all = texts.join("\n");
    for word in [
        " + ",
        " - ",
        " * ",
        " / ",
        " % ",
        " << ",
        " >> ",
        " & ",
        " | ",
        " ^ ",
        " && ",
        " || ",
        " ? ",
        " < ",
        " == ",
        "!",
        "~",
        "-",
        "static_cast<",
        "(half)",
        "uchar(",
        "short(",
        "ulong(",
        "bool(",
        "float3(",
        "int2(",
        "half4(",
        ".x",
        ".zyx",
        "select(",
        "NAN",
        "INFINITY",
    ] {
        assert!(all.contains(word), "no expression contains `{word}`");
    }
}
