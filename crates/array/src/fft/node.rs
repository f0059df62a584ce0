//! The primitive: a transform along one axis.

use super::lines;
use crate::element::Binary;
use crate::element::node::binary;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::value::Value;
use crate::{Array, Profile, Spec};
use emberforge_base::{DType, Result};
use smallvec::smallvec;

/// From what to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Complex to complex.
    Forward,
    /// Complex to complex.
    Inverse,
    /// Real to the `n/2 + 1` lower frequencies.
    Real,
    /// The `n/2 + 1` lower frequencies to real.
    RealInverse,
}

/// Cuts or pads `axis` for a transform of length `n`, multiplies the result by `scale`, and cuts or pads it to `out`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fft {
    pub(super) kind: Kind,
    pub(super) axis: usize,
    pub(super) n: usize,
    pub(super) out: usize,
    pub(super) scale: f64,
    /// Computed in f64.
    pub(super) wide: bool,
}

impl Fft {
    pub(super) fn new(kind: Kind, axis: usize, n: usize, out: usize, scale: f64) -> Fft {
        Fft { kind, axis, n, out, scale, wide: Profile::current() == Profile::Extended }
    }

    pub(super) fn build(self, x: &Array) -> Array {
        let dtype = if self.kind == Kind::RealInverse { DType::F32 } else { DType::Complex64 };
        let mut spec = Spec::new(dtype, x.shape());
        spec.shape[self.axis] = self.out;
        Array::build(self, smallvec![x.clone()], spec)
    }

    /// One factor per frequency of `size`, along the axis of an array of `ndim` axes: `ends` for frequency 0 and the
    /// highest of an even length, which have no conjugate, `between` for the others.
    fn weights(&self, size: usize, ndim: usize, ends: f32, between: f32) -> Result<Array> {
        let single = |k: usize| k == 0 || 2 * k == self.n;
        let factors: Vec<f32> = (0..size).map(|k| if single(k) { ends } else { between }).collect();
        let mut shape = vec![1; ndim];
        shape[self.axis] = size;
        Array::from_slice(&factors, &shape)
    }
}

impl Primitive for Fft {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Forward => "fft",
            Kind::Inverse => "ifft",
            Kind::Real => "rfft",
            Kind::RealInverse => "irfft",
        }
    }

    fn detail(&self) -> String {
        format!("axis {}, n {}", self.axis, self.n)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let value = if self.wide {
            lines::transform::<f64>(self, &inputs[0], &outputs[0])?
        } else {
            lines::transform::<f32>(self, &inputs[0], &outputs[0])?
        };
        Ok(smallvec![value])
    }

    /// The adjoint, which for the real kinds counts every frequency that stands for two twice.
    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let x = &call.inputs[0];
        let size = x.shape()[self.axis];
        let back = |kind: Kind, g: &Array| Fft { kind, out: size, ..*self }.build(g);
        call.one(|g| match self.kind {
            Kind::Forward => Ok(back(Kind::Inverse, g)),
            Kind::Inverse => Ok(back(Kind::Forward, g)),
            Kind::Real => {
                let weighted = binary(Binary::Multiply, g, &self.weights(self.out, x.ndim(), 1.0, 0.5)?)?;
                Ok(back(Kind::RealInverse, &weighted))
            }
            Kind::RealInverse => {
                binary(Binary::Multiply, back(Kind::Real, g), &self.weights(size, x.ndim(), 1.0, 2.0)?)
            }
        })
    }
}
