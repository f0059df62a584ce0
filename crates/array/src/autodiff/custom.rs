//! Functions with a gradient of the caller's own, and functions that are computed again rather than remembered.

use super::functions::{stop_gradient, vjp};
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::value::Value;
use crate::{Array, Spec, shape};
use emberforge_base::{Error, Result};
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;

/// What a custom gradient is computed from.
#[derive(Debug)]
pub struct Pullback<'a> {
    /// The arguments of the function.
    pub primals: &'a [Array],
    /// Its outputs.
    pub outputs: &'a [Array],
    /// What arrives at each output, of its shape and dtype.
    pub cotangents: &'a [Array],
}

/// A gradient rule: one array per primal, of its shape.
type Rule = dyn Fn(&Pullback<'_>) -> Result<Vec<Array>> + Send + Sync;

/// Passes on the outputs that stand behind its primals, and answers for their gradient.
struct Custom {
    name: &'static str,
    primals: usize,
    rule: Arc<Rule>,
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} primals", self.name, self.primals)
    }
}

impl Primitive for Custom {
    fn name(&self) -> &'static str {
        self.name
    }

    fn run(&self, inputs: &[Value], _: &[Spec]) -> Result<Values> {
        Ok(inputs[self.primals..].iter().cloned().collect())
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let primals = &call.inputs[..self.primals];
        let given = (self.rule)(&Pullback { primals, outputs: call.outputs, cotangents: call.cotangents })?;
        if given.len() != primals.len() {
            return Err(Error::invalid(format!(
                "the custom gradient returned {} arrays for {} arguments; return one for each",
                given.len(),
                primals.len()
            )));
        }
        let mut list: Gradients = call.inputs.iter().map(|_| None).collect();
        for (i, (g, x)) in given.into_iter().zip(primals).enumerate() {
            g.check()?;
            if g.shape() != x.shape() {
                return Err(Error::invalid(format!(
                    "the custom gradient of argument {i} has shape {} and the argument {}; they must be equal",
                    shape::text(g.shape()),
                    shape::text(x.shape())
                )));
            }
            list[i] = Some(g.astype(x.dtype())?);
        }
        Ok(list)
    }
}

/// `f` with a gradient rule of its own: differentiation calls `rule` and does not look into `f`.
///
/// ```
/// use emberforge_array::{Array, custom_vjp, grad};
///
/// // A step whose gradient passes straight through.
/// let step = custom_vjp(
///     |x| Ok(vec![emberforge_array::sign(&x[0])?]),
///     |call| Ok(vec![call.cotangents[0].clone()]),
/// );
/// let f = |x: &[Array]| Ok(step(x)?[0].clone() * 3.0);
/// assert_eq!(grad(f)(&[Array::scalar(-2.0)])?[0].item::<f32>()?, 3.0);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// (of the function returned) Those of `f`; during differentiation those of `rule`, and when it does not return one
/// array per argument with the argument's shape.
pub fn custom_vjp<F, R>(f: F, rule: R) -> impl Fn(&[Array]) -> Result<Vec<Array>>
where
    F: Fn(&[Array]) -> Result<Vec<Array>>,
    R: Fn(&Pullback<'_>) -> Result<Vec<Array>> + Send + Sync + 'static,
{
    let rule: Arc<Rule> = Arc::new(rule);
    move |primals| attach("custom_vjp", &f, primals, rule.clone())
}

/// `f`, computed again when its gradient is needed instead of keeping what it computed on the way: less memory for more
/// time.
///
/// ```
/// use emberforge_array::{Array, checkpoint, exp, grad};
///
/// let f = checkpoint(|x: &[Array]| Ok(vec![exp(&exp(&x[0])?)?]));
/// let g = grad(move |x| Ok(f(x)?[0].clone()))(&[Array::scalar(0.0)])?;
/// assert!((g[0].item::<f32>()? - 1f32.exp()).abs() < 1e-6);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// (of the function returned) Those of `f`.
pub fn checkpoint<F>(f: F) -> impl Fn(&[Array]) -> Result<Vec<Array>>
where
    F: Fn(&[Array]) -> Result<Vec<Array>> + Send + Sync + 'static,
{
    let f = Arc::new(f);
    let again = f.clone();
    let rule: Arc<Rule> = Arc::new(move |call| Ok(vjp(&*again, call.primals, call.cotangents)?.1));
    move |primals| attach("checkpoint", &*f, primals, rule.clone())
}

fn attach(
    name: &'static str,
    f: &dyn Fn(&[Array]) -> Result<Vec<Array>>,
    primals: &[Array],
    rule: Arc<Rule>,
) -> Result<Vec<Array>> {
    let cut = primals.iter().map(stop_gradient).collect::<Result<Vec<_>>>()?;
    let outputs = f(&cut)?;
    for output in &outputs {
        output.check()?;
    }
    let specs: SmallVec<[Spec; 1]> = outputs.iter().map(|x| x.spec().clone()).collect();
    let inputs = primals.iter().chain(&outputs).cloned().collect();
    Ok(Array::outputs(Custom { name, primals: primals.len(), rule }, inputs, specs))
}
