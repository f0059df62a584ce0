//! `ember precision longconv`: the error of long convolutions, by length and profile.

use crate::args::LongconvArgs;
use crate::plot::{Line, Plot};
use crate::{Exit, stop, terminal};
use emberforge_array::{
    Array, DType, LongConvKernel, LongConvOptions, eval, fft, long_conv, multiply, random, s,
};
use emberforge_base::{Error, ErrorKind, Result};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::Instant;

/// Elements of one measurement; it holds about fifty bytes for each.
const MOST: usize = 1 << 24;
/// Runs whose median time is reported.
const RUNS: usize = 5;

pub(crate) fn longconv(args: &LongconvArgs) -> Result<Exit> {
    stop::flag();
    let mut lengths: Vec<usize> = args.lengths.iter().map(|&l| l as usize).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let (channels, longest) = (args.channels as usize, lengths.last().copied().unwrap_or(0));
    if channels * longest > MOST {
        return Err(Error::invalid(format!(
            "{channels} rows of {longest} elements are more than {MOST} elements; ask for fewer `--channels`"
        )));
    }
    let mut rows = Vec::new();
    for &length in &lengths {
        rows.extend(measure(args, length)?);
    }
    if let Some(path) = &args.svg {
        std::fs::write(path, plot(args, &rows).svg())
            .map_err(|e| Error::io(format!("`{}` cannot be written: {e}", path.display())))?;
    }
    terminal::out(&if args.json { format!("{:#}\n", json(args, &rows)) } else { text(args, &rows) });
    Ok(Exit::Ok)
}

/// One method at one length.
struct Row {
    length: usize,
    method: String,
    /// Root of the mean of the squared errors, and the largest error.
    rms: f64,
    max: f64,
    /// Root of the mean of the squared results.
    size: f64,
    /// Distances from the correctly rounded result, in units of the last place, ascending.
    ulps: Vec<u32>,
    /// Microseconds per row, on every core; rounding alone takes no time worth telling.
    time: Option<f64>,
}

impl Row {
    fn new(length: usize, method: String, y: &[f32], exact: &[f64], time: Option<f64>) -> Row {
        let errors = || y.iter().zip(exact).map(|(y, e)| (f64::from(*y) - e).abs());
        let mean = |sum: f64| (sum / exact.len() as f64).sqrt();
        let mut ulps: Vec<u32> =
            y.iter().zip(exact).map(|(y, e)| place(*y).abs_diff(place(*e as f32))).collect();
        ulps.sort_unstable();
        Row {
            length,
            method,
            rms: mean(errors().map(|e| e * e).sum()),
            max: errors().fold(0.0, f64::max),
            size: mean(exact.iter().map(|e| e * e).sum()),
            ulps,
            time,
        }
    }

    /// The distance that a share of the results keeps.
    fn quantile(&self, share: f64) -> u32 {
        self.ulps[((self.ulps.len() as f64 * share).ceil() as usize).clamp(1, self.ulps.len()) - 1]
    }

    /// The share of results at most one unit away.
    fn within_one(&self) -> f64 {
        self.ulps.partition_point(|u| *u <= 1) as f64 / self.ulps.len() as f64
    }
}

/// The number's place among all `f32`: neighbours differ by 1.
fn place(x: f32) -> i32 {
    let bits = x.to_bits() as i32;
    if bits < 0 { i32::MIN - bits } else { bits }
}

fn measure(args: &LongconvArgs, length: usize) -> Result<Vec<Row>> {
    let shape = [args.channels as usize, length];
    let numbers = |seed| random::normal(&shape, DType::F32, Some(&random::key(seed)));
    let (u, k) = (numbers(0)?, numbers(1)?);
    let exact = direct(&u.to_vec()?, &k.to_vec()?, length)?;
    let mut rows = Vec::new();
    let mut add = |method: String, run: &dyn Fn() -> Result<Array>| -> Result<()> {
        let y = run()?.to_vec::<f32>()?;
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let started = Instant::now();
            eval([&run()?])?;
            times.push(started.elapsed().as_secs_f64() * 1e6 / f64::from(args.channels));
        }
        times.sort_by(f64::total_cmp);
        rows.push(Row::new(length, method, &y, &exact, Some(times[RUNS / 2])));
        Ok(())
    };
    for profile in &args.profiles {
        profile.within(|| {
            let kernel = LongConvKernel::new(&k, length)?;
            add(profile.to_string(), &|| long_conv(&u, &kernel, None, &LongConvOptions::default()))
        })?;
    }
    let norm = fft::Norm::Backward;
    let spectrum = fft::rfft(&k, 2 * length, -1, norm)?;
    add("fft".into(), &|| {
        let product = multiply(fft::rfft(&u, 2 * length, -1, norm)?, &spectrum)?;
        fft::irfft(&product, 2 * length, -1, norm)?.slice(s![.., ..length as i64])
    })?;
    let rounded: Vec<f32> = exact.iter().map(|e| *e as f32).collect();
    rows.push(Row::new(length, "rounded".into(), &rounded, &exact, None));
    Ok(rows)
}

/// `y[n] = sum_{j <= n} k[n - j] u[j]` of each row, in `f64`, on every core.
fn direct(u: &[f32], k: &[f32], length: usize) -> Result<Vec<f64>> {
    /// Results that are summed together.
    const BLOCK: usize = 32;
    let wide = |x: &[f32]| -> Vec<f64> { x.iter().map(|x| f64::from(*x)).collect() };
    let (u, k) = (wide(u), wide(k));
    let mut y = vec![0.0; u.len()];
    let mut blocks: Vec<(usize, usize, &mut [f64])> = Vec::new();
    for (row, y) in y.chunks_mut(length).enumerate() {
        blocks.extend(y.chunks_mut(BLOCK).enumerate().map(|(i, y)| (row * length, i * BLOCK, y)));
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    // Late blocks sum more: deal them out in turn.
    let mut hands: Vec<Vec<_>> = (0..threads).map(|_| Vec::new()).collect();
    blocks.into_iter().enumerate().for_each(|(i, block)| hands[i % threads].push(block));
    std::thread::scope(|scope| {
        for hand in hands {
            scope.spawn(|| {
                for (row, first, y) in hand {
                    if stop::requested() {
                        return;
                    }
                    let (u, k) = (&u[row..][..length], &k[row..][..length]);
                    for (j, u) in u[..=first].iter().enumerate() {
                        y.iter_mut().zip(&k[first - j..]).for_each(|(y, k)| *y += u * k);
                    }
                    for i in 1..y.len() {
                        y[i..].iter_mut().zip(k).for_each(|(y, k)| *y += u[first + i] * k);
                    }
                }
            });
        }
    });
    if stop::requested() {
        return Err(Error::new(ErrorKind::Stopped, "the measurement was interrupted"));
    }
    Ok(y)
}

fn text(args: &LongconvArgs, rows: &[Row]) -> String {
    let mut out = format!(
        "causal long_conv of {} normal f32 rows with normal kernels, against direct convolution in f64\n\
         rms, max: absolute error; relative: rms error by the rms of the results; ulp: quantiles of the distance from the\n\
         correctly rounded result\n\
         {:>7}  {:<14}{:>9}{:>10}{:>10}{:>8}{:>6}{:>7}{:>8}{:>10}{:>9}\n",
        args.channels,
        "length",
        "method",
        "rms",
        "max",
        "relative",
        "ulp 50%",
        "99%",
        "99.9%",
        "100%",
        "<= 1 ulp",
        "us/row"
    );
    let mut last = 0;
    for row in rows {
        if last != 0 && last != row.length {
            out.push('\n');
        }
        last = row.length;
        let time = row.time.map_or("-".into(), |t| format!("{t:.1}"));
        let _ = writeln!(
            out,
            "{:>7}  {:<14}{:>9.2e}{:>10.2e}{:>10.2e}{:>8}{:>6}{:>7}{:>8}{:>9.3}%{time:>9}",
            row.length,
            row.method,
            row.rms,
            row.max,
            row.rms / row.size,
            row.quantile(0.5),
            row.quantile(0.99),
            row.quantile(0.999),
            row.quantile(1.0),
            row.within_one() * 100.0,
        );
    }
    out
}

fn json(args: &LongconvArgs, rows: &[Row]) -> Value {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "length": row.length,
                "method": row.method,
                "rms": row.rms,
                "max": row.max,
                "rms_of_results": row.size,
                "ulp_50": row.quantile(0.5),
                "ulp_99": row.quantile(0.99),
                "ulp_99_9": row.quantile(0.999),
                "ulp_max": row.quantile(1.0),
                "within_one_ulp": row.within_one(),
                "us_per_row": row.time,
            })
        })
        .collect();
    json!({ "channels": args.channels, "rows": rows })
}

/// Relative errors: rms as lines, the largest dashed.
fn plot(args: &LongconvArgs, rows: &[Row]) -> Plot {
    let mut methods: Vec<&str> = Vec::new();
    for row in rows {
        if !methods.contains(&row.method.as_str()) {
            methods.push(&row.method);
        }
    }
    // Methods that give the same results share their lines.
    let mut shown: Vec<(String, Vec<&Row>)> = Vec::new();
    for method in methods {
        let of: Vec<&Row> = rows.iter().filter(|r| r.method == method).collect();
        let same = |a: &Row, b: &Row| (a.rms, a.max) == (b.rms, b.max);
        match shown.iter_mut().find(|(_, other)| other.iter().zip(&of).all(|(a, b)| same(a, b))) {
            Some((name, _)) => *name = format!("{name}, {method}"),
            None => shown.push((method.into(), of)),
        }
    }
    let mut lines: Vec<Line> = Vec::new();
    for (methods, of) in shown {
        for (what, dashed) in [("rms", false), ("largest", true)] {
            let error = |r: &Row| if dashed { r.max } else { r.rms } / r.size;
            // A logarithmic axis has no place for an error of 0, which one element may well have.
            let points = of.iter().map(|r| (r.length as f64, error(r))).filter(|p| p.1 > 0.0).collect();
            lines.push(Line { name: format!("{methods}: {what}"), dashed, points });
        }
    }
    Plot {
        title: format!("long_conv in f32 against direct convolution in f64 (rows: {})", args.channels),
        x: "length of the row".into(),
        y: "error / rms of the results".into(),
        lines,
    }
}
