//! Convolutions (cross-correlations, as in MLX): channels last.
//!
//! A convolution is a product of matrices: windows of the padded input, seen as a view and copied once, times the
//! weights. Where each channel is convolved for itself it is a sum of shifted slices instead, which fuses.

mod general;
mod options;
mod plain;
mod windows;

pub use general::{conv_general, conv_transpose1d, conv_transpose2d, conv_transpose3d};
pub use options::{ConvOptions, PerAxis};
pub use plain::{ConvolveMode, conv1d, conv2d, conv3d, convolve};
