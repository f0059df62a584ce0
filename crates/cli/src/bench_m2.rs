//! `ember bench m2`: an encoder's forward pass, its memory, and where its time goes.

use crate::args::BenchM2Args;
use crate::{Exit, terminal};
use emberforge_array::{
    Array, DType, NodeTime, eval, full, matmul, memory_stats, node_times, reset_peak_memory,
};
use emberforge_base::Result;
use emberforge_m2::checkpoint::Checkpoint;
use emberforge_m2::{Config, Encoder, Head, Pooling, Weights, initial_weights};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Floats of the arrays that memcpy moves, and side of the square product: far more than the caches hold.
const COPIED: usize = 16 << 20;
const SIDE: usize = 1536;

pub(crate) fn bench(args: &BenchM2Args) -> Result<Exit> {
    let (batch, length) = (args.batch as usize, args.length as usize);
    let started = Instant::now();
    let (config, weights) = model(args)?;
    let encoder = Encoder::load(&weights.root().at("bert"), &config)?;
    // The encoder arranges its own weights at the first pass; nobody needs the originals afterwards.
    drop(weights);
    let ids = ids(batch, length)?;
    let loaded = started.elapsed();
    let pass = |vectors: bool| -> Result<Duration> {
        let started = Instant::now();
        // What `ember embed` computes but for the pooler, which a checkpoint may not have.
        let result =
            if vectors { encoder.vectors(&ids, None, Pooling::Cls)? } else { encoder.forward(&ids, None)? };
        eval([&result])?;
        Ok(started.elapsed())
    };
    reset_peak_memory();
    let first = pass(false)?;
    let once = pass(false)?;
    let repeat =
        args.repeat.map_or(((2.0 / once.as_secs_f64().max(1e-6)) as usize).clamp(1, 50), |n| n as usize);
    let median = |forget: bool, vectors: bool| -> Result<Duration> {
        let mut times = Vec::new();
        for _ in 0..repeat {
            if forget {
                encoder.forget_filters();
            }
            times.push(pass(vectors)?);
        }
        times.sort();
        Ok(times[times.len() / 2])
    };
    let kept = median(false, false)?;
    let vectors = median(false, true)?;
    let forgotten = median(true, false)?;
    let peak = memory_stats().peak;
    if args.computed {
        encoder.forget_filters();
    }
    let hidden = encoder.forward(&ids, None)?;
    let (done, nodes) = node_times(|| eval([&hidden]));
    done?;
    let machine = Machine::measure()?;
    let result = Bench {
        layers: config.num_hidden_layers,
        batch,
        length,
        repeat,
        loaded,
        first,
        kept,
        vectors,
        forgotten,
        peak,
        resident: resident_peak(),
        probe: hidden.slice(emberforge_array::s![0, 0, ..8])?.to_vec::<f32>()?,
        parts: parts(&nodes, &machine),
        machine,
    };
    terminal::out(&if args.json { format!("{:#}\n", result.json()) } else { result.text() });
    Ok(Exit::Ok)
}

/// The checkpoint's model, or one of the 80M shape for this length with random weights.
fn model(args: &BenchM2Args) -> Result<(Config, Weights)> {
    if let Some(path) = &args.model {
        let checkpoint = Checkpoint::open(path)?;
        return Ok((checkpoint.config()?, checkpoint.weights(DType::F32)));
    }
    let config = Config {
        num_hidden_layers: args.layers as usize,
        max_position_embeddings: args.length as usize,
        ..Config::default()
    };
    let tensors = initial_weights(&config, Head::Pooler, 0)?;
    eval(tensors.values())?;
    Ok((config, Weights::new(tensors, None)))
}

/// Token ids that `tests/oracle/peers_m2.py` uses, too.
fn ids(batch: usize, length: usize) -> Result<Array> {
    let ids: Vec<i64> = (0..batch * length).map(|i| (i as i64 * 7919 + 101) % 30522).collect();
    Array::from_slice(&ids, &[batch, length])
}

/// What the machine can do, measured now.
struct Machine {
    /// Of a large product, per second.
    flops: f64,
    /// Of memcpy on all cores, bytes read and written per second.
    bytes: f64,
}

impl Machine {
    fn measure() -> Result<Machine> {
        let best = |mut run: Box<dyn FnMut() -> Result<()> + '_>| -> Result<f64> {
            let mut best = f64::INFINITY;
            for _ in 0..5 {
                let started = Instant::now();
                run()?;
                best = best.min(started.elapsed().as_secs_f64());
            }
            Ok(best)
        };
        let a = full(&[SIDE, SIDE], 0.5, DType::F32)? + 0.0;
        eval([&a])?;
        let product = best(Box::new(|| eval([&matmul(&a, &a)?])))?;
        let from = vec![1.0f32; COPIED];
        let mut to = vec![2.0f32; COPIED];
        let chunk = COPIED.div_ceil(std::thread::available_parallelism().map_or(1, |n| n.get()));
        let copy = best(Box::new(|| {
            std::thread::scope(|scope| {
                for (to, from) in to.chunks_mut(chunk).zip(from.chunks(chunk)) {
                    scope.spawn(move || to.copy_from_slice(from));
                }
            });
            std::hint::black_box(&mut to);
            Ok(())
        }))?;
        Ok(Machine { flops: 2.0 * (SIDE as f64).powi(3) / product, bytes: 8.0 * COPIED as f64 / copy })
    }
}

/// Equal nodes of a pass.
struct Part {
    name: String,
    shape: Vec<usize>,
    count: usize,
    time: Duration,
    floor: f64,
}

/// Nodes of the same operation and shape together, the longest first.
fn parts(nodes: &[NodeTime], machine: &Machine) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for node in nodes {
        // Multiplications for each element of a product.
        let inner = match (node.name.as_str(), &node.inputs[..]) {
            ("matmul", [rows, ..]) => rows.last().copied(),
            ("packed_product", [_, panels, ..]) => panels.get(2).copied(),
            ("gated_product", [_, panels, ..]) => panels.get(2).map(|inner| 2 * inner),
            _ => None,
        };
        let floor = match inner {
            Some(inner) => 2.0 * (node.shape.iter().product::<usize>() * inner) as f64 / machine.flops,
            None => node.bytes as f64 / machine.bytes,
        };
        let same = parts.iter_mut().find(|p| p.name == node.name && p.shape == node.shape);
        if let Some(part) = same {
            part.count += 1;
            part.time += node.time;
            part.floor += floor;
        } else {
            let (name, shape) = (node.name.clone(), node.shape.clone());
            parts.push(Part { name, shape, count: 1, time: node.time, floor });
        }
    }
    parts.sort_by_key(|p| std::cmp::Reverse(p.time));
    parts
}

/// The most memory that the process has had resident, in bytes, where the system tells.
fn resident_peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

struct Bench {
    layers: usize,
    batch: usize,
    length: usize,
    repeat: usize,
    loaded: Duration,
    first: Duration,
    kept: Duration,
    vectors: Duration,
    forgotten: Duration,
    peak: usize,
    resident: Option<u64>,
    /// The first hidden values of the first token, to compare with another implementation.
    probe: Vec<f32>,
    machine: Machine,
    parts: Vec<Part>,
}

impl Bench {
    fn text(&self) -> String {
        let mut out =
            format!("M2-BERT, {} layers, batch {}, length {}\n", self.layers, self.batch, self.length);
        let mut line = |what: &str, value: String| {
            let _ = writeln!(out, "  {what:<26}{value}");
        };
        line("filters kept", format!("{:.1} ms (median of {})", millis(self.kept), self.repeat));
        line("  for first tokens only", format!("{:.1} ms (what `ember embed` needs)", millis(self.vectors)));
        line("filters computed", format!("{:.1} ms", millis(self.forgotten)));
        line(
            "first pass",
            format!("{:.1} ms, after {:.1} ms of loading", millis(self.first), millis(self.loaded)),
        );
        line("array memory, peak", format!("{:.0} MB", self.peak as f64 / 1e6));
        if let Some(bytes) = self.resident {
            line("resident memory, peak", format!("{:.0} MB", bytes as f64 / 1e6));
        }
        let Machine { flops, bytes } = self.machine;
        line("machine", format!("{:.0} GFLOP/s product, {:.1} GB/s memcpy", flops / 1e9, bytes / 1e9));
        let _ = writeln!(out, "\n    time ms  floor ms  times  part");
        for part in self.parts.iter().filter(|p| millis(p.time) >= 1e-3 * millis(self.kept)) {
            let _ = writeln!(
                out,
                "  {:>9.2} {:>9.2}  {:>5}  {} {:?}",
                millis(part.time),
                part.floor * 1e3,
                part.count,
                part.name,
                part.shape
            );
        }
        out
    }

    fn json(&self) -> Value {
        let part = |p: &Part| {
            json!({
                "part": p.name,
                "shape": p.shape,
                "count": p.count,
                "ms": millis(p.time),
                "floor_ms": p.floor * 1e3,
            })
        };
        json!({
            "layers": self.layers,
            "batch": self.batch,
            "length": self.length,
            "repeat": self.repeat,
            "load_ms": millis(self.loaded),
            "first_ms": millis(self.first),
            "filters_kept_ms": millis(self.kept),
            "first_tokens_ms": millis(self.vectors),
            "filters_computed_ms": millis(self.forgotten),
            "array_peak_bytes": self.peak,
            "resident_peak_bytes": self.resident,
            "product_gflops": self.machine.flops / 1e9,
            "memcpy_gb_per_s": self.machine.bytes / 1e9,
            "hidden_first_8": self.probe,
            "parts": self.parts.iter().map(part).collect::<Vec<_>>(),
        })
    }
}
