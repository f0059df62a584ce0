//! Donation: dead inputs are overwritten, and nothing that can still be read ever is.
//!
//! A test program of its own: it counts the process's donated bytes.

use emberforge_array::{
    Array, DType, Result, broadcast_to, eval, exp, grad, memory_stats, random, reshape, sum, transpose_all,
};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Elements of an array that is large enough.
const N: usize = 1 << 16;

/// The counter is the process's, so one test runs at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The numbers 0, 1, 2, ..., evaluated.
fn counting() -> Result<Array> {
    Array::from_slice(&(0..N).map(|i| i as f32).collect::<Vec<_>>(), &[N])
}

/// Bytes donated by `run`, and what it gives.
fn donated<T>(run: impl FnOnce() -> Result<T>) -> Result<(usize, T)> {
    let before = memory_stats().donated;
    let result = run()?;
    Ok((memory_stats().donated - before, result))
}

fn expect(x: &Array, f: impl Fn(f32) -> f32) -> Result<()> {
    let data = x.to_vec::<f32>()?;
    assert!(data.iter().enumerate().all(|(i, y)| *y == f(i as f32)), "{:?}", &data[..4]);
    Ok(())
}

#[test]
fn a_dead_input_is_overwritten_and_the_peak_does_not_grow() -> Result<()> {
    let _alone = alone();
    let x = counting()?;
    emberforge_array::reset_peak_memory();
    let before = memory_stats().peak;
    let (bytes, y) = donated(|| {
        let y = x * 2.0 + 1.0;
        eval([&y])?;
        Ok(y)
    })?;
    assert_eq!(bytes, 4 * N);
    assert!(memory_stats().peak < before + N, "{:?}", memory_stats());
    expect(&y, |i| i * 2.0 + 1.0)
}

#[test]
fn an_input_used_twice_or_in_another_dtype_of_the_same_width_is_overwritten() -> Result<()> {
    let _alone = alone();
    let x = counting()?;
    let (bytes, y) = donated(|| {
        let y = (&x * &x - &x).astype(DType::I32)?;
        drop(x);
        eval([&y])?;
        Ok(y)
    })?;
    assert_eq!(bytes, 4 * N);
    assert_eq!(y.to_vec::<i32>()?[1000], 999_000);
    Ok(())
}

#[test]
fn what_somebody_holds_is_left_alone() -> Result<()> {
    let _alone = alone();
    let x = counting()?;
    let view = reshape(&x, &[-1, 2])?;
    eval([&view])?;
    let (bytes, y) = donated(|| {
        // The view keeps the memory, the handle `x` the array, and the third reads through a pending node.
        let y = x.clone() + 1.0;
        eval([&y])?;
        let pending = exp(&x)?;
        let z = x + 1.0;
        eval([&z])?;
        assert_eq!(pending.to_vec::<f32>()?[0], 1.0);
        expect(&z, |i| i + 1.0)?;
        Ok(y)
    })?;
    assert_eq!(bytes, 0);
    expect(&y, |i| i + 1.0)?;
    expect(&reshape(&view, &[-1])?, |i| i)
}

#[test]
fn a_view_of_memory_or_another_width_is_no_donation() -> Result<()> {
    let _alone = alone();
    let (bytes, ()) = donated(|| {
        let transposed = transpose_all(&reshape(&counting()?, &[-1, 256])?)?;
        eval([&transposed])?;
        assert_eq!((transposed + 1.0).to_vec::<f32>()?[1], 257.0);
        let row = Array::from_slice(&[1.0f32; 256], &[256])?;
        let spread = broadcast_to(&row, &[N / 256, 256])?;
        eval([&spread])?;
        drop(row);
        assert_eq!(sum(&(spread + 1.0), (), false)?.item::<f32>()?, 2.0 * N as f32);
        let wide = counting()?.astype(DType::F64)?;
        assert_eq!(wide.to_vec::<f64>()?[N - 1], (N - 1) as f64);
        Ok(())
    })?;
    assert_eq!(bytes, 0);
    Ok(())
}

#[test]
fn each_step_of_a_loop_overwrites_the_one_before() -> Result<()> {
    let _alone = alone();
    let (bytes, x) = donated(|| {
        let mut x = counting()?;
        for _ in 0..10 {
            x = x + 1.0;
            eval([&x])?;
        }
        Ok(x)
    })?;
    assert_eq!(bytes, 10 * 4 * N);
    expect(&x, |i| i + 10.0)
}

#[test]
fn what_a_gradient_needs_survives() -> Result<()> {
    let _alone = alone();
    let x = counting()? / N as f64;
    let f = |x: &[Array]| {
        let y = exp(&x[0])?;
        eval([&y])?;
        let z = y * 2.0;
        eval([&z])?;
        sum(&(z * 3.0), (), false)
    };
    let g = grad(f)(std::slice::from_ref(&x))?;
    let (g, x) = (g[0].to_vec::<f32>()?, x.to_vec::<f32>()?);
    assert!(g.iter().zip(&x).all(|(g, x)| (g / (6.0 * x.exp()) - 1.0).abs() < 1e-5));
    Ok(())
}

#[test]
fn threads_that_evaluate_overlapping_graphs_never_meet_an_overwritten_array() -> Result<()> {
    let _alone = alone();
    for round in 0..150u32 {
        // Roots that share inner nodes whose input only the graph holds.
        let x = random::uniform(0.0, 1.0, &[N], DType::F32, Some(&random::key(round.into())))?;
        let expected = (&x * 2.0 + 1.0).to_vec::<f32>()?;
        let base = Array::from_slice(&x.to_vec::<f32>()?, &[N])?;
        let inner = base * 2.0;
        let roots = [&inner + 1.0, &inner + 1.0, &inner + 1.0];
        drop(inner);
        std::thread::scope(|scope| {
            for i in 0..4 {
                let (roots, expected) = (&roots, &expected);
                scope.spawn(move || {
                    for k in 0..3 {
                        let root = &roots[(i + k) % 3];
                        assert_eq!(&root.to_vec::<f32>().expect("it has data"), expected, "round {round}");
                    }
                });
            }
        });
    }
    Ok(())
}
