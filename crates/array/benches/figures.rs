//! The figures promised for arrays, as ratios in one run: `cargo bench -p emberforge-array --bench figures`.
//!
//! Medians over interleaved repeats. Nothing is asserted: a slow machine is not a wrong one.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use emberforge_array::{Array, DType, Result, eval, full, max, sum, tanh};
use std::hint::black_box;
use std::time::Instant;

/// Elements of the large arrays: 64 MB of f32.
const LARGE: usize = 16 << 20;

fn main() -> Result<()> {
    // `cargo bench -p emberforge-array --bench figures -- chains` runs one section.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    type Section = (&'static str, fn() -> Result<()>);
    let sections: [Section; 4] =
        [("nodes", nodes), ("small", small), ("chains", chains), ("reductions", reductions)];
    for (name, section) in sections {
        if wanted.is_empty() || wanted.iter().any(|w| w == name) {
            section()?;
        }
    }
    Ok(())
}

/// Median seconds of `run` over `repeat` runs.
fn median(repeat: usize, mut run: impl FnMut() -> Result<()>) -> Result<f64> {
    run()?;
    let mut times = Vec::with_capacity(repeat);
    for _ in 0..repeat {
        let started = Instant::now();
        run()?;
        times.push(started.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    Ok(times[repeat / 2])
}

fn row(what: &str, seconds: f64, bytes: usize, reference: f64, goal: &str) {
    let rate = bytes as f64 / seconds / 1e9;
    println!(
        "{what:<44}{:>10.3} ms{rate:>9.1} GB/s{:>8.2} of memcpy   goal {goal}",
        seconds * 1e3,
        rate / reference
    );
}

/// GB/s that all cores copy (read and write counted), over arrays of the large size.
fn memcpy() -> Result<f64> {
    let from = vec![1u8; LARGE * 4];
    let mut to = vec![2u8; from.len()];
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let chunk = from.len() / threads;
    let seconds = median(9, || {
        std::thread::scope(|scope| {
            for (to, from) in to.chunks_mut(chunk).zip(from.chunks(chunk)) {
                scope.spawn(move || to.copy_from_slice(from));
            }
        });
        black_box(&mut to);
        Ok(())
    })?;
    Ok(2.0 * from.len() as f64 / seconds / 1e9)
}

fn large(value: f64) -> Result<Array> {
    let x = full(&[LARGE], value, DType::F32)? + 0.0;
    eval([&x])?;
    Ok(x)
}

fn nodes() -> Result<()> {
    let x = Array::from_slice(&[1.0f32, 2.0], &[2])?;
    building("`&y + &x`", |y| y + &x)?;
    building("`y * 2.0`, two nodes", |y| y * 2.0)
}

/// Builds chains; dropping them is not counted.
fn building(what: &str, step: impl Fn(&Array) -> Array) -> Result<()> {
    const COUNT: usize = 1000;
    let mut times = Vec::new();
    for _ in 0..99 {
        let mut y = Array::from_slice(&[1.0f32, 2.0], &[2])?;
        let started = Instant::now();
        for _ in 0..COUNT {
            y = step(&y);
        }
        times.push(started.elapsed().as_secs_f64() / COUNT as f64);
    }
    times.sort_by(f64::total_cmp);
    println!("building a node: {:.0} ns ({what}), goal <= 300 ns", times[times.len() / 2] * 1e9);
    Ok(())
}

fn small() -> Result<()> {
    let x = Array::from_slice(&[1.0f32; 16], &[16])?;
    let seconds = median(9, || {
        for _ in 0..1000 {
            eval([&(&x + &x)])?;
        }
        Ok(())
    })?;
    println!("evaluating one addition of 16 elements: {:.1} us", seconds / 1000.0 * 1e6);
    Ok(())
}

fn chains() -> Result<()> {
    let copy = memcpy()?;
    println!("memcpy of 64 MB on all cores: {copy:.1} GB/s read and written");
    let x = large(1.5)?;
    let y = large(0.5)?;
    let bytes = LARGE * 8;
    let seconds = median(9, || eval([&(((&x * 2.0 + 1.0) * 0.5 - 3.0) * 1.25)]))?;
    row("chain of 5: ((x*2+1)*0.5-3)*1.25", seconds, bytes, copy, ">= 0.7");
    let seconds = median(9, || eval([&(((&x * &y + 1.0) * &x - 3.0) * &y)]))?;
    row("chain of 5, two inputs", seconds, LARGE * 12, copy, "");
    let seconds = median(9, || eval([&tanh(&(&x * 0.5 + 1.0))?]))?;
    row("tanh(x*0.5+1)", seconds, bytes, copy, "");
    let row_of = full(&[1, 4096], 2.0, DType::F32)? + 0.0;
    let matrix = emberforge_array::reshape(&x, &[-1, 4096])?;
    let seconds = median(9, || eval([&(&matrix * &row_of + &matrix)]))?;
    row("x * row + x, (4096, 4096) by (1, 4096)", seconds, bytes, copy, "");
    Ok(())
}

fn reductions() -> Result<()> {
    let x = large(1.5)?;
    let read = median(9, || {
        let data = black_box(&x).to_vec::<f32>()?;
        black_box(data);
        Ok(())
    })?;
    let _ = read;
    let copy = memcpy()?;
    let bytes = LARGE * 4;
    let cube = emberforge_array::reshape(&x, &[256, 256, 256])?;
    for (what, axes) in [
        ("all", vec![0, 1, 2]),
        ("last", vec![2]),
        ("middle", vec![1]),
        ("first", vec![0]),
        ("outer and inner", vec![0, 2]),
    ] {
        let seconds = median(9, || eval([&sum(&cube, axes.clone(), false)?]))?;
        row(&format!("sum over {what} axis of (256, 256, 256)"), seconds, bytes, copy, ">= 0.6 of read");
    }
    let seconds = median(9, || eval([&max(&cube, 2, false)?]))?;
    row("max over the last axis", seconds, bytes, copy, "");
    let seconds = median(9, || eval([&sum(&(&cube * &cube), (), false)?]))?;
    row("sum of squares (fused)", seconds, bytes, copy, "");
    Ok(())
}
