//! # CMP302 updates-state-not-declared
//!
//! A compiled function updates an optimizer whose state is not among its inputs and outputs.
//!
//! Why: momentum, schedules and step counts are frozen at their first value; training goes wrong in silence.
//! Evidence: run on MLX 0.32.4, 20 steps: SGD with momentum ends at 0.368 instead of 0.111; Adam at 0.0116 instead of 0.0075; mlx#1160.
//! Bad: `@partial(mx.compile, inputs=model.state, outputs=model.state)` over a step with `optimizer.update(...)`
//! Good: `state = [model.state, optimizer.state]` for both.
//! Fix: none; the decorator must change.
//! How sure: certain where `inputs=` can be read; a warning for plain SGD, which has no state to lose.

use super::helpers::*;

rule!(cmp302, "CMP302", "updates-state-not-declared", Error, Certain, None, Default, [Function => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Function(id) = event else { return };
    let f = e.function(*id);
    let Some(applied) = f.applied(Transform::Compile) else { return };
    let Some((range, optimizer)) = f.updates.first() else { return };
    let text = e.slice(*range);
    let Some((name, _)) = text.split_once(".update(") else { return };
    let wanted = format!("{name}.state");
    let declared = |v: Option<V>| match v {
        None => false,
        Some(v) => match e.kind(v) {
            Kind::Seq { .. } | Kind::Method(..) => e.slice(e.range_of(v)).contains(&wanted),
            // `model.trainable_parameters()` holds no optimizer; of a name from elsewhere nothing is known.
            _ => {
                let text = e.slice(e.range_of(v));
                text.contains(&wanted) || !(text.ends_with("parameters()") || text.ends_with(".state"))
            }
        },
    };
    if declared(applied.inputs) && declared(applied.outputs) {
        return;
    }
    let finding = out.report(&RULE, *range, format!("`{wanted}` is not among the inputs and outputs of the compiled function"));
    finding
        .label("the optimizer's state is frozen")
        .related(applied.range, "compiled here")
        .help(format!("compile with `inputs=state, outputs=state` where `state = [model.state, {wanted}]`"));
    if let Kind::LibInstance(sym) = e.kind(*optimizer)
        && e.text(*sym).ends_with(".SGD")
        && !e.slice(e.range_of(*optimizer)).contains("momentum")
    {
        finding.severity(Severity::Warn);
    }
}
