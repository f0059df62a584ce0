//! # KRN808 output-never-written
//!
//! The body of a kernel does not mention one of its outputs.
//!
//! Why: that output is uninitialised memory.
//! Evidence: MLX allocates outputs and fills them only with `init_value`.
//! Bad: `output_names=["y", "h"]` with a body that never names `h`
//! Good: write it, or drop the name.
//! Fix: none.
//! How sure: certain; the source is a constant without holes.

use super::helpers::*;

rule!(krn808, "KRN808", "output-never-written", Error, Certain, None, Default, [Module => check]);

/// Whether a word occurs as an identifier.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(i, _)| {
        !text[..i].chars().next_back().is_some_and(part) && !text[i + word.len()..].chars().next().is_some_and(part)
    })
}

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Module = event else { return };
    for kernel in e.kernels() {
        let (Some(source), Some(outputs)) = (&kernel.source, &kernel.outputs) else { continue };
        let blank = source.lines().all(|l| l.split("//").next().unwrap_or("").trim().is_empty());
        if blank || source.contains('\u{0}') || source.contains("#define") {
            continue;
        }
        let header = kernel.header.as_deref().unwrap_or("");
        for name in outputs {
            if !has_word(source, name) && !has_word(header, name) {
                out.report(&RULE, kernel.call.range(), format!("the kernel never writes its output `{name}`"))
                    .label("stays uninitialised")
                    .help("write it, or drop it from `output_names`");
            }
        }
    }
}
