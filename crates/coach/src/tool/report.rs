//! One linted text: what was found in it, and where that is for a reader.

use ruff_source_file::LineIndex;
use ruff_text_size::{TextRange, TextSize};

use super::args::Args;
use super::config::Config;
use super::fix;
use super::notebook::Notebook;
use crate::engine::Sure;
use crate::finding::{Finding, Safety};
use crate::lint::{SyntaxProblem, lint_for};
use crate::rules::Rule;

const BOM: char = '\u{feff}';

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
    /// The file begins with a byte order mark, which is not part of `source`.
    bom: bool,
}

impl Report {
    pub(crate) fn empty(path: &str, source: String, notebook: Option<Notebook>, bom: bool) -> Report {
        Report {
            path: path.to_owned(),
            index: LineIndex::from_source_text(&source),
            source,
            notebook,
            findings: Vec::new(),
            problems: Vec::new(),
            suppressed: 0,
            fixed: 0,
            diff: String::new(),
            bom,
        }
    }

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

    /// The text as it is written back, with the byte order mark that it came with.
    pub(crate) fn written(&self) -> String {
        if self.bom { format!("{BOM}{}", self.source) } else { self.source.clone() }
    }
}

/// Lints one text, fixing it if asked.
pub(crate) fn lint_text(
    shown: &str,
    text: String,
    rules: &[&'static Rule],
    args: &Args,
    config: &Config,
) -> Report {
    // A byte order mark is not Python; the parser would stumble over it.
    let (text, bom) = match text.strip_prefix(BOM) {
        Some(rest) => (rest.to_owned(), true),
        None => (text, false),
    };
    let (source, notebook) = if shown.ends_with(".ipynb") {
        match Notebook::read(&text) {
            Ok((source, notebook)) => (source, Some(notebook)),
            Err(message) => {
                let mut report = Report::empty(shown, text, None, bom);
                report.problems.push(SyntaxProblem { range: TextRange::default(), message });
                return report;
            }
        }
    } else {
        (text, None)
    };
    let mut report = Report::empty(shown, source, notebook, bom);
    let level = if args.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
    if (args.fixes() || args.diff) && report.notebook.is_none() {
        let lint = |text: &str, rules: &[&'static Rule]| lint_for(shown, text, rules, config.target);
        let (fixed, count) = fix::fix_all(&report.source, rules, level, &lint);
        if count > 0 {
            let diff = fix::unified_diff(shown, &report.source, &fixed);
            if args.fixes() {
                report = Report::empty(shown, fixed, None, bom);
            }
            report.diff = diff;
            report.fixed = count;
        }
    }
    let linted = lint_for(shown, &report.source, rules, config.target);
    report.findings = linted.findings;
    report.problems = linted.problems;
    report.suppressed = linted.suppressed;
    let least = if config.shows_possible() { Sure::Possible } else { Sure::Likely };
    report.findings.retain(|f| f.sure >= least && config.allows(shown, f));
    report
}
