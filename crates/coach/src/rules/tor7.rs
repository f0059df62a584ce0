//! # TOR7 float64-on-mps
//!
//! A float64 tensor is made on, or moved to, the MPS device.
//!
//! Why: MPS has no float64; torch raises.
//! Evidence: PyTorch's page on the MPS backend.
//! Bad: `torch.zeros(3, dtype=torch.float64, device="mps")`
//! Good: float32.
//! Fix: none.
//! How sure: certain; dtype and device are constants.

use super::helpers::*;

rule!(tor7, "TOR7", "float64-on-mps", Error, Certain, None, Default, [Call => check]);

fn check(event: &Event<'_, '_>, e: &Engine<'_>, out: &mut Sink) {
    let Event::Call(call) = event else { return };
    let torch = call.name.starts_with("torch.") || call.receiver.is_some_and(|r| e.array(r).is_some_and(|a| a.lib == Lib::Torch));
    if !torch {
        return;
    }
    let mps = |v: V| matches!(e.kind(v), Kind::Str(Some(s)) if s.starts_with("mps"));
    let on_mps = call.args.iter().any(|a| mps(a.value) || e.op(a.value) == "torch.device" && mps(e.value(a.value).operands[0]));
    let explicit = call.args.iter().any(|a| matches!(e.kind(a.value), Kind::Dtype(Dt::F64)));
    let moved = call.last == "to" && call.receiver.and_then(|r| e.array(r)).and_then(|a| a.dtype.exact()) == Some(Dt::F64);
    let cast = call.last == "to" && call.args.iter().any(|a| matches!(e.kind(a.value), Kind::Dtype(_)));
    if on_mps && (explicit || (moved && !cast)) {
        out.report(&RULE, call.expr.range(), "MPS has no float64; this raises").label("float64 on MPS").help("use float32");
    }
}
