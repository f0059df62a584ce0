//! Elementwise functions made of others: they fuse like the chains they stand for.

use super::node::{array, binary, common_dtype, comparison, select, unary};
use super::{Binary, Comparison, Unary};
use crate::primitive::unsupported;
use crate::promote::at_least_float;
use crate::scalar::{Operand, Scalar};
use crate::{Array, all, full};
use emberforge_base::{DType, Error, Result};

/// `x` itself (MLX's `positive`).
///
/// # Errors
/// When `x` is a failed array.
pub fn positive<'a>(x: impl Into<Operand<'a>>) -> Result<Array> {
    let x = array(x.into());
    x.check()?;
    Ok(x)
}

/// `1 / x`; integers divide as `f32`.
///
/// # Errors
/// When `x` is a failed array.
pub fn reciprocal<'a>(x: impl Into<Operand<'a>>) -> Result<Array> {
    binary(Binary::Divide, 1.0, &positive(x)?)
}

/// Radians to degrees.
///
/// ```
/// use emberforge_array::degrees;
///
/// assert_eq!(degrees(std::f64::consts::PI)?.item::<f32>()?, 180.0);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `x` is a failed array.
pub fn degrees<'a>(x: impl Into<Operand<'a>>) -> Result<Array> {
    binary(Binary::Multiply, &positive(x)?, 180.0 / std::f64::consts::PI)
}

/// Degrees to radians.
///
/// ```
/// use emberforge_array::radians;
///
/// assert_eq!(radians(180.0)?.item::<f32>()?, std::f32::consts::PI);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `x` is a failed array.
pub fn radians<'a>(x: impl Into<Operand<'a>>) -> Result<Array> {
    binary(Binary::Multiply, &positive(x)?, std::f64::consts::PI / 180.0)
}

/// `x` rounded to `decimals` places, ties to even; negative places round before the point. As in MLX,
/// `round(x * 10^decimals) / 10^decimals` in the array's own precision (integers: in `f32`).
///
/// ```
/// use emberforge_array::{Array, round};
///
/// let x = Array::from_slice(&[2.5f32, -1.25, 147.0], &[3])?;
/// assert_eq!(round(&x, 0)?.to_vec::<f32>()?, [2.0, -1.0, 147.0]);
/// assert_eq!(round(&x, -1)?.to_vec::<f32>()?, [0.0, -0.0, 150.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `x` is a failed array.
pub fn round<'a>(x: impl Into<Operand<'a>>, decimals: i32) -> Result<Array> {
    let x = positive(x)?;
    let whole = !x.dtype().is_float() && x.dtype() != DType::Complex64;
    if decimals == 0 || whole && decimals > 0 {
        return unary(Unary::Round, &x);
    }
    let scale = 10f64.powi(decimals.abs());
    let (before, after) =
        if decimals > 0 { (Binary::Multiply, Binary::Divide) } else { (Binary::Divide, Binary::Multiply) };
    let scaled = binary(before, &x.astype(at_least_float(x.dtype()))?, scale)?;
    binary(after, &unary(Unary::Round, &scaled)?, scale)?.astype(x.dtype())
}

/// `x` within bounds: `minimum(maximum(x, low), high)`, so that `high` decides where the bounds cross. `None` is no bound.
/// NaN stays.
///
/// ```
/// use emberforge_array::{Array, clip};
///
/// let x = Array::from_slice(&[-1i32, 2, 7], &[3])?;
/// assert_eq!(clip(&x, Some(0), Some(5))?.to_vec::<i32>()?, [0, 2, 5]);
/// assert_eq!(clip(&x, None::<i32>, Some(5))?.to_vec::<i32>()?, [-1, 2, 5]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When there is no bound at all, the shapes do not broadcast, or an operand is a failed array.
pub fn clip<'a, 'b, 'c>(
    x: impl Into<Operand<'a>>,
    low: Option<impl Into<Operand<'b>>>,
    high: Option<impl Into<Operand<'c>>>,
) -> Result<Array> {
    let mut x = positive(x)?;
    if low.is_none() && high.is_none() {
        return Err(Error::invalid("`clip` was given no bound; give `low`, `high` or both"));
    }
    if let Some(low) = low {
        x = binary(Binary::Maximum, &x, low)?;
    }
    if let Some(high) = high {
        x = binary(Binary::Minimum, &x, high)?;
    }
    Ok(x)
}

/// The largest finite number of a float dtype.
fn largest(dtype: DType) -> f64 {
    match dtype {
        DType::F16 => half::f16::MAX.to_f64(),
        DType::BF16 => half::bf16::MAX.to_f64(),
        DType::F64 => f64::MAX,
        _ => f64::from(f32::MAX),
    }
}

/// `x` with NaN, infinity and negative infinity replaced; `None` stands for the largest finite number of the dtype, and
/// the smallest. Arrays without such elements (integers, `bool`) stay as they are.
///
/// ```
/// use emberforge_array::{Array, nan_to_num};
///
/// let x = Array::from_slice(&[f32::NAN, f32::INFINITY, 1.0], &[3])?;
/// assert_eq!(nan_to_num(&x, 0.0, Some(9.0), None)?.to_vec::<f32>()?, [0.0, 9.0, 1.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `x` is complex, or a failed array.
pub fn nan_to_num<'a>(
    x: impl Into<Operand<'a>>,
    nan: f64,
    posinf: Option<f64>,
    neginf: Option<f64>,
) -> Result<Array> {
    let x = positive(x)?;
    let dtype = x.dtype();
    if dtype == DType::Complex64 {
        return Err(unsupported("nan_to_num", dtype, "it takes real arrays; apply it to `real` and `imag`"));
    }
    if !dtype.is_float() {
        return Ok(x);
    }
    let (high, low) = (posinf.unwrap_or(largest(dtype)), neginf.unwrap_or(-largest(dtype)));
    let known = select(&unary(Unary::IsNan, &x)?, nan, &x)?;
    let below = select(&unary(Unary::IsPosInf, &x)?, high, &known)?;
    select(&unary(Unary::IsNegInf, &x)?, low, &below)
}

/// Quotient rounded down and remainder: `(floor_divide(a, b), remainder(a, b))`.
///
/// ```
/// use emberforge_array::{Array, divmod};
///
/// let (quotient, rest) = divmod(&Array::from_slice(&[-7i32], &[1])?, 2)?;
/// assert_eq!((quotient.item::<i32>()?, rest.item::<i32>()?), (-4, 1));
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the shapes do not broadcast, an operand is complex, or a failed array.
pub fn divmod<'a, 'b>(a: impl Into<Operand<'a>>, b: impl Into<Operand<'b>>) -> Result<(Array, Array)> {
    let (a, b) = (a.into(), b.into());
    Ok((binary(Binary::FloorDivide, a.clone(), b.clone())?, binary(Binary::Remainder, a, b)?))
}

/// True where exactly one of the two is not 0.
///
/// # Errors
/// When the shapes do not broadcast, or an operand is a failed array.
pub fn logical_xor<'a, 'b>(a: impl Into<Operand<'a>>, b: impl Into<Operand<'b>>) -> Result<Array> {
    let truth = |x: Operand<'_>| array(x).astype(DType::Bool);
    comparison(Comparison::NotEqual, &truth(a.into())?, &truth(b.into())?)
}

/// How near counts as equal: `|a - b| <= atol + rtol * |b|`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// Relative to `|b|`.
    pub rtol: f64,
    /// Absolute.
    pub atol: f64,
    /// Whether two NaNs are equal.
    pub equal_nan: bool,
}

impl Default for Tolerance {
    /// MLX's: `rtol` 1e-5, `atol` 1e-8, NaN unequal.
    fn default() -> Self {
        Tolerance { rtol: 1e-5, atol: 1e-8, equal_nan: false }
    }
}

/// True where `|a - b| <= atol + rtol * |b|`; infinities of one sign are equal.
///
/// ```
/// use emberforge_array::{Array, Tolerance, isclose};
///
/// let x = Array::from_slice(&[1.0f32, f32::INFINITY, f32::NAN], &[3])?;
/// assert_eq!(isclose(&x, &x, Tolerance::default())?.to_vec::<bool>()?, [true, true, false]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the shapes do not broadcast, or an operand is a failed array.
pub fn isclose<'a, 'b>(
    a: impl Into<Operand<'a>>,
    b: impl Into<Operand<'b>>,
    tolerance: Tolerance,
) -> Result<Array> {
    let (a, b) = (a.into(), b.into());
    let dtype = common_dtype(&a, &b);
    let (a, b) = (array(a).astype(dtype)?, array(b).astype(dtype)?);
    let limit = binary(
        Binary::Add,
        &binary(Binary::Multiply, &unary(Unary::Abs, &b)?, tolerance.rtol)?,
        tolerance.atol,
    )?;
    let distance = unary(Unary::Abs, &binary(Binary::Subtract, &a, &b)?)?;
    let near = comparison(Comparison::LessEqual, &distance, &limit)?;
    // Of two infinities the distance is NaN; of one, it is below an infinite limit.
    let infinite = comparison(Comparison::LogicalOr, &unary(Unary::IsInf, &a)?, &unary(Unary::IsInf, &b)?)?;
    let mut close = select(&infinite, &comparison(Comparison::Equal, &a, &b)?, &near)?;
    if tolerance.equal_nan {
        let both = comparison(Comparison::LogicalAnd, &unary(Unary::IsNan, &a)?, &unary(Unary::IsNan, &b)?)?;
        close = comparison(Comparison::LogicalOr, &close, &both)?;
    }
    Ok(close)
}

/// Whether [`isclose`] holds everywhere: a 0-d `bool`.
///
/// # Errors
/// When the shapes do not broadcast, or an operand is a failed array.
pub fn allclose<'a, 'b>(
    a: impl Into<Operand<'a>>,
    b: impl Into<Operand<'b>>,
    tolerance: Tolerance,
) -> Result<Array> {
    all(&isclose(a, b, tolerance)?, (), false)
}

/// Whether shapes and elements are equal, whatever the dtypes: a 0-d `bool`.
///
/// ```
/// use emberforge_array::{Array, array_equal};
///
/// let x = Array::from_slice(&[1i32, 2], &[2])?;
/// assert!(array_equal(&x, &Array::from_slice(&[1.0f32, 2.0], &[2])?, false)?.item::<bool>()?);
/// assert!(!array_equal(&x, 1, false)?.item::<bool>()?);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an operand is a failed array.
pub fn array_equal<'a, 'b>(
    a: impl Into<Operand<'a>>,
    b: impl Into<Operand<'b>>,
    equal_nan: bool,
) -> Result<Array> {
    let (a, b) = (positive(a)?, positive(b)?);
    if a.shape() != b.shape() {
        return full(&[], Scalar::Bool(false), DType::Bool);
    }
    let mut equal = comparison(Comparison::Equal, &a, &b)?;
    if equal_nan {
        let both = comparison(Comparison::LogicalAnd, &unary(Unary::IsNan, &a)?, &unary(Unary::IsNan, &b)?)?;
        equal = comparison(Comparison::LogicalOr, &equal, &both)?;
    }
    all(&equal, (), false)
}
