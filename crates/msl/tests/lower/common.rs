//! Compiling small bodies with a fixed signature.

use emberforge_base::{DType, Sources, render};
use emberforge_msl::{Compiled, InputParam, OutputParam, Signature, compile};

/// `x`: f32(16, 4); `small`: f32(3); `scale`: f32(); `y`: f32; `o`: i32.
pub(crate) fn signature() -> Signature {
    let input = |name: &str, ndim, size| InputParam { name: name.into(), dtype: DType::F32, ndim, size };
    let output = |name: &str, dtype| OutputParam { name: name.into(), dtype };
    Signature {
        name: "test".into(),
        inputs: vec![input("x", 2, 64), input("small", 1, 3), input("scale", 0, 1)],
        outputs: vec![output("y", DType::F32), output("o", DType::I32)],
        ..Signature::default()
    }
}

/// Compiles and renders the diagnostics.
pub(crate) fn compiled(header: &str, body: &str, signature: &Signature) -> (Compiled, String) {
    let mut sources = Sources::new();
    let header = sources.add("header", header);
    let body = sources.add("body", body);
    let result = compile(&mut sources, header, body, signature);
    // The bodies here are fragments: most write one of the two outputs.
    let said = result.diagnostics.iter().filter(|d| d.code != "unwritten-output");
    let text: Vec<String> = said.map(|d| render(d, &sources, false)).collect();
    (result, text.join("\n"))
}

/// The body with the first suggestion of its first diagnostic followed.
pub(crate) fn mended(header: &str, body: &str, signature: &Signature) -> String {
    let (result, text) = compiled(header, body, signature);
    let suggested = result.diagnostics.iter().find_map(|d| d.suggestions.first());
    let mut edits = suggested.unwrap_or_else(|| panic!("no suggestion for {body}\n{text}")).edits.clone();
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut mended = body.to_string();
    for (span, new) in edits {
        mended.replace_range(span.start as usize..span.end as usize, &new);
    }
    mended
}

/// The body compiles without a diagnostic.
pub(crate) fn accepts(header: &str, body: &str) -> Compiled {
    let (result, text) = compiled(header, body, &signature());
    assert!(text.is_empty(), "{body}\n{text}");
    assert!(result.kernel.is_some());
    result
}

/// The IR of a body that compiles.
pub(crate) fn ir(header: &str, body: &str) -> String {
    accepts(header, body).kernel.map(|k| k.to_string()).unwrap_or_default()
}

/// The body has exactly one error, and its rendering contains all of `parts`.
pub(crate) fn refuses(header: &str, body: &str, parts: &[&str]) {
    let (result, text) = compiled(header, body, &signature());
    let errors = result.diagnostics.iter().filter(|d| d.is_error()).count();
    assert_eq!(errors, 1, "{header}\n{body}\n{text}");
    assert!(result.kernel.is_none());
    for part in parts {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
}
