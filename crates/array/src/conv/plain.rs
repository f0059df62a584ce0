//! Convolutions as they are mostly written.

use super::general::conv_general;
use super::options::{ConvOptions, PerAxis};
use crate::Array;
use crate::shape;
use crate::view::to_shape;
use emberforge_base::{Error, Result};
use smallvec::smallvec;

/// # Errors
/// When the input has not so many spatial axes.
pub(super) fn check_axes(x: &Array, axes: usize) -> Result<()> {
    x.check()?;
    if x.ndim() != axes + 2 {
        return Err(Error::invalid(format!(
            "an input of shape {} has not {axes} spatial axes between batch and channels; it needs {} axes",
            shape::text(x.shape()),
            axes + 2
        )));
    }
    Ok(())
}

macro_rules! convolutions {
    ($($(#[$doc:meta])* $name:ident = $axes:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// `x` is (batch, spatial axes, channels), `w` (channels out, spatial axes, channels in per group). `padding`
        /// zeros are added on both sides; [`conv_general`] has more options.
        ///
        /// # Errors
        /// As [`conv_general`].
        pub fn $name(
            x: &Array,
            w: &Array,
            stride: impl Into<PerAxis>,
            padding: impl Into<PerAxis>,
            dilation: impl Into<PerAxis>,
            groups: usize,
        ) -> Result<Array> {
            check_axes(x, $axes)?;
            let padding = padding.into();
            let options = ConvOptions {
                stride: stride.into(),
                padding: (padding.clone(), padding),
                dilation: dilation.into(),
                groups,
                ..ConvOptions::default()
            };
            conv_general(x, w, &options)
        }
    )*};
}

convolutions! {
    /// Convolution over one axis.
    ///
    /// ```
    /// use emberforge_array::{Array, conv1d};
    ///
    /// let x = Array::from_slice(&[1.0f32, 2.0, 3.0], &[1, 3, 1])?;
    /// let w = Array::from_slice(&[1.0f32, 10.0], &[1, 2, 1])?;
    /// assert_eq!(conv1d(&x, &w, 1, 0, 1, 1)?.to_vec::<f32>()?, [21.0, 32.0]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    conv1d = 1;
    /// Convolution over two axes.
    ///
    /// ```
    /// use emberforge_array::{DType, conv2d, ones};
    ///
    /// let (x, w) = (ones(&[1, 8, 8, 3], DType::F32)?, ones(&[4, 3, 3, 3], DType::F32)?);
    /// assert_eq!(conv2d(&x, &w, [2, 1], 1, 1, 1)?.shape(), [1, 4, 8, 4]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    conv2d = 2;
    /// Convolution over three axes.
    ///
    /// ```
    /// use emberforge_array::{DType, conv3d, ones};
    ///
    /// let (x, w) = (ones(&[1, 4, 4, 4, 2], DType::F32)?, ones(&[3, 2, 2, 2, 2], DType::F32)?);
    /// assert_eq!(conv3d(&x, &w, 1, 0, 1, 1)?.shape(), [1, 3, 3, 3, 3]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    conv3d = 3;
}

/// Which part of a convolution of two lines [`convolve`] gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConvolveMode {
    /// Everything, also where the lines overlap in part.
    #[default]
    Full,
    /// As many elements as the longer line, from the middle.
    Same,
    /// Where the shorter line lies inside the longer one.
    Valid,
}

/// The convolution of mathematics of two lines: `y[n] = sum_k a[k] v[n - k]`.
///
/// ```
/// use emberforge_array::{Array, ConvolveMode, convolve};
///
/// let a = Array::from_slice(&[1.0f32, 2.0, 3.0], &[3])?;
/// let v = Array::from_slice(&[1.0f32, 10.0], &[2])?;
/// assert_eq!(convolve(&a, &v, ConvolveMode::Full)?.to_vec::<f32>()?, [1.0, 12.0, 23.0, 30.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an operand is not 1-d, is empty, or not a float.
pub fn convolve(a: &Array, v: &Array, mode: ConvolveMode) -> Result<Array> {
    a.check()?;
    v.check()?;
    if a.ndim() != 1 || v.ndim() != 1 || a.size() == 0 || v.size() == 0 {
        return Err(Error::invalid(format!(
            "`convolve` takes two lines that are not empty, and got shapes {} and {}",
            shape::text(a.shape()),
            shape::text(v.shape())
        )));
    }
    let (long, short) = if a.size() < v.size() { (v, a) } else { (a, v) };
    let n = short.size();
    let padding = match mode {
        ConvolveMode::Full => (n - 1, n - 1),
        ConvolveMode::Same => (n / 2, n - 1 - n / 2),
        ConvolveMode::Valid => (0, 0),
    };
    let options =
        ConvOptions { padding: (padding.0.into(), padding.1.into()), flip: true, ..ConvOptions::default() };
    let (x, w) = (to_shape(long, smallvec![1, long.size(), 1])?, to_shape(short, smallvec![1, n, 1])?);
    let y = conv_general(&x, &w, &options)?;
    to_shape(&y, smallvec![y.size()])
}
