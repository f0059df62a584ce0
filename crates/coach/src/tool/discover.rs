//! Which files are linted: named files as they are, folders as git sees them.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::OverrideBuilder;

use super::args::Args;
use super::config::Config;

/// The files to lint with the names they are shown by, sorted.
pub(crate) fn files(
    args: &Args,
    config: &Config,
    cwd: &Path,
    problems: &mut Vec<String>,
) -> Vec<(PathBuf, String)> {
    let here = [".".to_owned()];
    let paths = if args.paths.is_empty() { &here[..] } else { &args.paths[..] };
    let mut found = Vec::new();
    for path in paths {
        let full = cwd.join(path);
        if full.is_file() {
            found.push((full, path.clone()));
        } else if full.is_dir() {
            walk(&full, path, config, problems, &mut found);
        } else if full.exists() {
            problems.push(format!("{path}: neither a file nor a folder"));
        } else {
            problems.push(format!("{path}: no such file or folder"));
        }
    }
    found.sort_by(|a, b| a.1.cmp(&b.1));
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

fn walk(
    root: &Path,
    shown: &str,
    config: &Config,
    problems: &mut Vec<String>,
    found: &mut Vec<(PathBuf, String)>,
) {
    let mut overrides = OverrideBuilder::new(root);
    for glob in &config.exclude {
        if let Err(e) = overrides.add(&format!("!{glob}")) {
            problems.push(format!("exclude `{glob}`: {e}"));
        }
    }
    let mut walker = WalkBuilder::new(root);
    walker.require_git(false).follow_links(false);
    match overrides.build() {
        Ok(built) => {
            walker.overrides(built);
        }
        Err(e) => problems.push(format!("exclude: {e}")),
    }
    for entry in walker.build() {
        match entry {
            Ok(entry) => {
                let path = entry.path();
                let wanted = path
                    .extension()
                    .and_then(|e| e.to_str())
                    .is_some_and(|e| matches!(e, "py" | "pyi" | "ipynb" | "metal"));
                if wanted && entry.file_type().is_some_and(|t| t.is_file()) {
                    let below = path.strip_prefix(root).unwrap_or(path);
                    let name = if shown == "." { below.to_path_buf() } else { Path::new(shown).join(below) };
                    found.push((path.to_path_buf(), name.display().to_string()));
                }
            }
            Err(e) => problems.push(e.to_string()),
        }
    }
}

/// Whether a glob of `per-file-ignores` covers a path.
pub(crate) fn glob_matches(glob: &str, path: &str) -> bool {
    OverrideBuilder::new("")
        .add(glob)
        .and_then(|b| b.build())
        .is_ok_and(|o| o.matched(path, false).is_whitelist())
}
