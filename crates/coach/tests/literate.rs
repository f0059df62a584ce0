//! Runs every Markdown page in `tests/rules/` as a test of its rule.
//!
//! A page has an optional `python prelude` block, then a heading per scenario. Headings begin with
//! "Bad" or "Good". In a bad block every line that ends in `# expect` (in a kernel body `// expect`) must carry a finding of the
//! page's rule, and no other line may; a good block must carry none.

use std::fmt::Write as _;
use std::path::Path;

use emberforge_coach::lint::lint;
use emberforge_coach::rules;

struct Example {
    title: String,
    bad: bool,
    code: String,
    /// A `.metal` file, not Python.
    metal: bool,
}

/// The texts before the examples of a page: Python and Metal.
#[derive(Default)]
struct Preludes {
    python: String,
    metal: String,
}

fn read_page(text: &str) -> (Preludes, Vec<Example>) {
    let (mut preludes, mut examples) = (Preludes::default(), Vec::new());
    let (mut title, mut block): (String, Option<(String, String)>) = (String::new(), None);
    for line in text.lines() {
        if let Some((kind, code)) = &mut block {
            if line.starts_with("```") {
                let code = std::mem::take(code);
                match kind.trim() {
                    "python prelude" => preludes.python = code,
                    "metal prelude" => preludes.metal = code,
                    kind => {
                        let bad = title.starts_with("Bad");
                        examples.push(Example { title: title.clone(), bad, code, metal: kind == "metal" });
                    }
                }
                block = None;
            } else {
                code.push_str(line);
                code.push('\n');
            }
        } else if let Some(heading) = line.strip_prefix("## ") {
            heading.clone_into(&mut title);
        } else if let Some(kind) = line.strip_prefix("```") {
            block = Some((kind.to_owned(), String::new()));
        }
    }
    (preludes, examples)
}

fn check_page(path: &Path, complaints: &mut String) {
    let code = path.file_stem().and_then(|s| s.to_str()).unwrap_or("").to_owned();
    let Some(rule) = rules::find(&code) else {
        let _ = writeln!(complaints, "{code}: a page without a rule");
        return;
    };
    let text = std::fs::read_to_string(path).expect("the page can be read");
    let (preludes, examples) = read_page(&text);
    let bad = examples.iter().filter(|e| e.bad).count();
    let good = examples.len() - bad;
    if bad < 3 || good < 5 {
        let _ = writeln!(complaints, "{code}: {bad} bad and {good} good examples; 3 and 5 are needed");
    }
    for example in &examples {
        let (prelude, name) = match example.metal {
            true => (&preludes.metal, "example.metal"),
            false => (&preludes.python, "example.py"),
        };
        let source = format!("{prelude}{}", example.code);
        let linted = lint(name, &source, &[rule]);
        for p in &linted.problems {
            let _ = writeln!(complaints, "{code} / {}: does not parse: {}", example.title, p.message);
        }
        let line_of = |at: usize| source[..at].matches('\n').count();
        let mut found: Vec<usize> = linted.findings.iter().map(|f| line_of(f.range.start().into())).collect();
        found.dedup();
        let expected: Vec<usize> = source
            .lines()
            .enumerate()
            .filter(|(_, l)| ["# expect", "// expect"].iter().any(|e| l.trim_end().ends_with(e)))
            .map(|(i, _)| i)
            .collect();
        if example.bad && expected.is_empty() {
            let _ = writeln!(complaints, "{code} / {}: expects nothing", example.title);
        }
        if found != expected {
            let show = |lines: &[usize]| {
                lines.iter().filter_map(|l| source.lines().nth(*l)).collect::<Vec<_>>().join("\n      ")
            };
            let _ = writeln!(
                complaints,
                "{code} / {}\n  expected: {}\n  found:    {}",
                example.title,
                show(&expected),
                show(&found)
            );
        }
    }
}

#[test]
fn every_page_holds() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut pages: Vec<_> =
        std::fs::read_dir(dir).expect("tests/rules exists").flatten().map(|e| e.path()).collect();
    pages.sort();
    let mut complaints = String::new();
    for page in &pages {
        check_page(page, &mut complaints);
    }
    for rule in rules::all().iter().filter(|r| !r.is_legacy() && r.code != "EMB001") {
        if !pages.iter().any(|p| p.file_stem().is_some_and(|s| s == rule.code)) {
            let _ = writeln!(complaints, "{}: no page in tests/rules", rule.code);
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}
