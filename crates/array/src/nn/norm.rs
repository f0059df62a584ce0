//! Normalisation of rows.

use crate::element::node::{binary, cast, unary};
use crate::element::{Binary, Unary};
use crate::primitive::{Gradients, Primitive, Values, Vjp, unsupported};
use crate::promote::result_type;
use crate::reduce::mean;
use crate::value::Value;
use crate::{Array, Spec, rows, shape, sum};
use emberforge_base::{DType, Error, Result};
use half::{bf16, f16};
use smallvec::{SmallVec, smallvec};

/// Which normalisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Mean 0, variance 1.
    Layer,
    /// Mean square 1.
    Rms,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Layer => "layer_norm",
            Kind::Rms => "rms_norm",
        }
    }
}

/// Normalises the rows along the last axis. Inputs: the array, then the weight and the bias where there are any.
#[derive(Clone, Copy, Debug)]
struct Norm {
    kind: Kind,
    eps: f64,
    weight: bool,
    bias: bool,
}

impl Primitive for Norm {
    fn name(&self) -> &'static str {
        self.kind.name()
    }

    fn detail(&self) -> String {
        format!("eps {:e}", self.eps)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        // Short beside the array: read as numbers, whatever their dtype and strides.
        let vector = |i: usize| -> Result<Vec<f32>> {
            let x = inputs[i].to_dense()?;
            Ok(match x.dtype {
                DType::F16 => rows::elements::<f16>(&x)?.iter().map(|x| x.to_f32()).collect(),
                DType::BF16 => rows::elements::<bf16>(&x)?.iter().map(|x| x.to_f32()).collect(),
                _ => rows::elements::<f32>(&x)?.to_vec(),
            })
        };
        let weight = self.weight.then(|| vector(1)).transpose()?;
        let bias = self.bias.then(|| vector(inputs.len() - 1)).transpose()?;
        let (weight, bias, eps) = (weight.as_deref(), bias.as_deref(), self.eps as f32);
        let value = rows::map_single(&inputs[0], &outputs[0], |from, to| match self.kind {
            Kind::Layer => emberforge_vm::rows::layer_norm(from, to, weight, bias, eps),
            Kind::Rms => emberforge_vm::rows::rms_norm(from, to, weight, eps),
        });
        Ok(smallvec![value?])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let (x, g) = (&call.inputs[0], &call.cotangents[0]);
        let (centred, inverse) = normal(self.kind, x, self.eps)?;
        let unit = binary(Binary::Multiply, &centred, &inverse)?;
        let mut list: Gradients = call.inputs.iter().map(|_| None).collect();
        let leading: Vec<i32> = (0..x.ndim() as i32 - 1).collect();
        if call.wanted[0] {
            // With u the normalised row and h = g * weight: (h - mean(h) - u * mean(h * u)) / sigma.
            let h = if self.weight { binary(Binary::Multiply, g, &call.inputs[1])? } else { g.clone() };
            let along = mean(&binary(Binary::Multiply, &h, &unit)?, -1, true)?;
            let mut rest = binary(Binary::Subtract, &h, &binary(Binary::Multiply, &unit, &along)?)?;
            if self.kind == Kind::Layer {
                rest = binary(Binary::Subtract, &rest, &mean(&h, -1, true)?)?;
            }
            list[0] = Some(binary(Binary::Multiply, &rest, &inverse)?);
        }
        if self.weight && call.wanted[1] {
            list[1] = Some(sum(&binary(Binary::Multiply, g, &unit)?, leading.as_slice(), false)?);
        }
        let last = call.inputs.len() - 1;
        if self.bias && call.wanted[last] {
            list[last] = Some(sum(g, leading.as_slice(), false)?);
        }
        Ok(list)
    }
}

/// What is normalised (`x`, or `x - mean`), and one over its root mean square.
fn normal(kind: Kind, x: &Array, eps: f64) -> Result<(Array, Array)> {
    let centred = match kind {
        Kind::Layer => binary(Binary::Subtract, x, &mean(x, -1, true)?)?,
        Kind::Rms => x.clone(),
    };
    let square = mean(&unary(Unary::Square, &centred)?, -1, true)?;
    let inverse = unary(Unary::Rsqrt, &binary(Binary::Add, &square, eps)?)?;
    Ok((centred, inverse))
}

fn build(kind: Kind, x: &Array, weight: Option<&Array>, bias: Option<&Array>, eps: f64) -> Result<Array> {
    x.check()?;
    let name = kind.name();
    let Some(&length) = x.shape().last() else {
        return Err(Error::invalid(format!("`{name}` normalises the last axis; a 0-d array has none")));
    };
    let mut dtype = x.dtype();
    for (what, vector) in [("weight", weight), ("bias", bias)] {
        let Some(vector) = vector else { continue };
        vector.check()?;
        if vector.shape() != [length] {
            return Err(Error::invalid(format!(
                "the {what} of `{name}` has shape {}; it must be ({length},), the size of the last axis of {}",
                shape::text(vector.shape()),
                shape::text(x.shape())
            )));
        }
        dtype = result_type(dtype, vector.dtype());
    }
    if !dtype.is_float() {
        return Err(unsupported(name, dtype, "it takes real floating-point arrays"));
    }
    let x = cast(x, dtype);
    let (weight, bias) = (weight.map(|w| cast(w, dtype)), bias.map(|b| cast(b, dtype)));
    if !rows::is_single(dtype) {
        let (centred, inverse) = normal(kind, &x, eps)?;
        let mut result = binary(Binary::Multiply, &centred, &inverse)?;
        if let Some(weight) = &weight {
            result = binary(Binary::Multiply, &result, weight)?;
        }
        return bias.iter().try_fold(result, |result, bias| binary(Binary::Add, &result, bias));
    }
    let norm = Norm { kind, eps, weight: weight.is_some(), bias: bias.is_some() };
    let spec = x.spec().clone();
    let inputs: SmallVec<[Array; 2]> = [x].into_iter().chain(weight).chain(bias).collect();
    Ok(Array::build(norm, inputs, spec))
}

/// The last axis normalised to mean 0 and variance 1, scaled by `weight` and moved by `bias` where given:
/// `(x - mean) / sqrt(variance + eps) * weight + bias`. Sums run in `f32` for every narrower dtype.
///
/// ```
/// use emberforge_array::{Array, layer_norm};
///
/// let x = Array::from_slice(&[1.0f32, 3.0], &[2])?;
/// assert_eq!(layer_norm(&x, None, None, 0.0)?.to_vec::<f32>()?, [-1.0, 1.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `x` is 0-d, its dtype is not a float, or weight or bias have not the length of the last axis.
pub fn layer_norm(x: &Array, weight: Option<&Array>, bias: Option<&Array>, eps: f64) -> Result<Array> {
    build(Kind::Layer, x, weight, bias, eps)
}

/// The last axis normalised to mean square 1 and scaled by `weight` where given: `x / sqrt(mean(x^2) + eps) * weight`.
/// Sums run in `f32` for every narrower dtype.
///
/// ```
/// use emberforge_array::{Array, rms_norm};
///
/// let x = Array::from_slice(&[3.0f32, 3.0], &[2])?;
/// assert_eq!(rms_norm(&x, None, 0.0)?.to_vec::<f32>()?, [1.0, 1.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// As [`layer_norm`].
pub fn rms_norm(x: &Array, weight: Option<&Array>, eps: f64) -> Result<Array> {
    build(Kind::Rms, x, weight, None, eps)
}
