//! Shapes and strides: counting, broadcasting, axes, and merging of axes that lie behind one another in memory.

use emberforge_base::{Error, Result};
use smallvec::SmallVec;

/// Extents of the axes, outermost first.
pub(crate) type Shape = SmallVec<[usize; 4]>;
/// Elements from one entry of an axis to the next; 0 where an axis is broadcast, negative where it runs backwards.
pub(crate) type Strides = SmallVec<[i64; 4]>;

/// `(2, 3)` as text.
pub(crate) fn text(shape: &[usize]) -> String {
    let list: Vec<String> = shape.iter().map(usize::to_string).collect();
    if shape.len() == 1 { format!("({},)", list[0]) } else { format!("({})", list.join(", ")) }
}

/// Number of elements of a shape.
///
/// # Errors
/// When the product does not fit the machine's addresses.
pub(crate) fn count(shape: &[usize]) -> Result<usize> {
    if shape.contains(&0) {
        return Ok(0);
    }
    shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d)).filter(|n| *n < 1 << 48).ok_or_else(|| {
        Error::invalid(format!(
            "shape {} has more elements than a machine can address (limit 2^48); check the sizes it was computed from",
            text(shape)
        ))
    })
}

/// Strides of a dense row-major array.
pub(crate) fn row_major(shape: &[usize]) -> Strides {
    let mut strides = Strides::from_elem(1, shape.len());
    for i in (1..shape.len()).rev() {
        strides[i - 1] = strides[i] * shape[i].max(1) as i64;
    }
    strides
}

/// Where entry `index`, counted in row-major order over `shape`, lies from the first one. Further strides are not used.
pub(crate) fn offset(mut index: usize, shape: &[usize], strides: &[i64]) -> i64 {
    let mut offset = 0;
    for (size, stride) in shape.iter().zip(strides).rev() {
        offset += (index % size) as i64 * stride;
        index /= size;
    }
    offset
}

/// The shape that both broadcast to.
///
/// # Errors
/// When an axis has two different sizes and neither is 1.
pub(crate) fn broadcast(a: &[usize], b: &[usize]) -> Result<Shape> {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut out = Shape::from_slice(long);
    let skip = long.len() - short.len();
    for (axis, &size) in short.iter().enumerate() {
        let there = &mut out[skip + axis];
        if *there == 1 {
            *there = size;
        } else if size != 1 && size != *there {
            return Err(Error::invalid(format!(
                "shapes {} and {} cannot be broadcast together: axis {} has sizes {} and {}; sizes must be equal or 1",
                text(a),
                text(b),
                skip as i64 + axis as i64 - long.len() as i64,
                a[a.len() - (long.len() - skip - axis)],
                b[b.len() - (long.len() - skip - axis)],
            )));
        }
    }
    Ok(out)
}

/// An axis counted from the end when negative, as a position.
///
/// # Errors
/// When there is no such axis.
pub(crate) fn axis(axis: i32, ndim: usize) -> Result<usize> {
    let position = if axis < 0 { i64::from(axis) + ndim as i64 } else { i64::from(axis) };
    if position < 0 || position >= ndim as i64 {
        return Err(Error::invalid(match ndim {
            0 => format!("axis {axis} of a 0-d array does not exist; it has no axes"),
            _ => format!("axis {axis} of a {ndim}-d array does not exist; use -{ndim} to {}", ndim - 1),
        }));
    }
    Ok(position as usize)
}

/// Which axes an operation runs over: all (`()`), one (`-1`), or several (`[0, 2]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axes(Option<SmallVec<[i32; 4]>>);

impl From<()> for Axes {
    fn from((): ()) -> Self {
        Axes(None)
    }
}

impl From<i32> for Axes {
    fn from(axis: i32) -> Self {
        Axes(Some(SmallVec::from_slice(&[axis])))
    }
}

impl From<&[i32]> for Axes {
    fn from(axes: &[i32]) -> Self {
        Axes(Some(SmallVec::from_slice(axes)))
    }
}

impl<const N: usize> From<[i32; N]> for Axes {
    fn from(axes: [i32; N]) -> Self {
        Axes(Some(SmallVec::from_slice(&axes)))
    }
}

impl<const N: usize> From<&[i32; N]> for Axes {
    fn from(axes: &[i32; N]) -> Self {
        Axes(Some(SmallVec::from_slice(axes)))
    }
}

impl From<Vec<i32>> for Axes {
    fn from(axes: Vec<i32>) -> Self {
        Axes(Some(SmallVec::from_vec(axes)))
    }
}

impl Axes {
    /// The axes as they were named; `None` for all.
    pub(crate) fn listed(self) -> Option<SmallVec<[i32; 4]>> {
        self.0
    }

    /// How many are named; `None` for all.
    pub(crate) fn len(&self) -> Option<usize> {
        self.0.as_ref().map(SmallVec::len)
    }

    /// The axes as positions, ascending.
    ///
    /// # Errors
    /// When an axis does not exist or is named twice.
    pub(crate) fn resolve(&self, ndim: usize) -> Result<SmallVec<[usize; 4]>> {
        let mut axes = self.in_order(ndim)?;
        axes.sort_unstable();
        Ok(axes)
    }

    /// The axes as positions, in the order named.
    ///
    /// # Errors
    /// As [`Axes::resolve`].
    pub(crate) fn in_order(&self, ndim: usize) -> Result<SmallVec<[usize; 4]>> {
        let Some(named) = &self.0 else { return Ok((0..ndim).collect()) };
        let mut axes = SmallVec::new();
        for &a in named {
            let position = axis(a, ndim)?;
            if axes.contains(&position) {
                return Err(Error::invalid(format!("axis {a} is named twice; name each axis once")));
            }
            axes.push(position);
        }
        Ok(axes)
    }
}

/// Axes merged where every operand's memory allows it, and axes of size 1 dropped. All operands have `shape`.
///
/// Gives the merged shape and each operand's strides over it; at least one axis is left.
pub(crate) fn merge(shape: &[usize], operands: &[&[i64]]) -> (Shape, Vec<Strides>) {
    let mut sizes = Shape::new();
    let mut strides: Vec<Strides> = vec![Strides::new(); operands.len()];
    for (axis, &size) in shape.iter().enumerate() {
        if size == 1 {
            continue;
        }
        let joins = !sizes.is_empty()
            && operands.iter().zip(&strides).all(|(o, s)| s[s.len() - 1] == o[axis] * size as i64);
        if joins {
            let last = sizes.len() - 1;
            sizes[last] *= size;
            for (o, s) in operands.iter().zip(&mut strides) {
                s[last] = o[axis];
            }
        } else {
            sizes.push(size);
            for (o, s) in operands.iter().zip(&mut strides) {
                s.push(o[axis]);
            }
        }
    }
    if sizes.is_empty() {
        sizes.push(1);
        for s in &mut strides {
            s.push(0);
        }
    }
    (sizes, strides)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_broadcast_from_the_last_axis() {
        assert_eq!(broadcast(&[4, 1, 3], &[2, 1]).expect("fits").as_slice(), [4, 2, 3]);
        assert_eq!(broadcast(&[0], &[1]).expect("fits").as_slice(), [0]);
        let error = broadcast(&[2, 3], &[4]).expect_err("3 is not 4");
        assert_eq!(
            error.to_string(),
            "shapes (2, 3) and (4,) cannot be broadcast together: axis -1 has sizes 3 and 4; sizes must be equal or 1"
        );
    }

    #[test]
    fn dense_axes_merge_and_broadcast_ones_stay_apart() {
        let dense = row_major(&[2, 3, 4]);
        let (sizes, strides) = merge(&[2, 3, 4], &[&dense, &[0, 0, 1]]);
        assert_eq!(sizes.as_slice(), [6, 4]);
        assert_eq!((strides[0].as_slice(), strides[1].as_slice()), (&[4, 1][..], &[0, 1][..]));
    }

    #[test]
    fn axes_count_from_both_ends_and_only_once() {
        assert_eq!(Axes::from([-1, 0]).resolve(3).expect("exist").as_slice(), [0, 2]);
        assert!(Axes::from([0, -3]).resolve(3).is_err());
        assert!(Axes::from(3).resolve(3).is_err());
    }

    #[test]
    fn more_elements_than_addresses_is_an_error() {
        assert!(count(&[1 << 40, 1 << 40]).is_err());
        assert_eq!(count(&[1 << 40, 0]).expect("empty"), 0);
    }
}
