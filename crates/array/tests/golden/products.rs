//! Matrix and tensor products.

use crate::base::{Args, replay, unmapped};
use emberforge_array::{self as mx, Array, Result};

#[test]
fn products_are_mlxs() {
    replay("products", 400, call);
}

fn call(op: &str, x: &[Array], args: &Args) -> Result<Vec<Array>> {
    let one = match op {
        "matmul" => mx::matmul(&x[0], &x[1]),
        "addmm" => mx::addmm(&x[0], &x[1], &x[2], args.float("alpha"), args.float("beta")),
        "inner" => mx::inner(&x[0], &x[1]),
        "outer" => mx::outer(&x[0], &x[1]),
        "kron" => mx::kron(&x[0], &x[1]),
        "tensordot" => match args.get("axes").and_then(|v| v.as_array()) {
            None => mx::tensordot(&x[0], &x[1], args.int("axes") as usize),
            Some(pairs) => {
                let list = |i: usize| -> Vec<i32> {
                    let axes = pairs[i].as_array().expect("a pair of lists");
                    axes.iter().map(|v| v.as_i64().expect("an axis") as i32).collect()
                };
                mx::tensordot(&x[0], &x[1], mx::Contraction::Pairs(list(0), list(1)))
            }
        },
        "vecdot" => mx::vecdot(&x[0], &x[1], args.axis("axis")),
        "einsum" => mx::einsum(args.text("text"), &x.iter().collect::<Vec<_>>()),
        _ => unmapped(op),
    };
    Ok(vec![one?])
}
