//! Functions that make arrays, and arrays as text.

use crate::base::{Args, replay, unmapped};
use emberforge_array::{self as mx, Array, Indexing, Result, Scalar};

#[test]
fn created_arrays_and_their_text_are_mlxs() {
    replay("creation", 400, call);
}

fn call(op: &str, x: &[Array], args: &Args) -> Result<Vec<Array>> {
    let scalar = |name: &str| match args.get(name).and_then(|v| v.as_i64()) {
        Some(whole) => Scalar::Int(whole),
        None => Scalar::Float(args.float(name)),
    };
    let dtype = || args.get("dtype").map(|_| args.dtype("dtype"));
    let count = |name: &str| args.int(name) as usize;
    let one = match op {
        "arange" => mx::arange((scalar("start"), scalar("stop"), scalar("step")), dtype()),
        "linspace" => mx::linspace(
            scalar("start"),
            scalar("stop"),
            count("num"),
            args.flag("endpoint"),
            args.dtype("dtype"),
        ),
        "eye" => mx::eye(count("n"), count("m"), args.axis("k"), args.dtype("dtype")),
        "tri" => mx::tri(count("n"), count("m"), args.axis("k"), args.dtype("dtype")),
        "identity" => mx::identity(count("n"), args.dtype("dtype")),
        "full" => mx::full(&args.sizes("shape"), &x[0], None),
        "full_like" => mx::full_like(&x[0], &x[1], None),
        "meshgrid" => {
            let indexing = if args.text("indexing") == "xy" { Indexing::Xy } else { Indexing::Ij };
            return mx::meshgrid(&x.iter().collect::<Vec<_>>(), args.flag("sparse"), indexing);
        }
        "hanning" => mx::hanning(count("count")),
        "hamming" => mx::hamming(count("count")),
        "blackman" => mx::blackman(count("count")),
        "bartlett" => mx::bartlett(count("count")),
        "repr" => {
            assert_eq!(x[0].to_string(), args.text("text"), "{:?}", x[0]);
            return Ok(Vec::new());
        }
        _ => unmapped(op),
    };
    Ok(vec![one?])
}
