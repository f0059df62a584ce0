//! Elementwise functions.

use crate::base::{Args, replay, unmapped};
use emberforge_array::{self as mx, Array, Result};

#[test]
fn elementwise_functions_are_mlxs() {
    replay("elementwise", 100, call);
}

fn call(op: &str, x: &[Array], args: &Args) -> Result<Vec<Array>> {
    let _ = args;
    let one = match op {
        "abs" => mx::abs(&x[0]),
        "add" => mx::add(&x[0], &x[1]),
        _ => unmapped(op),
    };
    Ok(vec![one?])
}
