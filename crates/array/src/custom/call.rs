//! One call of a kernel: builds its node.

use super::node::{CustomKernel, Gradient, KernelGradient};
use super::{Extent, MetalKernel};
use crate::element::node::array;
use crate::scalar::Operand;
use crate::{Array, Spec, shape};
use emberforge_base::{DType, Error, Result};
use emberforge_kernel::{Grid, Template, Types, View};
use smallvec::SmallVec;
use std::sync::Arc;

/// One call of a kernel; made by [`MetalKernel::call`], finished by [`MetalCall::arrays`] or [`MetalCall::array`].
///
/// Inputs and outputs are added in the kernel's order.
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until `arrays` or `array`"]
pub struct MetalCall {
    kernel: MetalKernel,
    inputs: Vec<Array>,
    outputs: Vec<Spec>,
    template: Vec<(String, Template)>,
    grid: Option<Extent>,
    threadgroup: Option<Extent>,
    init_value: Option<f32>,
    fuel: Option<u64>,
    gradient: Option<Gradient>,
}

impl MetalCall {
    pub(super) fn new(kernel: &MetalKernel) -> Self {
        MetalCall {
            kernel: kernel.clone(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            template: Vec::new(),
            grid: None,
            threadgroup: None,
            init_value: None,
            fuel: None,
            gradient: None,
        }
    }

    /// The next input: an array, or a host scalar, which becomes a 0-d array (`bool`, `i32` or `i64`, `f32`, `complex64`).
    pub fn input<'a>(mut self, x: impl Into<Operand<'a>>) -> Self {
        self.inputs.push(array(x.into()));
        self
    }

    /// All remaining inputs.
    pub fn inputs<'a, T: Into<Operand<'a>>>(mut self, list: impl IntoIterator<Item = T>) -> Self {
        self.inputs.extend(list.into_iter().map(|x| array(x.into())));
        self
    }

    /// Shape and dtype of the next output. Outputs begin as zeros, or as the `init_value`.
    pub fn output(mut self, shape: &[usize], dtype: DType) -> Self {
        self.outputs.push(Spec::new(dtype, shape));
        self
    }

    /// A template argument: a [`DType`], an integer or a `bool`.
    pub fn template(mut self, name: impl Into<String>, value: impl Into<Template>) -> Self {
        self.template.push((name.into(), value.into()));
        self
    }

    /// How many threads run, counted in threads. A grid from a shape or from the graph may be empty: then nothing runs.
    pub fn grid(mut self, extent: impl Into<Extent>) -> Self {
        self.grid = Some(extent.into());
        self
    }

    /// Threads of a threadgroup: at most 1024 in all. Each extent is clamped to the grid.
    pub fn threadgroup(mut self, extent: impl Into<Extent>) -> Self {
        self.threadgroup = Some(extent.into());
        self
    }

    /// Fills every output with this value, converted to its dtype, before the kernel runs.
    pub fn init_value(mut self, value: f32) -> Self {
        self.init_value = Some(value);
        self
    }

    /// Stops the kernel with an error after about this many loop iterations, to survive endless loops.
    pub fn fuel(mut self, steps: u64) -> Self {
        self.fuel = Some(steps);
        self
    }

    /// The gradient of this call: from inputs, outputs and cotangents, the gradient of each input (`None` for zero).
    /// It is made of ordinary operations and other kernels.
    pub fn gradient(
        mut self,
        rule: impl Fn(&KernelGradient<'_>) -> Result<Vec<Option<Array>>> + Send + Sync + 'static,
    ) -> Self {
        self.gradient = Some(Gradient(Arc::new(rule)));
        self
    }

    /// The complete Metal source of this call, as MLX would hand it to the Metal compiler (MLX's `verbose`).
    ///
    /// # Errors
    /// Wrong counts, dtypes or template arguments.
    pub fn metal_source(&self) -> Result<String> {
        self.kernel.kernel.metal_source(&self.types())
    }

    fn types(&self) -> Types {
        let mut types = Types::new();
        for x in &self.inputs {
            types = types.input(x.dtype(), x.shape());
        }
        for spec in &self.outputs {
            types = types.output(spec.dtype);
        }
        for (name, value) in &self.template {
            types = types.template(name, *value);
        }
        types
    }

    /// The outputs, in order: one lazy node.
    ///
    /// # Errors
    /// A failed array among the inputs; wrong counts, dtypes (`f64` exists on the CPU only), template arguments; a missing
    /// or impossible grid or threadgroup; errors of the body for these types.
    pub fn arrays(self) -> Result<Vec<Array>> {
        for x in &self.inputs {
            x.check()?;
        }
        for spec in &self.outputs {
            shape::count(&spec.shape)?;
        }
        let (mut grid, mut threadgroup) = self.extents()?;
        self.check(&grid, &threadgroup)?;
        let MetalCall { kernel, mut inputs, outputs, template, init_value, fuel, gradient, .. } = self;
        inputs.extend([&mut grid, &mut threadgroup].into_iter().filter_map(Extent::detach));
        let primitive = CustomKernel {
            kernel: kernel.kernel,
            row_contiguous: kernel.row_contiguous,
            template,
            grid,
            threadgroup,
            init_value,
            fuel,
            gradient,
        };
        Ok(Array::outputs(primitive, SmallVec::from_vec(inputs), SmallVec::from_vec(outputs)))
    }

    /// The only output.
    ///
    /// # Errors
    /// When the call has several, and as [`MetalCall::arrays`].
    pub fn array(self) -> Result<Array> {
        if self.outputs.len() > 1 {
            return Err(Error::invalid(format!(
                "`array` gives the only output and this call has {}; use `arrays`",
                self.outputs.len()
            )));
        }
        let mut arrays = self.arrays()?;
        arrays.pop().ok_or_else(|| Error::internal("a kernel without outputs"))
    }

    fn extents(&self) -> Result<(Extent, Extent)> {
        let missing = |what: &str, example: &str| {
            Error::invalid(format!("the call has no {what}; say how many threads: `.{what}({example})`"))
        };
        let grid = self.grid.clone().ok_or_else(|| missing("grid", "[n, 1, 1]"))?;
        let threadgroup = self.threadgroup.clone().ok_or_else(|| missing("threadgroup", "[256, 1, 1]"))?;
        Ok((grid, threadgroup))
    }

    /// Everything that can be found without data.
    fn check(&self, grid: &Extent, threadgroup: &Extent) -> Result<()> {
        let known = |what: &str, extent: &Extent| -> Result<[i64; 3]> {
            let n = extent.known(what, &self.outputs)?.unwrap_or([1, 1, 1]);
            Ok(if extent.may_be_empty() { [1, 1, 1] } else { n })
        };
        let kernel = &self.kernel.kernel;
        let inputs = self.inputs.iter().map(|x| View {
            dtype: x.dtype(),
            shape: x.shape(),
            strides: None,
            bytes: &[],
            origin: 0,
        });
        let mut call = kernel
            .call()
            .inputs(inputs)
            .grid(Grid::threads(known("grid", grid)?))
            .threadgroup(known("threadgroup", threadgroup)?);
        for spec in &self.outputs {
            call = call.output(spec.dtype, &spec.shape);
        }
        for (name, value) in &self.template {
            call = call.template(name, *value);
        }
        call.check()
    }
}
