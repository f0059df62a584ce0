//! # SYN109 sync-per-token
//!
//! The token that was just sampled is read on the host before the next step is submitted.
//!
//! Why: the device idles while the host reads, decodes and builds the next graph.
//! Evidence: mlx-vlm#1600 and #1601 lost 20 % of the tokens per second so; mlx-examples#1040 has the remedy. Not measured here: it needs a GPU.
//! Bad: `token = mx.argmax(logits, axis=-1); ids.append(token.item())` in every turn
//! Good: `mx.async_eval(next_token)` first, then read the token of the step before.
//! Fix: none.
//! How sure: likely; a loop that calls `mx.async_eval` anywhere is let pass, and so is one without a call of a model. Where the token decides what is computed next (more than whether to stop), nothing can be submitted ahead: only possible.

use super::helpers::*;

rule!(syn109, "SYN109", "sync-per-token", Info, Likely, None, Default, [Sync => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Sync { range, value, how: how @ (Sync::Item | Sync::Tolist | Sync::Cast) } = event else { return };
    let Some(turn) = e.loops().last() else { return };
    if turn.turns.is_some_and(|n| n <= 4) || !(turn.opaque || turn.calls_module.is_some()) || is_test(e) {
        return;
    }
    if *value < turn.first || !sampled(e, *value, 0) || e.slice(turn.range).contains("async_eval") {
        return;
    }
    // Once per loop, whatever its branches.
    if out.findings.iter().any(|f| f.code == RULE.code && f.related.first().is_some_and(|r| r.0 == turn.head)) {
        return;
    }
    let finding = out.report(&RULE, *range, "the token just sampled is read before the next step is submitted");
    finding
        .label("the device waits for the host, once per token")
        .related(turn.head, "the loop")
        .help("submit the next step with `mx.async_eval` and read the token of the step before")
        .because(e, *value);
    if steers(e.source, *range, turn.range, *how == Sync::Tolist) {
        finding.at_most(Sure::Possible);
    }
}

/// Whether the host needs the token to know what to submit next: it decides more than the end of the loop.
fn steers(source: &str, read: TextRange, whole: TextRange, list: bool) -> bool {
    let line = source[..read.start().into()].rsplit('\n').next().unwrap_or("").trim_start();
    let Some((name, _)) = line.split_once('=') else { return line.starts_with("print(") || line.starts_with("raise ") };
    let name = name.trim();
    let mut rest = source[whole.start().into()..whole.end().into()].lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).peekable();
    while let Some(line) = rest.next() {
        let asks = ["if ", "elif ", "while "].iter().any(|w| line.starts_with(w)) && has_word(line, name);
        let walks = list && line.starts_with("for ") && has_word(line, name);
        let ends = rest.peek().is_some_and(|l| ["break", "return", "raise", "yield"].iter().any(|w| l.starts_with(w)));
        if walks || asks && !(line.ends_with(':') && ends) && !line.ends_with("break") {
            return true;
        }
    }
    false
}

/// Whether a value is the choice of a token: an argmax or a sample, perhaps indexed or reshaped.
fn sampled(e: &Engine<'_>, v: V, depth: u32) -> bool {
    let value = e.value(v);
    let name = e.text(value.op);
    if matches!(name, "mlx.core.argmax" | "mlx.core.random.categorical") {
        return true;
    }
    let passes = matches!(value.op, Sym::ITEM) || matches!(name.rsplit('.').next(), Some("squeeze" | "reshape" | "flatten" | "astype" | "expand_dims"));
    passes && depth < 4 && value.operands[0] > V::NONE && value.operands[0] < v && sampled(e, value.operands[0], depth + 1)
}
