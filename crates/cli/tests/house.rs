//! House rules that a test can check: every file says what it is for, crates depend downwards only, every dependency has
//! its reason, nothing claims to be done that is not, and the README's commands work.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace exists")
}

/// Files below `dir` with an extension, sorted.
fn files(dir: &Path, extension: &str, list: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && path.file_name().is_some_and(|n| n != "target") {
            files(&path, extension, list);
        } else if path.extension().is_some_and(|e| e == extension) {
            list.push(path);
        }
    }
}

fn rust_files() -> Vec<(PathBuf, String)> {
    let mut list = Vec::new();
    files(&root().join("crates"), "rs", &mut list);
    assert!(list.len() > 50, "the workspace's sources are found");
    list.into_iter().map(|p| (p.clone(), std::fs::read_to_string(&p).expect("sources are UTF-8"))).collect()
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    for (path, text) in rust_files() {
        let first = text.lines().find(|l| !l.starts_with("#!")).unwrap_or("");
        assert!(first.starts_with("//!"), "{} does not open with `//!`", path.display());
    }
}

#[test]
fn nothing_is_left_to_do_or_ignored() {
    let banned = [concat!("todo", "!("), concat!("unimpl", "emented!("), concat!("#[", "ignore")];
    for (path, text) in rust_files() {
        for word in banned {
            assert!(!text.contains(word), "{} contains `{word}`", path.display());
        }
    }
}

#[test]
fn unsafe_code_stays_in_the_machine_and_states_its_reason() {
    for (path, text) in rust_files() {
        let lines: Vec<&str> = text.lines().collect();
        for (i, line) in lines.iter().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            let word = concat!("uns", "afe");
            if !code.contains(&format!("{word} {{")) && !code.contains(&format!("{word} impl")) {
                continue;
            }
            assert!(
                ["crates/vm/", "crates/device/"].iter().any(|c| path.to_string_lossy().contains(c)),
                "{}:{} has {word} code",
                path.display(),
                i + 1
            );
            let reason = lines[..i].iter().rev().take(4).any(|l| l.contains("SAFETY:"));
            assert!(reason || line.contains("SAFETY:"), "{}:{} states no reason", path.display(), i + 1);
        }
    }
}

/// What each crate may use of the others.
fn arrows() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("base", &[][..]),
        ("ir", &["base"]),
        ("msl", &["base", "ir"]),
        ("vm", &["base", "ir"]),
        ("kernel", &["base", "ir", "msl", "vm"]),
        ("device", &["base"]),
        ("array", &["base", "device", "ir", "kernel", "vm"]),
        ("m2", &["array", "base"]),
        ("coach", &["base", "ir", "msl"]),
        ("cli", &["array", "base", "ir", "msl", "vm", "kernel", "m2", "coach"]),
    ])
}

#[test]
fn crates_depend_downwards_and_every_dependency_has_a_reason() {
    for (name, allowed) in arrows() {
        let path = root().join("crates").join(name).join("Cargo.toml");
        let text = std::fs::read_to_string(&path).expect("every crate has a manifest");
        let mut section = "";
        let mut reason = false;
        for line in text.lines() {
            if let Some(header) = line.strip_prefix('[') {
                section = header.trim_end_matches(']');
                reason = false;
                continue;
            }
            if !section.ends_with("dependencies") || line.trim().is_empty() {
                reason = reason && !line.trim().is_empty();
                continue;
            }
            if line.starts_with('#') {
                reason = true;
                continue;
            }
            if let Some(rest) = line.strip_prefix("emberforge-") {
                let other = rest.split(['.', ' ', '=']).next().unwrap_or("");
                let ok = allowed.contains(&other) || section == "dev-dependencies";
                assert!(ok, "crate {name} must not depend on {other}");
            } else if line.contains('=') && !line.starts_with(' ') {
                assert!(reason, "{}: no reason above `{line}`", path.display());
            }
        }
    }
}

#[test]
fn the_readme_commands_work() {
    commands_work("README.md");
}

#[test]
fn the_precision_guide_commands_work() {
    commands_work("docs/precision.md");
}

/// Runs a page's `ember` commands with the built binary.
fn commands_work(page: &str) {
    let text = std::fs::read_to_string(root().join(page)).expect("the page exists");
    let mut ran = 0;
    for line in text.lines() {
        let line = line.trim();
        let arguments = match (line.strip_prefix("cargo run --release -- "), line.strip_prefix("ember ")) {
            (Some(rest), _) | (None, Some(rest)) => rest,
            _ => continue,
        };
        let arguments = arguments.split('#').next().unwrap_or("").trim();
        let words: Vec<&str> = arguments.split_whitespace().collect();
        // Benchmarks take long and prove nothing here.
        if words.contains(&"bench") {
            continue;
        }
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_ember"))
            .args(&words)
            .current_dir(root())
            .output()
            .expect("the binary starts");
        assert!(
            output.status.success(),
            "`ember {arguments}` fails:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        ran += 1;
    }
    assert!(ran > 0, "{page} shows at least one command");
}
