//! The encoder and its heads.

use crate::layers::{Embeddings, LayerNorm, Linear, Mlp, MonarchMixer};
use crate::{Config, Scope, Weights};
use emberforge_array::{
    Array, Result, expand_dims, gelu, logsumexp, matmul, s, sqrt, square, sum, take_along_axis, tanh,
    transpose_all,
};
use emberforge_base::Error;

/// Embeddings and layers: token ids to hidden states, with the pooler if the checkpoint has one.
#[derive(Debug)]
pub struct Encoder {
    config: Config,
    embeddings: Embeddings,
    layers: Vec<(MonarchMixer, Mlp)>,
    pooler: Option<Linear>,
}

/// How hidden states `[B, L, d]` become one vector `[B, d]` per sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// `tanh(W h[:, 0] + b)`, or of the mean over the mask where the configuration has `pool_all`: what the retrieval
    /// models return.
    Pooler,
    /// `h[:, 0]`.
    Cls,
    /// The mean of the states whose mask is 1.
    Mean,
}

impl Encoder {
    /// Takes the tensors of a `bert` scope.
    ///
    /// # Errors
    /// When the configuration makes no model or a tensor is a failed array. [`Weights::finish`] reports the rest.
    pub fn load(scope: &Scope<'_>, config: &Config) -> Result<Encoder> {
        let config = config.clone().checked()?;
        let d = config.hidden_size;
        let layer = |i: usize| {
            let scope = scope.at("encoder").at("layer").at(i);
            Ok((MonarchMixer::load(&scope.at("attention"), &config)?, Mlp::load(&scope.at("mlp"), &config)?))
        };
        let layers = (0..config.num_hidden_layers).map(layer).collect::<Result<_>>()?;
        let pooler = scope.at("pooler").at("dense");
        let pooler = if pooler.has("weight") { Some(Linear::load(&pooler, d, d, true)?) } else { None };
        Ok(Encoder {
            embeddings: Embeddings::load(&scope.at("embeddings"), &config)?,
            layers,
            pooler,
            config,
        })
    }

    /// The model's shape.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Lets go of the long kernels' spectra, which are kept for the length that was used last. They are computed again
    /// when they are needed.
    pub fn forget_filters(&self) {
        self.layers.iter().for_each(|(mixer, _)| mixer.forget());
    }

    /// `ids` `[B, L]` to the last hidden states `[B, L, d]`. Every token counts, padding too.
    ///
    /// # Errors
    /// When L exceeds what the model was made for; at evaluation, when an id is not in the vocabulary.
    pub fn forward(&self, ids: &Array, token_types: Option<&Array>) -> Result<Array> {
        self.forward_of(ids, token_types, |states| Ok(states.clone()))
    }

    /// The last hidden states of those tokens that `choose` takes of an array `[B, L, d]`: `[.., d]`.
    ///
    /// Tokens meet in the first half of the last layer; the other half, some 5 % of the work of 12 layers, is not computed
    /// for tokens whose state nobody wants. What is computed has the bits of [`Encoder::forward`].
    ///
    /// # Errors
    /// As [`Encoder::forward`], and those of `choose`.
    pub fn forward_of(
        &self,
        ids: &Array,
        token_types: Option<&Array>,
        choose: impl FnOnce(&Array) -> Result<Array>,
    ) -> Result<Array> {
        let mut h = self.embeddings.forward(ids, token_types)?;
        let Some(((mixer, mlp), before)) = self.layers.split_last() else { return choose(&h) };
        for (mixer, mlp) in before {
            h = mlp.forward(&mixer.forward(&h)?)?;
        }
        mlp.forward(&mixer.project(&choose(&mixer.mix(&h)?)?)?)
    }

    /// One vector `[B, d]` per sequence of token ids `[B, L]`; see [`Encoder::pool`].
    ///
    /// # Errors
    /// As [`Encoder::forward`] and [`Encoder::pool`].
    pub fn vectors(&self, ids: &Array, mask: Option<&Array>, pooling: Pooling) -> Result<Array> {
        match pooling {
            Pooling::Cls => self.forward_of(ids, None, first),
            Pooling::Pooler if !self.config.pool_all => self.pooled(&self.forward_of(ids, None, first)?),
            _ => self.pool(&self.forward(ids, None)?, mask, pooling),
        }
    }

    /// The embeddings and the states after each layer: N + 1 arrays `[B, L, d]`.
    ///
    /// # Errors
    /// As [`Encoder::forward`].
    pub fn states(&self, ids: &Array, token_types: Option<&Array>) -> Result<Vec<Array>> {
        let mut states = vec![self.embeddings.forward(ids, token_types)?];
        for (mixer, mlp) in &self.layers {
            let h = mlp.forward(&mixer.forward(&states[states.len() - 1])?)?;
            states.push(h);
        }
        Ok(states)
    }

    /// One vector `[B, d]` per sequence from hidden states `[B, L, d]`; `mask` `[B, L]` is 1 where a token is not padding
    /// and is read by means only.
    ///
    /// # Errors
    /// When the pooler is asked for and the checkpoint has none, or a mean without a mask.
    pub fn pool(&self, hidden: &Array, mask: Option<&Array>, pooling: Pooling) -> Result<Array> {
        let mean = || {
            let mask = mask
                .ok_or_else(|| Error::invalid("a mean over tokens needs the mask that says which count"))?;
            let mask = expand_dims(&mask.astype(hidden.dtype())?, -1)?;
            Ok(sum(&(hidden * &mask), 1, false)? / sum(&mask, 1, false)?)
        };
        match pooling {
            Pooling::Cls => first(hidden),
            Pooling::Mean => mean(),
            Pooling::Pooler => self.pooled(&if self.config.pool_all { mean()? } else { first(hidden)? }),
        }
    }

    /// `tanh(W x + b)`.
    fn pooled(&self, x: &Array) -> Result<Array> {
        let pooler = self.pooler.as_ref().ok_or_else(|| {
            Error::invalid("this checkpoint has no pooler; use the first token or the mean instead")
        })?;
        tanh(&pooler.forward(x)?)
    }

    /// The word table `[V, d]`.
    pub(crate) fn words(&self) -> &Array {
        self.embeddings.word()
    }
}

/// The states of each sequence's first token.
fn first(states: &Array) -> Result<Array> {
    states.slice(s![.., 0])
}

/// Vectors `[.., d]` divided by their length; a zero vector stays zero.
///
/// # Errors
/// When `x` is a failed array or 0-d.
pub fn normalize(x: &Array) -> Result<Array> {
    let length = sqrt(&sum(&square(x)?, -1, true)?)?;
    Ok(x / emberforge_array::maximum(&length, 1e-12)?)
}

/// The encoder with the masked-language-model head: `logits = LN(gelu(W h + b)) E^T + bias`, E the word table.
#[derive(Debug)]
pub struct MaskedLm {
    encoder: Encoder,
    transform: Linear,
    norm: LayerNorm,
    bias: Array,
}

impl MaskedLm {
    /// Takes the tensors of a whole model.
    ///
    /// # Errors
    /// As [`Encoder::load`].
    pub fn load(weights: &Weights, config: &Config) -> Result<MaskedLm> {
        let encoder = Encoder::load(&weights.root().at("bert"), config)?;
        let (d, v) = (encoder.config.hidden_size, encoder.config.vocab_size);
        let head = weights.root().at("cls").at("predictions");
        head.known("decoder.weight");
        Ok(MaskedLm {
            transform: Linear::load(&head.at("transform").at("dense"), d, d, true)?,
            norm: LayerNorm::load(&head.at("transform").at("LayerNorm"), d, 1e-12)?,
            bias: head.tensor("decoder.bias", &[v])?,
            encoder,
        })
    }

    /// The encoder.
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// Hidden states `[.., d]` to scores of every word `[.., V]`.
    ///
    /// # Errors
    /// When the last axis has another size.
    pub fn logits(&self, hidden: &Array) -> Result<Array> {
        let t = self.norm.forward(&gelu(&self.transform.forward(hidden)?)?)?;
        Ok(matmul(&t, &transpose_all(self.encoder.words())?)? + &self.bias)
    }

    /// The mean cross entropy over the `targets`: positions `[T]` into the flattened `[B L]` tokens, and the word that
    /// stands there, `[T]`.
    ///
    /// # Errors
    /// When the shapes differ; at evaluation, when a position or word is out of range.
    pub fn loss(&self, hidden: &Array, positions: &Array, words: &Array) -> Result<Array> {
        let d = self.encoder.config.hidden_size as i64;
        let chosen = emberforge_array::take(&emberforge_array::reshape(hidden, &[-1, d])?, positions, 0)?;
        let logits = self.logits(&chosen)?;
        let right = take_along_axis(&logits, &expand_dims(words, -1)?, -1)?;
        let losses = logsumexp(&logits, -1, true)? - right;
        let count = losses.size().max(1);
        Ok(sum(&losses, (), false)? / emberforge_array::Scalar::from(count))
    }
}
