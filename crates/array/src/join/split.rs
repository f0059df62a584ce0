//! Taking an array apart along an axis.

use crate::index::{Cut, sliced};
use crate::shape;
use crate::view::squeeze;
use crate::{Array, DType};
use emberforge_base::{Error, Result};

/// How [`split`] divides an axis: into so many equal parts (`3`), or at positions (`[2, 5]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sections {
    /// Equal parts.
    Equal(usize),
    /// Parts that end before these positions, and a last one. Positions work as the bounds of a slice.
    At(Vec<i64>),
}

impl From<usize> for Sections {
    fn from(parts: usize) -> Self {
        Sections::Equal(parts)
    }
}

impl From<&[i64]> for Sections {
    fn from(positions: &[i64]) -> Self {
        Sections::At(positions.to_vec())
    }
}

impl<const N: usize> From<[i64; N]> for Sections {
    fn from(positions: [i64; N]) -> Self {
        Sections::At(positions.to_vec())
    }
}

/// The parts of `x` along `axis`, as views.
///
/// ```
/// use emberforge_array::{Array, split};
///
/// let x = Array::from_slice(&[0i32, 1, 2, 3, 4, 5], &[6])?;
/// let halves = split(&x, 2, 0)?;
/// assert_eq!(halves[1].to_vec::<i32>()?, [3, 4, 5]);
/// let parts = split(&x, [1, -1], 0)?;
/// assert_eq!(parts[1].to_vec::<i32>()?, [1, 2, 3, 4]);
/// assert!(split(&x, 4, 0).is_err());
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist or does not divide into equal parts.
pub fn split(x: &Array, sections: impl Into<Sections>, axis: i32) -> Result<Vec<Array>> {
    x.check()?;
    let axis = shape::axis(axis, x.ndim())?;
    let size = x.shape()[axis];
    let bounds: Vec<usize> = match sections.into() {
        Sections::Equal(parts) if parts > 0 && size.is_multiple_of(parts) => {
            (1..parts).map(|i| i * (size / parts)).collect()
        }
        Sections::Equal(parts) => {
            return Err(Error::invalid(format!(
                "axis {axis} of size {size} does not divide into {parts} equal parts; give positions instead"
            )));
        }
        Sections::At(positions) => positions
            .iter()
            .map(|p| (if *p < 0 { p.saturating_add(size as i64) } else { *p }).clamp(0, size as i64) as usize)
            .collect(),
    };
    let part = |from: usize, to: usize| {
        let len = to.saturating_sub(from);
        let mut cuts: Vec<Cut> = x.shape().iter().map(|n| Cut { start: 0, step: 1, len: *n }).collect();
        cuts[axis] = Cut { start: if len == 0 { 0 } else { from }, step: 1, len };
        sliced(x, &cuts)
    };
    let starts = std::iter::once(0).chain(bounds.iter().copied());
    let ends = bounds.iter().copied().chain([size]);
    Ok(starts.zip(ends).map(|(from, to)| part(from, to)).collect())
}

/// The entries of `x` along `axis`, which they do not have: the inverse of [`stack`](crate::stack).
///
/// ```
/// use emberforge_array::{Array, unstack};
///
/// let rows = unstack(&Array::from_slice(&[1i32, 2, 3, 4], &[2, 2])?, 0)?;
/// assert_eq!(rows[1].to_vec::<i32>()?, [3, 4]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist.
pub fn unstack(x: &Array, axis: i32) -> Result<Vec<Array>> {
    match x.check()?.dim(axis)? {
        0 => Ok(Vec::new()),
        n => split(x, n, axis)?.iter().map(|part| squeeze(part, axis)).collect(),
    }
}

/// Differences of neighbours along `axis`, `n` times over; `bool` compares as `not_equal`.
///
/// ```
/// use emberforge_array::{Array, diff};
///
/// let x = Array::from_slice(&[1i32, 4, 9, 16], &[4])?;
/// assert_eq!(diff(&x, 1, -1)?.to_vec::<i32>()?, [3, 5, 7]);
/// assert_eq!(diff(&x, 2, -1)?.to_vec::<i32>()?, [2, 2]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist.
pub fn diff(x: &Array, n: usize, axis: i32) -> Result<Array> {
    let size = x.check()?.dim(axis)? as i64;
    let mut x = x.clone();
    // As often as there are neighbours; then nothing is left.
    for left in (size - (n as i64).min(size)..size).rev() {
        let parts = split(&x, [1], axis)?;
        let before = &split(&x, [left], axis)?[0];
        x = match x.dtype() {
            DType::Bool => crate::not_equal(&parts[1], before)?,
            _ => crate::subtract(&parts[1], before)?,
        };
    }
    Ok(x)
}
