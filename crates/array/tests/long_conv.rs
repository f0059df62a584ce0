//! The long convolution against its definition in f64, the reference implementation's records, and finite differences.

use emberforge_array::{
    Array, DType, LongConvKernel, LongConvLayout, LongConvOptions, LongKernel, Profile, Result, fft,
    fft::Norm, long_conv, multiply, s, sum, swapaxes, vjp,
};

/// Numbers between -1 and 1, the same on every machine.
fn numbers(seed: u64, count: usize) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        f64::from(((state >> 11) as f64 / (1u64 << 52) as f64 - 1.0) as f32)
    };
    (0..count).map(|_| next()).collect()
}

fn array(data: &[f64], shape: &[usize], dtype: DType) -> Array {
    Array::from_slice(data, shape).and_then(|x| x.astype(dtype)).expect("as many elements as the shape has")
}

/// Shapes and operands of one case.
struct Case {
    batch: usize,
    channels: usize,
    length: usize,
    u: Vec<f64>,
    k: Vec<f64>,
    reverse: Vec<f64>,
    skip: Vec<f64>,
}

impl Case {
    fn new(batch: usize, channels: usize, length: usize) -> Case {
        let n = channels * length;
        Case {
            batch,
            channels,
            length,
            u: numbers(length as u64 + 1, batch * n),
            k: numbers(length as u64 + 2, n),
            reverse: numbers(length as u64 + 3, n),
            skip: numbers(length as u64 + 4, channels),
        }
    }

    fn u(&self, dtype: DType) -> Array {
        array(&self.u, &[self.batch, self.channels, self.length], dtype)
    }

    fn kernels(&self, dtype: DType) -> [Array; 2] {
        [&self.k, &self.reverse].map(|k| array(k, &[self.channels, self.length], dtype))
    }

    fn skip(&self, dtype: DType) -> Array {
        array(&self.skip, &[self.channels], dtype)
    }

    /// The definition.
    fn direct(&self, two_sided: bool) -> Vec<f64> {
        let length = self.length;
        let mut out = Vec::new();
        for (row, u) in self.u.chunks_exact(length.max(1)).enumerate() {
            let c = row % self.channels;
            let (k, reverse) = (&self.k[c * length..][..length], &self.reverse[c * length..][..length]);
            for n in 0..length {
                let past: f64 = (0..=n).map(|j| k[n - j] * u[j]).sum();
                let future: f64 = (n + 1..length).map(|j| reverse[j - n - 1] * u[j]).sum();
                out.push(past + if two_sided { future } else { 0.0 } + self.skip[c] * u[n]);
            }
        }
        out
    }
}

fn assert_close(found: &[f64], expected: &[f64], bound: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (i, (f, e)) in found.iter().zip(expected).enumerate() {
        assert!((f - e).abs() <= bound * (1.0 + e.abs()), "{what}, element {i}: {f} is not {e}");
    }
}

/// Lengths around every way in which a plan can be made: one vector, each count of rows, odd and even levels, ragged ends.
const LENGTHS: [usize; 24] =
    [1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 24, 31, 40, 48, 50, 56, 63, 64, 65, 100, 127, 129, 257, 1000];

#[test]
fn every_length_is_the_linear_convolution() -> Result<()> {
    for length in LENGTHS {
        let case = Case::new(2, 3, length);
        for (dtype, bound) in [(DType::F32, 1e-6 * (length as f64).sqrt().max(4.0)), (DType::F64, 1e-13)] {
            let ([k, reverse], skip) = (case.kernels(dtype), case.skip(dtype));
            let options = LongConvOptions::default();
            let causal = long_conv(&case.u(dtype), &k, Some(&skip), &options)?;
            assert_eq!(causal.dtype(), dtype);
            assert_close(
                &causal.to_f64_vec()?,
                &case.direct(false),
                bound,
                &format!("causal {dtype} {length}"),
            );
            let both = long_conv(&case.u(dtype), (&k, &reverse), Some(&skip), &options)?;
            assert_close(
                &both.to_f64_vec()?,
                &case.direct(true),
                bound,
                &format!("two-sided {dtype} {length}"),
            );
        }
    }
    Ok(())
}

#[test]
fn a_transform_that_leaves_the_cache_is_the_same_convolution() -> Result<()> {
    // 8 * 256 vectors fill a piece; these lengths take one and two passes over everything before.
    for length in [3000, 20_000] {
        let case = Case::new(1, 1, length);
        let [k, reverse] = case.kernels(DType::F64);
        let y = long_conv(&case.u(DType::F64), (&k, &reverse), None, &LongConvOptions::default())?
            .to_f64_vec()?;
        for n in (0..length).step_by(997) {
            let past: f64 = (0..=n).map(|j| case.k[n - j] * case.u[j]).sum();
            let future: f64 = (n + 1..length).map(|j| case.reverse[j - n - 1] * case.u[j]).sum();
            assert!((y[n] - past - future).abs() < 1e-10, "{length}, element {n}");
        }
    }
    Ok(())
}

#[test]
fn gates_residual_and_layout_are_the_unfused_operations() -> Result<()> {
    for length in [1, 5, 16, 40, 300] {
        let case = Case::new(3, 18, length);
        let ([k, reverse], skip) = (case.kernels(DType::F32), case.skip(DType::F32));
        let gate = |seed| array(&numbers(seed, case.u.len()), &[3, 18, length], DType::F32);
        let (pre, post, residual) = (gate(7), gate(8), gate(9));
        let u = case.u(DType::F32);
        let plain =
            long_conv(&multiply(&u, &pre)?, (&k, &reverse), Some(&skip), &LongConvOptions::default())?;
        let unfused = (&plain * &post + &residual).to_vec::<f32>()?;
        let mut options = LongConvOptions {
            pre_gate: Some(pre.clone()),
            post_gate: Some(post.clone()),
            residual: Some(residual.clone()),
            ..Default::default()
        };
        let fused = long_conv(&u, (&k, &reverse), Some(&skip), &options)?;
        assert_eq!(fused.to_vec::<f32>()?, unfused, "fused, {length}");
        let last =
            |x: &Array| swapaxes(x, -1, -2).and_then(|x| Array::from_slice(&x.to_vec::<f32>()?, x.shape()));
        options = LongConvOptions {
            pre_gate: Some(last(&pre)?),
            post_gate: Some(last(&post)?),
            residual: Some(last(&residual)?),
            layout: LongConvLayout::ChannelsLast,
        };
        let channels_last = long_conv(&last(&u)?, (&k, &reverse), Some(&skip), &options)?;
        assert_eq!(channels_last.shape(), [3, length, 18]);
        assert_eq!(swapaxes(&channels_last, -1, -2)?.to_vec::<f32>()?, unfused, "channels last, {length}");
    }
    Ok(())
}

#[test]
fn a_prepared_kernel_gives_the_same_bits_and_serves_shorter_rows() -> Result<()> {
    let case = Case::new(2, 3, 100);
    let [k, reverse] = case.kernels(DType::F32);
    let prepared = LongConvKernel::new((&k, &reverse), 100)?;
    let options = LongConvOptions::default();
    let direct = long_conv(&case.u(DType::F32), (&k, &reverse), None, &options)?;
    let again = long_conv(&case.u(DType::F32), &prepared, None, &options)?;
    assert_eq!(direct.to_vec::<f32>()?, again.to_vec::<f32>()?);
    let short = array(&case.u[..3 * 40], &[1, 3, 40], DType::F32);
    let with_prefix = long_conv(&short, (&k, &reverse), None, &options)?.to_f64_vec()?;
    assert_close(&long_conv(&short, &prepared, None, &options)?.to_f64_vec()?, &with_prefix, 1e-5, "prefix");
    Ok(())
}

#[test]
fn two_axes_half_types_and_no_elements() -> Result<()> {
    let case = Case::new(1, 3, 9);
    let [k, _] = case.kernels(DType::F32);
    let u = case.u(DType::F32);
    let options = LongConvOptions::default();
    let flat = long_conv(&array(&case.u, &[3, 9], DType::F32), &k, None, &options)?;
    assert_eq!(flat.shape(), [3, 9]);
    assert_eq!(flat.to_vec::<f32>()?, long_conv(&u, &k, None, &options)?.to_vec::<f32>()?);
    let half = long_conv(&u.astype(DType::BF16)?, &k.astype(DType::BF16)?, None, &options)?;
    assert_eq!(half.dtype(), DType::BF16);
    for shape in [[0, 3, 9], [2, 0, 9], [2, 3, 0]] {
        let taps = array(&numbers(1, shape[1] * 9), &[shape[1], 9], DType::F32);
        let y = long_conv(&emberforge_array::zeros(&shape, DType::F32)?, &taps, None, &options)?;
        assert_eq!((y.shape(), y.to_vec::<f32>()?), (&shape[..], vec![]));
    }
    Ok(())
}

#[test]
fn gradients_are_those_of_finite_differences_in_f64() -> Result<()> {
    // One channel is convolved by rows, three side by side in one tile, five in two.
    let batch = 2;
    for (channels, length) in [(1, 17), (3, 1), (3, 2), (3, 5), (3, 17), (3, 33), (5, 9)] {
        let case = Case::new(batch, channels, length);
        let shape = [batch, channels, length];
        let gate = |seed| array(&numbers(seed, case.u.len()), &shape, DType::F64);
        let [k, reverse] = case.kernels(DType::F64);
        let primals = [case.u(DType::F64), k, reverse, case.skip(DType::F64), gate(11), gate(12), gate(13)];
        let f = |x: &[Array]| -> Result<Vec<Array>> {
            let options = LongConvOptions {
                pre_gate: Some(x[4].clone()),
                post_gate: Some(x[5].clone()),
                residual: Some(x[6].clone()),
                ..Default::default()
            };
            Ok(vec![long_conv(&x[0], (&x[1], &x[2]), Some(&x[3]), &options)?])
        };
        let g = gate(14);
        let gradients = vjp(f, &primals, std::slice::from_ref(&g))?.1;
        let value = |x: &[Array]| sum(&multiply(&f(x)?[0], &g)?, (), false)?.item::<f64>();
        // The function is linear in each operand: central differences are exact but for rounding.
        for (i, (primal, gradient)) in primals.iter().zip(&gradients).enumerate() {
            let direction = array(&numbers(20 + i as u64, primal.size()), primal.shape(), DType::F64);
            let moved = |by: f64| -> Result<f64> {
                let mut x = primals.clone();
                x[i] = primal + &direction * by;
                value(&x)
            };
            let difference = (moved(0.5)? - moved(-0.5)?) / 1.0;
            let slope = sum(&multiply(gradient, &direction)?, (), false)?.item::<f64>()?;
            assert!(
                (slope - difference).abs() < 1e-10 * (1.0 + slope.abs()),
                "input {i} of {length}: {slope}, {difference}"
            );
        }
        // The last tap of the future is never used.
        let last: Vec<f64> =
            gradients[2].to_f64_vec()?.into_iter().skip(length - 1).step_by(length).collect();
        assert_eq!(last, vec![0.0; channels]);
    }
    Ok(())
}

#[test]
fn gradients_of_gradients_are_those_of_finite_differences() -> Result<()> {
    let case = Case::new(2, 2, 19);
    let [k, reverse] = case.kernels(DType::F64);
    let primals = [case.u(DType::F64), k, reverse];
    let f = |x: &[Array]| -> Result<Vec<Array>> {
        // Quadratic in every operand, so that its gradient depends on all of them.
        let y = long_conv(&x[0], (&x[1], &x[2]), None, &LongConvOptions::default())?;
        Ok(vec![sum(&multiply(&y, &y)?, (), false)?])
    };
    let one = Array::from_slice(&[1.0f64], &[])?;
    let gradient = |x: &[Array]| Ok(vjp(f, x, std::slice::from_ref(&one))?.1);
    let directions: Vec<Array> = primals
        .iter()
        .enumerate()
        .map(|(i, x)| array(&numbers(30 + i as u64, x.size()), x.shape(), DType::F64))
        .collect();
    let second = vjp(gradient, &primals, &directions)?.1;
    let value = |x: &[Array]| -> Result<f64> {
        let g = gradient(x)?;
        g.iter().zip(&directions).map(|(g, d)| sum(&multiply(g, d)?, (), false)?.item::<f64>()).sum()
    };
    for (i, primal) in primals.iter().enumerate() {
        let direction = array(&numbers(40 + i as u64, primal.size()), primal.shape(), DType::F64);
        let step = 1e-4;
        let moved = |by: f64| -> Result<f64> {
            let mut x = primals.clone();
            x[i] = primal + &direction * by;
            value(&x)
        };
        let difference = (moved(step)? - moved(-step)?) / (2.0 * step);
        let slope = sum(&multiply(&second[i], &direction)?, (), false)?.item::<f64>()?;
        assert!((slope - difference).abs() < 1e-6 * (1.0 + slope.abs()), "input {i}: {slope}, {difference}");
    }
    Ok(())
}

/// Channels, length, rms and largest error of `scipy.signal.fftconvolve` in f32 on the same rows
/// (tests/oracle/longconv_errors.py, scipy 1.17.1).
const SCIPY: [(usize, usize, f64, f64); 4] = [
    (2048, 128, 4.559e-07, 2.749e-06),
    (128, 1000, 1.773e-06, 1.058e-05),
    (64, 2048, 2.326e-06, 1.245e-05),
    (8, 8192, 5.068e-06, 2.496e-05),
];

#[test]
fn fast_is_as_near_as_scipy() -> Result<()> {
    for (channels, length, scipy_rms, scipy_max) in SCIPY {
        let mut case = Case::new(1, channels, length);
        case.skip.fill(0.0);
        let [k, _] = case.kernels(DType::F32);
        let y = long_conv(&case.u(DType::F32), &k, None, &LongConvOptions::default())?.to_f64_vec()?;
        let exact = case.direct(false);
        let errors = || y.iter().zip(&exact).map(|(y, e)| (y - e).abs());
        let rms = (errors().map(|e| e * e).sum::<f64>() / y.len() as f64).sqrt();
        let max = errors().fold(0.0, f64::max);
        assert!(rms <= 1.2 * scipy_rms, "rms of {length}: {rms:e}, scipy {scipy_rms:e}");
        assert!(max <= 1.2 * scipy_max, "largest of {length}: {max:e}, scipy {scipy_max:e}");
    }
    Ok(())
}

#[test]
fn the_extended_profile_rounds_once() -> Result<()> {
    let beside = |f: f32, e: f64| f == e as f32 || f.next_up() == e as f32 || f.next_down() == e as f32;
    for (channels, length) in [(1000, 1), (16, 128), (4, 1000), (1, 4096)] {
        let case = Case::new(1, channels, length);
        let ([k, reverse], skip) = (case.kernels(DType::F32), case.skip(DType::F32));
        let run = |kernel: LongKernel<'_>| {
            let u = case.u(DType::F32);
            Profile::Extended.within(|| long_conv(&u, kernel, Some(&skip), &LongConvOptions::default()))
        };
        for (y, two_sided) in [(run((&k).into())?, false), (run((&k, &reverse).into())?, true)] {
            assert_eq!(y.dtype(), DType::F32);
            let exact = case.direct(two_sided);
            let within = y.to_vec::<f32>()?.iter().zip(&exact).filter(|(f, e)| beside(**f, **e)).count();
            assert!(
                within * 1000 >= exact.len() * 999,
                "{length}: {within} of {} are within 1 ulp",
                exact.len()
            );
        }
    }
    Ok(())
}

#[test]
fn every_profile_gives_the_same_bits_for_every_number_of_threads_and_batch_size() -> Result<()> {
    // Enough elements to be spread over threads; odd lengths, so that pieces end raggedly.
    let (batch, channels, length) = (5, 7, 1023);
    let case = Case::new(batch, channels, length);
    let ([k, reverse], skip) = (case.kernels(DType::F32), case.skip(DType::F32));
    let one =
        array(&case.u[2 * channels * length..][..channels * length], &[1, channels, length], DType::F32);
    for profile in [Profile::Fast, Profile::Deterministic, Profile::Extended] {
        let run = |u: &Array, threads: usize| -> Result<Vec<Vec<f32>>> {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
            let f = |x: &[Array]| {
                Ok(vec![long_conv(&x[0], (&x[1], &x[2]), Some(&skip), &LongConvOptions::default())?])
            };
            pool.install(|| {
                let primals = [u.clone(), k.clone(), reverse.clone()];
                let (y, gradients) = profile.within(|| vjp(f, &primals, std::slice::from_ref(u)))?;
                y.iter().chain(&gradients).map(|x| x.to_vec()).collect()
            })
        };
        let u = case.u(DType::F32);
        let bits = |y: Vec<Vec<f32>>| y.concat().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        let expected = run(&u, 1)?;
        for threads in [2, 3, 8] {
            assert_eq!(bits(run(&u, threads)?), bits(expected.clone()), "{profile}, {threads} threads");
        }
        let alone = &run(&one, 2)?[0];
        assert_eq!(alone[..], expected[0][2 * channels * length..][..channels * length], "{profile}, alone");
    }
    Ok(())
}

#[test]
fn every_convention_of_normalisation_gives_the_same_convolution() -> Result<()> {
    for length in [1, 5, 128, 300] {
        let mut case = Case::new(2, 3, length);
        case.skip.fill(0.0);
        let (u, [k, _]) = (case.u(DType::F32), case.kernels(DType::F32));
        let y = long_conv(&u, &k, None, &LongConvOptions::default())?.to_f64_vec()?;
        let n = 2 * length;
        for (norm, scale) in
            [(Norm::Backward, 1.0), (Norm::Ortho, (n as f64).sqrt()), (Norm::Forward, n as f64)]
        {
            let spectrum = |x: &Array| fft::rfft(x, n, -1, norm);
            let product = multiply(&multiply(spectrum(&u)?, spectrum(&k)?)?, scale)?;
            let textbook = fft::irfft(&product, n, -1, norm)?.slice(s![.., .., ..length as i64])?;
            assert_close(&textbook.to_f64_vec()?, &y, 1e-5, &format!("{norm:?}, {length}"));
        }
        // The reference's: the kernel's spectrum divided by n, no factor on the way back.
        let kernel = multiply(fft::rfft(&k, n, -1, Norm::Backward)?, 1.0 / n as f64)?;
        let product = multiply(fft::rfft(&u, n, -1, Norm::Backward)?, &kernel)?;
        let reference = fft::irfft(&product, n, -1, Norm::Forward)?.slice(s![.., .., ..length as i64])?;
        assert_close(&reference.to_f64_vec()?, &y, 1e-5, &format!("reference, {length}"));
    }
    Ok(())
}

#[test]
fn what_does_not_fit_is_refused_with_the_rule() {
    let x = |shape: &[usize]| emberforge_array::zeros(shape, DType::F32).expect("small");
    let options = LongConvOptions::default();
    let message = |y: Result<Array>| y.expect_err("does not fit").to_string();
    let say = message(long_conv(&x(&[1, 2, 5]), &x(&[2, 4]), None, &options));
    assert!(say.contains("rows of 5 elements") && say.contains("4 taps"), "{say}");
    let say = message(long_conv(&x(&[1, 2, 4]), &x(&[3, 4]), None, &options));
    assert!(say.contains("2 channels") && say.contains("has 3"), "{say}");
    let say = message(long_conv(&x(&[1, 2, 4]), (&x(&[2, 4]), &x(&[2, 3])), None, &options));
    assert!(say.contains("`k_rev` has shape (2, 3)"), "{say}");
    let say = message(long_conv(&x(&[1, 2, 4]), &x(&[2, 4]), Some(&x(&[1, 2, 1])), &options));
    assert!(say.contains("`skip` has shape (1, 2, 1)"), "{say}");
    let say = message(long_conv(&x(&[4]), &x(&[2, 4]), None, &options));
    assert!(say.contains("`u` has shape (4,)"), "{say}");
    let complex = x(&[2, 4]).astype(DType::Complex64).expect("converts");
    let say = message(long_conv(&x(&[2, 4]), &complex, None, &options));
    assert!(say.contains("takes real floats and `k` is c"), "{say}");
    let gated = LongConvOptions { post_gate: Some(x(&[3, 4])), ..Default::default() };
    let say = message(long_conv(&x(&[2, 4]), &x(&[2, 4]), None, &gated));
    assert!(say.contains("(3, 4)"), "{say}");
    let prepared = LongConvKernel::new(&x(&[2, 4]), 4).expect("fits");
    let say = message(Profile::Extended.within(|| long_conv(&x(&[2, 4]), &prepared, None, &options)));
    assert!(say.contains("prepared in f32"), "{say}");
}

#[test]
fn nan_and_infinity_stay_in_their_row() -> Result<()> {
    let case = Case::new(1, 2, 20);
    let mut u = case.u.clone();
    u[3] = f64::NAN;
    let [k, _] = case.kernels(DType::F32);
    let y = long_conv(&array(&u, &[1, 2, 20], DType::F32), &k, None, &LongConvOptions::default())?
        .to_vec::<f32>()?;
    assert!(y[3..20].iter().all(|x| x.is_nan()));
    assert_eq!(
        y[20..],
        long_conv(&case.u(DType::F32), &k, None, &LongConvOptions::default())?.to_vec::<f32>()?[20..]
    );
    Ok(())
}
