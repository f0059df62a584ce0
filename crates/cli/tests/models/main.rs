//! The commands on models as a user meets them, on `tests/fixtures/m2-random-tiny` (random weights).

mod checkpoints;
mod embed;
#[path = "../expect/mod.rs"]
mod expect;
mod outputs;
mod page;

use expect::expect;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace exists")
}

fn tiny() -> String {
    root().join("tests/fixtures/m2-random-tiny").display().to_string()
}

/// A folder of its own for each test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("ember-models-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        std::fs::write(self.0.join(name), content).expect("a file");
        self.path(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).expect("a file of text")
    }

    fn has(&self, name: &str) -> bool {
        self.0.join(name).exists()
    }

    /// A copy of the tiny model.
    fn model(&self) -> String {
        for file in ["config.json", "model.safetensors", "vocab.txt"] {
            std::fs::copy(Path::new(&tiny()).join(file), self.0.join(file)).expect("a copy");
        }
        self.0.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// `ember` without the hub's network and with an empty cache.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ember"));
    command.args(arguments).current_dir(root());
    command.env("HF_HUB_OFFLINE", "1").env("HF_HUB_CACHE", "/nonexistent/cache");
    command
}

fn ember(arguments: &[&str]) -> Output {
    command(arguments).output().expect("ember starts")
}

/// Started, with all three streams in our hands.
fn started(arguments: &[&str]) -> Child {
    let mut command = command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("ember starts")
}

fn ember_reading(arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = started(arguments);
    child.stdin.take().expect("a pipe").write_all(stdin).expect("ember reads");
    child.wait_with_output().expect("ember ends")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// Vectors of `ember embed`'s JSON lines.
fn vectors(lines: &str) -> Vec<Vec<f64>> {
    let row = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).expect("a JSON line");
        let numbers = row["embedding"].as_array().expect("a vector");
        numbers.iter().map(|x| x.as_f64().expect("a number")).collect()
    };
    lines.lines().map(row).collect()
}
