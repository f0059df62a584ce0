//! `ember kernel run`: one launch, its outputs, its expectations.

use crate::args::RunArgs;
use crate::{Exit, json, stop, terminal};
use emberforge_base::{DType, Error, Result};
use emberforge_kernel::testfile::{Outcome, Setup, TestFile};
use emberforge_kernel::{HostArray, PrintOptions, Report, data};
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

pub(crate) fn run(args: &RunArgs) -> Result<Exit> {
    let file = TestFile::read(&args.typing.file, &args.launch.options(&args.typing))?;
    let setup = file.setup()?;
    check_names(args, &setup)?;

    let started = Instant::now();
    let report = file.builder(&setup).check(&setup.types())?;
    let compiled = started.elapsed();
    if !args.json {
        terminal::err(&report.render(terminal::color()));
    }
    if report.has_errors() {
        let summary = crate::check::summary(&report);
        if args.json {
            let mut value = json::error(&Error::new(emberforge_base::ErrorKind::Source, &*summary));
            value["diagnostics"] = json::diagnostics(&report);
            terminal::out(&format!("{value:#}\n"));
        } else {
            terminal::err(&format!("{}: {summary}\n", args.typing.file.display()));
        }
        return Ok(Exit::Failed);
    }
    let kernel = file.builder(&setup).build()?;
    let inputs = setup.arrays()?;
    let mut call = setup.call(&kernel, &inputs).threads(args.launch.threads).stop(stop::flag());
    if args.launch.time_limit > 0.0 {
        call = call.time_limit(Duration::from_secs_f64(args.launch.time_limit));
    }
    kernel.prepare(&setup.types())?;
    let mut times = Vec::new();
    let mut outputs = Vec::new();
    for _ in 0..args.repeat {
        let started = Instant::now();
        outputs = call.clone().run()?;
        times.push(started.elapsed());
    }
    times.sort();
    let outcomes = file.check(&setup, &inputs, &outputs)?;
    for (name, path) in &args.save {
        data::save_npy(Path::new(path), find(name, &setup, &inputs, &outputs)?)?;
    }

    let done = Done { args, setup: &setup, report: &report, compiled, times, outcomes };
    let text = if args.json { done.json(&inputs, &outputs)? } else { done.text(&inputs, &outputs)? };
    terminal::out(&text);
    if let Some(expected) = file.expected_failure() {
        terminal::err(&format!("the file expects the run to fail with `{expected}`, and it succeeded\n"));
        return Ok(Exit::Failed);
    }
    Ok(if done.outcomes.iter().all(|o| o.passed) { Exit::Ok } else { Exit::Failed })
}

/// Wrong names are reported before the kernel runs, not after.
fn check_names(args: &RunArgs, setup: &Setup) -> Result<()> {
    let known = || setup.outputs.iter().map(|(n, _)| n).chain(setup.inputs.iter().map(|(n, _)| n));
    let printed = args.print.iter().map(|name| ("--print", name));
    for (flag, name) in printed.chain(args.save.iter().map(|(name, _)| ("--save", name))) {
        if !known().any(|n| n == name) {
            let names = known().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
            return Err(Error::invalid(format!(
                "`{flag} {name}`: there is no array `{name}`; there are {names}"
            )));
        }
    }
    for (name, path) in &args.save {
        if !path.ends_with(".npy") {
            return Err(Error::invalid(format!(
                "`--save {name}={path}`: arrays are saved as .npy; write `--save {name}={name}.npy`"
            )));
        }
    }
    Ok(())
}

fn find<'a>(
    name: &str,
    setup: &Setup,
    inputs: &'a [HostArray],
    outputs: &'a [HostArray],
) -> Result<&'a HostArray> {
    let output = setup.outputs.iter().position(|(n, _)| n == name).and_then(|i| outputs.get(i));
    let input = || setup.inputs.iter().position(|(n, _)| n == name).and_then(|i| inputs.get(i));
    output.or_else(input).ok_or_else(|| Error::invalid(format!("there is no array `{name}`")))
}

/// A finished run.
struct Done<'a> {
    args: &'a RunArgs,
    setup: &'a Setup,
    report: &'a Report,
    compiled: Duration,
    times: Vec<Duration>,
    outcomes: Vec<Outcome>,
}

impl Done<'_> {
    fn median(&self) -> Duration {
        self.times[self.times.len() / 2]
    }

    fn text(&self, inputs: &[HostArray], outputs: &[HostArray]) -> Result<String> {
        let mut out = String::new();
        let extent = |e: [i64; 3]| format!("{} x {} x {}", e[0], e[1], e[2]);
        let repeats =
            if self.times.len() > 1 { format!(", median of {}", self.times.len()) } else { String::new() };
        let _ = writeln!(out, "{} ({})", self.setup.name, self.args.typing.file.display());
        let (grid, group) = (extent(self.setup.grid), extent(self.setup.threadgroup));
        let clamped = self.setup.threadgroup.iter().zip(self.setup.grid).any(|(group, grid)| *group > grid);
        let cut = if clamped { ", cut to the grid" } else { "" };
        let _ = writeln!(out, "  grid     {grid} threads in threadgroups of {group}{cut}");
        let (run, compile) = (millis(self.median()), millis(self.compiled));
        let _ = writeln!(out, "  time     {run:.3} ms{repeats} (compiled in {compile:.3} ms)");
        for ((name, _), array) in self.setup.outputs.iter().zip(outputs) {
            let _ = writeln!(out, "  {name:<8} {}", describe(array));
        }
        for outcome in &self.outcomes {
            let word = if outcome.passed { "ok" } else { "FAILED" };
            let _ = writeln!(out, "  expect   {}: {word}, {}", outcome.text, outcome.detail);
        }
        let failed = self.outcomes.iter().filter(|o| !o.passed).count();
        if !self.outcomes.is_empty() {
            let _ = writeln!(out, "  {} expectations passed, {failed} failed", self.outcomes.len() - failed);
        }
        for name in &self.args.print {
            let array = find(name, self.setup, inputs, outputs)?;
            let _ = writeln!(out, "{name} =\n{}", array.display(PrintOptions::default()));
        }
        Ok(out)
    }

    fn json(&self, inputs: &[HostArray], outputs: &[HostArray]) -> Result<String> {
        let mut list = Vec::new();
        for ((name, _), array) in self.setup.outputs.iter().zip(outputs) {
            let stats = Stats::of(array);
            list.push(json!({
                "name": name,
                "dtype": array.dtype().name(),
                "shape": array.shape(),
                "min": stats.map(|s| json::float(s.min)),
                "max": stats.map(|s| json::float(s.max)),
                "mean": stats.map(|s| json::float(s.mean)),
                "nan_count": stats.map(|s| s.nans),
                "first": json::elements(array, 8),
            }));
        }
        let mut printed = serde_json::Map::new();
        for name in &self.args.print {
            let array = find(name, self.setup, inputs, outputs)?;
            printed.insert(name.clone(), json::elements(array, usize::MAX));
        }
        let expectations: Vec<_> = self
            .outcomes
            .iter()
            .map(|o| json!({ "line": o.line, "text": o.text, "passed": o.passed, "detail": o.detail }))
            .collect();
        let value = json!({
            "kernel": self.setup.name,
            "file": self.args.typing.file.display().to_string(),
            "grid": self.setup.grid,
            "threadgroup": self.setup.threadgroup,
            "repeat": self.times.len(),
            "run_ms": millis(self.median()),
            "compile_ms": millis(self.compiled),
            "outputs": list,
            "printed": printed,
            "expectations": expectations,
            "passed": self.outcomes.iter().all(|o| o.passed),
            "diagnostics": json::diagnostics(self.report),
        });
        Ok(format!("{value:#}\n"))
    }
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Smallest, largest and mean number; of complex arrays, the magnitudes'.
#[derive(Clone, Copy, Debug)]
struct Stats {
    min: f64,
    max: f64,
    mean: f64,
    nans: usize,
}

impl Stats {
    fn of(array: &HostArray) -> Option<Stats> {
        let mut stats = Stats { min: f64::INFINITY, max: f64::NEG_INFINITY, mean: 0.0, nans: 0 };
        let mut count = 0usize;
        for i in 0..array.len() {
            let value = match array.get(i) {
                emberforge_kernel::Number::Complex(re, im) => re.hypot(im),
                other => other.to_f64(),
            };
            if value.is_nan() {
                stats.nans += 1;
                continue;
            }
            count += 1;
            stats.min = stats.min.min(value);
            stats.max = stats.max.max(value);
            stats.mean += value;
        }
        stats.mean /= count as f64;
        (count > 0).then_some(stats)
    }
}

/// `f32(2, 3)  min -1.2  max 3.4  mean 0.5  [1, 2, 3, ...]`.
fn describe(array: &HostArray) -> String {
    let shape = array.shape().iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    let mut out = format!("{}({shape})", array.dtype());
    if let Some(stats) = Stats::of(array) {
        let magnitude = if array.dtype() == DType::Complex64 { "|.| " } else { "" };
        let short = |v: f64| {
            if v == 0.0 || (1e-3..1e7).contains(&v.abs()) {
                format!("{}", (v * 1e4).round() / 1e4)
            } else {
                format!("{v:.4e}")
            }
        };
        let _ = write!(
            out,
            "  {magnitude}min {}  max {}  mean {}",
            short(stats.min),
            short(stats.max),
            short(stats.mean)
        );
        if stats.nans > 0 {
            let _ = write!(out, "  ({} nan)", stats.nans);
        }
    } else if !array.is_empty() {
        out.push_str("  all nan");
    }
    let flat = array.clone().reshape(&[array.len()]);
    let first: Vec<String> = match flat {
        Ok(flat) => {
            let text = flat.display(PrintOptions { threshold: 0, edge: 5 });
            text.trim_matches(['[', ']'])
                .split_whitespace()
                .take_while(|w| *w != "...")
                .take(6)
                .map(str::to_string)
                .collect()
        }
        Err(_) => Vec::new(),
    };
    let more = if array.len() > first.len() { ", ..." } else { "" };
    let _ = write!(out, "  [{}{more}]", first.join(", "));
    out
}
