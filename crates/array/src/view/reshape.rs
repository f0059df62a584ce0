//! Reshaping: the same elements in row-major order under another shape.

use crate::element::node::constant_like;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::shape::{self, Axes, Shape, Strides};
use crate::value::Value;
use crate::{Array, Spec};
use emberforge_base::{Error, Result};
use smallvec::smallvec;

#[derive(Clone, Copy, Debug)]
struct Reshape;

impl Primitive for Reshape {
    fn name(&self) -> &'static str {
        "reshape"
    }

    /// A view where the strides allow it, else a dense copy.
    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let (x, shape) = (&inputs[0], &outputs[0].shape);
        let value = match view_strides(x, shape) {
            Some(strides) => Value { shape: shape.clone(), strides, ..x.clone() },
            None => Value { shape: shape.clone(), strides: shape::row_major(shape), ..x.to_dense()? },
        };
        Ok(smallvec![value])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        call.one(|g| to_shape(g, Shape::from_slice(call.inputs[0].shape())))
    }
}

/// Strides of `x` under `shape` without moving an element, if there are any.
fn view_strides(x: &Value, shape: &[usize]) -> Option<Strides> {
    if x.is_dense() {
        return Some(shape::row_major(shape));
    }
    // Runs of axes that lie behind one another merge; each merged axis must be a product of new axes.
    let (sizes, merged) = shape::merge(&x.shape, &[&x.strides]);
    let mut strides = Strides::from_elem(0, shape.len());
    let mut old = sizes.len();
    let mut left = 1;
    let mut stride = 0;
    for axis in (0..shape.len()).rev() {
        let size = shape[axis];
        if size == 1 {
            continue;
        }
        if left == 1 {
            old = old.checked_sub(1)?;
            (left, stride) = (sizes[old], merged[0][old]);
        }
        if size == 0 || left % size != 0 {
            return None;
        }
        strides[axis] = stride;
        stride *= size as i64;
        left /= size;
    }
    Some(strides)
}

/// `x` under a shape with as many elements.
pub(crate) fn to_shape(x: &Array, shape: Shape) -> Result<Array> {
    if x.shape() == &*shape {
        return Ok(x.clone());
    }
    if shape::count(&shape)? != x.size() {
        return Err(Error::invalid(format!(
            "an array of shape {} and {} elements cannot be reshaped to {}, which has {}",
            shape::text(x.shape()),
            x.size(),
            shape::text(&shape),
            shape::count(&shape)?
        )));
    }
    if let Some(constant) = constant_like(x, &shape) {
        return Ok(constant);
    }
    let spec = Spec { dtype: x.dtype(), shape };
    Ok(Array::build(Reshape, smallvec![x.clone()], spec))
}

/// `x` under another shape; one size may be -1 and is computed.
///
/// ```
/// use emberforge_array::{Array, reshape};
///
/// let x = Array::from_slice(&[1i32, 2, 3, 4, 5, 6], &[6])?;
/// assert_eq!(reshape(&x, &[2, -1])?.shape(), [2, 3]);
/// assert!(reshape(&x, &[4, -1]).is_err());
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the number of elements differs, or -1 stands twice.
pub fn reshape(x: &Array, shape: &[i64]) -> Result<Array> {
    x.check()?;
    let wrong = |why: &str| {
        let list: Vec<String> = shape.iter().map(i64::to_string).collect();
        Error::invalid(format!("shape ({}) {why}", list.join(", ")))
    };
    let mut sizes = Shape::new();
    let mut free = None;
    for (axis, &size) in shape.iter().enumerate() {
        match usize::try_from(size) {
            Ok(size) => sizes.push(size),
            Err(_) if size == -1 && free.is_none() => {
                free = Some(axis);
                sizes.push(1);
            }
            Err(_) => return Err(wrong("has a negative size; one size may be -1, and is then computed")),
        }
    }
    if let Some(axis) = free {
        let known = shape::count(&sizes)?;
        if known == 0 || !x.size().is_multiple_of(known) {
            return Err(wrong(&format!(
                "does not divide the {} elements of {}",
                x.size(),
                shape::text(x.shape())
            )));
        }
        sizes[axis] = x.size() / known;
    }
    to_shape(x, sizes)
}

/// `x` with new axes of size 1 at these positions of the result.
///
/// # Errors
/// When a position does not exist in the result or is named twice.
pub fn expand_dims(x: &Array, axes: impl Into<Axes>) -> Result<Array> {
    x.check()?;
    let axes = axes.into();
    let new =
        axes.len().ok_or_else(|| Error::invalid("`expand_dims` needs the positions of the new axes"))?;
    let positions = axes.resolve(x.ndim() + new)?;
    let mut shape = Shape::from_slice(x.shape());
    for position in positions {
        shape.insert(position, 1);
    }
    to_shape(x, shape)
}

/// `x` without the named axes, which must have size 1; without all such axes for `()`.
///
/// # Errors
/// When an axis does not exist or has another size.
pub fn squeeze(x: &Array, axes: impl Into<Axes>) -> Result<Array> {
    x.check()?;
    let axes = axes.into();
    let positions = axes.resolve(x.ndim())?;
    let named = axes.len().is_some();
    if let Some(wrong) = positions.iter().find(|p| named && x.shape()[**p] != 1) {
        return Err(Error::invalid(format!(
            "axis {wrong} of shape {} has size {}; only axes of size 1 can be squeezed",
            shape::text(x.shape()),
            x.shape()[*wrong]
        )));
    }
    let keep = |(i, n): (usize, &usize)| (*n != 1 || !positions.contains(&i)).then_some(*n);
    to_shape(x, x.shape().iter().enumerate().filter_map(keep).collect())
}

/// `x` with the axes from `start` to `end` (inclusive) merged into one.
///
/// # Errors
/// When an axis does not exist or `end` lies before `start`.
pub fn flatten(x: &Array, start: i32, end: i32) -> Result<Array> {
    x.check()?;
    if x.ndim() == 0 {
        return to_shape(x, smallvec![1]);
    }
    let (first, last) = (shape::axis(start, x.ndim())?, shape::axis(end, x.ndim())?);
    if first > last {
        return Err(Error::invalid(format!(
            "axis {end} lies before axis {start}; `flatten` merges from start to end"
        )));
    }
    let mut shape = Shape::from_slice(&x.shape()[..first]);
    shape.push(x.shape()[first..=last].iter().product());
    shape.extend_from_slice(&x.shape()[last + 1..]);
    to_shape(x, shape)
}

/// `x` with one axis replaced by several, whose sizes multiply to its own; one may be -1 and is computed.
///
/// ```
/// use emberforge_array::{Array, unflatten};
///
/// let x = Array::from_slice(&[1i32, 2, 3, 4, 5, 6], &[6])?;
/// assert_eq!(unflatten(&x, 0, &[2, -1])?.shape(), [2, 3]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist, no size is given, or the sizes do not multiply to the axis.
pub fn unflatten(x: &Array, axis: i32, shape: &[i64]) -> Result<Array> {
    x.check()?;
    let axis = shape::axis(axis, x.ndim())?;
    if shape.is_empty() {
        return Err(Error::invalid("`unflatten` needs the sizes of the new axes"));
    }
    let size = x.shape()[axis];
    let known: i64 =
        shape.iter().filter(|n| **n != -1).try_fold(1i64, |p, n| p.checked_mul(*n)).unwrap_or(-1);
    let free = shape.iter().filter(|n| **n == -1).count();
    let fits = match free {
        0 => known == size as i64,
        1 => known > 0 && size as i64 % known == 0,
        _ => false,
    };
    if !fits || shape.iter().any(|n| *n < -1) {
        let list: Vec<String> = shape.iter().map(i64::to_string).collect();
        return Err(Error::invalid(format!(
            "an axis of size {size} cannot be split into ({}); the sizes multiply to it, and one may be -1",
            list.join(", ")
        )));
    }
    let sizes = shape.iter().map(|n| if *n == -1 { size / known as usize } else { *n as usize });
    let (before, after) = (&x.shape()[..axis], &x.shape()[axis + 1..]);
    to_shape(x, before.iter().copied().chain(sizes).chain(after.iter().copied()).collect())
}

/// `x`, a 0-d array as one of shape `(1,)`.
///
/// # Errors
/// When `x` is a failed array.
pub fn atleast_1d(x: &Array) -> Result<Array> {
    x.check()?;
    if x.ndim() == 0 { to_shape(x, smallvec![1]) } else { Ok(x.clone()) }
}

/// `x` with at least two axes: a vector becomes a row.
///
/// ```
/// use emberforge_array::{Array, atleast_2d, atleast_3d};
///
/// let x = Array::from_slice(&[1i32, 2], &[2])?;
/// assert_eq!(atleast_2d(&x)?.shape(), [1, 2]);
/// assert_eq!(atleast_3d(&x)?.shape(), [1, 2, 1]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `x` is a failed array.
pub fn atleast_2d(x: &Array) -> Result<Array> {
    x.check()?;
    match x.shape() {
        [] => to_shape(x, smallvec![1, 1]),
        &[n] => to_shape(x, smallvec![1, n]),
        _ => Ok(x.clone()),
    }
}

/// `x` with at least three axes: a vector of n becomes `(1, n, 1)`, a matrix `(m, n, 1)`.
///
/// # Errors
/// When `x` is a failed array.
pub fn atleast_3d(x: &Array) -> Result<Array> {
    x.check()?;
    match x.shape() {
        [] => to_shape(x, smallvec![1, 1, 1]),
        &[n] => to_shape(x, smallvec![1, n, 1]),
        &[m, n] => to_shape(x, smallvec![m, n, 1]),
        _ => Ok(x.clone()),
    }
}
