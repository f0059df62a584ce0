//! Kernels to spectra, and the way back.

use super::operand::{TILE, spectra};
use super::points::{self, Convert};
use super::real::Real;
use super::{row, side_by_side};
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::value::Value;
use crate::{Array, Spec};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use rayon::prelude::*;
use smallvec::{SmallVec, smallvec};

/// The spectra of causal kernels `[d, taps]`, or of two-sided ones (a second input with the taps ahead).
///
/// In the ring of polynomials modulo `z^M - i`, a tap of the future at lag `-1 - m` is `z^(-1-m) = -i z^(M-1-m)`: its
/// coefficients are imaginary where those of the past are real, so both fit into one transform of length `M >= L`,
/// and the real part of a product is the convolution, with nothing wrapped around.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spectrum {
    /// Rows of at most this many elements will be convolved.
    pub(super) length: usize,
    /// Spectra of tiles, split to points, rather than of rows.
    pub(super) points: bool,
}

/// The adjoint of [`Spectrum`]: from spectra to kernels of `taps`, causal or two-sided.
#[derive(Clone, Copy, Debug)]
struct KernelOf {
    length: usize,
}

/// Taps that matter: of the past all up to the length, of the future one less.
fn used(length: usize, taps: usize) -> [usize; 2] {
    [length.min(taps), (length - 1).min(taps)]
}

impl Spectrum {
    pub(super) fn build(self, kernels: &[Array]) -> Array {
        let k = &kernels[0];
        let spec = match self.points {
            true => points::spec(k.dtype(), self.length, k.shape()[0]),
            false => Spec::new(k.dtype(), &[k.shape()[0], spectrum_len(k.dtype(), self.length)]),
        };
        Array::build(self, SmallVec::from(kernels), spec)
    }

    fn compute<T: Real>(&self, inputs: &[Value], out: &Spec) -> Result<Value> {
        let plan = row::plan::<T>(self.length);
        let (n, scale) = (plan.spectrum_len(), T::of(1.0 / plan.vectors as f64));
        let mut buffer = BufferMut::new(out.len() * size_of::<T>())?;
        let all: &mut [T] = bytemuck::cast_slice_mut(buffer.bytes_mut());
        let dense = inputs.iter().map(Value::to_dense).collect::<Result<Vec<_>>>()?;
        let kernels = dense
            .iter()
            .map(|k| k.dense_slice::<T>().ok_or_else(|| Error::internal("a kernel is misaligned")));
        let kernels = kernels.collect::<Result<Vec<_>>>()?;
        let [channels, taps] = [inputs[0].shape[0], inputs[0].shape[1]];
        let [past, future] = used(self.length, taps);
        let padded = (plan.vectors * plan.lanes).next_multiple_of(TILE);
        let one = |scratch: &mut [T], channel: usize, spectrum: &mut [T]| {
            let (ahead, work) = scratch.split_at_mut(padded);
            let ahead = kernels.get(1).map(|reverse| {
                let ahead = &mut ahead[..plan.vectors * plan.lanes];
                ahead.fill(T::default());
                for (to, x) in ahead.iter_mut().rev().zip(&reverse[channel * taps..][..future]) {
                    *to = *x;
                }
                &*ahead
            });
            row::forward_both(&plan, &kernels[0][channel * taps..][..past], ahead, scale, work, spectrum);
        };
        let width = if self.points { side_by_side::channels::<T>() } else { 1 };
        let rows = if self.points { width * n } else { 0 };
        let scratch = || BufferMut::new((padded + n + rows) * size_of::<T>());
        let work = |scratch: &mut Result<BufferMut>, (i, spectra): (usize, &mut [T])| -> Result<()> {
            let scratch = scratch.as_mut().map_err(|e| e.clone())?;
            let scratch: &mut [T] = bytemuck::cast_slice_mut(scratch.bytes_mut());
            if !self.points {
                one(scratch, i, spectra);
                return Ok(());
            }
            let (scratch, rows) = scratch.split_at_mut(padded + n);
            let rows = &mut rows[..width.min(channels - i * width) * n];
            for (c, row) in rows.chunks_exact_mut(n).enumerate() {
                one(scratch, i * width + c, row);
            }
            let rows: Vec<&[T]> = rows.chunks_exact(n).collect();
            side_by_side::to_points(plan.points(), &rows, spectra);
            Ok(())
        };
        if out.len() > 0 {
            all.par_chunks_exact_mut(width * n)
                .enumerate()
                .map_init(scratch, work)
                .collect::<Result<()>>()?;
        }
        Ok(Value::dense(buffer, out.dtype, &out.shape))
    }
}

/// Elements of a spectrum for rows of `length`.
pub(super) fn spectrum_len(dtype: DType, length: usize) -> usize {
    match dtype {
        DType::F64 => row::plan::<f64>(length).spectrum_len(),
        _ => row::plan::<f32>(length).spectrum_len(),
    }
}

impl Primitive for Spectrum {
    fn name(&self) -> &'static str {
        "long_conv_spectrum"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let value = match outputs[0].dtype {
            DType::F64 => self.compute::<f64>(inputs, &outputs[0])?,
            _ => self.compute::<f32>(inputs, &outputs[0])?,
        };
        Ok(smallvec![value])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let specs = call.inputs.iter().map(|k| k.spec().clone()).collect();
        let mut spectra = call.cotangents[0].clone();
        if self.points {
            let tiles = Convert { points: true, length: self.length, channels: call.inputs[0].shape()[0] };
            spectra = tiles.transposed(&spectra)?;
        }
        let kernels = Array::outputs(KernelOf { length: self.length }, smallvec![spectra], specs);
        Ok(kernels.into_iter().zip(call.wanted).map(|(k, wanted)| wanted.then_some(k)).collect())
    }
}

impl KernelOf {
    fn compute<T: Real>(&self, input: &Value, outputs: &[Spec]) -> Result<Values> {
        let plan = row::plan::<T>(self.length);
        let (n, scale) = (plan.spectrum_len(), T::of(1.0 / plan.vectors as f64));
        let spectra = spectra(input)?;
        let spectra =
            spectra.dense_slice::<T>().ok_or_else(|| Error::internal("a spectrum is misaligned"))?;
        let taps = outputs[0].shape[1];
        let [past, future] = used(self.length, taps);
        let length = plan.vectors * plan.lanes;
        // Both kernels come out of one transform; a causal one leaves the second unused.
        let zeroed = || BufferMut::zeroed(outputs[0].len() * size_of::<T>());
        let (mut first, mut second) = (zeroed()?, zeroed()?);
        let scratch = || BufferMut::new((n + 2 * length) * size_of::<T>());
        let work = |scratch: &mut Result<BufferMut>, (from, (k, reverse)): (&[T], (&mut [T], &mut [T]))| {
            let scratch = scratch.as_mut().map_err(|e| e.clone())?;
            let scratch: &mut [T] = bytemuck::cast_slice_mut(scratch.bytes_mut());
            let (work, parts) = scratch.split_at_mut(n);
            // The last pass adds 0 times what stands there, which must not be NaN.
            parts.fill(T::default());
            let (re, im) = parts.split_at_mut(length);
            work.copy_from_slice(from);
            row::backward(&plan, work, re, im);
            k[..past].iter_mut().zip(re).for_each(|(to, x)| *to = scale * *x);
            reverse[..future].iter_mut().zip(im.iter().rev()).for_each(|(to, x)| *to = -(scale * *x));
            Ok(())
        };
        if outputs[0].len() > 0 {
            let kernels: &mut [T] = bytemuck::cast_slice_mut(first.bytes_mut());
            let reverses: &mut [T] = bytemuck::cast_slice_mut(second.bytes_mut());
            let kernels = kernels.par_chunks_exact_mut(taps).zip(reverses.par_chunks_exact_mut(taps));
            spectra.par_chunks_exact(n).zip(kernels).map_init(scratch, work).collect::<Result<()>>()?;
        }
        Ok([first, second]
            .into_iter()
            .zip(outputs)
            .map(|(b, o)| Value::dense(b, o.dtype, &o.shape))
            .collect())
    }
}

impl Primitive for KernelOf {
    fn name(&self) -> &'static str {
        "long_conv_kernel"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        match outputs[0].dtype {
            DType::F64 => self.compute::<f64>(&inputs[0], outputs),
            _ => self.compute::<f32>(&inputs[0], outputs),
        }
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        Ok(smallvec![Some(Spectrum { length: self.length, points: false }.build(call.cotangents))])
    }
}
