//! The figures the project promises, measured side by side in one run: `cargo bench -p emberforge-kernel`.
//!
//! Every number is a ratio to something measured in the same minute on the same machine (memcpy of as many bytes, a
//! plain Rust loop), or a time that needs no peer. Each row is a median. Also the worst cases known: kernels the vector
//! machine is bad at. Nothing is asserted: a slow machine is not a wrong one.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use emberforge_ir::math;
use emberforge_kernel::testfile::{Options, TestFile};
use emberforge_kernel::{DType, Grid, HostArray, Kernel, Result};
use std::path::{Path, PathBuf};
use std::time::Instant;

fn main() -> Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{cores} cores; medians; `of memcpy` counts inputs and outputs once each\n");
    bandwidth(cores)?;
    elementwise(cores)?;
    compile_times()?;
    worst_cases(cores)
}

/// Median time of `repeat` runs in seconds.
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

/// Seconds for copying `bytes / 2` bytes with `threads` threads (so `bytes` are moved).
fn memcpy(bytes: usize, threads: usize, repeat: usize) -> Result<f64> {
    let from = vec![1u8; (bytes / 2).max(1)];
    let mut to = vec![2u8; from.len()];
    let chunk = from.len().div_ceil(threads);
    median(repeat, || {
        std::thread::scope(|scope| {
            for (to, from) in to.chunks_mut(chunk).zip(from.chunks(chunk)) {
                scope.spawn(move || to.copy_from_slice(from));
            }
        });
        std::hint::black_box(&mut to);
        Ok(())
    })
}

fn kernels() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../kernels")
}

/// Shipped kernels at their benchmark sizes.
fn bandwidth(cores: usize) -> Result<()> {
    println!("{:<24}{:>8}{:>12}{:>10}{:>12}{:>12}", "kernel", "threads", "ms", "GB/s", "memcpy", "of memcpy");
    for name in ["depthwise3", "exp", "softmax", "softmax_simd", "layer_norm", "gemm_av", "fft_conv"] {
        let over = Options::default();
        let file = TestFile::read(&kernels().join(format!("{name}.metal")), &over)?;
        let setup = file.bench_setup(&over)?;
        let kernel = file.builder(&setup).build()?;
        let inputs = setup.arrays()?;
        let mut outputs = setup.call(&kernel, &inputs).run()?;
        let bytes: usize = inputs.iter().chain(&outputs).map(HostArray::byte_len).sum();
        for threads in [1, cores] {
            let call = setup.call(&kernel, &inputs).threads(threads);
            let time = median(11, || call.run_into(&mut outputs))?;
            let copy = memcpy(bytes, threads, 11)?;
            println!(
                "{name:<24}{threads:>8}{:>12.3}{:>10.2}{:>12.2}{:>12.3}",
                time * 1e3,
                bytes as f64 / time / 1e9,
                bytes as f64 / copy / 1e9,
                copy / time
            );
        }
    }
    println!();
    Ok(())
}

/// `out[i] = exp(x[i])` beside a plain Rust loop over the same `exp`, compiled for this crate's target.
fn elementwise(cores: usize) -> Result<()> {
    let n = 1 << 24;
    let x: Vec<f32> = (0..n).map(|i| (i % 1000) as f32 * 0.01 - 5.0).collect();
    let x = HostArray::vector(&x);
    let kernel = Kernel::builder("exp")
        .inputs(["x"])
        .outputs(["y"])
        .source("uint i = thread_position_in_grid.x; y[i] = exp(x[i]);")
        .build()?;
    let mut y = vec![HostArray::zeros(DType::F32, &[n])?];
    println!(
        "{:<24}{:>8}{:>12}{:>12}{:>14}",
        "elementwise exp, 16 M", "threads", "ms", "loop ms", "of the loop"
    );
    for threads in [1, cores] {
        let call = kernel
            .call()
            .input(&x)
            .output(DType::F32, &[n])
            .grid(Grid::threads([n as i64, 1, 1]))
            .threadgroup([256, 1, 1])
            .threads(threads);
        let time = median(11, || call.run_into(&mut y))?;
        let from = x.as_slice::<f32>()?;
        let mut to = vec![0f32; n];
        let chunk = n.div_ceil(threads);
        let plain = median(11, || {
            std::thread::scope(|scope| {
                for (to, from) in to.chunks_mut(chunk).zip(from.chunks(chunk)) {
                    scope.spawn(move || {
                        for (t, f) in to.iter_mut().zip(from) {
                            *t = math::exp(*f);
                        }
                    });
                }
            });
            std::hint::black_box(&mut to);
            Ok(())
        })?;
        println!("{:<24}{threads:>8}{:>12.3}{:>12.3}{:>14.3}", "", time * 1e3, plain * 1e3, plain / time);
    }
    println!(
        "(the loop has this build's instruction set; RUSTFLAGS=-Ctarget-cpu=native gives it the machine's)\n"
    );
    Ok(())
}

/// Text to ready kernel, for every shipped kernel.
fn compile_times() -> Result<()> {
    println!("{:<24}{:>14}{:>14}", "compile (ms)", "text to IR", "machine");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(kernels()).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "metal")) {
        let over = Options::default();
        let file = TestFile::read(path, &over)?;
        let setup = file.setup()?;
        let kernel = file.builder(&setup).build()?;
        let types = setup.types();
        let mut times: Vec<(f64, f64)> = Vec::new();
        for _ in 0..11 {
            let (front, back) = kernel.compile_time(&types)?;
            times.push((front.as_secs_f64(), back.as_secs_f64()));
        }
        times.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (front, back) = times[5];
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        println!("{name:<24}{:>14.3}{:>14.3}", front * 1e3, back * 1e3);
    }
    println!();
    Ok(())
}

/// What the machine is bad at, as nanoseconds per thread (or per step of the one thread).
fn worst_cases(cores: usize) -> Result<()> {
    println!("{:<56}{:>14}", "worst cases", "ns");
    let n = 1i64 << 20;
    let cases = [
        (
            "gather at random places, per thread",
            "uint i = thread_position_in_grid.x; y[i] = x[(i * 2654435761u) % 1048576u];",
            n,
        ),
        (
            "loop of 0 to 31 trips, different in every lane, per thread",
            "uint i = thread_position_in_grid.x; float s = 0.0f; uint k = (i * 2654435761u) >> 27;\n\
             while (k > 0) { s += x[i] * float(k); k -= 1; } y[i] = s;",
            n,
        ),
        (
            "two-way branch at random, per thread",
            "uint i = thread_position_in_grid.x; uint h = (i * 2654435761u) >> 31;\n\
             if (h) { y[i] = exp(x[i]); } else { y[i] = x[i] * 2.0f; }",
            n,
        ),
        (
            "one thread, a serial sum, per step",
            "float s = 0.0f; for (uint i = 0; i < 1048576u; ++i) { s += x[i]; } y[thread_position_in_grid.x] = s;",
            1,
        ),
        (
            "rows of 7 (n % 7), per thread",
            "uint i = thread_position_in_grid.x; y[i] = x[i / 7 * 7] + x[i % 7];",
            n,
        ),
    ];
    let x = HostArray::vector(&vec![0.5f32; n as usize]);
    let mut y = vec![HostArray::zeros(DType::F32, &[n as usize])?];
    for (name, body, threads) in cases {
        let kernel = Kernel::builder("worst").inputs(["x"]).outputs(["y"]).source(body).build()?;
        let call = kernel
            .call()
            .input(&x)
            .output(DType::F32, &[n as usize])
            .grid(Grid::threads([threads, 1, 1]))
            .threadgroup([256, 1, 1])
            .threads(cores);
        let time = median(5, || call.run_into(&mut y))?;
        println!("{name:<56}{:>14.3}", time / n as f64 * 1e9);
    }
    Ok(())
}
