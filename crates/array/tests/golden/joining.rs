//! Views, joining, splitting, repeating and padding.

use crate::base::{Args, replay, unmapped};
use emberforge_array::{self as mx, Array, PadMode, Padding, Result, Sections};
use serde_json::Value as Json;

#[test]
fn views_joins_and_padding_are_mlxs() {
    replay("joining", 350, call);
}

fn padding(width: &Json) -> Padding {
    let pair = |p: &Json| (p[0].as_u64().expect("a size") as usize, p[1].as_u64().expect("a size") as usize);
    match width {
        Json::Array(list) if list[0].is_array() => Padding::Each(list.iter().map(pair).collect()),
        Json::Array(_) => pair(width).into(),
        _ => (width.as_u64().expect("a size") as usize).into(),
    }
}

fn call(op: &str, x: &[Array], args: &Args) -> Result<Vec<Array>> {
    let axis = || args.get("axis").map(|_| args.axis("axis"));
    let all: Vec<&Array> = x.iter().collect();
    let k = |name: &str| args.get(name).map_or(0, |_| args.axis(name));
    let one = match op {
        "as_strided" => {
            mx::as_strided(&x[0], &args.sizes("shape"), &args.ints("strides"), args.int("offset") as usize)
        }
        "contiguous" => mx::contiguous(&x[0]),
        "view" => mx::view(&x[0], args.dtype("dtype")),
        "atleast_1d" => mx::atleast_1d(&x[0]),
        "atleast_2d" => mx::atleast_2d(&x[0]),
        "atleast_3d" => mx::atleast_3d(&x[0]),
        "unflatten" => mx::unflatten(&x[0], args.axis("axis"), &args.ints("shape")),
        "diagonal" => mx::diagonal(&x[0], args.axis("offset"), args.axis("axis1"), args.axis("axis2")),
        "diag" => mx::diag(&x[0], args.axis("k")),
        "trace" => {
            let second = args.get("axis2").map_or(1, |_| args.axis("axis2"));
            mx::trace(&x[0], k("offset"), k("axis1"), second, None)
        }
        "tril" => mx::tril(&x[0], args.axis("k")),
        "triu" => mx::triu(&x[0], args.axis("k")),
        "roll" => mx::roll(&x[0], &args.ints("shift"), args.axes("axis")),
        "flip" => mx::flip(&x[0], args.axes("axis")),
        "pad" => {
            let mode = match args.get("mode").and_then(Json::as_str) {
                None | Some("constant") => {
                    PadMode::Constant(args.get("value").map_or(0, |_| args.int("value")).into())
                }
                Some("edge") => PadMode::Edge,
                Some("reflect") => PadMode::Reflect,
                Some("symmetric") => PadMode::Symmetric,
                Some(other) => unmapped(other),
            };
            mx::pad(&x[0], padding(args.get("pad_width").expect("a width")), mode)
        }
        "tile" => mx::tile(&x[0], &args.sizes("reps")),
        "repeat" => mx::repeat(&x[0], args.int("repeats") as usize, axis()),
        "concatenate" => mx::concatenate(&all, axis()),
        "stack" => mx::stack(&all, args.axis("axis")),
        "split" => {
            let sections = match args.get("sections") {
                Some(Json::Array(_)) => Sections::At(args.ints("sections")),
                _ => Sections::Equal(args.int("sections") as usize),
            };
            return mx::split(&x[0], sections, args.axis("axis"));
        }
        "unstack" => return mx::unstack(&x[0], args.axis("axis")),
        "diff" => mx::diff(&x[0], args.int("n") as usize, args.axis("axis")),
        "matrix_transpose" => mx::matrix_transpose(&x[0]),
        "broadcast_arrays" => return mx::broadcast_arrays(&all),
        _ => unmapped(op),
    };
    Ok(vec![one?])
}
