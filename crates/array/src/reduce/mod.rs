//! Reductions over axes.

mod arg;
mod fused;
mod kernel;
mod methods;
mod node;
mod statistics;

pub use arg::{argmax, argmin};
pub use node::{all, any, max, min, prod, sum};
pub use statistics::{count_nonzero, mean, median, minmax, std, var};
