//! Matrices made from the positions of their elements.

use super::range::arange;
use crate::element::Comparison;
use crate::element::node::comparison;
use crate::{Array, expand_dims, shape};
use emberforge_base::{DType, Result};

/// `columns - rows` compared with `k`, as `dtype`.
fn banded(op: Comparison, rows: usize, columns: usize, k: i64, dtype: DType) -> Result<Array> {
    shape::count(&[rows, columns])?;
    let row = expand_dims(&arange((k, k + rows as i64), DType::I64)?, -1)?;
    comparison(op, &arange(columns, DType::I64)?, &row)?.astype(dtype)
}

/// An `n` by `m` matrix (`m` is `n` by default) with ones on diagonal `k` and zeros elsewhere; diagonals above the main one
/// count up from 0, those below down.
///
/// ```
/// use emberforge_array::{DType, eye};
///
/// assert_eq!(eye(2, 3, 1, DType::F32)?.to_vec::<f32>()?, [0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
/// assert_eq!(eye(2, None, 0, DType::U8)?.to_vec::<u8>()?, [1, 0, 0, 1]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When it would have more elements than a machine can address.
pub fn eye(n: usize, m: impl Into<Option<usize>>, k: i32, dtype: DType) -> Result<Array> {
    banded(Comparison::Equal, n, m.into().unwrap_or(n), k.into(), dtype)
}

/// The `n` by `n` identity matrix.
///
/// # Errors
/// When it would have more elements than a machine can address.
pub fn identity(n: usize, dtype: DType) -> Result<Array> {
    eye(n, n, 0, dtype)
}

/// An `n` by `m` matrix (`m` is `n` by default) with ones on diagonal `k` and below, and zeros above.
///
/// ```
/// use emberforge_array::{DType, tri};
///
/// assert_eq!(tri(2, 3, 0, DType::I32)?.to_vec::<i32>()?, [1, 0, 0, 1, 1, 0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When it would have more elements than a machine can address.
pub fn tri(n: usize, m: impl Into<Option<usize>>, k: i32, dtype: DType) -> Result<Array> {
    banded(Comparison::LessEqual, n, m.into().unwrap_or(n), k.into(), dtype)
}
