//! AdamW in the two forms that Monarch Mixer models are trained with, and clipping by the global norm.

use emberforge_array::{Array, Result, full, minimum, sqrt, square, sum, zeros_like};
use emberforge_base::Error;

/// How weights decay beside the gradient step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WeightDecay {
    /// `p *= 1 - lr * decay`, as torch's AdamW.
    TimesRate(f64),
    /// `p *= 1 - lr / initial lr * decay`, as Composer's DecoupledAdamW: the decay does not scale with the rate's size.
    Decoupled(f64),
}

/// AdamW: `m`, `v` are running means of the gradient and its square, corrected for their start at 0, and
/// `p -= lr / c1 * m / (sqrt(v / c2) + eps)` after the decay.
#[derive(Clone, Debug)]
pub struct AdamW {
    betas: (f64, f64),
    eps: f64,
    decay: WeightDecay,
    initial_rate: f64,
    step: i32,
    /// `m` and `v` of each parameter.
    moments: Vec<(Array, Array)>,
}

impl AdamW {
    /// An optimizer that has taken no step. `initial_rate` is what [`WeightDecay::Decoupled`] divides by.
    pub fn new(betas: (f64, f64), eps: f64, decay: WeightDecay, initial_rate: f64) -> AdamW {
        AdamW { betas, eps, decay, initial_rate, step: 0, moments: Vec::new() }
    }

    /// The parameters after a step at learning rate `rate`. Nothing is computed until they are evaluated.
    ///
    /// ```
    /// use emberforge_array::Array;
    /// use emberforge_m2::{AdamW, WeightDecay};
    ///
    /// let mut adam = AdamW::new((0.9, 0.999), 1e-8, WeightDecay::TimesRate(0.0), 0.1);
    /// let moved = adam.update(&[Array::scalar(1.0)], &[Array::scalar(4.0)], 0.1)?;
    /// assert!((moved[0].item::<f32>()? - 0.9).abs() < 1e-6); // the first step has the size of the rate
    /// # Ok::<(), emberforge_m2::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the gradients are not those of the parameters, or their number changes between steps.
    pub fn update(&mut self, parameters: &[Array], gradients: &[Array], rate: f64) -> Result<Vec<Array>> {
        if self.moments.is_empty() {
            let zero = |p: &Array| Ok((zeros_like(p)?, zeros_like(p)?));
            self.moments = parameters.iter().map(zero).collect::<Result<_>>()?;
        }
        if gradients.len() != parameters.len() || self.moments.len() != parameters.len() {
            return Err(Error::invalid(format!(
                "{} gradients were given for {} parameters, and the optimizer knows {}; the three must be equal",
                gradients.len(),
                parameters.len(),
                self.moments.len()
            )));
        }
        self.step += 1;
        let (b1, b2) = self.betas;
        let (c1, c2) = (1.0 - b1.powi(self.step), 1.0 - b2.powi(self.step));
        let keep = match self.decay {
            WeightDecay::TimesRate(decay) => 1.0 - rate * decay,
            WeightDecay::Decoupled(decay) => 1.0 - rate / self.initial_rate * decay,
        };
        let each = |((p, g), (m, v)): ((&Array, &Array), &mut (Array, Array))| {
            *m = &*m * b1 + g * (1.0 - b1);
            *v = &*v * b2 + square(g)? * (1.0 - b2);
            let moved = p * keep - &*m * (rate / c1) / (sqrt(&*v)? / c2.sqrt() + self.eps);
            moved.check()?;
            Ok(moved)
        };
        parameters.iter().zip(gradients).zip(&mut self.moments).map(each).collect()
    }

    /// The running means, to be evaluated with the parameters.
    pub fn state(&self) -> impl Iterator<Item = &Array> {
        self.moments.iter().flat_map(|(m, v)| [m, v])
    }
}

/// The gradients scaled so that their common norm is at most `limit`, and the norm before.
///
/// # Errors
/// When there are none, or one is a failed array.
pub fn clip_gradients(gradients: &[Array], limit: f64) -> Result<(Vec<Array>, Array)> {
    let first = gradients.first().ok_or_else(|| Error::invalid("there are no gradients to clip"))?;
    let mut total = full(&[], 0, first.dtype())?;
    for g in gradients {
        total = total + sum(&square(g)?, (), false)?;
    }
    let norm = sqrt(&total)?;
    // As torch has it: the small term keeps a zero norm from dividing.
    let scale = minimum(&(limit / (&norm + 1e-6)), 1.0)?;
    Ok((gradients.iter().map(|g| g * &scale).collect(), norm))
}
