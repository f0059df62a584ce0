//! Products that sum over named axes, and products of everything with everything.

use super::matmul;
use crate::Array;
use crate::shape::{self, Shape};
use crate::view::{flatten, to_shape, transpose};
use emberforge_base::{Error, Result};

/// The axes that [`tensordot`] sums over: so many last ones of the first with as many first ones of the second (`2`), or
/// pairs by name (`([0, 1], [1, 0])`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contraction {
    /// The last axes of the first operand with the first ones of the second.
    Adjacent(usize),
    /// Axes of the first operand with axes of the second.
    Pairs(Vec<i32>, Vec<i32>),
}

impl From<usize> for Contraction {
    fn from(count: usize) -> Self {
        Contraction::Adjacent(count)
    }
}

impl<const N: usize, const M: usize> From<([i32; N], [i32; M])> for Contraction {
    fn from((a, b): ([i32; N], [i32; M])) -> Self {
        Contraction::Pairs(a.to_vec(), b.to_vec())
    }
}

impl From<(Vec<i32>, Vec<i32>)> for Contraction {
    fn from((a, b): (Vec<i32>, Vec<i32>)) -> Self {
        Contraction::Pairs(a, b)
    }
}

/// Products of `a` and `b` summed over pairs of axes; the result has the other axes of `a`, then those of `b`.
///
/// ```
/// use emberforge_array::{Array, tensordot};
///
/// let a = Array::from_slice(&[1.0f32, 2.0, 3.0, 4.0], &[2, 2])?;
/// assert_eq!(tensordot(&a, &a, 2)?.item::<f32>()?, 30.0);
/// assert_eq!(tensordot(&a, &a, ([0], [0]))?.to_vec::<f32>()?, [10.0, 14.0, 14.0, 20.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an axis does not exist or is named twice, paired axes differ in size, or as [`matmul`](crate::matmul).
pub fn tensordot(a: &Array, b: &Array, axes: impl Into<Contraction>) -> Result<Array> {
    a.check()?;
    b.check()?;
    let (left, right) = match axes.into() {
        Contraction::Adjacent(n) if n > a.ndim().min(b.ndim()) => {
            return Err(Error::invalid(format!(
                "{n} axes cannot be summed over for shapes {} and {}; both need as many",
                shape::text(a.shape()),
                shape::text(b.shape())
            )));
        }
        Contraction::Adjacent(n) => ((a.ndim() - n..a.ndim()).collect(), (0..n).collect()),
        Contraction::Pairs(left, right) => (positions(&left, a.ndim())?, positions(&right, b.ndim())?),
    };
    let sizes = |x: &Array, axes: &[usize]| axes.iter().map(|i| x.shape()[*i]).collect::<Shape>();
    if sizes(a, &left) != sizes(b, &right) {
        return Err(Error::invalid(format!(
            "axes {} of shape {} and axes {} of shape {} cannot be summed over together; paired sizes must be equal",
            shape::text(&left),
            shape::text(a.shape()),
            shape::text(&right),
            shape::text(b.shape())
        )));
    }
    let others = |x: &Array, axes: &[usize]| (0..x.ndim()).filter(|i| !axes.contains(i)).collect::<Vec<_>>();
    let (kept_a, kept_b) = (others(a, &left), others(b, &right));
    let shape: Shape = sizes(a, &kept_a).into_iter().chain(sizes(b, &kept_b)).collect();
    shape::count(&shape)?;
    let rows = ordered(a, &[&kept_a, &left])?;
    let columns = ordered(b, &[&right, &kept_b])?;
    to_shape(&matmul(&rows, &columns)?, shape)
}

fn positions(axes: &[i32], ndim: usize) -> Result<Vec<usize>> {
    let mut list = Vec::new();
    for a in axes {
        let position = shape::axis(*a, ndim)?;
        if list.contains(&position) {
            return Err(Error::invalid(format!("axis {a} is named twice; name each axis once")));
        }
        list.push(position);
    }
    Ok(list)
}

/// `x` with groups of its axes in this order, each merged into one.
pub(super) fn ordered(x: &Array, groups: &[&[usize]]) -> Result<Array> {
    let order: Vec<i32> = groups.concat().into_iter().map(|a| a as i32).collect();
    let shape = groups.iter().map(|g| g.iter().map(|a| x.shape()[*a]).product()).collect();
    to_shape(&transpose(x, &order)?, shape)
}

/// Sums of products over the last axes: for vectors the inner product. The result has the other axes of `a`, then
/// those of `b`; a 0-d operand multiplies.
///
/// ```
/// use emberforge_array::{Array, inner};
///
/// let a = Array::from_slice(&[1.0f32, 2.0, 3.0], &[3])?;
/// assert_eq!(inner(&a, &a)?.item::<f32>()?, 14.0);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the last axes differ in size, or as [`matmul`](crate::matmul).
pub fn inner(a: &Array, b: &Array) -> Result<Array> {
    if a.ndim() == 0 || b.ndim() == 0 {
        return crate::multiply(a, b);
    }
    tensordot(a, b, ([-1], [-1]))
}

/// Sums of `conj(a) * b` along `axis`, one fused kernel; the other axes broadcast.
///
/// ```
/// use emberforge_array::{Array, vecdot};
///
/// let a = Array::from_slice(&[1i32, 2, 3, 4], &[2, 2])?;
/// assert_eq!(vecdot(&a, &a, -1)?.to_vec::<i32>()?, [5, 25]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist in both, or has different sizes there.
pub fn vecdot(a: &Array, b: &Array, axis: i32) -> Result<Array> {
    let (n, m) = (a.check()?.dim(axis)?, b.check()?.dim(axis)?);
    if n != m {
        return Err(Error::invalid(format!(
            "`vecdot` along axis {axis} needs equal sizes, and shapes {} and {} have {n} and {m} there",
            shape::text(a.shape()),
            shape::text(b.shape())
        )));
    }
    crate::sum((crate::conjugate(a)? * b).check()?, axis, false)
}

/// Products of every element of `a` with every element of `b`, as a matrix; both are flattened.
///
/// ```
/// use emberforge_array::{Array, outer};
///
/// let a = Array::from_slice(&[1i32, 2], &[2])?;
/// assert_eq!(outer(&a, &a)?.to_vec::<i32>()?, [1, 2, 2, 4]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the result has more elements than a machine can address.
pub fn outer(a: &Array, b: &Array) -> Result<Array> {
    let column = to_shape(a.check()?, Shape::from_slice(&[a.size(), 1]))?;
    crate::multiply(column, flatten(b, 0, -1)?)
}

/// The Kronecker product: every element of `a` replaced by itself times `b`. Missing leading axes have size 1.
///
/// ```
/// use emberforge_array::{Array, kron};
///
/// let a = Array::from_slice(&[1i32, 2], &[1, 2])?;
/// assert_eq!(kron(&a, &a)?.to_vec::<i32>()?, [1, 2, 2, 4]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the result has more elements than a machine can address.
pub fn kron(a: &Array, b: &Array) -> Result<Array> {
    a.check()?;
    b.check()?;
    let ndim = a.ndim().max(b.ndim());
    let size = |x: &Array, i: usize| (i + x.ndim()).checked_sub(ndim).map_or(1, |i| x.shape()[i]);
    let (mut wide_a, mut wide_b, mut shape) = (Shape::new(), Shape::new(), Shape::new());
    for i in 0..ndim {
        let (m, n) = (size(a, i), size(b, i));
        wide_a.extend([m, 1]);
        wide_b.extend([1, n]);
        shape.push(m.saturating_mul(n));
    }
    shape::count(&shape)?;
    to_shape(&crate::multiply(to_shape(a, wide_a)?, to_shape(b, wide_b)?)?, shape)
}
