//! Searching in sorted sequences.

use super::{Order, dispatch};
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::promote::result_type;
use crate::scalar::Operand;
use crate::shape;
use crate::value::Value;
use crate::{Array, Spec, rows};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use rayon::prelude::*;
use smallvec::smallvec;
use std::cmp::Ordering;

/// Which of equal elements a value is placed beside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// Before them: the place is the number of elements less than the value.
    #[default]
    Left,
    /// After them: the place is the number of elements not greater than the value.
    Right,
}

/// Where each element of the second input belongs in the first, which is sorted.
#[derive(Debug)]
struct SearchSorted(Side);

impl Primitive for SearchSorted {
    fn name(&self) -> &'static str {
        "searchsorted"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        /// Searches of one piece of work.
        const PIECE: usize = 1 << 12;
        let (sequence, values) = (inputs[0].to_dense()?, inputs[1].to_dense()?);
        let mut buffer = BufferMut::new(outputs[0].len() * size_of::<u32>())?;
        let out = rows::elements_mut::<u32>(buffer.bytes_mut())?;
        dispatch!(sequence.dtype, T => {
            let (sequence, values) = (rows::elements::<T>(&sequence)?, rows::elements::<T>(&values)?);
            let before = |x: T, value: T| match self.0 {
                Side::Left => x.order(value) == Ordering::Less,
                Side::Right => x.order(value) != Ordering::Greater,
            };
            out.par_chunks_mut(PIECE).zip(values.par_chunks(PIECE)).for_each(|(out, values)| {
                for (place, value) in out.iter_mut().zip(values) {
                    *place = sequence.partition_point(|x| before(*x, *value)) as u32;
                }
            });
        });
        Ok(smallvec![Value::dense(buffer, DType::U32, &outputs[0].shape)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        call.none()
    }
}

/// Where each of `values` has to be inserted into `sorted`, a vector in ascending order, to keep it sorted: `u32`, of the
/// shape of `values`. NaN counts as greater than every number, as [`sort`](crate::sort) orders it.
///
/// ```
/// use emberforge_array::{Array, Side, searchsorted};
///
/// let edges = Array::from_slice(&[1.0f32, 2.0, 2.0, 3.0], &[4])?;
/// assert_eq!(searchsorted(&edges, 2.0, Side::Left)?.item::<u32>()?, 1);
/// assert_eq!(searchsorted(&edges, 2.0, Side::Right)?.item::<u32>()?, 3);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `sorted` is not 1-d, or has more elements than `u32` counts.
pub fn searchsorted<'a>(sorted: &Array, values: impl Into<Operand<'a>>, side: Side) -> Result<Array> {
    sorted.check()?;
    let values = match values.into() {
        Operand::Array(array) => array.into_owned(),
        Operand::Scalar(scalar) => crate::full(&[], scalar, scalar.dtype_beside(sorted.dtype()))?,
    };
    values.check()?;
    if sorted.ndim() != 1 || u32::try_from(sorted.size()).is_err() {
        return Err(Error::invalid(format!(
            "`searchsorted` looks in a vector of fewer than 2^32 elements, and got shape {}; search each row by itself",
            shape::text(sorted.shape())
        )));
    }
    let dtype = result_type(sorted.dtype(), values.dtype());
    let spec = Spec::new(DType::U32, values.shape());
    let inputs = smallvec![sorted.astype(dtype)?, values.astype(dtype)?];
    Ok(Array::build(SearchSorted(side), inputs, spec))
}
