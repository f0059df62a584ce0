//! A model as it lies on disk: checkpoint, configuration, tokenizer, and what is made of them.

use crate::checkpoint::{self, Checkpoint};
use crate::{
    Classifier, Config, Encoder, LengthPolicy, MaskedLm, Pooling, Problem, Sequence, Tokenizer, Weights,
};
use crate::{batches, normalize};
use emberforge_array::{Array, DType};
use emberforge_base::{Error, Result};
use serde_json::Value;
use std::path::Path;

/// An opened model folder or checkpoint file.
#[derive(Debug)]
pub struct Pretrained {
    checkpoint: Checkpoint,
    config: Config,
    tokenizer: Tokenizer,
}

/// How tensors are taken from a checkpoint.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// Element type of weights and activations.
    pub dtype: DType,
    /// Names of tensors that may be missing; they are zeros then.
    pub allow_missing: Vec<String>,
}

impl Default for LoadOptions {
    fn default() -> Self {
        LoadOptions { dtype: DType::F32, allow_missing: Vec::new() }
    }
}

/// Prefixes of tensors that belong to heads; a checkpoint may have more heads than a task uses.
const HEADS: [&str; 3] = ["cls.", "classifier.", "bert.pooler."];

impl Pretrained {
    /// Opens a folder with `config.json`, weights and a tokenizer, or a checkpoint file among such. Without `config.json`
    /// the tensors say what the model is. `tokenizer` names another folder or file for the tokenizer.
    ///
    /// # Errors
    /// What is missing or does not fit, and what to do about it.
    pub fn open(path: impl AsRef<Path>, tokenizer: Option<&Path>) -> Result<Pretrained> {
        let path = path.as_ref();
        if !path.exists() {
            return Err(Error::io(format!("there is no `{}`", path.display())));
        }
        let checkpoint = Checkpoint::open(path)?;
        let config = checkpoint.config()?;
        let folder = checkpoint.path.parent().unwrap_or(Path::new("."));
        let tokenizer = Tokenizer::open(tokenizer.unwrap_or(folder))?;
        // The table is a little larger than the vocabulary, because its size is rounded up.
        let (words, rows) = (tokenizer.vocabulary_size(), config.vocab_size);
        if words > rows || rows - words >= 64 {
            return Err(Error::invalid(format!(
                "the tokenizer has {words} tokens and the model's table {rows} rows: they do not belong together; name \
                 the model's own tokenizer with --tokenizer"
            )));
        }
        Ok(Pretrained { checkpoint, config, tokenizer })
    }

    /// The checkpoint.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The model's shape.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// The encoder; tensors of heads are passed over.
    ///
    /// # Errors
    /// When tensors are missing, left over or of another shape.
    pub fn encoder(&self, options: &LoadOptions) -> Result<Encoder> {
        self.load(options, |weights| Encoder::load(&weights.root().at("bert"), &self.config))
    }

    /// The masked language model.
    ///
    /// # Errors
    /// As [`Pretrained::encoder`].
    pub fn masked_lm(&self, options: &LoadOptions) -> Result<MaskedLm> {
        self.load(options, |weights| MaskedLm::load(weights, &self.config))
    }

    /// The classifier or regression, and what its outputs mean.
    ///
    /// # Errors
    /// As [`Pretrained::encoder`], and when the configuration's `problem_type` is unknown.
    pub fn classifier(&self, options: &LoadOptions) -> Result<(Classifier, Problem)> {
        let classifier = self.load(options, |weights| Classifier::load(weights, &self.config))?;
        let problem = match self.checkpoint.fields.get("problem_type").and_then(Value::as_str) {
            Some("regression") => Problem::Regression,
            Some("single_label_classification") => Problem::SingleLabel,
            Some("multi_label_classification") => Problem::MultiLabel,
            None => Problem::of(classifier.outputs(), DType::I64),
            Some(other) => {
                return Err(Error::invalid(format!(
                    "the configuration's `problem_type` is `{other}`; there are regression, single_label_classification and \
                     multi_label_classification"
                )));
            }
        };
        Ok((classifier, problem))
    }

    /// The name of a classifier's output: `id2label` of the configuration, else `LABEL_i`.
    pub fn label(&self, output: usize) -> String {
        let names = self.checkpoint.fields.get("id2label");
        let name = names.and_then(|names| names.get(output.to_string())?.as_str());
        name.map_or_else(|| format!("LABEL_{output}"), str::to_string)
    }

    fn load<T>(&self, options: &LoadOptions, take: impl FnOnce(&Weights) -> Result<T>) -> Result<T> {
        let weights = self.checkpoint.weights(options.dtype);
        let model = take(&weights)?;
        let missing = |name: &str| options.allow_missing.iter().any(|allowed| allowed == name);
        let unused = |name: &str| checkpoint::is_derived(name) || HEADS.iter().any(|p| name.starts_with(p));
        weights.finish(missing, unused)?;
        Ok(model)
    }
}

/// Texts to vectors.
///
/// ```no_run
/// use emberforge_m2::{Embedder, LengthPolicy, LoadOptions, Pooling, Pretrained};
///
/// let model = Pretrained::open("m2-bert-80M-2k-retrieval", None)?;
/// let embedder = Embedder::new(&model, &LoadOptions::default(), LengthPolicy::Reference, Pooling::Pooler, false)?;
/// let vectors = embedder.embed(&["one text", "another"])?; // [2, 768]
/// # Ok::<(), emberforge_m2::Error>(())
/// ```
#[derive(Debug)]
pub struct Embedder<'a> {
    tokenizer: &'a Tokenizer,
    encoder: Encoder,
    policy: LengthPolicy,
    pooling: Pooling,
    normalize: bool,
}

impl<'a> Embedder<'a> {
    /// Loads the encoder of a model.
    ///
    /// # Errors
    /// As [`Pretrained::encoder`], and when the pooler is asked for and the checkpoint has none.
    pub fn new(
        model: &'a Pretrained,
        options: &LoadOptions,
        policy: LengthPolicy,
        pooling: Pooling,
        normalize: bool,
    ) -> Result<Embedder<'a>> {
        if pooling == Pooling::Pooler && !model.checkpoint.tensors.contains_key("bert.pooler.dense.weight") {
            return Err(Error::invalid(
                "this checkpoint has no pooler (`bert.pooler.dense.weight`), so it was not made for embeddings; ask for \
                 `--pooling mean` or `--pooling cls`",
            ));
        }
        let encoder = model.encoder(options)?;
        Ok(Embedder { tokenizer: &model.tokenizer, encoder, policy, pooling, normalize })
    }

    /// The encoder.
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// Tokens of a text, cut and padded by the policy.
    ///
    /// # Errors
    /// As [`Tokenizer::encode`].
    pub fn sequence(&self, text: &str) -> Result<Sequence> {
        let m = longest(self.encoder.config());
        Ok(self.policy.fit(self.tokenizer.encode(text)?, m, self.tokenizer))
    }

    /// Vectors `[B, d]` of sequences that have one length.
    ///
    /// # Errors
    /// When there are none or their lengths differ.
    pub fn vectors(&self, sequences: &[&Sequence]) -> Result<Array> {
        let (ids, mask) = stacked(sequences)?;
        let vectors = self.encoder.vectors(&ids, Some(&mask), self.pooling)?;
        if self.normalize { normalize(&vectors) } else { Ok(vectors) }
    }

    /// Vectors `[n, d]` of n texts in their order, in `f32`.
    ///
    /// # Errors
    /// When there is no text, or as [`Tokenizer::encode`].
    pub fn embed(&self, texts: &[&str]) -> Result<Array> {
        const BATCH_TOKENS: usize = 8192;
        let sequences = texts.iter().map(|text| self.sequence(text)).collect::<Result<Vec<_>>>()?;
        let d = self.encoder.config().hidden_size;
        let mut rows = vec![0.0f32; texts.len() * d];
        for batch in batches(&sequences, BATCH_TOKENS) {
            let chosen: Vec<&Sequence> = batch.iter().map(|i| &sequences[*i]).collect();
            let vectors = self.vectors(&chosen)?.astype(DType::F32)?.to_vec::<f32>()?;
            for (row, vector) in batch.iter().zip(vectors.chunks_exact(d)) {
                rows[row * d..(row + 1) * d].copy_from_slice(vector);
            }
        }
        Array::from_slice(&rows, &[texts.len(), d])
    }
}

/// The most tokens that a model takes: its filter's taps, or its positions if they are fewer.
pub fn longest(config: &Config) -> usize {
    let m = config.long_conv_l_max();
    if config.use_positional_encodings { m.min(config.max_position_embeddings) } else { m }
}

/// Token ids and mask `[B, L]` of sequences that have one length; the mask is 1 where a token is the text's.
///
/// # Errors
/// When there are none or their lengths differ.
pub fn stacked(sequences: &[&Sequence]) -> Result<(Array, Array)> {
    let length = sequences.first().map_or(0, |s| s.ids.len());
    if length == 0 || sequences.iter().any(|s| s.ids.len() != length) {
        return Err(Error::invalid(
            "a batch has at least one sequence, and all of one length; `batches` groups sequences so",
        ));
    }
    let shape = [sequences.len(), length];
    let ids: Vec<u32> = sequences.iter().flat_map(|s| s.ids.iter().copied()).collect();
    let mask: Vec<u32> =
        sequences.iter().flat_map(|s| (0..length).map(|i| u32::from(i < s.tokens))).collect();
    Ok((Array::from_slice(&ids, &shape)?, Array::from_slice(&mask, &shape)?))
}
