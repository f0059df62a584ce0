//! Cases of single layers.

use crate::cases::{Case, Outcome};
use emberforge_array::{
    Array, DType, LongConvOptions, Result, expand_dims, gelu, long_conv, reshape, sum, vjp,
};
use emberforge_m2::layers::{BlockDiagonal, HyenaFilter, Mlp, MonarchMixer, modulation_deltas};
use emberforge_m2::{Config, Scope, Weights};
use std::collections::BTreeMap;

pub(crate) fn position_features(case: &Case, dtype: DType) -> Result<Outcome> {
    let (z, t) =
        emberforge_m2::layers::position_features(case.number("seq_len"), case.number("emb_dim"), dtype)?;
    let mut outcome = Outcome::default();
    outcome.add("z", z);
    outcome.add("t", t);
    outcome.add("deltas", modulation_deltas(case.number("d_model"), dtype)?);
    Ok(outcome)
}

/// A configuration with the fields that a layer's case names.
fn config(case: &Case) -> Config {
    let number = |key: &str, default: usize| case.config[key].as_u64().map_or(default, |n| n as usize);
    let float = |key: &str, default: f64| case.config[key].as_f64().unwrap_or(default);
    let flag = |key: &str, default: bool| case.config[key].as_bool().unwrap_or(default);
    let base = Config::default();
    Config {
        hidden_size: number("d_model", number("hidden_size", base.hidden_size)),
        intermediate_size: number("intermediate_size", base.intermediate_size),
        long_conv_l_max: Some(number("l_max", 128)),
        hyena_emb_dim: number("emb_dim", number("hyena_emb_dim", base.hyena_emb_dim)),
        hyena_filter_order: number("order", number("hyena_filter_order", base.hyena_filter_order)),
        hyena_w_mod: float("hyena_w_mod", 1.0),
        hyena_training_additions: flag("hyena_training_additions", false),
        bidirectional: flag("bidirectional", true),
        residual_long_conv: flag("residual_long_conv", true),
        use_glu_mlp: flag("use_glu_mlp", true),
        use_monarch_mlp: flag("use_monarch_mlp", true),
        monarch_mlp_nblocks: number("monarch_mlp_nblocks", 4),
        layer_norm_eps: float("layer_norm_eps", 1e-12),
        ..base
    }
}

/// Runs a layer and differentiates it: outputs, and gradients of `parameters` (under `prefix`) and `inputs` for the
/// given cotangents. Buffers and unused tensors, which have no golden gradient, are left out.
fn differentiated(
    case: &Case,
    dtype: DType,
    prefix: &str,
    inputs: &[&str],
    outputs: &[(&str, &str)],
    layer: impl Fn(Scope<'_>, &[Array]) -> Result<Vec<Array>>,
) -> Result<Outcome> {
    let parameters: BTreeMap<String, Array> = case.parameters(prefix, dtype)?;
    let names: Vec<String> = parameters.keys().cloned().collect();
    let mut primals: Vec<Array> = parameters.into_values().collect();
    for input in inputs {
        primals.push(case.input(input, dtype)?);
    }
    let cotangents = outputs.iter().map(|(_, g)| case.input(g, dtype)).collect::<Result<Vec<_>>>()?;
    let run = |primals: &[Array]| {
        let tensors = names.iter().cloned().zip(primals.iter().cloned()).collect();
        let weights = Weights::new(tensors, None);
        let result = layer(weights.root(), &primals[names.len()..])?;
        weights.finish(|_| false, |_| false)?;
        Ok(result)
    };
    let (results, gradients) = vjp(run, &primals, &cotangents)?;
    let mut outcome = Outcome::default();
    for ((name, _), result) in outputs.iter().zip(results) {
        outcome.add(*name, result);
    }
    let all = names.iter().map(|n| format!("{prefix}{n}")).chain(inputs.iter().map(|i| i.to_string()));
    for (name, gradient) in all.zip(gradients) {
        let name = format!("grad.{name}");
        if case.has(&format!("{name}.f64")) {
            outcome.add(name, gradient);
        }
    }
    Ok(outcome)
}

pub(crate) fn filter(case: &Case, dtype: DType) -> Result<Outcome> {
    let (config, l) = (config(case), case.number("L"));
    let mut outputs = vec![("k", "gk")];
    if config.bidirectional {
        outputs.push(("k_rev", "gkr"));
    }
    differentiated(case, dtype, "hyena.", &[], &outputs, |scope, _| {
        let (k, reverse) = HyenaFilter::load(&scope, &config)?.taps(l)?;
        Ok([Some(k), reverse].into_iter().flatten().collect())
    })
}

pub(crate) fn mixer(case: &Case, dtype: DType) -> Result<Outcome> {
    let config = config(case);
    let layer = |scope: Scope<'_>, inputs: &[Array]| {
        Ok(vec![MonarchMixer::load(&scope, &config)?.forward(&inputs[0])?])
    };
    let mut outcome = differentiated(case, dtype, "mixer.", &["u"], &[("out", "g")], layer)?;
    let loss = sum(&(&outcome.0[0].1 * case.input("g", dtype)?), (), false)?;
    outcome.add("loss", loss);
    Ok(outcome)
}

pub(crate) fn block_diagonal(case: &Case, dtype: DType) -> Result<Outcome> {
    let (inputs, outputs) = (case.number("in_features"), case.number("out_features"));
    let (blocks, bias, shuffle) = (case.number("nblocks"), case.flag("bias"), case.flag("shuffle"));
    differentiated(case, dtype, "bd.", &["x"], &[("y", "g")], |scope, x| {
        Ok(vec![BlockDiagonal::load(&scope, inputs, outputs, blocks, bias, shuffle)?.forward(&x[0])?])
    })
}

pub(crate) fn mlp(case: &Case, dtype: DType) -> Result<Outcome> {
    let config = config(case);
    differentiated(case, dtype, "mlp.", &["x"], &[("y", "g")], |scope, x| {
        Ok(vec![Mlp::load(&scope, &config)?.forward(&x[0])?])
    })
}

/// The convolution that the model's layers stand on, in the forms of the reference that it can take.
pub(crate) fn long_convolution(case: &Case, dtype: DType) -> Result<Outcome> {
    let primals =
        ["u", "kf", "kr", "D"].map(|n| case.input(n, dtype)).into_iter().collect::<Result<Vec<_>>>()?;
    let options = LongConvOptions::default();
    let channels = primals[0].shape()[1] as i64;
    let skip = |d: &Array| reshape(d, &[channels]);
    let two_sided = |x: &[Array]| long_conv(&x[0], (&x[1], &x[2]), Some(&skip(&x[3])?), &options);
    let causal = |x: &[Array]| long_conv(&x[0], &x[1], Some(&skip(&x[3])?), &options);
    let gy = case.input("gy", dtype)?;
    let mut outcome = Outcome::default();
    let (y, g) = vjp(|x| Ok(vec![two_sided(x)?]), &primals, std::slice::from_ref(&gy))?;
    outcome.add("gelu", gelu(&y[0])?);
    outcome.add("mask", &y[0] * expand_dims(&case.input("mask", dtype)?, -1)?);
    outcome.add("bidir", y[0].clone());
    for (name, g) in ["u", "kf", "kr", "D"].iter().zip(g) {
        outcome.add(format!("grad.bidir.{name}"), g);
    }
    let (y, g) = vjp(|x| Ok(vec![causal(x)?]), &primals, &[gy])?;
    outcome.add("causal", y[0].clone());
    for (name, g) in [("u", &g[0]), ("kf", &g[1]), ("D", &g[3])] {
        outcome.add(format!("grad.causal.{name}"), g.clone());
    }
    Ok(outcome)
}
