//! Reduction nodes and the functions that build them.

use super::{fused, kernel};
use crate::element::kernel::Expression;
use crate::element::node::{binary, cast, comparison, unary};
use crate::element::run;
use crate::element::{Binary, Comparison, Unary};
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::profile::widened;
use crate::shape::{self, Axes, Shape};
use crate::value::Value;
use crate::view::broadcast_to;
use crate::{Array, Spec};
use emberforge_base::{DType, Error, Result};
use smallvec::{SmallVec, smallvec};

/// How elements are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reduction {
    Sum,
    Prod,
    Max,
    Min,
    All,
    Any,
}

/// Combines the elements along `axes` (positions, ascending), which stay with size 1.
#[derive(Clone, Debug)]
struct Reduce {
    op: Reduction,
    axes: SmallVec<[usize; 4]>,
}

impl Primitive for Reduce {
    fn name(&self) -> &'static str {
        match self.op {
            Reduction::Sum => "sum",
            Reduction::Prod => "prod",
            Reduction::Max => "max",
            Reduction::Min => "min",
            Reduction::All => "all",
            Reduction::Any => "any",
        }
    }

    fn detail(&self) -> String {
        format!("axes {}", shape::text(&self.axes))
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        Ok(smallvec![kernel::reduce(self.op, &inputs[0], &self.axes, &outputs[0])?])
    }

    fn absorbs(&self) -> bool {
        true
    }

    fn run_absorbed(
        &self,
        expression: &Expression,
        leaves: &[Value],
        shape: &[usize],
        out: &[Spec],
    ) -> Result<Values> {
        let value = match fused::reduce_fused(self.op, expression, leaves, shape, &self.axes, &out[0])? {
            Some(value) => value,
            None => kernel::reduce(self.op, &run::run(expression, leaves, shape)?, &self.axes, &out[0])?,
        };
        Ok(smallvec![value])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let (x, r) = (&call.inputs[0], &call.outputs[0]);
        if !x.dtype().is_float() && x.dtype() != DType::Complex64 {
            return call.none();
        }
        let axes: Vec<i32> = self.axes.iter().map(|a| *a as i32).collect();
        call.one(|g| {
            let g = broadcast_to(&cast(g, x.dtype()), x.shape())?;
            match self.op {
                Reduction::Sum => Ok(g),
                Reduction::All | Reduction::Any => binary(Binary::Multiply, &g, 0.0),
                // Shared equally among the elements that attain it.
                Reduction::Max | Reduction::Min => {
                    let attained = cast(&comparison(Comparison::Equal, x, r)?, x.dtype());
                    let count = sum(&attained, axes, true)?;
                    binary(Binary::Multiply, &g, &binary(Binary::Divide, &attained, &count)?)
                }
                // The product of the others: by division where that is possible, else with the zeros counted.
                Reduction::Prod => prod_gradient(x, r, &g, &axes),
            }
        })
    }
}

/// d prod / d x_i: the product of all other elements, which a single zero leaves to one place and two zeros to none.
fn prod_gradient(x: &Array, product: &Array, g: &Array, axes: &[i32]) -> Result<Array> {
    let zero = comparison(Comparison::Equal, x, 0.0)?;
    let zeros = sum(&cast(&zero, x.dtype()), axes, true)?;
    let without = prod(&crate::element::node::select(&zero, 1.0, x)?, axes, true)?;
    let others = crate::element::node::select(
        &zero,
        &crate::element::node::select(&comparison(Comparison::Equal, &zeros, 1.0)?, &without, 0.0)?,
        &binary(Binary::Divide, product, &crate::element::node::select(&zero, 1.0, x)?)?,
    )?;
    let others = if x.dtype() == DType::Complex64 { unary(Unary::Conjugate, &others)? } else { others };
    binary(Binary::Multiply, g, &others)
}

/// Builds the node; the reduced axes are dropped unless `keepdims`.
fn build(op: Reduction, x: &Array, axes: Axes, keepdims: bool, dtype: DType) -> Result<Array> {
    let axes = axes.resolve(x.ndim())?;
    let mut kept = Shape::from_slice(x.shape());
    for axis in &axes {
        kept[*axis] = 1;
    }
    let dropped = (0..x.ndim()).filter(|a| !axes.contains(a)).map(|a| x.shape()[a]).collect();
    let reduced = if axes.is_empty() && !matches!(op, Reduction::All | Reduction::Any) {
        cast(x, dtype)
    } else {
        Array::build(Reduce { op, axes }, smallvec![x.clone()], Spec { dtype, shape: kept })
    };
    if keepdims { Ok(reduced) } else { crate::view::to_shape(&reduced, dropped) }
}

/// Sum of the elements along `axes`. Integers narrower than 32 bits and `bool` sum as `i32` (unsigned as `u32`).
/// In [`Profile::Extended`](crate::Profile::Extended) real floats sum in `f64`.
///
/// ```
/// use emberforge_array::{Array, sum};
///
/// let x = Array::from_slice(&[1.0f32, 2.0, 3.0, 4.0], &[2, 2])?;
/// assert_eq!(sum(&x, (), false)?.item::<f32>()?, 10.0);
/// assert_eq!(sum(&x, -1, false)?.to_vec::<f32>()?, [3.0, 7.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an axis does not exist or is named twice.
pub fn sum(x: &Array, axes: impl Into<Axes>, keepdims: bool) -> Result<Array> {
    x.check()?;
    let axes = axes.into();
    widened(x, |x| build(Reduction::Sum, x, axes, keepdims, accumulated(x.dtype())))
}

/// Product of the elements along `axes`; dtypes as for [`sum`].
///
/// # Errors
/// When an axis does not exist or is named twice.
pub fn prod(x: &Array, axes: impl Into<Axes>, keepdims: bool) -> Result<Array> {
    x.check()?;
    let axes = axes.into();
    widened(x, |x| build(Reduction::Prod, x, axes, keepdims, accumulated(x.dtype())))
}

/// Largest element along `axes`; NaN when there is one.
///
/// # Errors
/// When an axis does not exist or is named twice, or there is no element to choose from.
pub fn max(x: &Array, axes: impl Into<Axes>, keepdims: bool) -> Result<Array> {
    extreme(Reduction::Max, x, axes.into(), keepdims)
}

/// Smallest element along `axes`; NaN when there is one.
///
/// # Errors
/// When an axis does not exist or is named twice, or there is no element to choose from.
pub fn min(x: &Array, axes: impl Into<Axes>, keepdims: bool) -> Result<Array> {
    extreme(Reduction::Min, x, axes.into(), keepdims)
}

fn extreme(op: Reduction, x: &Array, axes: Axes, keepdims: bool) -> Result<Array> {
    x.check()?;
    if axes.resolve(x.ndim())?.iter().any(|a| x.shape()[*a] == 0) {
        return Err(Error::invalid(format!(
            "the largest or smallest of no elements is not defined: shape {} is empty along a reduced axis",
            shape::text(x.shape())
        )));
    }
    build(op, x, axes, keepdims, x.dtype())
}

/// True where every element along `axes` is not zero.
///
/// # Errors
/// When an axis does not exist or is named twice.
pub fn all(x: &Array, axes: impl Into<Axes>, keepdims: bool) -> Result<Array> {
    x.check()?;
    build(Reduction::All, &cast(x, DType::Bool), axes.into(), keepdims, DType::Bool)
}

/// True where some element along `axes` is not zero.
///
/// # Errors
/// When an axis does not exist or is named twice.
pub fn any(x: &Array, axes: impl Into<Axes>, keepdims: bool) -> Result<Array> {
    x.check()?;
    build(Reduction::Any, &cast(x, DType::Bool), axes.into(), keepdims, DType::Bool)
}

/// The dtype of a sum or product.
fn accumulated(dtype: DType) -> DType {
    match dtype {
        DType::Bool | DType::I8 | DType::I16 => DType::I32,
        DType::U8 | DType::U16 => DType::U32,
        other => other,
    }
}
