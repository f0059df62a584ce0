//! Repeating, reversing and rotating.

use super::concatenate;
use crate::Array;
use crate::index::{Cut, sliced};
use crate::shape::{self, Axes, Shape};
use crate::view::{broadcast_to, flatten, to_shape};
use emberforge_base::{Error, Result};

/// Copies of `x` beside each other, so many along each axis; missing counts are 1, missing leading axes are added.
///
/// ```
/// use emberforge_array::{Array, tile};
///
/// let x = Array::from_slice(&[1i32, 2], &[2])?;
/// assert_eq!(tile(&x, &[2])?.to_vec::<i32>()?, [1, 2, 1, 2]);
/// assert_eq!(tile(&x, &[2, 1])?.shape(), [2, 2]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the result has more elements than a machine can address.
pub fn tile(x: &Array, reps: &[usize]) -> Result<Array> {
    x.check()?;
    let ndim = reps.len().max(x.ndim());
    let sizes = std::iter::repeat_n(1, ndim - x.ndim()).chain(x.shape().iter().copied());
    let reps = std::iter::repeat_n(1, ndim - reps.len()).chain(reps.iter().copied());
    let (mut apart, mut wide, mut joined) = (Shape::new(), Shape::new(), Shape::new());
    for (n, r) in sizes.zip(reps) {
        apart.extend([1, n]);
        wide.extend([r, n]);
        joined.push(n.saturating_mul(r));
    }
    to_shape(&broadcast_to(&to_shape(x, apart)?, &wide)?, joined)
}

/// Every entry along `axis` repeated so many times; without an axis, every element of the flattened array.
///
/// ```
/// use emberforge_array::{Array, repeat};
///
/// let x = Array::from_slice(&[1i32, 2, 3, 4], &[2, 2])?;
/// assert_eq!(repeat(&x, 2, 1)?.to_vec::<i32>()?, [1, 1, 2, 2, 3, 3, 4, 4]);
/// assert_eq!(repeat(&x, 2, None)?.shape(), [8]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist, or the result has more elements than a machine can address.
pub fn repeat(x: &Array, repeats: usize, axis: impl Into<Option<i32>>) -> Result<Array> {
    x.check()?;
    let Some(axis) = axis.into() else { return repeat(&flatten(x, 0, -1)?, repeats, 0) };
    let axis = shape::axis(axis, x.ndim())?;
    let mut apart = Shape::from_slice(x.shape());
    apart.insert(axis + 1, 1);
    let mut wide = apart.clone();
    wide[axis + 1] = repeats;
    let mut joined = Shape::from_slice(x.shape());
    joined[axis] = joined[axis].saturating_mul(repeats);
    to_shape(&broadcast_to(&to_shape(x, apart)?, &wide)?, joined)
}

/// `x` with the order along these axes reversed, as a view; all axes for `()`.
///
/// ```
/// use emberforge_array::{Array, flip};
///
/// let x = Array::from_slice(&[1i32, 2, 3, 4], &[2, 2])?;
/// assert_eq!(flip(&x, 0)?.to_vec::<i32>()?, [3, 4, 1, 2]);
/// assert_eq!(flip(&x, ())?.to_vec::<i32>()?, [4, 3, 2, 1]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an axis does not exist or is named twice.
pub fn flip(x: &Array, axes: impl Into<Axes>) -> Result<Array> {
    x.check()?;
    let axes = axes.into().resolve(x.ndim())?;
    let cut = |(axis, n): (usize, &usize)| match axes.contains(&axis) && *n > 1 {
        true => Cut { start: n - 1, step: -1, len: *n },
        false => Cut { start: 0, step: 1, len: *n },
    };
    let cuts: Vec<Cut> = x.shape().iter().enumerate().map(cut).collect();
    Ok(sliced(x, &cuts))
}

/// `x` with the entries along each axis moved forward by the shift, those beyond the end coming in at the start. One
/// shift serves all axes named; an axis named twice moves twice. For `()` the flattened array moves.
///
/// ```
/// use emberforge_array::{Array, roll};
///
/// let x = Array::from_slice(&[0i32, 1, 2, 3, 4], &[5])?;
/// assert_eq!(roll(&x, &[2], ())?.to_vec::<i32>()?, [3, 4, 0, 1, 2]);
/// assert_eq!(roll(&x, &[-1], 0)?.to_vec::<i32>()?, [1, 2, 3, 4, 0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an axis does not exist, or there are several shifts but not one per axis.
pub fn roll(x: &Array, shifts: &[i64], axes: impl Into<Axes>) -> Result<Array> {
    x.check()?;
    let Some(axes) = axes.into().listed() else {
        // Several shifts of one line are their sum.
        let shift = shifts.iter().fold(0i64, |sum, s| sum.wrapping_add(s % x.size().max(1) as i64));
        let flat = rolled(&flatten(x, 0, -1)?, shift, 0)?;
        return to_shape(&flat, Shape::from_slice(x.shape()));
    };
    let mut y = x.clone();
    if shifts.len() != 1 && shifts.len() != axes.len() {
        return Err(Error::invalid(format!(
            "{} shifts were given for {} axes; give one for all or one for each",
            shifts.len(),
            axes.len()
        )));
    }
    for (axis, shift) in axes.iter().zip(shifts.iter().cycle()) {
        y = rolled(&y, *shift, shape::axis(*axis, x.ndim())?)?;
    }
    Ok(y)
}

fn rolled(x: &Array, shift: i64, axis: usize) -> Result<Array> {
    let size = x.shape()[axis];
    let shift = shift.rem_euclid(size.max(1) as i64) as usize;
    if shift == 0 {
        return Ok(x.clone());
    }
    let part = |start: usize, len: usize| {
        let mut cuts: Vec<Cut> = x.shape().iter().map(|n| Cut { start: 0, step: 1, len: *n }).collect();
        cuts[axis] = Cut { start, step: 1, len };
        sliced(x, &cuts)
    };
    concatenate(&[&part(size - shift, shift), &part(0, size - shift)], axis as i32)
}
