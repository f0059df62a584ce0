//! What must not change a result.

use emberforge_array::{Array, DType, Profile, Result, eval, s};
use emberforge_m2::{Classifier, Config, Encoder, Head, Pooling, Problem, Weights, initial_weights};

fn config() -> Config {
    Config {
        vocab_size: 96,
        hidden_size: 48,
        num_hidden_layers: 3,
        intermediate_size: 96,
        max_position_embeddings: 40,
        long_conv_l_max: Some(40),
        hyena_filter_order: 16,
        ..Config::default()
    }
}

fn encoder(config: &Config) -> Result<Encoder> {
    let weights = Weights::new(initial_weights(config, Head::Pooler, 5)?, None);
    Encoder::load(&weights.root().at("bert"), config)
}

/// Token ids of text number `i`.
fn text(i: usize, l: usize) -> Vec<i64> {
    (0..l).map(|n| ((n * 31 + i * 17 + n * n * i) % 95 + 1) as i64).collect()
}

fn batch(texts: &[Vec<i64>]) -> Result<Array> {
    Array::from_slice(&texts.concat(), &[texts.len(), texts[0].len()])
}

fn bits(x: &Array) -> Result<Vec<u32>> {
    Ok(x.to_vec::<f32>()?.into_iter().map(f32::to_bits).collect())
}

/// Lengths with a direct and with a transformed convolution, odd and even, and one token alone.
const LENGTHS: [usize; 4] = [1, 9, 32, 40];

#[test]
fn a_text_has_the_same_bits_alone_and_in_any_batch_and_order() -> Result<()> {
    let encoder = encoder(&config())?;
    Profile::Deterministic.within(|| {
        for l in LENGTHS {
            let texts: Vec<_> = (0..7).map(|i| text(i, l)).collect();
            let embed = |texts: &[Vec<i64>]| {
                let hidden = encoder.forward(&batch(texts)?, None)?;
                encoder.pool(&hidden, None, Pooling::Pooler)
            };
            let together = embed(&texts)?;
            let backwards = embed(&texts.iter().rev().cloned().collect::<Vec<_>>())?;
            for (i, text) in texts.iter().enumerate() {
                let alone = bits(&embed(std::slice::from_ref(text))?)?;
                let row = |x: &Array, i: usize| bits(&x.slice(s![i as i64])?);
                assert_eq!(row(&together, i)?, alone, "length {l}, text {i} of 7");
                assert_eq!(row(&backwards, 6 - i)?, alone, "length {l}, text {i} in the reverse order");
            }
        }
        Ok(())
    })
}

#[test]
fn states_of_some_tokens_have_the_bits_that_they_have_among_all() -> Result<()> {
    let (ids, mask) = (batch(&[text(1, 32), text(2, 32)])?, batch(&[vec![1; 32], vec![1; 32]])?);
    for config in
        [config(), Config { pool_all: true, ..config() }, Config { num_hidden_layers: 1, ..config() }]
    {
        let encoder = encoder(&config)?;
        let hidden = encoder.forward(&ids, None)?;
        let some = encoder.forward_of(&ids, None, |states| states.slice(s![.., 3..9]))?;
        assert_eq!(bits(&some)?, bits(&hidden.slice(s![.., 3..9])?)?);
        for pooling in [Pooling::Pooler, Pooling::Cls, Pooling::Mean] {
            let vectors = encoder.vectors(&ids, Some(&mask), pooling)?;
            assert_eq!(bits(&vectors)?, bits(&encoder.pool(&hidden, Some(&mask), pooling)?)?, "{pooling:?}");
        }
    }
    Ok(())
}

#[test]
fn lengths_used_before_do_not_change_a_result() -> Result<()> {
    let (used, fresh) = (encoder(&config())?, encoder(&config())?);
    for l in LENGTHS {
        eval([&used.forward(&batch(&[text(1, l)])?, None)?])?;
    }
    let ids = batch(&[text(2, 9)])?;
    assert_eq!(bits(&used.forward(&ids, None)?)?, bits(&fresh.forward(&ids, None)?)?);
    Ok(())
}

/// Taps for length L are the first L for length M (specification 4.1): a causal model is a function of the tokens so far.
#[test]
fn a_causal_models_states_do_not_depend_on_later_tokens() -> Result<()> {
    let config = Config { bidirectional: false, ..config() };
    let encoder = encoder(&config)?;
    let whole = encoder.forward(&batch(&[text(3, 40)])?, None)?;
    for l in [1i64, 9, 32] {
        let short = encoder.forward(&batch(&[text(3, 40)[..l as usize].to_vec()])?, None)?;
        let (short, head) = (short.to_f64_vec()?, whole.slice(s![.., ..l])?.to_f64_vec()?);
        let worst = short.iter().zip(&head).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(worst < 2e-5, "length {l}: {worst}");
    }
    Ok(())
}

#[test]
fn a_filters_taps_for_a_short_length_are_the_first_of_the_longest() -> Result<()> {
    let weights = Weights::new(initial_weights(&config(), Head::Pooler, 5)?, None);
    let scope = weights.root().at("bert").at("encoder").at("layer").at(0).at("attention").at("filter_fn");
    let filter = emberforge_m2::layers::HyenaFilter::load(&scope, &config())?;
    let (whole, reverse) = filter.taps(40)?;
    for l in [1i64, 9, 32] {
        let (taps, taps_reverse) = filter.taps(l as usize)?;
        for (short, long) in
            [(&taps, &whole), (&taps_reverse.expect("two-sided"), reverse.as_ref().expect("two-sided"))]
        {
            let (a, b) = (short.to_f64_vec()?, long.slice(s![.., ..l])?.to_f64_vec()?);
            assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() <= 2e-6 + 1e-5 * b.abs()), "length {l}");
        }
    }
    Ok(())
}

#[test]
fn a_text_longer_than_the_model_is_an_error() -> Result<()> {
    let positions = Config { use_positional_encodings: false, ..config() };
    for config in [config(), positions] {
        let message =
            encoder(&config)?.forward(&batch(&[text(0, 41)])?, None).expect_err("too long").to_string();
        assert!(message.contains("41 tokens") && message.contains("40"), "{message}");
    }
    Ok(())
}

#[test]
fn a_classifiers_losses_are_those_of_their_formulas() -> Result<()> {
    let weights = Weights::new(initial_weights(&config(), Head::Classifier(3), 5)?, None);
    let model = Classifier::load(&weights, &config())?;
    weights.finish(|_| false, |name| name.ends_with(".freq"))?;
    let hidden = model.encoder().forward(&batch(&[text(0, 9), text(1, 9)])?, None)?;
    assert_eq!((model.logits(&hidden, None)?.shape(), model.outputs()), (&[2, 3][..], 3));
    let direct = model.forward(&batch(&[text(0, 9), text(1, 9)])?, None)?;
    assert_eq!(bits(&direct)?, bits(&model.logits(&hidden, None)?)?);

    let x = [[0.5f64, -2.0, 300.0], [-0.25, 1.0, -300.0]];
    let logits = Array::from_slice(&x.concat(), &[2, 3])?;
    let near = |loss: Array, expected: f64| {
        let loss = loss.item::<f64>()?;
        assert!((loss - expected).abs() < 1e-12 * expected.abs().max(1.0), "{loss}, not {expected}");
        Ok::<(), emberforge_m2::Error>(())
    };
    let entropy = |row: [f64; 3], class: usize| {
        let most = row.iter().fold(f64::MIN, |m, x| m.max(*x));
        most + row.iter().map(|x| (x - most).exp()).sum::<f64>().ln() - row[class]
    };
    let classes = Array::from_slice(&[1i64, 0], &[2])?;
    assert_eq!(Problem::of(3, classes.dtype()), Problem::SingleLabel);
    let expected = (entropy(x[0], 1) + entropy(x[1], 0)) / 2.0;
    near(Classifier::loss(&logits, &classes, Problem::SingleLabel)?, expected)?;

    let truths = [1.0f64, 0.0, 1.0, 0.0, 1.0, 0.0];
    let labels = Array::from_slice(&truths, &[2, 3])?;
    assert_eq!(Problem::of(3, labels.dtype()), Problem::MultiLabel);
    let losses = x.concat().into_iter().zip(truths).map(|(x, z): (f64, f64)| {
        let positive = x.max(0.0) + (-x.abs()).exp().ln_1p();
        positive - x * z
    });
    near(Classifier::loss(&logits, &labels, Problem::MultiLabel)?, losses.sum::<f64>() / 6.0)?;

    let numbers = Array::from_slice(&[1.5f64, 2.0], &[2])?;
    assert_eq!(Problem::of(1, numbers.dtype()), Problem::Regression);
    let one = logits.slice(s![.., ..1])?;
    near(Classifier::loss(&one, &numbers, Problem::Regression)?, (1.0 + 2.25f64.powi(2)) / 2.0)?;
    let message = Classifier::loss(&logits, &numbers, Problem::MultiLabel).expect_err("shapes").to_string();
    assert!(message.contains("[2] do not fit logits [2, 3]"), "{message}");
    Ok(())
}

#[test]
fn a_checkpoint_without_a_classifier_is_said_to_have_none() -> Result<()> {
    let weights = Weights::new(initial_weights(&config(), Head::Pooler, 5)?, Some(DType::F32));
    let message = Classifier::load(&weights, &config()).expect_err("none").to_string();
    assert!(message.contains("not made for classification"), "{message}");
    Ok(())
}
