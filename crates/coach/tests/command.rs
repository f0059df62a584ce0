//! The command through its library function: exit codes, formats, fixes, suppressions, odd files.

mod folder;

use std::path::Path;

use emberforge_coach::tool::{Io, run};
use folder::folder;

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn command(cwd: &Path, arguments: &[&str], input: &str) -> Ran {
    let (mut out, mut err, mut input) = (Vec::new(), Vec::new(), input.as_bytes());
    let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
    let mut io = Io { out: &mut out, err: &mut err, input: &mut input, cwd: cwd.to_path_buf() };
    let code = run(&arguments, &mut io);
    Ran { code, out: String::from_utf8(out).expect("text"), err: String::from_utf8(err).expect("text") }
}

const BAD: &str = "import mlx.core as mx\ndef f(x: mx.array):\n    return x[x > 0]\n";
const CLEAN: &str = "import mlx.core as mx\ndef f(x: mx.array):\n    return mx.where(x > 0, x, 0)\n";

#[test]
fn exit_codes_tell_clean_findings_and_trouble_apart() {
    let dir = folder("codes", &[("bad.py", BAD), ("clean.py", CLEAN), ("broken.py", "def (:\n")]);
    assert_eq!(command(&dir, &["clean.py"], "").code, 0);
    assert_eq!(command(&dir, &["bad.py"], "").code, 1);
    assert_eq!(command(&dir, &["bad.py", "--exit-zero"], "").code, 0);
    let broken = command(&dir, &["broken.py", "bad.py", "--format", "concise"], "");
    assert_eq!(broken.code, 2);
    assert!(broken.out.contains("ARR706") && broken.out.contains("does not parse"), "{}", broken.out);
    let missing = command(&dir, &["nowhere.py"], "");
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("nowhere.py: no such file or folder"));
    assert_eq!(command(&dir, &["--no-such-option"], "").code, 2);
    assert_eq!(command(&dir, &["--select", "ZZZ"], "").code, 2);
}

#[test]
fn a_finding_looks_like_rustc() {
    let dir = folder("look", &[("bad.py", BAD)]);
    let expected = "\
error[ARR706]: MLX cannot read through a bool mask; this raises
 --> bad.py:3:12
  |
3 |     return x[x > 0]
  |            ^^^^^^^^ a bool index
  |
  = help: use `mx.where(mask, x, other)`, or compress on the host

1 finding in 1 file
";
    assert_eq!(command(&dir, &["bad.py"], "").out, expected);
    let why = command(&dir, &["bad.py", "--why"], "");
    assert!(why.out.contains("because bad.py:3:14: mx.array of bool_"), "{}", why.out);
}

#[test]
fn every_format_for_programs_is_well_formed() {
    let dir = folder("formats", &[("bad.py", BAD)]);
    for format in ["json", "sarif", "gitlab"] {
        let ran = command(&dir, &["bad.py", "--format", format], "");
        let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        assert!(value.to_string().contains("ARR706"), "{format}");
    }
    let lines = command(&dir, &["bad.py", "--format", "jsonl"], "");
    assert!(lines.out.lines().all(|l| serde_json::from_str::<serde_json::Value>(l).is_ok()));
    assert!(
        command(&dir, &["bad.py", "--format", "github"], "")
            .out
            .starts_with("::error title=ARR706,file=bad.py,line=3,col=12::")
    );
    assert!(command(&dir, &["bad.py", "--format", "junit"], "").out.contains("<testsuite name=\"bad.py\""));
    assert!(command(&dir, &["bad.py", "--format", "legacy"], "").out.starts_with("bad.py:3: [error ARR706]"));
}

#[test]
fn suppressions_hide_and_unused_ones_are_told() {
    let hidden = BAD.replace("0]", "0]  # ember: ignore[ARR706] wanted");
    let unused = CLEAN.replace("0)\n", "0)  # ember: ignore[ARR706]\n");
    let dir = folder("suppress", &[("hidden.py", &hidden), ("unused.py", &unused)]);
    let ran = command(&dir, &["hidden.py"], "");
    assert_eq!((ran.code, ran.out.as_str()), (0, "0 findings in 1 file, 1 suppressed\n"));
    let ran = command(&dir, &["unused.py", "--format", "concise"], "");
    assert!(ran.code == 1 && ran.out.contains("EMB001"), "{}", ran.out);
    command(&dir, &["unused.py", "--fix"], "");
    assert_eq!(std::fs::read_to_string(dir.join("unused.py")).expect("text"), CLEAN);
}

#[test]
fn a_baseline_lets_old_findings_pass_and_new_ones_not() {
    let dir = folder("baseline", &[("bad.py", BAD)]);
    assert_eq!(command(&dir, &["bad.py", "--write-baseline=b.json"], "").code, 0);
    assert_eq!(command(&dir, &["bad.py", "--baseline", "c.json", "--write-baseline"], "").code, 0);
    assert_eq!(
        std::fs::read(dir.join("b.json")).expect("written"),
        std::fs::read(dir.join("c.json")).expect("written")
    );
    let plain = command(&dir, &["bad.py", "--write-baseline"], "");
    assert!(plain.out.ends_with("embercoach-baseline.json\n"), "{}", plain.out);
    assert_eq!(command(&dir, &["bad.py", "--baseline", "b.json"], "").code, 0);
    std::fs::write(dir.join("bad.py"), format!("{BAD}def g(y: mx.array):\n    return y[y > 1]\n"))
        .expect("written");
    assert_eq!(command(&dir, &["bad.py", "--baseline", "b.json"], "").code, 1);
}

#[test]
fn folders_honour_gitignore_excludes_and_symlink_loops() {
    let dir =
        folder("walk", &[("a/bad.py", BAD), ("b/bad.py", BAD), ("c/bad.py", BAD), (".gitignore", "b/\n")]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(&*dir, dir.join("a/loop")).expect("a link");
    let ran = command(&dir, &[".", "--exclude", "c/**", "--format", "concise"], "");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.out);
    assert!(lines[0].starts_with("a/bad.py:3:12"));
}

#[test]
fn configuration_is_read_and_flags_win() {
    let dir = folder(
        "config",
        &[("bad.py", BAD), ("pyproject.toml", "[tool.embercoach]\nignore = [\"ARR706\"]\n")],
    );
    assert_eq!(command(&dir, &["bad.py"], "").code, 0);
    assert_eq!(command(&dir, &["bad.py", "--isolated"], "").code, 1);
    assert_eq!(command(&dir, &["bad.py", "--ignore", "NUM"], "").code, 1);
    std::fs::write(dir.join("embercoach.toml"), "profil = \"strict\"\n").expect("written");
    let ran = command(&dir, &["bad.py"], "");
    assert!(ran.code == 2 && ran.err.contains("there is no key `profil`"), "{}", ran.err);
}

#[test]
fn standard_input_notebooks_and_odd_texts_are_understood() {
    let dir = folder("odd", &[]);
    let ran = command(&dir, &["-", "--stdin-filename", "x.py", "--format", "concise"], BAD);
    assert!(ran.out.starts_with("x.py:3:12: error ARR706"), "{}", ran.out);
    let notebook = r##"{"cells":[{"cell_type":"markdown","source":["# t"]},{"cell_type":"code","source":["%pip install mlx\n","import mlx.core as mx"]},{"cell_type":"code","source":"def f(x: mx.array):\n    return x[x > 0]"}]}"##;
    let ran = command(&dir, &["-", "--stdin-filename", "n.ipynb", "--format", "concise"], notebook);
    assert!(ran.out.starts_with("n.ipynb:cell 3:2:12: error ARR706"), "{}", ran.out);
    for text in [
        BAD.replace('\n', "\r\n"),
        format!("\u{feff}{BAD}"),
        BAD.replace("    ", "\t"),
        BAD.replace("(x:", "(größe:").replace("x[x", "größe[größe"),
    ] {
        let ran = command(&dir, &["-", "--stdin-filename", "x.py", "--format", "concise"], &text);
        assert!(ran.out.contains("ARR706"), "{text:?}: {}", ran.out);
    }
    let deep = format!("import mlx\nx = {}1{}\n", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(command(&dir, &["-"], &deep).code, 2);
    let long = format!("import mlx\nx = {}1\n", "1 + ".repeat(20_000));
    std::thread::Builder::new()
        .stack_size(512 << 20)
        .spawn(move || assert_eq!(command(&std::env::temp_dir(), &["-", "--isolated"], &long).code, 0))
        .expect("a thread")
        .join()
        .expect("no panic");
}

#[test]
fn explain_and_rules_print_pages() {
    let dir = folder("pages", &[]);
    assert!(command(&dir, &["explain", "SYN101"], "").out.starts_with("# SYN101 element-read-in-loop\n"));
    assert_eq!(command(&dir, &["explain", "NOPE"], "").code, 2);
    let json = command(&dir, &["rules", "--json"], "");
    assert!(serde_json::from_str::<serde_json::Value>(&json.out).is_ok());
}

#[test]
fn a_diff_shows_what_fix_would_do() {
    let dir = folder("diff", &[("cat.py", "import mlx.core as mx\ny = mx.cat([mx.zeros((1,))], dim=0)\n")]);
    let ran = command(&dir, &["cat.py", "--diff"], "");
    assert!(ran.out.contains("-y = mx.cat([mx.zeros((1,))], dim=0)\n+y = mx.concatenate("), "{}", ran.out);
    command(&dir, &["cat.py", "--fix"], "");
    let fixed = std::fs::read_to_string(dir.join("cat.py")).expect("text");
    assert!(fixed.contains("mx.concatenate([mx.zeros((1,))], "), "{fixed}");
}
