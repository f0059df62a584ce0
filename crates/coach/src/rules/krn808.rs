//! # KRN808 output-never-written
//!
//! The body of a kernel never stores to one of its outputs.
//!
//! Why: that output is uninitialised memory.
//! Evidence: MLX allocates outputs and fills them only with `init_value`.
//! Bad: `output_names=["y", "h"]` with a body that never stores to `h`
//! Good: write it, or drop the name.
//! Fix: none.
//! How sure: certain; the compiled body has no store to it.

use super::helpers::*;

rule!(krn808, "KRN808", "output-never-written", Error, Certain, None, Default, [Kernel => check]);

fn report(kernel: &Kernel, name: &str, out: &mut Sink) {
    out.report(&RULE, kernel.whole(), format!("the kernel never writes its output `{name}`"))
        .label("stays uninitialised")
        .help("write it, or drop it from `output_names`");
}

fn check(event: &Event<'_, '_>, _: &Engine<'_>, out: &mut Sink) {
    // Of several texts one may leave the output to another.
    if matches!(event, Event::Kernel(k) if k.spec.alternative) {
        return;
    }
    let Some((kernel, program, analysis)) = program(event) else {
        // What does not compile may still be seen not to name it.
        let Event::Kernel(kernel) = *event else { return };
        let text = &kernel.spec.body.text;
        if kernel.mistakes().next().is_some() && !text.contains("#define") {
            for output in kernel.spec.outputs.iter().filter(|o| !has_word(text, &o.name) && !has_word(&kernel.spec.header.text, &o.name)) {
                report(kernel, &output.name, out);
            }
        }
        return;
    };

    for (buffer, arg) in program.buffers.iter().zip(&analysis.args) {
        let emberforge_msl::KernelArg::Output(i) = *arg else { continue };
        let stored = analysis.flow.order().iter().any(|v| {
            let (Op::Store(p, _) | Op::Atomic { pointer: p, .. }) = program.inst(*v).op else { return false };
            match flow::object(program, p) {
                Some(Object::Buffer(b)) => program.buffers[b.index()].name == buffer.name,
                // A pointer that may point anywhere.
                found => found.is_none() && program.ty(p) == ir::Type::Pointer(ir::Space::Device),
            }
        });
        let empty = analysis.flow.order().iter().all(|v| !program.inst(*v).op.has_effect()) && kernel.spec.body.text.trim().is_empty();
        if !stored && !empty {
            report(kernel, &kernel.spec.outputs[i].name, out);
        }
    }
}
