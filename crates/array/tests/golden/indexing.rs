//! Slices, index arrays and their updates.

use crate::base::{Args, replay, unmapped};
use emberforge_array::{self as mx, Array, Index, Result};
use serde_json::Value as Json;

#[test]
fn slices_and_index_arrays_are_mlxs() {
    replay("indexing", 350, call);
}

/// The index of a case; index arrays come from the inputs that are left.
fn index(args: &Args, mut arrays: &[Array]) -> Vec<Index> {
    let list = args.get("index").and_then(Json::as_array).expect("an index is a list");
    let entry = |entry: &Json| match entry {
        Json::Number(i) => Index::At(i.as_i64().expect("a position")),
        Json::Array(range) => Index::Range {
            start: range[0].as_i64(),
            stop: range[1].as_i64(),
            step: range[2].as_i64().unwrap_or(1),
        },
        Json::String(text) if text == "new" => Index::NewAxis,
        Json::String(text) if text == "..." => Index::Ellipsis,
        _ => {
            let (first, rest) = arrays.split_first().expect("an index array");
            arrays = rest;
            Index::from(first)
        }
    };
    list.iter().map(entry).collect()
}

fn call(op: &str, x: &[Array], args: &Args) -> Result<Vec<Array>> {
    let axis = || args.get("axis").map(|_| args.axis("axis"));
    let one = match op {
        "slice" => x[0].slice(&index(args, &x[1..])),
        "at" => {
            let index = index(args, &x[2..]);
            let at = x[0].at(&index);
            match args.text("update") {
                "set" => at.set(&x[1]),
                "add" => at.add(&x[1]),
                "multiply" => at.multiply(&x[1]),
                "maximum" => at.maximum(&x[1]),
                "minimum" => at.minimum(&x[1]),
                other => unmapped(other),
            }
        }
        "take" if args.get("number").is_some() => mx::take(&x[0], args.int("number"), axis()),
        "take" => mx::take(&x[0], &x[1], axis()),
        "take_along_axis" => mx::take_along_axis(&x[0], &x[1], axis()),
        "put_along_axis" => mx::put_along_axis(&x[0], &x[1], &x[2], axis()),
        _ => unmapped(op),
    };
    // Index arrays are looked at when the result is computed.
    let one = one?;
    mx::eval([&one])?;
    Ok(vec![one])
}
