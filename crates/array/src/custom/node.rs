//! The node of one kernel call.

use super::Extent;
use crate::element::node::Constant;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::scalar::Scalar;
use crate::value::Value;
use crate::{Array, Spec, shape};
use emberforge_base::{Error, Result};
use emberforge_device::BufferMut;
use emberforge_kernel::{Grid, Kernel, Template, View};
use std::fmt;
use std::sync::Arc;

/// What the gradient of a kernel call is computed from.
#[derive(Clone, Copy, Debug)]
pub struct KernelGradient<'a> {
    /// The call's inputs; host scalars are 0-d arrays.
    pub inputs: &'a [Array],
    /// The call's outputs.
    pub outputs: &'a [Array],
    /// What arrives at each output, with its shape and dtype.
    pub cotangents: &'a [Array],
}

type Rule = dyn Fn(&KernelGradient<'_>) -> Result<Vec<Option<Array>>> + Send + Sync;

/// The gradient that the caller gave.
#[derive(Clone)]
pub(super) struct Gradient(pub(super) Arc<Rule>);

impl fmt::Debug for Gradient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a closure")
    }
}

/// One call of a kernel. Inputs of the node: the kernel's, then the arrays of grid and threadgroup where they are such.
#[derive(Debug)]
pub(super) struct CustomKernel {
    pub(super) kernel: Kernel,
    pub(super) row_contiguous: bool,
    pub(super) template: Vec<(String, Template)>,
    pub(super) grid: Extent,
    pub(super) threadgroup: Extent,
    pub(super) init_value: Option<f32>,
    pub(super) fuel: Option<u64>,
    pub(super) gradient: Option<Gradient>,
}

impl Primitive for CustomKernel {
    fn name(&self) -> &'static str {
        "metal_kernel"
    }

    fn detail(&self) -> String {
        self.kernel.name().to_string()
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let (inputs, extents) = inputs.split_at(self.kernel.inputs().len());
        let mut extents = extents.iter();
        let mut extent = |what: &str, extent: &Extent| {
            let data = if extent.is_input() { extents.next() } else { None };
            extent.resolve(what, outputs, data)
        };
        let (grid, threadgroup) = (extent("grid", &self.grid)?, extent("threadgroup", &self.threadgroup)?);
        if self.grid.may_be_empty() && grid.contains(&0) {
            let value = Scalar::Float(self.init_value.unwrap_or(0.0).into());
            let fill = |spec: &Spec| Constant { bits: value.bits(spec.dtype) }.value(spec);
            return outputs.iter().map(fill).collect();
        }

        let mut buffers = Vec::with_capacity(outputs.len());
        for spec in outputs {
            buffers.push(BufferMut::zeroed(shape::count(&spec.shape)? * spec.dtype.size())?);
        }
        let inputs: Vec<Value> = match self.row_contiguous {
            true => inputs.iter().map(Value::to_dense).collect::<Result<_>>()?,
            false => inputs.to_vec(),
        };
        let mut call = self
            .kernel
            .call()
            .inputs(inputs.iter().map(view))
            .grid(Grid::threads(grid))
            .threadgroup(threadgroup);
        for spec in outputs {
            call = call.output(spec.dtype, &spec.shape);
        }
        for (name, value) in &self.template {
            call = call.template(name, *value);
        }
        if let Some(value) = self.init_value {
            call = call.init_value(value);
        }
        if let Some(steps) = self.fuel {
            call = call.fuel(steps);
        }
        call.run_into_bytes(buffers.iter_mut().map(BufferMut::bytes_mut).collect())?;
        Ok(buffers.into_iter().zip(outputs).map(|(b, s)| Value::dense(b, s.dtype, &s.shape)).collect())
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let name = self.kernel.name();
        let Some(Gradient(rule)) = &self.gradient else {
            return Err(Error::invalid(format!(
                "the kernel `{name}` has no gradient; pass one to its call with `.gradient(|call| ...)`, or cut it off \
                 with `stop_gradient`"
            )));
        };
        let inputs = &call.inputs[..self.kernel.inputs().len()];
        let given = rule(&KernelGradient { inputs, outputs: call.outputs, cotangents: call.cotangents })?;
        if given.len() != inputs.len() {
            return Err(Error::invalid(format!(
                "the gradient of the kernel `{name}` gave {} arrays for {} inputs; give one for each, `None` where it is \
                 zero",
                given.len(),
                inputs.len()
            )));
        }
        let mut list: Gradients = call.inputs.iter().map(|_| None).collect();
        for (i, (g, x)) in given.into_iter().zip(inputs).enumerate() {
            let Some(g) = g else { continue };
            g.check()?;
            if g.shape() != x.shape() {
                return Err(Error::invalid(format!(
                    "the gradient of the kernel `{name}` for input `{}` has shape {} and the input {}; they must be equal",
                    self.kernel.inputs()[i],
                    shape::text(g.shape()),
                    shape::text(x.shape())
                )));
            }
            list[i] = Some(g.astype(x.dtype())?);
        }
        Ok(list)
    }
}

/// A value as the kernel reads it: the memory its elements span and nothing beside, so that what a kernel reads outside
/// its input does not depend on what lies next to it.
fn view(value: &Value) -> View<'_> {
    let Value { dtype, shape, strides, offset, .. } = value;
    let (mut first, mut last) = (*offset as i64, *offset as i64);
    for (n, stride) in shape.iter().zip(strides) {
        let reach = (*n as i64 - 1) * stride;
        first += reach.min(0);
        last += reach.max(0);
    }
    let (size, empty) = (dtype.size(), shape.contains(&0));
    let (bytes, origin) = match empty {
        true => (&[][..], 0),
        false => {
            let range = first as usize * size..(last as usize + 1) * size;
            (&value.buffer.bytes()[range], (*offset - first as usize) * size)
        }
    };
    View { dtype: *dtype, shape, strides: Some(strides), bytes, origin }
}
