//! `grad`, `vjp`, `jvp` and their relatives.

use super::reverse::backward;
use crate::element::node::constant;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::scalar::Scalar;
use crate::shape;
use crate::value::Value;
use crate::{Array, Spec};
use emberforge_base::{Error, Result};
use smallvec::smallvec;
use std::cell::Cell;

/// Passes its input on: the subject of a differentiation.
#[derive(Debug)]
struct Watched;

impl Primitive for Watched {
    fn name(&self) -> &'static str {
        "watched"
    }

    fn run(&self, inputs: &[Value], _: &[Spec]) -> Result<Values> {
        Ok(smallvec![inputs[0].clone()])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        call.one(|g| Ok(g.clone()))
    }
}

/// Passes its input on and no gradient back.
#[derive(Debug)]
struct StopGradient;

impl Primitive for StopGradient {
    fn name(&self) -> &'static str {
        "stop_gradient"
    }

    fn run(&self, inputs: &[Value], _: &[Spec]) -> Result<Values> {
        Ok(smallvec![inputs[0].clone()])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        call.none()
    }
}

thread_local! {
    /// Differentiations under way on this thread.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// True inside a function under differentiation, where evaluated nodes keep their recipes.
pub(crate) fn tracing() -> bool {
    DEPTH.get() > 0
}

/// While it lives, the thread counts as differentiating.
pub(crate) struct Tracing;

impl Tracing {
    pub(crate) fn start() -> Tracing {
        DEPTH.set(DEPTH.get() + 1);
        Tracing
    }
}

impl Drop for Tracing {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

fn watch(arrays: &[Array]) -> Vec<Array> {
    arrays.iter().map(|x| Array::tracer(Watched, x.clone())).collect()
}

fn zeros(x: &Array) -> Array {
    constant(Scalar::Int(0), x.dtype(), x.shape())
}

/// `x`, from which no gradient flows back.
///
/// ```
/// use emberforge_array::{Array, grad, stop_gradient};
///
/// let f = |x: &[Array]| Ok(&x[0] * stop_gradient(&x[0])?);
/// assert_eq!(grad(f)(&[Array::scalar(3.0)])?[0].item::<f32>()?, 3.0);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `x` is a failed array.
pub fn stop_gradient(x: &Array) -> Result<Array> {
    x.check()?;
    Ok(Array::untraced(StopGradient, x.clone()))
}

/// The outputs of `f` at `primals`, and the gradients that `cotangents` of the outputs send to each primal.
///
/// ```
/// use emberforge_array::{Array, vjp};
///
/// let x = Array::from_slice(&[1.0f32, 2.0], &[2])?;
/// let (y, g) = vjp(|x| Ok(vec![&x[0] * &x[0]]), &[x], &[Array::from_slice(&[1.0f32, 10.0], &[2])?])?;
/// assert_eq!(y[0].to_vec::<f32>()?, [1.0, 4.0]);
/// assert_eq!(g[0].to_vec::<f32>()?, [2.0, 40.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// Those of `f`; when a cotangent has not the shape of its output; when an operation of `f` has no gradient.
pub fn vjp(
    f: impl Fn(&[Array]) -> Result<Vec<Array>>,
    primals: &[Array],
    cotangents: &[Array],
) -> Result<(Vec<Array>, Vec<Array>)> {
    let _tracing = Tracing::start();
    let watched = watch(primals);
    let outputs = checked(f(&watched)?)?;
    if outputs.len() != cotangents.len() {
        return Err(Error::invalid(format!(
            "{} cotangents were given for {} outputs; give one for each",
            cotangents.len(),
            outputs.len()
        )));
    }
    for (output, g) in outputs.iter().zip(cotangents) {
        g.check()?;
        if output.shape() != g.shape() {
            return Err(Error::invalid(format!(
                "a cotangent of shape {} was given for an output of shape {}; they must be equal",
                shape::text(g.shape()),
                shape::text(output.shape())
            )));
        }
    }
    let cotangents: Vec<Array> =
        cotangents.iter().zip(&outputs).map(|(g, y)| g.astype(y.dtype())).collect::<Result<_>>()?;
    let gradients = backward(&outputs, &cotangents, &watched)?;
    let gradients = gradients.into_iter().zip(primals).map(|(g, x)| g.unwrap_or_else(|| zeros(x))).collect();
    Ok((outputs, gradients))
}

/// The outputs of `f` at `primals`, and how they move when the primals move by `tangents`.
///
/// ```
/// use emberforge_array::{Array, jvp};
///
/// let x = Array::from_slice(&[1.0f32, 2.0], &[2])?;
/// let t = Array::from_slice(&[1.0f32, 0.5], &[2])?;
/// let (_, moved) = jvp(|x| Ok(vec![&x[0] * &x[0]]), &[x], &[t])?;
/// assert_eq!(moved[0].to_vec::<f32>()?, [2.0, 2.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// Those of `f`; when a tangent has not the shape of its primal; when an operation of `f` has no gradient.
pub fn jvp(
    f: impl Fn(&[Array]) -> Result<Vec<Array>>,
    primals: &[Array],
    tangents: &[Array],
) -> Result<(Vec<Array>, Vec<Array>)> {
    let _tracing = Tracing::start();
    if primals.len() != tangents.len() || primals.iter().zip(tangents).any(|(x, t)| x.shape() != t.shape()) {
        return Err(Error::invalid("the tangents must have the shapes of the primals, one for each"));
    }
    let watched = watch(primals);
    let outputs = checked(f(&watched)?)?;
    // The gradient as a function of the cotangents, which is linear; its own gradient at the tangents is the answer.
    let dual = watch(&outputs.iter().map(zeros).collect::<Vec<_>>());
    let gradients = backward(&outputs, &dual, &watched)?;
    let (reached, sent): (Vec<Array>, Vec<Array>) =
        gradients.into_iter().zip(tangents).filter_map(|(g, t)| Some((g?, t.clone()))).unzip();
    let sent: Vec<Array> =
        sent.iter().zip(&reached).map(|(t, g)| t.astype(g.dtype())).collect::<Result<_>>()?;
    let moved = backward(&reached, &sent, &dual)?;
    let moved = moved.into_iter().zip(&outputs).map(|(m, y)| m.unwrap_or_else(|| zeros(y))).collect();
    Ok((outputs, moved))
}

/// The function that gives `f`'s value and the gradient of that value with respect to every argument.
///
/// `f` returns a 0-d array of a float dtype. Arguments of other dtypes get zeros.
///
/// # Errors
/// (of the function returned) Those of `f`; when its value is not a real 0-d array; when an operation has no gradient.
pub fn value_and_grad<F>(f: F) -> impl Fn(&[Array]) -> Result<(Array, Vec<Array>)>
where
    F: Fn(&[Array]) -> Result<Array>,
{
    move |arguments| {
        let _tracing = Tracing::start();
        let watched = watch(arguments);
        let value = f(&watched)?;
        value.check()?;
        if value.ndim() != 0 || !value.dtype().is_float() {
            return Err(Error::invalid(format!(
                "a gradient needs a function that returns one real number; this one returned {}{}; reduce it with \
                 `sum` or `mean`, or use `vjp`",
                value.dtype(),
                shape::text(value.shape())
            )));
        }
        let one = constant(Scalar::Int(1), value.dtype(), &[]);
        let gradients = backward(std::slice::from_ref(&value), &[one], &watched)?;
        let gradients =
            gradients.into_iter().zip(arguments).map(|(g, x)| g.unwrap_or_else(|| zeros(x))).collect();
        Ok((value, gradients))
    }
}

/// The function that gives the gradient of `f`'s value with respect to every argument; see [`value_and_grad`].
///
/// ```
/// use emberforge_array::{Array, exp, grad, sum};
///
/// let f = |x: &[Array]| sum(&exp(&x[0])?, (), false);
/// let g = grad(f)(&[Array::from_slice(&[0.0f32, 1.0], &[2])?])?;
/// assert_eq!(g[0].to_vec::<f32>()?, [1.0, 1.0f32.exp()]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// (of the function returned) As [`value_and_grad`].
pub fn grad<F>(f: F) -> impl Fn(&[Array]) -> Result<Vec<Array>>
where
    F: Fn(&[Array]) -> Result<Array>,
{
    let f = value_and_grad(f);
    move |arguments| Ok(f(arguments)?.1)
}

/// No failed array among the outputs.
fn checked(outputs: Vec<Array>) -> Result<Vec<Array>> {
    for output in &outputs {
        output.check()?;
    }
    Ok(outputs)
}
