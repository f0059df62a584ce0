//! `ember precision longconv`: what it prints is what was promised.

use serde_json::Value;
use std::process::{Command, Output};

fn longconv(options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ember"))
        .args(["precision", "longconv"])
        .args(options)
        .output()
        .expect("ember starts")
}

#[test]
fn the_table_keeps_the_promises_of_the_profiles() {
    let output = longconv(&["--lengths", "100,1024,100", "--channels", "8", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = report["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 10, "two lengths, each once, by five methods");
    let row = |length: u64, method: &str| {
        rows.iter().find(|r| r["length"] == length && r["method"] == method).expect("the row is there")
    };
    for length in [100, 1024] {
        let (fast, textbook, rounded) = (row(length, "fast"), row(length, "fft"), row(length, "rounded"));
        for what in ["rms", "max"] {
            let error = |row: &Value| row[what].as_f64().expect("a number");
            assert!(error(fast) <= 1.2 * error(textbook), "{what} of {length}");
            assert!(error(rounded) > 0.0 && error(rounded) < error(fast), "{what} of {length}");
            assert_eq!(fast[what], row(length, "deterministic")[what]);
        }
        let share = |row: &Value| row["within_one_ulp"].as_f64().expect("a number");
        assert!(share(row(length, "extended")) >= 0.999 && share(fast) < 0.9);
        assert_eq!(rounded["ulp_max"], 0);
    }
}

#[test]
fn the_plot_has_a_line_for_every_result() {
    let path = std::env::temp_dir().join(format!("ember-longconv-{}.svg", std::process::id()));
    let output = longconv(&[
        "--lengths",
        "16,64",
        "--channels",
        "2",
        "--profile",
        "fast",
        "--svg",
        path.to_str().expect("the folder's name is text"),
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let svg = std::fs::read_to_string(&path).expect("the plot is written");
    std::fs::remove_file(&path).expect("it can be removed");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{svg}");
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    for line in ["fast: rms", "fast: largest", "fft: rms", "rounded: largest"] {
        assert!(svg.contains(line), "no {line}");
    }
    assert_eq!(svg.matches("<circle").count(), 3 * 2 * 2, "methods, errors, lengths");
}

#[test]
fn what_cannot_be_measured_is_refused_with_the_rule() {
    for (options, parts) in [
        (&["--lengths", "0"][..], ["0 is not in 1..=262144", "--lengths"]),
        (&["--profile", "exact"], ["`exact` does not exist", "`extended`"]),
        (&["--lengths", "262144", "--channels", "4096"], ["4096 rows of 262144 elements", "--channels"]),
    ] {
        let output = longconv(options);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(parts.iter().all(|p| text.contains(p)), "{text}");
    }
    let output = longconv(&["--lengths", "4", "--svg", "/no such folder/plot.svg"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/no such folder/plot.svg"));
}
