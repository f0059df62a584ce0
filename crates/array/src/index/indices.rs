//! Index arrays: their dtypes, and their elements as checked positions.

use crate::Array;
use crate::shape;
use crate::value::Value;
use emberforge_base::{DType, Error, Result};

/// # Errors
/// When the array is failed or not of integers.
pub(super) fn check(indices: &Array, what: &str) -> Result<()> {
    indices.check()?;
    if matches!(indices.dtype(), DType::Bool | DType::Complex64) || indices.dtype().is_float() {
        return Err(Error::invalid(format!(
            "{what} array holds {}; indices are integers (select by a mask with `where_`)",
            indices.dtype()
        )));
    }
    Ok(())
}

/// The elements in row-major order as positions `0..=most` of an axis of size `size`; negative ones count from the end.
///
/// # Errors
/// When one lies outside.
pub(super) fn positions(indices: &Value, axis: usize, size: usize, most: usize) -> Result<Vec<usize>> {
    let outside = |i: i128| {
        Error::invalid(format!(
            "index {i} on axis {axis} of size {size} does not exist; {}",
            match size {
                0 => "the axis is empty".to_owned(),
                _ if most + 1 == size => format!("use -{size} to {most}"),
                _ => format!("use 0 to {most}, so that the slice of {} fits", size - most),
            }
        ))
    };
    let dense = indices.to_dense()?;
    macro_rules! read {
        ($ty:ty) => {
            dense
                .dense_slice::<$ty>()
                .ok_or_else(|| Error::internal("an index array is misaligned"))?
                .iter()
                .map(|&i| {
                    let i = i128::from(i);
                    let at = if i < 0 { i + size as i128 } else { i };
                    if at >= 0 && at <= most as i128 && size > 0 { Ok(at as usize) } else { Err(outside(i)) }
                })
                .collect()
        };
    }
    match indices.dtype {
        DType::U8 => read!(u8),
        DType::U16 => read!(u16),
        DType::U32 => read!(u32),
        DType::U64 => read!(u64),
        DType::I8 => read!(i8),
        DType::I16 => read!(i16),
        DType::I32 => read!(i32),
        DType::I64 => read!(i64),
        other => Err(Error::internal(format_args!("an index array holds {other}"))),
    }
}

/// The shape that all index arrays broadcast to.
pub(super) fn common_shape(arrays: &[Array]) -> Result<shape::Shape> {
    arrays.iter().try_fold(shape::Shape::new(), |common, a| shape::broadcast(&common, a.shape()))
}
