//! Expected diagnostics, written under the text they point at.
//!
//! ```text
//!     out[i] = valu;
//!     //       ^^^^ error[undeclared-name]: `valu` is not declared
//! ```
//! Where carets cannot stand (columns covered by `//`), `// @0+2 error[...]: ...` gives column and width. Where no
//! comment can stand at all (an open comment, a continued macro, a header file), a directive at the top does:
//! `// ember: expect error[code] at 12:5: message`, with file line and column.

use crate::Report;
use emberforge_base::{Diagnostic, Error, Result, Severity, SourceId};

/// One expected diagnostic.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Annotation {
    pub(crate) severity: Severity,
    pub(crate) code: String,
    pub(crate) message: String,
    /// Zero-based line and column, and width, in characters.
    pub(crate) place: Place,
    /// Lines it is written on, one-based.
    pub(crate) written: (usize, usize),
    /// Written as a directive at the top.
    pub(crate) directive: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// `None` in directives, where any width will do.
    pub(crate) width: Option<usize>,
}

/// Reads every annotation of a file's lines.
pub(crate) fn read(lines: &[&str]) -> Vec<Annotation> {
    let mut annotations = Vec::new();
    let mut target = 0;
    for (i, line) in lines.iter().enumerate() {
        match annotation(line) {
            Some((column, width, severity, code, message)) => annotations.push(Annotation {
                severity,
                code,
                message,
                place: Place { line: target, column, width: Some(width) },
                written: (i + 1, i + 1),
                directive: false,
            }),
            None => target = i,
        }
    }
    annotations
}

/// True for lines that hold an annotation.
pub(crate) fn is_annotation(line: &str) -> bool {
    annotation(line).is_some()
}

/// Column, width, severity, code and message of an annotation line.
fn annotation(line: &str) -> Option<(usize, usize, Severity, String, String)> {
    let rest = line.trim_start().strip_prefix("//")?;
    let inner = rest.trim_start();
    let before = line.len() - inner.len();
    if let Some(numbers) = inner.strip_prefix('@') {
        let (place, finding) = numbers.split_once(' ')?;
        let (column, width) = place.split_once('+')?;
        let (severity, code, message) = finding_text(finding)?;
        return Some((column.parse().ok()?, width.parse().ok()?, severity, code, message));
    }
    let width = inner.len() - inner.trim_start_matches('^').len();
    if width == 0 {
        return None;
    }
    let (severity, code, message) = finding_text(inner[width..].trim_start())?;
    Some((line[..before].chars().count(), width, severity, code, message))
}

/// `error[code]: message`.
fn finding_text(text: &str) -> Option<(Severity, String, String)> {
    let (severity, rest) = severity(text)?;
    let (code, rest) = rest.strip_prefix('[')?.split_once(']')?;
    Some((severity, code.to_string(), rest.strip_prefix(':')?.trim().to_string()))
}

fn severity(text: &str) -> Option<(Severity, &str)> {
    match text.strip_prefix("error") {
        Some(rest) => Some((Severity::Error, rest)),
        None => Some((Severity::Warning, text.strip_prefix("warning")?)),
    }
}

/// Reads `error[code] at 12:5: message`; `None` when it is an expectation of another kind.
pub(crate) fn read_directive(text: &str, written: (usize, usize)) -> Result<Option<Annotation>> {
    let Some((severity, rest)) = severity(text).filter(|(_, rest)| rest.starts_with('[')) else {
        return Ok(None);
    };
    let bad = || Error::invalid("write `expect error[code] at LINE:COLUMN: message`");
    let (code, rest) = rest.strip_prefix('[').and_then(|r| r.split_once(']')).ok_or_else(bad)?;
    let rest = rest.trim_start().strip_prefix("at ").ok_or_else(bad)?;
    let (line, rest) = rest.split_once(':').ok_or_else(bad)?;
    let (column, message) = rest.split_once(':').ok_or_else(bad)?;
    let number = |n: &str| n.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1)).ok_or_else(bad);
    let place = Place { line: number(line)?, column: number(column)?, width: None };
    Ok(Some(Annotation {
        severity,
        code: code.to_string(),
        message: message.trim().to_string(),
        place,
        written,
        directive: true,
    }))
}

/// Where a diagnostic points, in the file.
fn place(diagnostic: &Diagnostic, report: &Report) -> Place {
    let span = diagnostic.primary.span;
    let position = report.sources.position(span);
    let covered = report.sources.text(span);
    let width = covered.lines().next().unwrap_or("").trim_end().chars().count();
    Place { line: position.line - 1, column: position.column - 1, width: Some(width.max(1)) }
}

/// What is missing, misplaced or extra; empty when everything is as annotated.
pub(crate) fn compare(report: &Report, expected: &[Annotation]) -> Vec<String> {
    let mut left: Vec<&Annotation> = expected.iter().collect();
    let mut problems = Vec::new();
    for diagnostic in &report.diagnostics {
        let place = place(diagnostic, report);
        let fits = |a: &&Annotation| {
            a.severity == diagnostic.severity
                && a.code == diagnostic.code
                && a.message == one_line(&diagnostic.message)
                && (a.place.line, a.place.column) == (place.line, place.column)
                && (a.place.width.is_none() || a.place.width == place.width)
        };
        match left.iter().position(fits) {
            Some(i) => drop(left.remove(i)),
            None => problems.push(format!("unexpected: {}", words(diagnostic, place))),
        }
    }
    for annotation in left {
        problems.push(format!(
            "missing: {}:{} {}[{}]: {} (annotated on line {})",
            annotation.place.line + 1,
            annotation.place.column + 1,
            name(annotation.severity),
            annotation.code,
            annotation.message,
            annotation.written.0
        ));
    }
    problems
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn words(diagnostic: &Diagnostic, place: Place) -> String {
    format!(
        "{}:{} (width {}) {}[{}]: {}",
        place.line + 1,
        place.column + 1,
        place.width.unwrap_or(0),
        name(diagnostic.severity),
        diagnostic.code,
        diagnostic.message
    )
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The file with the annotations that its diagnostics ask for; `insert_at` is the line where directives end.
pub(crate) fn bless(text: &str, report: &Report, old: &[Annotation], insert_at: usize) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_old = |i: usize| old.iter().any(|a| a.directive && (a.written.0..=a.written.1).contains(&(i + 1)));
    let mut findings: Vec<(Place, &Diagnostic)> =
        report.diagnostics.iter().map(|d| (place(d, report), d)).collect();
    findings.sort_by_key(|(place, _)| *place);
    let (below, above): (Vec<_>, Vec<_>) = findings.into_iter().partition(|(p, d)| {
        // The header is the first source and the body the second; a header in a file of its own has another name.
        let own_file =
            report.sources.get(d.primary.span.source).name == report.sources.get(SourceId::new(1)).name;
        own_file && comment_fits(&lines, p.line)
    });
    // Every line that disappears or appears above a finding moves it.
    let new_line = |line: usize| {
        let gone = (0..line).filter(|i| is_old(*i) || is_annotation(lines[*i])).count();
        let carets = below.iter().filter(|(p, _)| p.line < line).count();
        line - gone + carets + if line >= insert_at { above.len() } else { 0 }
    };
    let mut out = String::new();
    for (i, line) in lines.iter().enumerate() {
        if i == insert_at {
            directives(&mut out, &above, new_line);
        }
        if is_annotation(line) || is_old(i) {
            continue;
        }
        out.push_str(line);
        for (place, diagnostic) in below.iter().filter(|(p, _)| p.line == i) {
            if !out.ends_with('\n') {
                out.push('\n');
            }
            out.push_str(&caret_line(line, *place, diagnostic));
        }
    }
    if insert_at >= lines.len() {
        directives(&mut out, &above, new_line);
    }
    out
}

fn directives(out: &mut String, above: &[(Place, &Diagnostic)], new_line: impl Fn(usize) -> usize) {
    for (place, d) in above {
        out.push_str(&format!(
            "// ember: expect {}[{}] at {}:{}: {}\n",
            name(d.severity),
            d.code,
            new_line(place.line) + 1,
            place.column + 1,
            one_line(&d.message)
        ));
    }
}

fn caret_line(line: &str, place: Place, diagnostic: &Diagnostic) -> String {
    let width = place.width.unwrap_or(1);
    let finding =
        format!("{}[{}]: {}\n", name(diagnostic.severity), diagnostic.code, one_line(&diagnostic.message));
    if place.column < 2 {
        return format!("// @{}+{width} {finding}", place.column);
    }
    // The comment begins where the line's code does, so that it reads as part of the code.
    let indent = line.chars().take_while(|c| c.is_whitespace() && *c != '\n').count().min(place.column - 2);
    let lead: String = line.chars().take(indent).collect();
    format!("{lead}//{}{} {finding}", " ".repeat(place.column - indent - 2), "^".repeat(width))
}

/// False where a comment after this line would change the text's meaning or not be one.
fn comment_fits(lines: &[&str], line: usize) -> bool {
    let Some(here) = lines.get(line) else { return false };
    if here.trim_end().ends_with('\\') {
        return false;
    }
    // An open `/*` at the end of the line.
    let mut open = false;
    for text in &lines[..=line] {
        let mut rest = *text;
        loop {
            if open {
                let Some(end) = rest.find("*/") else { break };
                rest = &rest[end + 2..];
                open = false;
            } else {
                let start = rest.find("/*");
                let comment = rest.find("//");
                match start {
                    Some(s) if comment.is_none_or(|c| s < c) => {
                        rest = &rest[s + 2..];
                        open = true;
                    }
                    _ => break,
                }
            }
        }
    }
    !open
}

#[cfg(test)]
mod tests {
    use super::*;
    use emberforge_base::{Sources, Span};

    /// Diagnostics at every occurrence of the given words of a body that is the whole file.
    fn report(text: &str, words: &[&str]) -> Report {
        let mut sources = Sources::new();
        sources.add("header", "");
        let body = sources.add("a.metal", text);
        let at = |word: &&str| {
            let start = text.find(*word).expect("the word occurs") as u32;
            Diagnostic::error(
                "bad-word",
                Span::new(body, start, start + word.len() as u32),
                format!("`{word}`"),
            )
        };
        let diagnostics = words.iter().map(at).collect();
        Report { sources, diagnostics }
    }

    #[test]
    fn blessed_annotations_are_accepted_and_stable() {
        let text = "// ember: output y\nfirst = 1;\n    int a = second + third;\n    /* fourth\n";
        let words = ["first", "second", "third", "fourth"];
        let blessed = bless(text, &report(text, &words), &[], 1);
        let expected = "// ember: output y\n// ember: expect error[bad-word] at 8:8: `fourth`\nfirst = 1;\n\
                        // @0+5 error[bad-word]: `first`\n    int a = second + third;\n    \
                        //      ^^^^^^ error[bad-word]: `second`\n    //               ^^^^^ error[bad-word]: `third`\n    \
                        /* fourth\n";
        assert_eq!(blessed, expected, "{blessed}");

        let lines: Vec<&str> = blessed.split_inclusive('\n').collect();
        let mut annotations = read(&lines);
        annotations.extend(read_directive("error[bad-word] at 8:8: `fourth`", (2, 2)).unwrap());
        // The words stand in the annotations too; the first occurrence must be the code's.
        let mut found = report(&blessed, &words);
        let at = blessed.rfind("fourth").unwrap() as u32;
        found.diagnostics[3].primary.span.start = at;
        found.diagnostics[3].primary.span.end = at + 6;
        assert_eq!(compare(&found, &annotations), Vec::<String>::new());
        assert_eq!(bless(&blessed, &found, &annotations, 2), blessed);

        found.diagnostics.remove(1);
        let problems = compare(&found, &annotations).join("\n");
        assert!(problems.starts_with("missing: 5:13 error[bad-word]: `second`"), "{problems}");
    }
}
