//! Options beside the default run: verbose, statistics for programs, the originals' formats and thresholds,
//! suppressions inside kernel bodies.

mod folder;

use std::path::Path;

use emberforge_coach::tool::{Io, run};
use folder::folder;

fn command(cwd: &Path, arguments: &[&str]) -> (i32, String) {
    let (mut out, mut err, mut input) = (Vec::new(), Vec::new(), &b""[..]);
    let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
    let mut io = Io { out: &mut out, err: &mut err, input: &mut input, cwd: cwd.to_path_buf() };
    let code = run(&arguments, &mut io);
    (code, String::from_utf8(out).expect("text"))
}

/// A warning and a tip of the originals, no error.
const MILD: &str = "import mlx.core as mx\ny = mx.fft.rfft(x)\nz = y.to(w)\n";
/// An error of both.
const SEVERE: &str = "import mlx.core as mx\ny = x * 2\n";

#[test]
fn the_originals_fail_on_errors_only() {
    let dir = folder("threshold", &[("mild.py", MILD), ("severe.py", SEVERE)]);
    for profile in ["guide", "original"] {
        assert_eq!(command(&dir, &["mild.py", "--profile", profile]).0, 0, "{profile}");
        assert_eq!(command(&dir, &["severe.py", "--profile", profile]).0, 1, "{profile}");
        let lowered = command(&dir, &["mild.py", "--profile", profile, "--threshold", "info"]);
        assert_eq!(lowered.0, 1, "{profile}: {}", lowered.1);
    }
}

#[test]
fn the_first_generation_writes_small_words_and_no_banner() {
    let dir = folder("first", &[("mild.py", MILD), ("clean.py", "import os\n")]);
    let (_, text) = command(&dir, &["mild.py", "--profile", "original", "--format", "legacy"]);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("mild.py:2: [tip FFT-NORM-001] "), "{text}");
    assert!(lines[1].starts_with("mild.py:3: [tip DEV-HOP-001] "), "{text}");
    assert_eq!(lines.len(), 2, "{text}");
    let (code, text) = command(&dir, &["clean.py", "--profile", "original", "--format", "legacy"]);
    assert!(code == 0 && text.starts_with("EmberCoach: no teaching tips"), "{text}");
}

#[test]
fn the_second_generation_writes_capitals_a_banner_and_why() {
    let dir = folder("second", &[("mild.py", MILD), ("severe.py", SEVERE)]);
    let (_, text) = command(&dir, &[".", "--profile", "guide", "--format", "legacy"]);
    assert!(text.starts_with("mild.py:2: [TEACH FFT-NORM-001] "), "{text}");
    assert!(text.contains("\nmild.py:3: [WARN DEVICE-HOP-001] "), "{text}");
    assert!(text.contains("\nsevere.py:2: [ERROR PYTHON-SCALAR-002] "), "{text}");
    assert!(text.contains(&"=".repeat(80)), "{text}");
    assert!(!text.contains("   WHY: "), "{text}");
    let (_, text) = command(&dir, &[".", "--profile", "guide", "--format", "legacy", "--verbose"]);
    assert_eq!(text.matches("\n   WHY: ").count(), 3, "{text}");
}

/// Two reads through a mask.
const MASKS: &str = "import mlx.core as mx\ndef f(x: mx.array):\n    a = x[x > 0]\n    return a + x[x > 1]\n";

#[test]
fn verbose_adds_the_page_of_every_rule_that_fired_once() {
    let dir = folder("verbose", &[("bad.py", MASKS)]);
    let (_, plain) = command(&dir, &["bad.py"]);
    let (code, text) = command(&dir, &["bad.py", "--verbose"]);
    assert_eq!(code, 1);
    assert!(text.starts_with(&plain), "{text}");
    assert_eq!(text.matches("# ARR706 boolean-mask-read").count(), 1, "{text}");
}

#[test]
fn statistics_for_programs_are_counts_and_lines() {
    let dir = folder("statistics", &[("bad.py", MASKS)]);
    let (code, text) = command(&dir, &["bad.py", "--statistics", "--format", "json"]);
    assert_eq!(code, 1);
    let rows: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let counts = serde_json::json!({ "code": "ARR706", "name": "boolean-mask-read", "count": 2 });
    assert_eq!(rows, serde_json::json!([counts, { "files": 1, "lines": 4 }]));
}

/// A body that reads threadgroup memory without a barrier, with room for a comment.
fn body(comment: &str) -> String {
    format!(
        r#"import mlx.core as mx
k = mx.fast.metal_kernel(name="k", input_names=["x"], output_names=["y"], source="""
    uint lid = thread_position_in_threadgroup.x;
    threadgroup float s[64];
    s[lid] = x[lid];
    y[lid] = s[63 - lid];{comment}
""")
def run(x):
    return k(inputs=[x], grid=(64, 1, 1), threadgroup=(64, 1, 1), output_shapes=[(64,)], output_dtypes=[mx.float32])
"#
    )
}

#[test]
fn comments_in_a_body_suppress_and_unused_ones_are_told() {
    let dir = folder(
        "body",
        &[
            ("bare.py", &body("")),
            ("hidden.py", &body("  // ember: ignore[MSL904] one simdgroup only")),
            ("other.py", &body("  // ember: ignore[MSL907] not this one")),
        ],
    );
    let (code, text) = command(&dir, &["bare.py", "--format", "concise"]);
    assert!(code == 1 && text.starts_with("bare.py:6:") && text.contains("MSL904"), "{text}");
    let (code, text) = command(&dir, &["hidden.py"]);
    assert_eq!((code, text.as_str()), (0, "0 findings in 1 file, 1 suppressed\n"));
    let (code, text) = command(&dir, &["other.py", "--format", "concise"]);
    assert!(code == 1 && text.contains("MSL904") && text.contains("EMB001"), "{text}");
}
