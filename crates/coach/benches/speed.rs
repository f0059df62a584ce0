//! Lines per second of the whole analysis on one core.
//!
//! `cargo bench -p emberforge-coach -- FOLDER` lints every Python file below the folder (default:
//! a file made of all examples of the rules, repeated) and prints lines per second.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::Path;
use std::time::Instant;

use emberforge_coach::lint::lint;
use emberforge_coach::rules::{self, Profile, Rule};

fn collect(folder: &Path, out: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, out);
        } else if path.extension().is_some_and(|e| e == "py")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            out.push(text);
        }
    }
}

/// The examples of the rules, each in a function of its own name space, until there are enough lines.
fn made_up() -> Vec<String> {
    let mut pages = Vec::new();
    for rule in rules::all() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/rules/{}.md", rule.code));
        let text = std::fs::read_to_string(page).unwrap_or_default();
        let code: String = text
            .split("```python")
            .skip(1)
            .filter_map(|p| p.split("```").next())
            .map(|p| p.trim_start_matches(" prelude"))
            .collect();
        pages.push(code);
    }
    let one = pages.clone();
    for _ in 0..9 {
        pages.extend(one.iter().cloned());
    }
    pages
}

fn main() {
    let folder = std::env::args().skip(1).find(|a| !a.starts_with("--"));
    let mut texts = Vec::new();
    match &folder {
        Some(folder) => collect(Path::new(folder), &mut texts),
        None => texts = made_up(),
    }
    let rules: Vec<&'static Rule> =
        rules::all().iter().copied().filter(|r| r.profile == Profile::Default).collect();
    let lines: usize = texts.iter().map(|t| t.lines().count()).sum();
    let mut best = f64::MAX;
    let mut findings = 0;
    for _ in 0..3 {
        let start = Instant::now();
        findings = texts.iter().map(|t| lint("bench.py", t, &rules).findings.len()).sum();
        best = best.min(start.elapsed().as_secs_f64());
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of lines is small")]
    let rate = lines as f64 / best;
    println!(
        "{lines} lines in {} files, {findings} findings, {best:.3} s: {rate:.0} lines/s on one core",
        texts.len()
    );
}
