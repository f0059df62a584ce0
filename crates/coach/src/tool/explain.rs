//! `explain CODE` and `rules`: the pages of the rules.

use std::fmt::Write as _;

use super::report::Report;
use crate::rules::{self, Profile, Rule};

/// The page of a rule.
pub(crate) fn page(code: &str) -> Result<String, String> {
    let rule =
        rules::find(code).ok_or_else(|| format!("there is no rule `{code}`; see `embercoach rules`"))?;
    Ok(format!("{}\n{}, {}, fix: {}\n", rule.page(), rule.severity.word(), profile(rule), rule.fix.word()))
}

fn profile(rule: &Rule) -> &'static str {
    match rule.profile {
        Profile::Default => "default",
        Profile::Strict => "strict",
        Profile::Guide | Profile::Both => "guide",
        Profile::Original => "original",
    }
}

/// The pages of all rules that fired, each once.
pub(crate) fn pages_of(reports: &[Report]) -> String {
    let mut codes: Vec<&str> = reports.iter().flat_map(|r| &r.findings).map(|f| f.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.iter().filter_map(|code| page(code).ok()).map(|page| format!("\n{page}")).collect()
}

/// All rules.
pub(crate) fn list(json: bool) -> String {
    if json {
        let rows: Vec<serde_json::Value> = rules::all()
            .iter()
            .map(|r| {
                serde_json::json!({
                    "code": r.code, "name": r.name, "family": r.family(), "severity": r.severity.word(),
                    "confidence": format!("{:?}", r.sure).to_lowercase(), "fix": r.fix.word(),
                    "profile": profile(r), "summary": r.summary(), "page": r.page(),
                })
            })
            .collect();
        return serde_json::to_string_pretty(&rows).unwrap_or_default() + "\n";
    }
    let mut out = String::new();
    for r in rules::all() {
        let _ = writeln!(out, "{:<24} {:<8} {:<8} {}", r.code, r.severity.word(), profile(r), r.name);
    }
    out
}
