//! # ARR708 torch-or-numpy-api
//!
//! A function, method or keyword of torch or NumPy is used on MLX.
//!
//! Why: it does not exist there; MLX raises AttributeError or TypeError.
//! Evidence: MLX's stubs, from which the table is generated; run on MLX 0.32.4.
//! Bad: `mx.sum(x, dim=0)`, `x.unsqueeze(0)`, `mx.cat([a, b])`
//! Good: `mx.sum(x, axis=0)`, `mx.expand_dims(x, 0)`, `mx.concatenate([a, b])`
//! Fix: safe for renamed keywords and functions; the code raised before.
//! How sure: certain; the receiver is known to be an MLX array.

use super::helpers::*;

rule!(arr708, "ARR708", "torch-or-numpy-api", Error, Certain, Safe, Default, [Call => call, Attribute => attribute]);

const FUNCTIONS: [(&str, &str); 11] = [
    ("cat", "concatenate"), ("unsqueeze", "expand_dims"), ("hstack", "concatenate"), ("vstack", "concatenate"),
    ("Tensor", "array"), ("tensor", "array"), ("absolute", "abs"), ("bmm", "matmul"), ("mm", "matmul"),
    ("randn", "random.normal"), ("rand", "random.uniform"),
];
const METHODS: [(&str, &str); 24] = [
    ("float", "astype(mx.float32)"), ("half", "astype(mx.float16)"), ("bfloat16", "astype(mx.bfloat16)"), ("long", "astype(mx.int64)"),
    ("int", "astype(mx.int32)"), ("bool", "astype(mx.bool_)"), ("cuda", "nothing: memory is unified"), ("cpu", "nothing: memory is unified"),
    ("to", "astype(...)"), ("numpy", "np.array(x)"), ("detach", "mx.stop_gradient(x)"), ("unsqueeze", "mx.expand_dims"),
    ("permute", "transpose"), ("contiguous", "mx.contiguous"), ("masked_fill", "mx.where"), ("clone", "mx.array(x)"), ("repeat", "mx.tile"),
    ("expand", "mx.broadcast_to"), ("clamp", "mx.clip"), ("copy", "mx.array(x)"), ("fill_", "mx.full_like"), ("dot", "@"), ("dim", "ndim"),
    ("numel", "size"),
];

fn call(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let Some(name) = call.mlx() else { return };
    if let Some(row) = crate::engine::mlx_row(name) {
        let certain = call.receiver.is_none_or(|r| e.mlx_array(r).is_some());
        for (wrong, right) in [("dim", "axis"), ("keepdim", "keepdims")] {
            if let Some(arg) = call.keyword(wrong)
                && certain
                && !row.params.contains(&wrong)
            {
                let start = arg.expr.range().start() - ruff_text_size::TextSize::try_from(wrong.len() + 1).unwrap_or_default();
                let range = TextRange::at(start, ruff_text_size::TextSize::try_from(wrong.len()).unwrap_or_default());
                if e.slice(range) == wrong {
                    out.report(&RULE, range, format!("`{wrong}` is torch's word; MLX calls it `{right}`, and this raises"))
                        .label("no such parameter")
                        .help(format!("write `{right}=`"))
                        .fix_safe(vec![Edit::replace(range, right)]);
                }
            }
        }
    }
    let wants_call = matches!(name, "shape" | "array.shape" | "array.size" | "array.dtype" | "array.ndim");
    if wants_call && call.receiver.is_some_and(|r| e.mlx_array(r).is_some()) {
        report_call(e, out, call);
    }
}

fn report_call(e: &Engine<'_>, out: &mut Sink, call: &Call<'_, '_>) {
    out.report(&RULE, call.expr.range(), format!("`{}` is an attribute in MLX, not a method; this raises", call.last))
        .label("called like torch's")
        .because(e, call.receiver.unwrap_or(V::UNKNOWN));
}

fn attribute(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Attribute { expr, base } = event else { return };
    let attr = expr.attr.as_str();
    if e.lib_name(*base) == Some("mlx.core") {
        if let Some((_, right)) = FUNCTIONS.iter().find(|(wrong, _)| *wrong == attr) {
            let finding = out.report(&RULE, expr.range(), format!("`mx.{attr}` does not exist; this raises"));
            finding.label("AttributeError").help(format!("MLX calls it `mx.{right}`"));
            if matches!(attr, "cat" | "absolute" | "bmm" | "mm") {
                finding.fix_safe(vec![Edit::replace(expr.attr.range, *right)]);
            }
        }
        return;
    }
    let Some(a) = e.mlx_array(*base) else { return };
    if a.sure < Sure::Certain || expr.ctx != ast::ExprContext::Load {
        return;
    }
    if let Some((_, right)) = METHODS.iter().find(|(wrong, _)| *wrong == attr) {
        out.report(&RULE, expr.range(), format!("an `mx.array` has no `{attr}`; this raises"))
            .label("AttributeError")
            .help(format!("in MLX: {right}"))
            .because(e, *base);
    }
}
