//! # MSL000 body-not-examined
//!
//! A kernel body could not be examined.
//!
//! Why: the rules about bodies are silent about it; that silence says nothing.
//! Evidence: this linter's front end: a source that is put together elsewhere, a construct it does not know, or a text that no assumed types make compile.
//! Bad: `mx.fast.metal_kernel(..., source=load(path))`
//! Good: a constant source, with the call in the same file.
//! Fix: none.
//! How sure: certain; it is information and does not fail a run. Said once per file and reason, with all the places.

use super::helpers::*;

rule!(msl000, "MSL000", "body-not-examined", Info, Certain, None, Default, [Kernel => check]);

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    let Event::Kernel(kernel) = *event else { return };
    let Some(why) = kernel.unexamined() else { return };
    // Said once per file and reason, with all the places.
    let same = format!("not examined: {why}");
    if let Some(first) = out.findings.iter_mut().find(|f| f.code == RULE.code && f.message.ends_with(&same)) {
        first.related(kernel.whole(), "nor this one");
        first.message = format!("the bodies of {} kernels were {same}", first.related.len() + 1);
        return;
    }
    let name = kernel.spec.name.as_str();
    let what = if name.is_empty() || name.contains('\u{0}') { "the kernel".to_owned() } else { format!("the kernel `{name}`") };
    out.report(&RULE, kernel.whole(), format!("the body of {what} was {same}")).label("not examined");
}
