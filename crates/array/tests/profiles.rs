//! The precision profiles: how near FFT, reductions and products come, and that their bits do not depend on threads.

use emberforge_array::{
    Array, Complex32, DType, Profile, Result, cumsum, eval, fft, fft::Norm, logsumexp, matmul, mean, prod,
    random, sum, var,
};

fn numbers(seed: u64, shape: &[usize]) -> Result<Array> {
    let x = random::normal(shape, DType::F32, Some(&random::key(seed)))?;
    eval([&x])?;
    Ok(x)
}

/// Asserts that 99.9 % of `found` are the correctly rounded result or one of its neighbours.
fn assert_within_one_ulp(found: &[f32], exact: &[f64], what: &str) {
    assert_eq!(found.len(), exact.len(), "{what}");
    // What is 0 by symmetry is a rounding error in the f64 reference.
    let beside = |f: f32, e: f64| {
        [f, f.next_up(), f.next_down()].contains(&(e as f32)) || (f64::from(f) - e).abs() < 1e-12
    };
    let within = found.iter().zip(exact).filter(|(f, e)| beside(**f, **e)).count();
    assert!(within * 1000 >= found.len() * 999, "{what}: {within} of {} are within 1 ulp", found.len());
}

fn parts(z: &[Complex32]) -> Vec<f32> {
    z.iter().flat_map(|z| [z.re, z.im]).collect()
}

/// The transform's definition in f64, real and imaginary parts in turn.
fn transform(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let roots: Vec<(f64, f64)> =
        (0..n).map(|i| (-std::f64::consts::TAU * i as f64 / n as f64).sin_cos()).collect();
    let frequency = |k: usize| {
        let terms = x.iter().enumerate().map(|(j, x)| (x, roots[j * k % n]));
        let (re, im) = terms.fold((0.0, 0.0), |(re, im), (x, (sin, cos))| (re + x * cos, im + x * sin));
        [re, im]
    };
    (0..n).flat_map(frequency).collect()
}

#[test]
fn extended_transforms_are_within_one_ulp() -> Result<()> {
    // Powers of two, composite, and a prime.
    for n in [64, 1000, 1009, 2048] {
        let x = numbers(n as u64, &[n])?;
        let exact = transform(&x.to_f64_vec()?);
        let (full, half, back) = Profile::Extended.within(|| -> Result<_> {
            let full = fft::fft(&x, None, -1, Norm::Backward)?;
            let half = fft::rfft(&x, None, -1, Norm::Backward)?;
            Ok((full, half, fft::ifft(&x, None, -1, Norm::Forward)?))
        })?;
        assert_within_one_ulp(&parts(&full.to_vec()?), &exact, &format!("fft of {n}"));
        assert_within_one_ulp(&parts(&half.to_vec()?), &exact[..2 * (n / 2 + 1)], &format!("rfft of {n}"));
        let conjugate: Vec<f64> = exact.chunks(2).flat_map(|z| [z[0], -z[1]]).collect();
        assert_within_one_ulp(&parts(&back.to_vec()?), &conjugate, &format!("ifft of {n}"));
        let fast = parts(&fft::fft(&x, None, -1, Norm::Backward)?.to_vec()?);
        assert!(fast.iter().zip(&exact).any(|(f, e)| *f != *e as f32), "fast rounds on its way, {n}");
    }
    Ok(())
}

#[test]
fn extended_reductions_are_within_one_ulp() -> Result<()> {
    let (rows, length) = (64, 3000);
    let x = numbers(1, &[rows, length])?;
    let elements = x.to_f64_vec()?;
    let each = |f: &dyn Fn(&[f64]) -> f64| elements.chunks(length).map(f).collect::<Vec<f64>>();
    let total = |row: &[f64]| row.iter().sum::<f64>();
    let middle = |row: &[f64]| total(row) / length as f64;
    let spread = |row: &[f64]| row.iter().map(|x| (x - middle(row)).powi(2)).sum::<f64>() / length as f64;
    let close = &x * 0.001 + 1.0;
    let near = close.to_f64_vec()?;
    let products: Vec<f64> = near.chunks(length).map(|row| row.iter().product()).collect();
    let running = |row: &[f64]| {
        let sums = row.iter().scan(0.0, |sum, x| {
            *sum += x;
            Some(*sum)
        });
        sums.collect::<Vec<f64>>()
    };
    Profile::Extended.within(|| {
        let check = |y: Array, exact: &[f64], what: &str| -> Result<()> {
            assert_eq!(y.dtype(), DType::F32, "{what}");
            assert_within_one_ulp(&y.to_vec()?, exact, what);
            Ok(())
        };
        check(sum(&x, -1, false)?, &each(&total), "sum")?;
        check(mean(&x, -1, false)?, &each(&middle), "mean")?;
        check(var(&x, -1, false, 0)?, &each(&spread), "var")?;
        check(prod(&close, -1, false)?, &products, "prod")?;
        let exact = each(&|row| row.iter().map(|x| x.exp()).sum::<f64>().ln());
        check(logsumexp(&x, -1, false)?, &exact, "logsumexp")?;
        let exact: Vec<f64> = elements.chunks(length).flat_map(running).collect();
        check(cumsum(&x, -1, Default::default())?, &exact, "cumsum")
    })
}

#[test]
fn extended_products_are_within_one_ulp() -> Result<()> {
    let (a, b) = (numbers(2, &[20, 500])?, numbers(3, &[500, 30])?);
    let (left, right) = (a.to_f64_vec()?, b.to_f64_vec()?);
    let dot = |i: usize, j: usize| (0..500).map(|k| left[i * 500 + k] * right[k * 30 + j]).sum::<f64>();
    let exact: Vec<f64> = (0..600).map(|at| dot(at / 30, at % 30)).collect();
    let y = Profile::Extended.within(|| matmul(&a, &b))?;
    assert_within_one_ulp(&y.to_vec()?, &exact, "matmul");
    Ok(())
}

#[test]
fn a_node_keeps_the_profile_it_was_built_under() -> Result<()> {
    let x = Array::from_slice(&[1.0f32, 1e8, -1e8], &[3])?;
    let inside = Profile::Extended.within(|| sum(&x, (), false))?;
    assert_eq!(Profile::current(), Profile::Fast);
    assert_eq!(inside.item::<f32>()?, 1.0, "evaluated outside");
    let outside = sum(&x, (), false)?;
    assert_eq!(Profile::Extended.within(|| outside.item::<f32>())?, 0.0, "evaluated inside");
    Ok(())
}

#[test]
fn the_deterministic_profile_gives_the_same_bits_for_every_number_of_threads() -> Result<()> {
    // Large enough to be spread over threads.
    let (x, w) = (numbers(4, &[130, 1001])?, numbers(5, &[1001, 70])?);
    let run = |threads: usize| -> Result<Vec<u32>> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        pool.install(|| {
            let results = Profile::Deterministic.within(|| -> Result<_> {
                let spectrum = fft::rfft(&x, None, -1, Norm::Ortho)?;
                let again = fft::irfft(&spectrum, 1001, -1, Norm::Ortho)?;
                Ok([
                    again,
                    fft::irfft(&fft::rfft(&x, None, 0, Norm::Ortho)?, 130, 0, Norm::Ortho)?,
                    sum(&x, (), false)?,
                    sum(&x, 0, false)?,
                    sum(&x, -1, false)?,
                    mean(&(&x * &x), (), false)?,
                    cumsum(&x, 0, Default::default())?,
                    matmul(&x, &w)?,
                ])
            })?;
            let mut bits = Vec::new();
            for y in &results {
                bits.extend(y.to_vec::<f32>()?.iter().map(|v| v.to_bits()));
            }
            Ok(bits)
        })
    };
    let expected = run(1)?;
    for threads in [2, 3, 8] {
        assert!(run(threads)? == expected, "{threads} threads");
    }
    Ok(())
}
