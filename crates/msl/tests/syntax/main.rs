//! What parses to which tree, what is refused with which words, and that nothing panics or runs away.

mod declarations;
mod expressions;
mod headers;
mod literals;
mod preprocessor;
mod recovery;
mod refusals;
mod robustness;
mod statements;

use emberforge_base::{Diagnostic, Sources, Span};
use emberforge_msl::syntax::{ParseOptions, Parsed, parse, print_tree, tokens};

const OPTIONS: ParseOptions<'static> = ParseOptions {
    fast_math: false,
    type_names: &["U", "complex64_t"],
    template_names: &["elem_to_loc"],
    value_names: &["x", "y", "out", "T"],
};

fn read(header: &str, body: &str) -> (Sources, Parsed) {
    let mut sources = Sources::new();
    let header = sources.add("<header>", header);
    let body = sources.add("<body>", body);
    let parsed = parse(&sources, header, body, &OPTIONS);
    (sources, parsed)
}

fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    let margin = lines.iter().map(|l| l.len() - l.trim_start().len()).min().unwrap_or(0);
    lines.iter().map(|l| l[margin..].trim_end()).collect::<Vec<_>>().join("\n")
}

/// The body parses without findings to the tree printed as `expected`.
#[track_caller]
fn check(body: &str, expected: &str) {
    let (_, parsed) = read("", body);
    assert_eq!(messages(&parsed.diagnostics), Vec::<String>::new(), "{body}");
    assert_eq!(trimmed(&print_tree(&parsed.tree)), trimmed(expected), "{body}");
}

/// The header parses without findings to the items printed as `expected`.
#[track_caller]
fn check_header(header: &str, expected: &str) {
    let (_, parsed) = read(header, "");
    assert_eq!(messages(&parsed.diagnostics), Vec::<String>::new(), "{header}");
    let tree = print_tree(&parsed.tree);
    let items = tree.strip_prefix("header\n").and_then(|t| t.strip_suffix("body\n")).unwrap_or(&tree);
    assert_eq!(trimmed(items), trimmed(expected), "{header}");
}

/// One expression as a statement.
#[track_caller]
fn check_expr(text: &str, expected: &str) {
    check(&format!("{text};"), expected);
}

fn messages(list: &[Diagnostic]) -> Vec<String> {
    list.iter().map(|d| format!("{}: {}", d.code, d.message)).collect()
}

/// The body gives exactly these findings, each as `code: message @ text`.
#[track_caller]
fn refuses(body: &str, expected: &[&str]) {
    let (sources, parsed) = read("", body);
    assert_eq!(shown(&sources, &parsed), expected, "{body}");
}

fn shown(sources: &Sources, parsed: &Parsed) -> Vec<String> {
    let one = |d: &Diagnostic| format!("{}: {} @ {}", d.code, d.message, sources.text(d.primary.span));
    parsed.diagnostics.iter().map(one).collect()
}

/// The body after its first finding's first suggestion.
#[track_caller]
fn mended(body: &str) -> String {
    let (_, parsed) = read("", body);
    let mut edits: Vec<(Span, String)> = parsed.diagnostics[0].suggestions[0].edits.clone();
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = body.to_string();
    for (span, with) in edits {
        text.replace_range(span.start as usize..span.end as usize, &with);
    }
    text
}

/// The body's tokens, joined with spaces.
#[track_caller]
fn check_tokens(body: &str, expected: &str) {
    let mut sources = Sources::new();
    let header = sources.add("<header>", "");
    let id = sources.add("<body>", body);
    let list = tokens(&sources, header, id, &OPTIONS);
    let joined = list.iter().map(|(text, _)| &**text).collect::<Vec<_>>().join(" ");
    assert_eq!(joined, expected, "{body}");
    // The tokens need not make sense to the parser.
    let (_, parsed) = read("", body);
    let bad = parsed.diagnostics.iter().find(|d| d.code != "expected-token");
    assert_eq!(bad, None, "{body}");
}
