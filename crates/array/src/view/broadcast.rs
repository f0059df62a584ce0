//! Broadcasting.

use crate::element::node::constant_like;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use crate::{Array, Spec};
use emberforge_base::{Error, Result};
use smallvec::smallvec;

/// Axes of size 1, and missing leading axes, repeated by a stride of 0.
#[derive(Clone, Copy, Debug)]
struct Broadcast;

impl Primitive for Broadcast {
    fn name(&self) -> &'static str {
        "broadcast_to"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let (x, shape) = (&inputs[0], &outputs[0].shape);
        let mut strides = Strides::from_elem(0, shape.len());
        let skip = shape.len() - x.shape.len();
        for (axis, &size) in x.shape.iter().enumerate() {
            if size == shape[skip + axis] {
                strides[skip + axis] = x.strides[axis];
            }
        }
        Ok(smallvec![Value { shape: shape.clone(), strides, ..x.clone() }])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let from = call.inputs[0].shape();
        let to = call.outputs[0].shape();
        let skip = to.len() - from.len();
        let repeated: Vec<i32> =
            (0..to.len()).filter(|&i| i < skip || from[i - skip] != to[i]).map(|i| i as i32).collect();
        call.one(|g| reshape_to(&crate::sum(g, repeated, true)?, from))
    }
}

fn reshape_to(x: &Array, shape: &[usize]) -> Result<Array> {
    super::reshape::to_shape(x, Shape::from_slice(shape))
}

/// `x` repeated to `shape`: axes of size 1 stretch, missing leading axes are added.
///
/// ```
/// use emberforge_array::{Array, broadcast_to};
///
/// let x = Array::from_slice(&[1i32, 2], &[2])?;
/// assert_eq!(broadcast_to(&x, &[2, 2])?.to_vec::<i32>()?, [1, 2, 1, 2]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `x`'s shape does not broadcast to exactly `shape`.
pub fn broadcast_to(x: &Array, shape: &[usize]) -> Result<Array> {
    x.check()?;
    if x.shape() == shape {
        return Ok(x.clone());
    }
    shape::count(shape)?;
    if shape::broadcast(x.shape(), shape)?.as_slice() != shape {
        return Err(Error::invalid(format!(
            "shape {} cannot be broadcast to {}; only axes of size 1 and missing leading axes stretch",
            shape::text(x.shape()),
            shape::text(shape)
        )));
    }
    if let Some(constant) = constant_like(x, shape) {
        return Ok(constant);
    }
    Ok(Array::build(Broadcast, smallvec![x.clone()], Spec::new(x.dtype(), shape)))
}

/// All arrays repeated to the shape that they broadcast to together.
///
/// ```
/// use emberforge_array::{Array, broadcast_arrays};
///
/// let (x, y) = (Array::from_slice(&[1i32, 2], &[2, 1])?, Array::from_slice(&[1i32, 2, 3], &[3])?);
/// assert!(broadcast_arrays(&[&x, &y])?.iter().all(|a| a.shape() == [2, 3]));
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the shapes do not broadcast together.
pub fn broadcast_arrays(arrays: &[&Array]) -> Result<Vec<Array>> {
    let mut common = Shape::new();
    for array in arrays {
        array.check()?;
        common = shape::broadcast(&common, array.shape())?;
    }
    arrays.iter().map(|a| broadcast_to(a, &common)).collect()
}

/// The shape that all these shapes broadcast to.
///
/// ```
/// use emberforge_array::broadcast_shapes;
///
/// assert_eq!(broadcast_shapes(&[&[6, 7], &[5, 6, 1], &[7]])?, [5, 6, 7]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an axis has two different sizes and neither is 1.
pub fn broadcast_shapes(shapes: &[&[usize]]) -> Result<Vec<usize>> {
    let all = shapes.iter().try_fold(Shape::new(), |all, shape| shape::broadcast(&all, shape))?;
    Ok(all.to_vec())
}
