//! The command line as a user meets it: exit codes, messages, files, pipes, Ctrl-C.

mod expect;

use expect::expect;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const DOUBLE: &str = "\
// ember: input x = f32:[1, 2, 3, 4]
// ember: output y = f32(4)
// ember: grid 4
// ember: threadgroup 4
// ember: expect y = x * 2
uint i = thread_position_in_grid.x;
y[i] = x[i] * 2.0f;
";

/// A folder of its own for each test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("ember-cli-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn ember(command: &str, file: &Path, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ember"))
        .args(["kernel", command])
        .arg(file)
        .args(options)
        .output()
        .expect("ember starts")
}

#[test]
fn run_reports_outputs_and_expectations() {
    let folder = Folder::new("run");
    let file = folder.write("double.metal", DOUBLE);
    let output = ember("run", &file, &["--print", "y"]);
    expect(
        &output,
        0,
        &[
            "double (",
            "grid     4 x 1 x 1 threads in threadgroups of 4 x 1 x 1",
            "y        f32(4)  min 2  max 8  mean 5  [2, 4, 6, 8]",
            "expect   y = x * 2: ok, exact",
            "1 expectations passed, 0 failed",
            "y =\n[2 4 6 8]",
        ],
    );
    assert!(output.stderr.is_empty(), "nothing to complain about");
}

#[test]
fn options_override_directives() {
    let folder = Folder::new("override");
    let file = folder.write("double.metal", DOUBLE);
    let options =
        ["--input", "x=f32(2,3):arange", "--output", "y=f32(2,3)", "--grid", "6,1,1", "--print", "y"];
    expect(&ember("run", &file, &options), 0, &["[[ 0  2  4]\n [ 6  8 10]]"]);
}

#[test]
fn a_failed_expectation_is_exit_1() {
    let folder = Folder::new("failed");
    let file = folder.write("double.metal", DOUBLE.replace("y = x * 2", "y = [2, 4, 6, 9]"));
    expect(&ember("run", &file, &[]), 1, &["`y[3]` is 8 and should be 9", "0 expectations passed, 1 failed"]);
}

#[test]
fn wrong_usage_is_exit_2_and_says_the_way_out() {
    let folder = Folder::new("usage");
    let file = folder.write("double.metal", DOUBLE);
    let check = |options: &[&str], parts: &[&str]| expect(&ember("run", &file, options), 2, parts);
    check(&["--grid", "0,1,1"], &["grid (0, 1, 1) has 0 threads along x"]);
    check(&["--grid", "-4,1,1"], &["-4 threads along x"]);
    check(&["--grid", "8589934592,1,1"], &["more than 4294967295 threads"]);
    check(&["--grid", "1,2,3,4"], &["4 extents are given"]);
    check(&["--threadgroup", "2048,1,1"], &["2048 threads, more than the 1024"]);
    check(&["--input", "x=f8(4):ones"], &["`f8` is not a dtype"]);
    check(&["--input", "x=f32(4)"], &["says nothing about the values"]);
    check(&["--input", "z=f32(4):ones"], &["has no input `z`", "`x`"]);
    check(&["--output", "y=f32(-4)"], &["dimension -4 is negative"]);
    check(&["--output", "y=f32(1099511627776)"], &["needs 4.0 TiB"]);
    check(&["--math", "quick"], &["math mode `quick` is unknown"]);
    check(&["--init", "many"], &["init value `many` is not a number"]);
    check(&["--template", "T=quux"], &["`T` = `quux` is no dtype"]);
    check(&["--print", "z"], &["there is no array `z`", "`y`, `x`"]);
    check(&["--save", "y=y.txt"], &["arrays are saved as .npy"]);
    check(&["--repeat", "0"], &["--repeat"]);
    check(&["--no-such-flag"], &["--no-such-flag"]);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = Folder::new("files");
    let file = folder.write("double.metal", DOUBLE);
    expect(
        &ember("run", &folder.0.join("none.metal"), &[]),
        1,
        &["none.metal` cannot be read: no such file"],
    );
    expect(&ember("run", &folder.0, &[]), 1, &["cannot be read: it is a folder"]);
    expect(&ember("run", &file, &["--input", "x=none.npy"]), 1, &["none.npy` cannot be read"]);
    expect(&ember("run", &file, &["--header", "none.h"]), 1, &["none.h` cannot be read"]);
    let bad = folder.write("bad.metal", b"// ember: output y\ny[0] = 1; // \xff\n");
    expect(&ember("check", &bad, &[]), 1, &["is not UTF-8: byte 0xff at offset", "line 2"]);
    let junk = folder.write("junk.npy", b"not numpy");
    let junk = format!("x={}", junk.display());
    expect(&ember("run", &file, &["--input", &junk]), 2, &["junk.npy`: not a valid .npy file"]);
    let empty = folder.write("empty.metal", "");
    expect(&ember("check", &empty, &[]), 2, &["does not say its outputs"]);
    let empty = folder.write("empty_body.metal", "// ember: output y\n");
    expect(&ember("check", &empty, &[]), 2, &["the source of kernel `empty_body` is empty"]);
}

#[test]
fn arrays_are_saved_and_read_back() {
    let folder = Folder::new("save");
    let file = folder.write("double.metal", DOUBLE);
    let path = folder.0.join("y.npy");
    let save = format!("y={}", path.display());
    expect(&ember("run", &file, &["--save", &save]), 0, &[]);
    let input = format!("x={}", path.display());
    expect(&ember("run", &file, &["--input", &input, "--print", "y"]), 0, &["[ 4  8 12 16]"]);
    let left: Vec<_> = std::fs::read_dir(&folder.0).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "no temporary file stays: {left:?}");
    let nowhere = format!("y={}", folder.0.join("no/such/folder/y.npy").display());
    expect(&ember("run", &file, &["--save", &nowhere]), 1, &["cannot be written", "a folder that exists"]);
    let mut permissions = path.metadata().unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    expect(&ember("run", &file, &["--save", &save]), 1, &["y.npy` is read-only"]);
}

#[test]
fn json_is_json() {
    let folder = Folder::new("json");
    let file = folder.write("double.metal", DOUBLE);
    let parse = |output: &Output| serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("JSON");
    let run = parse(&ember("run", &file, &["--json", "--print", "y"]));
    assert_eq!(run["outputs"][0]["first"], serde_json::json!([2.0, 4.0, 6.0, 8.0]));
    assert_eq!((&run["passed"], &run["printed"]["y"][3]), (&true.into(), &8.0.into()));
    let failed = parse(&ember("run", &file, &["--json", "--grid", "0"]));
    assert_eq!(failed["error"]["kind"], "invalid-argument");
    let wrong = folder.write("wrong.metal", "// ember: output y\ny[0] = ;\n");
    let check = ember("check", &wrong, &["--json"]);
    expect(&check, 1, &[]);
    let check = parse(&check);
    assert_eq!((&check["errors"], &check["diagnostics"][0]["line"]), (&1.into(), &2.into()));
    let bench = parse(&ember("bench", &file, &["--json", "--repeat", "2"]));
    assert_eq!(bench["bytes"], 32);
}

#[test]
fn diagnostics_show_the_line_without_colours_in_a_pipe() {
    let folder = Folder::new("diagnostics");
    let file = folder.write("wrong.metal", "// ember: output y\nuint i = ;\n");
    for command in ["run", "check"] {
        let output = ember(command, &file, &[]);
        expect(&output, 1, &["wrong.metal:2:10", "1 error"]);
        assert!(!output.stderr.contains(&0x1b));
    }
}

#[test]
fn a_closed_pipe_is_a_success() {
    let folder = Folder::new("pipe");
    let file = folder.write("double.metal", DOUBLE);
    let mut child = Command::new(env!("CARGO_BIN_EXE_ember"))
        .args(["kernel", "run"])
        .arg(&file)
        .args(["--print", "y"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

const ENDLESS: &str = "// ember: output y = f32(4)\n// ember: grid 4\nfor (;;) { y[0] += 1.0f; }\n";

#[test]
fn endless_loops_run_out_of_fuel() {
    let folder = Folder::new("fuel");
    let file = folder.write("endless.metal", ENDLESS);
    let output = ember("run", &file, &["--fuel", "1000"]);
    expect(&output, 1, &["ran out of fuel after 1000", "endless.metal:3:1", "`--fuel` on the command line"]);
}

#[test]
fn endless_loops_run_out_of_time() {
    let folder = Folder::new("time");
    let file = folder.write("endless.metal", ENDLESS);
    let output = ember("run", &file, &["--time-limit", "0.2"]);
    expect(&output, 1, &["stopped after 0.2 s", "endless.metal:3:1", "`--time-limit` on the command line"]);
    expect(&ember("run", &file, &["--time-limit", "soon"]), 2, &["`soon` is not a number of seconds"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_cleanly() {
    let folder = Folder::new("interrupt");
    let file = folder.write("endless.metal", ENDLESS);
    let child = Command::new(env!("CARGO_BIN_EXE_ember"))
        .args(["kernel", "run"])
        .arg(&file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(500));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let asked = Instant::now();
    expect(&child.wait_with_output().unwrap(), 130, &["interrupted"]);
    assert!(asked.elapsed() < Duration::from_secs(2));
}

#[test]
fn stages_can_be_shown() {
    let folder = Folder::new("show");
    let file = folder.write("double.metal", DOUBLE);
    expect(
        &ember("show", &file, &["--as", "metal"]),
        0,
        &["[[kernel]] void custom_kernel_double", "const constant float* x"],
    );
    expect(&ember("show", &file, &["--as", "ir"]), 0, &["kernel"]);
    expect(&ember("show", &file, &["--as", "tokens"]), 0, &["7:1\ty"]);
    expect(&ember("show", &file, &["--as", "tree"]), 0, &["thread_position_in_grid"]);
}
