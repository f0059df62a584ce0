//! # DTY405 numpy-scalar-on-left
//!
//! A NumPy scalar stands on the left of an operator with an MLX array.
//!
//! Why: NumPy's operator runs: the array is evaluated, copied, and the result is a NumPy float64 array.
//! Evidence: run on MLX 0.32.4: `np.float64(2) * x` is `numpy.ndarray`; with bfloat16 it raises ValueError.
//! Bad: `np.sqrt(2 / np.pi) * x`
//! Good: `math.sqrt(2 / math.pi) * x`
//! Fix: unsafe; `float(...)` is put around it, and the result stays in MLX.
//! How sure: certain; both operands are known.

use super::helpers::*;

rule!(dty405, "DTY405", "numpy-scalar-on-left", Warn, Certain, Unsafe, Default, [Binary => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Binary { left, l, r, aug: false, .. } = event else { return };
    // `np.sqrt(...)` of something unknown is NumPy's whatever it is.
    let number = *e.kind(*l) == Kind::NumpyScalar;
    let unclear = e.array(*l).is_some_and(|a| a.lib == Lib::Numpy && a.sure == Sure::Possible);
    if !(number || unclear) || e.mlx_array(*r).is_none() {
        return;
    }
    out.report(&RULE, left.range(), "a NumPy scalar on the left takes the result out of MLX, as float64")
        .label("NumPy's operator runs")
        .help("use `math`, or make it a Python number: `float(...)`")
        .because(e, *r)
        .at_most(if number { Sure::Certain } else { Sure::Likely })
        .fix_unsafe(vec![Edit::replace(left.range(), format!("float({})", e.slice(left.range())))]);
}
