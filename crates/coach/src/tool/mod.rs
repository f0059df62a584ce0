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
mod machine;
mod notebook;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ruff_source_file::LineIndex;
use ruff_text_size::TextSize;

use crate::engine::Sure;
use crate::finding::{Finding, Safety, Severity};
use crate::lint::{SyntaxProblem, lint};
use crate::rules::Rule;
use args::{Args, Command, Format};
use config::Config;
use notebook::Notebook;

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

/// One linted file, ready to be shown.
pub(crate) struct Report {
    pub(crate) path: String,
    pub(crate) source: String,
    pub(crate) index: LineIndex,
    pub(crate) notebook: Option<Notebook>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) problems: Vec<SyntaxProblem>,
    pub(crate) suppressed: usize,
    pub(crate) fixed: usize,
    pub(crate) diff: String,
}

impl Report {
    /// Line and column, from one; in a notebook also the cell.
    pub(crate) fn place(&self, at: TextSize) -> (Option<usize>, usize, usize) {
        let lc = self.index.line_column(at, &self.source);
        let (line, column) = (lc.line.get(), lc.column.get());
        match &self.notebook {
            Some(n) => {
                let (cell, line) = n.cell_of(line);
                (Some(cell), line, column)
            }
            None => (None, line, column),
        }
    }

    /// `path:line:column`.
    pub(crate) fn location(&self, at: TextSize) -> String {
        match self.place(at) {
            (Some(cell), line, column) => format!("{}:cell {cell}:{line}:{column}", self.path),
            (None, line, column) => format!("{}:{line}:{column}", self.path),
        }
    }
}

/// Runs the command.
pub fn run(arguments: &[String], io: &mut Io<'_>) -> i32 {
    match run_inner(arguments, io) {
        Ok(code) => code,
        Err(message) => {
            let _ = writeln!(io.err, "embercoach: {message}");
            2
        }
    }
}

fn run_inner(arguments: &[String], io: &mut Io<'_>) -> Result<i32, String> {
    let args = args::parse(arguments)?;
    match &args.command {
        Command::Help => return write(io, &args::help()),
        Command::Version => return write(io, concat!("embercoach ", env!("CARGO_PKG_VERSION"), "\n")),
        Command::Explain(code) => return write(io, &explain::page(code)?),
        Command::Rules { json } => return write(io, &explain::list(*json)),
        Command::Check => {}
    }
    let config = Config::load(&args, &io.cwd)?;
    let rules = config.rules()?;
    let mut unreadable = Vec::new();
    let mut reports = if args.stdin() {
        let mut source = String::new();
        io.input.read_to_string(&mut source).map_err(|e| format!("standard input: {e}"))?;
        let name = args.stdin_filename.clone().unwrap_or_else(|| "<stdin>".to_owned());
        vec![lint_text(&name, source, &rules, &args, &config)]
    } else {
        let files = discover::files(&args, &config, &io.cwd, &mut unreadable);
        lint_all(&files, &rules, &args, &config, &io.cwd, &mut unreadable)
    };
    reports.sort_by(|a, b| a.path.cmp(&b.path));
    for problem in &unreadable {
        let _ = writeln!(io.err, "embercoach: {problem}");
    }
    if let Some(path) = args.write_baseline.as_ref() {
        let path = io.cwd.join(path);
        std::fs::write(&path, baseline::write(&reports)).map_err(|e| format!("{}: {e}", path.display()))?;
        return write(io, &format!("baseline written to {}\n", path.display()));
    }
    if let Some(path) = config.baseline.as_ref() {
        baseline::apply(&io.cwd.join(path), &mut reports)?;
    }
    let text = if args.diff {
        reports.iter().map(|r| r.diff.as_str()).collect::<String>()
    } else if args.statistics {
        human::statistics(&reports)
    } else {
        match config.format {
            Format::Full => human::full(&reports, args.why),
            Format::Concise => human::concise(&reports),
            Format::Legacy => human::legacy(&reports),
            other => machine::render(other, &reports, &rules),
        }
    };
    write(io, &text)?;
    let unparsed = reports.iter().any(|r| !r.problems.is_empty());
    let failing = reports.iter().flat_map(|r| &r.findings).any(|f| f.severity >= config.threshold);
    Ok(if unparsed || !unreadable.is_empty() { 2 } else { i32::from(failing && !args.exit_zero) })
}

fn write(io: &mut Io<'_>, text: &str) -> Result<i32, String> {
    match io.out.write_all(text.as_bytes()).and_then(|()| io.out.flush()) {
        // A reader that has seen enough is no failure.
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("standard output: {e}")),
        _ => Ok(0),
    }
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
            // Deeply nested expressions need a deep stack; pages that are not touched cost nothing.
            let worker = std::thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, || {
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
    if args.fix && !args.diff && report.fixed > 0 && report.notebook.is_none() {
        std::fs::write(path, &report.source).map_err(|e| format!("{shown}: {e}"))?;
    }
    Ok(report)
}

/// Lints one text, fixing it if asked.
fn lint_text(shown: &str, text: String, rules: &[&'static Rule], args: &Args, config: &Config) -> Report {
    let notebook = shown.ends_with(".ipynb").then(|| Notebook::read(&text));
    let (source, notebook, broken) = match notebook {
        Some(Ok((source, notebook))) => (source, Some(notebook), None),
        Some(Err(message)) => (text, None, Some(message)),
        // A byte order mark is not Python; the parser would stumble over it.
        None => (text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned), None, None),
    };
    let empty = |source: String, notebook| Report {
        path: shown.to_owned(),
        index: LineIndex::from_source_text(&source),
        source,
        notebook,
        findings: Vec::new(),
        problems: Vec::new(),
        suppressed: 0,
        fixed: 0,
        diff: String::new(),
    };
    if let Some(message) = broken {
        let mut report = empty(source, None);
        report.problems.push(SyntaxProblem { range: ruff_text_size::TextRange::default(), message });
        return report;
    }
    let mut report = empty(source, notebook);
    let level = if args.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
    if (args.fix || args.diff) && report.notebook.is_none() {
        let (fixed, count) = fix::fix_all(shown, &report.source, rules, level);
        if count > 0 {
            report.diff = fix::unified_diff(shown, &report.source, &fixed);
            report.fixed = count;
            if args.fix && !args.diff {
                report = Report { fixed: count, ..empty(fixed, None) };
            }
        }
    }
    let linted = lint(shown, &report.source, rules);
    report.findings = linted.findings;
    report.problems = linted.problems;
    report.suppressed = linted.suppressed;
    let least = if config.shows_possible() { Sure::Possible } else { Sure::Likely };
    report.findings.retain(|f| f.sure >= least && config.allows(shown, f));
    report
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
