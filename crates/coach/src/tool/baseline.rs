//! Baselines: how many findings of each rule each file may keep. Counts survive edits, lines do not.

use std::collections::BTreeMap;
use std::path::Path;

use super::report::Report;

type Counts = BTreeMap<String, BTreeMap<String, usize>>;

/// The present findings as a baseline.
pub(crate) fn write(reports: &[Report]) -> String {
    let mut counts = Counts::new();
    for report in reports {
        for finding in &report.findings {
            *counts.entry(report.path.clone()).or_default().entry(finding.code.to_owned()).or_default() += 1;
        }
    }
    serde_json::to_string_pretty(&serde_json::json!({ "embercoach-baseline": 1, "files": counts }))
        .unwrap_or_default()
        + "\n"
}

/// Removes findings that the baseline allows.
pub(crate) fn apply(path: &Path, reports: &mut [Report]) -> Result<(), String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|e| format!("{shown}: {e}; `--write-baseline` writes the first one"))?;
    let json: serde_json::Value = serde_json::from_str(&text).map_err(|e| format!("{shown}: {e}"))?;
    let files =
        json.get("files").and_then(|f| f.as_object()).ok_or_else(|| format!("{shown}: not a baseline"))?;
    for report in reports {
        let Some(allowed) = files.get(&report.path).and_then(|f| f.as_object()) else { continue };
        let mut left: BTreeMap<&str, u64> =
            allowed.iter().map(|(c, n)| (c.as_str(), n.as_u64().unwrap_or(0))).collect();
        report.findings.retain(|f| match left.get_mut(f.code) {
            Some(n) if *n > 0 => {
                *n -= 1;
                false
            }
            _ => true,
        });
    }
    Ok(())
}
