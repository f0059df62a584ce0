//! Differentiation, as a transformation of the graph.
//!
//! Reverse mode walks the recipes from the outputs to the inputs and builds, with ordinary operations, the nodes of the
//! gradients; they can be differentiated again. Forward mode is reverse mode twice: the gradient is linear in the
//! cotangents, and the gradient of a linear function is its transpose.

mod custom;
mod functions;
mod reverse;

pub use custom::{Pullback, checkpoint, custom_vjp};
pub(crate) use functions::{Tracing, tracing};
pub use functions::{grad, jvp, stop_gradient, value_and_grad, vjp};
