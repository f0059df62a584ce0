//! Padding.

use crate::Array;
use crate::element::node::constant;
use crate::index::{Cut, take, updated};
use crate::region::Update;
use crate::scalar::Scalar;
use crate::shape::{self, Shape};
use emberforge_base::{Error, Result};

/// Elements added before and after each axis: `2` on both sides of every axis, `(1, 2)` before and after every axis, or
/// a list of pairs, one per axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Padding {
    /// The same pair on every axis.
    Every(usize, usize),
    /// One pair per axis.
    Each(Vec<(usize, usize)>),
}

impl From<usize> for Padding {
    fn from(n: usize) -> Self {
        Padding::Every(n, n)
    }
}

impl From<(usize, usize)> for Padding {
    fn from((before, after): (usize, usize)) -> Self {
        Padding::Every(before, after)
    }
}

impl From<&[(usize, usize)]> for Padding {
    fn from(pairs: &[(usize, usize)]) -> Self {
        Padding::Each(pairs.to_vec())
    }
}

impl<const N: usize> From<[(usize, usize); N]> for Padding {
    fn from(pairs: [(usize, usize); N]) -> Self {
        Padding::Each(pairs.to_vec())
    }
}

/// What the added elements are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PadMode {
    /// This value, converted to the array's dtype.
    Constant(Scalar),
    /// The element at the edge.
    Edge,
    /// The array mirrored at its edge elements, which are not repeated.
    Reflect,
    /// The array mirrored at its edges, whose elements are repeated.
    Symmetric,
}

impl Default for PadMode {
    fn default() -> Self {
        PadMode::Constant(Scalar::Int(0))
    }
}

/// `x` with elements added around it.
///
/// ```
/// use emberforge_array::{Array, PadMode, pad};
///
/// let x = Array::from_slice(&[1i32, 2, 3], &[3])?;
/// assert_eq!(pad(&x, (1, 2), PadMode::default())?.to_vec::<i32>()?, [0, 1, 2, 3, 0, 0]);
/// assert_eq!(pad(&x, (0, 2), PadMode::Edge)?.to_vec::<i32>()?, [1, 2, 3, 3, 3]);
/// assert_eq!(pad(&x, 2, PadMode::Reflect)?.to_vec::<i32>()?, [3, 2, 1, 2, 3, 2, 1]);
/// assert_eq!(pad(&x, 1, PadMode::Symmetric)?.to_vec::<i32>()?, [1, 1, 2, 3, 3]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When there is not one pair per axis, an empty axis has nothing to continue, or the result is too large.
pub fn pad(x: &Array, padding: impl Into<Padding>, mode: PadMode) -> Result<Array> {
    x.check()?;
    let pairs = match padding.into() {
        Padding::Every(before, after) => vec![(before, after); x.ndim()],
        // As in MLX, one pair serves all axes.
        Padding::Each(pairs) if pairs.len() == 1 => vec![pairs[0]; x.ndim()],
        Padding::Each(pairs) => pairs,
    };
    if pairs.len() != x.ndim() {
        return Err(Error::invalid(format!(
            "{} pairs of padding were given for shape {}; give one per axis",
            pairs.len(),
            shape::text(x.shape())
        )));
    }
    let padded =
        |(n, (before, after)): (&usize, &(usize, usize))| n.saturating_add(*before).saturating_add(*after);
    let shape: Shape = x.shape().iter().zip(&pairs).map(padded).collect();
    shape::count(&shape)?;
    if let PadMode::Constant(value) = mode {
        let cuts: Vec<Cut> = x
            .shape()
            .iter()
            .zip(&pairs)
            .map(|(n, (before, _))| Cut { start: *before, step: 1, len: *n })
            .collect();
        return Ok(updated(&constant(value, x.dtype(), &shape), x, &cuts, Update::Set));
    }
    let mut y = x.clone();
    for (axis, (before, after)) in pairs.into_iter().enumerate() {
        if before + after == 0 {
            continue;
        }
        let n = x.shape()[axis] as i64;
        if n == 0 {
            return Err(Error::invalid(format!(
                "axis {axis} of shape {} is empty and cannot be continued; pad with a constant",
                shape::text(x.shape())
            )));
        }
        let source = |i: i64| match mode {
            PadMode::Reflect if n > 1 => mirrored(i, 2 * (n - 1), 0),
            PadMode::Symmetric => mirrored(i, 2 * n, 1),
            _ => i.clamp(0, n - 1),
        };
        let positions: Vec<i64> = (-(before as i64)..n + after as i64).map(source).collect();
        y = take(&y, Array::from_slice(&positions, &[positions.len()])?, axis as i32)?;
    }
    Ok(y)
}

/// Position `i` of a line that runs forwards and back again with this period.
fn mirrored(i: i64, period: i64, repeat: i64) -> i64 {
    let i = i.rem_euclid(period);
    i.min(period - repeat - i)
}
