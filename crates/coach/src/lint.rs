//! From the text of one file to its findings: parse, analyse, suppress, sort.

use ruff_python_ast::PySourceType;
use ruff_python_parser::parse_unchecked_source;
use ruff_text_size::TextRange;

use crate::engine::{self, Target};
use crate::finding::Finding;
use crate::legacy;
use crate::nesting::too_deep;
use crate::rules::Rule;
use crate::suppress::Suppressions;

/// A place where a file does not parse.
#[derive(Clone, Debug)]
pub struct SyntaxProblem {
    /// Where.
    pub range: TextRange,
    /// What the parser says.
    pub message: String,
}

/// What linting one file gave.
#[derive(Default)]
pub struct Linted {
    /// The findings, sorted by place and code.
    pub findings: Vec<Finding>,
    /// Where it does not parse.
    pub problems: Vec<SyntaxProblem>,
    /// How many findings were suppressed.
    pub suppressed: usize,
}

/// Lints the text of one file with these rules, for the newest MLX known.
pub fn lint(path: &str, source: &str, rules: &[&'static Rule]) -> Linted {
    lint_for(path, source, rules, Target::default())
}

/// Lints the text of one file with these rules, for a version of MLX.
pub fn lint_for(path: &str, source: &str, rules: &[&'static Rule], target: Target) -> Linted {
    if let Some((range, message)) = too_deep(source) {
        return Linted { problems: vec![SyntaxProblem { range, message }], ..Linted::default() };
    }
    if path.ends_with(".metal") {
        return lint_metal(path, source, rules);
    }
    let kind = if path.ends_with(".pyi") { PySourceType::Stub } else { PySourceType::Python };
    let parsed = parse_unchecked_source(source, kind);
    let problems = parsed
        .errors()
        .iter()
        .map(|e| SyntaxProblem { range: e.location, message: e.error.to_string() })
        .collect::<Vec<_>>();
    let mut findings = Vec::new();
    let wanted = ["mlx", "torch", "numpy", "jax"].iter().any(|word| source.contains(word));
    if rules.iter().any(|r| !r.is_legacy()) && wanted && problems.is_empty() {
        findings = engine::analyze(path, source, parsed.suite(), rules, target).findings;
    }
    if rules.iter().any(|r| r.is_legacy()) && problems.is_empty() {
        findings.extend(legacy::check(parsed.suite(), rules));
    }
    sort(source, &mut findings);
    let suppressions = Suppressions::read(source, parsed.tokens());
    let (findings, suppressed) = suppressions.apply(source, findings, rules);
    Linted { findings, problems, suppressed }
}

/// Lints a kernel body in a file of its own.
fn lint_metal(path: &str, source: &str, rules: &[&'static Rule]) -> Linted {
    let mut findings = engine::analyze_metal(path, source, rules).findings;
    sort(source, &mut findings);
    let (findings, suppressed) = Suppressions::read_metal(source).apply(source, findings, rules);
    Linted { findings, problems: Vec::new(), suppressed }
}

fn sort(source: &str, findings: &mut Vec<Finding>) {
    let key = |f: &Finding| (f.range.start(), f.range.end(), f.code);
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    // What the two passes over a loop body say twice is said once; the old linters did repeat.
    findings.dedup_by(|a, b| key(a) == key(b) && a.message == b.message && !legacy::is_legacy(a.code));
    // `int(a[i, 0]), int(a[i, 1])` is one finding; each fix stays, for it edits a place of its own.
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut line = 0;
    for f in findings.drain(..) {
        let start = usize::from(f.range.start());
        line = source[..start].rfind('\n').map_or(0, |n| n + 1).max(line);
        let said = kept.iter().rev().take_while(|k| usize::from(k.range.start()) >= line);
        let mut said = said.filter(|k| k.code == f.code && k.message == f.message);
        if f.fix.is_some() || legacy::is_legacy(f.code) || said.next().is_none() {
            kept.push(f);
        }
    }
    *findings = kept;
}
