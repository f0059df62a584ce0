//! Output for people: drawn source lines, one line each, counts, and the original tools' lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use ruff_text_size::TextRange;

use super::report::Report;
use crate::engine::Sure;
use crate::finding::{Finding, Safety, Severity};

/// Findings drawn as rustc draws them.
pub(crate) fn full(reports: &[Report], why: bool) -> String {
    let mut out = String::new();
    for report in reports {
        for problem in &report.problems {
            let _ = writeln!(
                out,
                "error: {}: does not parse: {}\n",
                report.location(problem.range.start()),
                problem.message
            );
        }
        for finding in &report.findings {
            out.push_str(&draw(report, finding, why));
            out.push_str("\n\n");
        }
    }
    out.push_str(&summary(reports));
    out
}

fn draw(report: &Report, finding: &Finding, why: bool) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warn => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let (text, first, shift) = window(report, finding.range);
    if text.len() > LONGEST_LINE {
        return told(report, finding);
    }
    let span = |r: TextRange| {
        let start = usize::from(r.start()).saturating_sub(shift).min(text.len());
        let end = usize::from(r.end()).saturating_sub(shift).clamp(start, text.len());
        start..end
    };
    // A finding that spans lines is marked on its first line only.
    let mut mark = span(finding.range);
    if let Some(newline) = text[mark.clone()].find('\n') {
        mark.end = mark.start + newline;
    }
    let path = match report.place(finding.range.start()) {
        (Some(cell), ..) => format!("{}:cell {cell}", report.path),
        _ => report.path.clone(),
    };
    let snippet = Snippet::source(text)
        .line_start(first)
        .path(path)
        .annotation(AnnotationKind::Primary.span(mark).label(finding.label.as_str()));
    let mut group = level.primary_title(finding.message.as_str()).id(finding.code).element(snippet);
    for (range, note) in &finding.related {
        group = group.element(Level::NOTE.message(format!("{note} ({})", report.location(range.start()))));
    }
    match finding.sure {
        Sure::Certain => {}
        Sure::Likely => group = group.element(Level::NOTE.message("likely, not certain")),
        Sure::Possible => group = group.element(Level::NOTE.message("possible, not more")),
    }
    if why {
        for step in &finding.why {
            group = group.element(Level::NOTE.message(format!(
                "because {}: {}",
                report.location(step.range.start()),
                step.text
            )));
        }
    }
    if let Some(help) = &finding.help {
        let fix = finding
            .fix
            .as_ref()
            .map_or("", |f| if f.safety == Safety::Safe { " (--fix)" } else { " (--unsafe-fixes)" });
        group = group.element(Level::HELP.message(format!("{help}{fix}")));
    }
    let groups: [Group<'_>; 1] = [group];
    Renderer::plain().render(&groups)
}

/// Lines longer than this are not drawn: no one can read them, and drawing them takes long.
const LONGEST_LINE: usize = 2_000;

/// A finding without its line.
fn told(report: &Report, finding: &Finding) -> String {
    let mut out = format!(
        "{}[{}]: {}\n --> {}\n  = note: the line is too long to show",
        finding.severity.word(),
        finding.code,
        finding.message,
        report.location(finding.range.start())
    );
    if let Some(help) = &finding.help {
        let _ = write!(out, "\n  = help: {help}");
    }
    out
}

/// The lines of a range as text, the number of the first, and its offset.
fn window(report: &Report, range: TextRange) -> (&str, usize, usize) {
    let source = &report.source;
    let start = usize::from(range.start()).min(source.len());
    let from = source[..start].rfind('\n').map_or(0, |i| i + 1);
    let to = source[start..].find('\n').map_or(source.len(), |i| start + i);
    let (_, line, _) = report.place(range.start());
    (source[from..to].trim_end_matches('\r'), line, from)
}

/// One line per finding.
pub(crate) fn concise(reports: &[Report]) -> String {
    let mut out = String::new();
    for report in reports {
        for p in &report.problems {
            let _ =
                writeln!(out, "{}: error does not parse: {}", report.location(p.range.start()), p.message);
        }
        for f in &report.findings {
            let _ = writeln!(
                out,
                "{}: {} {} {}",
                report.location(f.range.start()),
                f.severity.word(),
                f.code,
                f.message
            );
        }
    }
    out.push_str(&summary(reports));
    out
}

/// The line formats of the original tools: the first generation's, or the second's with its counts.
pub(crate) fn legacy(reports: &[Report], second: bool, verbose: bool) -> String {
    let mut out = String::new();
    let mut counts = [0usize; 3];
    for report in reports {
        for f in &report.findings {
            let (kind, place) = match f.severity {
                Severity::Error => ("error", 0),
                Severity::Warn => ("warn", 1),
                Severity::Info if second => ("teach", 2),
                Severity::Info => ("tip", 2),
            };
            counts[place] += 1;
            let kind = if second { kind.to_uppercase() } else { kind.to_owned() };
            let (_, line, _) = report.place(f.range.start());
            let _ = writeln!(out, "{}:{line}: [{kind} {}] {}", report.path, f.code, f.message);
            if verbose && let Some(why) = crate::rules::find(f.code).and_then(|r| r.line("Evidence:")) {
                let _ = writeln!(out, "   WHY: {why}");
            }
        }
    }
    if counts == [0; 3] {
        out.push_str("EmberCoach: no teaching tips — looking good!\n");
    } else if second {
        let rule = "=".repeat(80);
        let [errors, warnings, teaching] = counts;
        let _ = writeln!(
            out,
            "{rule}\nFiles scanned: {}\nERRORS: {errors}  WARNINGS: {warnings}  TEACHING: {teaching}\n{rule}",
            reports.len()
        );
    }
    out
}

fn plural(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

fn summary(reports: &[Report]) -> String {
    let findings: usize = reports.iter().map(|r| r.findings.len()).sum();
    let suppressed: usize = reports.iter().map(|r| r.suppressed).sum();
    let fixed: usize = reports.iter().map(|r| r.fixed).sum();
    let fixable = reports.iter().flat_map(|r| &r.findings).filter(|f| f.fix.is_some()).count();
    let broken = reports.iter().filter(|r| !r.problems.is_empty()).count();
    let mut out = format!("{} in {}", plural(findings, "finding"), plural(reports.len(), "file"));
    for (n, text) in [(fixable, "with a fix"), (fixed, "fixed"), (suppressed, "suppressed")] {
        if n > 0 {
            let _ = write!(out, ", {n} {text}");
        }
    }
    if broken > 0 {
        let _ = write!(out, "; {} not analysed because of syntax errors", plural(broken, "file"));
    }
    out.push('\n');
    out
}

/// Counts by code, the most frequent first.
pub(crate) fn counts(reports: &[Report]) -> Vec<(&'static str, usize)> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for f in reports.iter().flat_map(|r| &r.findings) {
        *counts.entry(f.code).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    rows
}

/// Counts by code, and per thousand lines.
pub(crate) fn statistics(reports: &[Report]) -> String {
    let rows = counts(reports);
    let lines: usize = reports.iter().map(|r| r.source.lines().count()).sum();
    let mut out = String::new();
    for (code, n) in &rows {
        let name = crate::rules::find(code).map_or("", |r| r.name);
        let _ = writeln!(out, "{n:>6}  {code:<24} {name}");
    }
    let total: usize = rows.iter().map(|r| r.1).sum();
    #[expect(clippy::cast_precision_loss, reason = "a count of lines is small")]
    let rate = total as f64 * 1000.0 / lines.max(1) as f64;
    let _ = writeln!(
        out,
        "{} in {}, {}: {rate:.2} per 1,000 lines",
        plural(total, "finding"),
        plural(reports.len(), "file"),
        plural(lines, "line")
    );
    out
}
