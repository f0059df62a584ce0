//! Joining along an axis that exists, or a new one.

use crate::element::node::cast;
use crate::index::{Cut, sliced};
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::promote::result_type;
use crate::region::{self, Region, Update};
use crate::shape::{self, Shape};
use crate::value::Value;
use crate::view::{expand_dims, flatten};
use crate::{Array, Spec};
use emberforge_base::{Error, Result};
use emberforge_device::BufferMut;
use smallvec::smallvec;

/// The inputs one behind the other along `axis`.
#[derive(Debug)]
struct Concatenate {
    axis: usize,
}

impl Primitive for Concatenate {
    fn name(&self) -> &'static str {
        "concatenate"
    }

    fn detail(&self) -> String {
        format!("axis {}", self.axis)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let Spec { dtype, shape } = &outputs[0];
        let mut buffer = BufferMut::new(outputs[0].len() * dtype.size())?;
        let strides = shape::row_major(shape);
        let mut offset = 0;
        for x in inputs {
            let region = Region { offset, shape: x.shape.clone(), strides: strides.clone() };
            region::write(buffer.bytes_mut(), *dtype, &region, x, Update::Set)?;
            offset += x.shape[self.axis] * strides[self.axis] as usize;
        }
        Ok(smallvec![Value::dense(buffer, *dtype, shape)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let mut start = 0;
        let mut list = Gradients::new();
        for (x, wanted) in call.inputs.iter().zip(call.wanted) {
            let cut = |(axis, n): (usize, &usize)| Cut {
                start: if axis == self.axis && *n > 0 { start } else { 0 },
                step: 1,
                len: *n,
            };
            let cuts: Vec<Cut> = x.shape().iter().enumerate().map(cut).collect();
            list.push(wanted.then(|| sliced(&call.cotangents[0], &cuts)));
            start += x.shape()[self.axis];
        }
        Ok(list)
    }
}

/// The arrays one behind the other along `axis`, in their common dtype; without an axis, flattened first.
///
/// ```
/// use emberforge_array::{Array, concatenate};
///
/// let (x, y) = (Array::from_slice(&[1i32, 2], &[2, 1])?, Array::from_slice(&[3i32, 4, 5, 6], &[2, 2])?);
/// assert_eq!(concatenate(&[&x, &y], 1)?.to_vec::<i32>()?, [1, 3, 4, 2, 5, 6]);
/// assert!(concatenate(&[&x, &y], 0).is_err());
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When there is no array, the axis does not exist, or the shapes differ on another axis.
pub fn concatenate(arrays: &[&Array], axis: impl Into<Option<i32>>) -> Result<Array> {
    let Some(first) = arrays.first() else {
        return Err(Error::invalid("`concatenate` got no arrays; give at least one"));
    };
    for array in arrays {
        array.check()?;
    }
    let Some(axis) = axis.into() else {
        let flat: Vec<Array> = arrays.iter().map(|a| flatten(a, 0, -1)).collect::<Result<_>>()?;
        return concatenate(&flat.iter().collect::<Vec<_>>(), 0);
    };
    let axis = shape::axis(axis, first.ndim())?;
    let mut total = 0usize;
    let mut dtype = first.dtype();
    for array in arrays {
        let fits = array.ndim() == first.ndim()
            && (0..first.ndim()).all(|a| a == axis || array.shape()[a] == first.shape()[a]);
        if !fits {
            return Err(Error::invalid(format!(
                "shapes {} and {} cannot be joined along axis {axis}; they must be equal on every other axis",
                shape::text(first.shape()),
                shape::text(array.shape())
            )));
        }
        total = total.saturating_add(array.shape()[axis]);
        dtype = result_type(dtype, array.dtype());
    }
    let mut shape = Shape::from_slice(first.shape());
    shape[axis] = total;
    shape::count(&shape)?;
    let inputs = arrays.iter().map(|a| cast(a, dtype)).collect();
    Ok(Array::build(Concatenate { axis }, inputs, Spec { dtype, shape }))
}

/// Arrays of one shape side by side along a new axis of the result.
///
/// ```
/// use emberforge_array::{Array, stack};
///
/// let (x, y) = (Array::from_slice(&[1i32, 2], &[2])?, Array::from_slice(&[3i32, 4], &[2])?);
/// assert_eq!(stack(&[&x, &y], 0)?.to_vec::<i32>()?, [1, 2, 3, 4]);
/// assert_eq!(stack(&[&x, &y], -1)?.to_vec::<i32>()?, [1, 3, 2, 4]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When there is no array, the shapes differ, or the position does not exist in the result.
pub fn stack(arrays: &[&Array], axis: i32) -> Result<Array> {
    let Some(first) = arrays.first() else {
        return Err(Error::invalid("`stack` got no arrays; give at least one"));
    };
    if let Some(other) = arrays.iter().find(|a| a.shape() != first.shape() && a.check().is_ok()) {
        return Err(Error::invalid(format!(
            "shapes {} and {} cannot be stacked; they must be equal",
            shape::text(first.shape()),
            shape::text(other.shape())
        )));
    }
    let wide: Vec<Array> = arrays.iter().map(|a| expand_dims(a, axis)).collect::<Result<_>>()?;
    concatenate(&wide.iter().collect::<Vec<_>>(), axis)
}
