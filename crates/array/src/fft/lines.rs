//! The loop over lines along the axis.
//!
//! Lines are brought together a few at a time, in squares, so that each cache line of a strided input is fetched once.
//! Results lie along the transformed axis in memory, whichever axis that is: nothing is scattered, and every piece of
//! the output belongs to one thread.

use super::node::{Fft, Kind};
use super::plan::{self, Precision};
use crate::Spec;
use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use emberforge_base::{Error, Result};
use emberforge_device::BufferMut;
use num_complex::{Complex, Complex32};
use rayon::prelude::*;

/// Lines that are brought together: neighbours share cache lines of this many `f32`.
const TILE: usize = 16;
/// Below this many elements the work stays on one thread.
const PARALLEL: usize = 1 << 15;

/// Where the lines of a value start, and how far apart their elements are.
struct Lines {
    /// The other axes.
    shape: Shape,
    strides: Strides,
    offset: i64,
    step: i64,
    /// Elements of a line that are read.
    length: usize,
}

impl Lines {
    fn new(x: &Value, axis: usize, length: usize) -> Lines {
        let (mut shape, mut strides) = (x.shape.clone(), x.strides.clone());
        let (size, step) = (shape.remove(axis), strides.remove(axis));
        Lines { shape, strides, offset: x.offset as i64, step, length: length.min(size) }
    }

    fn start(&self, mut line: usize) -> i64 {
        let mut at = self.offset;
        for (size, stride) in self.shape.iter().zip(&self.strides).rev() {
            at += (line % size) as i64 * stride;
            line /= size;
        }
        at
    }

    /// Brings lines `first..` into `to`, `n` elements for each, zeros behind their end.
    fn bring<A: Copy, B: Default>(
        &self,
        data: &[A],
        first: usize,
        n: usize,
        to: &mut [B],
        convert: impl Fn(A) -> B,
    ) {
        let starts: Vec<i64> = (0..to.len() / n).map(|i| self.start(first + i)).collect();
        for part in (0..self.length).step_by(TILE) {
            let end = self.length.min(part + TILE);
            for (line, start) in to.chunks_exact_mut(n).zip(&starts) {
                for (t, to) in (part..end).zip(&mut line[part..end]) {
                    *to = convert(data[(start + t as i64 * self.step) as usize]);
                }
            }
        }
        for line in to.chunks_exact_mut(n) {
            line[self.length..].fill_with(B::default);
        }
    }
}

/// Gives each tile of `out` to `work` with the number of its first line, and room to work in.
fn each<O: Send, R>(
    size: usize,
    out: &mut [O],
    room: impl Fn() -> R + Sync + Send,
    work: impl Fn(&mut R, usize, &mut [O]) + Sync + Send,
) {
    if out.len() < PARALLEL {
        let mut room = room();
        out.chunks_mut(TILE * size).enumerate().for_each(|(i, out)| work(&mut room, i * TILE, out));
    } else {
        let tiles = out.par_chunks_mut(TILE * size).enumerate();
        tiles.for_each_init(room, |room, (i, out)| work(room, i * TILE, out));
    }
}

fn elements<A: bytemuck::AnyBitPattern>(x: &Value) -> Result<&[A]> {
    x.elements().ok_or_else(|| Error::internal("the input of a transform is misaligned"))
}

/// Carries out `fft` in the precision `T`.
pub(super) fn transform<T: Precision>(fft: &Fft, x: &Value, out: &Spec) -> Result<Value> {
    let mut buffer = BufferMut::new(out.len() * out.dtype.size())?;
    if out.len() == 0 {
        return Ok(Value::dense(buffer, out.dtype, &out.shape));
    }
    match fft.kind {
        Kind::Forward | Kind::Inverse => {
            complex::<T>(fft, elements(x)?, x, bytemuck::cast_slice_mut(buffer.bytes_mut()))
        }
        Kind::Real => real::<T>(fft, elements(x)?, x, bytemuck::cast_slice_mut(buffer.bytes_mut())),
        Kind::RealInverse => {
            real_inverse::<T>(fft, elements(x)?, x, bytemuck::cast_slice_mut(buffer.bytes_mut()))
        }
    }
    Ok(placed(buffer, fft.axis, out))
}

fn scaled<T: Precision>(z: Complex<T>, scale: T) -> Complex32 {
    Complex32::new((z.re * scale).narrow(), (z.im * scale).narrow())
}

/// Writes a line's results, and zeros behind their end.
fn put<A: Copy, O: Default>(from: &[A], to: &mut [O], convert: impl Fn(A) -> O) {
    let known = from.len().min(to.len());
    to[..known].iter_mut().zip(from).for_each(|(to, x)| *to = convert(*x));
    to[known..].fill_with(O::default);
}

fn complex<T: Precision>(fft: &Fft, data: &[Complex32], x: &Value, out: &mut [Complex32]) {
    let (n, size, scale) = (fft.n, fft.out, T::of(fft.scale));
    let plan = plan::complex::<T>(n, fft.kind == Kind::Inverse);
    let lines = Lines::new(x, fft.axis, n);
    let zero = Complex::<T>::default();
    let room = || (vec![zero; TILE * n], vec![zero; plan.get_inplace_scratch_len()]);
    each(size, out, room, |(line, scratch), first, out| {
        let line = &mut line[..out.len() / size * n];
        lines.bring(data, first, n, line, |z| Complex::new(T::widen(z.re), T::widen(z.im)));
        plan.process_with_scratch(line, scratch);
        for (from, to) in line.chunks_exact(n).zip(out.chunks_exact_mut(size)) {
            put(from, to, |z| scaled(z, scale));
        }
    });
}

fn real<T: Precision>(fft: &Fft, data: &[f32], x: &Value, out: &mut [Complex32]) {
    let (n, size, scale) = (fft.n, fft.out, T::of(fft.scale));
    let plan = plan::real::<T>(n);
    let lines = Lines::new(x, fft.axis, n);
    let room = || (vec![T::default(); TILE * n], plan.make_output_vec(), plan.make_scratch_vec());
    each(size, out, room, |(line, half, scratch), first, out| {
        let line = &mut line[..out.len() / size * n];
        lines.bring(data, first, n, line, T::widen);
        for (from, to) in line.chunks_exact_mut(n).zip(out.chunks_exact_mut(size)) {
            // The lengths are the plan's own, which is all it checks.
            let done = plan.process_with_scratch(from, half, scratch);
            debug_assert!(done.is_ok());
            put(half, to, |z| scaled(z, scale));
        }
    });
}

fn real_inverse<T: Precision>(fft: &Fft, data: &[Complex32], x: &Value, out: &mut [f32]) {
    let (n, size, scale) = (fft.n, fft.out, T::of(fft.scale));
    let half = n / 2 + 1;
    let plan = plan::real_inverse::<T>(n);
    let lines = Lines::new(x, fft.axis, half);
    let room =
        || (vec![Complex::<T>::default(); TILE * half], plan.make_output_vec(), plan.make_scratch_vec());
    each(size, out, room, |(line, result, scratch), first, out| {
        let line = &mut line[..out.len() / size * half];
        lines.bring(data, first, half, line, |z| Complex::new(T::widen(z.re), T::widen(z.im)));
        for (from, to) in line.chunks_exact_mut(half).zip(out.chunks_exact_mut(size)) {
            // These have no conjugate, so that only their real parts reach a real result.
            from[0].im = T::default();
            if n % 2 == 0 {
                from[half - 1].im = T::default();
            }
            let done = plan.process_with_scratch(from, result, scratch);
            debug_assert!(done.is_ok());
            put(result, to, |v| (v * scale).narrow());
        }
    });
}

/// A buffer of lines along `axis` as a value of the right shape.
fn placed(buffer: BufferMut, axis: usize, out: &Spec) -> Value {
    let mut shape = out.shape.clone();
    let size = shape.remove(axis);
    shape.push(size);
    let mut strides = shape::row_major(&shape);
    let step = strides.remove(strides.len() - 1);
    strides.insert(axis, step);
    Value { shape: out.shape.clone(), strides, ..Value::dense(buffer, out.dtype, &out.shape) }
}
