//! Elementwise operations: what they do to one element, and how chains of them become one kernel.
//!
//! [`op`] lists them, [`emit`] gives the meaning of each as kernel IR, [`kernel`] builds a kernel for an expression and
//! [`run`] launches it. Differentiation rules are in [`vjp`].

mod complex;
pub(crate) mod composed;
pub(crate) mod emit;
mod inverse;
pub(crate) mod kernel;
mod methods;
pub(crate) mod node;
pub(crate) mod op;
pub(crate) mod ops;
pub(crate) mod run;
pub(crate) mod vjp;

pub(crate) use op::{Binary, Comparison, ElementOp, Unary};
