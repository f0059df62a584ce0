//! `docs/m2.md`: every command on the page runs, in a folder of its own, and prints what the page says.

use crate::{Folder, command, ember, expect, root, stdout, tiny, vectors};

#[test]
fn the_pages_commands_print_what_it_says() {
    let page = std::fs::read_to_string(root().join("docs/m2.md")).expect("the page");
    let folder = Folder::new("page");
    let mut ran = 0;
    for block in page.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap_or("");
        for step in block.split("$ ember ").skip(1) {
            let (line, printed) = step.split_once('\n').unwrap_or((step, ""));
            let line = line.replace("tests/fixtures/m2-random-tiny", &tiny());
            let words = words(&line);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let output = command(&words).current_dir(&folder.0).output().expect("ember starts");
            let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "`ember {line}` fails:\n{text}");
            let mut rest = &*text;
            for wanted in printed.split("...").flat_map(str::lines).filter(|part| !part.trim().is_empty()) {
                let at = rest.find(wanted.trim_end());
                let at = at.unwrap_or_else(|| panic!("`ember {line}` does not print `{wanted}`:\n{text}"));
                rest = &rest[at + wanted.trim_end().len()..];
            }
            ran += 1;
        }
    }
    assert!(ran >= 8, "the page shows its commands");
}

#[test]
fn the_pages_cosines_are_the_measured_ones() {
    let page = std::fs::read_to_string(root().join("docs/m2.md")).expect("the page");
    let mut lines = page.lines().skip_while(|line| !line.starts_with("| text, on the tiny model"));
    let heads = cells(lines.next().expect("the table"));
    let (mut rows, tiny) = (0, tiny());
    for line in lines.skip(1).take_while(|line| line.starts_with('|')) {
        let row = cells(line);
        let vector = |policy: &str| {
            let options = ["--format", "jsonl", "--normalize", "--length-policy", policy];
            let output = ember(&[&["embed", row[0], "--model", &tiny], &options[..]].concat());
            expect(&output, 0, &[]);
            vectors(&stdout(&output)).remove(0)
        };
        let reference = vector("reference");
        for (policy, cosine) in heads[2..].iter().zip(&row[2..]) {
            let other = vector(policy.trim_matches('`'));
            let measured: f64 = reference.iter().zip(other).map(|(a, b)| a * b).sum();
            let stated: f64 = cosine.parse().expect("a number");
            assert!((measured - stated).abs() < 2e-4, "{}, {policy}: {measured}, not {stated}", row[0]);
        }
        rows += 1;
    }
    assert!(rows >= 3, "the table has rows");
}

fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

/// Words of a command line; double quotes keep spaces.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.trim().chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("there is a word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
