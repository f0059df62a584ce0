//! # CMP303 captured-array-goes-stale
//!
//! A compiled function uses an outer array that is assigned again.
//!
//! Why: the value is baked in while tracing; the new one is never seen.
//! Evidence: run on MLX 0.32.4; mlx-swift-lm#586, mlx#1648.
//! Bad: `scale = mx.array(1.0)`, a compiled `f` with `x * scale`, then `scale = mx.array(2.0)`
//! Good: pass it as an argument, or declare `inputs=`.
//! Fix: none.
//! How sure: certain that it is assigned more than once and used; constants are let pass.

use super::helpers::*;

rule!(cmp303, "CMP303", "captured-array-goes-stale", Error, Certain, None, Default, [Function => check, Class => attributes]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Function(id) = event else { return };
    let f = e.function(*id);
    let Some(applied) = f.applied(Transform::Compile) else { return };
    if applied.inputs.is_some() {
        return;
    }
    let mut said: Vec<&str> = Vec::new();
    for (name, scope, range, value) in &f.captures {
        if e.mlx_array(*value).is_some() && e.times_assigned(*scope, name) > 1 && !said.contains(name) && assigned_later(e, f.parent, name, applied.range) {
            said.push(name);
            out.report(&RULE, *range, format!("`{name}` is baked into the compiled function and assigned again elsewhere"))
                .label("keeps its first value for ever")
                .related(applied.range, "compiled here")
                .help("pass it as an argument or declare it with `inputs=`")
                .because(e, *value);
        }
    }
}

/// Whether a name is assigned after a place, in the same function or (for a name of the module) anywhere after it;
/// or in another function, which declares it.
fn assigned_later(e: &Engine<'_>, function: Option<u32>, name: &str, compiled: TextRange) -> bool {
    let end = function.map_or(e.source.len(), |f| e.function(f).code.range().end().into());
    let after = &e.source[usize::from(compiled.end()).min(end)..end];
    let assigns = |line: &str| {
        line.split_once('=').is_some_and(|(target, value)| {
            let target = target.trim_end_matches(['+', '-', '*', '/', '@']);
            !value.starts_with('=') && has_word(target, name) && !target.contains(['(', '[', '.', '!', '<', '>', ':'])
        })
    };
    let declares = |line: &str| ["global ", "nonlocal "].iter().any(|w| line.starts_with(w)) && has_word(line, name);
    after.lines().any(|l| assigns(l.trim())) || e.source.lines().any(|l| declares(l.trim()))
}

/// `self.scale` read in a compiled method and stored by another one.
fn attributes(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Class(id) = event else { return };
    let class = e.class(*id);
    for method in class.methods.values() {
        let f = e.function(*method);
        let Some(applied) = f.applied(Transform::Compile).filter(|a| a.inputs.is_none()) else { continue };
        let mut said: Vec<&str> = Vec::new();
        for (name, range, value) in &f.own_reads {
            let stored = class.stores.iter().find(|s| s.0 == *name && s.3 != *method && e.function(s.3).code.name() != "__init__");
            if let Some(stored) = stored.filter(|_| e.mlx_array(*value).is_some() && !said.contains(name)) {
                said.push(name);
                out.report(&RULE, *range, format!("`self.{name}` is baked into the compiled method and assigned again elsewhere"))
                    .label("keeps its first value for ever")
                    .related(applied.range, "compiled here")
                    .related(stored.2, "assigned here")
                    .help("pass it as an argument or declare it with `inputs=`")
                    .because(e, *value);
            }
        }
    }
}
