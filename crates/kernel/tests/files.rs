//! File tests: every `.metal` file of `tests/kernels` and `kernels` runs on every engine that is present.
//!
//! `cargo test -p emberforge-kernel --test files [FILTER]` runs them, `EMBER_BLESS=1` rewrites what they expect.
//! What the files may say is described in `emberforge_kernel::testfile`. Absent engines are listed, never silent.

use emberforge_kernel::testfile::{Options, RunOptions, TestFile};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    let bless = std::env::var_os("EMBER_BLESS").is_some_and(|v| v != "0");
    if bless {
        // A file and its neighbours may be looked at while they are rewritten; keep the order plain.
        arguments.test_threads = Some(1);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().unwrap_or(root);
    let mut files = Vec::new();
    find(&root.join("tests/kernels"), true, &mut files);
    find(&root.join("kernels"), false, &mut files);
    files.sort();
    if !arguments.list {
        for engine in emberforge_kernel::engines() {
            match engine.absent {
                None => note(&format!("engine {}: with 1 and 2 threads", engine.name)),
                Some(reason) => note(&format!("engine {}: skipped, {reason}", engine.name)),
            }
        }
    }
    let trials = files
        .into_iter()
        .map(|file| {
            let name = file.strip_prefix(&root).unwrap_or(&file).display().to_string();
            Trial::test(name, move || run(&file, bless))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

#[expect(clippy::print_stdout, reason = "a skipped engine must be seen in the test's output")]
fn note(text: &str) {
    println!("{text}");
}

/// `.metal` files of a folder and, with `deep`, of the folders in it.
fn find(folder: &Path, deep: bool, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|e| e.path()) {
        if path.is_dir() && deep {
            find(&path, deep, files);
        } else if path.extension().is_some_and(|e| e == "metal") {
            files.push(path);
        }
    }
}

fn run(path: &Path, bless: bool) -> Result<(), Failed> {
    let file = TestFile::read(path, &Options::default()).map_err(|e| Failed::from(e.to_string()))?;
    let verdict = file.test(RunOptions { bless });
    if let Some(text) = &verdict.blessed {
        std::fs::write(path, text)?;
    }
    if verdict.problems.is_empty() {
        return Ok(());
    }
    Err(format!("{}\nran: {}", verdict.problems.join("\n"), verdict.ran.join("; ")).into())
}
