//! Transposition.

use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use crate::{Array, Spec};
use emberforge_base::{Error, Result};
use smallvec::{SmallVec, smallvec};

/// Output axis `i` is input axis `axes[i]`.
#[derive(Clone, Debug)]
struct Transpose {
    axes: SmallVec<[usize; 4]>,
}

impl Primitive for Transpose {
    fn name(&self) -> &'static str {
        "transpose"
    }

    fn detail(&self) -> String {
        shape::text(&self.axes)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let x = &inputs[0];
        let strides: Strides = self.axes.iter().map(|a| x.strides[*a]).collect();
        Ok(smallvec![Value { shape: outputs[0].shape.clone(), strides, ..x.clone() }])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let mut back = SmallVec::from_elem(0, self.axes.len());
        for (i, a) in self.axes.iter().enumerate() {
            back[*a] = i;
        }
        call.one(|g| Ok(permuted(g, back.clone())))
    }
}

/// `x` with its axes in this order (positions).
fn permuted(x: &Array, axes: SmallVec<[usize; 4]>) -> Array {
    if axes.iter().enumerate().all(|(i, a)| i == *a) {
        return x.clone();
    }
    let shape: Shape = axes.iter().map(|a| x.shape()[*a]).collect();
    let spec = Spec { dtype: x.dtype(), shape };
    Array::build(Transpose { axes }, smallvec![x.clone()], spec)
}

/// `x` with its axes in the given order.
///
/// ```
/// use emberforge_array::{Array, transpose};
///
/// let x = Array::from_slice(&[1i32, 2, 3, 4, 5, 6], &[2, 3])?;
/// let y = transpose(&x, &[1, 0])?;
/// assert_eq!((y.shape(), y.to_vec::<i32>()?), (&[3, 2][..], vec![1, 4, 2, 5, 3, 6]));
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `axes` is not every axis of `x` once.
pub fn transpose(x: &Array, axes: &[i32]) -> Result<Array> {
    x.check()?;
    if axes.len() != x.ndim() {
        return Err(Error::invalid(format!(
            "{} axes were given to transpose a {}-d array; name every axis once",
            axes.len(),
            x.ndim()
        )));
    }
    let mut positions: SmallVec<[usize; 4]> = SmallVec::new();
    for a in axes {
        let position = shape::axis(*a, x.ndim())?;
        if positions.contains(&position) {
            return Err(Error::invalid(format!("axis {a} is named twice; name every axis once")));
        }
        positions.push(position);
    }
    Ok(permuted(x, positions))
}

/// `x` with its axes reversed.
///
/// # Errors
/// When `x` is a failed array.
pub fn transpose_all(x: &Array) -> Result<Array> {
    x.check()?;
    Ok(permuted(x, (0..x.ndim()).rev().collect()))
}

/// `x` with two axes exchanged.
///
/// # Errors
/// When an axis does not exist.
pub fn swapaxes(x: &Array, a: i32, b: i32) -> Result<Array> {
    x.check()?;
    let mut axes: SmallVec<[usize; 4]> = (0..x.ndim()).collect();
    axes.swap(shape::axis(a, x.ndim())?, shape::axis(b, x.ndim())?);
    Ok(permuted(x, axes))
}

/// `x` with axis `source` moved to position `destination`; the others keep their order.
///
/// # Errors
/// When an axis does not exist.
pub fn moveaxis(x: &Array, source: i32, destination: i32) -> Result<Array> {
    x.check()?;
    let (source, destination) = (shape::axis(source, x.ndim())?, shape::axis(destination, x.ndim())?);
    let mut axes: SmallVec<[usize; 4]> = (0..x.ndim()).filter(|a| *a != source).collect();
    axes.insert(destination, source);
    Ok(permuted(x, axes))
}

/// `x` with its last two axes exchanged: each matrix transposed.
///
/// ```
/// use emberforge_array::{DType, matrix_transpose, zeros};
///
/// assert_eq!(matrix_transpose(&zeros(&[5, 2, 3], DType::F32)?)?.shape(), [5, 3, 2]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `x` has fewer than two axes.
pub fn matrix_transpose(x: &Array) -> Result<Array> {
    if x.check()?.ndim() < 2 {
        return Err(Error::invalid(format!(
            "`matrix_transpose` takes matrices (the last two axes), and got a {}-d array",
            x.ndim()
        )));
    }
    swapaxes(x, -1, -2)
}
