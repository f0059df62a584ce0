//! Reductions and statistics.

use crate::base::{Args, replay, unmapped};
use emberforge_array::{self as mx, Array, Result};

#[test]
fn reductions_are_mlxs() {
    replay("reductions", 900, call);
}

fn call(op: &str, x: &[Array], args: &Args) -> Result<Vec<Array>> {
    let (x, axes, keepdims) = (&x[0], args.axes("axis"), args.flag("keepdims"));
    let axis = || args.get("axis").map(|_| args.axis("axis"));
    let ddof = args.get("ddof").map_or(0, |_| args.int("ddof") as usize);
    let one = match op {
        "sum" => mx::sum(x, axes, keepdims),
        "prod" => mx::prod(x, axes, keepdims),
        "max" => mx::max(x, axes, keepdims),
        "min" => mx::min(x, axes, keepdims),
        "any" => mx::any(x, axes, keepdims),
        "all" => mx::all(x, axes, keepdims),
        "mean" => mx::mean(x, axes, keepdims),
        "var" => mx::var(x, axes, keepdims, ddof),
        "std" => mx::std(x, axes, keepdims, ddof),
        "logsumexp" => mx::logsumexp(x, axes, keepdims),
        "median" => mx::median(x, axes, keepdims),
        "count_nonzero" => mx::count_nonzero(x, axes, keepdims),
        "argmax" => mx::argmax(x, axis(), keepdims),
        "argmin" => mx::argmin(x, axis(), keepdims),
        "minmax" => {
            let (low, high) = mx::minmax(x, axes, keepdims)?;
            return Ok(vec![low, high]);
        }
        _ => unmapped(op),
    };
    Ok(vec![one?])
}
