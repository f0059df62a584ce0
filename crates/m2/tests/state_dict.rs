//! Names, shapes and counts of the published models' tensors.

use emberforge_array::{DType, Result};
use emberforge_m2::{Config, Head, checkpoint, initial_weights};
use std::path::Path;

fn published(d: usize, m: usize) -> Config {
    Config {
        hidden_size: d,
        intermediate_size: 4 * d,
        max_position_embeddings: m,
        long_conv_l_max: Some(m),
        ..Config::default()
    }
}

/// Parameters, tensors under several names once.
fn parameters(config: &Config, head: Head) -> Result<usize> {
    let count = |(name, x): (&String, &emberforge_array::Array)| {
        let other_name = name.ends_with(".freq") && !name.ends_with("implicit_filter.1.freq");
        let buffer = name.ends_with(".pos_emb.t") || name.ends_with(".modulation.deltas");
        if other_name || buffer || checkpoint::is_derived(name) { 0 } else { x.size() }
    };
    Ok(initial_weights(config, head, 0)?.iter().map(count).sum())
}

#[test]
fn the_eight_published_models_have_their_number_of_parameters() -> Result<()> {
    // d, M, with the MLM head, with the pooler.
    for (d, m, masked_lm, pooler) in [
        (768, 128, 80_267_328, 80_235_264),
        (960, 128, 115_583_616, 115_551_168),
        (1536, 128, 259_133_760, 259_100_160),
        (1792, 128, 341_038_144, 341_004_032),
        (1792, 2048, 344_709_184, 344_675_072),
        (768, 2048, 81_972_288, 81_940_224),
        (768, 8192, 87_428_160, 87_396_096),
        (768, 32768, 109_251_648, 109_219_584),
    ] {
        let config = published(d, m);
        assert_eq!(parameters(&config, Head::MaskedLm)?, masked_lm, "d {d}, M {m}, masked language model");
        assert_eq!(parameters(&config, Head::Pooler)?, pooler, "d {d}, M {m}, pooler");
    }
    let additions = Config { hyena_training_additions: true, ..published(768, 128) };
    assert_eq!(parameters(&additions, Head::MaskedLm)?, 80_285_760);
    Ok(())
}

/// The lists were written by the reference: `tests/golden/m2/keys`.
#[test]
fn state_dicts_have_the_references_names_shapes_and_dtypes() -> Result<()> {
    for (file, m, head) in
        [("m2-80m-mlm-keys.tsv", 128, Head::MaskedLm), ("m2-80m-2k-retrieval-keys.tsv", 2048, Head::Pooler)]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/m2/keys").join(file);
        let list = std::fs::read_to_string(&path).expect("the list is in the repository");
        let mut expected: Vec<(String, String, DType)> = list
            .lines()
            .skip(1)
            .map(|line| {
                let fields: Vec<&str> = line.split('\t').collect();
                let dtype = if fields[2] == "int64" { DType::I64 } else { DType::F32 };
                (fields[0].to_string(), fields[1].to_string(), dtype)
            })
            .collect();
        expected.sort();
        let ours: Vec<(String, String, DType)> = initial_weights(&published(768, m), head, 0)?
            .into_iter()
            .map(|(name, x)| (name, format!("{:?}", x.shape()), x.dtype()))
            .collect();
        assert!(expected.len() > 700);
        assert_eq!(ours, expected, "{file}");
    }
    Ok(())
}

#[test]
fn new_weights_follow_the_references_distributions() -> Result<()> {
    let config = Config { num_hidden_layers: 1, ..published(768, 128) };
    let tensors = initial_weights(&config, Head::MaskedLm, 3)?;
    // Mean and deviation as the reference draws them; the tolerance is five deviations of the estimate.
    let layer = "bert.encoder.layer.0";
    for (name, deviation) in [
        ("bert.embeddings.word_embeddings.weight".to_string(), 0.02),
        (format!("{layer}.attention.filter_fn.bias"), 1.0),
        (format!("{layer}.attention.in_linear.weight"), 0.02),
        (format!("{layer}.attention.short_filter.weight"), 1.0 / 3.0),
        (format!("{layer}.mlp.gated_layers.weight"), (4.0f64 / 768.0 / 3.0).sqrt()),
        (format!("{layer}.mlp.wo.bias"), (1.0f64 / 768.0 / 3.0).sqrt()),
    ] {
        let values = tensors[&name].to_f64_vec()?;
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let spread = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
        assert!(mean.abs() < 5.0 * deviation / n.sqrt(), "{name}: mean {mean}");
        assert!(
            (spread / deviation - 1.0).abs() < 5.0 / n.sqrt(),
            "{name}: deviation {spread}, not {deviation}"
        );
    }
    let padding = tensors["bert.embeddings.word_embeddings.weight"].to_f64_vec()?;
    assert!(padding[..768].iter().all(|x| *x == 0.0));
    Ok(())
}
