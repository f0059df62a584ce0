//! `--watch`, run as a process: it lints at once, and again when a file changes.

mod folder;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use folder::folder;

#[test]
fn a_change_is_linted_without_being_asked() {
    let dir = folder("watch", &[]);
    let file = dir.join("m.py");
    std::fs::write(&file, "import mlx.core as mx\nx = mx.zeros((3,))\n").expect("written");
    let mut child = Command::new(env!("CARGO_BIN_EXE_embercoach"))
        .args([".", "--watch", "--format", "concise", "--isolated"])
        .current_dir(&*dir)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let (sender, lines) = channel();
    let out = BufReader::new(child.stdout.take().expect("piped"));
    let reader = std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    // Long enough for any machine; reached only if nothing comes at all.
    let next = || lines.recv_timeout(Duration::from_secs(60)).expect("a line");
    assert_eq!(next(), "0 findings in 1 file");
    assert!(next().starts_with("watching"));
    std::fs::write(&file, "import mlx.core as mx\nx = mx.zeros((3,))\nx[x > 0]\n").expect("written");
    let mut seen = Vec::new();
    while !seen.iter().any(|l: &String| l.starts_with("m.py:3:1: error ARR706")) {
        seen.push(next());
    }
    child.kill().expect("it still runs");
    child.wait().expect("it ends");
    reader.join().expect("the reader ends");
}

#[test]
fn standard_input_cannot_be_watched() {
    let ran = Command::new(env!("CARGO_BIN_EXE_embercoach"))
        .args(["-", "--watch"])
        .stdin(Stdio::null())
        .output()
        .expect("the command runs");
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("cannot be watched"));
}
