//! `long_conv` and its prepared kernels.

use super::conv::Inputs;
use super::spectrum::Spectrum;
use super::tiles;
use crate::element::node::cast;
use crate::view::{broadcast_to, expand_dims, squeeze, swapaxes};
use crate::{Array, Profile, result_type, shape};
use emberforge_base::{DType, Error, Result};

/// Which axis of a [`long_conv`] is time. The batch axis may be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LongConvLayout {
    /// `[B, d, L]`: rows are dense, the fastest.
    #[default]
    ChannelsFirst,
    /// `[B, L, d]`, as matrix products leave it. Neighbouring channels are convolved side by side, and the result lies in
    /// memory as it is asked for.
    ChannelsLast,
}

/// What a [`long_conv`] does beside convolving. Gates and residual have the shape of `u`, or broadcast to it.
#[derive(Clone, Debug, Default)]
pub struct LongConvOptions {
    /// Multiplies `u` before everything else (the skip term sees the product).
    pub pre_gate: Option<Array>,
    /// Multiplies the sum of convolution and skip term.
    pub post_gate: Option<Array>,
    /// Is added at the end.
    pub residual: Option<Array>,
    /// Order of the axes of `u`, the gates, the residual and the result.
    pub layout: LongConvLayout,
}

/// A kernel with its spectrum, computed once and used for many rows.
///
/// The spectrum is an array of the graph: it is computed at the first use, gradients flow through it to the kernel it
/// was made from, and it stays as long as this object does.
#[derive(Clone, Debug)]
pub struct LongConvKernel {
    spectra: Array,
    /// The spectra are those of tiles.
    points: bool,
    channels: usize,
    length: usize,
    dtype: DType,
}

/// The kernel of a [`long_conv`]: `&k` (causal), `(&k, &k_rev)` (two-sided), or `&prepared`.
#[derive(Clone, Debug)]
pub enum LongKernel<'a> {
    /// Taps `k` `[d, M]` for now and the past.
    Causal(&'a Array),
    /// Taps for now and the past, and taps `k_rev` `[d, M]` for the future: `k_rev[0]` is one step ahead.
    TwoSided(&'a Array, &'a Array),
    /// A kernel whose spectrum is kept.
    Prepared(&'a LongConvKernel),
}

impl<'a> From<&'a Array> for LongKernel<'a> {
    fn from(k: &'a Array) -> Self {
        LongKernel::Causal(k)
    }
}

impl<'a> From<(&'a Array, &'a Array)> for LongKernel<'a> {
    fn from((k, reverse): (&'a Array, &'a Array)) -> Self {
        LongKernel::TwoSided(k, reverse)
    }
}

impl<'a> From<&'a LongConvKernel> for LongKernel<'a> {
    fn from(kernel: &'a LongConvKernel) -> Self {
        LongKernel::Prepared(kernel)
    }
}

fn real(name: &str, x: &Array) -> Result<()> {
    x.check()?;
    if x.dtype().is_float() {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "`long_conv` takes real floats and `{name}` is {}; convert it with `astype`, or convolve real and imaginary part",
        x.dtype()
    )))
}

impl LongConvKernel {
    /// Prepares causal (`&k`) or two-sided (`(&k, &k_rev)`) kernels `[d, M]` for rows of up to `length` elements, in
    /// the precision of this thread's [`Profile`]. Shorter rows give exactly what the kernel's beginning gives, at the
    /// price of the longer transform.
    ///
    /// ```
    /// use emberforge_array::{Array, LongConvKernel, LongConvOptions, long_conv};
    ///
    /// let k = Array::from_slice(&[1.0f32, 0.5, 0.25], &[1, 3])?;
    /// let kernel = LongConvKernel::new(&k, 3)?;
    /// let u = Array::from_slice(&[1.0f32, 0.0, 0.0], &[1, 1, 3])?;
    /// let y = long_conv(&u, &kernel, None, &LongConvOptions::default())?;
    /// assert!((y.to_vec::<f32>()?[1] - 0.5).abs() < 1e-6);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    ///
    /// # Errors
    /// When `k` is not `[d, M]` of a real float dtype, `k_rev` has another shape, or `length` exceeds `M`.
    pub fn new<'a>(kernel: impl Into<LongKernel<'a>>, length: usize) -> Result<LongConvKernel> {
        let kernels = match kernel.into() {
            LongKernel::Causal(k) => vec![k],
            LongKernel::TwoSided(k, reverse) => vec![k, reverse],
            LongKernel::Prepared(kernel) => return Ok(kernel.clone()),
        };
        let k = kernels[0];
        for k in &kernels {
            real("k", k)?;
        }
        let &[_, taps] = k.shape() else {
            return Err(Error::invalid(format!(
                "a long kernel has shape [channels, taps]; this one has {}",
                shape::text(k.shape())
            )));
        };
        if let Some(reverse) = kernels.get(1).filter(|r| r.shape() != k.shape()) {
            return Err(Error::invalid(format!(
                "`k_rev` has shape {} and `k` {}; they must be equal",
                shape::text(reverse.shape()),
                shape::text(k.shape())
            )));
        }
        if length > taps {
            return Err(Error::invalid(format!(
                "rows of {length} elements were given to a kernel of {taps} taps, which says nothing about lags from {taps} on; \
                 make the kernel at least as long as the rows, or pad it with zeros if it ends there"
            )));
        }
        let dtype = kernels.iter().fold(k.dtype(), |d, k| result_type(d, k.dtype()));
        let wide = dtype == DType::F64 || Profile::current() == Profile::Extended;
        let compute = if wide { DType::F64 } else { DType::F32 };
        let kernels: Vec<Array> = kernels.iter().map(|k| cast(k, compute)).collect();
        let length = length.max(1);
        let channels = k.shape()[0];
        let points = taps > 0 && tiles::pay(channels, compute);
        let spectra = if taps == 0 {
            // No rows can follow: there is nothing to transform.
            crate::zeros(&[channels, 0], compute)?
        } else {
            Spectrum { length, points }.build(&kernels)
        };
        Ok(LongConvKernel { spectra, points, channels, length, dtype })
    }

    /// Number of channels.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The most elements a row may have.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The array that holds the spectra, to evaluate it ahead of its first use. What it holds means nothing elsewhere.
    pub fn spectra(&self) -> &Array {
        &self.spectra
    }
}

/// Convolution of each channel with its own kernel, as long as the row:
///
/// `y[n] = sum_{j <= n} k[n-j] v[j] + sum_{j > n} k_rev[j-n-1] v[j] + skip v[n]`, with `v = pre_gate * u`; then
/// `y * post_gate + residual` (m2-bert.md, section 5).
///
/// `u` is `[B, d, L]` or `[d, L]` ([`LongConvLayout::ChannelsLast`]: time before channels), `k` and `k_rev` `[d, M]` with
/// `M >= L`, of which the first `L` taps are used (of `k_rev` one less); `skip` is `[d]`. The result has the shape of
/// `u` and the dtype all operands have in common; half types are computed in `f32`.
///
/// Everything happens in one pass per row, while the row is in the cache. Nothing wraps around. There is no
/// normalisation to choose: the scale is the convolution's. In [`Profile::Extended`] everything is computed in `f64`
/// and rounded once. Results are the same bits for every number of threads. NaN and infinity in a row spread over that row.
///
/// ```
/// use emberforge_array::{Array, LongConvOptions, long_conv};
///
/// let u = Array::from_slice(&[1.0f32, 2.0, 3.0], &[1, 1, 3])?;
/// let k = Array::from_slice(&[1.0f32, 10.0, 100.0], &[1, 3])?;
/// let skip = Array::from_slice(&[0.5f32], &[1])?;
/// let y = long_conv(&u, &k, Some(&skip), &LongConvOptions::default())?.to_vec::<f32>()?;
/// for (y, exact) in y.iter().zip([1.5, 13.0, 124.5]) {
///     assert!((y - exact).abs() < 1e-4);
/// }
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an operand is no real float, shapes do not fit, `L > M`, or a kernel prepared in another precision than this
/// thread's profile asks for is given.
pub fn long_conv<'a>(
    u: &Array,
    kernel: impl Into<LongKernel<'a>>,
    skip: Option<&Array>,
    options: &LongConvOptions,
) -> Result<Array> {
    real("u", u)?;
    if !(2..=3).contains(&u.ndim()) {
        return Err(Error::invalid(format!(
            "`long_conv` convolves [batch, channels, time] or [channels, time]; `u` has shape {}",
            shape::text(u.shape())
        )));
    }
    let last = u.ndim() - 1;
    let (channel_axis, time_axis) = match options.layout {
        LongConvLayout::ChannelsFirst => (last - 1, last),
        LongConvLayout::ChannelsLast => (last, last - 1),
    };
    let (channels, length) = (u.shape()[channel_axis], u.shape()[time_axis]);
    let kernel = kernel.into();
    let prepared = match &kernel {
        LongKernel::Prepared(kernel) => LongConvKernel::clone(kernel),
        other => LongConvKernel::new(other.clone(), length)?,
    };
    if prepared.channels() != channels {
        return Err(Error::invalid(format!(
            "`u` of shape {} has {channels} channels and the kernel has {}; give one kernel per channel",
            shape::text(u.shape()),
            prepared.channels()
        )));
    }
    if length > prepared.length {
        return Err(Error::invalid(format!(
            "rows of {length} elements were given to a kernel prepared for at most {}; prepare it for {length}",
            prepared.length
        )));
    }
    let optional = [skip, options.pre_gate.as_ref(), options.post_gate.as_ref(), options.residual.as_ref()];
    let mut dtype = result_type(u.dtype(), prepared.dtype);
    for (name, x) in ["skip", "pre_gate", "post_gate", "residual"].into_iter().zip(optional) {
        if let Some(x) = x {
            real(name, x)?;
            dtype = result_type(dtype, x.dtype());
        }
    }
    let compute = prepared.spectra.dtype();
    let wide = dtype == DType::F64 || Profile::current() == Profile::Extended;
    if wide && compute != DType::F64 {
        return Err(Error::invalid(
            "the kernel was prepared in f32 and this convolution is computed in f64; prepare it from f64 taps, or inside \
             `Profile::Extended.within`",
        ));
    }
    if let Some(skip) = skip
        && skip.shape() != [channels]
    {
        return Err(Error::invalid(format!(
            "`skip` has shape {}; it is one factor per channel, ({channels},)",
            shape::text(skip.shape())
        )));
    }
    // The node's order: batch, channels, time.
    let arranged = |x: &Array| -> Result<Array> {
        let mut x = cast(&broadcast_to(x, u.shape())?, compute);
        if options.layout == LongConvLayout::ChannelsLast {
            x = swapaxes(&x, -1, -2)?;
        }
        if x.ndim() == 2 { expand_dims(&x, 0) } else { Ok(x) }
    };
    let arrange = |x: &Option<Array>| x.as_ref().map(arranged).transpose();
    let (pre, post, residual) =
        (arrange(&options.pre_gate)?, arrange(&options.post_gate)?, arrange(&options.residual)?);
    let skip = skip.map(|s| cast(s, compute));
    let inputs = Inputs {
        u: &arranged(u)?,
        spectra: &prepared.spectra,
        skip: skip.as_ref(),
        pre: pre.as_ref(),
        post: post.as_ref(),
        residual: residual.as_ref(),
    };
    let mut y = inputs.build(prepared.length, prepared.points, false);
    if u.ndim() == 2 {
        y = squeeze(&y, 0)?;
    }
    if options.layout == LongConvLayout::ChannelsLast {
        y = swapaxes(&y, -1, -2)?;
    }
    Ok(cast(&y, dtype))
}
