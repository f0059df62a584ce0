//! Reductions over axes.

mod arg;
mod columns;
mod element;
mod fused;
mod kernel;
mod methods;
mod node;
mod rows;
mod statistics;

pub use arg::{argmax, argmin};
pub use node::{all, any, max, min, prod, sum};
pub use statistics::{count_nonzero, mean, median, minmax, std, var};
