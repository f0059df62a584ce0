//! Output for programs: JSON, JSON lines, SARIF 2.1.0, GitHub, GitLab and JUnit.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::args::Format;
use super::report::Report;
use crate::finding::{Finding, Severity};
use crate::rules::Rule;

/// Renders reports in one of the formats for programs.
pub(crate) fn render(format: Format, reports: &[Report], rules: &[&'static Rule]) -> String {
    let pretty = |v: &Value| serde_json::to_string_pretty(v).unwrap_or_default() + "\n";
    match format {
        Format::Json => pretty(&Value::Array(rows(reports))),
        Format::Jsonl => rows(reports).iter().map(|r| r.to_string() + "\n").collect(),
        Format::Sarif => pretty(&sarif(reports, rules)),
        Format::Github => github(reports),
        Format::Gitlab => pretty(&gitlab(reports)),
        Format::Junit => junit(reports),
        Format::Full | Format::Concise | Format::Legacy => String::new(),
    }
}

/// Counts by code as JSON.
pub(crate) fn statistics(reports: &[Report]) -> String {
    let mut rows: Vec<Value> = super::human::counts(reports)
        .into_iter()
        .map(|(code, n)| json!({"code": code, "name": crate::rules::find(code).map(|r| r.name), "count": n}))
        .collect();
    let lines: usize = reports.iter().map(|r| r.source.lines().count()).sum();
    rows.push(json!({"files": reports.len(), "lines": lines}));
    serde_json::to_string_pretty(&rows).unwrap_or_default() + "\n"
}

fn rows(reports: &[Report]) -> Vec<Value> {
    let mut out = Vec::new();
    for r in reports {
        for p in &r.problems {
            let (cell, line, column) = r.place(p.range.start());
            out.push(
                json!({"path": r.path, "cell": cell, "line": line, "column": column, "code": "syntax-error",
                "severity": "error", "message": p.message}),
            );
        }
        for f in &r.findings {
            let (cell, line, column) = r.place(f.range.start());
            let (_, end_line, end_column) = r.place(f.range.end());
            let fix = f.fix.as_ref().map(|fix| {
                let edits: Vec<Value> = fix
                    .edits
                    .iter()
                    .map(|e| json!({"start": u32::from(e.range.start()), "end": u32::from(e.range.end()), "text": e.text}))
                    .collect();
                json!({"safety": fix.safety.word(), "edits": edits})
            });
            let why: Vec<Value> =
                f.why.iter().map(|s| json!({"line": r.place(s.range.start()).1, "text": s.text})).collect();
            out.push(json!({
                "path": r.path, "cell": cell, "line": line, "column": column, "end_line": end_line, "end_column": end_column,
                "code": f.code, "severity": f.severity.word(), "confidence": format!("{:?}", f.sure).to_lowercase(),
                "message": f.message, "help": f.help, "fix": fix, "why": why,
            }));
        }
    }
    out
}

fn sarif(reports: &[Report], rules: &[&'static Rule]) -> Value {
    let fired: Vec<&&Rule> = rules
        .iter()
        .filter(|r| reports.iter().any(|p| p.findings.iter().any(|f| f.code == r.code)))
        .collect();
    let level = |s: Severity| match s {
        Severity::Error => "error",
        Severity::Warn => "warning",
        Severity::Info => "note",
    };
    let mut results = Vec::new();
    for r in reports {
        let location = |line: usize, column: usize, end_line: usize, end_column: usize| {
            json!({"physicalLocation": {
                "artifactLocation": {"uri": r.path.replace('\\', "/")},
                "region": {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}}})
        };
        for f in &r.findings {
            let (_, line, column) = r.place(f.range.start());
            let (_, end_line, end_column) = r.place(f.range.end());
            results.push(json!({
                "ruleId": f.code, "ruleIndex": fired.iter().position(|x| x.code == f.code), "level": level(f.severity),
                "message": {"text": text_of(f)}, "locations": [location(line, column, end_line, end_column)]}));
        }
        for p in &r.problems {
            let (_, line, column) = r.place(p.range.start());
            results.push(json!({"ruleId": "syntax-error", "level": "error", "message": {"text": p.message},
                "locations": [location(line, column, line, column)]}));
        }
    }
    let descriptions: Vec<Value> = fired
        .iter()
        .map(|r| json!({"id": r.code, "name": r.name, "shortDescription": {"text": r.summary()}, "fullDescription": {"text": r.page()}}))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "embercoach", "version": env!("CARGO_PKG_VERSION"), "rules": descriptions}},
            "results": results}]})
}

fn text_of(f: &Finding) -> String {
    match &f.help {
        Some(help) => format!("{}; {help}", f.message),
        None => f.message.clone(),
    }
}

fn github(reports: &[Report]) -> String {
    let escape = |s: &str| s.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let mut out = String::new();
    for r in reports {
        let lines = r.problems.iter().map(|p| ("error", p.range, "syntax-error", p.message.clone())).chain(
            r.findings.iter().map(|f| {
                let word = match f.severity {
                    Severity::Error => "error",
                    Severity::Warn => "warning",
                    Severity::Info => "notice",
                };
                (word, f.range, f.code, text_of(f))
            }),
        );
        for (word, range, code, text) in lines {
            let (_, line, column) = r.place(range.start());
            let _ = writeln!(
                out,
                "::{word} title={code},file={},line={line},col={column}::{}",
                escape(&r.path),
                escape(&text)
            );
        }
    }
    out
}

fn gitlab(reports: &[Report]) -> Value {
    let mut out = Vec::new();
    for r in reports {
        for (i, f) in r.findings.iter().enumerate() {
            // The same finding elsewhere in the file is told apart by its number, not by its line.
            let n = r.findings[..i].iter().filter(|o| o.code == f.code && o.message == f.message).count();
            let (_, line, _) = r.place(f.range.start());
            let severity = match f.severity {
                Severity::Error => "critical",
                Severity::Warn => "major",
                Severity::Info => "info",
            };
            out.push(json!({"description": text_of(f), "check_name": f.code, "severity": severity,
                "fingerprint": format!("{:016x}", hash(&format!("{}{}{}{n}", r.path, f.code, f.message))),
                "location": {"path": r.path, "lines": {"begin": line}}}));
        }
    }
    Value::Array(out)
}

/// FNV-1a: the fingerprint must be the same on every machine.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

fn junit(reports: &[Report]) -> String {
    let escape =
        |s: &str| s.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let failures: usize = reports.iter().map(|r| r.findings.len() + r.problems.len()).sum();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"embercoach\" failures=\"{failures}\">\n"
    );
    for r in reports {
        let n = r.findings.len() + r.problems.len();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{n}\">",
            escape(&r.path),
            n.max(1)
        );
        if n == 0 {
            let _ = writeln!(out, "    <testcase name=\"clean\" classname=\"{}\"/>", escape(&r.path));
        }
        let all = r
            .problems
            .iter()
            .map(|p| ("syntax-error", p.range, p.message.clone()))
            .chain(r.findings.iter().map(|f| (f.code, f.range, text_of(f))));
        for (code, range, text) in all {
            let (_, line, column) = r.place(range.start());
            let _ = writeln!(
                out,
                "    <testcase name=\"{code}\" classname=\"{}\" line=\"{line}\">\n      <failure message=\"{}\">line {line}, column {column}</failure>\n    </testcase>",
                escape(&r.path),
                escape(&text)
            );
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}
