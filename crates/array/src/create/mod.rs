//! Arrays from host data and from formulas.

mod grid;
mod matrix;
mod range;

pub use grid::{Indexing, bartlett, blackman, hamming, hanning, meshgrid};
pub use matrix::{eye, identity, tri};
pub use range::{Interval, arange, linspace};

use crate::element::node::{cast, constant};
use crate::scalar::{Operand, Scalar};
use crate::shape;
use crate::value::Value;
use crate::{Array, Element};
use emberforge_base::{DType, Error, Result};

impl Array {
    /// A copy of host elements in row-major order.
    ///
    /// ```
    /// use emberforge_array::{Array, DType};
    ///
    /// let x = Array::from_slice(&[1u8, 2, 3, 4], &[2, 2])?;
    /// assert_eq!((x.dtype(), x.shape()), (DType::U8, &[2, 2][..]));
    /// assert!(Array::from_slice(&[1u8], &[2, 2]).is_err());
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the number of elements is not that of the shape.
    pub fn from_slice<T: Element>(elements: &[T], shape: &[usize]) -> Result<Array> {
        if shape::count(shape)? != elements.len() {
            return Err(Error::invalid(format!(
                "{} elements do not fill shape {}, which has {}; pass as many elements as the product of the sizes",
                elements.len(),
                shape::text(shape),
                shape::count(shape)?
            )));
        }
        Ok(Array::ready(Value::from_elements(T::DTYPE, shape, elements)?))
    }

    /// A 0-d array of the scalar's own dtype. Unlike a host scalar in an expression it takes part in promotion.
    ///
    /// ```
    /// use emberforge_array::{Array, DType};
    ///
    /// assert_eq!(Array::scalar(2.5).dtype(), DType::F32);
    /// assert_eq!(Array::scalar(1_i64 << 40).dtype(), DType::I64);
    /// ```
    pub fn scalar(value: impl Into<Scalar>) -> Array {
        let value = value.into();
        constant(value, value.dtype(), &[])
    }
}

/// An array that holds `value` everywhere; an array as value is broadcast. Without a dtype, the value's own.
///
/// ```
/// use emberforge_array::{Array, DType, full};
///
/// assert_eq!(full(&[2], 1.5, DType::F16)?.to_f64_vec()?, [1.5, 1.5]);
/// let row = Array::from_slice(&[1, 2], &[2])?;
/// assert_eq!(full(&[2, 2], &row, None)?.to_vec::<i32>()?, [1, 2, 1, 2]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the shape has more elements than a machine can address, or the value does not broadcast to it.
pub fn full<'a>(
    shape: &[usize],
    value: impl Into<Operand<'a>>,
    dtype: impl Into<Option<DType>>,
) -> Result<Array> {
    shape::count(shape)?;
    let dtype = dtype.into();
    match value.into() {
        Operand::Scalar(value) => Ok(constant(value, dtype.unwrap_or(value.dtype()), shape)),
        Operand::Array(x) => crate::broadcast_to(&cast(x.check()?, dtype.unwrap_or(x.dtype())), shape),
    }
}

/// An array with the shape of `x` that holds `value` everywhere; without a dtype, that of `x`.
///
/// # Errors
/// When `x` is a failed array, or the value does not broadcast to its shape.
pub fn full_like<'a>(
    x: &Array,
    value: impl Into<Operand<'a>>,
    dtype: impl Into<Option<DType>>,
) -> Result<Array> {
    x.check()?;
    full(x.shape(), value, dtype.into().unwrap_or(x.dtype()))
}

/// An array of zeros (`false`).
///
/// # Errors
/// When the shape has more elements than a machine can address.
pub fn zeros(shape: &[usize], dtype: DType) -> Result<Array> {
    full(shape, 0, dtype)
}

/// An array of ones (`true`).
///
/// # Errors
/// When the shape has more elements than a machine can address.
pub fn ones(shape: &[usize], dtype: DType) -> Result<Array> {
    full(shape, 1, dtype)
}

/// Zeros with the shape and dtype of `x`.
///
/// # Errors
/// When `x` is a failed array.
pub fn zeros_like(x: &Array) -> Result<Array> {
    x.check()?;
    zeros(x.shape(), x.dtype())
}

/// Ones with the shape and dtype of `x`.
///
/// # Errors
/// When `x` is a failed array.
pub fn ones_like(x: &Array) -> Result<Array> {
    x.check()?;
    ones(x.shape(), x.dtype())
}
