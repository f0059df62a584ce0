//! `ember kernel check`: diagnostics only.

use crate::args::CheckArgs;
use crate::{Exit, json, terminal};
use emberforge_base::Result;
use emberforge_kernel::Report;
use emberforge_kernel::testfile::TestFile;

pub(crate) fn check(args: &CheckArgs) -> Result<Exit> {
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
        terminal::out(&format!("{}: {}\n", args.typing.file.display(), summary(&report)));
    }
    Ok(if report.has_errors() { Exit::Failed } else { Exit::Ok })
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
