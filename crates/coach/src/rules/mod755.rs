//! # MOD755 forward-instead-of-call
//!
//! An `mlx.nn.Module` defines `forward` and no `__call__`.
//!
//! Why: MLX has no `forward`; calling the module raises TypeError.
//! Evidence: run on MLX 0.32.4.
//! Bad: `def forward(self, x):`
//! Good: `def __call__(self, x):`
//! Fix: unsafe; the method is renamed, its callers are not.
//! How sure: certain; only direct subclasses of `nn.Module` without a call of `.forward`.

use super::helpers::*;

rule!(mod755, "MOD755", "forward-instead-of-call", Error, Certain, Unsafe, Default, [Class => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Class(id) = event else { return };
    let class = e.class(*id);
    let direct = class.bases.iter().any(|b| e.lib_name(*b) == Some("mlx.nn.Module"));
    if !direct || class.methods.contains_key("__call__") || e.source.contains(".forward(") {
        return;
    }
    let Some(forward) = class.methods.get("forward") else { return };
    let crate::engine::Code::Def(def) = e.function(*forward).code else { return };
    out.report(&RULE, def.name.range, "MLX calls `__call__`, not `forward`; calling this module raises")
        .label("torch's name")
        .help("rename it to `__call__`")
        .fix_unsafe(vec![Edit::replace(def.name.range, "__call__")]);
}
