//! Every fix of every bad example, applied: the result parses, and the rule does not fire there again.

use std::fmt::Write as _;
use std::path::Path;

use emberforge_coach::finding::Safety;
use emberforge_coach::lint::lint;
use emberforge_coach::rules;

/// The fenced blocks of a page with the prelude put before each, and the name of the file each would be.
fn blocks(text: &str) -> Vec<(&'static str, String)> {
    let (mut prelude, mut metal, mut out) = (String::new(), String::new(), Vec::new());
    for (n, part) in text.split("```").enumerate() {
        if n % 2 == 1 {
            let (kind, code) = part.split_once('\n').unwrap_or((part, ""));
            match kind {
                "python prelude" => code.clone_into(&mut prelude),
                "metal prelude" => code.clone_into(&mut metal),
                "metal" => out.push(("example.metal", format!("{metal}{code}"))),
                _ => out.push(("example.py", format!("{prelude}{code}"))),
            }
        }
    }
    out
}

#[test]
fn fixes_leave_files_that_parse_and_do_not_fire_again() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let (mut complaints, mut applied) = (String::new(), 0);
    for rule in rules::all().iter().filter(|r| !r.is_legacy()) {
        let Ok(text) = std::fs::read_to_string(dir.join(format!("{}.md", rule.code))) else { continue };
        let mut has_fix = false;
        for (name, source) in blocks(&text) {
            let before = lint(name, &source, &[rule]);
            for finding in &before.findings {
                let Some(fix) = &finding.fix else { continue };
                has_fix = true;
                applied += 1;
                if fix.safety > rule.fix {
                    let _ = writeln!(complaints, "{}: a fix safer than the rule says", rule.code);
                }
                let mut edits = fix.edits.clone();
                edits.sort_by_key(|e| e.range.start());
                let mut fixed = source.clone();
                for edit in edits.iter().rev() {
                    fixed.replace_range(edit.range.to_std_range(), &edit.text);
                }
                let after = lint(name, &fixed, &[rule]);
                if !after.problems.is_empty() {
                    let _ = writeln!(complaints, "{}: does not parse:\n{fixed}", rule.code);
                } else if after.findings.len() >= before.findings.len() {
                    let _ = writeln!(complaints, "{}: fires again:\n{fixed}", rule.code);
                }
            }
        }
        if has_fix != (rule.fix != Safety::None) {
            let _ = writeln!(complaints, "{}: says fix {}, has {has_fix}", rule.code, rule.fix.word());
        }
    }
    assert!(applied > 60, "only {applied} fixes were tried");
    assert!(complaints.is_empty(), "\n{complaints}");
}

#[test]
fn mutated_files_never_panic() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let all: Vec<_> = rules::all().to_vec();
    let mut seed = 0x9e37_79b9_u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let mut pages: Vec<_> =
        std::fs::read_dir(dir).expect("tests/rules").flatten().map(|e| e.path()).collect();
    pages.sort();
    for page in pages {
        for (name, source) in blocks(&std::fs::read_to_string(page).expect("text")) {
            for _ in 0..6 {
                let mut lines: Vec<&str> = source.lines().collect();
                let n = lines.len() as u64;
                let (i, j) = ((random() % n) as usize, (random() % n) as usize);
                match random() % 4 {
                    0 => lines.swap(i, j),
                    1 => lines[i] = lines[j],
                    2 => {
                        lines.remove(i);
                    }
                    _ => {
                        let cut = (random() as usize) % (lines[i].len() + 1);
                        lines[i] = lines[i].get(..cut).unwrap_or("");
                    }
                }
                lint(name, &(lines.join("\n") + "\n"), &all);
            }
        }
    }
}
