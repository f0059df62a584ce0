//! Random order and random choice.

use super::bits::bits;
use super::distributions::gumbel;
use crate::shape::{self, Shape};
use crate::{Array, add, argmax, argsort, expand_dims, take};
use emberforge_base::{DType, Error, Result};

/// The numbers below `n` in random order, `u32`.
///
/// ```
/// use emberforge_array::{random, sort};
///
/// let order = random::permutation(4, Some(&random::key(3)))?;
/// assert_eq!(sort(&order, -1)?.to_vec::<u32>()?, [0, 1, 2, 3]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `n` is too large, or `key` is no key.
pub fn permutation(n: usize, key: Option<&Array>) -> Result<Array> {
    argsort(&bits(&[n], DType::U32, key)?, 0)
}

/// `x` with its entries along `axis` in random order.
///
/// # Errors
/// When the axis does not exist, or `key` is no key.
pub fn permuted(x: &Array, axis: i32, key: Option<&Array>) -> Result<Array> {
    x.check()?;
    take(x, &permutation(x.dim(axis)?, key)?, axis)
}

/// How many times [`categorical`] draws.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Draws {
    /// Once from each distribution.
    #[default]
    One,
    /// So many times from each; the draws are a new last axis.
    Several(usize),
    /// This shape, to which the shape of the distributions broadcasts.
    Shape(Vec<usize>),
}

/// Positions along `axis` drawn with probabilities proportional to `exp(logits)`, `u32`.
///
/// ```
/// use emberforge_array::{Array, random, random::Draws};
///
/// let certain = Array::from_slice(&[0.0f32, 1000.0, 0.0], &[3])?;
/// assert_eq!(random::categorical(&certain, -1, Draws::Several(2), None)?.to_vec::<u32>()?, [1, 1]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist or is empty, the distributions do not broadcast to the shape asked for, or `key` is no key.
pub fn categorical(logits: &Array, axis: i32, draws: Draws, key: Option<&Array>) -> Result<Array> {
    logits.check()?;
    let axis = shape::axis(axis, logits.ndim())?;
    let mut distributions = Shape::from_slice(logits.shape());
    let classes = distributions.remove(axis);
    let (logits, drawn) = match draws {
        Draws::One => (logits.clone(), distributions),
        Draws::Several(n) => {
            distributions.push(n);
            (expand_dims(logits, -1)?, distributions)
        }
        Draws::Shape(wanted) => {
            if shape::broadcast(&distributions, &wanted)?.as_slice() != wanted {
                return Err(Error::invalid(format!(
                    "draws of shape {} were asked of distributions of shape {}, which do not broadcast to it",
                    shape::text(&wanted),
                    shape::text(&distributions)
                )));
            }
            (logits.clone(), Shape::from_slice(&wanted))
        }
    };
    // The largest of logits plus Gumbel noise is each class with its probability.
    let at = axis + drawn.len() + 1 - logits.ndim();
    let mut noise = drawn;
    noise.insert(at, classes);
    argmax(&add(&gumbel(&noise, DType::F32, key)?, &logits)?, at as i32, false)
}
