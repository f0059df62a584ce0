//! Slices: views of parts of an array, and arrays with a part replaced.

use super::place::{Index, place};
use crate::element::node::{cast, constant};
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::region::{self, Region, Update};
use crate::scalar::{Operand, Scalar};
use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use crate::view::{broadcast_to, to_shape};
use crate::{Array, Spec};
use emberforge_base::{Error, Result};
use emberforge_device::BufferMut;
use smallvec::{SmallVec, smallvec};

/// Positions `start`, `start + step`, ... of one axis, `len` of them. They exist (when `len` is not 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) start: usize,
    pub(crate) step: i64,
    pub(crate) len: usize,
}

type Cuts = SmallVec<[Cut; 4]>;

fn text(cuts: &[Cut]) -> String {
    let list: Vec<String> = cuts.iter().map(|c| format!("{}:{}x{}", c.start, c.len, c.step)).collect();
    list.join(", ")
}

/// The elements at the cuts' positions. Copies nothing.
#[derive(Debug)]
struct Slice {
    cuts: Cuts,
}

impl Primitive for Slice {
    fn name(&self) -> &'static str {
        "slice"
    }

    fn detail(&self) -> String {
        text(&self.cuts)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let x = &inputs[0];
        let mut offset = x.offset as i64;
        let mut strides = Strides::new();
        for (cut, stride) in self.cuts.iter().zip(&x.strides) {
            offset += cut.start as i64 * stride;
            strides.push(cut.step * stride);
        }
        // Of an empty part no address is taken.
        let offset = if outputs[0].len() == 0 { 0 } else { offset as usize };
        Ok(smallvec![Value { shape: outputs[0].shape.clone(), strides, offset, ..x.clone() }])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let x = &call.inputs[0];
        call.one(|g| Ok(updated(&constant(Scalar::Int(0), x.dtype(), x.shape()), g, &self.cuts, Update::Set)))
    }
}

/// The first input with the elements at the cuts' positions updated by the second, which has the part's shape.
#[derive(Debug)]
struct SliceUpdate {
    cuts: Cuts,
    update: Update,
}

impl Primitive for SliceUpdate {
    fn name(&self) -> &'static str {
        match self.update {
            Update::Set => "slice_update",
            Update::Add => "slice_update_add",
            Update::Prod => "slice_update_prod",
            Update::Max => "slice_update_max",
            Update::Min => "slice_update_min",
        }
    }

    fn detail(&self) -> String {
        text(&self.cuts)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let Spec { dtype, shape } = &outputs[0];
        let mut buffer = copy(&inputs[0])?;
        let dense = shape::row_major(shape);
        let region = Region {
            offset: self.cuts.iter().zip(&dense).map(|(c, s)| c.start * *s as usize).sum(),
            shape: self.cuts.iter().map(|c| c.len).collect(),
            strides: self.cuts.iter().zip(&dense).map(|(c, s)| c.step * s).collect(),
        };
        region::write(buffer.bytes_mut(), *dtype, &region, &inputs[1], self.update)?;
        Ok(smallvec![Value::dense(buffer, *dtype, shape)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let (x, source) = (&call.inputs[0], &call.inputs[1]);
        let cut = |x: &Array| sliced(x, &self.cuts);
        let rest = |g: &Array, part: &Array| Ok(updated(g, part, &self.cuts, Update::Set));
        match self.update {
            Update::Set => {
                let zero = constant(Scalar::Int(0), source.dtype(), source.shape());
                call.each(&[&|g| rest(g, &zero), &|g| Ok(cut(g))])
            }
            Update::Add => call.each(&[&|g| Ok(g.clone()), &|g| Ok(cut(g))]),
            Update::Prod => call
                .each(&[&|g| rest(g, &crate::multiply(cut(g), crate::conjugate(source)?)?), &|g| {
                    crate::multiply(cut(g), crate::conjugate(cut(x))?)
                }]),
            // To whoever attains the extreme; x when both do.
            Update::Max | Update::Min => {
                let kept = crate::equal(cut(x), cut(&call.outputs[0]))?;
                call.each(&[&|g| rest(g, &crate::where_(&kept, cut(g), 0)?), &|g| {
                    crate::where_(&kept, 0, cut(g))
                }])
            }
        }
    }
}

/// A value's elements in a buffer of their own, dense.
pub(super) fn copy(x: &Value) -> Result<BufferMut> {
    let mut buffer = BufferMut::new(x.len() * x.dtype.size())?;
    let region = Region { offset: 0, shape: x.shape.clone(), strides: shape::row_major(&x.shape) };
    region::write(buffer.bytes_mut(), x.dtype, &region, x, Update::Set)?;
    Ok(buffer)
}

/// The part of `x` at the cuts' positions.
pub(crate) fn sliced(x: &Array, cuts: &[Cut]) -> Array {
    if whole(x, cuts) {
        return x.clone();
    }
    let shape: Shape = cuts.iter().map(|c| c.len).collect();
    if let Some(constant) = crate::element::node::constant_like(x, &shape) {
        return constant;
    }
    Array::build(Slice { cuts: cuts.into() }, smallvec![x.clone()], Spec { dtype: x.dtype(), shape })
}

/// `x` with the part at the cuts' positions updated by `source`, which has the part's shape and `x`'s dtype.
pub(crate) fn updated(x: &Array, source: &Array, cuts: &[Cut], update: Update) -> Array {
    if update == Update::Set && whole(x, cuts) {
        return source.clone();
    }
    let primitive = SliceUpdate { cuts: cuts.into(), update };
    Array::build(primitive, smallvec![x.clone(), source.clone()], x.spec().clone())
}

fn whole(x: &Array, cuts: &[Cut]) -> bool {
    cuts.iter().zip(x.shape()).all(|(c, n)| *c == Cut { start: 0, step: 1, len: *n })
}

impl Array {
    /// A part of the array. Ranges and single positions copy nothing; index arrays gather.
    ///
    /// See [`s!`](crate::s) for what can be written.
    ///
    /// ```
    /// use emberforge_array::{Array, s};
    ///
    /// let x = Array::from_slice(&[0i32, 1, 2, 3, 4, 5], &[3, 2])?;
    /// let rows = Array::from_slice(&[2i32, 0], &[2])?;
    /// assert_eq!(x.slice(s![..2, -1])?.to_vec::<i32>()?, [1, 3]);
    /// assert_eq!(x.slice(s![&rows])?.to_vec::<i32>()?, [4, 5, 0, 1]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    ///
    /// # Errors
    /// When there are more entries than axes, a step of 0, a single position outside its axis, an index array that is
    /// not of integers; at evaluation, when an index array holds a position outside its axis.
    pub fn slice(&self, indices: &[Index]) -> Result<Array> {
        self.check()?;
        let place = place(indices, self.shape())?;
        let part = to_shape(&sliced(self, &place.cuts), place.shape.clone())?;
        if place.arrays.is_empty() { Ok(part) } else { super::at::select(&part, &place) }
    }
}

macro_rules! slice_updates {
    ($($(#[$doc:meta])* $name:ident = $update:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// As [`Array::slice`]; when the source does not broadcast to the part.
        pub fn $name<'a>(x: &Array, source: impl Into<Operand<'a>>, indices: &[Index]) -> Result<Array> {
            super::at::update(x, indices, source.into(), Update::$update)
        }
    )*};
}

slice_updates! {
    /// `x` with the part that `indices` name replaced by `source`, which is broadcast and converted to `x`'s dtype.
    ///
    /// ```
    /// use emberforge_array::{Array, s, slice_update};
    ///
    /// let x = Array::from_slice(&[0i32, 1, 2, 3], &[4])?;
    /// assert_eq!(slice_update(&x, 9, s![1..3])?.to_vec::<i32>()?, [0, 9, 9, 3]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    slice_update = Set;
    /// `x` with `source` added to the part that `indices` name.
    ///
    /// ```
    /// use emberforge_array::{Array, s, slice_update_add};
    ///
    /// let x = Array::from_slice(&[0i32, 1, 2, 3], &[4])?;
    /// assert_eq!(slice_update_add(&x, 10, s![::2])?.to_vec::<i32>()?, [10, 1, 12, 3]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    slice_update_add = Add;
    /// `x` with the part that `indices` name multiplied by `source`.
    ///
    /// ```
    /// use emberforge_array::{Array, s, slice_update_prod};
    ///
    /// let x = Array::from_slice(&[0i32, 1, 2, 3], &[4])?;
    /// assert_eq!(slice_update_prod(&x, 10, s![2..])?.to_vec::<i32>()?, [0, 1, 20, 30]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    slice_update_prod = Prod;
    /// `x` with the larger of itself and `source` in the part that `indices` name.
    ///
    /// ```
    /// use emberforge_array::{Array, s, slice_update_max};
    ///
    /// let x = Array::from_slice(&[0i32, 1, 2, 3], &[4])?;
    /// assert_eq!(slice_update_max(&x, 2, s![..])?.to_vec::<i32>()?, [2, 2, 2, 3]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    slice_update_max = Max;
    /// `x` with the smaller of itself and `source` in the part that `indices` name.
    ///
    /// ```
    /// use emberforge_array::{Array, s, slice_update_min};
    ///
    /// let x = Array::from_slice(&[0i32, 1, 2, 3], &[4])?;
    /// assert_eq!(slice_update_min(&x, 2, s![..])?.to_vec::<i32>()?, [0, 1, 2, 2]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    slice_update_min = Min;
}

/// An operand of an update: in the dtype of what it updates, broadcast to the part's shape.
pub(super) fn source(operand: Operand<'_>, dtype: crate::DType, shape: &[usize]) -> Result<Array> {
    let array = match operand {
        Operand::Scalar(scalar) => return Ok(constant(scalar, dtype, shape)),
        Operand::Array(array) => array,
    };
    array.check()?;
    if array.dtype() == crate::DType::Complex64 && dtype != crate::DType::Complex64 {
        return Err(Error::invalid(format!(
            "complex numbers do not fit into an array of {dtype}; take `real` of the source, or make the array complex64"
        )));
    }
    // As in assignments, leading axes of size 1 beyond the part's are ignored.
    let extra = array.ndim().saturating_sub(shape.len());
    let array = if array.shape()[..extra].iter().all(|n| *n == 1) {
        to_shape(&array, Shape::from_slice(&array.shape()[extra..]))?
    } else {
        array.into_owned()
    };
    broadcast_to(&cast(&array, dtype), shape)
}
