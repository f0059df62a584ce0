//! Transforms along several axes: one after the other, the real one first on the way there and last on the way back.

use super::node::Kind;
use super::one::{Norm, along};
use crate::Array;
use crate::shape::{self, Axes};
use emberforge_base::{Error, Result};

/// The axes, in the order named, with the length of each.
fn sized(name: &str, x: &Array, s: Option<&[usize]>, axes: &Axes) -> Result<Vec<(i32, Option<usize>)>> {
    x.check()?;
    if x.ndim() == 0 {
        return Err(Error::invalid(format!(
            "`{name}` needs an array with at least one axis, and got a 0-d one"
        )));
    }
    let Some(s) = s else {
        return Ok(axes.in_order(x.ndim())?.into_iter().map(|a| (a as i32, None)).collect());
    };
    let Some(count) = axes.len() else {
        return Err(Error::invalid(format!(
            "`{name}` was given lengths {} and no axes; name the axis of each length",
            shape::text(s)
        )));
    };
    if count != s.len() {
        return Err(Error::invalid(format!(
            "`{name}` was given {} lengths and {count} axes; give one length for each axis",
            s.len()
        )));
    }
    Ok(axes.in_order(x.ndim())?.into_iter().zip(s).map(|(a, n)| (a as i32, Some(*n))).collect())
}

fn complex(name: &str, kind: Kind, x: &Array, s: Option<&[usize]>, axes: Axes, norm: Norm) -> Result<Array> {
    let axes = sized(name, x, s, &axes)?;
    axes.into_iter().rev().try_fold(x.clone(), |x, (axis, n)| along(kind, &x, n, axis, norm))
}

fn real(name: &str, x: &Array, s: Option<&[usize]>, axes: Axes, norm: Norm) -> Result<Array> {
    let mut axes = sized(name, x, s, &axes)?;
    let Some((axis, n)) = axes.pop() else { return Ok(x.clone()) };
    let half = along(Kind::Real, x, n, axis, norm)?;
    axes.into_iter().rev().try_fold(half, |x, (axis, n)| along(Kind::Forward, &x, n, axis, norm))
}

fn real_inverse(name: &str, x: &Array, s: Option<&[usize]>, axes: Axes, norm: Norm) -> Result<Array> {
    let mut axes = sized(name, x, s, &axes)?;
    let Some((last, n)) = axes.pop() else { return Ok(x.clone()) };
    let half =
        axes.into_iter().try_fold(x.clone(), |x, (axis, n)| along(Kind::Inverse, &x, n, axis, norm))?;
    along(Kind::RealInverse, &half, n, last, norm)
}

macro_rules! transforms {
    ($($(#[$doc:meta])* $name:ident = $build:ident($($kind:ident)?);)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// When an axis does not exist or is named twice, lengths do not belong to axes, a length is 0, the array is 0-d,
        /// or `x` is a failed array.
        pub fn $name(x: &Array, s: Option<&[usize]>, axes: impl Into<Axes>, norm: Norm) -> Result<Array> {
            $build(stringify!($name), $(Kind::$kind,)? x, s, axes.into(), norm)
        }
    )*};
}

transforms! {
    /// Fourier transform along the named axes (`()`: all), cut or padded to the lengths `s`. No axes: `x` as it is.
    ///
    /// ```
    /// use emberforge_array::{DType, fft, fft::Norm, ones};
    ///
    /// let x = ones(&[2, 3, 4], DType::F32)?;
    /// assert_eq!(fft::fftn(&x, Some(&[8, 2]), [0, 2], Norm::Backward)?.shape(), [8, 3, 2]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    fftn = complex(Forward);
    /// Inverse of [`fftn`].
    ifftn = complex(Inverse);
    /// Fourier transform of real numbers along the named axes; the last named is the real one, of which `n/2 + 1`
    /// frequencies are kept.
    ///
    /// ```
    /// use emberforge_array::{DType, fft, fft::Norm, ones};
    ///
    /// let x = ones(&[2, 6, 5], DType::F32)?;
    /// assert_eq!(fft::rfftn(&x, None, [2, 1], Norm::Ortho)?.shape(), [2, 4, 5]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    rfftn = real();
    /// Inverse of [`rfftn`]; the last length defaults to `2 (size - 1)`.
    irfftn = real_inverse();
}

macro_rules! planes {
    ($($(#[$doc:meta])* $name:ident = $build:ident($($kind:ident)?);)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// As [`fftn`].
        pub fn $name(x: &Array, s: Option<&[usize]>, norm: Norm) -> Result<Array> {
            $build(stringify!($name), $(Kind::$kind,)? x, s, Axes::from([-2, -1]), norm)
        }
    )*};
}

planes! {
    /// [`fftn`] of the last two axes.
    ///
    /// ```
    /// use emberforge_array::{DType, fft, fft::Norm, ones};
    ///
    /// assert_eq!(fft::rfft2(&ones(&[3, 4], DType::F32)?, None, Norm::Backward)?.shape(), [3, 3]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    fft2 = complex(Forward);
    /// [`ifftn`] of the last two axes.
    ifft2 = complex(Inverse);
    /// [`rfftn`] of the last two axes.
    rfft2 = real();
    /// [`irfftn`] of the last two axes.
    irfft2 = real_inverse();
}
