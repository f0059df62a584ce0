//! # SYN110 multi-element-truth
//!
//! The truth of an array with more than one element is asked for, or `or` is used for a default.
//!
//! Why: MLX raises for anything but one element; `array or default` works only while the array is None.
//! Evidence: run on MLX 0.32.4: `ValueError: Only length-1 arrays can be converted to Python scalars`.
//! Bad: `mask = mask or mx.zeros((n, n))` with `mask: Optional[mx.array]`
//! Good: `mask = mask if mask is not None else mx.zeros((n, n))`
//! Fix: unsafe, `x if x is not None else d`: an array of one element that is zero was replaced by the default, and is kept then.
//! How sure: certain when the annotation or the rank says so.

use super::helpers::*;

rule!(syn110, "SYN110", "multi-element-truth", Error, Certain, Unsafe, Default, [BoolOp => default, Truth => truth]);

fn default(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::BoolOp { expr, values } = event else { return };
    if expr.op != ast::BoolOp::Or || values.len() != 2 {
        return;
    }
    // `mask=None` without an annotation, and an array as the other arm.
    let left = e.value(values[0]);
    if left.kind == Kind::Unknown && left.maybe_none && left.op == Sym::PARAMETER && e.mlx_array(values[1]).is_some() {
        let name = e.slice(expr.values[0].range());
        let right = e.slice(expr.values[1].range());
        out.report(&RULE, expr.range(), format!("`{name} or ...` raises as soon as `{name}` is an array of more than one element"))
            .label("asks the array for its truth")
            .help("test for None")
            .at_most(Sure::Likely)
            .fix_unsafe(vec![Edit::replace(expr.range(), format!("({name} if {name} is not None else {right})"))]);
        return;
    }
    let Some(array) = e.mlx_array(values[0]) else { return };
    if !e.value(values[0]).maybe_none || array.rank == Some(0) || array.dtype.exact() == Some(Dt::Bool) && array.sure < Sure::Certain {
        return;
    }
    let left = e.slice(expr.values[0].range());
    let finding = out.report(&RULE, expr.range(), format!("`{left} or ...` raises as soon as `{left}` is an array of more than one element"));
    finding.label("asks the array for its truth").help("test for None").because(e, values[0]);
    if expr.values[0].is_name_expr() {
        let right = e.slice(expr.values[1].range());
        finding.fix_unsafe(vec![Edit::replace(expr.range(), format!("({left} if {left} is not None else {right})"))]);
    }
}

fn truth(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Truth { expr, value, place } = event else { return };
    let Some(array) = e.mlx_array(*value) else { return };
    let optional = e.value(*value).maybe_none;
    let many = array.size().is_some_and(|n| n > 1) || array.rank.is_some_and(|r| r > 0) && array.size().is_none();
    // `if mask:` with an optional mask of unknown rank asks the wrong question too.
    let parameter = optional && e.value(*value).op == Sym::PARAMETER && array.rank != Some(0) && *place != Truth::Or;
    if !(many || parameter) || array.size() == Some(1) || (*place == Truth::Or && optional) {
        return;
    }
    let finding = out.report(&RULE, expr.range(), "the truth of an array of more than one element is asked for, which raises");
    finding.label("ValueError unless it has one element").because(e, *value);
    if optional {
        finding.help("write `is not None`");
    } else {
        finding.help("say what is meant: `mx.any(...)`, `mx.all(...)`, or compare with None");
        if array.size().is_none() {
            finding.at_most(Sure::Likely).severity(Severity::Warn);
        }
    }
}
