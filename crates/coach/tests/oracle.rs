//! The recorded run of safe fixes in real MLX (`tests/oracle/coach_fixes.py`) belongs to the fixes of today.

use std::fmt::Write as _;
use std::path::Path;

use emberforge_coach::finding::Safety;
use emberforge_coach::tool::{Io, run};
use emberforge_coach::{lint::lint, rules};

fn fixed(code: &str, source: &str) -> String {
    let (mut out, mut err, mut input) = (Vec::new(), Vec::new(), source.as_bytes());
    let arguments = ["-", "--fix", "--isolated", "--select", code].map(str::to_owned);
    let cwd = std::env::temp_dir();
    run(&arguments, &mut Io { out: &mut out, err: &mut err, input: &mut input, cwd });
    String::from_utf8(out).expect("text")
}

/// The bad examples of a page that a safe fix changes: title and fixed text.
fn repaired(code: &str) -> Vec<(String, String)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/rules/{code}.md"));
    let Ok(text) = std::fs::read_to_string(page) else { return Vec::new() };
    let block =
        |part: &str| part.split_once("```python").and_then(|b| b.1.split_once("```")).map(|b| b.0.to_owned());
    let prelude = block(&text).unwrap_or_default();
    let prelude = prelude.trim_start_matches(" prelude\n");
    let mut out = Vec::new();
    for part in text.split("\n## ").skip(1).filter(|p| p.starts_with("Bad")) {
        let title = part.lines().next().unwrap_or("").to_owned();
        let source = format!("{prelude}{}", block(part).unwrap_or_default().trim_start_matches('\n'));
        let after = fixed(code, &source);
        if after != source {
            out.push((title, after));
        }
    }
    out
}

#[test]
fn the_record_is_of_todays_fixes_and_holds_no_difference() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/coach_fixes.json");
    let text = std::fs::read_to_string(path).expect("tests/golden/coach_fixes.json");
    let record: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let recorded = record["examples"].as_array().expect("examples");
    let mut complaints = String::new();
    for entry in recorded {
        if entry["runs"].get("differs").is_some() {
            let _ = writeln!(complaints, "{} {}: {}", entry["rule"], entry["example"], entry["differs"]);
        }
    }
    let mut fixes = 0;
    for rule in rules::all().iter().filter(|r| r.fix == Safety::Safe) {
        for (title, after) in repaired(rule.code) {
            fixes += 1;
            let known = recorded.iter().any(|e| {
                e["rule"] == rule.code && e["example"] == title.as_str() && e["fixed"] == after.as_str()
            });
            if !known {
                let _ = writeln!(
                    complaints,
                    "{} {title}: not recorded; run tests/oracle/coach_fixes.py",
                    rule.code
                );
            }
            assert!(lint("example.py", &after, &[rule]).problems.is_empty(), "{after}");
        }
    }
    assert_eq!(fixes, recorded.len(), "examples that have no fix any more; run tests/oracle/coach_fixes.py");
    assert!(complaints.is_empty(), "\n{complaints}");
}
