//! JSON forms shared by the commands. Their fields are documented in `crates/cli/README.md`.

use emberforge_base::{Error, ErrorKind, Severity, Sources, Span};
use emberforge_kernel::{DType, HostArray, Number, Report};
use serde_json::{Value, json};

/// A failed command.
pub(crate) fn error(error: &Error) -> Value {
    let kind = match error.kind() {
        ErrorKind::InvalidArgument => "invalid-argument",
        ErrorKind::Source => "source",
        ErrorKind::Unsupported => "unsupported",
        ErrorKind::Io => "io",
        ErrorKind::Stopped => "stopped",
        ErrorKind::Internal => "internal",
    };
    json!({ "error": { "kind": kind, "message": error.to_string() } })
}

/// All findings.
pub(crate) fn diagnostics(report: &Report) -> Value {
    let sources = &report.sources;
    let labelled = |span: Span, label: &str| {
        let mut value = place(sources, span);
        value["label"] = json!(label);
        value
    };
    let list = report.diagnostics.iter().map(|d| {
        let mut value = json!({
            "severity": if d.severity == Severity::Error { "error" } else { "warning" },
            "code": d.code,
            "message": d.message,
        });
        merge(&mut value, labelled(d.primary.span, &d.primary.text));
        value["secondary"] = d.secondary.iter().map(|l| labelled(l.span, &l.text)).collect();
        value["notes"] = json!(d.notes);
        value["help"] = json!(d.help);
        value["suggestions"] = d
            .suggestions
            .iter()
            .map(|s| {
                let edits: Vec<Value> = s
                    .edits
                    .iter()
                    .map(|(span, text)| {
                        let mut value = place(sources, *span);
                        value["text"] = json!(text);
                        value
                    })
                    .collect();
                json!({ "message": s.text, "edits": edits })
            })
            .collect();
        value
    });
    list.collect()
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

/// File, start and end of a span; lines and columns count from 1, columns in characters, the end is exclusive.
fn place(sources: &Sources, span: Span) -> Value {
    let (start, end) = (sources.position(span), sources.position(span.after()));
    json!({
        "file": sources.get(span.source).name,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    })
}

/// A number; what JSON cannot write becomes the strings `nan`, `inf`, `-inf`, complex numbers `[re, im]`.
pub(crate) fn number(dtype: DType, value: Number) -> Value {
    match value {
        Number::Bool(b) => json!(b),
        Number::Int(i) => match (i64::try_from(i), u64::try_from(i)) {
            (Ok(i), _) => json!(i),
            (_, Ok(u)) => json!(u),
            _ => json!(i.to_string()),
        },
        Number::Float(f) if dtype == DType::F32 => float(shortest(f)),
        Number::Float(f) => float(f),
        Number::Complex(re, im) => json!([float(shortest(re)), float(shortest(im))]),
    }
}

/// The `f64` whose shortest text is that of the `f32`: `0.1` rather than `0.10000000149011612`.
fn shortest(value: f64) -> f64 {
    (value as f32).to_string().parse().unwrap_or(value)
}

pub(crate) fn float(value: f64) -> Value {
    if value.is_nan() {
        json!("nan")
    } else if value.is_infinite() {
        json!(if value > 0.0 { "inf" } else { "-inf" })
    } else {
        json!(value)
    }
}

/// Elements, flat.
pub(crate) fn elements(array: &HostArray, count: usize) -> Value {
    (0..array.len().min(count)).map(|i| number(array.dtype(), array.get(i))).collect()
}
