//! Matrix products.

use super::kernel;
use crate::element::node::cast;
use crate::primitive::{Gradients, Primitive, Rule, Values, Vjp, unsupported};
use crate::profile::accumulation;
use crate::promote::result_type;
use crate::shape::{self, Shape};
use crate::value::Value;
use crate::view::{broadcast_to, swapaxes, to_shape};
use crate::{Array, DType, Profile, Spec};
use emberforge_base::{Error, Result};
use smallvec::smallvec;

/// Products of the matrices in the last two axes of inputs whose other axes are equal: f32, f64 or complex64. A third
/// input, a vector, is added to each row.
#[derive(Debug)]
struct Matmul {
    /// Whether a row's bits are independent of the other rows.
    apart: bool,
}

impl Primitive for Matmul {
    fn name(&self) -> &'static str {
        "matmul"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        Ok(smallvec![kernel::matmul(&inputs[0], &inputs[1], inputs.get(2), &outputs[0], self.apart)?])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let flipped = |x: &Array| swapaxes(&crate::conjugate(x)?, -1, -2);
        let rules: [Rule<'_>; 3] = [
            &|g| multiplied(g, &flipped(&call.inputs[1])?),
            &|g| multiplied(&flipped(&call.inputs[0])?, g),
            &|g| crate::sum(g, (0..g.ndim() as i32 - 1).collect::<Vec<_>>(), false),
        ];
        call.each(&rules[..call.inputs.len()])
    }
}

/// The dtype a product is computed in, rounded once at the end: of half types f32, in the extended profile f64.
pub(crate) fn accumulated(dtype: DType) -> DType {
    accumulation(if matches!(dtype, DType::F16 | DType::BF16) { DType::F32 } else { dtype })
}

/// The product of matrices, batched over equal axes before the last two; f32, f64 or complex64.
pub(crate) fn multiplied(a: &Array, b: &Array) -> Result<Array> {
    multiplied_plus(a, b, None)
}

/// [`multiplied`], with a vector added to each row.
fn multiplied_plus(a: &Array, b: &Array, bias: Option<&Array>) -> Result<Array> {
    let last = a.ndim() - 1;
    let mut shape = Shape::from_slice(a.shape());
    shape[last] = b.shape()[last];
    shape::count(&shape)?;
    let apart = Profile::current() == Profile::Deterministic;
    let inputs = [a, b].into_iter().chain(bias).cloned().collect();
    Ok(Array::build(Matmul { apart }, inputs, Spec { dtype: a.dtype(), shape }))
}

/// A vector as a matrix, on the left or on the right.
fn matrix(x: &Array, left: bool) -> Result<Array> {
    match x.shape() {
        &[n] => to_shape(x, if left { smallvec![1, n] } else { smallvec![n, 1] }),
        _ => Ok(x.clone()),
    }
}

/// The product in the dtype it is computed in, plus a vector of that dtype in each row; `dtype` is the result's.
fn product(a: &Array, b: &Array, bias: Option<&Array>, dtype: DType, name: &str) -> Result<Array> {
    if !dtype.is_float() && dtype != DType::Complex64 {
        return Err(unsupported(name, dtype, "it takes floats and complex numbers; convert with `astype`"));
    }
    if a.ndim() == 0 || b.ndim() == 0 {
        return Err(Error::invalid(format!(
            "`{name}` takes vectors and matrices, and got shapes {} and {}; multiply by a number with `*`",
            shape::text(a.shape()),
            shape::text(b.shape())
        )));
    }
    let (rows, columns) = (matrix(a, true)?, matrix(b, false)?);
    let (inner, other) = (rows.shape()[rows.ndim() - 1], columns.shape()[columns.ndim() - 2]);
    if inner != other {
        return Err(Error::invalid(format!(
            "shapes {} and {} cannot be multiplied: rows of {inner} elements meet columns of {other}; they must be equal",
            shape::text(a.shape()),
            shape::text(b.shape())
        )));
    }
    let working = accumulated(dtype);
    let y = batches(&cast(&rows, working), &cast(&columns, working), bias)?;
    let last = y.ndim() - 1;
    let mut shape = Shape::from_slice(y.shape());
    if b.ndim() == 1 {
        shape.remove(last);
    }
    if a.ndim() == 1 {
        shape.remove(last - 1);
    }
    to_shape(&y, shape)
}

/// The product of matrices with batch axes that broadcast.
fn batches(a: &Array, b: &Array, bias: Option<&Array>) -> Result<Array> {
    let ((outer_a, a_size), (outer_b, b_size)) =
        (a.shape().split_at(a.ndim() - 2), b.shape().split_at(b.ndim() - 2));
    let batch = shape::broadcast(outer_a, outer_b)?;
    let with = |tail: &[usize]| batch.iter().chain(tail).copied().collect::<Shape>();
    // One matrix on the right: all rows on the left are one tall matrix. The weight's gradient then is one product,
    // not one per batch entry.
    if outer_b.iter().all(|n| *n == 1) && batch.len() == outer_a.len() {
        let rows = a_size[0] * outer_a.iter().product::<usize>();
        let a = to_shape(a, smallvec![rows, a_size[1]])?;
        let y = multiplied_plus(&a, &to_shape(b, Shape::from_slice(b_size))?, bias)?;
        return to_shape(&y, with(&[a_size[0], b_size[1]]));
    }
    multiplied_plus(&broadcast_to(a, &with(a_size))?, &broadcast_to(b, &with(b_size))?, bias)
}

/// Matrix product over the last two axes; the axes before broadcast. A vector is a row on the left and a column on the
/// right, and its axis is dropped from the result.
///
/// f16 and bf16 are multiplied and summed in f32 and rounded once. Transposed and sliced operands are not copied.
///
/// ```
/// use emberforge_array::{Array, matmul};
///
/// let a = Array::from_slice(&[1.0f32, 2.0, 3.0, 4.0], &[2, 2])?;
/// let v = Array::from_slice(&[1.0f32, 10.0], &[2])?;
/// assert_eq!(matmul(&a, &a)?.to_vec::<f32>()?, [7.0, 10.0, 15.0, 22.0]);
/// assert_eq!(matmul(&a, &v)?.to_vec::<f32>()?, [21.0, 43.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an operand is 0-d, rows and columns differ in length, the batch axes do not broadcast, or the common dtype is
/// an integer or `bool` (as in MLX).
pub fn matmul(a: &Array, b: &Array) -> Result<Array> {
    a.check()?;
    b.check()?;
    let dtype = result_type(a.dtype(), b.dtype());
    Ok(cast(&product(a, b, None, dtype, "matmul")?, dtype))
}

/// `alpha * (a @ b) + beta * c`, where `c` broadcasts to the product; rounded once.
///
/// ```
/// use emberforge_array::{Array, addmm};
///
/// let a = Array::from_slice(&[1.0f32, 2.0, 3.0, 4.0], &[2, 2])?;
/// let bias = Array::from_slice(&[10.0f32, 20.0], &[2])?;
/// assert_eq!(addmm(&bias, &a, &a, 1.0, 0.5)?.to_vec::<f32>()?, [12.0, 20.0, 20.0, 32.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// As [`matmul`]; when `c` does not broadcast to the product's shape.
pub fn addmm(c: &Array, a: &Array, b: &Array, alpha: f64, beta: f64) -> Result<Array> {
    for x in [a, b, c] {
        x.check()?;
    }
    let dtype = result_type(result_type(a.dtype(), b.dtype()), c.dtype());
    // A vector that is added as it is: the product starts from it.
    if (alpha, beta) == (1.0, 1.0) && b.ndim() > 1 && c.shape() == &b.shape()[b.ndim() - 1..] {
        let c = cast(c, accumulated(dtype));
        return Ok(cast(&product(a, b, Some(&c), dtype, "addmm")?, dtype));
    }
    let y = product(a, b, None, dtype, "addmm")?;
    let c = broadcast_to(&cast(c, y.dtype()), y.shape())?;
    let scaled = |x: Array, by: f64| if by == 1.0 { Ok(x) } else { crate::multiply(&x, by) };
    let y = crate::add(scaled(y, alpha)?, scaled(c, beta)?)?;
    Ok(cast(&y, dtype))
}
