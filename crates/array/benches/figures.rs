//! The figures promised for arrays, as ratios in one run: `cargo bench -p emberforge-array --bench figures`.
//!
//! Medians over interleaved repeats. Nothing is asserted: a slow machine is not a wrong one.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use emberforge_array::{
    Array, DType, LongConvOptions, Result, eval, full, long_conv, max, reshape, sum, tanh,
};
use emberforge_device::product::{Matrix, MatrixMut, product};
use std::hint::black_box;
use std::time::Instant;

/// Elements of the large arrays: 64 MB of f32.
const LARGE: usize = 16 << 20;

fn main() -> Result<()> {
    // `cargo bench -p emberforge-array --bench figures -- chains` runs one section.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    type Section = (&'static str, fn() -> Result<()>);
    let sections: [Section; 6] = [
        ("nodes", nodes),
        ("small", small),
        ("chains", chains),
        ("reductions", reductions),
        ("matmul", matmul),
        ("shapes", shapes),
    ];
    for (name, section) in sections {
        // The shapes are `tests/oracle/peers.py`'s, which asks for them.
        if wanted.is_empty() && name != "shapes" || wanted.iter().any(|w| w == name) {
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
    let seconds = median(9, || eval([&tanh(&x * 0.5 + 1.0)?]))?;
    row("tanh(x*0.5+1)", seconds, bytes, copy, "");
    let row_of = full(&[1, 4096], 2.0, DType::F32)? + 0.0;
    let matrix = reshape(&x, &[-1, 4096])?;
    let seconds = median(9, || eval([&(&matrix * &row_of + &matrix)]))?;
    row("x * row + x, (4096, 4096) by (1, 4096)", seconds, bytes, copy, "");
    Ok(())
}

fn reductions() -> Result<()> {
    let read = read_rate()?;
    println!("reading 64 MB on all cores: {read:.1} GB/s");
    let x = large(1.5)?;
    for shape in [[256, 256, 256], [64, 512, 512], [4096, 64, 64], [16, 1024, 1024], [1 << 18, 8, 8]] {
        let x = reshape(&x, &shape)?;
        for (what, axes) in [
            ("all", vec![0, 1, 2]),
            ("last", vec![2]),
            ("middle", vec![1]),
            ("first", vec![0]),
            ("outer and inner", vec![0, 2]),
        ] {
            let seconds = median(7, || eval([&sum(&x, axes.clone(), false)?]))?;
            reduction(&format!("sum over {what} of {shape:?}"), seconds, read);
        }
    }
    let cube = reshape(&x, &[256, 256, 256])?;
    reduction("max over the last axis", median(9, || eval([&max(&cube, 2, false)?]))?, read);
    // The squares' handle is gone before the evaluation: data that can still be asked for is kept, not fused away.
    let squares = || {
        let squares = &cube * &cube;
        sum(&squares, (), false)
    };
    let seconds = median(9, || eval([&squares()?]))?;
    reduction("sum of squares (fused)", seconds, read);
    Ok(())
}

fn reduction(what: &str, seconds: f64, read: f64) {
    let rate = (LARGE * 4) as f64 / seconds / 1e9;
    println!(
        "{what:<44}{:>10.3} ms{rate:>9.1} GB/s{:>8.2} of reading   goal >= 0.6",
        seconds * 1e3,
        rate / read
    );
}

/// GB/s at which all cores read an array of the large size: every 64-bit word is added.
fn read_rate() -> Result<f64> {
    let data = vec![1u64; LARGE / 2];
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let chunk = data.len() / threads;
    let seconds = median(9, || {
        std::thread::scope(|scope| {
            for part in data.chunks(chunk) {
                scope.spawn(move || {
                    let mut sums = [0u64; 32];
                    for words in part.chunks_exact(32) {
                        sums.iter_mut().zip(words).for_each(|(s, w)| *s = s.wrapping_add(*w));
                    }
                    black_box(sums)
                });
            }
        });
        Ok(())
    })?;
    Ok((data.len() * 8) as f64 / seconds / 1e9)
}

/// Rows, inner and columns of the product.
const PRODUCT: [usize; 3] = [512, 768, 3072];

/// Two matrices to be multiplied.
fn factors() -> Result<(Array, Array)> {
    let [rows, inner, columns] = PRODUCT;
    let (a, b) =
        (full(&[rows, inner], 1.5, DType::F32)? + 0.0, full(&[inner, columns], 0.5, DType::F32)? + 0.0);
    eval([&a, &b])?;
    Ok((a, b))
}

/// Ours beside the `gemm` crate by the device crate's checked call, in turns.
fn matmul() -> Result<()> {
    let [rows, inner, columns] = PRODUCT;
    let (a, b) = factors()?;
    let (left, right) = (a.to_vec::<f32>()?, b.to_vec::<f32>()?);
    let mut out = vec![0f32; rows * columns];
    let dense =
        |data, columns: usize| Matrix { data, offset: 0, row_stride: columns as isize, column_stride: 1 };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..15 {
        ours.push(median(1, || eval([&emberforge_array::matmul(&a, &b)?]))?);
        theirs.push(median(1, || {
            let out = MatrixMut { data: &mut out, offset: 0, row_stride: columns };
            product(PRODUCT, dense(&left, inner), dense(&right, columns), out, false, 0)
        })?);
    }
    ours.sort_by(f64::total_cmp);
    theirs.sort_by(f64::total_cmp);
    let (ours, theirs) = (ours[7], theirs[7]);
    let rate = 2.0 * PRODUCT.iter().product::<usize>() as f64 / ours / 1e9;
    println!(
        "f32 matmul {rows} x {inner} x {columns}: {:.2} ms, {rate:.0} GFLOP/s, {:.2} of the gemm crate   goal >= 0.95",
        ours * 1e3,
        theirs / ours
    );
    Ok(())
}

/// Name and seconds of what the peers are measured on, one line each.
fn shapes() -> Result<()> {
    let x = large(1.5)?;
    let cube = reshape(&x, &[256, 256, 256])?;
    let (a, b) = factors()?;
    let show = |name: &str, run: &dyn Fn() -> Result<Array>| -> Result<()> {
        println!("{name}\t{}", median(5, || eval([&run()?]))?);
        Ok(())
    };
    show("chain of 5", &|| Ok(((&x * 2.0 + 1.0) * 0.5 - 3.0) * 1.25))?;
    show("sum all", &|| sum(&cube, (), false))?;
    show("sum last", &|| sum(&cube, 2, false))?;
    show("sum middle", &|| sum(&cube, 1, false))?;
    show("sum first", &|| sum(&cube, 0, false))?;
    show("matmul", &|| emberforge_array::matmul(&a, &b))?;
    let u = full(&[1, 768, 8192], 1.0, DType::F32)? + 0.0;
    let k = full(&[768, 8192], 0.5, DType::F32)? + 0.0;
    eval([&u, &k])?;
    show("long_conv", &|| long_conv(&u, &k, None, &LongConvOptions::default()))
}
