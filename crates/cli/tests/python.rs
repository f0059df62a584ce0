//! `ember kernel check` and `ember kernel list` on Python files.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A file of one test, removed at its end.
struct File(PathBuf);

impl std::ops::Deref for File {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn file(name: &str, text: &str) -> File {
    let path = std::env::temp_dir().join(format!("ember-python-{}-{name}", std::process::id()));
    std::fs::write(&path, text).expect("the file can be written");
    File(path)
}

fn ember(command: &str, file: &Path, options: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_ember"))
        .args(["kernel", command])
        .arg(file)
        .args(options)
        .output()
        .expect("ember starts");
    (status.code(), String::from_utf8_lossy(&stdout).into(), String::from_utf8_lossy(&stderr).into())
}

/// A kernel that reads a name nobody declares, unless `n` is among its inputs.
fn source(inputs: &str, given: &str) -> String {
    format!(
        r#"import mlx.core as mx
k = mx.fast.metal_kernel(name="twice", input_names=[{inputs}], output_names=["y"], source="""
    uint i = thread_position_in_grid.x;
    if (i < uint(n)) y[i] = x[i] * 2;
""")
def run(x: mx.array):
    return k(inputs=[{given}], grid=(1024, 1, 1), threadgroup=(256, 1, 1), output_shapes=[(1000,)], output_dtypes=[mx.float32])
y = x[x > 0]
"#
    )
}

#[test]
fn check_reports_the_kernel_at_its_place_in_the_string() {
    let bad = file("bad.py", &source("\"x\"", "x"));
    let (code, out, err) = ember("check", &bad, &[]);
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(out.contains("error[KRN807]") && out.contains("bad.py:4:18"), "{out}");
    let (code, out, _) = ember("check", &bad, &["--json"]);
    let value: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert!(code == Some(1) && value.to_string().contains("KRN807"), "{out}");
}

#[test]
fn check_says_nothing_of_a_sound_kernel_and_of_the_rest_of_the_file() {
    let good = file("good.py", &source("\"x\", \"n\"", "x, 1000"));
    let (code, out, err) = ember("check", &good, &[]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("0 findings"), "{out}");
}

#[test]
fn list_shows_inputs_outputs_and_launch() {
    let good = file("list.py", &source("\"x\", \"n\"", "x, 1000"));
    let (code, out, err) = ember("list", &good, &[]);
    assert_eq!(code, Some(0), "{out}{err}");
    for part in [
        "twice (",
        "input     x: ",
        "input     n: i32()",
        "output    y: f32(1000)",
        "grid (1024, 1, 1), threadgroup (256, 1, 1)",
        "1 kernel in ",
    ] {
        assert!(out.contains(part), "`{part}` is missing in\n{out}");
    }
    let (_, out, _) = ember("list", &good, &["--json"]);
    let value: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(value["kernels"][0]["launch"]["grid"], serde_json::json!([1024, 1, 1]));
}

#[test]
fn what_cannot_be_read_is_said() {
    let broken = file("broken.py", "def (:\n");
    for command in ["check", "list"] {
        let (code, out, err) = ember(command, &broken, &[]);
        assert!(code != Some(0) && format!("{out}{err}").contains("does not parse"), "{code:?} {out}{err}");
        let (code, out, err) = ember(command, Path::new("/nowhere/at/all.py"), &[]);
        assert!(code != Some(0) && err.contains("/nowhere/at/all.py"), "{code:?} {out}{err}");
    }
}
