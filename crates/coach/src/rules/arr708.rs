//! # ARR708 torch-or-numpy-api
//!
//! A function, method or keyword of torch or NumPy is used on MLX.
//!
//! Why: it does not exist there; MLX raises AttributeError or TypeError.
//! Evidence: MLX's stubs; that each listed name is absent and each replacement there was run on MLX 0.32.4.
//! Bad: `mx.sum(x, dim=0)`, `x.unsqueeze(0)`, `mx.cat([a, b])`, `x.view(b, -1)`, `mx.relu(x)`, `nn.ModuleList(...)`
//! Good: `mx.sum(x, axis=0)`, `mx.expand_dims(x, 0)`, `mx.concatenate([a, b])`
//! Fix: safe for renamed keywords and functions; the code raised before.
//! How sure: certain; the receiver is known to be an MLX array. Names that are tried, or asked for with `hasattr`, are let pass.

use super::helpers::*;

rule!(arr708, "ARR708", "torch-or-numpy-api", Error, Certain, Safe, Default, [Call => call, Attribute => attribute]);

/// Functions of torch or NumPy that `mlx.core` has under another name.
const FUNCTIONS: [(&str, &str); 41] = [
    ("cat", "concatenate"), ("unsqueeze", "expand_dims"), ("hstack", "concatenate"), ("vstack", "concatenate"),
    ("Tensor", "array"), ("tensor", "array"), ("absolute", "abs"), ("bmm", "matmul"), ("mm", "matmul"),
    ("randn", "random.normal"), ("rand", "random.uniform"), ("randint", "random.randint"), ("manual_seed", "random.seed"),
    ("clamp", "clip"), ("permute", "transpose"), ("mul", "multiply"), ("sub", "subtract"), ("div", "divide"), ("true_divide", "divide"),
    ("masked_fill", "where"), ("gather", "take_along_axis"), ("take_along_dim", "take_along_axis"), ("index_select", "take"),
    ("from_numpy", "array"), ("as_tensor", "array"), ("norm", "linalg.norm"), ("cross", "linalg.cross"), ("amax", "max"), ("amin", "min"),
    ("mod", "remainder"), ("repeat_interleave", "repeat"), ("chunk", "split"), ("baddbmm", "addmm"), ("mv", "matmul"), ("dot", "inner"),
    ("ravel", "flatten"), ("append", "concatenate"), ("column_stack", "concatenate"), ("deg2rad", "radians"), ("rad2deg", "degrees"), ("copy", "array"),
];
/// Those that it has not, or not there.
const ELSEWHERE: [(&str, &str); 12] = [
    ("relu", "`nn.relu(x)`, or `mx.maximum(x, 0)`"), ("gelu", "`nn.gelu(x)`"), ("silu", "`nn.silu(x)`"), ("log_softmax", "`nn.log_softmax(x)`"),
    ("no_grad", "nothing: gradients are taken of functions"), ("numel", "`x.size`"), ("nonzero", "no shape may depend on values; use `mx.where` or the host"),
    ("argwhere", "no shape may depend on values; use `mx.where` or the host"), ("quantile", "sort, and take by index"), ("percentile", "sort, and take by index"),
    ("hypot", "`mx.sqrt(x * x + y * y)`"), ("bincount", "`counts.at[x].add(1)`"),
];
/// What torch has in `nn` and MLX has not.
const LAYERS: [(&str, &str); 9] = [
    ("functional", "`nn.relu`, `nn.gelu` and the like stand in `nn` itself, `softmax` in `mx`"), ("Parameter", "an `mx.array` attribute of a module is a parameter"),
    ("ParameterList", "a plain list"), ("ModuleList", "a plain list"), ("ModuleDict", "a plain dictionary"), ("Flatten", "`x.flatten(1)`"),
    ("CrossEntropyLoss", "`nn.losses.cross_entropy`"), ("MSELoss", "`nn.losses.mse_loss`"), ("BatchNorm1d", "`nn.BatchNorm`"),
];
/// Methods of torch or NumPy that an `mx.array` has not.
const METHODS: [(&str, &str); 74] = [
    ("float", "astype(mx.float32)"), ("half", "astype(mx.float16)"), ("bfloat16", "astype(mx.bfloat16)"), ("long", "astype(mx.int64)"),
    ("int", "astype(mx.int32)"), ("bool", "astype(mx.bool_)"), ("cuda", "nothing: memory is unified"), ("cpu", "nothing: memory is unified"),
    ("to", "astype(...)"), ("numpy", "np.array(x)"), ("detach", "mx.stop_gradient(x)"), ("unsqueeze", "mx.expand_dims"),
    ("permute", "transpose"), ("contiguous", "mx.contiguous"), ("masked_fill", "mx.where"), ("clone", "mx.array(x)"), ("repeat", "mx.tile"),
    ("expand", "mx.broadcast_to"), ("clamp", "mx.clip"), ("copy", "mx.array(x)"), ("fill_", "mx.full_like"), ("dot", "@"), ("dim", "ndim"),
    ("numel", "size"), ("add", "+"), ("sub", "-"), ("mul", "*"), ("div", "/"), ("matmul", "@"), ("mm", "@"), ("bmm", "@"), ("t", "T"),
    ("type", "astype(...)"), ("type_as", "astype(y.dtype)"), ("requires_grad_", "nothing: gradients are taken of functions"),
    ("requires_grad", "nothing: gradients are taken of functions"), ("backward", "mx.grad, nn.value_and_grad"), ("chunk", "split"),
    ("flip", "x[::-1]"), ("gather", "mx.take_along_axis"), ("scatter_", "mx.put_along_axis"), ("index_select", "mx.take"), ("norm", "mx.linalg.norm"),
    ("sigmoid", "mx.sigmoid"), ("relu", "nn.relu"), ("softmax", "mx.softmax"), ("tanh", "mx.tanh"), ("fill", "mx.full_like"), ("ravel", "flatten"),
    ("clip", "mx.clip"), ("expand_as", "mx.broadcast_to"), ("view_as", "reshape(y.shape)"), ("masked_fill_", "mx.where"), ("zero_", "mx.zeros_like"),
    ("add_", "+="), ("mul_", "*="), ("copy_", "x[...] = y"), ("clamp_", "mx.clip"), ("is_cuda", "nothing: memory is unified"),
    ("element_size", "itemsize"), ("tril", "mx.tril"), ("triu", "mx.triu"), ("logical_not", "mx.logical_not"), ("sort", "mx.sort"),
    ("argsort", "mx.argsort"), ("topk", "mx.topk"), ("pow", "**"), ("nan_to_num", "mx.nan_to_num"), ("double", "astype(mx.float64), on the CPU"),
    ("isnan", "mx.isnan"), ("isinf", "mx.isinf"), ("amax", "max"), ("amin", "min"), ("new_zeros", "mx.zeros"),
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
    // `x.view(b, -1)`: MLX's `view` takes a dtype.
    if name == "array.view"
        && let Some(first) = call.positional(0)
        && matches!(e.kind(first.value), Kind::Int(_) | Kind::Seq { .. } | Kind::Shape(_))
    {
        out.report(&RULE, call.expr.range(), "`view` takes a dtype in MLX, not a shape; this raises")
            .label("called like torch's")
            .help("use `reshape`")
            .because(e, call.receiver.unwrap_or(V::UNKNOWN));
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
        } else {
            missing(e, expr, &ELSEWHERE, "mx", out);
        }
        return;
    }
    if e.lib_name(*base) == Some("mlx.nn") {
        missing(e, expr, &LAYERS, "nn", out);
        return;
    }
    let Some(a) = e.mlx_array(*base) else { return };
    if a.sure < Sure::Certain || expr.ctx != ast::ExprContext::Load {
        return;
    }
    // `if hasattr(x, "numpy")`: the author knows.
    let asked = |f: &crate::engine::Function<'_>| e.slice(f.code.range()).contains(&format!("\"{attr}\")"));
    if e.current().is_some_and(asked) {
        return;
    }
    if let Some((_, right)) = METHODS.iter().find(|(wrong, _)| *wrong == attr) {
        out.report(&RULE, expr.range(), format!("an `mx.array` has no `{attr}`; this raises"))
            .label("AttributeError")
            .help(format!("in MLX: {right}"))
            .because(e, *base);
    }
}

fn missing(e: &Engine<'_>, expr: &ast::ExprAttribute, table: &[(&str, &str)], home: &str, out: &mut Sink) {
    let attr = expr.attr.as_str();
    if let Some((_, instead)) = table.iter().find(|(wrong, _)| *wrong == attr)
        && e.tries().is_empty()
    {
        out.report(&RULE, expr.range(), format!("`{home}.{attr}` does not exist; this raises"))
            .label("AttributeError")
            .help(format!("in MLX: {instead}"));
    }
}
