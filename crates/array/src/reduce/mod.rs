//! Reductions over axes.

mod kernel;
mod node;

pub use node::{all, any, max, min, prod, sum};
