//! Activation functions, as `mlx.nn` defines them: chains of elementwise operations that fuse into one kernel.

use super::softmax::{logsumexp, softmax};
use crate::{
    Array, Axes, abs, erf, expm1, greater, greater_equal, logaddexp, max, maximum, minimum, sigmoid, sign,
    split, square, stop_gradient, tanh, where_,
};
use emberforge_base::Result;
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_PI};

macro_rules! activations {
    ($($(#[$doc:meta])* fn $name:ident($x:ident $(, $arg:ident: $ty:ty)*) $body:expr;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// When the dtype has no such function, or `x` is a failed array.
        pub fn $name($x: &Array $(, $arg: $ty)*) -> Result<Array> {
            $x.check()?;
            let result: Array = $body;
            result.check().cloned()
        }
    )*};
}

activations! {
    /// `max(x, 0)`.
    ///
    /// ```
    /// use emberforge_array::{Array, relu};
    ///
    /// assert_eq!(relu(&Array::scalar(-2.0))?.item::<f32>()?, 0.0);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    fn relu(x) maximum(x, 0)?;

    /// `max(x, 0)^2`.
    fn relu2(x) square(&maximum(x, 0)?)?;

    /// `min(max(x, 0), 6)`.
    fn relu6(x) minimum(&maximum(x, 0)?, 6.0)?;

    /// `max(x, slope * x)`.
    fn leaky_relu(x, slope: f64) maximum(x * slope, x)?;

    /// `x` where positive, else `alpha * (exp(x) - 1)`.
    fn elu(x, alpha: f64) {
        // The exponential of positive numbers is not wanted, and would overflow in the gradient.
        where_(&greater(x, 0)?, x, expm1(&minimum(x, 0)?)? * alpha)?
    };

    /// `max(x, 0) + alpha * (exp(min(x, 0) / alpha) - 1)`.
    fn celu(x, alpha: f64) maximum(x, 0.0)? + expm1(minimum(x, 0.0)? / alpha)? * alpha;

    /// [`elu`] with `alpha` 1.67326, scaled by 1.0507.
    fn selu(x) elu(x, 1.67326)? * 1.0507;

    /// The Gaussian error linear unit, exact: `x * (1 + erf(x / sqrt(2))) / 2`.
    ///
    /// ```
    /// use emberforge_array::{Array, gelu};
    ///
    /// assert!((gelu(&Array::scalar(1.0))?.item::<f32>()? - 0.8413447).abs() < 1e-6);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    fn gelu(x) x * (erf(x * FRAC_1_SQRT_2)? + 1.0) * 0.5;

    /// The tanh approximation of [`gelu`]: `x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2`.
    ///
    /// ```
    /// use emberforge_array::{Array, gelu_approx};
    ///
    /// assert!((gelu_approx(&Array::scalar(1.0))?.item::<f32>()? - 0.841192).abs() < 1e-6);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    fn gelu_approx(x) {
        let cube = square(x)? * x;
        x * (tanh((x + cube * 0.044715) * FRAC_2_PI.sqrt())? + 1.0) * 0.5
    };

    /// The sigmoid approximation of [`gelu`]: `x * sigmoid(1.702 x)`.
    fn gelu_fast_approx(x) x * sigmoid(x * 1.702)?;

    /// `x * sigmoid(x)`, also called swish.
    fn silu(x) x * sigmoid(x)?;

    /// `log(1 + exp(x))` without overflow.
    fn softplus(x) logaddexp(x, 0)?;

    /// `log(sigmoid(x))` without overflow.
    fn log_sigmoid(x) -softplus(&-x)?;

    /// `x * tanh(softplus(x))`.
    fn mish(x) x * tanh(&softplus(x)?)?;

    /// `x / (1 + |x|)`.
    fn softsign(x) x / (abs(x)? + 1);

    /// `x` moved towards 0 by `lambda`, 0 where it would cross.
    fn softshrink(x, lambda: f64) where_(&greater(&abs(x)?, lambda)?, x - sign(x)? * lambda, 0)?;

    /// `x` where `|x| > lambda`, else 0.
    fn hard_shrink(x, lambda: f64) where_(&greater(&abs(x)?, lambda)?, x, 0)?;

    /// `x` clipped to `low` and `high`.
    fn hard_tanh(x, low: f64, high: f64) minimum(&maximum(x, low)?, high)?;

    /// `x * min(max(x + 3, 0), 6) / 6`.
    fn hardswish(x) x * minimum(&maximum(x + 3, 0)?, 6)? / 6;

    /// 1 where `x >= threshold`, else 0, as `i32`.
    fn step(x, threshold: f64) where_(&greater_equal(x, threshold)?, 1, 0)?;

    /// `max(x, 0) + alpha * min(x, 0)`, with an array of slopes that broadcasts.
    fn prelu(x, alpha: &Array) maximum(x, 0)? + alpha * minimum(x, 0)?;
}

/// The gated linear unit: the first half of `axis` times the sigmoid of the second.
///
/// ```
/// use emberforge_array::{Array, glu};
///
/// let x = Array::from_slice(&[3.0f32, 0.0], &[2])?;
/// assert_eq!(glu(&x, -1)?.to_vec::<f32>()?, [1.5]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist or its size is odd.
pub fn glu(x: &Array, axis: i32) -> Result<Array> {
    let halves = split(x, 2, axis)?;
    (&halves[0] * sigmoid(&halves[1])?).check().cloned()
}

/// `x - logsumexp(x)` over `axes`; the largest element is subtracted first, so that the sum keeps its digits.
///
/// # Errors
/// When an axis does not exist or is named twice, or `x` has no elements.
pub fn log_softmax(x: &Array, axes: impl Into<Axes>) -> Result<Array> {
    let axes = axes.into();
    let moved = x - stop_gradient(&max(x, axes.clone(), true)?)?;
    let total = logsumexp(&moved, axes, true)?;
    (moved - total).check().cloned()
}

/// [`softmax`] of `-x`.
///
/// # Errors
/// When an axis does not exist or is named twice, or the dtype has no negative.
pub fn softmin(x: &Array, axes: impl Into<Axes>) -> Result<Array> {
    softmax((-x).check()?, axes)
}
