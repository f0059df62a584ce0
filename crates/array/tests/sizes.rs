//! Shapes of more elements than a machine has room for are errors before any memory is taken, whoever asks for them.

use emberforge_array::{self as mx, Array, DType, Indexing, Result, eval, memory_stats, random};

/// 2^40 elements.
const HUGE: usize = 1 << 40;
/// 2^20 elements: a small array whose products with itself are huge.
const SIDE: usize = 1 << 20;

/// Builds and asks for dense data (a constant, or a view by strides of 0, is an array of one element as long as nobody
/// does); gives the error's text.
fn refusal(name: &str, build: impl FnOnce() -> Result<Array>) -> String {
    let before = memory_stats().peak;
    let error = build().and_then(|x| eval([&mx::contiguous(&x)?])).expect_err(name).to_string();
    assert!(memory_stats().peak < before + (64 << 20), "{name} took memory first");
    error
}

fn line() -> Result<Array> {
    mx::zeros(&[SIDE], DType::U8)
}

#[test]
fn two_to_the_forty_elements_are_refused() {
    type Build = Box<dyn FnOnce() -> Result<Array>>;
    let cases: Vec<(&str, Build)> = vec![
        ("zeros", Box::new(|| mx::zeros(&[HUGE], DType::F32))),
        ("ones", Box::new(|| mx::ones(&[SIDE, SIDE], DType::F32))),
        ("full", Box::new(|| mx::full(&[SIDE, SIDE], 2.5, None))),
        ("full of an array", Box::new(|| mx::full(&[SIDE, SIDE], &line()?, None))),
        ("eye", Box::new(|| mx::eye(SIDE, None, 0, DType::F32))),
        ("identity", Box::new(|| mx::identity(SIDE, DType::F32))),
        ("tri", Box::new(|| mx::tri(SIDE, None, 0, DType::F32))),
        ("arange", Box::new(|| mx::arange(HUGE as f64, DType::F32))),
        ("linspace", Box::new(|| mx::linspace(0.0, 1.0, HUGE, true, DType::F32))),
        ("hanning", Box::new(|| mx::hanning(HUGE))),
        ("hamming", Box::new(|| mx::hamming(HUGE))),
        ("blackman", Box::new(|| mx::blackman(HUGE))),
        ("bartlett", Box::new(|| mx::bartlett(HUGE))),
        (
            "meshgrid",
            Box::new(|| mx::contiguous(&mx::meshgrid(&[&line()?, &line()?], false, Indexing::Ij)?[0])),
        ),
        ("diag", Box::new(|| mx::diag(&line()?, 0))),
        ("broadcast_to", Box::new(|| mx::broadcast_to(&line()?, &[SIDE, SIDE]))),
        ("tile", Box::new(|| mx::tile(&line()?, &[SIDE]))),
        ("repeat", Box::new(|| mx::repeat(&line()?, SIDE, 0))),
        ("outer", Box::new(|| mx::outer(&line()?, &line()?))),
        ("kron", Box::new(|| mx::kron(&line()?, &line()?))),
        ("pad", Box::new(|| mx::pad(&line()?, HUGE, mx::PadMode::default()))),
        (
            "take",
            Box::new(|| mx::take(&mx::zeros(&[1, SIDE], DType::U8)?, &mx::zeros(&[SIDE], DType::I32)?, 0)),
        ),
        ("add", Box::new(|| mx::add(&mx::reshape(&line()?, &[-1, 1])?, &line()?))),
        (
            "matmul",
            Box::new(|| {
                let x = mx::zeros(&[SIDE, 1], DType::F32)?;
                mx::matmul(&x, &mx::transpose_all(&x)?)
            }),
        ),
        (
            "einsum",
            Box::new(|| {
                let x = mx::zeros(&[SIDE], DType::F32)?;
                mx::einsum("i,j->ij", &[&x, &x])
            }),
        ),
        ("fftfreq", Box::new(|| mx::fft::fftfreq(HUGE, 1.0))),
        ("uniform", Box::new(|| random::uniform(0.0, 1.0, &[HUGE], DType::F32, None))),
        ("normal", Box::new(|| random::normal(&[HUGE], DType::F32, None))),
        ("bits", Box::new(|| random::bits(&[HUGE], DType::U32, None))),
        ("randint", Box::new(|| random::randint(0, 9, &[HUGE], DType::I32, None))),
        ("permutation", Box::new(|| random::permutation(HUGE, None))),
    ];
    for (name, build) in cases {
        let text = refusal(name, build);
        assert!(
            text.contains("more than this machine can give") || text.contains("elements"),
            "{name}: {text}"
        );
    }
}

#[test]
fn products_of_sizes_beyond_64_bits_are_refused_when_the_node_is_built() -> Result<()> {
    let huge = [HUGE, HUGE];
    for (name, built) in [
        ("zeros", mx::zeros(&huge, DType::F32)),
        ("full", mx::full(&huge, 1, None)),
        ("eye", mx::eye(HUGE, None, 0, DType::F32)),
        ("tri", mx::tri(HUGE, None, 0, DType::F32)),
        ("broadcast_to", mx::broadcast_to(&Array::scalar(1), &huge)),
        ("tile", mx::tile(&Array::from_slice(&[1, 2], &[2])?, &huge)),
        ("repeat", mx::repeat(&Array::from_slice(&[1, 2], &[2])?, usize::MAX, 0)),
        ("reshape", mx::reshape(&Array::scalar(1), &[1 << 40, 1 << 40])),
        ("as_strided", mx::as_strided(&Array::scalar(1), &huge, &[0, 0], 0)),
        ("uniform", random::uniform(0.0, 1.0, &huge, DType::F32, None)),
        ("randint", random::randint(0, 9, &huge, DType::I32, None)),
        ("linspace", mx::linspace(0.0, 1.0, usize::MAX, true, DType::F32)),
        ("pad", mx::pad(&Array::from_slice(&[1], &[1])?, usize::MAX, mx::PadMode::default())),
    ] {
        let text = built.expect_err(name).to_string();
        assert!(text.len() > 20, "{name}: {text}");
    }
    Ok(())
}
