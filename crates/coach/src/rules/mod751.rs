//! # MOD751 missing-super-init
//!
//! A module's `__init__` does not call `super().__init__()`.
//!
//! Why: calling it works; `freeze`, `trainable_parameters` and `nn.value_and_grad` then raise AttributeError.
//! Evidence: run on MLX 0.32.4: `_no_grad` is missing; mlx#1393.
//! Bad: `def __init__(self): self.l = nn.Linear(4, 4)`
//! Good: the same with `super().__init__()` first.
//! Fix: safe; the call is put first.
//! How sure: certain; only direct subclasses of `nn.Module`.

use super::helpers::*;

rule!(mod751, "MOD751", "missing-super-init", Error, Certain, Safe, Default, [Class => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Class(id) = event else { return };
    let class = e.class(*id);
    if e.module_library(*id).is_none() || class.unknown_base {
        return;
    }
    let Some(init) = class.methods.get("__init__") else { return };
    let crate::engine::Code::Def(def) = e.function(*init).code else { return };
    let text = e.slice(def.range);
    if text.contains("super(") || text.contains(".__init__(") || class.stores.iter().all(|s| s.3 != *init) {
        return;
    }
    let mut body = def.body.iter();
    let Some(mut first) = body.next() else { return };
    if matches!(first, ast::Stmt::Expr(s) if s.value.is_string_literal_expr()) {
        let Some(next) = body.next() else { return };
        first = next;
    }
    let line = e.source[..usize::from(first.range().start())].rsplit('\n').next().unwrap_or("");
    let finding = out.report(&RULE, def.name.range, format!("`{}.__init__` does not call `super().__init__()`", class.def.name));
    finding.label("the module is not set up").help("call `super().__init__()` first");
    if line.trim().is_empty() {
        finding.fix_safe(vec![Edit::insert(first.range().start(), format!("super().__init__()\n{line}"))]);
    }
}
