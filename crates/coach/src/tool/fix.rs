//! Applying fixes until nothing changes, and showing them as a diff.

use std::fmt::Write as _;

use crate::finding::{Edit, Safety};
use crate::lint::lint;
use crate::rules::Rule;

/// Passes after which fixing stops even if fixes remain.
const MAX_PASSES: usize = 20;

/// Applies fixes of at least this safety until none is left; the new text and their number.
pub(crate) fn fix_all(path: &str, source: &str, rules: &[&'static Rule], least: Safety) -> (String, usize) {
    let mut text = source.to_owned();
    let mut count = 0;
    for _ in 0..MAX_PASSES {
        let linted = lint(path, &text, rules);
        if !linted.problems.is_empty() {
            break;
        }
        let mut edits: Vec<&Edit> = Vec::new();
        let mut taken = 0;
        for finding in &linted.findings {
            let Some(fix) = finding.fix.as_ref().filter(|f| f.safety >= least) else { continue };
            let clash = fix.edits.iter().any(|e| edits.iter().any(|o| overlap(e, o)));
            if !clash {
                edits.extend(&fix.edits);
                taken += 1;
            }
        }
        if taken == 0 {
            break;
        }
        let fixed = apply(&text, &edits);
        // A fix that breaks the file is our fault; keep what the user had.
        if !lint(path, &fixed, &[]).problems.is_empty() {
            break;
        }
        text = fixed;
        count += taken;
    }
    (text, count)
}

fn overlap(a: &Edit, b: &Edit) -> bool {
    a.range.start() <= b.range.end() && b.range.start() <= a.range.end()
}

/// Applies edits that do not overlap.
pub(crate) fn apply(text: &str, edits: &[&Edit]) -> String {
    let mut sorted = edits.to_vec();
    sorted.sort_by_key(|e| e.range.start());
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted {
        let (start, end) = (usize::from(edit.range.start()), usize::from(edit.range.end()));
        out.push_str(&text[at..start]);
        out.push_str(&edit.text);
        at = end;
    }
    out.push_str(&text[at..]);
    out
}

/// A unified diff of two texts: one hunk from the first to the last line that differs.
pub(crate) fn unified_diff(path: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    let context = 3;
    let from = head.saturating_sub(context);
    let (to_a, to_b) = ((a.len() - tail + context).min(a.len()), (b.len() - tail + context).min(b.len()));
    let mut out = format!("--- {path}\n+++ {path}\n");
    let _ = writeln!(out, "@@ -{},{} +{},{} @@", from + 1, to_a - from, from + 1, to_b - from);
    let line = |out: &mut String, mark: char, text: &str| {
        let _ = writeln!(out, "{mark}{text}");
    };
    for text in &a[from..head] {
        line(&mut out, ' ', text);
    }
    // Within the hunk, equal lines of equal place are kept as context.
    let (mid_a, mid_b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    if mid_a.len() == mid_b.len() {
        for (x, y) in mid_a.iter().zip(mid_b) {
            if x == y {
                line(&mut out, ' ', x);
            } else {
                line(&mut out, '-', x);
                line(&mut out, '+', y);
            }
        }
    } else {
        for text in mid_a {
            line(&mut out, '-', text);
        }
        for text in mid_b {
            line(&mut out, '+', text);
        }
    }
    for text in &a[a.len() - tail..to_a] {
        line(&mut out, ' ', text);
    }
    out
}
