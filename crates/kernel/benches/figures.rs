//! The figures the project promises, and the worst cases known: `cargo bench -p emberforge-kernel`; arguments after `--`
//! name sections (`goals`, `compile`, `worst`), the default is all.
//!
//! Every figure is a ratio to something measured in turn with it in the same run (memcpy of as many bytes, a Rust loop),
//! or a time that needs no peer. The loops it is compared with are compiled for the CPU at hand, as the machine's own
//! are. Medians throughout. Nothing is asserted: a slow machine is not a wrong one. `docs/figures.md` keeps results.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

mod peers;

use emberforge_kernel::testfile::{Options, TestFile};
use emberforge_kernel::{DType, Error, Grid, HostArray, Kernel, Result};
use peers::Peer;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Times each of the two sides is run.
const REPEAT: usize = 15;
/// Elements of the elementwise body and of the worst cases.
const LONG: usize = 1 << 24;
const SHORT: usize = 1 << 20;

fn main() -> Result<()> {
    let named: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let wanted = |section: &str| named.is_empty() || named.iter().any(|n| n == section);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{cores} cores, {} of memcpy and loops; medians of {REPEAT}", peers::level());
    if wanted("goals") {
        goals(cores)?;
    }
    if wanted("compile") {
        compile_times()?;
        process_time().map_err(|e| Error::invalid(format!("the whole process could not be timed: {e}")))?;
    }
    if wanted("worst") {
        worst_cases(cores)?;
    }
    Ok(())
}

/// Median seconds of two things run in turn, so that both meet the same machine.
fn in_turn(mut one: impl FnMut() -> Result<()>, mut other: impl FnMut()) -> Result<(f64, f64)> {
    one()?;
    other();
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..REPEAT {
        let started = Instant::now();
        one()?;
        ones.push(started.elapsed().as_secs_f64());
        let started = Instant::now();
        other();
        others.push(started.elapsed().as_secs_f64());
    }
    Ok((median(ones), median(others)))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn heading(title: &str, peer: &str) {
    println!("\n{title:<34}{:>8}{:>11}{:>11}{:>9}{:>7}   peer", "threads", "ms", "peer ms", "ratio", "goal");
    println!("{:-<34}{:->46}   {peer}", "", "");
}

/// One line: how many times as fast as its peer, and the goal if there is one.
fn line(name: &str, threads: usize, (time, peer): (f64, f64), goal: Option<f64>, peer_name: &str) {
    let goal = goal.map_or(String::new(), |g| format!("{g:.2}"));
    println!(
        "{name:<34}{threads:>8}{:>11.3}{:>11.3}{:>9.3}{goal:>7}   {peer_name}",
        time * 1e3,
        peer * 1e3,
        peer / time
    );
}

fn kernels() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../kernels")
}

/// A shipped kernel at its benchmark size beside memcpy that moves as many bytes as its inputs and outputs have.
fn shipped(name: &str, threads: usize, goal: Option<f64>) -> Result<()> {
    let over = Options::default();
    let file = TestFile::read(&kernels().join(format!("{name}.metal")), &over)?;
    let setup = file.bench_setup(&over)?;
    let kernel = file.builder(&setup).build()?;
    let inputs = setup.arrays()?;
    let mut outputs = setup.call(&kernel, &inputs).run()?;
    let bytes: usize = inputs.iter().chain(&outputs).map(HostArray::byte_len).sum();
    let (from, mut to) = (vec![1u8; bytes / 2], vec![2u8; bytes / 2]);
    let call = setup.call(&kernel, &inputs).threads(threads);
    let times = in_turn(|| call.run_into(&mut outputs), || peers::memcpy(&from, &mut to, threads))?;
    line(name, threads, times, goal, "memcpy of its inputs and outputs");
    Ok(())
}

/// A body over `x` and `y` of `n` floats beside a Rust function of the same.
fn beside_loop(
    name: &str,
    body: &str,
    n: usize,
    grid: i64,
    threads: usize,
    goal: Option<f64>,
    peer: Peer,
) -> Result<()> {
    let x: Vec<f32> = (0..n).map(|i| (i % 1000) as f32 * 0.01 - 5.0).collect();
    let input = HostArray::vector(&x);
    let kernel = Kernel::builder("body").inputs(["x"]).outputs(["y"]).source(body).build()?;
    let mut outputs = vec![HostArray::zeros(DType::F32, &[n])?];
    let call = kernel
        .call()
        .input(&input)
        .output(DType::F32, &[n])
        .grid(Grid::threads([grid, 1, 1]))
        .threadgroup([256, 1, 1])
        .threads(threads);
    let mut y = vec![0f32; n];
    let times = in_turn(|| call.run_into(&mut outputs), || peer(&x, &mut y, threads))?;
    line(name, threads, times, goal, "the same as a Rust loop");
    Ok(())
}

/// The ratios that the project's goals name.
fn goals(cores: usize) -> Result<()> {
    heading("goals", "ratio: peer's time / kernel's time");
    for threads in [1, cores] {
        shipped("depthwise3", threads, Some(0.5))?;
        let body = "uint i = thread_position_in_grid.x; y[i] = exp(x[i]);";
        beside_loop("y[i] = exp(x[i])", body, LONG, LONG as i64, threads, Some(0.5), peers::exp)?;
        shipped("softmax_simd", threads, Some(0.2))?;
        shipped("softmax", threads, Some(0.2))?;
        shipped("layer_norm", threads, None)?;
    }
    Ok(())
}

/// What the machine is worst at.
fn worst_cases(cores: usize) -> Result<()> {
    heading("worst cases", "ratio: peer's time / kernel's time");
    let cases: [(&str, &str, bool, Peer); 5] = [
        (
            "gather at random places",
            "uint i = thread_position_in_grid.x; y[i] = x[(i * 2654435761u) % 1048576u];",
            false,
            peers::gather,
        ),
        (
            "loop of 0 to 31 trips by lane",
            "uint i = thread_position_in_grid.x; float s = 0.0f; uint k = (i * 2654435761u) >> 27;\n\
             while (k > 0) { s += x[i] * float(k); k -= 1; } y[i] = s;",
            false,
            peers::trips,
        ),
        (
            "two-way branch at random",
            "uint i = thread_position_in_grid.x; uint h = (i * 2654435761u) >> 31;\n\
             if (h) { y[i] = exp(x[i]); } else { y[i] = x[i] * 2.0f; }",
            false,
            peers::branch,
        ),
        (
            "rows of 7",
            "uint i = thread_position_in_grid.x; y[i] = x[i / 7 * 7] + x[i % 7];",
            false,
            peers::sevens,
        ),
        (
            "one thread, a serial sum",
            "float s = 0.0f; for (uint i = 0; i < 1048576u; ++i) { s += x[i]; } y[thread_position_in_grid.x] = s;",
            true,
            peers::serial_sum,
        ),
    ];
    for (name, body, single, peer) in cases {
        let grid = if single { 1 } else { SHORT as i64 };
        beside_loop(name, body, SHORT, grid, if single { 1 } else { cores }, None, peer)?;
    }
    gemm(cores)?;
    shipped("fft_conv", cores, None)
}

/// The tiled matrix product beside a Rust loop over rows, both fused and in the same order of summation.
fn gemm(threads: usize) -> Result<()> {
    let over = Options::default();
    let file = TestFile::read(&kernels().join("gemm_av.metal"), &over)?;
    let setup = file.bench_setup(&over)?;
    let kernel = file.builder(&setup).build()?;
    let inputs = setup.arrays()?;
    let call = setup.call(&kernel, &inputs).threads(threads);
    let mut outputs = call.clone().run()?;
    let (a, v) = (inputs[0].as_slice::<f32>()?, inputs[1].as_slice::<f32>()?);
    let (n, k) = (inputs[1].shape()[0], inputs[1].shape()[1]);
    let mut c = vec![0f32; outputs[0].as_slice::<f32>()?.len()];
    let times = in_turn(|| call.run_into(&mut outputs), || peers::gemm(a, v, &mut c, [n, k], threads))?;
    line("gemm_av", threads, times, None, "a Rust loop over rows of V");
    Ok(())
}

/// Text to ready kernel, for every shipped kernel.
fn compile_times() -> Result<()> {
    println!("\n{:<34}{:>12}{:>12}{:>9}{:>9}", "compile", "text to IR", "machine", "ms", "goal ms");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(kernels()).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "metal"));
    paths.sort();
    for path in paths {
        let over = Options::default();
        let file = TestFile::read(&path, &over)?;
        let setup = file.setup()?;
        let kernel = file.builder(&setup).build()?;
        let types = setup.types();
        let (mut fronts, mut backs) = (Vec::new(), Vec::new());
        for _ in 0..REPEAT {
            let (front, back) = kernel.compile_time(&types)?;
            fronts.push(front.as_secs_f64() * 1e3);
            backs.push(back.as_secs_f64() * 1e3);
        }
        let (front, back) = (median(fronts), median(backs));
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let goal = if name == "depthwise3" { 2 } else { 20 };
        println!("{name:<34}{front:>12.3}{back:>12.3}{:>9.3}{goal:>9}", front + back);
    }
    Ok(())
}

/// `ember kernel run` of a small launch as a whole process, if the binary has been built beside this one.
fn process_time() -> std::io::Result<()> {
    let Some(ember) =
        std::env::current_exe()?.ancestors().nth(2).map(|p| p.join("ember")).filter(|p| p.exists())
    else {
        println!("\nwhole process: not measured, build the binary first: cargo build --release");
        return Ok(());
    };
    let mut times = Vec::new();
    for _ in 0..REPEAT {
        let started = Instant::now();
        let status = Command::new(&ember)
            .args(["kernel", "run"])
            .arg(kernels().join("depthwise3.metal"))
            .stdout(Stdio::null())
            .status()?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
        if !status.success() {
            println!("\nwhole process: {} failed with {status}", ember.display());
            return Ok(());
        }
    }
    println!("\n{:<34}{:>33.3}{:>9}", "whole process: run depthwise3", median(times), 50);
    Ok(())
}
