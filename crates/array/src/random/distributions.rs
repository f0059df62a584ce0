//! Distributions, composed from bits and ordinary operations in MLX's order, so that the results are its bits.

use super::bits::bits;
use crate::element::node::{array, binary, comparison, unary};
use crate::element::{Binary, Comparison, Unary};
use crate::scalar::{Operand, Scalar};
use crate::view::{squeeze, view};
use crate::{Array, shape};
use emberforge_base::{DType, Error, Result};
use std::f64::consts::SQRT_2;

/// The largest `f32` below 1, mirrored: the open end of the interval that normal and Laplace numbers start from.
const ABOVE_MINUS_ONE: f64 = -(1.0 - 1.0 / (1u64 << 24) as f64);

/// A bound as an array of its own dtype, then of `dtype`: the rounding of a host scalar is MLX's.
fn bound<'a>(x: impl Into<Operand<'a>>, dtype: DType) -> Result<Array> {
    array(x.into()).astype(dtype)
}

fn fits(what: &str, asked: &[usize], bounds: &[&Array]) -> Result<()> {
    for bound in bounds {
        bound.check()?;
        if shape::broadcast(asked, bound.shape())?.as_slice() != asked {
            return Err(Error::invalid(format!(
                "`{what}` cannot give shape {} when a parameter has shape {}; parameters broadcast to the shape",
                shape::text(asked),
                shape::text(bound.shape())
            )));
        }
    }
    Ok(())
}

fn real(what: &str, dtype: DType) -> Result<()> {
    if matches!(dtype, DType::F16 | DType::BF16 | DType::F32) {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "`{what}` gives f16, bf16 or f32, not {dtype}; convert the result with `astype`"
    )))
}

/// Numbers spread evenly over `[low, high)`, of dtype `f16`, `bf16` or `f32`.
///
/// Drawn from 32 bits each and rounded to `dtype` after scaling, so that for large bounds or narrow dtypes `high` itself may
/// come out, as in MLX.
///
/// ```
/// use emberforge_array::{DType, random};
///
/// let x = random::uniform(-1.0, 1.0, &[4, 4], DType::F16, None)?;
/// assert!(x.to_f64_vec()?.iter().all(|x| (-1.0..=1.0).contains(x)));
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the dtype is another, the bounds do not broadcast to `shape`, or `key` is no key.
pub fn uniform<'a, 'b>(
    low: impl Into<Operand<'a>>,
    high: impl Into<Operand<'b>>,
    shape: &[usize],
    dtype: DType,
    key: Option<&Array>,
) -> Result<Array> {
    real("uniform", dtype)?;
    let (low, high) = (bound(low, dtype)?, bound(high, dtype)?);
    fits("uniform", shape, &[&low, &high])?;
    let below_one = match dtype {
        DType::F16 => 1.0 - 1.0 / f64::from(1 << 11),
        DType::BF16 => 1.0 - 1.0 / f64::from(1 << 8),
        _ => -ABOVE_MINUS_ONE,
    };
    let word = bits(shape, DType::U32, key)?;
    let unit = binary(Binary::Divide, &word, f64::from(u32::MAX))?;
    let unit = binary(Binary::Minimum, &unit, below_one)?.astype(dtype)?;
    let range = binary(Binary::Subtract, &high, &low)?;
    binary(Binary::Add, &binary(Binary::Multiply, &range, &unit)?, &low)
}

/// Normal numbers with mean 0 and deviation 1; of dtype `complex64`, real and imaginary part with variance 1/2 each.
///
/// ```
/// use emberforge_array::{DType, random};
///
/// let x = random::normal(&[1000], DType::F32, Some(&random::key(0)))?;
/// let mean = x.to_f64_vec()?.iter().sum::<f64>() / 1000.0;
/// assert!(mean.abs() < 0.1);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the dtype has no fractions, the shape is too large, or `key` is no key.
pub fn normal(shape: &[usize], dtype: DType, key: Option<&Array>) -> Result<Array> {
    let samples = unscaled_normal(shape, dtype, key)?;
    if dtype == DType::Complex64 {
        return Ok(samples);
    }
    binary(Binary::Multiply, Scalar::Float(SQRT_2), &samples)
}

/// [`normal`] numbers times `scale` plus `loc`.
///
/// # Errors
/// As [`normal`], and when `loc` or `scale` do not broadcast with `shape`.
pub fn normal_with<'a, 'b>(
    loc: impl Into<Operand<'a>>,
    scale: impl Into<Operand<'b>>,
    shape: &[usize],
    dtype: DType,
    key: Option<&Array>,
) -> Result<Array> {
    let samples = unscaled_normal(shape, dtype, key)?;
    if dtype == DType::Complex64 {
        return binary(Binary::Add, loc, &binary(Binary::Multiply, scale, &samples)?);
    }
    let scale = binary(Binary::Multiply, Scalar::Float(SQRT_2), &bound(scale, dtype)?)?;
    binary(Binary::Add, &bound(loc, dtype)?, &binary(Binary::Multiply, &scale, &samples)?)
}

/// Normal numbers of variance 1/2.
fn unscaled_normal(shape: &[usize], dtype: DType, key: Option<&Array>) -> Result<Array> {
    if !dtype.is_float() && dtype != DType::Complex64 {
        return Err(Error::invalid(format!(
            "`normal` gives floats or complex64, not {dtype}; convert the result with `astype`"
        )));
    }
    let samples =
        |shape: &[usize]| unary(Unary::ErfInv, &uniform(ABOVE_MINUS_ONE, 1.0, shape, DType::F32, key)?);
    if dtype != DType::Complex64 {
        return samples(shape)?.astype(dtype);
    }
    let pairs: Vec<usize> = shape.iter().copied().chain([2]).collect();
    squeeze(&view(&samples(&pairs)?, DType::Complex64)?, -1)
}

/// Whole numbers spread evenly over `[low, high)`, of an integer dtype or `bool`.
///
/// As in MLX they are drawn as `f32`, so that beyond 2^24 not every number can come out.
///
/// ```
/// use emberforge_array::{DType, random};
///
/// let x = random::randint(0, 6, &[100], DType::U8, None)?;
/// assert!(x.to_vec::<u8>()?.iter().all(|x| *x < 6));
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the dtype is another, the bounds do not broadcast to `shape`, or `key` is no key.
pub fn randint<'a, 'b>(
    low: impl Into<Operand<'a>>,
    high: impl Into<Operand<'b>>,
    shape: &[usize],
    dtype: DType,
    key: Option<&Array>,
) -> Result<Array> {
    if !dtype.is_integer() && dtype != DType::Bool {
        return Err(Error::invalid(format!(
            "`randint` gives integers or bool, not {dtype}; use `uniform` for fractions"
        )));
    }
    let (low, high) = (array(low.into()), array(high.into()));
    fits("randint", shape, &[&low, &high])?;
    let drawn = unary(Unary::Floor, &uniform(&low, &high, shape, DType::F32, key)?)?.astype(dtype)?;
    let last = binary(Binary::Subtract, &high, 1)?.astype(dtype)?;
    binary(Binary::Maximum, &binary(Binary::Minimum, &drawn, &last)?, &low.astype(dtype)?)
}

/// `true` with probability `p`, which is of a float dtype and broadcasts to `shape`.
///
/// ```
/// use emberforge_array::{Array, random};
///
/// let p = Array::from_slice(&[0.0f32, 1.0], &[2])?;
/// assert_eq!(random::bernoulli(&p, &[2], None)?.to_vec::<bool>()?, [false, true]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `p` has another dtype or does not broadcast to `shape`, or `key` is no key.
pub fn bernoulli<'a>(p: impl Into<Operand<'a>>, shape: &[usize], key: Option<&Array>) -> Result<Array> {
    let p = array(p.into());
    fits("bernoulli", shape, &[&p])?;
    if !p.dtype().is_float() {
        return Err(Error::invalid(format!(
            "the probability of `bernoulli` is {}; it must be a float, for example 0.5",
            p.dtype()
        )));
    }
    // The next `f32` after 2^32: 1 is above all words, 0 above none.
    let words = Array::scalar(Scalar::Float(((1u64 << 32) + (1 << 9)) as f64));
    comparison(Comparison::Less, &bits(shape, DType::U32, key)?, &binary(Binary::Multiply, &p, &words)?)
}

/// [`normal`] numbers that lie in `[lower, upper]`, of dtype `f16`, `bf16` or `f32`.
///
/// # Errors
/// When the dtype is another, the bounds do not broadcast to `shape`, or `key` is no key.
pub fn truncated_normal<'a, 'b>(
    lower: impl Into<Operand<'a>>,
    upper: impl Into<Operand<'b>>,
    shape: &[usize],
    dtype: DType,
    key: Option<&Array>,
) -> Result<Array> {
    real("truncated_normal", dtype)?;
    let (lower, upper) = (bound(lower, dtype)?, bound(upper, dtype)?);
    let root = Scalar::Float(SQRT_2);
    let cumulative = |x: &Array| unary(Unary::Erf, &binary(Binary::Divide, x, root)?);
    let drawn = uniform(&cumulative(&lower)?, &cumulative(&upper)?, shape, dtype, key)?;
    let out = binary(Binary::Multiply, root, &unary(Unary::ErfInv, &drawn)?)?;
    binary(Binary::Maximum, &binary(Binary::Minimum, &upper, &out)?, &lower)
}

/// Numbers of the standard Gumbel distribution, whose cumulative function is `exp(-exp(-x))`; dtype `f16`, `bf16` or
/// `f32`.
///
/// # Errors
/// When the dtype is another, the shape is too large, or `key` is no key.
pub fn gumbel(shape: &[usize], dtype: DType, key: Option<&Array>) -> Result<Array> {
    let minus_log = |x: &Array| unary(Unary::Negative, &unary(Unary::Log, x)?);
    minus_log(&minus_log(&uniform(0.0, 1.0, shape, dtype, key)?)?)
}

/// Numbers of the Laplace distribution with mean `loc` and scale `scale`, of a float dtype.
///
/// # Errors
/// When the dtype is another, the shape is too large, or `key` is no key.
pub fn laplace(shape: &[usize], dtype: DType, loc: f32, scale: f32, key: Option<&Array>) -> Result<Array> {
    if !dtype.is_float() {
        return Err(Error::invalid(format!(
            "`laplace` gives floats, not {dtype}; convert the result with `astype`"
        )));
    }
    let drawn = uniform(ABOVE_MINUS_ONE, 1.0, shape, DType::F32, key)?;
    // The scalar is of `dtype` in MLX: beside f64 the whole formula is.
    let minus = Array::scalar(Scalar::Float(-1.0)).astype(dtype)?;
    let size = binary(Binary::Multiply, &minus, &unary(Unary::Abs, &drawn)?)?;
    let samples = binary(Binary::Multiply, &unary(Unary::Sign, &drawn)?, &unary(Unary::Log1p, &size)?)?;
    let mut samples = samples.astype(dtype)?;
    if scale != 1.0 {
        samples = binary(Binary::Multiply, Scalar::Float(scale.into()), &samples)?;
    }
    if loc != 0.0 {
        samples = binary(Binary::Add, Scalar::Float(loc.into()), &samples)?;
    }
    Ok(samples)
}
