//! The graph: order of evaluation, fusion, evaluation.

pub(crate) mod donate;
pub(crate) mod dot;
pub(crate) mod eval;
pub(crate) mod fuse;
pub(crate) mod plan;
pub(crate) mod stream;
pub(crate) mod times;
