//! # LAZ207 growing-by-concatenate
//!
//! A loop makes an array longer by concatenating to it.
//!
//! Why: each turn copies everything before it; the buffers differ in size, so none is reused.
//! Evidence: run on MLX 0.32.4: 2,000 steps take 5.66 s against 0.105 s with a preallocated buffer; mlx#4019.
//! Bad: `keys = mx.concatenate([keys, k], axis=2)` per token
//! Good: collect parts in a list and concatenate once, or allocate in steps of 256 and store slices.
//! Fix: none.
//! How sure: likely; short loops and loops over given sequences are let pass.

use super::helpers::*;

rule!(laz207, "LAZ207", "growing-by-concatenate", Warn, Likely, None, Default, [Loop => check, Store => attribute]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Loop(l) = event else { return };
    if l.turns.is_some_and(|n| n <= 16) || l.iter.is_some_and(|i| matches!(e.kind(i), Kind::Seq { .. } | Kind::Shape(_))) {
        return;
    }
    // Over a collection (crops, images, lists) the number of turns is small as a rule.
    let collection = l.iter.is_some_and(|i| !matches!(e.kind(i), Kind::Range(_)));
    for (name, range, value) in &l.grown {
        // `y = mx.concatenate([head, x])`, where `y` was only another name for `x`.
        if e.slice(*range).split_once('=').is_some_and(|(_, made)| !has_word(made, name)) {
            continue;
        }
        let finding = out.report(&RULE, *range, format!("`{name}` is copied as a whole in every turn to become a little longer"));
        finding
            .label("quadratic in the number of turns")
            .related(l.head, "the loop")
            .help("collect the parts in a list and concatenate once, or store slices into a buffer allocated ahead")
            .because(e, *value);
        // Token ids are small.
        if collection || ids(e, *value) {
            finding.at_most(Sure::Possible);
        }
    }
}

/// `self.keys = mx.concatenate([self.keys, k])` in a method that is called per step.
fn attribute(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Store { target: Expr::Attribute(a), value, source: Some(Expr::Call(c)), range, .. } = event else { return };
    // A class that says so in its name does it on purpose.
    let meant = |f: &crate::engine::Function<'_>| f.class.is_some_and(|c| e.class(c).def.name.contains("Concat"));
    let method = e.current().is_some_and(|f| f.class.is_some() && f.code.name() != "__init__" && !meant(f));
    if e.op(*value) != "mlx.core.concatenate" || !method {
        return;
    }
    let Some(Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. })) = c.arguments.args.first() else { return };
    let text = e.slice(a.range);
    // What is appended must come from the caller as it is: buffers grow in steps, batches are merged.
    let Kind::Seq { items, .. } = e.kind(e.value(*value).operands[0]) else { return };
    let own = elts.iter().position(|x| e.slice(x.range()) == text);
    let Some(other) = own.filter(|_| elts.len() == 2).and_then(|i| items.get(1 - i)) else { return };
    // A window that is cut to length again does not grow.
    let cut = e.current().is_some_and(|f| e.slice(f.code.range()).contains(&format!("{text} = {text}[")));
    if e.value(*other).op == Sym::PARAMETER && !cut {
        out.report(&RULE, *range, format!("`{text}` is copied as a whole on every call to become a little longer"))
            .label("quadratic in the number of calls")
            .help("allocate in steps ahead and store slices: `self.keys[..., n : n + 1, :] = k`")
            .severity(Severity::Info)
            .because(e, *value);
    }
}

/// Whether what is put together are integers.
fn ids(e: &Engine<'_>, v: V) -> bool {
    let int = |v: &V| e.mlx_array(*v).is_some_and(|a| a.dtype.is_int());
    matches!(e.kind(e.value(v).operands[0]), Kind::Seq { items, .. } if items.iter().any(int))
}
