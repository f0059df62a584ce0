//! Reductions over axes.

mod fused;
mod kernel;
mod node;

pub use node::{all, any, max, min, prod, sum};
