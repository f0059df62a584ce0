//! Atomic functions on `atomic<int>`, `atomic<uint>`, `atomic<float>` and `atomic<ulong>`, all relaxed.

use super::super::types::{Type, scalar_name};
use super::super::value::{Part, Poison, Result, Value};
use super::args::{Call, unsigned};
use emberforge_base::Diagnostic;
use emberforge_ir as ir;
use ir::{AtomicOp, CompareOp, Op, Scalar, Space, ValueId};

/// The functions with what they do.
const FUNCTIONS: &[(&str, AtomicOp)] = &[
    ("atomic_load_explicit", AtomicOp::Load),
    ("atomic_store_explicit", AtomicOp::Store),
    ("atomic_exchange_explicit", AtomicOp::Exchange),
    ("atomic_compare_exchange_weak_explicit", AtomicOp::CompareExchange),
    ("atomic_fetch_add_explicit", AtomicOp::Add),
    ("atomic_fetch_sub_explicit", AtomicOp::Sub),
    ("atomic_fetch_min_explicit", AtomicOp::Min),
    ("atomic_fetch_max_explicit", AtomicOp::Max),
    ("atomic_fetch_and_explicit", AtomicOp::And),
    ("atomic_fetch_or_explicit", AtomicOp::Or),
    ("atomic_fetch_xor_explicit", AtomicOp::Xor),
    // Without a result: the only ones on `atomic<ulong>`.
    ("atomic_min_explicit", AtomicOp::Min),
    ("atomic_max_explicit", AtomicOp::Max),
];

/// Every name.
pub(super) fn names() -> Vec<&'static str> {
    FUNCTIONS.iter().map(|f| f.0).collect()
}

/// Lowers a call.
pub(super) fn call(call: &mut Call<'_, '_>) -> Result<Value> {
    let Some((_, op)) = FUNCTIONS.iter().find(|f| f.0 == call.name) else { return Err(Poison) };
    let op = *op;
    let (count, usage) = match op {
        AtomicOp::Load => (2, "T atomic_load_explicit(A* object, memory_order order)".to_string()),
        AtomicOp::CompareExchange => (
            5,
            "bool atomic_compare_exchange_weak_explicit(A* object, thread T* expected, T desired, memory_order \
             success, memory_order failure)"
                .to_string(),
        ),
        _ => (3, format!("T {}(A* object, T value, memory_order order)", call.name)),
    };
    if call.args.len() + 1 == count {
        let message = format!("`{}` needs a memory order as its last argument", call.name);
        let diagnostic = Diagnostic::error("argument-count", call.span, message)
            .note(format!("it is `{usage}`"))
            .help("add `memory_order_relaxed`");
        return Err(call.cx.error(diagnostic));
    }
    call.arity(count, count, &usage)?;
    let (pointer, ty) = object(call, op)?;
    let span = call.span;
    let orders = if op == AtomicOp::CompareExchange { 3..5 } else { count - 1..count };
    for i in orders {
        relaxed(call, i)?;
    }
    let wanted = format!("a value of type `{}`", scalar_name(ty));
    match op {
        AtomicOp::Load => {
            let old = call.cx.emit(Op::Atomic { op, pointer, value: None, expected: None }, ty, span);
            Ok(Value::new(Type::Scalar(ty), old))
        }
        AtomicOp::Store => {
            let value = operand(call, 1, ty, &wanted)?;
            call.cx.emit_effect(Op::Atomic { op, pointer, value: Some(value), expected: None }, span);
            Ok(Value::void())
        }
        AtomicOp::CompareExchange => compare_exchange(call, pointer, ty, &wanted),
        _ => {
            let value = operand(call, 1, ty, &wanted)?;
            let old = call.cx.emit(Op::Atomic { op, pointer, value: Some(value), expected: None }, ty, span);
            if call.name.contains("fetch") || op == AtomicOp::Exchange {
                Ok(Value::new(Type::Scalar(ty), old))
            } else {
                Ok(Value::void())
            }
        }
    }
}

fn operand(call: &mut Call<'_, '_>, i: usize, ty: Scalar, wanted: &str) -> Result<ValueId> {
    let part = call.scalar(i, ty, wanted)?;
    Ok(call.cx.ir_value(part, ty, call.span))
}

/// Address and type of the atomic object, argument 0.
fn object(call: &mut Call<'_, '_>, op: AtomicOp) -> Result<(ValueId, Scalar)> {
    let pointer = call.value(0)?;
    let span = call.args[0].span;
    let Type::Pointer(to) = &pointer.ty else {
        return Err(call.refuse(0, "the address of an atomic object, `&object`,"));
    };
    let Type::Atomic(ty) = to.to else {
        let message = format!("`{}` takes a pointer to an atomic object, got `{}`", call.name, pointer.ty);
        let mut diagnostic = Diagnostic::error("not-atomic", span, message);
        diagnostic = match &to.to {
            Type::Scalar(s) if to.space == Space::Device => diagnostic.help(format!(
                "for an output, set `atomic_outputs`; otherwise cast: `(device atomic<{}>*)p`",
                scalar_name(*s)
            )),
            Type::Scalar(s) => {
                diagnostic.help(format!("declare the object as `threadgroup atomic<{}>`", scalar_name(*s)))
            }
            _ => diagnostic,
        };
        return Err(call.cx.error(diagnostic));
    };
    if to.is_const && op != AtomicOp::Load {
        let message = format!("`{}` writes to what is `const` here", call.name);
        return Err(call.cx.error(Diagnostic::error("read-only", span, message)));
    }
    if matches!(to.space, Space::Constant | Space::Thread) {
        let message = format!("`{}` works on `device` and `threadgroup` memory only", call.name);
        return Err(call.cx.error(Diagnostic::error("bad-argument", span, message)));
    }
    let bitwise = matches!(op, AtomicOp::And | AtomicOp::Or | AtomicOp::Xor);
    let ordered = matches!(op, AtomicOp::Min | AtomicOp::Max);
    let exists = match ty {
        Scalar::I32 | Scalar::U32 => true,
        Scalar::F32 => !bitwise && !ordered,
        Scalar::U64 => ordered && !call.name.contains("fetch"),
        _ => false,
    };
    if !exists {
        let lack = if ty == Scalar::Bool { "is not supported" } else { "does not exist" };
        let message = format!("`{}` {lack} for `atomic<{}>`", call.name, scalar_name(ty));
        let diagnostic = Diagnostic::error("not-atomic", span, message);
        let diagnostic = match ty {
            Scalar::F32 => diagnostic.help(
                "compare floats as integers: keep `as_type<uint>(x)` in an `atomic<uint>`, or use a loop with \
                 `atomic_compare_exchange_weak_explicit`",
            ),
            Scalar::U64 => diagnostic
                .help("`atomic<ulong>` has `atomic_min_explicit` and `atomic_max_explicit` without a result"),
            _ => diagnostic.help("use `atomic<uint>`; atomics of `int`, `uint`, `float` and `ulong` are supported"),
        };
        return Err(call.cx.error(diagnostic));
    }
    Ok((call.cx.pointer_value(pointer.part(), span)?, ty))
}

/// Metal knows one order for these functions.
fn relaxed(call: &mut Call<'_, '_>, i: usize) -> Result<()> {
    let order = call.constant(i, "a memory order")?;
    if order == super::limits::RELAXED {
        return Ok(());
    }
    let span = call.args[i].span;
    let diagnostic =
        Diagnostic::error("memory-order", span, "Metal's atomic functions take `memory_order_relaxed` only")
            .help("order memory with `threadgroup_barrier(mem_flags::mem_device)` where it matters");
    Err(call.cx.error(diagnostic))
}

/// Yields whether the object was as expected, and stores what it was.
fn compare_exchange(call: &mut Call<'_, '_>, pointer: ValueId, ty: Scalar, wanted: &str) -> Result<Value> {
    let place = call.pointee(1)?;
    let expected_span = call.args[1].span;
    if place.ty.scalar() != Some(ty) {
        return Err(call.refuse(1, &format!("a pointer to a `{}` variable", scalar_name(ty))));
    }
    let expected = call.cx.load(&place, expected_span)?.part();
    let desired = operand(call, 2, ty, wanted)?;
    let span = call.span;
    let expected = call.cx.ir_value(expected, ty, span);
    let op =
        Op::Atomic { op: AtomicOp::CompareExchange, pointer, value: Some(desired), expected: Some(expected) };
    let old = call.cx.emit(op, ty, span);
    // Bit for bit, as the exchange itself compares.
    let bits = unsigned(ty);
    let (was, wanted) =
        (call.cx.bitcast(ty, bits, old, span), call.cx.bitcast(ty, bits, Part::Ir(expected), span));
    let done = call.cx.compare(CompareOp::Eq, bits, was, wanted, span);
    call.cx.store(&place, &Value::new(place.ty.clone(), old), expected_span)?;
    Ok(Value::new(Type::BOOL, done))
}
