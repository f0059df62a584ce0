//! `threadgroup_barrier`, `simdgroup_barrier` and fences.

use super::super::types::Type;
use super::super::value::{Result, Value};
use super::args::Call;
use super::limits::{MEM_DEVICE, MEM_THREADGROUP};
use emberforge_base::Diagnostic;
use emberforge_ir as ir;
use ir::{Barrier, MemoryFlags, Op};

/// The functions.
pub(super) const NAMES: &[&str] = &["atomic_thread_fence", "simdgroup_barrier", "threadgroup_barrier"];

/// Lowers a call.
pub(super) fn call(call: &mut Call<'_, '_>) -> Result<Value> {
    if call.name == "atomic_thread_fence" {
        return fence(call);
    }
    if call.args.is_empty() {
        let message = format!("`{}` needs to know which memory it orders", call.name);
        let diagnostic = Diagnostic::error("argument-count", call.span, message).help(
            "write `mem_flags::mem_threadgroup`, `mem_flags::mem_device`, both joined by `|`, or \
                   `mem_flags::mem_none`",
        );
        return Err(call.cx.error(diagnostic));
    }
    call.arity(1, 2, &format!("void {}(mem_flags flags)", call.name))?;
    let flags = flags(call)?;
    let barrier = if call.name == "simdgroup_barrier" { Barrier::Simdgroup } else { Barrier::Threadgroup };
    call.cx.emit_effect(Op::Barrier(barrier, flags), call.span);
    Ok(Value::void())
}

fn flags(call: &mut Call<'_, '_>) -> Result<MemoryFlags> {
    let bits = call.constant(0, "memory flags")?;
    // The flags are an enumeration, which numbers do not convert to.
    let flags = call.args.first().map(|a| (a.place.ty.clone(), a.span));
    if let Some((ty, span)) = flags
        && ty == Type::INT
    {
        let d = Diagnostic::error("type-mismatch", span, "cannot convert `int` to `mem_flags` implicitly");
        return Err(call.cx.error(d.help("write `mem_flags::mem_threadgroup` or `mem_flags::mem_device`")));
    }
    Ok(MemoryFlags { device: bits & MEM_DEVICE != 0, threadgroup: bits & MEM_THREADGROUP != 0 })
}

/// A fence orders the thread's own accesses, which are executed in order anyway; it has no instruction. Between
/// threadgroups the language of the engines gives no more than relaxed atomics.
fn fence(call: &mut Call<'_, '_>) -> Result<Value> {
    call.arity(1, 3, "void atomic_thread_fence(mem_flags flags, memory_order order, thread_scope scope)")?;
    let flags = flags(call)?;
    for i in 1..call.args.len() {
        call.constant(i, "a memory order and a thread scope")?;
    }
    if flags.device {
        let diagnostic = Diagnostic::warning(
            "fence",
            call.span,
            "a fence does not make other threadgroups see this one's writes before the launch ends",
        )
        .help("pass data between threadgroups through atomics, or use two launches");
        call.cx.report(diagnostic);
    }
    Ok(Value::void())
}
