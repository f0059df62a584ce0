//! Diagonals and triangles of matrices.

use super::{moveaxis, to_shape};
use crate::element::node::{constant, select};
use crate::index::{Cut, updated};
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::region::Update;
use crate::scalar::Scalar;
use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use crate::{Array, DType, Spec};
use emberforge_base::{Error, Result};
use smallvec::smallvec;

/// The `offset`-th diagonal of the last two axes, as a view.
#[derive(Debug)]
struct Diagonal {
    offset: i64,
}

impl Primitive for Diagonal {
    fn name(&self) -> &'static str {
        "diagonal"
    }

    fn detail(&self) -> String {
        format!("offset {}", self.offset)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let x = &inputs[0];
        let last = x.strides.len() - 1;
        let (rows, columns) = (x.strides[last - 1], x.strides[last]);
        let mut strides = Strides::from_slice(&x.strides[..last - 1]);
        strides.push(rows + columns);
        let first = if self.offset < 0 { -self.offset * rows } else { self.offset * columns };
        let offset = if outputs[0].len() == 0 { 0 } else { (x.offset as i64 + first) as usize };
        Ok(smallvec![Value { shape: outputs[0].shape.clone(), strides, offset, ..x.clone() }])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let shape = call.inputs[0].shape();
        let columns = shape[shape.len() - 1];
        call.one(|g| on_diagonal(g, shape, first(self.offset, columns), columns + 1))
    }
}

/// Zeros of `shape` with `g` at `first`, `first + step`, ... of the flattened last two axes.
fn on_diagonal(g: &Array, shape: &[usize], first: usize, step: usize) -> Result<Array> {
    let outer = shape.len() - 2;
    let mut flat = Shape::from_slice(&shape[..outer]);
    flat.push(shape[outer] * shape[outer + 1]);
    let len = g.shape()[outer];
    let mut cuts: Vec<Cut> = flat[..outer].iter().map(|n| Cut { start: 0, step: 1, len: *n }).collect();
    cuts.push(Cut { start: if len == 0 { 0 } else { first }, step: step as i64, len });
    let zeros = constant(Scalar::Int(0), g.dtype(), &flat);
    to_shape(&updated(&zeros, g, &cuts, Update::Set), shape.into())
}

/// Element number at which a diagonal of a matrix of so many columns begins.
fn first(offset: i64, columns: usize) -> usize {
    if offset < 0 { offset.unsigned_abs() as usize * columns } else { offset as usize }
}

/// Number of elements of a diagonal.
fn length(rows: usize, columns: usize, offset: i64) -> usize {
    let skip = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
    if offset < 0 { rows.saturating_sub(skip).min(columns) } else { columns.saturating_sub(skip).min(rows) }
}

/// The diagonal of the matrices spanned by two axes, as the last axis of a view. A positive offset lies above the main
/// diagonal, a negative one below.
///
/// ```
/// use emberforge_array::{Array, diagonal};
///
/// let x = Array::from_slice(&[0i32, 1, 2, 3, 4, 5], &[2, 3])?;
/// assert_eq!(diagonal(&x, 1, 0, 1)?.to_vec::<i32>()?, [1, 5]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an axis does not exist or both are the same.
pub fn diagonal(x: &Array, offset: i32, axis1: i32, axis2: i32) -> Result<Array> {
    x.check()?;
    let (a, b) = (shape::axis(axis1, x.ndim())?, shape::axis(axis2, x.ndim())?);
    if a == b {
        return Err(Error::invalid(format!(
            "axes {axis1} and {axis2} are the same axis; a diagonal needs two different ones"
        )));
    }
    let x = moveaxis(&moveaxis(x, a as i32, -1)?, if b > a { b as i32 - 1 } else { b as i32 }, -1)?;
    let (rows, columns) = (x.shape()[x.ndim() - 2], x.shape()[x.ndim() - 1]);
    let offset = i64::from(offset);
    let mut shape = Shape::from_slice(&x.shape()[..x.ndim() - 2]);
    shape.push(length(rows, columns, offset));
    let spec = Spec { dtype: x.dtype(), shape };
    Ok(Array::build(Diagonal { offset }, smallvec![x], spec))
}

/// The `k`-th diagonal of a matrix, or the square matrix with `x` on its `k`-th diagonal and zeros elsewhere.
///
/// ```
/// use emberforge_array::{Array, diag};
///
/// let x = Array::from_slice(&[1i32, 2], &[2])?;
/// assert_eq!(diag(&x, 0)?.to_vec::<i32>()?, [1, 0, 0, 2]);
/// assert_eq!(diag(&diag(&x, -1)?, -1)?.to_vec::<i32>()?, [1, 2]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `x` is neither 1-d nor 2-d.
pub fn diag(x: &Array, k: i32) -> Result<Array> {
    x.check()?;
    match x.ndim() {
        1 => {
            let n = x.size() + k.unsigned_abs() as usize;
            shape::count(&[n, n])?;
            on_diagonal(x, &[n, n], first(k.into(), n), n + 1)
        }
        2 => diagonal(x, k, 0, 1),
        n => Err(Error::invalid(format!("`diag` takes a vector or a matrix, and got a {n}-d array"))),
    }
}

/// The sum of a diagonal of the matrices spanned by two axes, converted to `dtype` first if there is one; narrow integers
/// sum as [`sum`](crate::sum) says.
///
/// ```
/// use emberforge_array::{Array, trace};
///
/// let x = Array::from_slice(&[1.0f32, 2.0, 3.0, 4.0], &[2, 2])?;
/// assert_eq!(trace(&x, 0, 0, 1, None)?.item::<f32>()?, 5.0);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// As [`diagonal`].
pub fn trace(x: &Array, offset: i32, axis1: i32, axis2: i32, dtype: Option<DType>) -> Result<Array> {
    let diagonal = diagonal(x, offset, axis1, axis2)?;
    crate::sum(&diagonal.astype(dtype.unwrap_or(x.dtype()))?, -1, false)
}

/// `x` where column - row compares to `k` as `keep` says, else 0.
fn triangle(x: &Array, k: i32, name: &str, lower: bool) -> Result<Array> {
    x.check()?;
    if x.ndim() < 2 {
        return Err(Error::invalid(format!(
            "`{name}` takes matrices (the last two axes), and got a {}-d array",
            x.ndim()
        )));
    }
    let (rows, columns) = (x.shape()[x.ndim() - 2], x.shape()[x.ndim() - 1]);
    let list = |n: usize, from: i64| (0..n as i64).map(|i| i + from).collect::<Vec<_>>();
    let diagonal = Array::from_slice(&list(rows, k.into()), &[rows, 1])?;
    let column = Array::from_slice(&list(columns, 0), &[columns])?;
    let keep = if lower {
        crate::less_equal(&column, &diagonal)?
    } else {
        crate::greater_equal(&column, &diagonal)?
    };
    select(&keep, x, 0).and_then(|y| y.astype(x.dtype()))
}

/// `x` with zeros above the `k`-th diagonal of the last two axes.
///
/// ```
/// use emberforge_array::{Array, tril};
///
/// let x = Array::from_slice(&[1i32, 2, 3, 4], &[2, 2])?;
/// assert_eq!(tril(&x, 0)?.to_vec::<i32>()?, [1, 0, 3, 4]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `x` has fewer than two axes.
pub fn tril(x: &Array, k: i32) -> Result<Array> {
    triangle(x, k, "tril", true)
}

/// `x` with zeros below the `k`-th diagonal of the last two axes.
///
/// ```
/// use emberforge_array::{Array, triu};
///
/// let x = Array::from_slice(&[1i32, 2, 3, 4], &[2, 2])?;
/// assert_eq!(triu(&x, 1)?.to_vec::<i32>()?, [0, 2, 0, 0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `x` has fewer than two axes.
pub fn triu(x: &Array, k: i32) -> Result<Array> {
    triangle(x, k, "triu", false)
}
