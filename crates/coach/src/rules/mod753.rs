//! # MOD753 submodules-in-tuple
//!
//! Submodules are kept in a tuple.
//!
//! Why: MLX looks into lists and dicts, not into tuples: their parameters are not found, saved or trained.
//! Evidence: run on MLX 0.32.4: `parameters()` and `named_modules()` leave them out.
//! Bad: `self.layers = (nn.Linear(4, 4), nn.Linear(4, 4))`
//! Good: `self.layers = [nn.Linear(4, 4), nn.Linear(4, 4)]`
//! Fix: safe for a literal tuple.
//! How sure: certain; the items are known to be modules.

use super::helpers::*;

rule!(mod753, "MOD753", "submodules-in-tuple", Error, Certain, Safe, Default, [Store => check]);

fn is_module(e: &Engine<'_>, v: V) -> bool {
    match e.kind(v) {
        Kind::LibInstance(sym) => e.text(*sym).starts_with("mlx.nn."),
        Kind::Instance(class) => e.module_library(*class) == Some(Lib::Mlx),
        _ => false,
    }
}

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Store { target: Expr::Attribute(target), value, source: Some(source), base, aug: None, range, .. } = event else { return };
    let Kind::Instance(class) = e.kind(*base) else { return };
    if e.module_library(*class) != Some(Lib::Mlx) {
        return;
    }
    let modules = match e.kind(*value) {
        Kind::Seq { items, list: false } => items.iter().any(|i| is_module(e, *i)),
        Kind::ListOf(item) => e.op(*value) == "builtins.tuple" && is_module(e, *item),
        _ => false,
    };
    if !modules {
        return;
    }
    let finding = out.report(&RULE, *range, format!("submodules in the tuple `{}` are not found by MLX", target.attr));
    finding.label("not registered").help("use a list");
    if let Expr::Tuple(t) = source {
        let text = e.slice(t.range);
        let inner = text.strip_prefix('(').and_then(|x| x.strip_suffix(')')).unwrap_or(text);
        finding.fix_safe(vec![Edit::replace(t.range, format!("[{inner}]"))]);
    }
}
