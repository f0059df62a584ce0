//! Sorting, partial sorting and searching, along one axis.

mod order;
mod search;

pub(crate) use order::{Order, dispatch};
pub use search::{Side, searchsorted};

use crate::element::node::constant;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::scalar::Scalar;
use crate::shape;
use crate::value::Value;
use crate::view::to_shape;
use crate::{Array, Spec, rows, scatter_add_axis};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use smallvec::smallvec;
use std::ops::Range;

/// Rows along an axis in order, as a whole or around one place; of the result the part `kept` is given.
#[derive(Clone, Debug)]
struct Arrange {
    axis: usize,
    /// Only the element at this place stands where a sort would put it, with smaller ones before and larger ones after.
    around: Option<usize>,
    kept: Range<usize>,
    /// Gives where the elements were (`u32`), not the elements.
    places: bool,
}

impl Primitive for Arrange {
    fn name(&self) -> &'static str {
        match (self.around, self.places) {
            (None, false) => "sort",
            (None, true) => "argsort",
            (Some(_), false) => "partition",
            (Some(_), true) => "argpartition",
        }
    }

    fn detail(&self) -> String {
        format!("axis {}", self.axis)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let (x, spec) = (rows::with_axis_last(&inputs[0], self.axis)?, &outputs[0]);
        let (n, m) = (x.shape[x.shape.len() - 1], self.kept.len());
        let mut buffer = BufferMut::new(spec.len() * spec.dtype.size())?;
        let out = buffer.bytes_mut();
        dispatch!(x.dtype, T => {
            let data = rows::elements::<T>(&x)?;
            if self.places {
                rows::map_rows(data, n, rows::elements_mut(out)?, m, |row, to| {
                    to.copy_from_slice(&self.order(row)[self.kept.clone()]);
                });
            } else if self.around.is_none() && m == n {
                rows::map_rows(data, n, rows::elements_mut(out)?, m, |row: &[T], to: &mut [T]| {
                    to.copy_from_slice(row);
                    to.sort_by(|a, b| a.order(*b));
                });
            } else {
                rows::map_rows(data, n, rows::elements_mut(out)?, m, |row: &[T], to: &mut [T]| {
                    let places = self.order(row);
                    to.iter_mut().zip(&places[self.kept.clone()]).for_each(|(y, i)| *y = row[*i as usize]);
                });
            }
        });
        let mut shape = x.shape.clone();
        shape[x.shape.len() - 1] = m;
        Ok(smallvec![rows::with_axis_back(&Value::dense(buffer, spec.dtype, &shape), self.axis)])
    }

    /// Each element's gradient goes back to where it was.
    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        if self.places || !call.inputs[0].dtype().is_float() && call.inputs[0].dtype() != DType::Complex64 {
            return call.none();
        }
        let x = &call.inputs[0];
        let places = Arrange { places: true, ..self.clone() }.build(x);
        let zeros = constant(Scalar::Int(0), x.dtype(), x.shape());
        call.one(|g| scatter_add_axis(&zeros, &places, g, self.axis as i32))
    }
}

impl Arrange {
    /// Where the elements of the arranged row stand in `row`.
    fn order<T: Order>(&self, row: &[T]) -> Vec<u32> {
        let mut places: Vec<u32> = (0..row.len() as u32).collect();
        // Places decide between equals: stable, and the same for every algorithm.
        let order = |a: &u32, b: &u32| row[*a as usize].order(row[*b as usize]).then(a.cmp(b));
        match self.around {
            Some(kth) => drop(places.select_nth_unstable_by(kth, order)),
            None => places.sort_unstable_by(order),
        }
        places
    }

    fn build(self, x: &Array) -> Array {
        let mut spec = x.spec().clone();
        spec.shape[self.axis] = self.kept.len();
        if self.places {
            spec.dtype = DType::U32;
        }
        Array::build(self, smallvec![x.clone()], spec)
    }
}

/// The array and the position of the axis; flattened for `None`.
fn along(name: &str, x: &Array, axis: Option<i32>) -> Result<(Array, usize)> {
    x.check()?;
    let (x, axis) = match axis {
        Some(axis) => (x.clone(), shape::axis(axis, x.ndim())?),
        None => (to_shape(x, smallvec![x.size()])?, 0),
    };
    if u32::try_from(x.shape()[axis]).is_err() {
        return Err(Error::invalid(format!(
            "`{name}` numbers elements by u32; {} are too many",
            x.shape()[axis]
        )));
    }
    Ok((x, axis))
}

/// `x` with the elements along `axis` ascending, NaN last; flattened first for `None`. Complex numbers are ordered by the
/// real part, then the imaginary.
///
/// ```
/// use emberforge_array::{Array, sort};
///
/// let x = Array::from_slice(&[3, 1, 2, 0], &[2, 2])?;
/// assert_eq!(sort(&x, -1)?.to_vec::<i32>()?, [1, 3, 0, 2]);
/// assert_eq!(sort(&x, None)?.to_vec::<i32>()?, [0, 1, 2, 3]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist.
pub fn sort(x: &Array, axis: impl Into<Option<i32>>) -> Result<Array> {
    let (x, axis) = along("sort", x, axis.into())?;
    Ok(Arrange { axis, around: None, kept: 0..x.shape()[axis], places: false }.build(&x))
}

/// Where the elements of [`sort`] come from, as `u32`; equal elements in the order they had.
///
/// ```
/// use emberforge_array::{Array, argsort};
///
/// let x = Array::from_slice(&[3, 1, 2], &[3])?;
/// assert_eq!(argsort(&x, -1)?.to_vec::<u32>()?, [1, 2, 0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist.
pub fn argsort(x: &Array, axis: impl Into<Option<i32>>) -> Result<Array> {
    let (x, axis) = along("argsort", x, axis.into())?;
    Ok(Arrange { axis, around: None, kept: 0..x.shape()[axis], places: true }.build(&x))
}

fn partitioned(name: &str, x: &Array, kth: i64, axis: Option<i32>, places: bool) -> Result<Array> {
    let (x, axis) = along(name, x, axis)?;
    let n = x.shape()[axis];
    let place = if kth < 0 { kth + n as i64 } else { kth };
    if !(0..n as i64).contains(&place) {
        return Err(Error::invalid(format!(
            "`{name}` around place {kth} of an axis of {n}: the place must be from -{n} to {n} - 1"
        )));
    }
    Ok(Arrange { axis, around: Some(place as usize), kept: 0..n, places }.build(&x))
}

/// `x` with the element that a sort would put at place `kth` of `axis` there, none larger before it and none smaller
/// after; the order among those is not defined. Negative places count from the end.
///
/// ```
/// use emberforge_array::{Array, partition};
///
/// let x = Array::from_slice(&[5, 3, 1, 4, 2], &[5])?;
/// assert_eq!(partition(&x, 2, -1)?.to_vec::<i32>()?[2], 3);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis or the place does not exist.
pub fn partition(x: &Array, kth: i64, axis: impl Into<Option<i32>>) -> Result<Array> {
    partitioned("partition", x, kth, axis.into(), false)
}

/// Where the elements of [`partition`] come from, as `u32`.
///
/// # Errors
/// When the axis or the place does not exist.
pub fn argpartition(x: &Array, kth: i64, axis: impl Into<Option<i32>>) -> Result<Array> {
    partitioned("argpartition", x, kth, axis.into(), true)
}

/// The `k` largest elements along `axis`, in no defined order.
///
/// ```
/// use emberforge_array::{Array, sort, topk};
///
/// let x = Array::from_slice(&[5, 3, 1, 4], &[4])?;
/// assert_eq!(sort(&topk(&x, 2, -1)?, -1)?.to_vec::<i32>()?, [4, 5]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist or has fewer than `k` elements.
pub fn topk(x: &Array, k: usize, axis: impl Into<Option<i32>>) -> Result<Array> {
    let (x, axis) = along("topk", x, axis.into())?;
    let n = x.shape()[axis];
    if k > n {
        return Err(Error::invalid(format!(
            "`topk` of {k} elements along an axis of {n}: there are too few"
        )));
    }
    let around = (k > 0 && k < n).then(|| n - k);
    Ok(Arrange { axis, around, kept: n - k..n, places: false }.build(&x))
}
