//! Depthwise convolution of short kernels: every channel with taps of its own.

use crate::element::node::cast;
use crate::primitive::{Gradients, Primitive, Rule, Values, Vjp, unsupported};
use crate::promote::result_type;
use crate::shape;
use crate::value::Value;
use crate::{Array, PadMode, Spec, broadcast_to, flip, pad, reshape, s, stack, sum};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;
use smallvec::{SmallVec, smallvec};

/// Zeros that stand around the rows of a [`depthwise_conv1d`] with K taps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding1d {
    /// K - 1 before: a result sees the present and the past; the length stays.
    Causal,
    /// (K - 1) / 2 before and the rest after: the middle tap is the present (of an even K, the one before the middle);
    /// the length stays.
    Centred,
    /// So many before and after.
    Explicit(usize, usize),
}

/// `y[n, c] = sum_k taps[k, c] x[n + k - before, c] + bias[c]` over x `[B, L, C]`, taps `[K, C]` and perhaps bias `[C]`; x is 0
/// outside.
#[derive(Clone, Copy, Debug)]
struct Depthwise {
    before: usize,
    after: usize,
}

impl Primitive for Depthwise {
    fn name(&self) -> &'static str {
        "depthwise_conv1d"
    }

    fn detail(&self) -> String {
        format!("padding {} {}", self.before, self.after)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let Spec { dtype, shape } = &outputs[0];
        let mut buffer = BufferMut::new(outputs[0].len() * dtype.size())?;
        match dtype {
            DType::F64 => rows::<f64>(inputs, self.before, shape, buffer.bytes_mut())?,
            _ => rows::<f32>(inputs, self.before, shape, buffer.bytes_mut())?,
        }
        Ok(smallvec![Value::dense(buffer, *dtype, shape)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let (x, taps) = (&call.inputs[0], &call.inputs[1]);
        let count = taps.shape()[0];
        let length = call.outputs[0].shape()[1] as i64;
        let all: [Rule<'_>; 3] = [
            // The same convolution backwards: taps reversed, and the padding that brings the length back.
            &|g| {
                let (before, after) = (count - 1, count - 1);
                let wide = build(g, &flip(taps, 0)?, None, Depthwise { before, after })?;
                wide.slice(s![.., self.before as i64..self.before as i64 + x.shape()[1] as i64, ..])
            },
            &|g| {
                let padded =
                    pad(x, [(0, 0), (self.before, self.after), (0, 0)], PadMode::Constant(0.into()))?;
                let tap = |k: usize| {
                    sum(&(padded.slice(s![.., k as i64..k as i64 + length, ..])? * g), [0, 1], false)
                };
                let each = (0..count).map(tap).collect::<Result<Vec<_>>>()?;
                stack(&each.iter().collect::<Vec<_>>(), 0)
            },
            &|g| sum(g, [0, 1], false),
        ];
        call.each(&all[..call.inputs.len()])
    }
}

fn build(x: &Array, taps: &Array, bias: Option<Array>, primitive: Depthwise) -> Result<Array> {
    let (&[batch, length, channels], &[count, _]) = (x.shape(), taps.shape()) else {
        return Err(Error::internal("a depthwise convolution has three axes and two"));
    };
    let padded = length + primitive.before + primitive.after;
    if padded < count {
        return Err(Error::invalid(format!(
            "{count} taps do not fit rows of {length} elements with {} and {} zeros around them; pad more",
            primitive.before, primitive.after
        )));
    }
    let spec = Spec::new(x.dtype(), &[batch, padded + 1 - count, channels]);
    let inputs = [x.clone(), taps.clone()].into_iter().chain(bias).collect();
    Ok(Array::build(primitive, inputs, spec))
}

/// A float that rows are computed in.
trait Float: bytemuck::Pod + Send + Sync + std::ops::Mul<Output = Self> + std::ops::Add<Output = Self> {
    const ZERO: Self;
}

impl Float for f32 {
    const ZERO: f32 = 0.0;
}

impl Float for f64 {
    const ZERO: f64 = 0.0;
}

fn rows<T: Float>(inputs: &[Value], before: usize, out_shape: &[usize], out: &mut [u8]) -> Result<()> {
    let misaligned = || Error::internal("an array is misaligned");
    let (x, taps) = (inputs[0].to_dense()?, inputs[1].to_dense()?);
    let (data, taps) =
        (x.dense_slice::<T>().ok_or_else(misaligned)?, taps.dense_slice::<T>().ok_or_else(misaligned)?);
    let bias = inputs.get(2).map(Value::to_dense).transpose()?;
    let bias = bias.as_ref().and_then(|b| b.dense_slice::<T>());
    let out: &mut [T] = bytemuck::try_cast_slice_mut(out).map_err(|_| misaligned())?;
    let (length, channels, long) = (x.shape[1], x.shape[2], out_shape[1]);
    if out.is_empty() {
        return Ok(());
    }
    let row = |(i, out): (usize, &mut [T])| {
        let (b, n) = (i / long, i % long);
        let x: SmallVec<[Option<&[T]>; 8]> = (0..taps.len() / channels)
            .map(|k| (n + k).checked_sub(before).filter(|at| *at < length))
            .map(|at| at.map(|at| &data[(b * length + at) * channels..][..channels]))
            .collect();
        pulp::Arch::new().dispatch(Row { x: &x, taps, bias, out });
    };
    if out.len() < 1 << 15 {
        out.chunks_exact_mut(channels).enumerate().for_each(row);
    } else {
        out.par_chunks_exact_mut(channels).with_min_len(16).enumerate().for_each(row);
    }
    Ok(())
}

/// One moment of every channel.
struct Row<'a, T> {
    /// What each tap meets; rows outside are zeros.
    x: &'a [Option<&'a [T]>],
    taps: &'a [T],
    bias: Option<&'a [T]>,
    out: &'a mut [T],
}

impl<T: Float> WithSimd for Row<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Row { x, taps, bias, out } = self;
        let n = out.len();
        // The usual number of taps in one pass, with the sums of the general way.
        if let ([Some(a), Some(b), Some(c)], Some(bias)) = (x, bias) {
            let (x, taps) = ([a, b, c].map(|x| &x[..n]), [0, 1, 2].map(|k| &taps[k * n..][..n]));
            for (i, (to, bias)) in out.iter_mut().zip(bias).enumerate() {
                let sum = T::ZERO + x[0][i] * taps[0][i];
                *to = sum + x[1][i] * taps[1][i] + x[2][i] * taps[2][i] + *bias;
            }
            return;
        }
        out.fill(T::ZERO);
        for (x, taps) in x.iter().zip(taps.chunks_exact(n)) {
            for ((to, x), tap) in out.iter_mut().zip(x.unwrap_or_default()).zip(taps) {
                *to = *to + *x * *tap;
            }
        }
        // Added last, as a separate addition would be.
        for (to, bias) in out.iter_mut().zip(bias.unwrap_or_default()) {
            *to = *to + *bias;
        }
    }
}

/// Every channel of `x` convolved with its own few taps: `y[.., n, c] = bias[c] + sum_k taps[k, c] x[.., n + k - before, c]`,
/// where `before` comes of the padding and `x` is 0 outside. `x` is `[B, L, C]` or `[L, C]`, `taps` `[K, C]`, `bias` `[C]`.
/// As in machine learning generally, taps are not reversed: of a causal convolution the last one is the present.
/// Half types compute in `f32` and round once.
///
/// ```
/// use emberforge_array::{Array, Padding1d, depthwise_conv1d};
///
/// let x = Array::from_slice(&[1.0f32, 2.0, 3.0], &[3, 1])?;
/// let taps = Array::from_slice(&[10.0f32, 1.0], &[2, 1])?;
/// assert_eq!(depthwise_conv1d(&x, &taps, None, Padding1d::Causal)?.to_vec::<f32>()?, [1.0, 12.0, 23.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the shapes do not fit each other, there are no taps, or the arrays are not of real floats.
pub fn depthwise_conv1d(x: &Array, taps: &Array, bias: Option<&Array>, padding: Padding1d) -> Result<Array> {
    x.check()?;
    taps.check()?;
    let dtype = result_type(x.dtype(), taps.dtype());
    if !dtype.is_float() {
        return Err(unsupported("depthwise_conv1d", dtype, "it takes real floats; convert with `astype`"));
    }
    let channels = x.shape().last().copied();
    if !(2..=3).contains(&x.ndim()) || taps.ndim() != 2 || taps.shape().last().copied() != channels {
        return Err(Error::invalid(format!(
            "rows of shape {} do not go with taps of shape {}; they are [batch, length, channels] and [taps, channels]",
            shape::text(x.shape()),
            shape::text(taps.shape())
        )));
    }
    let count = taps.shape()[0];
    if count == 0 {
        return Err(Error::invalid("a convolution needs at least one tap"));
    }
    let (before, after) = match padding {
        Padding1d::Causal => (count - 1, 0),
        Padding1d::Centred => ((count - 1) / 2, count - 1 - (count - 1) / 2),
        Padding1d::Explicit(before, after) => (before, after),
    };
    let compute = if dtype == DType::F64 { DType::F64 } else { DType::F32 };
    let rows = if x.ndim() == 2 { crate::expand_dims(x, 0)? } else { x.clone() };
    let bias =
        bias.map(|b| broadcast_to(&cast(b.check()?, compute), &[channels.unwrap_or(0)])).transpose()?;
    let y =
        cast(&build(&cast(&rows, compute), &cast(taps, compute), bias, Depthwise { before, after })?, dtype);
    if x.ndim() == 2 { reshape(&y, &[y.shape()[1] as i64, y.shape()[2] as i64]) } else { Ok(y) }
}
