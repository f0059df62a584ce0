//! The sequence mixer: two gates around a long convolution, and a long convolution beside them.

use super::{HyenaFilter, LayerNorm, Linear};
use crate::{Config, Scope};
use emberforge_array::{
    Array, LongConvLayout, LongConvOptions, Padding1d, Result, depthwise_conv1d, long_conv, moveaxis, split,
    squeeze,
};
use emberforge_base::Error;

/// `Monarch Mixer`'s sequence mixing:
///
/// ```text
/// x1, x2, v = split(short_filter(in_linear(u)));      short filter: causal, 3 taps per channel
/// y = long_conv(filter_fn, v * x1) * x2               long_conv includes D times its input
/// y += long_conv(filter_fn2, u)                       with residual_long_conv
/// out = out_linear(y)
/// ```
///
/// With `hyena_training_additions`, `u` is layer-normalised first (eps 1e-5). There is no other residual or norm.
#[derive(Debug)]
pub struct MonarchMixer {
    norm: Option<LayerNorm>,
    in_linear: Linear,
    short_filter: (Array, Array),
    filter: HyenaFilter,
    residual: Option<HyenaFilter>,
    out_linear: Linear,
}

impl MonarchMixer {
    /// Takes the tensors of an `attention` scope.
    ///
    /// # Errors
    /// When a tensor is a failed array.
    pub fn load(scope: &Scope<'_>, config: &Config) -> Result<MonarchMixer> {
        let d = config.hidden_size;
        let norm = config.hyena_training_additions;
        let residual = config.residual_long_conv;
        let short = scope.at("short_filter");
        Ok(MonarchMixer {
            norm: if norm { Some(LayerNorm::load(&scope.at("layernorm"), d, 1e-5)?) } else { None },
            in_linear: Linear::load(&scope.at("in_linear"), d, 3 * d, true)?,
            short_filter: (short.tensor("weight", &[3 * d, 1, 3])?, short.tensor("bias", &[3 * d])?),
            filter: HyenaFilter::load(&scope.at("filter_fn"), config)?,
            residual: if residual { Some(HyenaFilter::load(&scope.at("filter_fn2"), config)?) } else { None },
            out_linear: Linear::load(&scope.at("out_linear"), d, d, true)?,
        })
    }

    /// Lets go of the kernels that the filters keep.
    pub(crate) fn forget(&self) {
        self.filter.forget();
        self.residual.iter().for_each(HyenaFilter::forget);
    }

    /// `u` `[B, L, d]` to `[B, L, d]`.
    ///
    /// # Errors
    /// When `u` has another number of axes or channels, or L exceeds the filter's M.
    pub fn forward(&self, u: &Array) -> Result<Array> {
        self.project(&self.mix(u)?)
    }

    /// All of [`forward`](MonarchMixer::forward) but `out_linear`: what mixes tokens.
    pub(crate) fn mix(&self, u: &Array) -> Result<Array> {
        let &[_, l, _] = u.shape() else {
            return Err(Error::invalid(format!(
                "the mixer takes [batch, length, channels]; it was given {:?}",
                u.shape()
            )));
        };
        let u = match &self.norm {
            Some(norm) => norm.forward(u)?,
            None => u.clone(),
        };
        let (taps, bias) = &self.short_filter;
        let taps = moveaxis(&squeeze(taps, 1)?, 1, 0)?;
        let p = depthwise_conv1d(&self.in_linear.forward(&u)?, &taps, Some(bias), Padding1d::Causal)?;
        let parts = split(&p, 3, -1)?;
        let layout = LongConvLayout::ChannelsLast;
        let beside = match &self.residual {
            Some(filter) => {
                let options = LongConvOptions { layout, ..LongConvOptions::default() };
                Some(long_conv(&u, &filter.kernel(l)?, Some(filter.bias()), &options)?)
            }
            None => None,
        };
        let options = LongConvOptions {
            pre_gate: Some(parts[0].clone()),
            post_gate: Some(parts[1].clone()),
            residual: beside,
            layout,
        };
        long_conv(&parts[2], &self.filter.kernel(l)?, Some(self.filter.bias()), &options)
    }

    /// `out_linear` of mixed states `[.., d]`, each by itself.
    pub(crate) fn project(&self, mixed: &Array) -> Result<Array> {
        self.out_linear.forward(mixed)
    }
}
