//! `ember embed --output`: every format, interruption, resuming.

use crate::{Folder, ember, expect, started, tiny, vectors};
use emberforge_array::load;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::RowAccessor as _;
use std::io::Write as _;
use std::process::{Child, ChildStdin, Command, Output};
use std::time::{Duration, Instant};

const TEXTS: [&str; 3] = ["hello", "the world and more words", ""];

fn write(path: &str, more: &[&str]) -> Output {
    let tiny = tiny();
    ember(&[&["embed"], &TEXTS[..], &["--model", &tiny, "--output", path], more].concat())
}

#[test]
fn every_format_holds_the_same_vectors() {
    let folder = Folder::new("formats");
    for name in ["a.jsonl", "a.json", "a.npy", "a.safetensors", "a.parquet"] {
        expect(
            &write(&folder.path(name), &["--length-policy", "exact"]),
            0,
            &["3 texts: length policy exact"],
        );
        assert!(!folder.has(&format!("{name}.partial")) && !folder.has(&format!("{name}.writing")), "{name}");
    }
    let rows = vectors(&folder.read("a.jsonl"));
    let flat: Vec<f64> = rows.concat();

    let json: serde_json::Value = serde_json::from_str(&folder.read("a.json")).expect("JSON");
    let list = json["embeddings"].as_array().expect("a list").iter();
    let json: Vec<f64> = list
        .flat_map(|row| row["embedding"].as_array().expect("a vector").iter().filter_map(|x| x.as_f64()))
        .collect();
    assert_eq!(json, flat);

    let as_f32: Vec<f32> = flat.iter().map(|x| *x as f32).collect();
    let npy = load(folder.path("a.npy")).expect("an array");
    let npy = npy.single().expect("one array");
    assert_eq!((npy.shape(), npy.to_vec::<f32>()), (&[3, 32][..], Ok(as_f32.clone())));

    let file = load(folder.path("a.safetensors")).expect("arrays");
    assert_eq!(file.get("embeddings").and_then(|x| x.to_vec::<f32>()), Ok(as_f32.clone()));
    assert_eq!(file.get("tokens").and_then(|x| x.to_vec::<i64>()), Ok(vec![3, 11, 2]));
    assert!(file.metadata()["settings"].contains("\"length_policy\":\"exact\""));

    let file = std::fs::File::open(folder.path("a.parquet")).expect("a file");
    let reader = SerializedFileReader::new(file).expect("a table");
    let metadata = reader.metadata().file_metadata().key_value_metadata().expect("metadata");
    assert!(
        metadata
            .iter()
            .any(|kv| kv.value.as_ref().is_some_and(|v| v.contains("\"length_policy\":\"exact\"")))
    );
    let mut table = Vec::new();
    for row in reader.get_row_iter(None).expect("rows") {
        let row = row.expect("a row");
        assert_eq!(row.get_long(0).expect("an index"), (table.len() / 32) as i64);
        let list = row.get_list(5).expect("a list");
        table.extend((0..list.len()).map(|i| {
            use parquet::record::ListAccessor as _;
            list.get_float(i).expect("a float")
        }));
    }
    assert_eq!(table, as_f32);
}

#[test]
fn outputs_that_cannot_be_are_refused_before_the_model_is_loaded() {
    let folder = Folder::new("refused");
    expect(&write(&folder.path("a.xyz"), &[]), 2, &["does not say by its name what to write; add --format"]);
    expect(&write("/nonexistent/a.npy", &[]), 1, &["cannot write `/nonexistent/a.npy.partial`"]);
    expect(
        &ember(&["embed", "x", "--model", &tiny(), "--format", "npy"]),
        2,
        &["name the file with --output"],
    );
    expect(&ember(&["embed", "x", "--model", &tiny(), "--resume"]), 2, &["--output"]);
    let output = ember(&["embed", "x", "--model", "/nonexistent/m", "--output", &folder.path("b.npy")]);
    expect(&output, 2, &[]);
    assert!(!folder.has("b.npy.partial"), "a run without rows leaves nothing");
}

#[test]
fn a_partial_run_is_resumed_to_the_same_bytes() {
    let folder = Folder::new("resume");
    for name in ["a.jsonl", "a.npy", "a.parquet", "a.safetensors", "a.json"] {
        let whole = folder.path(&format!("whole-{name}"));
        expect(&write(&whole, &[]), 0, &[]);
        expect(&write(&folder.path("rows.jsonl"), &[]), 0, &[]);
        let rows = folder.read("rows.jsonl");
        // One whole row, and the beginning of another: what a machine that lost power leaves.
        let first = rows.lines().next().expect("a row");
        folder.write(&format!("{name}.partial"), format!("{first}\n{}", &rows[first.len() + 1..][..200]));
        let path = folder.path(name);
        expect(
            &write(&path, &[]),
            2,
            &["holds an earlier run's rows; continue it with --resume, or delete it"],
        );
        expect(&write(&path, &["--normalize", "--resume"]), 2, &["was made with other settings"]);
        let tiny = tiny();
        let changed = ember(&["embed", "another", "text", "--model", &tiny, "--output", &path, "--resume"]);
        expect(&changed, 2, &["text 0 is not the one of the earlier run"]);
        expect(&write(&path, &["--resume"]), 0, &["3 texts"]);
        assert_eq!(std::fs::read(&path).expect("a file"), std::fs::read(&whole).expect("a file"), "{name}");
        assert!(!folder.has(&format!("{name}.partial")), "{name}");
    }
}

/// Starts `ember`, gives it lines, waits until it has made rows of them, and presses Ctrl-C while it waits for more.
#[cfg(unix)]
fn interrupted(folder: &Folder, name: &str, lines: &str) -> Output {
    let (tiny, path) = (tiny(), folder.path(name));
    let mut child = started(&["embed", "-", "--model", &tiny, "--output", &path]);
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(lines.as_bytes()).expect("ember reads");
    let partial = folder.0.join(format!("{name}.partial"));
    let start = Instant::now();
    let wanted = lines.lines().count();
    while std::fs::read_to_string(&partial).map_or(0, |text| text.lines().count()) < wanted {
        assert!(start.elapsed() < Duration::from_secs(60), "no rows appear");
        std::thread::sleep(Duration::from_millis(20));
    }
    interrupt(child, stdin)
}

/// Ctrl-C while standard input is still open.
#[cfg(unix)]
fn interrupt(child: Child, stdin: ChildStdin) -> Output {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill runs").success());
    let output = child.wait_with_output().expect("ember ends");
    drop(stdin);
    output
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_valid_rows_and_says_so() {
    let folder = Folder::new("interrupt");
    for name in ["a.jsonl", "a.npy", "a.parquet"] {
        let output = interrupted(&folder, name, "hello\nsome text\n");
        expect(&output, 130, &["interrupted, not complete: 2 texts", "continue with --resume"]);
        assert!(!folder.has(name), "only what is complete has its name");
        assert_eq!(vectors(&folder.read(&format!("{name}.partial"))).len(), 2);
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_json_on_standard_output_that_says_it_is_not_complete() {
    let tiny = tiny();
    let mut child = started(&["embed", "-", "--model", &tiny]);
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(b"hello\n").expect("ember reads");
    // Whether the text is embedded by then or not, what is printed has to be JSON.
    std::thread::sleep(Duration::from_millis(1500));
    let output = interrupt(child, stdin);
    expect(&output, 130, &["interrupted, not complete"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(value["complete"], false);
}
