//! Cumulative operations, sorting, partial sorting.

use crate::base::{Args, replay, unmapped};
use emberforge_array::{self as mx, Array, Cumulative, Result, s};

#[test]
fn scans_and_sorts_are_mlxs() {
    replay("ordering", 500, call);
}

fn call(op: &str, x: &[Array], args: &Args) -> Result<Vec<Array>> {
    let (all, x) = (x, &x[0]);
    let axis = args.get("axis").map(|_| args.axis("axis"));
    let inclusive = args.get("inclusive").is_none_or(|_| args.flag("inclusive"));
    let how = Cumulative { reverse: args.flag("reverse"), inclusive };
    let one = match op {
        "cumsum" => mx::cumsum(x, axis, how),
        "cumprod" => mx::cumprod(x, axis, how),
        "cummax" => mx::cummax(x, axis, how),
        "cummin" => mx::cummin(x, axis, how),
        "logcumsumexp" => mx::logcumsumexp(x, axis, how),
        "sort" => mx::sort(x, axis),
        "argsort" => mx::argsort(x, axis),
        "searchsorted" => {
            let side = if args.text("side") == "left" { mx::Side::Left } else { mx::Side::Right };
            mx::searchsorted(x, &all[1], side)
        }
        "topk" => mx::sort(&mx::topk(x, args.int("k") as usize, axis)?, axis.unwrap_or(-1)),
        // The element in its place, and what stands before and after it, sorted.
        "partition" => {
            let axis = args.axis("axis");
            let y = mx::moveaxis(&mx::partition(x, args.int("kth"), axis)?, axis, -1)?;
            let n = y.dim(-1)? as i64;
            let k = args.int("kth").rem_euclid(n);
            let (before, after) = (y.slice(s![..., ..k])?, y.slice(s![..., k + 1..])?);
            return Ok(vec![y.slice(s![..., k])?, mx::sort(&before, -1)?, mx::sort(&after, -1)?]);
        }
        _ => unmapped(op),
    };
    Ok(vec![one?])
}
