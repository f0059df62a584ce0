//! The language server, spoken to as an editor speaks to it: messages in, messages out.

use std::path::PathBuf;

use emberforge_coach::tool::{Io, run};
use serde_json::{Value, json};

const URI: &str = "file:///work/package/module.py";
const BAD: &str = "import mlx.core as mx\n\ndef f(größe: mx.array):\n    y = mx.concatenate([größe], dim=0)\n    é = 1; return y[y > 0]\n";

fn framed(message: &Value) -> String {
    let text = message.to_string();
    format!("Content-Length: {}\r\n\r\n{text}", text.len())
}

fn request(id: i32, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

fn note(method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "method": method, "params": params})
}

fn initialize(encodings: Value) -> Value {
    request(
        0,
        "initialize",
        json!({"processId": null, "rootUri": "file:///work",
        "capabilities": {"general": {"positionEncodings": encodings}}}),
    )
}

fn open(text: &str) -> Value {
    note(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": URI, "languageId": "python", "version": 1, "text": text}}),
    )
}

fn ends() -> [Value; 2] {
    [request(99, "shutdown", Value::Null), note("exit", Value::Null)]
}

/// Sends the messages; the exit code and what came back.
fn talk(messages: &[Value]) -> (i32, Vec<Value>) {
    let input: String = messages.iter().map(framed).collect();
    let (mut out, mut err, mut input) = (Vec::new(), Vec::new(), input.as_bytes());
    let cwd = PathBuf::from("/");
    let code = run(&["lsp".to_owned()], &mut Io { out: &mut out, err: &mut err, input: &mut input, cwd });
    assert!(err.is_empty(), "{}", String::from_utf8_lossy(&err));
    let text = String::from_utf8(out).expect("text");
    let answers = text
        .split("Content-Length: ")
        .skip(1)
        .map(|m| serde_json::from_str(m.split_once("\r\n\r\n").expect("a header").1).expect("JSON"))
        .collect();
    (code, answers)
}

fn published(answers: &[Value]) -> Vec<&Value> {
    answers
        .iter()
        .filter(|a| a["method"] == "textDocument/publishDiagnostics")
        .map(|a| &a["params"])
        .collect()
}

#[test]
fn a_document_is_linted_when_opened_and_changed_and_forgotten_when_closed() {
    let changed = note(
        "textDocument/didChange",
        json!({"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "import mlx.core as mx\n"}]}),
    );
    let closed = note("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    let [shutdown, exit] = ends();
    let (code, answers) = talk(&[
        initialize(json!([])),
        note("initialized", json!({})),
        open(BAD),
        changed,
        closed,
        shutdown,
        exit,
    ]);
    assert_eq!(code, 0);
    let capabilities = &answers[0]["result"]["capabilities"];
    assert_eq!(capabilities["positionEncoding"], "utf-16");
    assert_eq!(capabilities["hoverProvider"], true);
    let published = published(&answers);
    let codes: Vec<&str> = published[0]["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|d| d["code"].as_str())
        .collect();
    assert_eq!(codes, ["ARR708", "ARR706"]);
    assert_eq!(published[0]["version"], 1);
    assert_eq!((&published[1]["diagnostics"], &published[1]["version"]), (&json!([]), &json!(2)));
    assert_eq!(published[2]["diagnostics"], json!([]));
    assert_eq!(answers.last().expect("an answer")["id"], 99);
}

#[test]
fn positions_are_counted_in_the_encoding_that_was_agreed_on() {
    let line = BAD.lines().nth(4).expect("a line");
    let bytes = line.find("y > 0").expect("the mask") - 2;
    let over = line[..bytes].chars().filter(|c| !c.is_ascii()).count();
    assert!(over > 0, "the finding must stand after letters that take two bytes");
    for (encodings, agreed, column) in
        [(json!(["utf-16"]), "utf-16", bytes - over), (json!(["utf-8", "utf-16"]), "utf-8", bytes)]
    {
        let (_, answers) = talk(&[initialize(encodings), open(BAD)]);
        assert_eq!(answers[0]["result"]["capabilities"]["positionEncoding"], agreed);
        let start = &published(&answers)[0]["diagnostics"][1]["range"]["start"];
        assert_eq!(start, &json!({"line": 4, "character": column}), "{agreed}");
    }
}

#[test]
fn fixes_and_suppressions_are_offered_as_actions() {
    let at = json!({"start": {"line": 3, "character": 33}, "end": {"line": 3, "character": 33}});
    let actions = request(
        1,
        "textDocument/codeAction",
        json!({"textDocument": {"uri": URI}, "range": at, "context": {"diagnostics": []}}),
    );
    let (_, answers) = talk(&[initialize(json!([])), open(BAD), actions]);
    let actions = answers.last().expect("an answer")["result"].as_array().expect("actions").clone();
    let edits: Vec<&str> = actions
        .iter()
        .filter_map(|a| a["edit"]["documentChanges"][0]["edits"][0]["newText"].as_str())
        .collect();
    assert!(edits.contains(&"axis"), "{actions:?}");
    assert!(edits.contains(&"  # ember: ignore[ARR708]"), "{edits:?}");
    assert!(actions.iter().all(|a| a["kind"] == "quickfix"));
    assert_eq!(actions[0]["edit"]["documentChanges"][0]["textDocument"], json!({"uri": URI, "version": 1}));
}

#[test]
fn hovering_over_a_finding_shows_the_page_of_its_rule() {
    let over = |line: u32| {
        request(
            2,
            "textDocument/hover",
            json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": 20}}),
        )
    };
    let (_, answers) = talk(&[initialize(json!([])), open(BAD), over(4), over(0)]);
    let page = answers[2]["result"]["contents"]["value"].as_str().expect("a page");
    assert!(page.starts_with("# ARR706 boolean-mask-read"), "{page}");
    assert!(page.contains("\n\nWhy: "));
    assert_eq!(answers[3]["result"], Value::Null);
}

#[test]
fn what_is_not_served_and_what_does_not_parse_is_said() {
    let unknown = request(7, "textDocument/rename", json!({}));
    let wrong = request(8, "textDocument/hover", json!({"position": 3}));
    let (code, answers) = talk(&[initialize(json!([])), open("def (:\n"), unknown, wrong]);
    assert_eq!(code, 1, "no shutdown was asked for");
    let message = published(&answers)[0]["diagnostics"][0]["message"].as_str().expect("a message");
    assert!(message.starts_with("does not parse"), "{message}");
    assert_eq!(answers[answers.len() - 2]["error"]["code"], -32601);
    assert_eq!(answers[answers.len() - 1]["error"]["code"], -32602);
}
