//! Transforms along one axis.

use super::node::{Fft, Kind};
use crate::element::node::cast;
use crate::{Array, shape};
use emberforge_base::{DType, Error, Result};

/// Where the factor `1/n` goes. A transform and its inverse under the same norm undo each other; under different norms
/// they do not, so keep one (`long_conv` leaves no choice).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Norm {
    /// To the inverse.
    #[default]
    Backward,
    /// `1/sqrt(n)` to both.
    Ortho,
    /// To the forward transform.
    Forward,
}

impl Norm {
    /// The factor of a transform of `n` elements.
    fn scale(self, inverse: bool, n: usize) -> f64 {
        match (self, inverse) {
            (Norm::Backward, true) | (Norm::Forward, false) => 1.0 / n as f64,
            (Norm::Ortho, _) => 1.0 / (n as f64).sqrt(),
            _ => 1.0,
        }
    }
}

impl std::str::FromStr for Norm {
    type Err = Error;

    /// MLX's names: `backward`, `ortho`, `forward`.
    fn from_str(name: &str) -> Result<Norm> {
        match name {
            "backward" => Ok(Norm::Backward),
            "ortho" => Ok(Norm::Ortho),
            "forward" => Ok(Norm::Forward),
            _ => Err(Error::invalid(format!(
                "norm `{name}` does not exist; use `backward`, `ortho` or `forward`"
            ))),
        }
    }
}

/// One transform; `n` is the length in time, by default that of the axis (irfft: twice the axis less one).
pub(super) fn along(kind: Kind, x: &Array, n: Option<usize>, axis: i32, norm: Norm) -> Result<Array> {
    x.check()?;
    let axis = shape::axis(axis, x.ndim())?;
    let here = x.shape()[axis];
    let n = n.unwrap_or(if kind == Kind::RealInverse { 2 * here.saturating_sub(1) } else { here });
    if n == 0 {
        return Err(Error::invalid(format!(
            "a Fourier transform of length 0 is not defined (axis {axis} of shape {}); give `n` >= 1",
            shape::text(x.shape())
        )));
    }
    let mut out = shape::Shape::from_slice(x.shape());
    out[axis] = if kind == Kind::Real { n / 2 + 1 } else { n };
    shape::count(&out)?;
    let x = if kind == Kind::Real {
        // Of complex numbers the real part counts, as in MLX.
        cast(&if x.dtype() == DType::Complex64 { crate::real(x)? } else { x.clone() }, DType::F32)
    } else {
        cast(x, DType::Complex64)
    };
    let scale = norm.scale(matches!(kind, Kind::Inverse | Kind::RealInverse), n);
    Ok(Fft::new(kind, axis, n, out[axis], scale).build(&x))
}

macro_rules! transforms {
    ($($(#[$doc:meta])* $name:ident = $kind:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// When the axis does not exist, the length is 0, or `x` is a failed array.
        pub fn $name(x: &Array, n: impl Into<Option<usize>>, axis: i32, norm: Norm) -> Result<Array> {
            along(Kind::$kind, x, n.into(), axis, norm)
        }
    )*};
}

transforms! {
    /// Fourier transform along `axis`, which is cut or padded with zeros to `n` (default: as long as it is).
    ///
    /// ```
    /// use emberforge_array::{Array, Complex32, fft, fft::Norm};
    ///
    /// let x = Array::from_slice(&[1.0f32, 0.0, 0.0, 0.0], &[4])?;
    /// assert_eq!(fft::fft(&x, None, -1, Norm::Backward)?.to_vec::<Complex32>()?, [Complex32::new(1.0, 0.0); 4]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    fft = Forward;
    /// Inverse of [`fft()`].
    ///
    /// ```
    /// use emberforge_array::{Array, fft, fft::Norm, real};
    ///
    /// let x = Array::from_slice(&[1.0f32, 2.0, 3.0], &[3])?;
    /// let there = fft::fft(&x, None, -1, Norm::Ortho)?;
    /// let back = real(&fft::ifft(&there, None, -1, Norm::Ortho)?)?.to_vec::<f32>()?;
    /// assert!((back[2] - 3.0).abs() < 1e-6);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    ifft = Inverse;
    /// Fourier transform of real numbers along `axis`, cut or padded to `n`: the `n/2 + 1` frequencies from 0 up; the
    /// others are their conjugates.
    ///
    /// ```
    /// use emberforge_array::{Array, fft, fft::Norm};
    ///
    /// let x = Array::from_slice(&[1.0f32, 2.0, 3.0], &[3])?;
    /// assert_eq!(fft::rfft(&x, 8, -1, Norm::Backward)?.shape(), [5]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    rfft = Real;
    /// Inverse of [`rfft`]: `n` real numbers (default `2 (size - 1)`) from `n/2 + 1` frequencies, cut or padded to that
    /// many. The imaginary parts of frequency 0 and, for even `n`, of the highest are taken as 0.
    ///
    /// ```
    /// use emberforge_array::{Array, fft, fft::Norm};
    ///
    /// let x = Array::from_slice(&[1.0f32, 2.0, 3.0], &[3])?;
    /// let there = fft::rfft(&x, None, -1, Norm::Backward)?;
    /// let back = fft::irfft(&there, 3, -1, Norm::Backward)?.to_vec::<f32>()?;
    /// assert!((back[2] - 3.0).abs() < 1e-6);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    irfft = RealInverse;
}
