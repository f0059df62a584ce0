//! `ember inspect`: what a checkpoint holds, without computing anything.

use super::args::InspectArgs;
use crate::{Exit, terminal};
use emberforge_base::Result;
use emberforge_m2::checkpoint::{self, Checkpoint};
use emberforge_m2::{Classifier, Config, Encoder, MaskedLm, Weights};
use serde_json::json;
use std::fmt::Write as _;

pub(crate) fn inspect(args: &InspectArgs) -> Result<Exit> {
    let checkpoint = Checkpoint::open(&args.checkpoint)?;
    let beside = checkpoint.config.is_some();
    let (config, problems) = match checkpoint.config() {
        Ok(config) => (Some(config.clone()), problems(&checkpoint, &config)),
        Err(error) => (None, vec![error.to_string()]),
    };
    let parameters: usize =
        checkpoint.tensors.iter().map(|(name, x)| if counts(name) { x.size() } else { 0 }).sum();
    let bytes: usize = checkpoint.tensors.values().map(|x| x.nbytes()).sum();
    let text = if args.json {
        let tensors: Vec<_> = checkpoint
            .tensors
            .iter()
            .map(|(name, x)| json!({ "name": name, "dtype": x.dtype().name(), "shape": x.shape(), "note": note(name) }))
            .collect();
        let value = json!({
            "file": checkpoint.path.display().to_string(),
            "config": config.as_ref().map(fields),
            "config_from": if beside { "config.json" } else { "tensors" },
            "parameters": parameters,
            "bytes": bytes,
            "tensors": tensors,
            "problems": problems,
        });
        format!("{value:#}\n")
    } else {
        let mut text = format!("{}\n", checkpoint.path.display());
        if let Some(config) = &config {
            let from = if beside { "config.json" } else { "the tensors: there is no config.json" };
            let _ = writeln!(text, "configuration, from {from}");
            for (name, value) in fields(config).as_object().into_iter().flatten() {
                let _ = writeln!(text, "  {name:<30} {value}");
            }
        }
        let _ =
            writeln!(text, "{} tensors, {parameters} parameters, {bytes} bytes", checkpoint.tensors.len());
        for (name, x) in &checkpoint.tensors {
            let note = note(name).map(|n| format!("  ({n})")).unwrap_or_default();
            let _ =
                writeln!(text, "  {:<5} {:<20} {name}{note}", x.dtype().name(), format!("{:?}", x.shape()));
        }
        for problem in &problems {
            let _ = writeln!(text, "problem: {problem}");
        }
        if problems.is_empty() {
            text.push_str("no problems\n");
        }
        text
    };
    terminal::out(&text);
    Ok(if problems.is_empty() { Exit::Ok } else { Exit::Failed })
}

/// What keeps the model, or one of the heads it has tensors for, from being loaded.
fn problems(checkpoint: &Checkpoint, config: &Config) -> Vec<String> {
    let has = |name: &str| checkpoint.tensors.contains_key(name);
    let weights = Weights::new(checkpoint.tensors.clone(), None);
    let mut problems = Vec::new();
    let mut note = |result: Result<()>| problems.extend(result.err().map(|e| e.to_string()));
    note(Encoder::load(&weights.root().at("bert"), config).map(drop));
    if has("cls.predictions.decoder.bias") {
        note(MaskedLm::load(&weights, config).map(drop));
    }
    if has("classifier.weight") {
        note(Classifier::load(&weights, config).map(drop));
    }
    note(weights.finish(|_| false, checkpoint::is_derived));
    problems
}

/// The configuration as config.json would have it.
fn fields(config: &Config) -> serde_json::Value {
    json!({
        "vocab_size": config.vocab_size,
        "hidden_size": config.hidden_size,
        "num_hidden_layers": config.num_hidden_layers,
        "intermediate_size": config.intermediate_size,
        "max_position_embeddings": config.max_position_embeddings,
        "long_conv_l_max": config.long_conv_l_max(),
        "type_vocab_size": config.type_vocab_size,
        "layer_norm_eps": config.layer_norm_eps,
        "use_positional_encodings": config.use_positional_encodings,
        "hyena_emb_dim": config.hyena_emb_dim,
        "hyena_filter_order": config.hyena_filter_order,
        "hyena_w_mod": config.hyena_w_mod,
        "hyena_training_additions": config.hyena_training_additions,
        "bidirectional": config.bidirectional,
        "residual_long_conv": config.residual_long_conv,
        "use_glu_mlp": config.use_glu_mlp,
        "use_monarch_mlp": config.use_monarch_mlp,
        "monarch_mlp_nblocks": config.monarch_mlp_nblocks,
        "pool_all": config.pool_all,
    })
}

/// Why a tensor is not a parameter of its own.
fn note(name: &str) -> Option<&'static str> {
    if name.contains(".flashfft.") {
        Some("ignored: a table of the reference's CUDA transform")
    } else if name.ends_with(".freq") && !name.ends_with("implicit_filter.1.freq") {
        Some("the same tensor as implicit_filter.1.freq")
    } else if checkpoint::is_derived(name) {
        Some("derived: follows from other tensors")
    } else if name.ends_with(".pos_emb.t") || name.ends_with(".modulation.deltas") {
        Some("buffer, not trained")
    } else {
        None
    }
}

/// True for trained tensors, each once.
fn counts(name: &str) -> bool {
    note(name).is_none()
}
