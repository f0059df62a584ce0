//! Cases of whole models.

use crate::cases::{Case, Outcome, tensors};
use emberforge_array::{
    Array, DType, Result, argmax, eval, reshape, s, sqrt, square, sum, take, value_and_grad,
};
use emberforge_m2::{AdamW, Config, MaskedLm, Pooling, WeightDecay, Weights, clip_gradients, normalize};
use std::collections::BTreeMap;

fn config(case: &Case) -> Result<Config> {
    Config::from_json(&case.config.to_string())
}

/// `small_a_forward` belongs to `small_a_weights` and takes its inputs from `small_a_forward`.
fn sibling(case: &Case, what: &str) -> BTreeMap<String, Array> {
    let stem: Vec<&str> = case.name.split('_').take(2).collect();
    tensors(&format!("{}_{what}.safetensors", stem.join("_")))
}

fn small_weights(case: &Case, dtype: DType) -> Result<Weights> {
    Ok(Weights::new(sibling(case, "weights"), Some(dtype)))
}

fn model(case: &Case, dtype: DType, config: &Config) -> Result<MaskedLm> {
    let weights = small_weights(case, dtype)?;
    let model = MaskedLm::load(&weights, config)?;
    weights.finish(|_| false, |_| false)?;
    Ok(model)
}

pub(crate) fn forward(case: &Case, dtype: DType) -> Result<Outcome> {
    let config = config(case)?;
    let model = model(case, dtype, &config)?;
    let (ids, types) = (case.input("input_ids", dtype)?, case.input("token_type_ids", dtype)?);
    let mask = case.input("attention_mask", dtype)?;
    let states = model.encoder().states(&ids, Some(&types))?;
    let last = &states[states.len() - 1];
    let mut outcome = Outcome::default();
    for (i, state) in states.iter().enumerate() {
        let name = if i == 0 { "emb".to_string() } else { (i - 1).to_string() };
        outcome.add(format!("hidden.{name}"), state.clone());
    }
    outcome.add("logits", model.logits(last)?);
    for (name, pooling) in
        [("cls", Pooling::Cls), ("mean_masked", Pooling::Mean), ("pooled.cls", Pooling::Pooler)]
    {
        let pooled = model.encoder().pool(last, Some(&mask), pooling)?;
        outcome.add(format!("{name}_l2"), normalize(&pooled)?);
        outcome.add(name, pooled);
    }
    let all = Config { pool_all: true, ..config };
    let pooled = self::model(case, dtype, &all)?.encoder().pool(last, Some(&mask), Pooling::Pooler)?;
    outcome.add("pooled.all", pooled);
    Ok(outcome)
}

pub(crate) fn padding(case: &Case, dtype: DType) -> Result<Outcome> {
    let model = model(case, dtype, &config(case)?)?;
    let ids = case.input("input_ids_37", dtype)?.to_vec::<i64>()?;
    let mut outcome = Outcome::default();
    for l in [37usize, 48, 64] {
        let mut padded = ids.clone();
        padded.resize(l, 0);
        let mask: Vec<f32> = (0..l).map(|i| f32::from(u8::from(i < ids.len()))).collect();
        let hidden = model.encoder().forward(&Array::from_slice(&padded, &[1, l])?, None)?;
        let mask = Array::from_slice(&mask, &[1, l])?;
        outcome.add(format!("L{l}.last_hidden"), hidden.slice(s![.., ..37])?);
        outcome.add(format!("L{l}.mean_masked"), model.encoder().pool(&hidden, Some(&mask), Pooling::Mean)?);
        outcome.add(format!("L{l}.pooled.cls"), model.encoder().pool(&hidden, None, Pooling::Pooler)?);
    }
    Ok(outcome)
}

/// Positions and words of the labels above 0.
fn targets(labels: &Array) -> Result<(Array, Array)> {
    let (mut positions, mut words) = (Vec::new(), Vec::new());
    for (i, label) in labels.to_vec::<i64>()?.into_iter().enumerate().filter(|(_, label)| *label > 0) {
        positions.push(i as i64);
        words.push(label);
    }
    let count = words.len();
    Ok((Array::from_slice(&positions, &[count])?, Array::from_slice(&words, &[count])?))
}

/// The masked language model's loss on the inputs of the forward case, as a function of its tensors.
struct Training {
    config: Config,
    inputs: BTreeMap<String, Array>,
    targets: (Array, Array),
    names: Vec<String>,
}

impl Training {
    fn start(case: &Case, dtype: DType) -> Result<(Training, Vec<Array>)> {
        let inputs = sibling(case, "forward");
        let weights = small_weights(case, dtype)?;
        let primals = weights.tensors().values().map(|x| x.astype(dtype)).collect::<Result<Vec<_>>>()?;
        let names = weights.tensors().keys().cloned().collect();
        Ok((Training { config: config(case)?, targets: targets(&inputs["labels"])?, inputs, names }, primals))
    }

    fn loss(&self, primals: &[Array]) -> Result<Array> {
        let weights = Weights::new(self.names.iter().cloned().zip(primals.iter().cloned()).collect(), None);
        let model = MaskedLm::load(&weights, &self.config)?;
        let hidden =
            model.encoder().forward(&self.inputs["input_ids"], Some(&self.inputs["token_type_ids"]))?;
        model.loss(&hidden, &self.targets.0, &self.targets.1)
    }

    /// Formulas that are stored but not trained.
    fn is_buffer(name: &str) -> bool {
        name.ends_with(".pos_emb.t") || name.ends_with(".modulation.deltas")
    }
}

pub(crate) fn gradients(case: &Case, dtype: DType) -> Result<Outcome> {
    let (training, primals) = Training::start(case, dtype)?;
    let (value, gradients) = value_and_grad(|p: &[Array]| training.loss(p))(&primals)?;
    let mut outcome = Outcome::default();
    let mut norm = Array::scalar(0.0).astype(dtype)?;
    for (name, gradient) in training.names.iter().zip(gradients) {
        let golden = format!("grad.{name}");
        if case.has(&format!("{golden}.f64")) {
            norm = norm + sum(&square(&gradient)?, (), false)?;
            outcome.add(golden, gradient);
        }
    }
    outcome.add("global_grad_norm", sqrt(&norm)?);
    outcome.add("loss", value);
    Ok(outcome)
}

pub(crate) fn trajectory(case: &Case, dtype: DType) -> Result<Outcome> {
    let (training, mut primals) = Training::start(case, dtype)?;
    // The pooler has no part in this loss, and the reference's optimizer passes over what has no gradient.
    let trained: Vec<usize> = (0..primals.len())
        .filter(|i| {
            !Training::is_buffer(&training.names[*i]) && !training.names[*i].starts_with("bert.pooler")
        })
        .collect();
    let float = |key: &str| case.config[key].as_f64();
    let rate = float("lr").expect("a rate");
    let decay = float("weight_decay").expect("a decay");
    let decay = match case.config["optimizer"].as_str() {
        Some("adamw") => WeightDecay::TimesRate(decay),
        Some("decoupled") => WeightDecay::Decoupled(decay),
        other => panic!("{}: optimizer {other:?}", case.name),
    };
    let betas = case.config["betas"].as_array().expect("betas");
    let beta = |i: usize| betas[i].as_f64().expect("a number");
    let mut adam = AdamW::new((beta(0), beta(1)), float("eps").expect("eps"), decay, rate);
    let steps = case.number("steps");
    let mut outcome = Outcome::default();
    for step in 0..=steps {
        let (loss, gradients) = value_and_grad(|p: &[Array]| training.loss(p))(&primals)?;
        outcome.add(format!("loss_{step}"), loss.clone());
        if step == steps {
            break;
        }
        let mut gradients: Vec<Array> = trained.iter().map(|i| gradients[*i].clone()).collect();
        if let Some(limit) = float("clip_norm") {
            gradients = clip_gradients(&gradients, limit)?.0;
        }
        let parameters: Vec<Array> = trained.iter().map(|i| primals[*i].clone()).collect();
        let moved = adam.update(&parameters, &gradients, rate)?;
        eval(moved.iter().chain(adam.state()).chain([&loss]))?;
        for (i, array) in trained.iter().zip(moved) {
            primals[*i] = array;
        }
    }
    for (name, array) in training.names.iter().zip(primals) {
        if case.has(&format!("final.{name}.f64")) {
            outcome.add(format!("final.{name}"), array);
        }
    }
    Ok(outcome)
}

/// The reference's portable random numbers: FNV-1a of seed and name, then splitmix64.
struct Recipe {
    seed: u64,
}

impl Recipe {
    fn tensor(&self, name: &str, shape: &[usize], center: f64, scale: f64) -> Result<Array> {
        let mut state = 0xcbf2_9ce4_8422_2325u64;
        for byte in format!("{}:{name}", self.seed).bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        let value = |i: usize| {
            let mut word = state.wrapping_add((i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            let unit = (word >> 11) as f64 / (1u64 << 53) as f64;
            (center + scale * (2.0 * unit - 1.0)) as f32
        };
        let elements: Vec<f32> = (0..shape.iter().product()).map(value).collect();
        Array::from_slice(&elements, shape)
    }

    /// Center and scale of a tensor by its name; the first rule that matches.
    fn rule(name: &str, shape: &[usize], w: f64) -> (f64, f64) {
        let s3 = |n: usize| (3.0 / n as f64).sqrt();
        let last = shape[shape.len() - 1];
        let filter_weight = name.contains("implicit_filter") && name.ends_with(".weight");
        if name.ends_with(".freq") {
            (w, 0.1 * w)
        } else if name.ends_with(".filter_fn.bias") || name.ends_with(".filter_fn2.bias") {
            (0.0, 1.0)
        } else if filter_weight {
            (0.0, if name.ends_with(".6.weight") { 0.5 } else { 0.1 } * s3(last))
        } else if name.to_lowercase().ends_with("layernorm.weight") {
            (1.0, 0.2)
        } else if name.ends_with(".bias") {
            (0.0, 0.1)
        } else if name.ends_with(".short_filter.weight") {
            (0.0, 0.6)
        } else if name.ends_with(".word_embeddings.weight") {
            (0.0, 1.0)
        } else if name.ends_with(".position_embeddings.weight")
            || name.ends_with(".token_type_embeddings.weight")
        {
            (0.0, 0.5)
        } else {
            (0.0, s3(last))
        }
    }
}

/// Every tensor of a masked language model with pooler, by the recipe.
fn recipe_weights(case: &Case, config: &Config) -> Result<Weights> {
    let recipe = Recipe { seed: case.config["seed"].as_u64().expect("a recipe has a seed") };
    let (d, i, o, e) =
        (config.hidden_size, config.intermediate_size, config.hyena_filter_order, config.hyena_emb_dim);
    let (v, nb) = (config.vocab_size, config.monarch_mlp_nblocks);
    let mut tensors = BTreeMap::new();
    let mut add = |name: String, shape: &[usize]| -> Result<()> {
        let (center, scale) = Recipe::rule(&name, shape, config.hyena_w);
        tensors.insert(name.clone(), recipe.tensor(&name, shape, center, scale)?);
        Ok(())
    };
    let bert = "bert.embeddings";
    add(format!("{bert}.word_embeddings.weight"), &[v, d])?;
    add(format!("{bert}.position_embeddings.weight"), &[config.max_position_embeddings, d])?;
    add(format!("{bert}.token_type_embeddings.weight"), &[config.type_vocab_size, d])?;
    for part in ["weight", "bias"] {
        add(format!("{bert}.LayerNorm.{part}"), &[d])?;
        add(format!("cls.predictions.transform.LayerNorm.{part}"), &[d])?;
    }
    for dense in ["bert.pooler.dense", "cls.predictions.transform.dense"] {
        add(format!("{dense}.weight"), &[d, d])?;
        add(format!("{dense}.bias"), &[d])?;
    }
    add("cls.predictions.decoder.bias".into(), &[v])?;
    for layer in 0..config.num_hidden_layers {
        let layer = format!("bert.encoder.layer.{layer}");
        let attention = format!("{layer}.attention");
        for filter in ["filter_fn", "filter_fn2"] {
            let filter = format!("{attention}.{filter}");
            add(format!("{filter}.bias"), &[d])?;
            add(format!("{filter}.implicit_filter.1.freq"), &[1, o])?;
            for direction in ["implicit_filter", "implicit_filter_rev"] {
                for (place, inputs) in [(0, e), (2, o), (4, o)] {
                    add(format!("{filter}.{direction}.{place}.weight"), &[o, inputs])?;
                    add(format!("{filter}.{direction}.{place}.bias"), &[o])?;
                }
                add(format!("{filter}.{direction}.6.weight"), &[d, o])?;
            }
        }
        for (linear, outputs) in [("in_linear", 3 * d), ("out_linear", d)] {
            add(format!("{attention}.{linear}.weight"), &[outputs, d])?;
            add(format!("{attention}.{linear}.bias"), &[outputs])?;
        }
        add(format!("{attention}.short_filter.weight"), &[3 * d, 1, 3])?;
        add(format!("{attention}.short_filter.bias"), &[3 * d])?;
        add(format!("{layer}.mlp.gated_layers.weight"), &[nb, 2 * i / nb, d / nb])?;
        add(format!("{layer}.mlp.wo.weight"), &[nb, d / nb, i / nb])?;
        for norm in ["mlp.wo.bias", "mlp.layernorm.weight", "mlp.layernorm.bias"] {
            add(format!("{layer}.{norm}"), &[d])?;
        }
    }
    // Formulas rather than random numbers, the same in every filter.
    for layer in 0..config.num_hidden_layers {
        for filter in ["filter_fn", "filter_fn2"] {
            for name in ["pos_emb.z", "pos_emb.t", "modulation.deltas"] {
                let place = format!("bert.encoder.layer.{layer}.attention.{filter}.{name}");
                tensors.insert(place, case.input(name, DType::F32)?);
            }
        }
    }
    for (name, first) in case.config["recipe_probe_first4"].as_object().into_iter().flatten() {
        let expected: Vec<f32> =
            first.as_array().into_iter().flatten().filter_map(|v| Some(v.as_f64()? as f32)).collect();
        let flat = reshape(&tensors[name], &[-1])?.slice(s![..4])?;
        assert_eq!(flat.to_vec::<f32>()?, expected, "the recipe of {name}");
    }
    Ok(Weights::new(tensors, None))
}

pub(crate) fn full_size(case: &Case, dtype: DType) -> Result<Outcome> {
    let config = config(case)?;
    let weights = recipe_weights(case, &config)?;
    let model = MaskedLm::load(&weights, &config)?;
    weights.finish(|_| false, |_| false)?;
    let ids = case.input("input_ids", dtype)?;
    let states = model.encoder().states(&ids, None)?;
    eval(&states)?;
    let last = &states[states.len() - 1];
    let pos = case.input("pos", dtype)?;
    let mut outcome = Outcome::default();
    for (i, state) in states.iter().enumerate() {
        let name = if i == 0 { "emb".to_string() } else { (i - 1).to_string() };
        outcome.add(format!("hidden.{name}.slice"), take(state, &pos, 1)?.slice(s![..., ..24])?);
    }
    let mask = case.input("attention_mask", dtype)?;
    outcome.add("cls", model.encoder().pool(last, None, Pooling::Cls)?);
    outcome.add("mean_masked", model.encoder().pool(last, Some(&mask), Pooling::Mean)?);
    outcome.add("pooled_cls", model.encoder().pool(last, None, Pooling::Pooler)?);
    let logits = model.logits(&take(last, &pos, 1)?)?;
    outcome.add("logits.slice", logits.slice(s![..., ..64])?);
    let best: Vec<i64> = argmax(&logits, -1, false)?.to_vec::<u32>()?.into_iter().map(i64::from).collect();
    assert_eq!(
        best,
        case.input("logits_argmax_f64", dtype)?.to_vec::<i64>()?,
        "{}: the likeliest words",
        case.name
    );
    let (positions, words) = targets(&case.input("labels", dtype)?)?;
    outcome.add("mlm_loss", model.loss(last, &positions, &words)?);
    Ok(outcome)
}
