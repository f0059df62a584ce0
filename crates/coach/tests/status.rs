//! `docs/rules/status.md` says what exists of the catalogue; this test writes it and keeps it true.

use std::fmt::Write as _;
use std::path::Path;

use emberforge_coach::rules::{self, Rule};

fn status() -> String {
    let catalogue = include_str!("../tables/catalogue.tsv");
    let rows: Vec<Vec<&str>> =
        catalogue.lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').collect()).collect();
    let exists = |code: &str| rules::all().iter().find(|r| r.code == code);
    let done = rows.iter().filter(|r| exists(r[0]).is_some()).count();
    let rejected = rows.iter().filter(|r| exists(r[0]).is_none() && r[2] == "rejected").count();
    let mut out = String::from(
        "# The rules of the catalogue\n\nGenerated from the registry by `EMBER_BLESS=1 cargo test -p emberforge-coach`; do not edit.\n\n",
    );
    let _ = writeln!(
        out,
        "Of {} rules {done} exist, {} are open and {rejected} are rejected. What is open is not listed by `embercoach rules`.\n",
        rows.len(),
        rows.len() - done - rejected
    );
    out.push_str("| code | name | state | profile | fix | remark |\n|---|---|---|---|---|---|\n");
    for row in &rows {
        match exists(row[0]) {
            Some(r) => {
                let _ = writeln!(
                    out,
                    "| {} | {} | exists | {:?} | {} | |",
                    r.code,
                    r.name,
                    r.profile,
                    r.fix.word()
                );
            }
            None => {
                let _ = writeln!(
                    out,
                    "| {} | {} | {} | | | {} |",
                    row[0],
                    row[1],
                    row[2],
                    row.get(3).unwrap_or(&"")
                );
            }
        }
    }
    out.push_str("\n## Beside the catalogue\n\n");
    for r in rules::all().iter().filter(|r| !rows.iter().any(|row| row[0] == r.code)) {
        let _ = writeln!(out, "- {} {} ({:?})", r.code, r.name, r.profile);
    }
    out
}

fn page(rule: &Rule) -> String {
    rule.page()
}

#[test]
fn the_status_page_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules/status.md");
    let now = status();
    if std::env::var_os("EMBER_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("docs/rules can be made");
        std::fs::write(&path, &now).expect("status.md can be written");
    }
    let then = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(then == now, "docs/rules/status.md is stale; run with EMBER_BLESS=1");
}

#[test]
fn every_page_says_what_a_page_must_say() {
    for rule in rules::all() {
        let text = page(rule);
        assert!(text.starts_with(&format!("# {} {}", rule.code, rule.name)), "{}: the heading", rule.code);
        for part in ["Why:", "Bad:", "Good:", "Fix:", "How sure:"] {
            assert!(text.contains(part), "{}: no `{part}`", rule.code);
        }
        if rule.code != "EMB001" {
            assert!(text.contains("Evidence:"), "{}: no evidence", rule.code);
        }
    }
}

#[test]
fn codes_and_names_are_unique() {
    let mut seen: Vec<&str> = rules::all().iter().flat_map(|r| [r.code, r.name]).collect();
    let n = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), n);
}
