//! Reductions made of others: mean, variance, counts, median.

use super::node::{max, min, sum};
use crate::element::node::{binary, cast, comparison, unary};
use crate::element::{Binary, Comparison, Unary};
use crate::profile::accumulation;
use crate::promote::at_least_float;
use crate::shape::{self, Axes};
use crate::{Array, Index};
use emberforge_base::{DType, Error, Result};

/// Half types sum in `f32`: their own range is too small for a sum. In the extended profile everything real does in `f64`.
fn wide(dtype: DType) -> DType {
    accumulation(match dtype {
        DType::F16 | DType::BF16 => DType::F32,
        other => at_least_float(other),
    })
}

/// Elements that are combined into one.
fn count(x: &Array, axes: &Axes) -> Result<usize> {
    Ok(axes.resolve(x.ndim())?.iter().map(|a| x.shape()[*a]).product())
}

/// The mean in the dtype of its sum.
fn wide_mean(x: &Array, axes: &Axes, keepdims: bool) -> Result<Array> {
    let total = sum(&cast(x, wide(x.dtype())), axes.clone(), keepdims)?;
    binary(Binary::Divide, &total, count(x, axes)? as f64)
}

/// Mean of the elements along `axes`; NaN of no elements. Integers give `f32`; half types sum in `f32`.
///
/// ```
/// use emberforge_array::{Array, mean};
///
/// let x = Array::from_slice(&[1, 2, 3, 6], &[2, 2])?;
/// assert_eq!(mean(&x, -1, false)?.to_vec::<f32>()?, [1.5, 4.5]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an axis does not exist or is named twice.
pub fn mean(x: &Array, axes: impl Into<Axes>, keepdims: bool) -> Result<Array> {
    x.check()?;
    Ok(cast(&wide_mean(x, &axes.into(), keepdims)?, at_least_float(x.dtype())))
}

/// Variance along `axes`: the mean square distance from the mean, times `n / (n - ddof)` for `n` elements (infinite where
/// nothing is left). Of complex numbers a real number. Dtypes as for [`mean`].
///
/// ```
/// use emberforge_array::{Array, var};
///
/// let x = Array::from_slice(&[1.0f32, 3.0], &[2])?;
/// assert_eq!(var(&x, (), false, 0)?.item::<f32>()?, 1.0);
/// assert_eq!(var(&x, (), false, 1)?.item::<f32>()?, 2.0);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an axis does not exist or is named twice.
pub fn var(x: &Array, axes: impl Into<Axes>, keepdims: bool, ddof: usize) -> Result<Array> {
    x.check()?;
    let result = wide_var(x, &axes.into(), keepdims, ddof)?;
    let dtype = if x.dtype() == DType::Complex64 { DType::F32 } else { at_least_float(x.dtype()) };
    Ok(cast(&result, dtype))
}

fn wide_var(x: &Array, axes: &Axes, keepdims: bool, ddof: usize) -> Result<Array> {
    let wide = cast(x, wide(x.dtype()));
    let distance = binary(Binary::Subtract, &wide, &wide_mean(&wide, axes, true)?)?;
    let distance = if x.dtype() == DType::Complex64 { unary(Unary::Abs, &distance)? } else { distance };
    let total = sum(&unary(Unary::Square, &distance)?, axes.clone(), keepdims)?;
    binary(Binary::Divide, &total, count(x, axes)?.saturating_sub(ddof) as f64)
}

/// Standard deviation along `axes`, the square root of [`var`].
///
/// # Errors
/// When an axis does not exist or is named twice.
pub fn std(x: &Array, axes: impl Into<Axes>, keepdims: bool, ddof: usize) -> Result<Array> {
    x.check()?;
    let root = unary(Unary::Sqrt, &wide_var(x, &axes.into(), keepdims, ddof)?)?;
    let dtype = if x.dtype() == DType::Complex64 { DType::F32 } else { at_least_float(x.dtype()) };
    Ok(cast(&root, dtype))
}

/// Smallest and largest element along `axes`: `(min, max)`.
///
/// # Errors
/// When an axis does not exist or is named twice, or there is no element to choose from.
pub fn minmax(x: &Array, axes: impl Into<Axes>, keepdims: bool) -> Result<(Array, Array)> {
    let axes = axes.into();
    Ok((min(x, axes.clone(), keepdims)?, max(x, axes, keepdims)?))
}

/// How many elements along `axes` are not 0, as `i32`.
///
/// # Errors
/// When an axis does not exist or is named twice.
pub fn count_nonzero(x: &Array, axes: impl Into<Axes>, keepdims: bool) -> Result<Array> {
    x.check()?;
    sum(&comparison(Comparison::NotEqual, x, 0)?, axes, keepdims)
}

/// Median along `axes`: the middle of the sorted elements, the mean of the two middle ones of an even number; NaN when
/// there is one. Dtypes as for [`mean`].
///
/// ```
/// use emberforge_array::{Array, median};
///
/// assert_eq!(median(&Array::from_slice(&[3, 1, 2, 9], &[4])?, (), false)?.item::<f32>()?, 2.5);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an axis does not exist or is named twice, or there is no element in the middle.
pub fn median(x: &Array, axes: impl Into<Axes>, keepdims: bool) -> Result<Array> {
    x.check()?;
    let axes = axes.into().resolve(x.ndim())?;
    let count: usize = axes.iter().map(|a| x.shape()[*a]).product();
    if count == 0 || axes.is_empty() && x.ndim() > 0 {
        return Err(Error::invalid(format!(
            "the median of no elements is not defined: shape {}, axes {}",
            shape::text(x.shape()),
            shape::text(&axes)
        )));
    }
    let kept = x.shape().iter().enumerate().filter(|(a, _)| keepdims || !axes.contains(a));
    let kept = kept.map(|(a, n)| if axes.contains(&a) { 1 } else { *n }).collect();
    let sorted = crate::sort(&crate::rows::axes_last(x, &axes)?, -1)?;
    let sorted = cast(&sorted, at_least_float(x.dtype()));
    let (low, high) = ((count - 1) / 2, count / 2);
    let at = |i: usize| sorted.slice(&[Index::Ellipsis, Index::At(i as i64)]);
    let middle = if low == high {
        at(low)?
    } else {
        binary(Binary::Multiply, &binary(Binary::Add, &at(low)?, &at(high)?)?, 0.5)?
    };
    // NaN is sorted to the end, and would be missed in the middle.
    let last = at(count - 1)?;
    let result = crate::element::node::select(&unary(Unary::IsNan, &last)?, &last, &middle)?;
    crate::view::to_shape(&result, kept)
}
