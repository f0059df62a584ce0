//! The tensors of a model that has learnt nothing yet: names, shapes and distributions of the reference.

use crate::layers::{modulation_deltas, position_features};
use crate::{Classifier, Config, Encoder, MaskedLm, Weights};
use emberforge_array::{Array, DType, Result, arange, concatenate, expand_dims, full, random, s, zeros};
use std::collections::BTreeMap;

/// What stands on the encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// Scores of every word at every position, as in pretraining.
    MaskedLm,
    /// The pooler alone, as in the retrieval models.
    Pooler,
    /// The pooler and that many outputs.
    Classifier(usize),
}

/// The state dict of a new model in `f32`, every tensor drawn from the reference's distribution by `seed` and its place in
/// the order of names. Tensors that a checkpoint lists under several names are one array here.
///
/// The reference copies its first layer, so that its skip terms, short filters and block-diagonal weights start equal in
/// all layers; here each layer is drawn by itself.
///
/// ```
/// use emberforge_m2::{Config, Head, initial_weights};
///
/// let config = Config { hidden_size: 64, intermediate_size: 256, num_hidden_layers: 2, ..Config::default() };
/// let tensors = initial_weights(&config, Head::Pooler, 0)?;
/// assert_eq!(tensors["bert.pooler.dense.weight"].shape(), [64, 64]);
/// # Ok::<(), emberforge_m2::Error>(())
/// ```
///
/// # Errors
/// When the configuration makes no model.
pub fn initial_weights(config: &Config, head: Head, seed: u64) -> Result<BTreeMap<String, Array>> {
    let config = config.clone().checked()?;
    let asked = state_dict(&config, head)?;
    let keys = random::split(&random::key(seed), asked.len())?;
    let mut tensors = BTreeMap::new();
    for (i, (name, shape)) in asked.iter().enumerate() {
        if let Some(shape) = shape {
            let key = keys.slice(s![i as i64])?;
            tensors.insert(name.clone(), tensor(name, shape, &config, &key)?);
        }
    }
    // Names for tensors that are there already, and a buffer.
    for (name, _) in asked.iter().filter(|(_, shape)| shape.is_none()) {
        let array = if name.ends_with(".freq") {
            let filter = name.find("implicit_filter").map_or("", |at| &name[..at]);
            tensors[&format!("{filter}implicit_filter.1.freq")].clone()
        } else if name.ends_with("decoder.weight") {
            tensors["bert.embeddings.word_embeddings.weight"].clone()
        } else if name.ends_with("position_ids") {
            expand_dims(&arange(config.max_position_embeddings as i64, DType::I64)?, 0)?
        } else {
            continue;
        };
        tensors.insert(name.clone(), array);
    }
    Ok(tensors)
}

/// What the layers of such a model ask for.
fn state_dict(config: &Config, head: Head) -> Result<BTreeMap<String, Option<Vec<usize>>>> {
    let d = config.hidden_size;
    let mut marks = BTreeMap::new();
    if head != Head::MaskedLm {
        marks.insert("bert.pooler.dense.weight".to_string(), zeros(&[d, d], DType::F32)?);
    }
    if let Head::Classifier(outputs) = head {
        marks.insert("classifier.weight".to_string(), zeros(&[outputs, d], DType::F32)?);
    }
    let weights = Weights::new(marks, None);
    match head {
        Head::MaskedLm => drop(MaskedLm::load(&weights, config)?),
        Head::Pooler => drop(Encoder::load(&weights.root().at("bert"), config)?),
        Head::Classifier(_) => drop(Classifier::load(&weights, config)?),
    }
    Ok(weights.asked())
}

/// One tensor by its name.
fn tensor(name: &str, shape: &[usize], config: &Config, key: &Array) -> Result<Array> {
    let dtype = DType::F32;
    let normal = |scale: f64| random::normal_with(0.0, scale, shape, dtype, Some(key));
    let uniform = |bound: f64| random::uniform(-bound, bound, shape, dtype, Some(key));
    let within = |part: &str| name.contains(part);
    let (d, wide) = (config.hidden_size, config.intermediate_size);
    let blocks = config.monarch_mlp_nblocks as f64;
    let monarch = config.use_monarch_mlp && within(".mlp.");
    if name.ends_with(".pos_emb.z") {
        Ok(position_features(shape[1], shape[2], dtype)?.0)
    } else if name.ends_with(".pos_emb.t") {
        Ok(position_features(shape[1], config.hyena_emb_dim, dtype)?.1)
    } else if name.ends_with(".modulation.deltas") {
        modulation_deltas(d, dtype)
    } else if name.ends_with(".freq") {
        full(shape, config.hyena_w, dtype)
    } else if name.ends_with("filter_fn.bias") || name.ends_with("filter_fn2.bias") {
        normal(1.0)
    } else if within(".short_filter.") {
        // PyTorch's convolution: 1 / sqrt(3 taps).
        uniform(1.0 / 3.0f64.sqrt())
    } else if within("ayernorm.") || within("LayerNorm.") {
        full(shape, f64::from(u8::from(name.ends_with("weight"))), dtype)
    } else if monarch && name.ends_with("gated_layers.weight") {
        uniform((blocks / d as f64).sqrt())
    } else if monarch && name.ends_with("wo.weight") {
        uniform((blocks / wide as f64).sqrt())
    } else if monarch && name.ends_with("wo.bias") {
        uniform(1.0 / (d as f64).sqrt())
    } else if name.ends_with("word_embeddings.weight") {
        // The row of the padding token.
        concatenate(&[&zeros(&[1, shape[1]], dtype)?, &normal(0.02)?.slice(s![1..])?], 0)
    } else if name.ends_with("weight") {
        normal(0.02)
    } else {
        zeros(shape, dtype)
    }
}
