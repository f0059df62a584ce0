//! Convolutions with short kernels.

use crate::base::{Args, replay, unmapped};
use emberforge_array::{self as mx, Array, ConvOptions, ConvolveMode, PerAxis, Result};
use serde_json::Value as Json;

#[test]
fn convolutions_are_mlxs() {
    replay("convolutions", 130, call);
}

/// A number for every axis, or a list.
fn per_axis(value: &Json) -> PerAxis {
    let size = |v: &Json| v.as_u64().expect("a size") as usize;
    match value.as_array() {
        Some(list) => PerAxis::Each(list.iter().map(size).collect()),
        None => PerAxis::Every(size(value)),
    }
}

fn call(op: &str, x: &[Array], args: &Args) -> Result<Vec<Array>> {
    let each = |name: &str| per_axis(args.get(name).unwrap_or_else(|| panic!("`{op}` has no `{name}`")));
    let groups = || args.int("groups") as usize;
    let (a, w) = (&x[0], &x[1]);
    let one = match op {
        "conv1d" => mx::conv1d(a, w, each("stride"), each("padding"), each("dilation"), groups()),
        "conv2d" => mx::conv2d(a, w, each("stride"), each("padding"), each("dilation"), groups()),
        "conv3d" => mx::conv3d(a, w, each("stride"), each("padding"), each("dilation"), groups()),
        "conv_general" => {
            let padding = args.get("padding").expect("a padding");
            let padding = match padding.as_array() {
                Some(sides) => (per_axis(&sides[0]), per_axis(&sides[1])),
                None => (per_axis(padding), per_axis(padding)),
            };
            let options = ConvOptions {
                stride: each("stride"),
                padding,
                dilation: each("kernel_dilation"),
                input_dilation: each("input_dilation"),
                groups: groups(),
                flip: args.flag("flip"),
            };
            mx::conv_general(a, w, &options)
        }
        "conv_transpose1d" | "conv_transpose2d" => {
            let transpose =
                if op == "conv_transpose1d" { mx::conv_transpose1d } else { mx::conv_transpose2d };
            transpose(
                a,
                w,
                each("stride"),
                each("padding"),
                each("dilation"),
                each("output_padding"),
                groups(),
            )
        }
        "convolve" => {
            let mode = match args.text("mode") {
                "full" => ConvolveMode::Full,
                "same" => ConvolveMode::Same,
                "valid" => ConvolveMode::Valid,
                other => panic!("mode `{other}`"),
            };
            mx::convolve(a, w, mode)
        }
        _ => unmapped(op),
    };
    Ok(vec![one?])
}
