//! Scattering: slices of an array updated at positions that index arrays give.

use super::gather::{checked, firsts, gathered};
use crate::element::node::constant;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::region::{self, PARALLEL, Update, Walk, with_update};
use crate::scalar::Scalar;
use crate::shape;
use crate::value::Value;
use crate::{Array, DType, Spec};
use emberforge_base::{Error, Result};
use rayon::prelude::*;
use smallvec::{SmallVec, smallvec};

/// Inputs: the array, the updates, then the index arrays. The reverse of gathering: the updates have the shape that a
/// gathering would have. They take effect in row-major order of the index arrays.
#[derive(Debug)]
struct Scatter {
    axes: SmallVec<[usize; 4]>,
    update: Update,
}

impl Primitive for Scatter {
    fn name(&self) -> &'static str {
        match self.update {
            Update::Set => "scatter",
            Update::Add => "scatter_add",
            Update::Prod => "scatter_prod",
            Update::Max => "scatter_max",
            Update::Min => "scatter_min",
        }
    }

    fn detail(&self) -> String {
        format!("axes {}", shape::text(&self.axes))
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let (x, updates) = (&inputs[0], inputs[1].to_dense()?);
        let slice = &updates.shape[updates.shape.len() - x.shape.len()..];
        let dense = shape::row_major(&x.shape);
        let firsts = firsts(x, &dense, &inputs[2..], &self.axes, slice)?;
        let mut buffer = super::slice::copy(x)?;
        let length: usize = slice.iter().product();
        if length > 0 && !firsts.is_empty() {
            let (sizes, strides) = shape::merge(slice, &[&dense, &shape::row_major(slice)]);
            // Whole rows of the array: those of different rows do not touch.
            let rows = slice.iter().zip(&x.shape).enumerate().all(|(axis, (s, n))| {
                if axis < self.axes.len() { *s == 1 && self.axes.contains(&axis) } else { s == n }
            });
            with_update!(self.update, outputs[0].dtype, |T, f| {
                let out = region::elements_mut::<T>(buffer.bytes_mut())?;
                let source = &region::elements::<T>(&updates)?[updates.offset..];
                let walk = Walk { sizes: &sizes, to: &strides[0], from: &strides[1], source };
                if rows && firsts.len() * length >= PARALLEL {
                    by_rows(out, &firsts, length, &|row, i| walk.walk(row, (i * length) as i64, 0, &f));
                } else {
                    for (i, first) in firsts.iter().enumerate() {
                        walk.walk(&mut out[*first as usize..], (i * length) as i64, 0, &f);
                    }
                }
            });
        }
        Ok(smallvec![Value::dense(buffer, outputs[0].dtype, &outputs[0].shape)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let (x, u, indices) = (&call.inputs[0], &call.inputs[1], &call.inputs[2..]);
        let places = Places {
            gather: &|a| {
                let slice = &u.shape()[u.ndim() - x.ndim()..];
                if indices.is_empty() { a.clone() } else { gathered(a, indices, &self.axes, slice) }
            },
            scatter: &|a, u, update| scattered(a, indices, u, &self.axes, update),
        };
        gradients(call, self.update, &places)
    }
}

/// Runs `update(row, i)` for each `i` on its row, several rows at a time, those of one row in order: the result does not
/// depend on the number of threads.
fn by_rows<T: Send>(
    out: &mut [T],
    firsts: &[i64],
    length: usize,
    update: &(impl Fn(&mut [T], usize) + Sync),
) {
    let mut order: Vec<(usize, usize)> =
        firsts.iter().enumerate().map(|(i, first)| (*first as usize / length, i)).collect();
    order.par_sort_unstable();
    let run = (PARALLEL / length).max(1);
    out.par_chunks_mut(run * length).enumerate().for_each(|(chunk, out)| {
        let rows = chunk * run..(chunk + 1) * run;
        let from = order.partition_point(|(row, _)| *row < rows.start);
        for (row, i) in order[from..].iter().take_while(|(row, _)| *row < rows.end) {
            update(&mut out[(row - rows.start) * length..][..length], *i);
        }
    });
}

/// How an update's places are read and written, whatever says where they are.
pub(super) struct Places<'a> {
    pub(super) gather: &'a dyn Fn(&Array) -> Array,
    pub(super) scatter: &'a dyn Fn(&Array, &Array, Update) -> Array,
}

/// Gradients of an update of input 0 by input 1.
pub(super) fn gradients(call: &Vjp<'_>, update: Update, places: &Places<'_>) -> Result<Gradients> {
    let (x, u, r) = (&call.inputs[0], &call.inputs[1], &call.outputs[0]);
    if !x.dtype().is_float() && x.dtype() != DType::Complex64 {
        return call.none();
    }
    let (gather, scatter) = (places.gather, places.scatter);
    let filled = |value: i64, like: &Array| constant(Scalar::Int(value), like.dtype(), like.shape());
    match update {
        Update::Set => call.each(&[&|g| Ok(scatter(g, &filled(0, u), Update::Set)), &|g| {
            // Of several updates of one place the last is the one that counts.
            let number = Array::from_slice(&(0..u.size() as i64).collect::<Vec<_>>(), u.shape())?;
            let last = scatter(&constant(Scalar::Int(0), DType::I64, x.shape()), &number, Update::Set);
            crate::where_(&crate::equal(gather(&last), &number)?, gather(g), 0)
        }]),
        Update::Add => call.each(&[&|g| Ok(g.clone()), &|g| Ok(gather(g))]),
        Update::Prod => call.each(&[
            &|g| crate::multiply(g, crate::conjugate(scatter(&filled(1, x), u, Update::Prod))?),
            &|g| {
                // The product of everything else at the place, which a single zero leaves to itself alone.
                let zero = crate::equal(u, 0)?;
                let whole = crate::where_(&zero, 1, u)?;
                let zeros = gather(&scatter(&filled(0, x), &zero.astype(x.dtype())?, Update::Add));
                let product = gather(&scatter(x, &whole, Update::Prod));
                let others = crate::divide(&product, &whole)?;
                let alone = crate::where_(&zero, crate::equal(&zeros, 1)?, crate::equal(&zeros, 0)?)?;
                crate::multiply(gather(g), crate::conjugate(crate::where_(&alone, &others, 0)?)?)
            },
        ]),
        // To whoever attains the extreme; the array itself when it does.
        Update::Max | Update::Min => {
            let kept = crate::equal(x, r)?;
            call.each(&[&|g| crate::where_(&kept, g, 0), &|g| {
                let attained = crate::equal(u, gather(r))?;
                let from_x = gather(&kept);
                crate::where_(&crate::logical_and(&attained, crate::logical_not(&from_x)?)?, gather(g), 0)
            }])
        }
    }
}

/// The scattering node; everything has been checked.
pub(super) fn scattered(
    x: &Array,
    indices: &[Array],
    updates: &Array,
    axes: &[usize],
    update: Update,
) -> Array {
    let inputs = [x, updates].into_iter().chain(indices).cloned().collect();
    Array::build(Scatter { axes: axes.into(), update }, inputs, x.spec().clone())
}

fn build(x: &Array, indices: &[&Array], updates: &Array, axes: &[i32], update: Update) -> Result<Array> {
    updates.check()?;
    let skip = updates.ndim().checked_sub(x.ndim()).ok_or_else(|| {
        Error::invalid(format!(
            "updates of shape {} are too short for shape {}; they have the shape of the indices followed by a slice's",
            shape::text(updates.shape()),
            shape::text(x.shape())
        ))
    })?;
    let (indices, axes) = checked(x, indices, axes, &updates.shape()[skip..])?;
    let expected = indices.first().map_or(&[][..], |i| i.shape());
    if &updates.shape()[..skip] != expected {
        return Err(Error::invalid(format!(
            "updates of shape {} do not fit indices of shape {} on shape {}; they have the shape of the indices \
             followed by a slice's",
            shape::text(updates.shape()),
            shape::text(expected),
            shape::text(x.shape())
        )));
    }
    let updates = super::slice::source(updates.into(), x.dtype(), updates.shape())?;
    Ok(scattered(x, &indices, &updates, &axes, update))
}

macro_rules! scatters {
    ($($(#[$doc:meta])* $name:ident = $update:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// `updates` has the common shape of the index arrays, followed by the shape of a slice: `indices[k]` says where
        /// slices begin on `axes[k]`. Updates of one place take effect in row-major order, with the same bits for every
        /// number of threads. `Array::at` takes indices as they are written in programs.
        ///
        /// # Errors
        /// When the shapes do not fit each other or index arrays are not of integers; at evaluation, when a slice would
        /// reach outside (negative indices count from the end).
        pub fn $name(x: &Array, indices: &[&Array], updates: &Array, axes: &[i32]) -> Result<Array> {
            build(x, indices, updates, axes, Update::$update)
        }
    )*};
}

scatters! {
    /// `x` with slices replaced by updates; of several updates of one place the last stays.
    ///
    /// ```
    /// use emberforge_array::{Array, scatter};
    ///
    /// let x = Array::from_slice(&[0i32, 1, 2, 3], &[4])?;
    /// let (at, new) = (Array::from_slice(&[1i32, -1], &[2])?, Array::from_slice(&[7i32, 8], &[2, 1])?);
    /// assert_eq!(scatter(&x, &[&at], &new, &[0])?.to_vec::<i32>()?, [0, 7, 2, 8]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    scatter = Set;
    /// `x` with updates added.
    ///
    /// ```
    /// use emberforge_array::{Array, scatter_add};
    ///
    /// let x = Array::from_slice(&[0i32, 1], &[2])?;
    /// let (at, add) = (Array::from_slice(&[1i32, 1], &[2])?, Array::from_slice(&[7i32, 8], &[2, 1])?);
    /// assert_eq!(scatter_add(&x, &[&at], &add, &[0])?.to_vec::<i32>()?, [0, 16]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    scatter_add = Add;
    /// `x` multiplied by updates.
    ///
    /// ```
    /// use emberforge_array::{Array, scatter_prod};
    ///
    /// let x = Array::from_slice(&[1i32, 2], &[2])?;
    /// let (at, by) = (Array::from_slice(&[1i32, 1], &[2])?, Array::from_slice(&[3i32, 4], &[2, 1])?);
    /// assert_eq!(scatter_prod(&x, &[&at], &by, &[0])?.to_vec::<i32>()?, [1, 24]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    scatter_prod = Prod;
    /// The larger of `x` and updates.
    ///
    /// ```
    /// use emberforge_array::{Array, scatter_max};
    ///
    /// let x = Array::from_slice(&[1i32, 5], &[2])?;
    /// let (at, with) = (Array::from_slice(&[0i32, 1], &[2])?, Array::from_slice(&[3i32, 4], &[2, 1])?);
    /// assert_eq!(scatter_max(&x, &[&at], &with, &[0])?.to_vec::<i32>()?, [3, 5]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    scatter_max = Max;
    /// The smaller of `x` and updates.
    ///
    /// ```
    /// use emberforge_array::{Array, scatter_min};
    ///
    /// let x = Array::from_slice(&[1i32, 5], &[2])?;
    /// let (at, with) = (Array::from_slice(&[0i32, 1], &[2])?, Array::from_slice(&[3i32, 4], &[2, 1])?);
    /// assert_eq!(scatter_min(&x, &[&at], &with, &[0])?.to_vec::<i32>()?, [1, 4]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    scatter_min = Min;
}
