//! Updates of the part of an array that an index names, and selection by index arrays.

use super::gather::gathered;
use super::indices::common_shape;
use super::place::{Index, Place, place};
use super::scatter::scattered;
use super::slice::{sliced, source, updated};
use crate::Array;
use crate::region::Update;
use crate::scalar::Operand;
use crate::shape::{self, Shape};
use crate::view::{broadcast_to, to_shape, transpose};
use emberforge_base::Result;

/// The part of an array that an index names, to be updated; [`Array::at`] makes one.
#[derive(Debug)]
pub struct At<'a> {
    array: &'a Array,
    indices: &'a [Index],
}

impl Array {
    /// The part that `indices` name, for an update that gives a new array.
    ///
    /// Index arrays may name a place several times: additions, products and extremes then combine all of them, in
    /// row-major order and with the same bits for every number of threads; of several `set`s the last stays.
    ///
    /// ```
    /// use emberforge_array::{Array, s, zeros_like};
    ///
    /// let x = Array::from_slice(&[1.0f32, 2.0, 3.0], &[3])?;
    /// let at = Array::from_slice(&[0i32, 2, 0], &[3])?;
    /// assert_eq!(x.at(s![&at]).add(10.0)?.to_vec::<f32>()?, [21.0, 2.0, 13.0]);
    /// assert_eq!(x.at(s![1..]).set(0.0)?.to_vec::<f32>()?, [1.0, 0.0, 0.0]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    pub fn at<'a>(&'a self, indices: &'a [Index]) -> At<'a> {
        At { array: self, indices }
    }
}

macro_rules! updates {
    ($($(#[$doc:meta])* $name:ident = $update:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// As [`Array::slice`]; when the source does not broadcast to the part.
        pub fn $name<'b>(&self, source: impl Into<Operand<'b>>) -> Result<Array> {
            update(self.array, self.indices, source.into(), Update::$update)
        }
    )*};
}

impl At<'_> {
    updates! {
        /// The array with the part replaced.
        set = Set;
        /// The array with `source` added to the part.
        add = Add;
        /// The array with the part multiplied by `source`.
        multiply = Prod;
        /// The array with the larger of the part and `source`.
        maximum = Max;
        /// The array with the smaller of the part and `source`.
        minimum = Min;
    }
}

/// The axes of `place.shape` that no index array selects from, in order.
fn rest(place: &Place) -> Vec<usize> {
    (0..place.shape.len()).filter(|a| place.arrays.iter().all(|(_, of, _)| of != a)).collect()
}

/// How many of the rest stand before the axes of the index arrays.
fn before(place: &Place, rest: &[usize]) -> usize {
    let first = place.arrays.iter().map(|(_, axis, _)| *axis).min().unwrap_or(0);
    if place.together { rest.iter().filter(|a| **a < first).count() } else { 0 }
}

fn broadcast_indices(place: &Place) -> Result<Vec<Array>> {
    let arrays: Vec<Array> = place.arrays.iter().map(|(a, _, _)| a.clone()).collect();
    let common = common_shape(&arrays)?;
    arrays.iter().map(|a| broadcast_to(a, &common)).collect()
}

/// What index arrays select from a part of shape `place.shape`.
pub(super) fn select(part: &Array, place: &Place) -> Result<Array> {
    let indices = broadcast_indices(place)?;
    let axes: Vec<usize> = place.arrays.iter().map(|(_, axis, _)| *axis).collect();
    let mut slice = place.shape.clone();
    for axis in &axes {
        slice[*axis] = 1;
    }
    let rest = rest(place);
    let mut shape = Shape::from_slice(indices[0].shape());
    let count = shape.len();
    shape.extend(rest.iter().map(|a| place.shape[*a]));
    shape::count(&shape)?;
    let front = to_shape(&gathered(part, &indices, &axes, &slice), shape)?;
    let before = before(place, &rest);
    let order: Vec<i32> = (count..count + before)
        .chain(0..count)
        .chain(count + before..front.ndim())
        .map(|a| a as i32)
        .collect();
    transpose(&front, &order)
}

/// `x` with the part that `indices` name updated.
pub(super) fn update(x: &Array, indices: &[Index], operand: Operand<'_>, update: Update) -> Result<Array> {
    x.check()?;
    let place = place(indices, x.shape())?;
    let mut slice: Shape = place.cuts.iter().map(|c| c.len).collect();
    if place.arrays.is_empty() {
        let source = source(operand, x.dtype(), &place.shape)?;
        return Ok(updated(x, &to_shape(&source, slice)?, &place.cuts, update));
    }
    let indices = broadcast_indices(&place)?;
    let axes: Vec<usize> = place.arrays.iter().map(|(_, _, axis)| *axis).collect();
    let rest = rest(&place);
    let (before, count) = (before(&place, &rest), indices[0].ndim());
    let sizes = |axes: &[usize]| axes.iter().map(|a| place.shape[*a]).collect::<Shape>();
    let shape: Shape = sizes(&rest[..before])
        .into_iter()
        .chain(indices[0].shape().iter().copied())
        .chain(sizes(&rest[before..]))
        .collect();
    shape::count(&shape)?;
    let source = source(operand, x.dtype(), &shape)?;
    let order: Vec<i32> = (before..before + count)
        .chain(0..before)
        .chain(before + count..shape.len())
        .map(|a| a as i32)
        .collect();
    for axis in &axes {
        slice[*axis] = 1;
    }
    let mut target = Shape::from_slice(indices[0].shape());
    target.extend(slice);
    let source = to_shape(&transpose(&source, &order)?, target)?;
    let part = scattered(&sliced(x, &place.cuts), &indices, &source, &axes, update);
    Ok(updated(x, &part, &place.cuts, Update::Set))
}
