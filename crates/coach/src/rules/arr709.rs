//! # ARR709 float-index
//!
//! An array is indexed by a float array.
//!
//! Why: MLX takes whole numbers only; it raises.
//! Evidence: run on MLX 0.32.4: `x[mx.array(2) / 2]` raises ValueError "Indices must be integral", reading and writing.
//! Bad: `x[idx / 2]`
//! Good: `x[idx // 2]`, `x[idx.astype(mx.int32)]`
//! Fix: none.
//! How sure: certain when the dtype is known to be a float.

use super::helpers::*;

rule!(arr709, "ARR709", "float-index", Error, Certain, None, Default, [Index => read, Store => store]);

fn float(e: &Engine<'_>, v: V) -> Option<V> {
    if let Kind::Seq { items, .. } = e.kind(v) {
        return items.iter().find_map(|i| float(e, *i));
    }
    let a = e.mlx_array(v)?;
    (a.sure == Sure::Certain && a.dtype.exact().is_some_and(Dt::is_float)).then_some(v)
}

fn report(e: &Engine<'_>, out: &mut Sink, base: V, index: V, range: TextRange) {
    if e.mlx_array(base).is_none() {
        return;
    }
    if let Some(v) = float(e, index) {
        out.report(&RULE, range, "an index of floats raises")
            .label("not whole numbers")
            .help("use `//`, or `.astype(mx.int32)`")
            .because(e, v);
    }
}

fn read(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Index { expr, base, index } = event else { return };
    report(e, out, *base, *index, expr.slice.range());
}

fn store(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Store { target: Expr::Subscript(s), base, index, aug: None, .. } = event else { return };
    report(e, out, *base, *index, s.slice.range());
}
