//! Whole entries of an axis at given positions.

use super::along::taken;
use super::gather::gathered;
use super::indices::check;
use super::slice::{Cut, sliced};
use crate::Array;
use crate::scalar::{Operand, Scalar};
use crate::shape::{self, Shape};
use crate::view::{broadcast_to, flatten, to_shape};
use emberforge_base::{Error, Result};

/// Entries of `x` along `axis` at the positions in `indices` (an integer array or a number): the axis is replaced by the
/// axes of `indices`. Without an axis `x` is flattened first.
///
/// ```
/// use emberforge_array::{Array, take};
///
/// let x = Array::from_slice(&[1i32, 2, 3, 4, 5, 6], &[2, 3])?;
/// let columns = Array::from_slice(&[2i32, 0, -1], &[3])?;
/// assert_eq!(take(&x, &columns, 1)?.to_vec::<i32>()?, [3, 1, 3, 6, 4, 6]);
/// assert_eq!(take(&x, 1, 0)?.to_vec::<i32>()?, [4, 5, 6]);
/// assert_eq!(take(&x, 4, None)?.item::<i32>()?, 5);
/// assert!(take(&x, 2, 0).is_err());
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist, the indices are not integers, or a number lies outside the axis; at evaluation, when an
/// index in an array lies outside (negative indices count from the end).
pub fn take<'a>(x: &Array, indices: impl Into<Operand<'a>>, axis: impl Into<Option<i32>>) -> Result<Array> {
    x.check()?;
    let Some(axis) = axis.into() else { return take(&flatten(x, 0, -1)?, indices, 0) };
    let axis = shape::axis(axis, x.ndim())?;
    let indices = match indices.into() {
        Operand::Array(array) => array,
        Operand::Scalar(Scalar::Int(i)) => return entry(x, i, axis),
        Operand::Scalar(other) => {
            return Err(Error::invalid(format!("{other:?} is no index; `take` takes integers")));
        }
    };
    check(&indices, "an index")?;
    let mut shape = Shape::from_slice(&x.shape()[..axis]);
    shape.extend_from_slice(indices.shape());
    shape.extend_from_slice(&x.shape()[axis + 1..]);
    shape::count(&shape)?;
    let flat = to_shape(&indices, Shape::from_slice(&[indices.size()]))?;
    let mut sizes = Shape::from_slice(x.shape());
    if x.shape()[..axis].iter().all(|n| *n == 1) {
        sizes[axis] = 1;
        return to_shape(&gathered(x, &[flat], &[axis], &sizes), shape);
    }
    let mut line = Shape::from_elem(1, x.ndim());
    line[axis] = indices.size();
    sizes[axis] = indices.size();
    let spread = broadcast_to(&to_shape(&flat, line)?, &sizes)?;
    to_shape(&taken(x, &spread, axis), shape)
}

/// One entry; the axis is dropped.
fn entry(x: &Array, i: i64, axis: usize) -> Result<Array> {
    let n = x.shape()[axis];
    let at = if i < 0 { i + n as i64 } else { i };
    if at < 0 || at >= n as i64 {
        return Err(Error::invalid(format!(
            "index {i} on axis {axis} of shape {} does not exist; use -{n} to {}",
            shape::text(x.shape()),
            n as i64 - 1
        )));
    }
    let cuts: Vec<Cut> = (0..x.ndim())
        .map(|a| match a == axis {
            true => Cut { start: at as usize, step: 1, len: 1 },
            false => Cut { start: 0, step: 1, len: x.shape()[a] },
        })
        .collect();
    let mut shape = Shape::from_slice(x.shape());
    shape.remove(axis);
    to_shape(&sliced(x, &cuts), shape)
}
