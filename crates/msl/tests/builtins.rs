//! Library functions: every name lowers for the types it takes and gives IR that the verifier accepts; the values it
//! gives on constants; what is said about wrong calls.

use emberforge_base::{DType, Sources, render};
use emberforge_msl::{InputParam, OutputParam, Signature, compile};

/// Type groups of `calls.txt`.
const GROUPS: [(&str, &str); 6] = [
    ("F", "float half bfloat float2 float3 float4 half2 half4 bfloat4"),
    ("V", "float2 float3 float4 half3"),
    ("I", "int uint char uchar short ushort long ulong int2 uint4 short3 uchar4"),
    (
        "N",
        "float half bfloat float3 half2 int uint char uchar short ushort long ulong int2 uint4 short3 uchar4",
    ),
    ("S", "float half bfloat int uint short ushort char uchar long ulong float2 half4 int3 uint2"),
    ("A", "float half bfloat int uint short ushort char uchar long ulong bool float2 half4 int3 uchar4"),
];

fn signature() -> Signature {
    Signature {
        name: "test".into(),
        inputs: vec![InputParam { name: "x".into(), dtype: DType::F32, ndim: 1, size: 64 }],
        outputs: vec![OutputParam { name: "y".into(), dtype: DType::F32 }],
        ..Signature::default()
    }
}

/// The diagnostics of a body, rendered; for a kernel without errors, those of the verifier.
fn findings(header: &str, body: &str) -> String {
    let mut sources = Sources::new();
    let (h, b) = (sources.add("<header>", header), sources.add("<body>", body));
    let compiled = compile(&mut sources, h, b, &signature());
    // That Apple's compiler calls `sqrt(int)` ambiguous is tested elsewhere.
    let said = compiled.diagnostics.iter().filter(|d| d.code != "ambiguous-call");
    let mut text: String = said.map(|d| render(d, &sources, false) + "\n").collect();
    match compiled.kernel {
        Some(kernel) => {
            for problem in emberforge_ir::verify(&kernel) {
                text.push_str(&format!("verifier: {}\n", problem.message()));
            }
        }
        None => text.push_str("no kernel\n"),
    }
    text
}

#[test]
fn every_function_lowers_for_its_types() {
    let mut failures = Vec::new();
    let mut calls = 0;
    for row in include_str!("builtins/calls.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let columns: Vec<&str> = row.splitn(3, " | ").collect();
        let [types, names, code] = columns[..] else { panic!("{row}") };
        let types = GROUPS.iter().find(|g| g.0 == types).map_or(types, |g| g.1);
        for name in names.split_whitespace() {
            for ty in types.split_whitespace() {
                let code = code.replace("$T", ty).replace('@', name);
                // A matrix cannot be made of a number from memory in a line; its rows do not use these.
                let declare = |(v, at): (&str, u32)| format!("{ty} {v} = {ty}(x[i + {at}]);\n");
                let declarations = match ty.contains('x') && !ty.starts_with("complex") {
                    true => String::new(),
                    false => [("a", 1), ("b", 2), ("c", 3)].map(declare).concat(),
                };
                let body = format!(
                    "uint i = thread_position_in_grid.x;\nfloat v = x[i]; int n = int(v);\n{declarations}\n{code}\ny[i] = v;"
                );
                calls += 1;
                let found = findings("", &body);
                if !found.is_empty() {
                    failures.push(format!("--- {name} on {ty}\n{found}"));
                }
            }
        }
    }
    let shown: Vec<&String> = failures.iter().take(20).collect();
    assert!(
        failures.is_empty(),
        "{} of {calls} fail:\n{}",
        failures.len(),
        shown.iter().map(|s| s.as_str()).collect::<String>()
    );
    assert!(calls > 1000, "{calls}");
}

#[test]
fn values_on_constants() {
    let mut failures = String::new();
    for line in include_str!("builtins/values.metal").lines().filter(|l| l.starts_with("static_assert")) {
        let found = findings("", &format!("{line}\ny[0] = x[0];"));
        if !found.is_empty() {
            failures.push_str(&found);
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn wrong_calls_say_what_is_right() {
    for (call, message) in [
        ("simd_sum(1.0f, 2)", "`simd_sum` takes one scalar or vector argument, got 2"),
        ("exp()", "`exp` takes 1 argument, got 0"),
        ("pow(1.0f)", "`pow` takes 2 arguments, got 1"),
        ("exp(x)", "`exp` takes numbers and vectors of them, got `const device float*`"),
        ("popcount(1.5f)", "`popcount` takes integers, got `float`"),
        ("dot(1.0f, 2.0f)", "`dot` takes vectors of floats, got `float`"),
        ("max(float2(1), float3(1))", "`max` takes vectors of one length, here 2, got `float3`"),
        ("as_type<half>(1.0f)", "`as_type` keeps every bit: `float` has 4 bytes, `half` has 2"),
        ("threadgroup_barrier()", "`threadgroup_barrier` needs to know which memory it orders"),
        (
            "threadgroup_barrier(n)",
            "`threadgroup_barrier` takes memory flags, known when the kernel is compiled",
        ),
        ("atomic_fetch_add_explicit(y, 1.0f, memory_order_relaxed)", "takes a pointer to an atomic object"),
        ("atomic_fetch_add_explicit(&c, 1)", "needs a memory order as its last argument"),
        ("atomic_fetch_add_explicit(&c, 1, memory_order_seq_cst)", "take `memory_order_relaxed` only"),
        ("atomic_fetch_max_explicit(&f, 1.0f, memory_order_relaxed)", "does not exist for `atomic<float>`"),
        ("fast::simd_sum(1.0f)", "there is no `fast::simd_sum`"),
        ("lerp(1.0f, 2.0f, 0.5f)", "this is not a Metal function"),
        ("erf(1.0f)", "Metal's library has no such function"),
        ("os_log(1)", "printing from a kernel is not supported"),
        ("__syncthreads()", "this is a CUDA function"),
        ("expf(1.0f)", "Metal's functions have no `f` suffix"),
        ("simd_shuffle_and_fill_up(1.0f, 2.0f, 1, 3)", "a power of two from 2 to 32"),
    ] {
        let body = format!(
            "int n = int(x[0]);\nthreadgroup atomic_int c;\nthreadgroup atomic_float f;\n{call};\ny[0] = n;"
        );
        let found = findings("", &body);
        assert!(found.contains(message), "{call}:\n{found}");
    }
}
