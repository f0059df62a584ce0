//! `ember embed`: input of every kind, policies, and messages; `fill-mask`, `similarity`, `classify`.

use crate::{Folder, ember, ember_reading, expect, stdout, tiny, vectors};
use serde_json::Value;

fn jsonl(arguments: &[&str]) -> String {
    let tiny = tiny();
    let output = ember(&[&["embed", "--model", &tiny, "--format", "jsonl"], arguments].concat());
    expect(&output, 0, &[]);
    stdout(&output)
}

fn first(lines: &str) -> Value {
    serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON")
}

#[test]
fn a_text_becomes_one_object_that_states_what_was_done() {
    let output = ember(&["embed", "some text", "--model", &tiny()]);
    expect(&output, 0, &["1 text: length policy reference (128 tokens), pooling pooler, not normalized"]);
    let value: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(value["length_policy"], "reference");
    assert_eq!((&value["dimension"], &value["complete"]), (&Value::from(32), &Value::from(true)));
    let row = &value["embeddings"][0];
    assert_eq!((&row["tokens"], &row["length"], &row["cut"]), (&4.into(), &128.into(), &0.into()));
    assert_eq!(row["embedding"].as_array().map(Vec::len), Some(32));
    assert!(row.get("settings").is_none(), "the settings stand once, above");
}

#[test]
fn lengths_follow_the_policy_and_change_the_vector() {
    let length = |policy: &str| first(&jsonl(&["some text", "--length-policy", policy]))["length"].clone();
    assert_eq!(length("reference"), 128);
    assert_eq!(length("exact"), 4);
    assert_eq!(length("bucket:16"), 16);
    assert_ne!(
        vectors(&jsonl(&["some text"])),
        vectors(&jsonl(&["some text", "--length-policy", "exact"])),
        "padding is part of the input"
    );
    let output = ember(&["embed", "x", "--model", &tiny(), "--length-policy", "longest"]);
    expect(&output, 2, &["`longest` is no length policy"]);
}

#[test]
fn texts_keep_their_order_and_do_not_touch_each_other() {
    let texts = ["one", "a much longer text than the others of this list", "two", "", "three and four"];
    for policy in ["reference", "exact", "bucket:8"] {
        let together = vectors(&jsonl(&[&texts[..], &["--length-policy", policy]].concat()));
        let alone: Vec<_> =
            texts.iter().flat_map(|t| vectors(&jsonl(&[t, "--length-policy", policy]))).collect();
        let options = ["--length-policy", policy, "--batch-tokens", "1"];
        let one_by_one = vectors(&jsonl(&[&texts[..], &options].concat()));
        assert_eq!(alone, one_by_one, "{policy}");
        let bits = ["--length-policy", policy, "--profile", "deterministic"];
        let together_bits = vectors(&jsonl(&[&texts[..], &bits].concat()));
        let alone_bits: Vec<_> =
            texts.iter().flat_map(|t| vectors(&jsonl(&[&[*t], &bits[..]].concat()))).collect();
        assert_eq!(together_bits, alone_bits, "{policy}");
        for (a, b) in together.concat().iter().zip(alone.concat()) {
            assert!((a - b).abs() < 1e-5, "{policy}: {a} {b}");
        }
    }
}

#[test]
fn normalized_vectors_have_length_1_and_poolings_differ() {
    let length = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    for pooling in ["pooler", "cls", "mean"] {
        let plain = &vectors(&jsonl(&["some text", "--pooling", pooling]))[0];
        let unit = &vectors(&jsonl(&["some text", "--pooling", pooling, "--normalize"]))[0];
        assert!((length(unit) - 1.0).abs() < 1e-6, "{pooling}");
        for (a, b) in plain.iter().zip(unit) {
            assert!((a / length(plain) - b).abs() < 1e-6, "{pooling}");
        }
    }
    let of = |pooling: &str| vectors(&jsonl(&["some text", "--pooling", pooling]));
    assert!(of("cls") != of("mean") && of("cls") != of("pooler"));
}

#[test]
fn profiles_and_dtypes_agree_to_their_precision() {
    let exact = &vectors(&jsonl(&["some text", "--dtype", "f64"]))[0];
    for (options, tolerance) in [
        (["--profile", "deterministic"], 1e-5),
        (["--profile", "extended"], 1e-5),
        (["--dtype", "f16"], 0.02),
        (["--dtype", "bf16"], 0.1),
    ] {
        let other = &vectors(&jsonl(&["some text", options[0], options[1]]))[0];
        let worst = exact.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(worst < tolerance, "{options:?}: {worst}");
    }
}

#[test]
fn files_lines_and_json_lines_are_read() {
    let folder = Folder::new("inputs");
    let document = folder.write("a.txt", "hello world\nsome text\n");
    let lines =
        folder.write("b.jsonl", "{\"text\": \"hello\", \"id\": 7}\r\n\n{\"id\": \"x\", \"text\": \"world\"}");
    let rows = jsonl(&["some text", "--file", &document, "--file", &lines]);
    let ids: Vec<Value> =
        rows.lines().map(|l| serde_json::from_str::<Value>(l).expect("JSON")["id"].clone()).collect();
    assert_eq!(ids, [Value::Null, document.clone().into(), 7.into(), "x".into()]);
    assert_eq!(
        vectors(&rows)[1..].to_vec(),
        vectors(&jsonl(&["hello world\nsome text\n", "hello", "world"]))
    );
    assert_eq!(
        vectors(&jsonl(&["--file", &document, "--input", "lines"])),
        vectors(&jsonl(&["hello world", "some text"]))
    );

    let tiny = tiny();
    let output =
        ember_reading(&["embed", "-", "--model", &tiny, "--format", "jsonl"], b"hello world\r\n\nsome text");
    expect(&output, 0, &["3 texts"]);
    assert_eq!(vectors(&stdout(&output)), vectors(&jsonl(&["hello world", "", "some text"])));
}

#[test]
fn input_that_cannot_be_read_is_named_by_place() {
    let folder = Folder::new("bad-inputs");
    let tiny = tiny();
    let embed =
        |path: &str, input: &str| ember(&["embed", "--model", &tiny, "--file", path, "--input", input]);
    let latin = folder.write("latin.txt", b"fine\ncaf\xe9\n");
    expect(&embed(&latin, "auto"), 1, &["latin.txt: byte 8 (0xe9) is not UTF-8", "iconv"]);
    expect(&embed(&latin, "lines"), 1, &["latin.txt:2: byte 3 (0xe9) is not UTF-8"]);
    let json = folder.write("a.jsonl", "{\"text\": \"x\"}\n{\"txt\": \"x\"}\n");
    expect(&embed(&json, "auto"), 1, &["a.jsonl:2: the object has no field `text`"]);
    let broken = folder.write("b.jsonl", "{\"text\": \n");
    expect(&embed(&broken, "auto"), 1, &["b.jsonl:1: this is no JSON"]);
    expect(&embed("/nonexistent/x", "auto"), 1, &["cannot read `/nonexistent/x`"]);
    expect(&ember(&["embed", "--model", &tiny]), 2, &["there is no text"]);
}

#[test]
fn odd_texts_have_vectors() {
    let long = "some text ".repeat(100_000);
    let folder = Folder::new("odd");
    let megabyte = folder.write("long.txt", &long);
    let emoji = folder.write("emoji.txt", "\u{1f525}\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{202e}abc");
    let nul = folder.write("nul.txt", b"hello\0world\0");
    let empty = folder.write("empty.txt", "");
    let tiny = tiny();
    let files = ["--file", &megabyte, "--file", &emoji, "--file", &nul, "--file", &empty];
    let output = ember(&[&["embed", "--model", &tiny, "--format", "jsonl"], &files[..]].concat());
    expect(
        &output,
        0,
        &[
            "warning: text 0 has 200002 tokens and the model takes 128: the last 199874 are cut off",
            "4 texts",
            "1 text cut off",
        ],
    );
    let rows = stdout(&output);
    assert_eq!(first(&rows)["cut"], 199_874);
    assert_eq!(vectors(&rows)[3], vectors(&jsonl(&[""]))[0]);
    assert_eq!(vectors(&rows)[2], vectors(&jsonl(&["helloworld"]))[0], "BERT drops NUL");
}

#[test]
fn masks_are_filled_with_tokens_of_the_vocabulary() {
    let tiny = tiny();
    let output = ember(&["fill-mask", "hello [MASK], some [MASK]", "--model", &tiny, "--top", "3", "--json"]);
    expect(&output, 0, &[]);
    let value: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let masks = value["masks"].as_array().expect("a list");
    assert_eq!(masks.iter().map(|m| m["position"].clone()).collect::<Vec<_>>(), [2, 5]);
    for mask in masks {
        let p: Vec<f64> = mask["guesses"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|g| g["probability"].as_f64())
            .collect();
        assert!(p.len() == 3 && p[0] >= p[1] && p[1] >= p[2] && p[0] < 1.0, "{p:?}");
    }
    let plain = ember(&["fill-mask", "hello [MASK]", "--model", &tiny]);
    expect(&plain, 0, &["length policy reference (128 tokens)", "[MASK] at token 2"]);
    expect(&ember(&["fill-mask", "hello", "--model", &tiny]), 2, &["the text has no `[MASK]`"]);
    let late = format!("{}[MASK]", "a ".repeat(200));
    expect(&ember(&["fill-mask", &late, "--model", &tiny]), 2, &["among the tokens that the model takes"]);
}

#[test]
fn similarity_is_the_cosine_of_the_embeddings() {
    let tiny = tiny();
    let same = ember(&["similarity", "hello", "hello", "--model", &tiny]);
    expect(&same, 0, &["length policy reference, pooling pooler"]);
    assert_eq!(stdout(&same), "1.000000\n");
    let rows = vectors(&jsonl(&["hello", "the world", "--normalize", "--length-policy", "exact"]));
    let dot: f64 = rows[0].iter().zip(&rows[1]).map(|(a, b)| a * b).sum();
    let options = ["--model", &tiny, "--length-policy", "exact", "--json"];
    let other = ember(&[&["similarity", "hello", "the world"], &options[..]].concat());
    let value: Value = serde_json::from_slice(&other.stdout).expect("JSON");
    assert!((value["cosine"].as_f64().expect("a number") - dot).abs() < 1e-5, "{value} {dot}");
}

#[test]
fn classes_have_names_and_probabilities() {
    let tiny = tiny();
    let output = ember(&["classify", "hello", "the world", "--model", &tiny, "--json"]);
    expect(&output, 0, &["SingleLabel; length policy reference"]);
    assert_eq!(stdout(&output).lines().count(), 2);
    let row = first(&stdout(&output));
    let scores = row["scores"].as_array().expect("a list");
    let sum: f64 = scores.iter().filter_map(|s| s["score"].as_f64()).sum();
    assert!((sum - 1.0).abs() < 1e-5, "{row}");
    assert!(scores.iter().all(|s| s["label"].as_str().is_some_and(|l| l.starts_with("random-"))), "{row}");
    expect(&ember(&["classify", "hello", "--model", &tiny]), 0, &["random-a 0.", "random-b 0."]);
}

#[test]
fn texts_are_classified_in_their_order_however_many_at_once() {
    let (folder, tiny) = (Folder::new("classes"), tiny());
    let lines: Vec<String> =
        (0..40).map(|i| ["word", "two words", "three more words"][i % 3].repeat(i / 3 + 1)).collect();
    folder.write("lines.txt", lines.join("\n"));
    let classify = |file: &str, batch: &str| {
        ember(&[
            "classify",
            "--file",
            &folder.path(file),
            "--input",
            "lines",
            "--length-policy",
            "exact",
            "--batch-tokens",
            batch,
            "--model",
            &tiny,
            "--json",
        ])
    };
    let together = classify("lines.txt", "64");
    expect(&together, 0, &["length policy exact"]);
    let order: Vec<u64> =
        stdout(&together).lines().filter_map(|line| first(line)["index"].as_u64()).collect();
    assert_eq!(order, (0..40).collect::<Vec<u64>>());
    assert_eq!(stdout(&together), stdout(&classify("lines.txt", "1")), "each by itself");

    // What cannot be read does not take those before it along.
    std::fs::write(folder.path("broken.txt"), b"one\ntwo\n\xff\n").expect("a file");
    let broken = classify("broken.txt", "64");
    expect(&broken, 1, &["broken.txt:3", "not UTF-8"]);
    assert_eq!(stdout(&broken).lines().filter(|line| line.starts_with("{\"index\"")).count(), 2);
}

#[test]
fn the_configuration_says_what_the_outputs_of_a_head_are() {
    let folder = Folder::new("problems");
    let model = folder.model();
    let config = folder.read("config.json");
    let classify = |problem: &str| {
        folder.write("config.json", config.replace("single_label_classification", problem));
        ember(&["classify", "hello", "--model", &model, "--json"])
    };
    for (problem, name) in [("multi_label_classification", "MultiLabel"), ("regression", "Regression")] {
        let output = classify(problem);
        expect(&output, 0, &[name]);
        let row = first(&stdout(&output));
        let labels: Vec<&str> =
            row["scores"].as_array().expect("a list").iter().filter_map(|s| s["label"].as_str()).collect();
        assert_eq!(labels, ["random-a", "random-b"], "in the order of the outputs");
        assert_eq!(row["problem"], name);
    }
    expect(&classify("ranking"), 2, &["`problem_type` is `ranking`", "regression"]);
}

#[test]
fn models_that_are_nowhere_are_said_with_the_way_out() {
    let embed = |model: &str| ember(&["embed", "x", "--model", model]);
    expect(
        &embed("togethercomputer/m2-bert-80M-8k-retrieval"),
        1,
        &[
            "is not in the cache",
            "downloads are off",
            "hf download togethercomputer/m2-bert-80M-8k-retrieval",
        ],
    );
    expect(
        &embed("./no/such/folder"),
        2,
        &["there is no file or folder `./no/such/folder`", "is no model id"],
    );
    let folder = Folder::new("parts");
    expect(&embed(&folder.path(".")), 1, &["no model lies in", "model.safetensors"]);
    let model = folder.model();
    std::fs::remove_file(folder.path("vocab.txt")).expect("removed");
    expect(&embed(&model), 1, &["no tokenizer lies in", "tokenizer.json or vocab.txt", "--tokenizer"]);
    let output = ember(&["embed", "x", "--model", &model, "--tokenizer", &tiny()]);
    expect(&output, 0, &["1 text"]);
    folder.write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n");
    expect(
        &embed(&model),
        2,
        &["the tokenizer has 5 tokens and the model's table", "do not belong together"],
    );
    folder.write("vocab.txt", "[PAD]\n[UNK]\n");
    expect(&embed(&model), 2, &["vocab.txt`: its vocabulary has no `[CLS]`"]);
    folder.write("config.json", "{\"hidden_size\": 64}");
    std::fs::copy(format!("{}/vocab.txt", tiny()), folder.path("vocab.txt")).expect("a copy");
    expect(
        &embed(&model),
        2,
        &["of another shape:", "check that the configuration belongs to the checkpoint"],
    );
}

#[test]
fn the_configuration_may_be_missing_because_the_tensors_imply_it() {
    let folder = Folder::new("no-config");
    let model = folder.model();
    std::fs::remove_file(folder.path("config.json")).expect("removed");
    let output = ember(&["embed", "some text", "--model", &model, "--format", "jsonl"]);
    expect(&output, 0, &[]);
    assert_eq!(vectors(&stdout(&output)), vectors(&jsonl(&["some text"])));
}
