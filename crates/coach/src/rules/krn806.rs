//! # KRN806 count-or-name-mismatch
//!
//! A kernel is called with another number of inputs or outputs than it declares.
//!
//! Why: MLX raises at the call.
//! Evidence: the checks in MLX's custom_kernel.cpp.
//! Bad: three `input_names` and `inputs=[a, b]`
//! Good: as many inputs as names.
//! Fix: none.
//! How sure: certain; lists with `*` are let pass.

use super::helpers::*;

rule!(krn806, "KRN806", "count-or-name-mismatch", Error, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Kind::Kernel(id) = e.kind(call.callee) else { return };
    let kernel = e.kernel(*id);
    for (keyword, names, what) in
        [("inputs", &kernel.inputs, "input"), ("output_shapes", &kernel.outputs, "output"), ("output_dtypes", &kernel.outputs, "output")]
    {
        let (Some(arg), Some(names)) = (call.keyword(keyword), names) else { continue };
        let Kind::Seq { items, .. } = e.kind(arg.value) else { continue };
        if items.len() != names.len() {
            out.report(&RULE, arg.expr.range(), format!("`{keyword}` has {}, the kernel declares {} {what} names", items.len(), names.len()))
                .label("MLX raises here")
                .related(kernel.call.range(), "declared here");
        }
    }
}
