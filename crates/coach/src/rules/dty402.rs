//! # DTY402 default-f32-tensor-mixed-with-half
//!
//! An array made with the default dtype, float32, is combined with a half array.
//!
//! Why: `mx.random.normal`, `mx.zeros`, `mx.linspace` and their like are float32 unless told; the result is float32 too.
//! Evidence: run on MLX 0.32.4 for each of them.
//! Bad: `x + mx.random.normal(x.shape)` with a half `x`
//! Bad: `mx.concatenate([x, mx.zeros((b, pad, d))], axis=1)` in a model's `__call__`
//! Good: `x + mx.random.normal(x.shape, dtype=x.dtype)`
//! Fix: unsafe; `dtype=` is added.
//! How sure: certain when the other operand is known to be half, likely when the shape is that of a parameter of unknown dtype, or a module joins it to one.

use super::helpers::*;

rule!(dty402, "DTY402", "default-f32-tensor-mixed-with-half", Warn, Likely, Unsafe, Default, [Binary => check, Call => joined]);

/// Whether a value is float32 only because nobody said otherwise.
fn by_default(e: &Engine<'_>, made: V) -> bool {
    let name = e.op(made);
    let text = e.slice(e.range_of(made));
    (name.strip_prefix("mlx.core.").and_then(crate::engine::mlx_row).is_some_and(|row| row.rule == "default")
        || name.ends_with("MultiHeadAttention.create_additive_causal_mask"))
        && e.array(made).is_some_and(|a| a.dtype.exact() == Some(Dt::F32))
        && !text.contains("dtype")
        && !text.contains("float32")
}

/// `mx.concatenate([x, mx.zeros(shape)])` or `mx.where(mask, x, mx.zeros(shape))` in a module, where `x` has the dtype that the caller gives it.
fn joined(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    if is_test(e) {
        return;
    }
    let items: Vec<V> = match (call.mlx(), call.operand(0).map(|v| e.kind(v))) {
        (Some("concatenate" | "stack"), Some(Kind::Seq { items, .. })) => items.to_vec(),
        (Some("where"), _) => [1, 2].iter().filter_map(|n| call.operand(*n)).collect(),
        _ => return,
    };
    let Some(made) = items.iter().copied().find(|v| by_default(e, *v)) else { return };
    let follows = |v: V| e.mlx_array(v).is_some_and(|a| matches!(a.dtype, DtypeFact::SameAs(_)) || a.dtype == DtypeFact::Unknown && e.value(v).op == Sym::PARAMETER);
    let known = items.iter().copied().find_map(|v| Some((v, half(e, v)?)));
    let Some((other, sure)) = known.or_else(|| items.iter().copied().find(|v| in_module(e) && follows(*v)).map(|v| (v, Sure::Likely))) else { return };
    out.report(&RULE, e.range_of(made), format!("`{}` is float32 by default and widens a half array it is put together with", e.op(made).rsplit("mlx.core.").next().unwrap_or("")))
        .label("float32")
        .related(call.expr.range(), "joined here")
        .help("give it the dtype of the other: `dtype=x.dtype`")
        .because(e, other)
        .at_most(sure);
}

/// The array behind products and sums with Python numbers: `0.1 * mx.random.normal(...)`.
fn source(e: &Engine<'_>, v: V, depth: u32) -> Option<V> {
    let value = e.value(v);
    if depth < 3 && matches!(value.op, Sym::MUL | Sym::DIV | Sym::ADD | Sym::SUB | Sym::NEG) {
        let [l, r] = value.operands;
        // What is not known to be an array changes nothing: float32 stays float32.
        return match (e.array(l).is_some(), e.array(r).is_some()) {
            (false, true) => source(e, r, depth + 1),
            (true, false) => source(e, l, depth + 1),
            _ => None,
        };
    }
    Some(v)
}

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { l, r, left, right, .. } = event else { return };
    for (made, other, expr, other_expr) in [(*l, *r, left, right), (*r, *l, right, left)] {
        let Some(made) = source(e, made, 0) else { continue };
        if !by_default(e, made) {
            continue;
        }
        let (name, text) = (e.op(made), e.slice(e.range_of(made)));
        let other_text = e.slice(other_expr.range());
        let follows = other_expr.is_name_expr() && text.contains(&format!("{other_text}.shape"));
        let sure = match half(e, other) {
            Some(sure) => sure,
            None if follows && e.mlx_array(other).is_some_and(|a| a.dtype == DtypeFact::Unknown || matches!(a.dtype, DtypeFact::SameAs(_))) => {
                Sure::Likely
            }
            None => continue,
        };
        let short = name.rsplit("mlx.core.").next().unwrap_or(name).rsplit("mlx.").next().unwrap_or(name);
        let finding = out.report(&RULE, expr.range(), format!("`{short}` is float32 by default and widens a half array"));
        finding.label("float32").help(format!("say `dtype={other_text}.dtype`")).because(e, other).at_most(sure);
        if let Expr::Call(c) = expr
            && e.range_of(made) == c.range()
            && other_expr.is_name_expr()
        {
            let close = c.arguments.range.end() - ruff_text_size::TextSize::new(1);
            finding.fix_unsafe(vec![Edit::insert(close, format!(", dtype={other_text}.dtype"))]);
        }
    }
}
