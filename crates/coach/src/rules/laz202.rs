//! # LAZ202 training-loop-without-eval
//!
//! A loop updates an optimizer and nothing in it evaluates the parameters.
//!
//! Why: every step is only recorded; memory grows with the number of steps and nothing trains until something is read.
//! Evidence: run on MLX 0.32.4: Adam, 1,500 steps without eval hold 56 MB more and rising; MLX's own guide on lazy evaluation.
//! Bad: `for x, y in data: loss, g = step(model, x, y); optimizer.update(model, g)`
//! Good: the same with `mx.eval(model.parameters(), optimizer.state)` in the loop.
//! Fix: unsafe; the call is put after the update.
//! How sure: certain when nothing else in the loop can evaluate.

use super::helpers::*;

rule!(laz202, "LAZ202", "training-loop-without-eval", Warn, Certain, Unsafe, Default, [Loop => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Loop(l) = event else { return };
    let Some((range, _)) = l.updates.first() else { return };
    if l.evaluates || l.turns.is_some_and(|n| n <= 4) || out.findings.iter().any(|f| f.code == RULE.code && f.range == *range) {
        return;
    }
    let Some(applied_free) = Some(e.under(l.function, &[Transform::Compile]).is_none()) else { return };
    if !applied_free {
        return;
    }
    let finding = out.report(&RULE, *range, "this training loop never evaluates what it updates");
    finding
        .label("recorded, not computed")
        .related(l.head, "the loop")
        .help("evaluate in every step: `mx.eval(model.parameters(), optimizer.state)`");
    if l.opaque {
        finding.at_most(Sure::Likely);
    }
    // `optimizer.update(model, gradients)`: the texts are there to be used.
    let text = e.slice(*range);
    if let Some((optimizer, rest)) = text.split_once(".update(")
        && let Some((model, _)) = rest.split_once(',')
    {
        let line = e.source[..usize::from(range.start())].rsplit('\n').next().unwrap_or("");
        if line.trim().is_empty() {
            let insert = format!("\n{line}mx.eval({model}.parameters(), {optimizer}.state)");
            finding.fix_unsafe(vec![Edit::insert(range.end(), insert)]);
        }
    }
}
