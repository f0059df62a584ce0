//! `docs/coach.md`: every command on the page is run, and prints what the page says.
//!
//! A block `LANGUAGE file=NAME` becomes a file; in a block `console [exit=N]` every line that begins
//! with `$ ` is a command. `...` in the output stands for anything.

mod folder;

use folder::folder;
use std::path::Path;
use std::process::{Command, Stdio};

/// Exit code and output of a command line of the page.
fn run(dir: &Path, line: &str) -> (i32, String) {
    let mut words = line.split(' ');
    assert_eq!(words.next(), Some("embercoach"), "{line}");
    let ran = Command::new(env!("CARGO_BIN_EXE_embercoach"))
        .args(words)
        .current_dir(dir)
        .stdin(Stdio::null())
        .output()
        .expect("the command runs");
    let text = String::from_utf8(ran.stdout).expect("text") + &String::from_utf8(ran.stderr).expect("text");
    (ran.status.code().expect("an exit code"), text)
}

/// Whether a text is what the page says, where `...` stands for anything.
fn matches(page: &str, text: &str) -> bool {
    let mut rest = text;
    for (i, part) in page.split("...").enumerate() {
        match rest.find(part) {
            Some(at) if i > 0 || at == 0 => rest = &rest[at + part.len()..],
            _ => return false,
        }
    }
    rest.is_empty() || page.trim_end().ends_with("...")
}

#[test]
fn every_command_of_the_page_prints_what_the_page_says() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/coach.md"))
        .expect("docs/coach.md");
    let blocks: Vec<(&str, &str)> =
        page.split("```").skip(1).step_by(2).filter_map(|b| b.split_once('\n')).collect();
    let dir = folder("page", &[]);
    // Files that stand below the command that uses them are there from the start, but for the
    // configuration, which holds from where it stands.
    let write = |head: &str, text: &str| {
        if let Some((_, name)) = head.split_once("file=") {
            std::fs::write(dir.join(name), text).expect("written");
        }
    };
    for (head, text) in blocks.iter().filter(|b| !b.0.starts_with("toml")) {
        write(head, text);
    }
    let mut commands = 0;
    for (head, text) in &blocks {
        write(head, text);
        let Some(options) = head.strip_prefix("console") else { continue };
        let code = options.trim().strip_prefix("exit=").map_or(0, |n| n.parse().expect("a number"));
        for command in text.split("$ ").filter(|c| c.starts_with("embercoach")) {
            let (line, expected) = command.split_once('\n').expect("a line");
            let (exit, printed) = run(&dir, line);
            assert!(matches(expected, &printed), "$ {line}\nthe page:\n{expected}\nprinted:\n{printed}");
            assert_eq!(exit, code, "$ {line}");
            commands += 1;
        }
    }
    assert!(commands >= 10, "only {commands} commands");
}

#[test]
fn dots_on_a_page_stand_for_anything_but_not_for_another_text() {
    assert!(matches("a ... c\n", "a b b c\n"));
    assert!(matches("a\n...\n", "a\nb\n\n"));
    assert!(!matches("a ... c\n", "b b c\n"));
    assert!(!matches("a\n", "a\nb\n"));
}

#[test]
fn every_option_of_the_help_is_on_the_page_or_says_it_all_itself() {
    let (_, help) = run(&folder("help", &[]), "embercoach --help");
    let page = include_str!("../../../docs/coach.md");
    for option in help.split_whitespace().filter(|w| w.starts_with("--") && w.len() > 2) {
        let name = option.trim_matches(|c: char| !c.is_ascii_lowercase() && c != '-');
        let name = name.split(['[', '=']).next().unwrap_or(name);
        let plain = ["--exit-zero", "--config", "--jobs", "--exclude", "--help", "--version"].contains(&name);
        assert!(plain || page.contains(name), "{name}");
    }
}
