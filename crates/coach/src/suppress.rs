//! Suppression comments: `# ember: ignore[CODE, CODE] reason`.
//!
//! At the end of a line they cover that line (and the statement's later lines through the start of
//! the finding); on a line of their own they cover the next line; `ember: ignore-file[CODE]`
//! covers the file. A suppression that covers nothing is reported, if its rule ran.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_source_file::LineIndex;
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use crate::finding::{Finding, Sink};
use crate::rules::{self, Rule};

const MARK: &str = "ember:";

struct Suppression {
    range: TextRange,
    line: Option<usize>,
    codes: Vec<String>,
    used: Vec<bool>,
}

/// The suppressions of one file.
pub(crate) struct Suppressions {
    list: Vec<Suppression>,
    index: Option<LineIndex>,
}

impl Suppressions {
    /// Reads the comments of a file.
    pub(crate) fn read(source: &str, tokens: &Tokens) -> Self {
        if !source.contains(MARK) {
            return Suppressions { list: Vec::new(), index: None };
        }
        let mut comments = Vec::new();
        for token in tokens.iter() {
            match token.kind() {
                TokenKind::Comment => comments.push(token.range()),
                // A kernel body has comments of its own.
                TokenKind::String | TokenKind::FStringMiddle => {
                    metal_comments(source, token.range(), &mut comments)
                }
                _ => {}
            }
        }
        Suppressions::of_comments(source, &comments)
    }

    /// Reads the comments of a `.metal` file.
    pub(crate) fn read_metal(source: &str) -> Self {
        let mut comments = Vec::new();
        metal_comments(source, TextRange::up_to(source.text_len()), &mut comments);
        Suppressions::of_comments(source, &comments)
    }

    fn of_comments(source: &str, comments: &[TextRange]) -> Self {
        let index = LineIndex::from_source_text(source);
        let mut list = Vec::new();
        for range in comments.iter().copied() {
            let text = source.get(range.to_std_range()).unwrap_or("");
            let Some(at) = text.find(MARK) else { continue };
            let Some(rest) = text[at + MARK.len()..].trim_start().strip_prefix("ignore") else { continue };
            let (whole_file, rest) = match rest.strip_prefix("-file") {
                Some(rest) => (true, rest),
                None => (false, rest),
            };
            let codes: Vec<String> = match rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
                Some((codes, _)) => {
                    let known = |c: &str| rules::find(c).map_or(c, |r| r.code).to_owned();
                    codes.split(',').map(str::trim).filter(|c| !c.is_empty()).map(known).collect()
                }
                None => vec!["*".to_owned()],
            };
            let line = index.line_index(range.start()).get();
            let start = index.line_start(index.line_index(range.start()), source);
            let alone = source
                .get(usize::from(start)..usize::from(range.start()))
                .is_some_and(|t| t.trim().is_empty());
            let used = vec![false; codes.len()];
            list.push(Suppression {
                range,
                line: (!whole_file).then_some(line + usize::from(alone)),
                codes,
                used,
            });
        }
        Suppressions { list, index: Some(index) }
    }

    /// Removes what is suppressed, and adds what suppresses nothing.
    pub(crate) fn apply(
        mut self,
        source: &str,
        findings: Vec<Finding>,
        ran: &[&'static Rule],
    ) -> (Vec<Finding>, usize) {
        let Some(index) = self.index.take() else { return (findings, 0) };
        let before = findings.len();
        let mut kept = Vec::with_capacity(before);
        for finding in findings {
            let line = index.line_index(finding.range.start()).get();
            let mut covered = false;
            for s in &mut self.list {
                if s.line.is_some_and(|l| l != line) {
                    continue;
                }
                let name = rules::find(finding.code).map_or("", |r| r.name);
                for (code, used) in s.codes.iter().zip(&mut s.used) {
                    if code == "*" || code == finding.code || code == name {
                        *used = true;
                        covered = true;
                    }
                }
            }
            if !covered {
                kept.push(finding);
            }
        }
        let suppressed = before - kept.len();
        let Some(unused) = ran.iter().find(|r| r.code == "EMB001") else { return (kept, suppressed) };
        let mut sink = Sink::default();
        for s in &self.list {
            for (code, used) in s.codes.iter().zip(&s.used) {
                let known = code == "*" || rules::find(code).is_some();
                let did_run = code == "*" || ran.iter().any(|r| r.code == code || r.name == code);
                if *used || (known && !did_run) {
                    continue;
                }
                let what = if known { "suppresses nothing" } else { "names no rule" };
                let finding = sink.report(unused, s.range, format!("`ember: ignore[{code}]` {what}"));
                finding.label("not needed").help("remove it");
                if s.codes.len() == 1 {
                    finding.fix_safe(vec![crate::finding::Edit::replace(whole_comment(source, s.range), "")]);
                }
            }
        }
        kept.extend(sink.findings);
        kept.sort_by(|a, b| (a.range.start(), a.code).cmp(&(b.range.start(), b.code)));
        (kept, suppressed)
    }
}

/// The `//` comments in a range that hold a suppression.
fn metal_comments(source: &str, range: TextRange, out: &mut Vec<TextRange>) {
    let text = source.get(range.to_std_range()).unwrap_or("");
    for (at, _) in text.match_indices(MARK) {
        let line_start = text[..at].rfind('\n').map_or(0, |i| i + 1);
        let Some(slashes) = text[line_start..at].rfind("//") else { continue };
        let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
        let text = text[..end].trim_end();
        let size = |n: usize| TextSize::try_from(n).unwrap_or_default();
        let start = range.start() + size(line_start + slashes);
        out.push(TextRange::new(start, range.start() + size(text.len())));
    }
}

/// The comment with the blanks before it.
fn whole_comment(source: &str, range: TextRange) -> TextRange {
    let before = &source[..usize::from(range.start())];
    let kept = before.trim_end_matches([' ', '\t']).len();
    TextRange::new(TextSize::try_from(kept).unwrap_or(range.start()), range.end())
}
