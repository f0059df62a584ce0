//! Elements along one axis, at positions that differ from place to place.

use super::indices::{check, positions};
use super::scatter::{Places, gradients};
use crate::element::node::constant;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::region::{self, PARALLEL, Update, with_size, with_update};
use crate::scalar::{Operand, Scalar};
use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use crate::view::{broadcast_to, flatten, to_shape};
use crate::{Array, Spec};
use emberforge_base::{Error, Result};
use emberforge_device::BufferMut;
use rayon::prelude::*;
use smallvec::smallvec;

/// Inputs: the array and indices of its rank, equal in shape but for `axis`. Element `[.., j, ..]` of the result is the
/// array's at `[.., indices[.., j, ..], ..]`.
#[derive(Debug)]
struct TakeAlong {
    axis: usize,
}

/// Inputs: the array, updates and indices, the latter two of one shape. The reverse of [`TakeAlong`].
#[derive(Debug)]
struct PutAlong {
    axis: usize,
    update: Update,
}

/// Checked positions with the strides they are read by; axes along which they repeat are stored once.
struct Positions {
    list: Vec<usize>,
    strides: Strides,
}

impl Positions {
    fn new(indices: &Value, axis: usize, size: usize) -> Result<Positions> {
        let mut once = indices.clone();
        for (n, stride) in once.shape.iter_mut().zip(&once.strides) {
            if *stride == 0 && *n > 1 {
                *n = 1;
            }
        }
        let mut strides = shape::row_major(&once.shape);
        for (stride, (few, all)) in strides.iter_mut().zip(once.shape.iter().zip(&indices.shape)) {
            if few != all || *few == 1 {
                *stride = 0;
            }
        }
        Ok(Positions { list: positions(&once, axis, size, size.saturating_sub(1))?, strides })
    }
}

/// Where a row (all of the last axis) begins, for operands with these strides.
fn begin<const N: usize>(row: usize, shape: &[usize], strides: [&[i64]; N]) -> [i64; N] {
    let mut rest = row;
    let mut at = [0; N];
    for axis in (0..shape.len() - 1).rev() {
        let i = (rest % shape[axis]) as i64;
        rest /= shape[axis];
        for (at, strides) in at.iter_mut().zip(strides) {
            *at += i * strides[axis];
        }
    }
    at
}

/// Strides with the indexed axis left to the index.
fn without(strides: &Strides, axis: usize) -> Strides {
    let mut strides = strides.clone();
    strides[axis] = 0;
    strides
}

impl Primitive for TakeAlong {
    fn name(&self) -> &'static str {
        "take_along_axis"
    }

    fn detail(&self) -> String {
        format!("axis {}", self.axis)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let (x, Spec { dtype, shape }) = (&inputs[0], &outputs[0]);
        let at = Positions::new(&inputs[1], self.axis, x.shape[self.axis])?;
        let mut buffer = BufferMut::new(outputs[0].len() * dtype.size())?;
        if outputs[0].len() > 0 {
            let last = shape.len() - 1;
            let (length, along) = (shape[last], x.strides[self.axis]);
            let rest = without(&x.strides, self.axis);
            with_size!(*dtype, |T| {
                let source = region::elements::<T>(x)?;
                let fill = |first: usize, out: &mut [T]| {
                    for (r, out) in out.chunks_exact_mut(length).enumerate() {
                        let [from, index] = begin(first + r, shape, [&rest, &at.strides]);
                        let from = from + x.offset as i64;
                        let (step, next) = (rest[last], at.strides[last]);
                        if (step, next) == (1, 0) {
                            let from = (from + at.list[index as usize] as i64 * along) as usize;
                            out.copy_from_slice(&source[from..from + length]);
                            continue;
                        }
                        for (i, to) in out.iter_mut().enumerate() {
                            let i = i as i64;
                            let position = at.list[(index + i * next) as usize] as i64;
                            *to = source[(from + i * step + position * along) as usize];
                        }
                    }
                };
                let out = region::elements_mut::<T>(buffer.bytes_mut())?;
                if out.len() < PARALLEL {
                    fill(0, out);
                } else {
                    let rows = (PARALLEL / length).max(1);
                    out.par_chunks_mut(rows * length).enumerate().for_each(|(i, out)| fill(i * rows, out));
                }
            });
        }
        Ok(smallvec![Value::dense(buffer, *dtype, shape)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let x = &call.inputs[0];
        let zeros = constant(Scalar::Int(0), x.dtype(), x.shape());
        call.one(|g| Ok(put(&zeros, g, &call.inputs[1], self.axis, Update::Add)))
    }
}

impl Primitive for PutAlong {
    fn name(&self) -> &'static str {
        if self.update == Update::Set { "put_along_axis" } else { "scatter_add_axis" }
    }

    fn detail(&self) -> String {
        format!("axis {}", self.axis)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let (x, updates, Spec { dtype, shape }) = (&inputs[0], &inputs[1], &outputs[0]);
        let at = Positions::new(&inputs[2], self.axis, x.shape[self.axis])?;
        let mut buffer = super::slice::copy(x)?;
        if updates.len() > 0 {
            let last = shape.len() - 1;
            let dense = shape::row_major(shape);
            let (rest, along) = (without(&dense, self.axis), dense[self.axis]);
            let outer: usize = shape[..self.axis].iter().product();
            let rows = updates.len() / updates.shape[last] / outer;
            with_update!(self.update, *dtype, |T, f| {
                let source = region::elements::<T>(updates)?;
                let out = region::elements_mut::<T>(buffer.bytes_mut())?;
                let block = out.len() / outer;
                // Entries before the axis do not touch each other; within one, updates keep their order.
                let fill = |(entry, out): (usize, &mut [T])| {
                    for row in entry * rows..(entry + 1) * rows {
                        let [to, index, from] =
                            begin(row, &updates.shape, [&rest, &at.strides, &updates.strides]);
                        let to = to - (entry * block) as i64;
                        let from = from + updates.offset as i64;
                        for i in 0..updates.shape[last] as i64 {
                            let position = at.list[(index + i * at.strides[last]) as usize] as i64;
                            let to = &mut out[(to + i * rest[last] + position * along) as usize];
                            *to = f(*to, source[(from + i * updates.strides[last]) as usize]);
                        }
                    }
                };
                if updates.len() < PARALLEL {
                    out.chunks_exact_mut(block).enumerate().for_each(fill);
                } else {
                    let run = (PARALLEL / block).max(1);
                    out.par_chunks_mut(block).with_min_len(run).enumerate().for_each(fill);
                }
            });
        }
        Ok(smallvec![Value::dense(buffer, *dtype, shape)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let indices = &call.inputs[2];
        let places = Places {
            gather: &|a| taken(a, indices, self.axis),
            scatter: &|a, u, update| put(a, u, indices, self.axis, update),
        };
        gradients(call, self.update, &places)
    }
}

/// The taking node; shapes have been checked.
pub(super) fn taken(x: &Array, indices: &Array, axis: usize) -> Array {
    let spec = Spec::new(x.dtype(), indices.shape());
    Array::build(TakeAlong { axis }, smallvec![x.clone(), indices.clone()], spec)
}

fn put(x: &Array, updates: &Array, indices: &Array, axis: usize, update: Update) -> Array {
    let inputs = smallvec![x.clone(), updates.clone(), indices.clone()];
    Array::build(PutAlong { axis, update }, inputs, x.spec().clone())
}

/// The axis as a position, after the checks that taking and putting share.
fn checked(x: &Array, indices: &Array, axis: i32) -> Result<usize> {
    check(indices, "an index")?;
    let axis = shape::axis(axis, x.ndim())?;
    if indices.ndim() != x.ndim() {
        return Err(Error::invalid(format!(
            "indices of shape {} cannot run along an axis of shape {}; both need the same number of axes",
            shape::text(indices.shape()),
            shape::text(x.shape())
        )));
    }
    Ok(axis)
}

/// Both shapes broadcast to each other but for `axis`.
fn common(x: &[usize], indices: &[usize], axis: usize) -> Result<(Shape, Shape)> {
    let (mut a, mut b) = (Shape::from_slice(x), Shape::from_slice(indices));
    (a[axis], b[axis]) = (1, 1);
    let mut a = shape::broadcast(&a, &b)?;
    let mut b = a.clone();
    (a[axis], b[axis]) = (x[axis], indices[axis]);
    Ok((a, b))
}

/// Elements of `x` along `axis` at the positions in `indices`: `y[i, j] = x[i, indices[i, j]]` along the last axis of
/// two. The other axes broadcast. Without an axis both are flattened.
///
/// ```
/// use emberforge_array::{Array, take_along_axis};
///
/// let x = Array::from_slice(&[3i32, 1, 2, 6, 5, 4], &[2, 3])?;
/// let at = Array::from_slice(&[1u32, 2], &[2, 1])?;
/// assert_eq!(take_along_axis(&x, &at, 1)?.to_vec::<i32>()?, [1, 4]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist, the indices are not integers of `x`'s rank, the shapes do not broadcast; at evaluation,
/// when an index lies outside the axis (negative indices count from the end).
pub fn take_along_axis(x: &Array, indices: &Array, axis: impl Into<Option<i32>>) -> Result<Array> {
    x.check()?;
    indices.check()?;
    let Some(axis) = axis.into() else {
        return take_along_axis(&flatten(x, 0, -1)?, &flatten(indices, 0, -1)?, 0);
    };
    let axis = checked(x, indices, axis)?;
    let (a, b) = common(x.shape(), indices.shape(), axis)?;
    Ok(taken(&broadcast_to(x, &a)?, &broadcast_to(indices, &b)?, axis))
}

fn put_checked(
    x: &Array,
    indices: &Array,
    values: Operand<'_>,
    axis: Option<i32>,
    update: Update,
) -> Result<Array> {
    x.check()?;
    indices.check()?;
    let Some(axis) = axis else {
        let (flat, indices) = (flatten(x, 0, -1)?, flatten(indices, 0, -1)?);
        let values = super::slice::source(values, x.dtype(), indices.shape())?;
        check(&indices, "an index")?;
        return to_shape(&put(&flat, &values, &indices, 0, update), Shape::from_slice(x.shape()));
    };
    let axis = checked(x, indices, axis)?;
    let mut shape = Shape::from_slice(x.shape());
    shape[axis] = indices.shape()[axis];
    let indices = broadcast_to(indices, &shape)?;
    let values = super::slice::source(values, x.dtype(), &shape)?;
    Ok(put(x, &values, &indices, axis, update))
}

/// `x` with the elements along `axis` at the positions in `indices` replaced by `values`, which broadcast to the indices;
/// the indices broadcast to `x` on the other axes. Of several values for one place the last stays. Without an axis, both
/// are flattened and the result has `x`'s shape.
///
/// ```
/// use emberforge_array::{Array, put_along_axis};
///
/// let x = Array::from_slice(&[3i32, 1, 2, 6, 5, 4], &[2, 3])?;
/// let at = Array::from_slice(&[1u32, 2], &[2, 1])?;
/// assert_eq!(put_along_axis(&x, &at, 0, 1)?.to_vec::<i32>()?, [3, 0, 2, 6, 5, 0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// As [`take_along_axis`]; when the values do not broadcast to the indices.
pub fn put_along_axis<'a>(
    x: &Array,
    indices: &Array,
    values: impl Into<Operand<'a>>,
    axis: impl Into<Option<i32>>,
) -> Result<Array> {
    put_checked(x, indices, values.into(), axis.into(), Update::Set)
}

/// `x` with `values` added to the elements along `axis` at the positions in `indices`; see [`put_along_axis`]. Values
/// for one place are added in order, with the same bits for every number of threads.
///
/// ```
/// use emberforge_array::{Array, scatter_add_axis};
///
/// let x = Array::from_slice(&[0i32, 0, 0], &[3])?;
/// let at = Array::from_slice(&[1u32, 2, 1], &[3])?;
/// assert_eq!(scatter_add_axis(&x, &at, 5, 0)?.to_vec::<i32>()?, [0, 10, 5]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// As [`put_along_axis`].
pub fn scatter_add_axis<'a>(
    x: &Array,
    indices: &Array,
    values: impl Into<Operand<'a>>,
    axis: impl Into<Option<i32>>,
) -> Result<Array> {
    put_checked(x, indices, values.into(), axis.into(), Update::Add)
}
