//! The graph as text for Graphviz.

use super::fuse;
use super::plan::plan;
use crate::{Array, shape};
use emberforge_base::Result;
use std::fmt::Write as _;

/// What evaluating `arrays` would do, in Graphviz's DOT language: one box per operation with dtype and shape, operations
/// that become one kernel inside one frame, evaluated arrays as ellipses. Evaluates nothing.
///
/// ```
/// use emberforge_array::{Array, graph_dot};
///
/// let x = Array::from_slice(&[1.0f32, 2.0], &[2])?;
/// let dot = graph_dot([&(&x * 2.0 + 1.0)])?;
/// assert!(dot.starts_with("digraph") && dot.contains("multiply") && dot.contains("cluster"));
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// The error of a failed array.
pub fn graph_dot<'a>(arrays: impl IntoIterator<Item = &'a Array>) -> Result<String> {
    let roots: Vec<Array> = arrays.into_iter().cloned().collect();
    let plan = plan(&roots)?;
    let groups = fuse::groups(&plan);
    let mut text = String::from("digraph {\n  node [shape=box, fontname=\"monospace\"];\n");
    let mut edges = String::new();
    // Evaluated inputs, numbered in the order in which they are met.
    let mut leaves: Vec<Array> = Vec::new();
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
    for (i, group) in groups.iter().enumerate() {
        members[*group].push(i);
    }
    for (group, list) in members.iter().enumerate() {
        let fused = list.len() > 1;
        if fused {
            let _ = writeln!(text, "  subgraph cluster_{group} {{\n    label=\"one kernel\";");
        }
        for i in list {
            let Some(entry) = &plan.entries[*i] else { continue };
            let spec = &entry.node.specs[0];
            let primitive = &entry.recipe.primitive;
            let detail = primitive.detail();
            let _ = writeln!(
                text,
                "  {}n{i} [label=\"{}{}{}\\n{} {}\"];",
                if fused { "  " } else { "" },
                primitive.name(),
                if detail.is_empty() { "" } else { " " },
                escaped(&detail),
                spec.dtype,
                shape::text(&spec.shape)
            );
            for input in &entry.recipe.inputs {
                let from = match plan.entry_of(input) {
                    Some(from) => format!("n{from}"),
                    None => format!("a{}", leaf(&mut leaves, input)),
                };
                let _ = writeln!(edges, "  {from} -> n{i};");
            }
        }
        if fused {
            text.push_str("  }\n");
        }
    }
    for (i, array) in leaves.iter().enumerate() {
        let _ = writeln!(
            text,
            "  a{i} [shape=ellipse, label=\"{} {}\"];",
            array.dtype(),
            shape::text(array.shape())
        );
    }
    text.push_str(&edges);
    text.push_str("}\n");
    Ok(text)
}

/// The number of an evaluated array.
fn leaf(leaves: &mut Vec<Array>, array: &Array) -> usize {
    let same = |x: &Array| {
        std::sync::Arc::ptr_eq(x.inner(), array.inner()) && x.output_index() == array.output_index()
    };
    leaves.iter().position(same).unwrap_or_else(|| {
        leaves.push(array.clone());
        leaves.len() - 1
    })
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
