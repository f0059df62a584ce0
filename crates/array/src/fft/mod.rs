//! Discrete Fourier transforms of any length, named as in MLX: `fft::rfft(&x, None, -1, Norm::Backward)`.
//!
//! Arrays of any dtype are taken; as in MLX, `f64` is rounded to `f32` first (there is no 128-bit complex dtype) and
//! results are `complex64`, or `f32` where they are real. In [`Profile::Extended`](crate::Profile) each one-dimensional
//! transform is computed in `f64` and rounded once.
//!
//! The transform is `X[k] = sum_t x[t] e^(-2 pi i k t / n)`, its inverse the same with `+`; see [`Norm`] for the factor.

mod frequencies;
mod lines;
mod nd;
mod node;
mod one;
mod plan;

pub use frequencies::{fftfreq, rfftfreq};
pub use nd::{fft2, fftn, ifft2, ifftn, irfft2, irfftn, rfft2, rfftn};
pub use one::{Norm, fft, ifft, irfft, rfft};
