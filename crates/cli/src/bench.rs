//! `ember kernel bench`: a kernel's bandwidth beside memcpy's, in the same run.

use crate::args::BenchArgs;
use crate::run::millis;
use crate::{Exit, stop, terminal};
use emberforge_base::{Error, ErrorKind, Result};
use emberforge_kernel::testfile::{Setup, TestFile};
use emberforge_kernel::{DType, HostArray, Kernel};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Compilations measured.
const COMPILATIONS: usize = 21;

pub(crate) fn bench(args: &BenchArgs) -> Result<Exit> {
    let over = args.launch.options(&args.typing);
    let file = TestFile::read(&args.typing.file, &over)?;
    let setup = file.bench_setup(&over)?;
    let kernel = file.builder(&setup).build()?;
    let (front, back) = compile_time(&kernel, &setup)?;
    let inputs = setup.arrays()?;
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let counts = match (args.launch.threads, cores) {
        (0, 1) => vec![1],
        (0, n) => vec![1, n],
        (n, _) => vec![n],
    };
    let mut first = setup.call(&kernel, &inputs).threads(args.launch.threads).stop(stop::flag());
    if args.launch.time_limit > 0.0 {
        first = first.time_limit(Duration::from_secs_f64(args.launch.time_limit));
    }
    let mut outputs = first.run()?;
    let bytes = inputs.iter().chain(&outputs).map(HostArray::byte_len).sum::<usize>();
    let mut copy = Copy::new(bytes)?;
    let mut rows = Vec::new();
    for threads in counts {
        rows.push(measure(args, &kernel, &setup, &inputs, &mut outputs, &mut copy, threads)?);
    }
    let result = Bench { args, setup: &setup, bytes, front, back, rows };
    terminal::out(&if args.json { format!("{:#}\n", result.json()) } else { result.text() });
    Ok(Exit::Ok)
}

/// One thread count.
struct Row {
    threads: usize,
    repeat: usize,
    kernel: Duration,
    memcpy: Duration,
}

impl Row {
    fn ratio(&self) -> f64 {
        self.memcpy.as_secs_f64() / self.kernel.as_secs_f64()
    }
}

/// The kernel and memcpy in turn, so that both meet the same machine.
fn measure(
    args: &BenchArgs,
    kernel: &Kernel,
    setup: &Setup,
    inputs: &[HostArray],
    outputs: &mut [HostArray],
    copy: &mut Copy,
    threads: usize,
) -> Result<Row> {
    let call = setup.call(kernel, inputs).threads(threads).stop(stop::flag());
    // Warm up, and learn how many runs fit into a second.
    copy.run(threads);
    let started = Instant::now();
    call.run_into(outputs)?;
    let once = started.elapsed().as_secs_f64().max(1e-6);
    let repeat = args.repeat.map_or(((1.0 / once) as usize).clamp(5, 200), |n| n as usize);
    let (mut kernels, mut copies) = (Vec::new(), Vec::new());
    for _ in 0..repeat {
        if stop::requested() {
            return Err(Error::new(ErrorKind::Stopped, "the measurement was interrupted"));
        }
        let started = Instant::now();
        call.run_into(outputs)?;
        kernels.push(started.elapsed());
        copies.push(copy.run(threads));
    }
    Ok(Row { threads, repeat, kernel: median(kernels), memcpy: median(copies) })
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Median times of the front end and of making the machine's program.
fn compile_time(kernel: &Kernel, setup: &Setup) -> Result<(Duration, Duration)> {
    let types = setup.types();
    let (mut front, mut back) = (Vec::new(), Vec::new());
    for _ in 0..COMPILATIONS {
        let (f, b) = kernel.compile_time(&types)?;
        front.push(f);
        back.push(b);
    }
    Ok((median(front), median(back)))
}

/// memcpy that moves as many bytes as the kernel: half of them read, half written.
struct Copy {
    from: HostArray,
    to: HostArray,
}

impl Copy {
    fn new(bytes: usize) -> Result<Copy> {
        let half = [(bytes / 2).max(1)];
        let mut from = HostArray::zeros(DType::U8, &half)?;
        let mut to = HostArray::zeros(DType::U8, &half)?;
        // Pages that were never written are all the same page: write both.
        from.bytes_mut().fill(1);
        to.bytes_mut().fill(2);
        Ok(Copy { from, to })
    }

    /// Time of one copy; small ones are repeated so that starting threads does not count.
    fn run(&mut self, threads: usize) -> Duration {
        let len = self.from.byte_len();
        let times = ((64 << 20) / len).clamp(1, 100_000);
        let chunk = len.div_ceil(threads.max(1));
        let started = Instant::now();
        if threads <= 1 {
            for _ in 0..times {
                self.to.bytes_mut().copy_from_slice(self.from.bytes());
                std::hint::black_box(self.to.bytes_mut());
            }
        } else {
            std::thread::scope(|scope| {
                for (to, from) in self.to.bytes_mut().chunks_mut(chunk).zip(self.from.bytes().chunks(chunk)) {
                    scope.spawn(move || {
                        for _ in 0..times {
                            to.copy_from_slice(from);
                            std::hint::black_box(&mut *to);
                        }
                    });
                }
            });
        }
        started.elapsed() / times as u32
    }
}

struct Bench<'a> {
    args: &'a BenchArgs,
    setup: &'a Setup,
    bytes: usize,
    front: Duration,
    back: Duration,
    rows: Vec<Row>,
}

impl Bench<'_> {
    fn rate(&self, time: Duration) -> f64 {
        self.bytes as f64 / time.as_secs_f64() / 1e9
    }

    fn text(&self) -> String {
        let mut out = format!("{} ({})\n", self.setup.name, self.args.typing.file.display());
        let [x, y, z] = self.setup.grid;
        let _ = writeln!(out, "  grid     {x} x {y} x {z} threads");
        let _ = writeln!(out, "  moves    {:.3} MB (inputs and outputs)", self.bytes as f64 / 1e6);
        let (front, back) = (millis(self.front), millis(self.back));
        let _ = writeln!(out, "  compile  {:.3} ms (text to IR {front:.3}, machine {back:.3})", front + back);
        let _ = writeln!(out, "  threads     kernel ms   GB/s   memcpy GB/s   of memcpy   runs");
        for row in &self.rows {
            let _ = writeln!(
                out,
                "  {:>7}  {:>12.4}  {:>5.2}  {:>12.2}  {:>10.3}  {:>5}",
                row.threads,
                millis(row.kernel),
                self.rate(row.kernel),
                self.rate(row.memcpy),
                row.ratio(),
                row.repeat
            );
        }
        out
    }

    fn json(&self) -> Value {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                json!({
                    "threads": row.threads,
                    "repeat": row.repeat,
                    "kernel_ms": millis(row.kernel),
                    "gb_per_s": self.rate(row.kernel),
                    "memcpy_gb_per_s": self.rate(row.memcpy),
                    "of_memcpy": row.ratio(),
                })
            })
            .collect();
        json!({
            "kernel": self.setup.name,
            "file": self.args.typing.file.display().to_string(),
            "grid": self.setup.grid,
            "threadgroup": self.setup.threadgroup,
            "bytes": self.bytes,
            "compile_ms": millis(self.front + self.back),
            "front_end_ms": millis(self.front),
            "machine_ms": millis(self.back),
            "runs": rows,
        })
    }
}
