//! Long convolutions beside scipy and torch in one run: `cargo bench -p emberforge-array --bench long_conv`.
//!
//! `EMBER_PEERS` names a Python that has numpy, scipy and torch (`tests/oracle/peers_longconv.py` installs one); without it
//! only the library's own times are printed. Medians over repeats in which everybody runs once. Nothing is asserted.
//! Lengths after `--` choose rows: `... --bench long_conv -- 1024 8192`.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use emberforge_array::{
    Array, DType, LongConvKernel, LongConvLayout, LongConvOptions, Padding1d, Result, depthwise_conv1d, eval,
    long_conv, random,
};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

const CHANNELS: usize = 768;
const LENGTHS: [usize; 5] = [128, 1024, 2048, 8192, 32768];
const REPEATS: usize = 7;

fn main() -> Result<()> {
    let numbers: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let lengths = if numbers.is_empty() { LENGTHS.to_vec() } else { numbers };
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let pools = [pool(1), pool(cores)];
    let mut peers = Peers::start();
    println!("ms, H = {CHANNELS}, f32; ratios: fftconvolve and scipy to one thread, torch to all {cores}");
    println!(
        "{:>6} {:>3}  {:<14}{:>9}{:>9}   {:>20}   {:>16}   {:>16}",
        "L", "B", "kernel", "1 thread", "all", "fftconvolve", "scipy", "torch"
    );
    for &length in &lengths {
        let case = Case::new((8192 / length).max(1), length)?;
        for variant in ["fresh", "cached", "gated", "channels last"] {
            let mut own: [Vec<f64>; 2] = Default::default();
            let mut theirs: [Vec<f64>; 3] = Default::default();
            for repeat in 0..=REPEATS {
                for (times, pool) in own.iter_mut().zip(&pools) {
                    let started = Instant::now();
                    pool.install(|| eval([&case.run(variant)?]))?;
                    if repeat > 0 {
                        times.push(started.elapsed().as_secs_f64());
                    }
                }
                for (times, name) in theirs.iter_mut().zip(["fftconvolve", "scipy", "torch"]) {
                    let Some(peers) = peers.as_mut() else { continue };
                    if variant == "channels last" || (name == "fftconvolve" && variant != "fresh") {
                        continue;
                    }
                    let seconds = peers.ask(&format!("{name} {variant} {} {CHANNELS} {length}", case.batch));
                    if repeat > 0 {
                        times.push(seconds);
                    }
                }
            }
            let [one, all] = own.map(median);
            print!("{length:>6} {:>3}  {variant:<14}{:>9.2}{:>9.2}", case.batch, one * 1e3, all * 1e3);
            for (times, (own, width)) in theirs.into_iter().zip([(one, 13), (one, 9), (all, 9)]) {
                if times.is_empty() {
                    print!("   {:>width$}{:>7}", "-", "");
                } else {
                    let time = median(times);
                    print!("   {:>width$.2}{:>6.2}x", time * 1e3, time / own);
                }
            }
            println!();
        }
    }
    pools[1].install(depthwise)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Operands of one length.
struct Case {
    batch: usize,
    u: Array,
    k: Array,
    skip: Array,
    kernel: LongConvKernel,
    gates: LongConvOptions,
    /// `u` and gates as matrix products leave them: time before channels.
    last: (Array, LongConvOptions),
}

fn normal(shape: &[usize]) -> Result<Array> {
    let x = random::normal(shape, DType::F32, None)?;
    eval([&x])?;
    Ok(x)
}

impl Case {
    fn new(batch: usize, length: usize) -> Result<Case> {
        let shape = [batch, CHANNELS, length];
        let k = normal(&shape[1..])?;
        let kernel = LongConvKernel::new((&k, &normal(&shape[1..])?), length)?;
        eval([kernel.spectra()])?;
        let gates = |shape: &[usize], layout| -> Result<LongConvOptions> {
            let (pre_gate, post_gate) = (Some(normal(shape)?), Some(normal(shape)?));
            Ok(LongConvOptions { pre_gate, post_gate, layout, ..Default::default() })
        };
        let last = [batch, length, CHANNELS];
        Ok(Case {
            batch,
            u: normal(&shape)?,
            k,
            skip: normal(&[CHANNELS])?,
            kernel,
            gates: gates(&shape, LongConvLayout::ChannelsFirst)?,
            last: (normal(&last)?, gates(&last, LongConvLayout::ChannelsLast)?),
        })
    }

    fn run(&self, variant: &str) -> Result<Array> {
        let skip = Some(&self.skip);
        match variant {
            "fresh" => long_conv(&self.u, &self.k, skip, &LongConvOptions::default()),
            "cached" => long_conv(&self.u, &self.kernel, skip, &LongConvOptions::default()),
            "gated" => long_conv(&self.u, &self.kernel, skip, &self.gates),
            _ => long_conv(&self.last.0, &self.kernel, skip, &self.last.1),
        }
    }
}

/// The script that times the peers.
struct Peers {
    _child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Peers {
    fn start() -> Option<Peers> {
        let python = std::env::var_os("EMBER_PEERS")?;
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oracle/peers_longconv.py");
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`EMBER_PEERS` names a Python");
        let (to, from) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let mut peers = Peers { _child: child, to, from: BufReader::new(from) };
        println!("peers: {}", peers.line());
        Some(peers)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.from.read_line(&mut line).expect("the script is still there");
        line.trim().to_string()
    }

    fn ask(&mut self, what: &str) -> f64 {
        writeln!(self.to, "{what}").expect("the script is still there");
        self.line().parse().expect("the script answers with seconds; its own message is above")
    }
}

/// Three taps over `[8, 2048, 768]`, beside a copy of as many bytes on every core.
fn depthwise() -> Result<()> {
    let x = normal(&[8, 2048, CHANNELS])?;
    let (taps, bias) = (normal(&[3, CHANNELS])?, normal(&[CHANNELS])?);
    let (from, mut to) = (vec![1.0f32; x.size()], vec![2.0f32; x.size()]);
    let chunk = from.len() / rayon::current_num_threads();
    let mut times: [Vec<f64>; 3] = Default::default();
    for _ in 0..3 * REPEATS {
        let started = Instant::now();
        std::thread::scope(|scope| {
            for (to, from) in to.chunks_mut(chunk).zip(from.chunks(chunk)) {
                scope.spawn(move || to.copy_from_slice(from));
            }
        });
        std::hint::black_box(&mut to);
        times[0].push(started.elapsed().as_secs_f64());
        for (times, bias) in times[1..].iter_mut().zip([None, Some(&bias)]) {
            let started = Instant::now();
            eval([&depthwise_conv1d(&x, &taps, bias, Padding1d::Causal)?])?;
            times.push(started.elapsed().as_secs_f64());
        }
    }
    let [copy, plain, biased] = times.map(median);
    println!(
        "depthwise_conv1d, 3 taps, (8, 2048, {CHANNELS}): {:.2} ms, {:.2} of memcpy",
        plain * 1e3,
        copy / plain
    );
    println!(
        "with bias: {:.2} ms, {:.2} of memcpy; memcpy {:.2} ms",
        biased * 1e3,
        copy / biased,
        copy * 1e3
    );
    Ok(())
}
