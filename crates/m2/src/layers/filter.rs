//! The implicit long filter: a small network that gives every tap of a long kernel from its position.

use crate::{Config, Scope};
use emberforge_array::{
    Array, DType, LongConvKernel, PackedMatrix, Result, abs, concatenate, exp, expand_dims, matmul, negative,
    reshape, s, sin, stack, swapaxes, transpose,
};
use emberforge_base::Error;
use std::sync::Mutex;

/// Position features `z` `[1, M, E]` that the filter's network reads, by the reference's formula: `t = n / (M - 1)`, then
/// for K = (E - 1) / 2 bands `f` from 1e-4 to K - 1 the real and imaginary parts of `exp(-i f 2 pi n / M)`. Checkpoints
/// store `z`, because it is trained: this is its initial value. With it, `t` `[1, M, 1]`.
///
/// # Errors
/// When `e` is even or below 3.
pub fn position_features(m: usize, e: usize, dtype: DType) -> Result<(Array, Array)> {
    if e < 3 || e.is_multiple_of(2) {
        return Err(Error::invalid(format!(
            "{e} position features; there must be an odd number of at least 3"
        )));
    }
    let bands = (e - 1) / 2;
    let mut z = Vec::with_capacity(m * e);
    let time = |n: usize| if m > 1 { n as f64 / (m - 1) as f64 } else { 0.0 };
    // linspace(1e-4, K - 1, K); a single band is 1e-4.
    let band = |j: usize| {
        if bands > 1 { 1e-4 + (bands as f64 - 1.0 - 1e-4) * j as f64 / (bands - 1) as f64 } else { 1e-4 }
    };
    for n in 0..m {
        let omega = std::f64::consts::TAU * n as f64 / m as f64;
        z.push(time(n));
        z.extend((0..bands).map(|j| (band(j) * omega).cos()));
        z.extend((0..bands).map(|j| -(band(j) * omega).sin()));
    }
    let t: Vec<f64> = (0..m).map(time).collect();
    let array = |data: &[f64], width: usize| Array::from_slice(data, &[1, m, width])?.astype(dtype);
    Ok((array(&z, e)?, array(&t, 1)?))
}

/// Decay rates of the channels, `[1, 1, d]`: from `ln(0.01) / 1.5` to `ln(0.01) / 0.3`.
///
/// # Errors
/// When there are more channels than an array can have.
pub fn modulation_deltas(d: usize, dtype: DType) -> Result<Array> {
    let (first, last) = (0.01f64.ln() / 1.5, 0.01f64.ln() / 0.3);
    let step = |c: usize| if d > 1 { first + (last - first) * c as f64 / (d - 1) as f64 } else { first };
    let deltas: Vec<f64> = (0..d).map(step).collect();
    Array::from_slice(&deltas, &[1, 1, d])?.astype(dtype)
}

/// Bytes of the largest spectrum that a filter keeps: 16384 tokens of 768 channels in f32 take 101 MB.
const LARGEST_KEPT: usize = 128 << 20;

/// `k[n] = W6 s(W4 s(W2 s(W0 z[n] + b0) + b2) + b4) * exp(-t[n] |delta|)` with `s(x) = sin(w_mod freq x)`.
///
/// One `freq` serves every sine of both directions. Taps for length L <= M are the first L for length M.
#[derive(Debug)]
pub struct HyenaFilter {
    z: Array,
    t: Array,
    deltas: Array,
    freq: Array,
    w_mod: f64,
    networks: Networks,
    /// D of the long convolution, `[d]`.
    bias: Array,
    /// The kernel that was used last, with its spectrum, and the length it is for.
    prepared: Mutex<Option<(usize, LongConvKernel)>>,
}

/// The linear maps of n directions: those of the past, and those of the future where the filter is bidirectional. The
/// directions are computed side by side, because each by itself is little work.
#[derive(Debug)]
struct Networks {
    /// With biases: `[E, n o]`, then `[n, o, o]` twice.
    hidden: [(PackedMatrix, Array); 3],
    /// `[n, d, o]`.
    last: Array,
}

impl Networks {
    fn load(scopes: &[Scope<'_>], [d, e, o]: [usize; 3]) -> Result<Networks> {
        // The sines stand between the linear maps; their `freq` is one tensor under several names.
        for scope in scopes {
            ["1.freq", "3.freq", "5.freq"].into_iter().for_each(|place| scope.known(place));
        }
        let all = |place: usize, name: &str, shape: &[usize]| -> Result<Vec<Array>> {
            scopes.iter().map(|scope| scope.at(place).tensor(name, shape)).collect()
        };
        let stacked = |list: &[Array]| stack(&list.iter().collect::<Vec<_>>(), 0);
        let joined = |list: &[Array]| concatenate(&list.iter().collect::<Vec<_>>(), 0);
        let map = |place: usize, inputs: usize| -> Result<(PackedMatrix, Array)> {
            let (w, b) = (all(place, "weight", &[o, inputs])?, all(place, "bias", &[o])?);
            // The first map has one input for all.
            let w = if place == 0 { swapaxes(&joined(&w)?, 0, 1)? } else { swapaxes(&stacked(&w)?, 1, 2)? };
            Ok((PackedMatrix::new(&w)?, joined(&b)?))
        };
        let hidden = [map(0, e)?, map(2, o)?, map(4, o)?];
        Ok(Networks { hidden, last: stacked(&all(6, "weight", &[d, o])?)? })
    }

    /// From features `z` `[L, E]` to `[n, d, L]`: channels before moments, as the convolution takes its kernels.
    fn forward(&self, z: &Array, frequency: &Array) -> Result<Array> {
        let (n, o) = (self.last.shape()[0], self.last.shape()[2]);
        let frequency = concatenate(&vec![frequency; n], -1)?;
        let mut h = z.clone();
        for (weight, bias) in &self.hidden {
            h = sin(&frequency * weight.multiply(&h, Some(bias))?)?;
        }
        let h = transpose(&reshape(&h, &[-1, n as i64, o as i64])?, &[1, 2, 0])?;
        matmul(&self.last, &h)
    }
}

impl HyenaFilter {
    /// Takes the tensors of a filter for d channels and M taps.
    ///
    /// # Errors
    /// When a tensor is a failed array.
    pub fn load(scope: &Scope<'_>, config: &Config) -> Result<HyenaFilter> {
        let (d, m) = (config.hidden_size, config.long_conv_l_max());
        let (e, o) = (config.hyena_emb_dim, config.hyena_filter_order);
        let reverse = config.bidirectional.then_some("implicit_filter_rev");
        let networks: Vec<Scope<'_>> =
            ["implicit_filter"].into_iter().chain(reverse).map(|name| scope.at(name)).collect();
        Ok(HyenaFilter {
            z: scope.tensor("pos_emb.z", &[1, m, e])?,
            t: scope.tensor("pos_emb.t", &[1, m, 1])?,
            deltas: scope.tensor("modulation.deltas", &[1, 1, d])?,
            freq: scope.tensor("implicit_filter.1.freq", &[1, o])?,
            w_mod: config.hyena_w_mod,
            networks: Networks::load(&networks, [d, e, o])?,
            bias: scope.tensor("bias", &[d])?,
            prepared: Mutex::new(None),
        })
    }

    /// The skip term D `[d]` of the long convolution.
    pub fn bias(&self) -> &Array {
        &self.bias
    }

    /// The taps `[1, L, d]` for now and the past, and for the future where the filter is bidirectional.
    ///
    /// # Errors
    /// When L exceeds M.
    pub fn taps(&self, l: usize) -> Result<(Array, Option<Array>)> {
        let rows = self.rows(l)?;
        let by_time = |i: i64| expand_dims(&swapaxes(&rows.slice(s![i])?, 0, 1)?, 0);
        let reverse = if rows.shape()[0] > 1 { Some(by_time(1)?) } else { None };
        Ok((by_time(0)?, reverse))
    }

    /// The taps of each direction, `[n, d, L]`.
    fn rows(&self, l: usize) -> Result<Array> {
        let m = self.z.shape()[1];
        if l > m {
            return Err(Error::invalid(format!(
                "a sequence of {l} tokens is longer than the {m} taps of the filter (`long_conv_l_max`); truncate it, or \
                 use a model made for longer sequences"
            )));
        }
        let head = |x: &Array| x.slice(s![0, ..l as i64, ..]);
        let z = head(&self.z)?;
        let rates = reshape(&abs(&self.deltas)?, &[-1, 1])?;
        let decay = exp(&negative(&reshape(&head(&self.t)?, &[1, -1])? * rates)?)?;
        let frequency = &self.freq * self.w_mod;
        (self.networks.forward(&z, &frequency)? * decay).check().cloned()
    }

    /// The kernel for rows of L elements with its spectrum. The last one is kept, since it depends on weights and L
    /// alone, unless it is very large: those of all filters of a model would then take most of the memory.
    ///
    /// # Errors
    /// When L exceeds M.
    pub fn kernel(&self, l: usize) -> Result<LongConvKernel> {
        let mut prepared =
            self.prepared.lock().map_err(|_| Error::internal("a filter's lock is poisoned"))?;
        if let Some((_, kernel)) = prepared.as_ref().filter(|(length, _)| *length == l) {
            return Ok(kernel.clone());
        }
        let rows = self.rows(l)?;
        let k = rows.slice(s![0])?;
        let kernel = if rows.shape()[0] > 1 {
            LongConvKernel::new((&k, &rows.slice(s![1])?), l)?
        } else {
            LongConvKernel::new(&k, l)?
        };
        let spectrum = 2 * l * self.bias.size() * self.z.dtype().size();
        if spectrum <= LARGEST_KEPT {
            *prepared = Some((l, kernel.clone()));
        }
        Ok(kernel)
    }

    /// Lets go of the kernel that is kept.
    pub(crate) fn forget(&self) {
        if let Ok(mut prepared) = self.prepared.lock() {
            *prepared = None;
        }
    }
}
