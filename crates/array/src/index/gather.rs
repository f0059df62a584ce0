//! Gathering: slices of an array at positions that index arrays give.

use super::indices::{check, common_shape, positions};
use super::scatter::scattered;
use crate::element::node::constant;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::region::{self, PARALLEL, Update, Walk, with_size};
use crate::scalar::Scalar;
use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use crate::view::broadcast_to;
use crate::{Array, Spec};
use emberforge_base::{Error, Result};
use emberforge_device::BufferMut;
use rayon::prelude::*;
use smallvec::{SmallVec, smallvec};

/// Inputs: the array, then one index array for each of `axes`, all of one shape. The result has that shape followed by
/// `slice`: at each place the part of that shape which begins at the indices (at 0 on the other axes).
#[derive(Debug)]
struct Gather {
    axes: SmallVec<[usize; 4]>,
    slice: Shape,
}

impl Primitive for Gather {
    fn name(&self) -> &'static str {
        "gather"
    }

    fn detail(&self) -> String {
        format!("axes {}, slices {}", shape::text(&self.axes), shape::text(&self.slice))
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let x = &inputs[0];
        let firsts = firsts(x, &x.strides, &inputs[1..], &self.axes, &self.slice)?;
        let Spec { dtype, shape } = &outputs[0];
        let mut buffer = BufferMut::new(outputs[0].len() * dtype.size())?;
        let length: usize = self.slice.iter().product();
        if length > 0 && !firsts.is_empty() {
            let dense = shape::row_major(&self.slice);
            let (sizes, strides) = shape::merge(&self.slice, &[&dense, &x.strides]);
            with_size!(*dtype, |T| {
                let out = region::elements_mut::<T>(buffer.bytes_mut())?;
                let walk = Walk {
                    sizes: &sizes,
                    to: &strides[0],
                    from: &strides[1],
                    source: region::elements::<T>(x)?,
                };
                let work = |(out, firsts): (&mut [T], &[i64])| {
                    for (out, first) in out.chunks_exact_mut(length).zip(firsts) {
                        walk.walk(out, x.offset as i64 + first, 0, &|_, new| new);
                    }
                };
                if out.len() < PARALLEL {
                    work((out, &firsts));
                } else {
                    let run = (PARALLEL / length).max(1);
                    out.par_chunks_mut(run * length).zip(firsts.par_chunks(run)).for_each(work);
                }
            });
        }
        Ok(smallvec![Value::dense(buffer, *dtype, shape)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let x = &call.inputs[0];
        call.one(|g| {
            let zeros = constant(Scalar::Int(0), x.dtype(), x.shape());
            Ok(scattered(&zeros, &call.inputs[1..], g, &self.axes, Update::Add))
        })
    }
}

/// For each tuple of indices, the element number (relative to the first) at which its slice begins.
///
/// # Errors
/// When a slice reaches outside the array.
pub(super) fn firsts(
    x: &Value,
    strides: &Strides,
    indices: &[Value],
    axes: &[usize],
    slice: &[usize],
) -> Result<Vec<i64>> {
    let count = indices.first().map_or(1, Value::len);
    let mut firsts = vec![0i64; count];
    for (list, &axis) in indices.iter().zip(axes) {
        let size = x.shape[axis];
        // A slice of nothing is checked as if it were of one.
        let most = size.saturating_sub(slice[axis].max(1));
        for (first, position) in firsts.iter_mut().zip(positions(list, axis, size, most)?) {
            *first += position as i64 * strides[axis];
        }
    }
    Ok(firsts)
}

/// The gathering node; everything has been checked.
pub(super) fn gathered(x: &Array, indices: &[Array], axes: &[usize], slice: &[usize]) -> Array {
    let mut shape = indices.first().map_or_else(Shape::new, |i| Shape::from_slice(i.shape()));
    shape.extend_from_slice(slice);
    let inputs = std::iter::once(x).chain(indices).cloned().collect();
    let primitive = Gather { axes: axes.into(), slice: slice.into() };
    Array::build(primitive, inputs, Spec { dtype: x.dtype(), shape })
}

/// The index arrays broadcast to one shape, and their axes as positions.
pub(super) fn checked(
    x: &Array,
    indices: &[&Array],
    axes: &[i32],
    slice: &[usize],
) -> Result<(Vec<Array>, SmallVec<[usize; 4]>)> {
    x.check()?;
    if indices.len() != axes.len() {
        return Err(Error::invalid(format!(
            "{} index arrays were given for {} axes; give one for each",
            indices.len(),
            axes.len()
        )));
    }
    if slice.len() != x.ndim() || slice.iter().zip(x.shape()).any(|(s, n)| s > n) {
        return Err(Error::invalid(format!(
            "slices of shape {} do not fit shape {}; give one size per axis, none larger than the axis",
            shape::text(slice),
            shape::text(x.shape())
        )));
    }
    let mut positions: SmallVec<[usize; 4]> = SmallVec::new();
    for axis in axes {
        let position = shape::axis(*axis, x.ndim())?;
        if positions.contains(&position) {
            return Err(Error::invalid(format!("axis {axis} is named twice; name each axis once")));
        }
        positions.push(position);
    }
    let indices: Vec<Array> = indices.iter().map(|i| (*i).clone()).collect();
    for i in &indices {
        check(i, "an index")?;
    }
    let common = common_shape(&indices)?;
    let indices = indices.iter().map(|i| broadcast_to(i, &common)).collect::<Result<_>>()?;
    Ok((indices, positions))
}

/// Slices of `x` of shape `slice_sizes`, one for each tuple of indices: `indices[k]` says where they begin on `axes[k]`
/// (on the other axes they begin at 0). The result has the common shape of the index arrays, followed by `slice_sizes`.
///
/// ```
/// use emberforge_array::{Array, gather};
///
/// let x = Array::from_slice(&[0i32, 1, 2, 3, 4, 5], &[3, 2])?;
/// let rows = Array::from_slice(&[2i32, 0], &[2])?;
/// let y = gather(&x, &[&rows], &[0], &[1, 2])?;
/// assert_eq!((y.shape(), y.to_vec::<i32>()?), (&[2, 1, 2][..], vec![4, 5, 0, 1]));
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When there is not one index array of integers for each axis, the index arrays do not broadcast, a slice is larger than
/// the array; at evaluation, when a slice would reach outside (negative indices count from the end).
pub fn gather(x: &Array, indices: &[&Array], axes: &[i32], slice_sizes: &[usize]) -> Result<Array> {
    let (indices, axes) = checked(x, indices, axes, slice_sizes)?;
    let shape: Vec<usize> =
        indices.first().map_or(&[][..], |i| i.shape()).iter().chain(slice_sizes).copied().collect();
    shape::count(&shape)?;
    Ok(gathered(x, &indices, &axes, slice_sizes))
}
