//! What stays the same between the calls of a kernel.

use super::MetalCall;
use emberforge_base::{Error, Result};
use emberforge_kernel::{Builder, Kernel, MathMode};

/// Collects the arguments of a kernel; made by [`metal_kernel`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build`"]
pub struct MetalKernelBuilder {
    builder: Builder,
    row_contiguous: bool,
}

/// A kernel that can be called on arrays from any thread; cheap to clone.
#[derive(Clone, Debug)]
pub struct MetalKernel {
    pub(super) kernel: Kernel,
    pub(super) row_contiguous: bool,
}

/// A kernel from the body of a Metal function, as `mx.fast.metal_kernel`: the signature is generated from the names, the
/// thread attributes that the body mentions, and the dtypes of a call.
///
/// ```
/// use emberforge_array::{Array, Extent, metal_kernel};
///
/// let exponential = metal_kernel("myexp")
///     .input_names(["inp"])
///     .output_names(["out"])
///     .source("uint elem = thread_position_in_grid.x; T tmp = inp[elem]; out[elem] = metal::exp(tmp);")
///     .build()?;
///
/// let x = Array::from_slice(&[0.0f32, 1.0], &[2])?;
/// let y = exponential
///     .call()
///     .input(&x)
///     .template("T", x.dtype())
///     .output(x.shape(), x.dtype())
///     .grid(Extent::elements_of(0))
///     .threadgroup([256, 1, 1])
///     .array()?; // a node: nothing has run
/// assert_eq!(y.to_vec::<f32>()?, [1.0, 1.0f32.exp()]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
pub fn metal_kernel(name: impl Into<String>) -> MetalKernelBuilder {
    MetalKernelBuilder { builder: Kernel::builder(name), row_contiguous: true }
}

impl MetalKernelBuilder {
    /// Names of the inputs, in the order in which calls pass them.
    pub fn input_names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.builder = self.builder.inputs(names);
        self
    }

    /// Names of the outputs; at least one.
    pub fn output_names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.builder = self.builder.outputs(names);
        self
    }

    /// The body of the kernel, without a signature.
    pub fn source(mut self, text: impl Into<String>) -> Self {
        self.builder = self.builder.source(text);
        self
    }

    /// Text that stands before the kernel: helper functions, types, constants, macros.
    pub fn header(mut self, text: impl Into<String>) -> Self {
        self.builder = self.builder.header(text);
        self
    }

    /// True (the default): inputs whose elements do not lie dense in row-major order are copied before the launch.
    /// False: the kernel gets views as they are and asks `x_strides`, which may be 0 or negative.
    pub fn ensure_row_contiguous(mut self, yes: bool) -> Self {
        self.row_contiguous = yes;
        self
    }

    /// Outputs are `device atomic<T>*`, for bodies that use `atomic_fetch_add_explicit` and friends.
    pub fn atomic_outputs(mut self, yes: bool) -> Self {
        self.builder = self.builder.atomic_outputs(yes);
        self
    }

    /// How floating point may be treated; [`MathMode::Safe`] unless set.
    pub fn math_mode(mut self, mode: MathMode) -> Self {
        self.builder = self.builder.math_mode(mode);
        self
    }

    /// MLX's `compile_options`: the only one is `("math_mode", "safe" | "relaxed" | "fast")`.
    ///
    /// # Errors
    /// When the option or its value is another.
    pub fn compile_option(self, name: &str, value: &str) -> Result<Self> {
        if name != "math_mode" {
            return Err(Error::invalid(format!(
                "unknown compile option `{name}`; the only one is `math_mode`"
            )));
        }
        let mode = match value {
            "safe" => MathMode::Safe,
            "relaxed" => MathMode::Relaxed,
            "fast" => MathMode::Fast,
            _ => {
                return Err(Error::invalid(format!(
                    "the compile option `math_mode` is `{value}`; expected `safe`, `relaxed` or `fast`"
                )));
            }
        };
        Ok(self.math_mode(mode))
    }

    /// The kernel.
    ///
    /// # Errors
    /// Names that are missing, double or no identifiers, an empty source, syntax errors. What depends on dtypes is found
    /// by a call.
    pub fn build(self) -> Result<MetalKernel> {
        Ok(MetalKernel { kernel: self.builder.build()?, row_contiguous: self.row_contiguous })
    }
}

impl MetalKernel {
    /// Its name.
    pub fn name(&self) -> &str {
        self.kernel.name()
    }

    /// Starts a call.
    pub fn call(&self) -> MetalCall {
        MetalCall::new(self)
    }
}
