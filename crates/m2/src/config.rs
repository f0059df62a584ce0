//! A model's shape: the fields that the reference's configuration has and the model reads.

use emberforge_array::Array;
use emberforge_base::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Shape of a model. Letters as everywhere in this crate: V `vocab_size`, d `hidden_size`, I `intermediate_size`,
/// N `num_hidden_layers`, M `long_conv_l_max`, E `hyena_emb_dim`, O `hyena_filter_order`.
///
/// Fields that a file leaves out have the values of the published 80M model; beside a checkpoint, those that its tensors
/// imply ([`Config::from_tensors`]).
///
/// ```
/// use emberforge_m2::Config;
///
/// let config = Config::from_json(r#"{"hidden_size": 960, "intermediate_size": 3840, "vocab_size": 30522}"#)?;
/// assert_eq!((config.hidden_size, config.vocab_size), (960, 30528)); // rounded up to a multiple of 8
/// assert!(Config::from_json(r#"{"hyena_emb_dim": 4}"#).is_err());
/// # Ok::<(), emberforge_m2::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[expect(missing_docs, reason = "the fields are the reference's and named there; the letters stand above")]
pub struct Config {
    pub vocab_size: usize,
    pub hidden_size: usize,
    pub num_hidden_layers: usize,
    pub intermediate_size: usize,
    pub layer_norm_eps: f64,
    pub max_position_embeddings: usize,
    pub type_vocab_size: usize,
    pub use_positional_encodings: bool,
    pub monarch_mixer_sequence_mixing: bool,
    pub long_conv_l_max: Option<usize>,
    pub hyena_w: f64,
    pub hyena_w_mod: f64,
    pub hyena_emb_dim: usize,
    pub hyena_filter_order: usize,
    pub hyena_training_additions: bool,
    pub bidirectional: bool,
    pub residual_long_conv: bool,
    pub use_glu_mlp: bool,
    pub use_monarch_mlp: bool,
    pub monarch_mlp_nblocks: usize,
    pub pool_all: bool,
}

impl Default for Config {
    /// M2-BERT 80M at 128 tokens.
    fn default() -> Self {
        Config {
            vocab_size: 30528,
            hidden_size: 768,
            num_hidden_layers: 12,
            intermediate_size: 3072,
            layer_norm_eps: 1e-12,
            max_position_embeddings: 128,
            type_vocab_size: 2,
            use_positional_encodings: true,
            monarch_mixer_sequence_mixing: true,
            long_conv_l_max: None,
            hyena_w: 10.0,
            hyena_w_mod: 1.0,
            hyena_emb_dim: 5,
            hyena_filter_order: 128,
            hyena_training_additions: false,
            bidirectional: true,
            residual_long_conv: true,
            use_glu_mlp: true,
            use_monarch_mlp: true,
            monarch_mlp_nblocks: 4,
            pool_all: false,
        }
    }
}

impl Config {
    /// The longest sequence, M. Files that do not say have it equal to the number of positions.
    pub fn long_conv_l_max(&self) -> usize {
        self.long_conv_l_max.unwrap_or(self.max_position_embeddings)
    }

    /// Reads the text of a `config.json`; fields that the model does not read are passed over.
    ///
    /// # Errors
    /// When the text is no JSON object, a field has the wrong type, or the values make no model.
    pub fn from_json(text: &str) -> Result<Config> {
        Config::default().with_json(text)
    }

    /// This configuration with the fields of a `config.json` in place of its own.
    ///
    /// # Errors
    /// As [`Config::from_json`].
    pub fn with_json(self, text: &str) -> Result<Config> {
        self.with(&json_fields(text)?)
    }

    /// This configuration with the fields of a training yaml in place of its own: those under `model.model_config`, or at
    /// the top, where a value may name another field of the top as `${max_seq_len}`.
    ///
    /// ```
    /// use emberforge_m2::Config;
    ///
    /// let yaml = "max_seq_len: 2048\nmodel:\n  model_config:\n    hidden_size: 96\n    long_conv_l_max: ${max_seq_len}\n";
    /// let config = Config::default().with_yaml(yaml)?;
    /// assert_eq!((config.hidden_size, config.long_conv_l_max()), (96, 2048));
    /// # Ok::<(), emberforge_m2::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Config::from_json`].
    pub fn with_yaml(self, text: &str) -> Result<Config> {
        self.with(&yaml_fields(text)?)
    }

    /// This configuration with some fields in place of its own.
    pub(crate) fn with(self, fields: &Map<String, Value>) -> Result<Config> {
        let own = serde_json::to_value(&self).map_err(|e| Error::internal(e.to_string()))?;
        let read = |fields: &[(&String, &Value)]| {
            let mut all = own.clone();
            for (name, value) in
                fields.iter().filter(|(name, value)| own.get(name).is_some() && !value.is_null())
            {
                all[*name] = (*value).clone();
            }
            serde_json::from_value::<Config>(all)
        };
        let fields: Vec<_> = fields.iter().collect();
        read(&fields)
            .map_err(|e| {
                let culprit = fields.iter().find(|field| read(&[**field]).is_err());
                let name = culprit.map_or("a field", |(name, _)| name.as_str());
                Error::invalid(format!("the configuration's `{name}` cannot be read: {e}"))
            })?
            .checked()
    }

    /// The text of a `config.json` that [`Config::from_json`] reads back.
    pub fn to_json(&self) -> String {
        // A structure of numbers and truth values has a JSON form.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The configuration, with its vocabulary rounded up to a multiple of 8 as the reference does, if it makes a model.
    ///
    /// # Errors
    /// The value, and the rule it breaks.
    pub fn checked(mut self) -> Result<Config> {
        let sizes = [
            ("vocab_size", self.vocab_size),
            ("hidden_size", self.hidden_size),
            ("num_hidden_layers", self.num_hidden_layers),
            ("intermediate_size", self.intermediate_size),
            ("max_position_embeddings", self.max_position_embeddings),
            ("type_vocab_size", self.type_vocab_size),
            ("long_conv_l_max", self.long_conv_l_max()),
            ("hyena_filter_order", self.hyena_filter_order),
            ("monarch_mlp_nblocks", self.monarch_mlp_nblocks),
        ];
        if let Some((name, size)) = sizes.iter().find(|(_, size)| *size == 0 || *size > 1 << 28) {
            return Err(Error::invalid(format!("`{name}` is {size}; it must be from 1 to 2^28")));
        }
        if self.hyena_emb_dim < 3 || self.hyena_emb_dim.is_multiple_of(2) {
            return Err(Error::invalid(format!(
                "`hyena_emb_dim` is {}; it must be odd and at least 3: time, and a cosine and a sine for each band",
                self.hyena_emb_dim
            )));
        }
        if !self.monarch_mixer_sequence_mixing {
            return Err(Error::invalid(
                "`monarch_mixer_sequence_mixing` is false: that model has attention, which this crate does not; set it to \
                 true if the checkpoint has `attention.filter_fn` tensors",
            ));
        }
        if self.layer_norm_eps.is_nan() || self.layer_norm_eps < 0.0 {
            return Err(Error::invalid(format!(
                "`layer_norm_eps` is {}; it must be 0 or more",
                self.layer_norm_eps
            )));
        }
        self.vocab_size = self.vocab_size.next_multiple_of(8);
        Ok(self)
    }

    /// The configuration that the tensors of a checkpoint imply. What no shape shows (the sine's constant multiplier,
    /// `pool_all`, the epsilon) has the published models' value.
    ///
    /// # Errors
    /// When the names are not those of an M2-BERT.
    pub fn from_tensors(tensors: &BTreeMap<String, Array>) -> Result<Config> {
        let shape = |name: &str| {
            tensors.get(name).map(|x| x.shape().to_vec()).ok_or_else(|| {
                Error::invalid(format!(
                    "the tensors imply no M2-BERT: `{name}` is not among them; give the model's config.json"
                ))
            })
        };
        let layer = |i: usize| format!("bert.encoder.layer.{i}");
        let attention = format!("{}.attention", layer(0));
        let has = |name: String| tensors.contains_key(&name);
        let words = shape("bert.embeddings.word_embeddings.weight")?;
        let z = shape(&format!("{attention}.filter_fn.pos_emb.z"))?;
        let freq = shape(&format!("{attention}.filter_fn.implicit_filter.1.freq"))?;
        let gated = shape(&format!("{}.mlp.gated_layers.weight", layer(0)))?;
        let wo = shape(&format!("{}.mlp.wo.weight", layer(0)))?;
        let (&[vocab_size, hidden_size], &[_, m, e], &[_, order]) = (&words[..], &z[..], &freq[..]) else {
            return Err(Error::invalid(
                "the tensors imply no M2-BERT: a table has an unexpected number of axes",
            ));
        };
        // Dense weights have two axes, block-diagonal ones three: [blocks, out / blocks, in / blocks].
        let (blocks, wide, intermediate_size) = match (&gated[..], &wo[..]) {
            (&[wide, _], &[_, inner]) => (1, wide, inner),
            (&[blocks, q, _], &[_, _, p]) => (blocks, blocks * q, blocks * p),
            _ => {
                return Err(Error::invalid(
                    "the tensors imply no M2-BERT: the MLP's weights have an unexpected form",
                ));
            }
        };
        let positions = tensors.get("bert.embeddings.position_embeddings.weight").map(|x| x.shape()[0]);
        Config {
            vocab_size,
            hidden_size,
            num_hidden_layers: (0..).take_while(|i| has(format!("{}.mlp.wo.weight", layer(*i)))).count(),
            intermediate_size,
            max_position_embeddings: positions.unwrap_or(m),
            type_vocab_size: shape("bert.embeddings.token_type_embeddings.weight")?[0],
            use_positional_encodings: positions.is_some(),
            long_conv_l_max: Some(m),
            hyena_emb_dim: e,
            hyena_filter_order: order,
            hyena_training_additions: has(format!("{attention}.layernorm.weight")),
            bidirectional: has(format!("{attention}.filter_fn.implicit_filter_rev.0.weight")),
            residual_long_conv: has(format!("{attention}.filter_fn2.bias")),
            use_glu_mlp: wide == 2 * intermediate_size,
            use_monarch_mlp: gated.len() == 3,
            monarch_mlp_nblocks: blocks,
            ..Config::default()
        }
        .checked()
    }
}

/// The fields of a `config.json`.
pub(crate) fn json_fields(text: &str) -> Result<Map<String, Value>> {
    serde_json::from_str(text)
        .map_err(|e| Error::invalid(format!("the configuration is no JSON object: {e}")))
}

/// The fields of a training yaml, as [`Config::with_yaml`] reads them.
pub(crate) fn yaml_fields(text: &str) -> Result<Map<String, Value>> {
    let top: Map<String, Value> = serde_saphyr::from_str(text)
        .map_err(|e| Error::invalid(format!("the configuration is no YAML mapping: {e}")))?;
    let nested = top.get("model").and_then(|model| model.get("model_config")).and_then(Value::as_object);
    let mut fields = nested.unwrap_or(&top).clone();
    for value in fields.values_mut() {
        let name = value.as_str().and_then(|text| text.strip_prefix("${")?.strip_suffix('}'));
        if let Some(named) = name.and_then(|name| top.get(name)) {
            *value = named.clone();
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_reads_back_as_it_was_written() -> Result<()> {
        let config = Config { long_conv_l_max: None, pool_all: true, hidden_size: 96, ..Config::default() };
        assert_eq!(Config::from_json(&config.to_json())?, config);
        Ok(())
    }

    #[test]
    fn a_field_of_the_wrong_type_is_named() {
        let text = r#"{"architectures": ["BertForMaskedLM"], "hidden_size": 96, "hyena_emb_dim": "five"}"#;
        let message = Config::from_json(text).expect_err("a word").to_string();
        assert!(message.contains("`hyena_emb_dim` cannot be read") && message.contains("five"), "{message}");
    }
}
