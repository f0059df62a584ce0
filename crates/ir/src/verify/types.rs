//! The typing rule of each operation, as `op.rs` words it.

use crate::print::{TypeText, has_axes};
use crate::{AtomicOp, BinaryOp, Kernel, LaneOp, MathOp, Op, Scalar, Space, Type, UnaryOp, ValueId};

const BOOL: Type = Type::Scalar(Scalar::Bool);
const I32: Type = Type::Scalar(Scalar::I32);
const U32: Type = Type::Scalar(Scalar::U32);

/// Checks one operation against its result type `ty`. Every handle is in range and every operand yields a value.
pub(super) fn check(kernel: &Kernel, op: &Op, ty: Option<Type>) -> Result<(), String> {
    let of = |value: ValueId| kernel.ty(value);
    // Most operations: what the result has to be.
    let expected = match *op {
        Op::Const(bits) => {
            let scalar = result_scalar(ty)?;
            if crate::scalar::canonical(scalar, bits) != bits {
                return Err(format!("the bits {bits:#x} are no value of type {}", scalar.name()));
            }
            return Ok(());
        }
        Op::Buffer(id) => Type::Pointer(kernel.buffers[id.index()].space),
        Op::Table(_) => Type::Pointer(Space::Constant),
        Op::ThreadgroupArray(_) => Type::Pointer(Space::Threadgroup),
        Op::PrivateArray(_) => Type::Pointer(Space::Thread),
        Op::Attribute(attribute, axis) => {
            if axis > 2 || (axis > 0 && !has_axes(attribute)) {
                return Err(format!("`{}` has no axis {axis}", attribute.name()));
            }
            U32
        }
        Op::Get(var) => kernel.vars[var.index()].ty,
        Op::Unary(op, a) => {
            let ok: fn(Scalar) -> bool = match op {
                UnaryOp::Neg | UnaryOp::Abs => Scalar::has_arithmetic,
                UnaryOp::Not => integer_or_bool,
                _ => integer,
            };
            require(a, of(a), ok)?;
            of(a)
        }
        Op::Binary(op, a, b) => {
            let ok: fn(Scalar) -> bool = match op {
                BinaryOp::Add
                | BinaryOp::Sub
                | BinaryOp::Mul
                | BinaryOp::Div
                | BinaryOp::Min
                | BinaryOp::Max => Scalar::has_arithmetic,
                BinaryOp::And | BinaryOp::Or | BinaryOp::Xor => integer_or_bool,
                _ => integer,
            };
            require(a, of(a), ok)?;
            same(kernel, a, b)?;
            of(a)
        }
        Op::Compare(_, a, b) => {
            if of(a).scalar().is_some() {
                require(a, of(a), |s| s.has_arithmetic() || s == Scalar::Bool)?;
            }
            same(kernel, a, b)?;
            BOOL
        }
        Op::Select(cond, a, b) => {
            be(cond, of(cond), BOOL)?;
            same(kernel, a, b)?;
            of(a)
        }
        Op::Fma(a, b, c) => {
            require(a, of(a), Scalar::is_float)?;
            same(kernel, a, b)?;
            same(kernel, a, c)?;
            of(a)
        }
        Op::Math(op, a, b) => math(kernel, op, a, b)?,
        Op::Convert(a) => {
            require(a, of(a), |_| true)?;
            result_scalar(ty)?;
            return Ok(());
        }
        Op::Bitcast(a) => {
            let from = require(a, of(a), |_| true)?;
            let to = result_scalar(ty)?;
            if from.size() != to.size() {
                let (from, to) = (from.name(), to.name());
                return Err(format!("{from} and {to} differ in size; a bitcast keeps it"));
            }
            return Ok(());
        }
        Op::Offset { base, index, .. } => {
            pointer(base, of(base))?;
            require(index, of(index), integer)?;
            of(base)
        }
        Op::Address(a) => {
            pointer(a, of(a))?;
            Type::Scalar(Scalar::I64)
        }
        Op::Load(a) => {
            pointer(a, of(a))?;
            result_scalar(ty)?;
            return Ok(());
        }
        Op::Store(a, value) => {
            if pointer(a, of(a))? == Space::Constant {
                return Err(format!("{a} points to constant memory, which cannot be written"));
            }
            require(value, of(value), |_| true)?;
            return nothing(ty);
        }
        Op::Atomic { op, pointer, value, expected } => {
            let result = atomic(kernel, op, pointer, value, expected, ty)?;
            match result {
                Some(result) => result,
                None => return nothing(ty),
            }
        }
        Op::Lane { op, a, b, .. } => lane(kernel, op, a, b)?,
        Op::MatrixMultiply { element, a, b, c } => {
            let ok = |s| matches!(s, Scalar::F16 | Scalar::BF16 | Scalar::F32);
            if element > 1 {
                return Err(format!("a lane has elements 0 and 1 of a matrix, not {element}"));
            }
            for pair in [a, b] {
                require(pair[0], of(pair[0]), ok)?;
                same(kernel, pair[0], pair[1])?;
            }
            require(c, of(c), ok)?;
            of(c)
        }
        Op::Barrier(..) => return nothing(ty),
    };
    match ty {
        Some(ty) if ty == expected => Ok(()),
        Some(ty) => Err(format!("the result is {}, but is declared {}", TypeText(expected), TypeText(ty))),
        None => Err(format!("the result of type {} is not declared", TypeText(expected))),
    }
}

fn math(kernel: &Kernel, op: MathOp, a: ValueId, b: Option<ValueId>) -> Result<Type, String> {
    use MathOp::*;
    require(a, kernel.ty(a), Scalar::is_float)?;
    let two = matches!(op, Atan2 | Copysign | Fdim | Fmod | Hypot | NextAfter | Pow | Powr | Ldexp);
    match (b, two) {
        (Some(b), true) if op == Ldexp => be(b, kernel.ty(b), I32)?,
        (Some(b), true) => same(kernel, a, b)?,
        (None, false) => {}
        (Some(b), false) => return Err(format!("the function has one operand; {b} is too many")),
        (None, true) => return Err("the function has two operands; the second is missing".to_string()),
    }
    Ok(match op {
        FrexpExponent | Ilogb => I32,
        IsFinite | IsInf | IsNan | IsNormal | SignBit => BOOL,
        _ => kernel.ty(a),
    })
}

/// The result type; `None` for the store.
fn atomic(
    kernel: &Kernel,
    op: AtomicOp,
    address: ValueId,
    value: Option<ValueId>,
    expected: Option<ValueId>,
    ty: Option<Type>,
) -> Result<Option<Type>, String> {
    let space = pointer(address, kernel.ty(address))?;
    if !matches!(space, Space::Device | Space::Threadgroup) {
        let ty = TypeText(Type::Pointer(space));
        return Err(format!("{address} is {ty}; atomics work on device and threadgroup memory"));
    }
    match (op, expected) {
        (AtomicOp::CompareExchange, None) => return Err("the expected value is missing".to_string()),
        (AtomicOp::CompareExchange, Some(_)) | (_, None) => {}
        (_, Some(expected)) => return Err(format!("{expected} is too many: nothing is compared here")),
    }
    let element = match (op, value) {
        (AtomicOp::Load, None) => Type::Scalar(result_scalar(ty)?),
        (AtomicOp::Load, Some(value)) => return Err(format!("{value} is too many: a load has no operand")),
        (_, None) => return Err("the operand is missing".to_string()),
        (_, Some(value)) => kernel.ty(value),
    };
    let bitwise = matches!(op, AtomicOp::And | AtomicOp::Or | AtomicOp::Xor);
    match element {
        Type::Scalar(Scalar::I32 | Scalar::U32 | Scalar::U64) => {}
        Type::Scalar(Scalar::F32) if !bitwise => {}
        Type::Scalar(Scalar::F32) => return Err("there are no bitwise atomics on f32".to_string()),
        _ => return Err(format!("atomics exist on i32, u32, u64 and f32, not on {}", TypeText(element))),
    }
    if let Some(expected) = expected {
        be(expected, kernel.ty(expected), element)?;
    }
    Ok((op != AtomicOp::Store).then_some(element))
}

fn lane(kernel: &Kernel, op: LaneOp, a: Option<ValueId>, b: Option<ValueId>) -> Result<Type, String> {
    use LaneOp::*;
    let two =
        matches!(op, Shuffle | ShuffleUp | ShuffleDown | ShuffleXor | ShuffleRotateUp | ShuffleRotateDown);
    match (b, two) {
        (Some(b), true) => be(b, kernel.ty(b), U32)?,
        (None, false) => {}
        (Some(b), false) => return Err(format!("{b} is too many: the operation takes no lane")),
        (None, true) => return Err("the lane is missing".to_string()),
    }
    let Some(a) = a else {
        return if op == IsFirst { Ok(BOOL) } else { Err("the operand is missing".to_string()) };
    };
    let ty = kernel.ty(a);
    match op {
        IsFirst => Err(format!("{a} is too many: the operation has no operand")),
        All | Any => be(a, ty, BOOL).map(|()| BOOL),
        Ballot => be(a, ty, BOOL).map(|()| Type::Scalar(Scalar::U64)),
        And | Or | Xor => require(a, ty, integer).map(|_| ty),
        BroadcastFirst => require(a, ty, |_| true).map(|_| ty),
        _ if two => require(a, ty, |_| true).map(|_| ty),
        _ => require(a, ty, Scalar::has_arithmetic).map(|_| ty),
    }
}

/// The integers that have arithmetic: narrower ones are converted first.
const fn integer(scalar: Scalar) -> bool {
    scalar.is_integer() && scalar.has_arithmetic()
}

const fn integer_or_bool(scalar: Scalar) -> bool {
    integer(scalar) || matches!(scalar, Scalar::Bool)
}

fn require(value: ValueId, ty: Type, ok: impl Fn(Scalar) -> bool) -> Result<Scalar, String> {
    match ty {
        Type::Scalar(scalar) if ok(scalar) => Ok(scalar),
        _ => {
            let allowed: Vec<_> = Scalar::ALL.into_iter().filter(|s| ok(*s)).map(Scalar::name).collect();
            let allowed = if allowed.len() == Scalar::ALL.len() {
                "a scalar".to_string()
            } else {
                format!("one of {}", allowed.join(", "))
            };
            Err(format!("{value} is {}; it has to be {allowed}", TypeText(ty)))
        }
    }
}

fn pointer(value: ValueId, ty: Type) -> Result<Space, String> {
    match ty {
        Type::Pointer(space) => Ok(space),
        Type::Scalar(_) => Err(format!("{value} is {}; it has to be a pointer", TypeText(ty))),
    }
}

pub(super) fn be(value: ValueId, ty: Type, expected: Type) -> Result<(), String> {
    if ty == expected {
        return Ok(());
    }
    Err(format!("{value} is {}; it has to be {}", TypeText(ty), TypeText(expected)))
}

fn same(kernel: &Kernel, a: ValueId, b: ValueId) -> Result<(), String> {
    let (x, y) = (kernel.ty(a), kernel.ty(b));
    if x == y {
        return Ok(());
    }
    Err(format!("{a} is {} and {b} is {}; they have to be of one type", TypeText(x), TypeText(y)))
}

fn result_scalar(ty: Option<Type>) -> Result<Scalar, String> {
    match ty {
        Some(Type::Scalar(scalar)) => Ok(scalar),
        Some(ty) => Err(format!("the result is declared {}; it has to be a scalar", TypeText(ty))),
        None => Err("the result, a scalar, is not declared".to_string()),
    }
}

fn nothing(ty: Option<Type>) -> Result<(), String> {
    match ty {
        None => Ok(()),
        Some(ty) => Err(format!("the instruction has no result, but is declared {}", TypeText(ty))),
    }
}
