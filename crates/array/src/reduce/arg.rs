//! The place of the largest or smallest element.

use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::rows;
use crate::shape::{self, Shape};
use crate::sort::{Order, dispatch};
use crate::value::Value;
use crate::view::to_shape;
use crate::{Array, Spec};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use smallvec::smallvec;

/// Along `axis`, which stays with size 1.
#[derive(Clone, Copy, Debug)]
struct ArgReduce {
    largest: bool,
    axis: usize,
}

impl Primitive for ArgReduce {
    fn name(&self) -> &'static str {
        if self.largest { "argmax" } else { "argmin" }
    }

    fn detail(&self) -> String {
        format!("axis {}", self.axis)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let x = rows::with_axis_last(&inputs[0], self.axis)?;
        let n = inputs[0].shape[self.axis];
        let mut buffer = BufferMut::new(outputs[0].len() * size_of::<u32>())?;
        let out = rows::elements_mut::<u32>(buffer.bytes_mut())?;
        dispatch!(x.dtype, T => rows::map_rows(rows::elements::<T>(&x)?, n, out, 1, |row, to| to[0] = place(row, self.largest)));
        Ok(smallvec![Value::dense(buffer, DType::U32, &outputs[0].shape)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        call.none()
    }
}

/// The first NaN, else the first of the extreme elements.
fn place<T: Order>(row: &[T], largest: bool) -> u32 {
    let mut best = 0;
    for (i, x) in row.iter().enumerate() {
        if x.is_nan() {
            return i as u32;
        }
        let (low, high) = if largest { (row[best], *x) } else { (*x, row[best]) };
        if low.less(high) {
            best = i;
        }
    }
    best as u32
}

fn build(largest: bool, x: &Array, axis: Option<i32>, keepdims: bool) -> Result<Array> {
    x.check()?;
    let name = if largest { "argmax" } else { "argmin" };
    if x.size() == 0 {
        return Err(Error::invalid(format!(
            "`{name}` of shape {} has no element to choose",
            shape::text(x.shape())
        )));
    }
    let (flat, position) = match axis {
        Some(axis) => (x.clone(), shape::axis(axis, x.ndim())?),
        None => (to_shape(x, smallvec![x.size()])?, 0),
    };
    if u32::try_from(flat.shape()[position]).is_err() {
        return Err(Error::invalid(format!(
            "`{name}` gives u32, which cannot count the elements of {}",
            shape::text(x.shape())
        )));
    }
    let mut reduced = Shape::from_slice(flat.shape());
    reduced[position] = 1;
    let result = Array::build(
        ArgReduce { largest, axis: position },
        smallvec![flat],
        Spec { dtype: DType::U32, shape: reduced.clone() },
    );
    let shape = match axis {
        Some(_) if keepdims => reduced,
        Some(_) => {
            reduced.remove(position);
            reduced
        }
        None if keepdims => Shape::from_elem(1, x.ndim()),
        None => Shape::new(),
    };
    to_shape(&result, shape)
}

/// The place of the largest element along `axis`, of the flattened array for `None`, as `u32`: the first of equal ones, the
/// first NaN if there is one. Complex numbers are ordered by the real part, then the imaginary.
///
/// ```
/// use emberforge_array::{Array, argmax};
///
/// let x = Array::from_slice(&[1, 5, 5, 0], &[2, 2])?;
/// assert_eq!(argmax(&x, None, false)?.item::<u32>()?, 1);
/// assert_eq!(argmax(&x, -1, false)?.to_vec::<u32>()?, [1, 0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist or `x` has no elements.
pub fn argmax(x: &Array, axis: impl Into<Option<i32>>, keepdims: bool) -> Result<Array> {
    build(true, x, axis.into(), keepdims)
}

/// The place of the smallest element; otherwise as [`argmax`].
///
/// # Errors
/// When the axis does not exist or `x` has no elements.
pub fn argmin(x: &Array, axis: impl Into<Option<i32>>, keepdims: bool) -> Result<Array> {
    build(false, x, axis.into(), keepdims)
}
