//! What every test of a command asks of its end.

use std::process::Output;

/// Exit code `code`, all of `parts` in what was printed, and no panic.
#[track_caller]
pub(crate) fn expect(output: &Output, code: i32, parts: &[&str]) {
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{text}");
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
    assert!(!text.contains("panicked"), "{text}");
}
