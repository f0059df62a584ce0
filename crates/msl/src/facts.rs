//! What a body uses of the parameters that are generated only on demand.
//!
//! Facts are read from the identifiers of the preprocessed body, so that comments and longer words do not count and
//! macros of the header do.

use crate::request::Signature;
use std::collections::HashSet;

/// A thread attribute: its name and whether it is a `uint3` (else a `uint`).
pub type AttributeName = (&'static str, bool);

/// The twenty thread attributes a body may name, in the order of the generated parameters.
pub const ATTRIBUTES: [AttributeName; 20] = [
    ("dispatch_quadgroups_per_threadgroup", false),
    ("dispatch_simdgroups_per_threadgroup", false),
    ("dispatch_threads_per_threadgroup", true),
    ("grid_origin", true),
    ("grid_size", true),
    ("quadgroup_index_in_threadgroup", false),
    ("quadgroups_per_threadgroup", false),
    ("simdgroup_index_in_threadgroup", false),
    ("simdgroups_per_threadgroup", false),
    ("thread_execution_width", false),
    ("thread_index_in_quadgroup", false),
    ("thread_index_in_simdgroup", false),
    ("thread_index_in_threadgroup", false),
    ("thread_position_in_grid", true),
    ("thread_position_in_threadgroup", true),
    ("threadgroup_position_in_grid", true),
    ("threadgroups_per_grid", true),
    ("threads_per_grid", true),
    ("threads_per_simdgroup", false),
    ("threads_per_threadgroup", true),
];

/// Which generated parameters an input needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InputUse {
    /// `x_shape`.
    pub shape: bool,
    /// `x_strides`.
    pub strides: bool,
    /// `x_ndim`.
    pub ndim: bool,
}

/// What a body uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// For each input.
    pub inputs: Vec<InputUse>,
    /// Thread attributes, in the order of [`ATTRIBUTES`].
    pub attributes: Vec<AttributeName>,
}

/// The facts of a body with these identifiers, of which `declared` are variables of the body itself.
pub fn facts(names: &HashSet<&str>, declared: &HashSet<&str>, signature: &Signature) -> Facts {
    let mut word = String::new();
    let mut uses = |name: &str, suffix: &str| {
        word.clear();
        word.push_str(name);
        word.push_str(suffix);
        names.contains(word.as_str()) && !declared.contains(word.as_str())
    };
    let inputs = signature
        .inputs
        .iter()
        .map(|input| match input.ndim {
            0 => InputUse::default(),
            _ => InputUse {
                shape: uses(&input.name, "_shape"),
                strides: uses(&input.name, "_strides"),
                ndim: uses(&input.name, "_ndim"),
            },
        })
        .collect();
    let attributes =
        ATTRIBUTES.into_iter().filter(|(name, _)| names.contains(name) && !declared.contains(name)).collect();
    Facts { inputs, attributes }
}
