//! Softmax and the logarithm of a sum of exponentials.

use crate::element::node::{binary, cast, select, unary};
use crate::element::{Binary, Unary};
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::profile::widened;
use crate::promote::at_least_float;
use crate::rows;
use crate::shape::{Axes, Shape};
use crate::value::Value;
use crate::view::{broadcast_to, to_shape};
use crate::{Array, Spec, max, stop_gradient, sum};
use emberforge_base::{Error, Result};
use smallvec::smallvec;

/// Softmax of the rows along the last axis.
#[derive(Clone, Copy, Debug)]
struct Softmax;

impl Primitive for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        Ok(smallvec![rows::map_single(&inputs[0], &outputs[0], emberforge_vm::rows::softmax)?])
    }

    /// `r * (g - sum(g * r))`.
    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let r = &call.outputs[0];
        call.one(|g| {
            let weighted = sum(&binary(Binary::Multiply, g, r)?, -1, true)?;
            binary(Binary::Multiply, r, &binary(Binary::Subtract, g, &weighted)?)
        })
    }
}

/// Log-sum-exp of the rows along the last axis, which stays with size 1.
#[derive(Clone, Copy, Debug)]
struct LogSumExp;

impl Primitive for LogSumExp {
    fn name(&self) -> &'static str {
        "logsumexp"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        Ok(smallvec![rows::map_single(&inputs[0], &outputs[0], emberforge_vm::rows::log_sum_exp)?])
    }

    /// `g * exp(x - r)`: the softmax.
    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let (x, r) = (&call.inputs[0], &call.outputs[0]);
        call.one(|g| binary(Binary::Multiply, g, &unary(Unary::Exp, &binary(Binary::Subtract, x, r)?)?))
    }
}

/// `exp(x) / sum(exp(x))` over `axes`, without overflow. Half types compute in `f32` and round once (MLX's `precise`).
/// Integers give `f32`.
///
/// ```
/// use emberforge_array::{Array, softmax};
///
/// let x = Array::from_slice(&[0.0f32, 0.0, 1000.0, 1000.0], &[2, 2])?;
/// assert_eq!(softmax(&x, -1)?.to_vec::<f32>()?, [0.5, 0.5, 0.5, 0.5]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an axis does not exist or is named twice.
pub fn softmax(x: &Array, axes: impl Into<Axes>) -> Result<Array> {
    x.check()?;
    let axes = axes.into().resolve(x.ndim())?;
    let x = cast(x, at_least_float(x.dtype()));
    if x.size() == 0 {
        return Ok(x);
    }
    if axes.is_empty() {
        return crate::ones_like(&x);
    }
    if !rows::is_single(x.dtype()) {
        let axes: Vec<i32> = axes.iter().map(|a| *a as i32).collect();
        let high = stop_gradient(&max(&x, axes.as_slice(), true)?)?;
        let e = unary(Unary::Exp, &binary(Binary::Subtract, &x, &high)?)?;
        return binary(Binary::Divide, &e, &sum(&e, axes.as_slice(), true)?);
    }
    let last = rows::axes_last(&x, &axes)?;
    let spec = last.spec().clone();
    rows::axes_back(&Array::build(Softmax, smallvec![last], spec), &axes, x.shape())
}

/// `log(sum(exp(x)))` over `axes`, without overflow. Half types compute in `f32` and round once; integers give `f32`.
///
/// ```
/// use emberforge_array::{Array, logsumexp};
///
/// let x = Array::from_slice(&[1000.0f32, 1000.0], &[2])?;
/// assert_eq!(logsumexp(&x, (), false)?.item::<f32>()?, 1000.0 + std::f32::consts::LN_2);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an axis does not exist or is named twice, or `x` has no elements.
pub fn logsumexp(x: &Array, axes: impl Into<Axes>, keepdims: bool) -> Result<Array> {
    x.check()?;
    let axes = axes.into().resolve(x.ndim())?;
    widened(&cast(x, at_least_float(x.dtype())), |x| of_floats(x, &axes, keepdims))
}

fn of_floats(x: &Array, axes: &[usize], keepdims: bool) -> Result<Array> {
    if x.size() == 0 {
        return Err(Error::invalid(format!(
            "`logsumexp` of shape {} has no elements to sum",
            crate::shape::text(x.shape())
        )));
    }
    if axes.is_empty() {
        return Ok(x.clone());
    }
    let kept: Shape = x
        .shape()
        .iter()
        .enumerate()
        .filter(|(a, _)| keepdims || !axes.contains(a))
        .map(|(a, n)| if axes.contains(&a) { 1 } else { *n })
        .collect();
    let last = rows::axes_last(x, axes)?;
    let result = if rows::is_single(x.dtype()) {
        let mut spec = last.spec().clone();
        spec.shape[last.ndim() - 1] = 1;
        Array::build(LogSumExp, smallvec![last], spec)
    } else {
        // An infinite maximum is met as it is: nothing is subtracted.
        let high = stop_gradient(&max(&last, -1, true)?)?;
        let zero = broadcast_to(&Array::scalar(0.0).astype(x.dtype())?, high.shape())?;
        let high = select(&unary(Unary::IsFinite, &high)?, &high, &zero)?;
        let total = sum(&unary(Unary::Exp, &binary(Binary::Subtract, &last, &high)?)?, -1, true)?;
        binary(Binary::Add, &unary(Unary::Log, &total)?, &high)?
    };
    to_shape(&result, kept)
}
