//! # TOR6 modules-in-plain-list
//!
//! A torch module keeps submodules in a plain list.
//!
//! Why: torch looks into `nn.ModuleList`, not into lists: the parameters are not found.
//! Evidence: pytorch#666, #59925.
//! Bad: `self.layers = [nn.Linear(4, 4) for _ in range(3)]`
//! Good: `self.layers = nn.ModuleList(...)`
//! Fix: unsafe; `nn.ModuleList(...)` is put around it.
//! How sure: certain; the items are known to be torch modules.

use super::helpers::*;

rule!(tor6, "TOR6", "modules-in-plain-list", Warn, Certain, Unsafe, Default, [Store => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Store { target: Expr::Attribute(target), value, source: Some(source), base, aug: None, range, .. } = event else { return };
    let Kind::Instance(class) = e.kind(*base) else { return };
    if e.module_library(*class) != Some(Lib::Torch) {
        return;
    }
    let module = |v: V| match e.kind(v) {
        Kind::LibInstance(sym) => e.text(*sym).starts_with("torch.nn."),
        Kind::Instance(c) => e.module_library(*c) == Some(Lib::Torch),
        _ => false,
    };
    let hit = match e.kind(*value) {
        Kind::Seq { items, .. } => items.iter().any(|i| module(*i)),
        Kind::ListOf(item) => module(*item),
        _ => false,
    };
    if hit && !matches!(source, Expr::Call(_)) {
        out.report(&RULE, *range, format!("torch does not find the modules in the plain list `{}`", target.attr))
            .label("not registered")
            .help("use `nn.ModuleList`")
            .fix_unsafe(vec![Edit::replace(source.range(), format!("nn.ModuleList({})", e.slice(source.range())))]);
    }
}
