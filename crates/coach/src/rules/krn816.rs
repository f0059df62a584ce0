//! # KRN816 constant-address-space
//!
//! A body declares a `device` pointer to an input that is so small that MLX passes it in `constant` memory.
//!
//! Why: inputs of fewer than 8 elements are `constant`: the kernel compiles for large inputs and fails for small ones.
//! Evidence: the signature that MLX generates.
//! Bad: `const device float* w = bias;` with a bias of 4 elements
//! Good: `auto w = bias;`
//! Fix: none.
//! How sure: certain where the size is known to be under 8; only possible, for `strict`, where it is not known and the name is used so.

use super::helpers::*;

rule!(krn816, "KRN816", "constant-address-space", Error, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Event::Kernel(kernel) = *event else { return };
    let body = &kernel.spec.body;
    for input in &kernel.spec.inputs {
        let size = input.dims.as_ref().and_then(|d| d.iter().copied().product::<Option<i64>>());
        let rank = input.dims.as_ref().map(Vec::len);
        if size.is_some_and(|n| n >= 8) || rank == Some(0) || kernel.spec.call.is_none() || (size.is_none() && rank.is_none_or(|r| r > 1)) {
            continue;
        }
        for (at, _) in body.text.match_indices(&input.name) {
            let after = body.text[at + input.name.len()..].trim_start();
            let statement = body.text[..at].rsplit([';', '{', '}']).next().unwrap_or("");
            let declares = statement.trim_end().ends_with('=') && statement.contains("device") && statement.contains('*');
            let whole = !body.text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') && after.starts_with([';', '+']);
            if declares && whole {
                let finding = out.report(&RULE, body.place(at, at + input.name.len()), match size {
                    Some(n) => format!("`{}` has {n} elements and is passed in `constant` memory", input.name),
                    None => format!("`{}` is passed in `constant` memory where it has fewer than 8 elements", input.name),
                });
                finding.label("no `device` pointer").help("declare it with `auto`");
                if size.is_none() {
                    finding.at_most(Sure::Possible);
                }
                break;
            }
        }
    }
}
