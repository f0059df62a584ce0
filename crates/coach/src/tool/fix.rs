//! Applying fixes until nothing changes, and showing them as a diff.

use crate::finding::{Edit, Safety};
use crate::lint::Linted;
use crate::rules::Rule;

/// Passes after which fixing stops even if fixes remain.
const MAX_PASSES: usize = 20;

/// Applies fixes of at least this safety until none is left; the new text and their number.
pub(crate) fn fix_all(
    source: &str,
    rules: &[&'static Rule],
    least: Safety,
    lint: &dyn Fn(&str, &[&'static Rule]) -> Linted,
) -> (String, usize) {
    let mut text = source.to_owned();
    let mut count = 0;
    for _ in 0..MAX_PASSES {
        let linted = lint(&text, rules);
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
        if !lint(&fixed, &[]).problems.is_empty() {
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

/// A unified diff of two texts.
pub(crate) fn unified_diff(path: &str, old: &str, new: &str) -> String {
    similar::TextDiff::from_lines(old, new).unified_diff().header(path, path).to_string()
}
