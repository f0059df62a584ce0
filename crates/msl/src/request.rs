//! What to compile a kernel for, and what comes out.

use crate::facts::Facts;
use emberforge_base::{DType, Diagnostic};
use emberforge_ir as ir;

/// The value of a kernel template argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TemplateValue {
    /// `typename T`.
    Type(DType),
    /// `int N`.
    Int(i32),
    /// `bool B`.
    Bool(bool),
}

/// An input array.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InputParam {
    /// Its name in the body.
    pub name: String,
    /// Type of its elements.
    pub dtype: DType,
    /// Number of dimensions.
    pub ndim: usize,
    /// Number of elements.
    pub size: usize,
}

/// An output array.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OutputParam {
    /// Its name in the body.
    pub name: String,
    /// Type of its elements.
    pub dtype: DType,
}

/// How floating point may be treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum MathMode {
    /// IEEE: nothing fuses, nothing reassociates.
    #[default]
    Safe,
    /// Fused multiply-add and approximate functions; infinities and NaN are kept.
    Relaxed,
    /// Anything goes.
    Fast,
}

/// Everything about a kernel that is not in its text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Signature {
    /// The kernel's name.
    pub name: String,
    /// Its inputs, in order.
    pub inputs: Vec<InputParam>,
    /// Its outputs, in order.
    pub outputs: Vec<OutputParam>,
    /// Its template arguments, in order.
    pub template: Vec<(String, TemplateValue)>,
    /// Outputs are `device atomic<T>*`.
    pub atomic_outputs: bool,
    /// Treatment of floating point.
    pub math_mode: MathMode,
}

/// What buffer `i` of the IR is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KernelArg {
    /// Elements of an input.
    Input(usize),
    /// Its shape, `i32` each.
    Shape(usize),
    /// Its strides in elements, `i64` each.
    Strides(usize),
    /// Its number of dimensions, one `i32`.
    Ndim(usize),
    /// Elements of an output.
    Output(usize),
}

/// A compiled kernel, or why there is none.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The program; `None` when there are errors.
    pub kernel: Option<ir::Kernel>,
    /// The buffers in Metal's parameter order.
    pub args: Vec<KernelArg>,
    /// Findings, in the order they were made.
    pub diagnostics: Vec<Diagnostic>,
    /// What the body uses.
    pub facts: Facts,
}
