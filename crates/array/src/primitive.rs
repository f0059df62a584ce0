//! What an operation of the graph says about itself.

use crate::element::kernel::Expression;
use crate::element::{ElementOp, run};
use crate::value::Value;
use crate::{Array, Spec};
use emberforge_base::{DType, Error, Result};
use smallvec::SmallVec;
use std::fmt::Debug;

/// Values of a node's outputs.
pub(crate) type Values = SmallVec<[Value; 1]>;

/// An operation: everything the graph, the evaluation and the differentiation need to know of it, in one place.
///
/// A primitive is data: its parameters, checked when the node was built. Adding an operation means adding a file with
/// one of these and the public function that builds its node.
pub(crate) trait Primitive: Debug + Send + Sync {
    /// Name in graphs and messages, MLX's where it has one.
    fn name(&self) -> &'static str;

    /// Elementwise operations say what they do to one element; chains of them become one kernel and `run` is not called.
    fn element(&self) -> Option<ElementOp> {
        None
    }

    /// The bits of a constant's element (see `Scalar::bits`), for operations that yield the same element everywhere.
    fn constant(&self) -> Option<u64> {
        None
    }

    /// Computes the outputs on the CPU. Inputs are views: any strides, any offset.
    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values>;

    /// True when the primitive can take the elements of its only input as an expression rather than an array: a closing
    /// reduction of an elementwise chain.
    fn absorbs(&self) -> bool {
        false
    }

    /// [`Primitive::run`] on an expression of shape `shape` over `leaves`.
    fn run_absorbed(
        &self,
        expression: &Expression,
        leaves: &[Value],
        shape: &[usize],
        outputs: &[Spec],
    ) -> Result<Values> {
        self.run(&[run::run(expression, leaves, shape)?], outputs)
    }

    /// Reverse mode: for each input that is `wanted`, the gradient that the `cotangents` of the outputs send it.
    ///
    /// Gradients are built with ordinary operations, so that they can be differentiated again; forward mode is made of
    /// that (`autodiff::jvp`), and has no rule of its own.
    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients>;

    /// Parameters worth showing in a graph.
    fn detail(&self) -> String {
        String::new()
    }
}

/// A request for gradients of one node.
pub(crate) struct Vjp<'a> {
    pub(crate) inputs: &'a [Array],
    pub(crate) outputs: &'a [Array],
    /// One per output, with its shape and dtype (zeros where nothing came).
    pub(crate) cotangents: &'a [Array],
    /// One per input: whether its gradient is needed.
    pub(crate) wanted: &'a [bool],
}

/// The gradient of one input, from the cotangent of the only output.
pub(crate) type Rule<'a> = &'a dyn Fn(&Array) -> Result<Array>;

/// One per input; `None` where the gradient is zero or not wanted. Shape and dtype are those of the input.
pub(crate) type Gradients = SmallVec<[Option<Array>; 2]>;

impl Vjp<'_> {
    /// No input influences the outputs smoothly.
    pub(crate) fn none(&self) -> Result<Gradients> {
        Ok(self.inputs.iter().map(|_| None).collect())
    }

    /// The gradient of a primitive with one input.
    pub(crate) fn one(&self, gradient: impl FnOnce(&Array) -> Result<Array>) -> Result<Gradients> {
        let mut list: Gradients = self.inputs.iter().map(|_| None).collect();
        if self.wanted[0] {
            list[0] = Some(gradient(&self.cotangents[0])?);
        }
        Ok(list)
    }

    /// The gradients of the first inputs, each computed only when wanted.
    pub(crate) fn each(&self, rules: &[Rule<'_>]) -> Result<Gradients> {
        let mut list: Gradients = self.inputs.iter().map(|_| None).collect();
        for (i, rule) in rules.iter().enumerate() {
            if self.wanted[i] {
                list[i] = Some(rule(&self.cotangents[0])?);
            }
        }
        Ok(list)
    }
}

/// The error of an operation that has no meaning for a dtype.
pub(crate) fn unsupported(name: &str, dtype: DType, rule: &str) -> Error {
    Error::invalid(format!("`{name}` of {dtype} is not defined; {rule}"))
}
