//! The graph: laziness, depth, sharing, errors, threads.

use emberforge_array::{
    Array, DType, Device, HostSync, Result, broadcast_to, eval, exp, full, grad, host_sync_guard, jvp,
    maximum, memory_stats, reshape, sum, transpose_all, vjp, zeros,
};

fn vector(data: &[f32]) -> Array {
    Array::from_slice(data, &[data.len()]).expect("as many elements as the shape has")
}

#[test]
fn a_chain_of_a_million_nodes_is_evaluated_and_dropped() -> Result<()> {
    let mut x = vector(&[0.0, 1.0]);
    for _ in 0..1_000_000 {
        x = x + 1.0;
    }
    assert_eq!(x.to_vec::<f32>()?, [1e6, 1_000_001.0]);
    let mut unused = vector(&[0.0]);
    for _ in 0..1_000_000 {
        unused = unused + 1.0;
    }
    drop(unused);
    Ok(())
}

#[test]
fn host_scalars_keep_half_types_and_evaluate_nothing() -> Result<()> {
    for dtype in [DType::F16, DType::BF16, DType::F32] {
        let x = full(&[3], 1.5, dtype)?;
        let before = memory_stats().active;
        let y = &x * 2.0 + 1.0;
        assert_eq!(y.dtype(), dtype);
        assert!(memory_stats().active <= before + 4096);
        assert_eq!(y.to_f64_vec()?, [4.0, 4.0, 4.0]);
    }
    assert_eq!((full(&[1], 7, DType::I32)? / 2).dtype(), DType::F32);
    Ok(())
}

#[test]
fn a_failed_array_names_the_rule_and_the_place_wherever_it_goes() {
    let wrong = vector(&[1.0, 2.0]) + vector(&[1.0, 2.0, 3.0]);
    let after = &wrong * 2.0 - 1.0;
    let message = after.to_vec::<f32>().expect_err("it cannot have data").to_string();
    assert!(message.contains("(2,) and (3,) cannot be broadcast together"), "{message}");
    assert!(message.contains("graph.rs:"), "{message}");
    assert!(exp(&wrong).is_err() && sum(&wrong, (), false).is_err() && eval([&wrong]).is_err());
}

#[test]
fn reading_never_changes_an_array() -> Result<()> {
    let x = vector(&[1.0, 2.0, 3.0]);
    let y = &x * 3.0;
    assert_eq!(y.to_vec::<f32>()?, y.to_vec::<f32>()?);
    assert_eq!((&y + &x).to_vec::<f32>()?, [4.0, 8.0, 12.0]);
    assert_eq!(x.to_vec::<f32>()?, [1.0, 2.0, 3.0]);
    Ok(())
}

#[test]
fn views_share_the_buffer_they_look_at() -> Result<()> {
    let x = full(&[256, 1024], 1, DType::F32)? + 0.0;
    eval([&x])?;
    let before = memory_stats().active;
    let t = transpose_all(&x)?;
    let b = broadcast_to(&x, &[8, 256, 1024])?;
    let r = reshape(&x, &[-1])?;
    eval([&t, &b, &r])?;
    assert!(memory_stats().active < before + (1 << 20), "no view made a copy");
    assert_eq!(sum(&b, (), false)?.item::<f32>()?, 8.0 * 256.0 * 1024.0);
    Ok(())
}

#[test]
fn a_denied_read_names_both_places() {
    let guard = host_sync_guard(HostSync::Deny);
    let message = vector(&[1.0]).item::<f32>().expect_err("denied").to_string();
    drop(guard);
    assert!(message.matches("graph.rs:").count() == 2, "{message}");
    assert!(vector(&[1.0]).item::<f32>().is_ok());
}

#[test]
fn the_null_device_knows_shapes_and_has_no_data() -> Result<()> {
    let y =
        Device::Null.within(|| -> Result<Array> { sum(&(zeros(&[4, 5], DType::F16)? * 2.0), 0, false) })?;
    assert_eq!((y.shape(), y.dtype()), (&[5][..], DType::F16));
    eval([&y])?;
    assert!(y.to_f64_vec().expect_err("no data").to_string().contains("null device"));
    Ok(())
}

#[test]
fn threads_may_evaluate_the_same_graph_at_once() -> Result<()> {
    let x = full(&[1 << 16], 1.0, DType::F32)?;
    let shared = exp(&x)? * 2.0;
    let results: Vec<Result<f32>> = std::thread::scope(|scope| {
        let spawn = |i: usize| {
            let shared = shared.clone();
            scope.spawn(move || sum(&(shared + i as i32), (), false)?.item::<f32>())
        };
        (0..8).map(spawn).collect::<Vec<_>>().into_iter().map(|t| t.join().expect("no panic")).collect()
    });
    for (i, result) in results.into_iter().enumerate() {
        let expected = (2.0 * 1f64.exp() + i as f64) * 65536.0;
        assert!((f64::from(result?) / expected - 1.0).abs() < 1e-6);
    }
    Ok(())
}

#[test]
fn intermediate_memory_is_reused_during_an_evaluation() -> Result<()> {
    let mut x = full(&[1 << 20], 1.0, DType::F32)? + 0.0;
    for _ in 0..64 {
        // A transposition ends each fused chain, so that every step has a buffer of its own.
        x = transpose_all(&reshape(&x, &[1 << 10, 1 << 10])?)? * 1.0;
    }
    emberforge_array::reset_peak_memory();
    let before = memory_stats().active;
    eval([&x])?;
    assert!(memory_stats().peak < before + (8 << 22), "{:?}", memory_stats());
    Ok(())
}

#[test]
fn second_derivatives_and_forward_mode_agree_with_calculus() -> Result<()> {
    // f = sum x^3: f' = 3x^2, f'' = 6x.
    let cube = |x: &[Array]| sum(&(&x[0] * &x[0] * &x[0]), (), false);
    let x = vector(&[1.0, 2.0]);
    assert_eq!(grad(cube)(std::slice::from_ref(&x))?[0].to_vec::<f32>()?, [3.0, 12.0]);
    let total = |x: &[Array]| sum(&grad(cube)(x)?[0], (), false);
    assert_eq!(grad(total)(std::slice::from_ref(&x))?[0].to_vec::<f32>()?, [6.0, 12.0]);
    let (_, moved) = jvp(|x| Ok(vec![cube(x)?]), std::slice::from_ref(&x), &[vector(&[1.0, 0.0])])?;
    assert_eq!(moved[0].item::<f32>()?, 3.0);
    let (_, g) = vjp(|x| Ok(vec![maximum(&x[0], 1.5)?]), &[x], &[vector(&[5.0, 7.0])])?;
    assert_eq!(g[0].to_vec::<f32>()?, [0.0, 7.0]);
    Ok(())
}

#[test]
fn a_value_read_inside_a_differentiated_function_does_not_cut_the_gradient() -> Result<()> {
    let f = |x: &[Array]| {
        let y = &x[0] * &x[0];
        let scale = y.item::<f32>()?;
        Ok(y * f64::from(scale))
    };
    assert_eq!(grad(f)(&[Array::scalar(3.0)])?[0].item::<f32>()?, 54.0);
    Ok(())
}
