//! What stands between the brackets: ranges, single indices, new axes, an ellipsis, index arrays.

use super::slice::Cut;
use crate::Array;
use crate::shape::{self, Shape};
use emberforge_base::{Error, Result};
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

/// One entry of an index; [`s!`](crate::s) makes lists of them.
#[derive(Clone, Debug)]
pub enum Index {
    /// One position; the axis is dropped. Negative positions count from the end.
    At(i64),
    /// Positions `start`, `start + step`, ... before `stop`, as Python's `start:stop:step`: negative bounds count from
    /// the end, bounds outside the axis are moved to its end, a negative step runs backwards.
    Range {
        /// First position; the first in the direction of the step when absent.
        start: Option<i64>,
        /// Position before which it ends; beyond the last when absent.
        stop: Option<i64>,
        /// Distance of positions, not 0.
        step: i64,
    },
    /// A new axis of size 1.
    NewAxis,
    /// As many whole axes as are left over. At most once.
    Ellipsis,
    /// Positions along one axis, from an array of an integer dtype. Several arrays broadcast and select together, and
    /// their axes stand where the first was, or in front when something else stands between them (as in NumPy and MLX).
    Array(Array),
}

/// A new axis of size 1 in an index.
#[derive(Clone, Copy, Debug)]
pub struct NewAxis;

impl Index {
    /// The same range with another step.
    ///
    /// # Errors
    /// None here: a step of 0, or one beside something that is no range, is reported by the function that uses the index.
    #[must_use]
    pub fn by(self, new_step: i64) -> Index {
        match self {
            Index::Range { start, stop, .. } => Index::Range { start, stop, step: new_step },
            // A step of 0 is what the error is about.
            _ => Index::Range { start: None, stop: None, step: 0 },
        }
    }
}

impl From<NewAxis> for Index {
    fn from(_: NewAxis) -> Self {
        Index::NewAxis
    }
}

impl From<&Array> for Index {
    fn from(array: &Array) -> Self {
        Index::Array(array.clone())
    }
}

impl From<Array> for Index {
    fn from(array: Array) -> Self {
        Index::Array(array)
    }
}

impl From<RangeFull> for Index {
    fn from(_: RangeFull) -> Self {
        Index::Range { start: None, stop: None, step: 1 }
    }
}

/// The position after `last`; after -1 there is none before the end.
fn after(last: i64) -> Option<i64> {
    (last != -1).then(|| last.saturating_add(1))
}

macro_rules! integer_indices {
    ($($ty:ty),*) => {$(
        impl From<$ty> for Index {
            fn from(i: $ty) -> Self {
                Index::At(i as i64)
            }
        }
        impl From<Range<$ty>> for Index {
            fn from(r: Range<$ty>) -> Self {
                Index::Range { start: Some(r.start as i64), stop: Some(r.end as i64), step: 1 }
            }
        }
        impl From<RangeInclusive<$ty>> for Index {
            fn from(r: RangeInclusive<$ty>) -> Self {
                Index::Range { start: Some(*r.start() as i64), stop: after(*r.end() as i64), step: 1 }
            }
        }
        impl From<RangeFrom<$ty>> for Index {
            fn from(r: RangeFrom<$ty>) -> Self {
                Index::Range { start: Some(r.start as i64), stop: None, step: 1 }
            }
        }
        impl From<RangeTo<$ty>> for Index {
            fn from(r: RangeTo<$ty>) -> Self {
                Index::Range { start: None, stop: Some(r.end as i64), step: 1 }
            }
        }
        impl From<RangeToInclusive<$ty>> for Index {
            fn from(r: RangeToInclusive<$ty>) -> Self {
                Index::Range { start: None, stop: after(r.end as i64), step: 1 }
            }
        }
    )*};
}
integer_indices!(i32, i64, usize);

/// A list of [`Index`]es, one per axis; axes that are not named are whole.
///
/// | written | is | Python |
/// |---|---|---|
/// | `2`, `-1` | one position, the axis is dropped | `2`, `-1` |
/// | `1..-1`, `2..`, `..3`, `..` | a range of the axis | `1:-1`, `2:`, `:3`, `:` |
/// | `1..9;2`, `..;-1`, `::2` | with a step | `1:9:2`, `::-1`, `::2` |
/// | `...` | as many whole axes as are left over | `...` |
/// | `NewAxis` | a new axis of size 1 | `None` |
/// | `&rows` | positions from an integer array | `rows` |
///
/// ```
/// use emberforge_array::{Array, NewAxis, s};
///
/// let x = Array::from_slice(&[0i32, 1, 2, 3, 4, 5], &[2, 3])?;
/// assert_eq!(x.slice(s![.., 1..-1])?.to_vec::<i32>()?, [1, 4]);
/// assert_eq!(x.slice(s![1, ::-1])?.to_vec::<i32>()?, [5, 4, 3]);
/// assert_eq!(x.slice(s![..., NewAxis, 0])?.shape(), [2, 1]);
/// assert!(x.slice(s![2]).is_err());
/// # Ok::<(), emberforge_array::Error>(())
/// ```
#[macro_export]
macro_rules! s {
    (@list [$($done:expr,)*]) => {
        &{
            // `1..-1` counts from the end here; as a Rust range it would be empty.
            #[allow(clippy::reversed_empty_ranges)]
            let list: [$crate::Index; _] = [$($done),*];
            list
        } as &[$crate::Index]
    };
    (@list [$($done:expr,)*] ... $(, $($rest:tt)*)?) => {
        $crate::s!(@list [$($done,)* $crate::Index::Ellipsis,] $($($rest)*)?)
    };
    (@list [$($done:expr,)*] :: $step:expr $(, $($rest:tt)*)?) => {
        $crate::s!(@list [$($done,)* $crate::Index::from(..).by($step),] $($($rest)*)?)
    };
    (@list [$($done:expr,)*] $item:expr; $step:expr $(, $($rest:tt)*)?) => {
        $crate::s!(@list [$($done,)* $crate::Index::from($item).by($step),] $($($rest)*)?)
    };
    (@list [$($done:expr,)*] $item:expr $(, $($rest:tt)*)?) => {
        $crate::s!(@list [$($done,)* $crate::Index::from($item),] $($($rest)*)?)
    };
    ($($items:tt)*) => { $crate::s!(@list [] $($items)*) };
}

/// An index applied to a shape.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// One per axis of the array; axes that an array or a single position selects from are cut to what is needed.
    pub(super) cuts: Vec<Cut>,
    /// Shape of the cut array without dropped axes and with new ones. Axes of index arrays are whole.
    pub(super) shape: Shape,
    /// Index arrays, the axes of `shape` they select from, and the axes of the array.
    pub(super) arrays: Vec<(Array, usize, usize)>,
    /// Nothing but index arrays stands between the first and the last of them.
    pub(super) together: bool,
}

/// # Errors
/// When there are more entries than axes, two ellipses, a step of 0, or a position that does not exist.
pub(super) fn place(indices: &[Index], shape: &[usize]) -> Result<Place> {
    let named = indices.iter().filter(|i| !matches!(i, Index::NewAxis | Index::Ellipsis)).count();
    let ellipses = indices.iter().filter(|i| matches!(i, Index::Ellipsis)).count();
    if named > shape.len() {
        return Err(Error::invalid(format!(
            "{named} indices were given for shape {}, which has {} axes; give at most one per axis",
            shape::text(shape),
            shape.len()
        )));
    }
    if ellipses > 1 {
        return Err(Error::invalid("an index has two ellipses; `...` stands for the axes left over, once"));
    }
    // Beside index arrays a single position is an index array, too (it matters for where their axes go).
    let selecting = indices.iter().any(|i| matches!(i, Index::Array(_)));
    let mut place = Place { together: true, ..Place::default() };
    let mut last_array = None;
    let rest = shape.len() - named;
    let whole = |place: &mut Place, count: usize| {
        for _ in 0..count {
            let size = shape[place.cuts.len()];
            place.cuts.push(Cut { start: 0, step: 1, len: size });
            place.shape.push(size);
        }
    };
    for (entry, index) in indices.iter().enumerate() {
        let axis = place.cuts.len();
        match index {
            Index::NewAxis => place.shape.push(1),
            Index::Ellipsis => whole(&mut place, rest),
            Index::Range { start, stop, step } => {
                let cut = range(*start, *stop, *step, shape[axis])?;
                place.cuts.push(cut);
                place.shape.push(cut.len);
            }
            Index::At(i) => {
                let start = position(*i, axis, shape)?;
                if selecting {
                    place.arrays.push((Array::scalar(start as i64), place.shape.len(), axis));
                    place.together &= last_array.is_none_or(|l| l + 1 == entry);
                    last_array = Some(entry);
                    whole(&mut place, 1);
                } else {
                    place.cuts.push(Cut { start, step: 1, len: 1 });
                }
            }
            Index::Array(array) => {
                super::indices::check(array, "an index")?;
                place.arrays.push((array.clone(), place.shape.len(), axis));
                place.together &= last_array.is_none_or(|l| l + 1 == entry);
                last_array = Some(entry);
                whole(&mut place, 1);
            }
        }
    }
    let missing = shape.len() - place.cuts.len();
    whole(&mut place, missing);
    Ok(place)
}

/// A single position on an axis, counted from its start.
fn position(i: i64, axis: usize, shape: &[usize]) -> Result<usize> {
    let n = shape[axis] as i64;
    let at = if i < 0 { i + n } else { i };
    if (0..n).contains(&at) {
        return Ok(at as usize);
    }
    Err(Error::invalid(match n {
        0 => format!(
            "index {i} on axis {axis} of shape {} does not exist; the axis is empty",
            shape::text(shape)
        ),
        _ => format!(
            "index {i} on axis {axis} of shape {} does not exist; use -{n} to {}",
            shape::text(shape),
            n - 1
        ),
    }))
}

/// Python's `slice.indices`.
fn range(start: Option<i64>, stop: Option<i64>, step: i64, size: usize) -> Result<Cut> {
    if step == 0 {
        return Err(Error::invalid(
            "a range has step 0; a step belongs to a range (`1..9;2`) and is positive, or negative to run backwards",
        ));
    }
    let n = size as i64;
    let (low, high) = if step > 0 { (0, n) } else { (-1, n - 1) };
    let bound = |b: i64| if b < 0 { b.saturating_add(n).max(low) } else { b.min(high) };
    let start = start.map_or(if step > 0 { low } else { high }, bound);
    let stop = stop.map_or(if step > 0 { high } else { low }, bound);
    let distance = if step > 0 { stop - start } else { start - stop };
    let len = if distance <= 0 { 0 } else { (distance - 1) as u64 / step.unsigned_abs() + 1 } as usize;
    Ok(Cut { start: if len == 0 { 0 } else { start as usize }, step: if len < 2 { 1 } else { step }, len })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_clamp_as_pythons_slices_do() {
        let list = |start, stop, step| {
            let cut = range(start, stop, step, 5).expect("a step");
            (0..cut.len as i64).map(|i| cut.start as i64 + i * cut.step).collect::<Vec<_>>()
        };
        assert_eq!(list(Some(1), Some(-1), 1), [1, 2, 3]);
        assert_eq!(list(Some(-99), Some(99), 2), [0, 2, 4]);
        assert_eq!(list(None, None, -2), [4, 2, 0]);
        assert_eq!(list(Some(99), Some(0), -1), [4, 3, 2, 1]);
        assert_eq!(list(Some(3), Some(1), 1), [0i64; 0]);
        assert_eq!(list(Some(1), Some(-99), -1), [1, 0]);
        assert_eq!(list(None, None, i64::MIN), [4]);
        assert!(range(None, None, 0, 5).is_err());
    }
}
