//! # KRN809 write-to-input
//!
//! The body of a kernel stores into one of its inputs.
//!
//! Why: inputs are `const device`; Metal refuses to compile it.
//! Evidence: the signature that MLX generates.
//! Bad: `state[i] = f * state[i] + u;` with `state` in `input_names`
//! Good: a second output.
//! Fix: none.
//! How sure: certain; the source is a constant without holes.

use super::helpers::*;

rule!(krn809, "KRN809", "write-to-input", Error, Certain, None, Default, [Module => check]);

/// Whether `name[...] =` (or `+=` and so on) occurs.
fn stores_to(code: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    code.match_indices(&format!("{name}[")).any(|(i, m)| {
        if code[..i].chars().next_back().is_some_and(part) {
            return false;
        }
        let mut depth = 1;
        let rest = &code[i + m.len()..];
        let Some(end) = rest.char_indices().find_map(|(at, c)| {
            match c {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(at)
        }) else {
            return false;
        };
        let after = rest[end + 1..].trim_start();
        let operator = after.trim_start_matches(['+', '-', '*', '/', '|', '&', '^']);
        operator.starts_with('=') && !operator.starts_with("==")
    })
}

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Module = event else { return };
    for kernel in e.kernels() {
        let (Some(source), Some(inputs)) = (&kernel.source, &kernel.inputs) else { continue };
        if source.contains('\u{0}') {
            continue;
        }
        let code: String = source.lines().map(|l| l.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
        for name in inputs {
            // A local of the same name hides the input.
            let hidden = [" ", "* ", "&"].iter().any(|p| code.contains(&format!("float{p}{name}[")) || code.contains(&format!("T{p}{name}[")));
            if stores_to(&code, name) && !hidden && kernel.outputs.as_ref().is_none_or(|o| !o.contains(name)) {
                out.report(&RULE, kernel.source_range.unwrap_or(kernel.call.range()), format!("the kernel stores into its input `{name}`, which is const"))
                    .label("Metal refuses to compile this")
                    .help("declare a second output and store there");
            }
        }
    }
}
