//! `ember kernel check` and `list`: diagnostics only, and what a Python file holds.

use crate::args::{CheckArgs, ListArgs};
use crate::{Exit, json, terminal};
use emberforge_base::{Error, Result};
use emberforge_coach::tool::{Outcome, check_kernels, list_kernels};
use emberforge_kernel::Report;
use emberforge_kernel::testfile::{Options, TestFile};

pub(crate) fn check(args: &CheckArgs) -> Result<Exit> {
    if args.typing.file.extension().is_some_and(|e| e == "py") {
        return print(check_kernels(&args.typing.file, args.json));
    }
    let file = TestFile::read(&args.typing.file, &args.typing.options())?;
    let setup = file.setup()?;
    let report = file.builder(&setup).check(&setup.types())?;
    if args.json {
        let value = serde_json::json!({
            "file": args.typing.file.display().to_string(),
            "kernel": setup.name,
            "errors": report.errors(),
            "warnings": report.warnings(),
            "diagnostics": json::diagnostics(&report),
        });
        terminal::out(&format!("{value:#}\n"));
    } else {
        terminal::err(&report.render(terminal::color()));
        if report.has_errors() {
            terminal::err(&assumed(file.options()));
        }
        terminal::out(&format!("{}: {}\n", args.typing.file.display(), summary(&report)));
    }
    Ok(if report.has_errors() { Exit::Failed } else { Exit::Ok })
}

/// What was assumed of inputs whose types nobody gave, which may be what is wrong.
fn assumed(options: &Options) -> String {
    let untyped: Vec<String> =
        options.inputs.iter().filter(|(_, text)| text.is_empty()).map(|(n, _)| format!("`{n}`")).collect();
    match untyped.first() {
        None => String::new(),
        Some(first) => format!(
            "note: nothing says the type of {}: f32 of rank 1 is assumed; give it, for example `--input {}=i32`, or \
             `=i32()` for a 0-d array\n",
            untyped.join(", "),
            first.trim_matches('`')
        ),
    }
}

pub(crate) fn list(args: &ListArgs) -> Result<Exit> {
    print(list_kernels(&args.file, args.json))
}

fn print(outcome: std::result::Result<Outcome, String>) -> Result<Exit> {
    let outcome = outcome.map_err(Error::invalid)?;
    terminal::out(&outcome.text);
    Ok(if outcome.failed { Exit::Failed } else { Exit::Ok })
}

/// `clean`, `2 errors, 1 warning`.
pub(crate) fn summary(report: &Report) -> String {
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (report.errors(), report.warnings()) {
        (0, 0) => "clean".to_string(),
        (0, w) => count(w, "warning"),
        (e, 0) => count(e, "error"),
        (e, w) => format!("{}, {}", count(e, "error"), count(w, "warning")),
    }
}
