//! Lowering: what the language means (as compile-time assertions), what it refuses, what the IR looks like.

#[path = "lower/common.rs"]
mod common;
#[path = "lower/diagnostics.rs"]
mod diagnostics;
#[path = "lower/doubtful.rs"]
mod doubtful;
#[path = "lower/limits.rs"]
mod limits;
#[path = "lower/meaning.rs"]
mod meaning;
#[path = "lower/shape.rs"]
mod shape;
