//! The command `embercoach` (and `ember coach`) as one function that any binary can call.
//!
//! [`run`] takes the arguments and where to write, and returns the exit code: 0 clean, 1 findings
//! at or above the threshold, 2 wrong usage, an unreadable path or a file that does not parse.

mod args;
mod baseline;
mod config;
mod discover;
mod explain;
mod fix;
mod human;
mod kernels;
mod lsp;
mod machine;
mod notebook;
mod report;
mod watch;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::finding::Severity;
use crate::rules::Rule;
use args::{Args, Command, Format};
use config::Config;
pub use kernels::{Outcome, check_kernels, list_kernels};
use report::{Report, lint_text};

/// The baseline's file where none is named.
const BASELINE: &str = "embercoach-baseline.json";

/// Where the command reads and writes.
pub struct Io<'x> {
    /// Standard output.
    pub out: &'x mut dyn Write,
    /// Standard error.
    pub err: &'x mut dyn Write,
    /// Standard input, for `-`.
    pub input: &'x mut dyn Read,
    /// The folder that relative paths start from.
    pub cwd: PathBuf,
}

/// Runs the command.
pub fn run(arguments: &[String], io: &mut Io<'_>) -> i32 {
    let outcome = match args::parse(arguments) {
        Ok(Command::Check(args)) => check(&args, io),
        Ok(Command::Explain { code }) => explain::page(&code).and_then(|page| write(io, &page)),
        Ok(Command::Rules { json }) => write(io, &explain::list(json)),
        Ok(Command::Lsp) => lsp::serve(io),
        Err(e) if !e.use_stderr() => write(io, &e.to_string()),
        Err(e) => Err(e.to_string().trim_start_matches("error: ").trim_end().to_owned()),
    };
    outcome.unwrap_or_else(|message| {
        let _ = writeln!(io.err, "embercoach: {message}");
        2
    })
}

fn check(args: &Args, io: &mut Io<'_>) -> Result<i32, String> {
    if args.watch { watch::run(args, io) } else { check_once(args, io) }
}

/// Lints once, shows what was found, and gives the exit code.
fn check_once(args: &Args, io: &mut Io<'_>) -> Result<i32, String> {
    let config = Config::load(args, &io.cwd)?;
    let rules = config.rules()?;
    let mut unreadable = Vec::new();
    let mut reports = if args.stdin() {
        let mut source = String::new();
        io.input.read_to_string(&mut source).map_err(|e| format!("standard input: {e}"))?;
        let name = args.stdin_filename.clone().unwrap_or_else(|| "<stdin>".to_owned());
        let report = on_a_deep_stack(|| lint_text(&name, source, &rules, args, &config))?;
        if args.fixes() {
            // As with other tools: the fixed text on standard output, and nothing else.
            write(io, &report.source)?;
            return Ok(exit_code(&[report], &config, args, false));
        }
        vec![report]
    } else {
        let files = discover::files(args, &config, &io.cwd, &mut unreadable);
        if files.is_empty() && unreadable.is_empty() {
            let _ = writeln!(io.err, "embercoach: there is no .py, .pyi, .ipynb or .metal file here");
        }
        lint_all(&files, &rules, args, &config, &io.cwd, &mut unreadable)
    };
    reports.sort_by(|a, b| a.path.cmp(&b.path));
    for problem in &unreadable {
        let _ = writeln!(io.err, "embercoach: {problem}");
    }
    if let Some(named) = &args.write_baseline {
        let name = if named.is_empty() { config.baseline.as_deref().unwrap_or(BASELINE) } else { named };
        let path = io.cwd.join(name);
        std::fs::write(&path, baseline::write(&reports)).map_err(|e| format!("{}: {e}", path.display()))?;
        return write(io, &format!("baseline written to {}\n", path.display()));
    }
    if let Some(path) = config.baseline.as_ref() {
        baseline::apply(&io.cwd.join(path), &mut reports)?;
    }
    let mut text = if args.diff {
        reports.iter().map(|r| r.diff.as_str()).collect::<String>()
    } else if args.statistics {
        match config.format {
            Format::Json | Format::Jsonl => machine::statistics(&reports),
            _ => human::statistics(&reports),
        }
    } else {
        match config.format {
            Format::Full => human::full(&reports, args.why),
            Format::Concise => human::concise(&reports),
            Format::Legacy => human::legacy(&reports, config.is_guide(), args.verbose),
            other => machine::render(other, &reports, &rules),
        }
    };
    if args.verbose && matches!(config.format, Format::Full | Format::Concise) {
        text.push_str(&explain::pages_of(&reports));
    }
    write(io, &text)?;
    if args.diff && text.is_empty() {
        let unsafe_too = reports.iter().flat_map(|r| &r.findings).any(|f| f.fix.is_some());
        let hint = if unsafe_too { "; --unsafe-fixes would change something" } else { "" };
        let _ = writeln!(io.err, "embercoach: nothing to fix{hint}");
    }
    if args.fixes()
        && reports.iter().any(|r| r.notebook.is_some() && r.findings.iter().any(|f| f.fix.is_some()))
    {
        let _ = writeln!(io.err, "embercoach: notebooks are linted, but fixes are not applied to them");
    }
    Ok(exit_code(&reports, &config, args, !unreadable.is_empty()))
}

fn exit_code(reports: &[Report], config: &Config, args: &Args, unreadable: bool) -> i32 {
    let unparsed = reports.iter().any(|r| !r.problems.is_empty());
    let failing = reports.iter().flat_map(|r| &r.findings).any(|f| f.severity >= config.threshold);
    if unparsed || unreadable { 2 } else { i32::from(failing && !args.exit_zero) }
}

fn write(io: &mut Io<'_>, text: &str) -> Result<i32, String> {
    match io.out.write_all(text.as_bytes()).and_then(|()| io.out.flush()) {
        // A reader that has seen enough is no failure.
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("standard output: {e}")),
        _ => Ok(0),
    }
}

/// Deeply nested expressions need a deep stack; pages that are not touched cost nothing.
const STACK: usize = 256 << 20;

/// Runs a job that may recurse as deep as the text that it reads.
pub(crate) fn on_a_deep_stack<T: Send>(job: impl FnOnce() -> T + Send) -> Result<T, String> {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, job);
        let worker = worker.map_err(|e| format!("cannot start a thread: {e}"))?;
        worker.join().map_err(|_| "the analysis failed; please report the file".to_owned())
    })
}

/// Lints files on several threads; the order of the result is the order of the paths.
fn lint_all(
    files: &[(PathBuf, String)],
    rules: &[&'static Rule],
    args: &Args,
    config: &Config,
    cwd: &Path,
    unreadable: &mut Vec<String>,
) -> Vec<Report> {
    let next = AtomicUsize::new(0);
    let done: Mutex<(Vec<Report>, Vec<String>)> = Mutex::new((Vec::new(), Vec::new()));
    let jobs = config.jobs.clamp(1, files.len().max(1));
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let worker = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || {
                loop {
                    let Some((path, shown)) = files.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
                    let outcome = lint_file(&cwd.join(path), shown, rules, args, config);
                    let mut done = done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    match outcome {
                        Ok(report) => done.0.push(report),
                        Err(problem) => done.1.push(problem),
                    }
                }
            });
            if let Err(e) = worker {
                let mut done = done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                done.1.push(format!("cannot start a thread: {e}"));
            }
        }
    });
    let (reports, mut problems) = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    problems.sort();
    unreadable.extend(problems);
    reports
}

fn lint_file(
    path: &Path,
    shown: &str,
    rules: &[&'static Rule],
    args: &Args,
    config: &Config,
) -> Result<Report, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("{shown}: {e}"))?;
    let source = String::from_utf8(bytes).map_err(|_| format!("{shown}: not UTF-8 text"))?;
    let report = lint_text(shown, source, rules, args, config);
    if args.fixes() && report.fixed > 0 {
        std::fs::write(path, report.written()).map_err(|e| format!("{shown}: {e}"))?;
    }
    Ok(report)
}

/// The severity with this name.
pub(crate) fn severity(name: &str) -> Result<Severity, String> {
    match name {
        "info" => Ok(Severity::Info),
        "warn" | "warning" => Ok(Severity::Warn),
        "error" => Ok(Severity::Error),
        _ => Err(format!("`{name}` is no severity; write info, warning or error")),
    }
}
