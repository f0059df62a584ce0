//! Functions across the lanes of a simdgroup or quad: reductions, scans, shuffles, votes.

use super::super::types::Type;
use super::super::value::{Part, Poison, Result, Value};
use super::args::{Call, Class, Unified};
use super::math::is_complex;
use emberforge_base::Diagnostic;
use emberforge_ir as ir;
use ir::{BinaryOp, CompareOp, LaneGroup, LaneOp, Op, Scalar};

/// What a function does.
#[derive(Clone, Copy)]
enum Kind {
    /// Combines numbers of all lanes, or of those below.
    Reduce(LaneOp),
    /// Combines integers of all lanes.
    Bits(LaneOp),
    /// Takes the value of another lane.
    Shuffle(LaneOp),
    /// Takes the value of the lowest active lane.
    First,
    /// A shuffle whose lanes past the end take a second value; true upwards.
    Fill(bool),
    /// `bool` in, `bool` out.
    Vote(LaneOp),
    /// The mask of the lanes where a `bool` is true.
    Ballot,
    /// The mask of the active lanes.
    Active,
    /// This is the lowest active lane.
    IsFirst,
    /// Never, outside fragment shaders.
    Helper,
}

macro_rules! table {
    ($($name:literal => $kind:expr,)*) => {
        const FUNCTIONS: &[(&str, LaneGroup, Kind)] = &[
            $((concat!("simd_", $name), LaneGroup::Simd, $kind),)*
            $((concat!("quad_", $name), LaneGroup::Quad, $kind),)*
            // The prelude wraps these in the types `simd_vote` and `quad_vote`.
            ("__ember_simd_ballot", LaneGroup::Simd, Kind::Ballot),
            ("__ember_quad_ballot", LaneGroup::Quad, Kind::Ballot),
            ("__ember_simd_active", LaneGroup::Simd, Kind::Active),
            ("__ember_quad_active", LaneGroup::Quad, Kind::Active),
        ];
    };
}

table! {
    "sum" => Kind::Reduce(LaneOp::Sum),
    "product" => Kind::Reduce(LaneOp::Product),
    "min" => Kind::Reduce(LaneOp::Min),
    "max" => Kind::Reduce(LaneOp::Max),
    "and" => Kind::Bits(LaneOp::And),
    "or" => Kind::Bits(LaneOp::Or),
    "xor" => Kind::Bits(LaneOp::Xor),
    "prefix_inclusive_sum" => Kind::Reduce(LaneOp::PrefixInclusiveSum),
    "prefix_exclusive_sum" => Kind::Reduce(LaneOp::PrefixExclusiveSum),
    "prefix_inclusive_product" => Kind::Reduce(LaneOp::PrefixInclusiveProduct),
    "prefix_exclusive_product" => Kind::Reduce(LaneOp::PrefixExclusiveProduct),
    "broadcast" => Kind::Shuffle(LaneOp::Shuffle),
    "broadcast_first" => Kind::First,
    "shuffle" => Kind::Shuffle(LaneOp::Shuffle),
    "shuffle_up" => Kind::Shuffle(LaneOp::ShuffleUp),
    "shuffle_down" => Kind::Shuffle(LaneOp::ShuffleDown),
    "shuffle_xor" => Kind::Shuffle(LaneOp::ShuffleXor),
    "shuffle_rotate_up" => Kind::Shuffle(LaneOp::ShuffleRotateUp),
    "shuffle_rotate_down" => Kind::Shuffle(LaneOp::ShuffleRotateDown),
    "shuffle_and_fill_up" => Kind::Fill(true),
    "shuffle_and_fill_down" => Kind::Fill(false),
    "all" => Kind::Vote(LaneOp::All),
    "any" => Kind::Vote(LaneOp::Any),
    "is_first" => Kind::IsFirst,
    "is_helper_thread" => Kind::Helper,
}

/// Every name.
pub(super) fn names() -> Vec<&'static str> {
    FUNCTIONS.iter().map(|f| f.0).collect()
}

/// Lowers a call.
pub(super) fn call(call: &mut Call<'_, '_>) -> Result<Value> {
    let Some((name, group, kind)) = FUNCTIONS.iter().find(|f| f.0 == call.name) else { return Err(Poison) };
    let group = *group;
    match *kind {
        Kind::Reduce(op) => {
            one_number(call)?;
            let x = call.unify(Class::Number, &[0])?;
            Ok(reduce(call, op, group, &x))
        }
        Kind::Bits(op) => {
            one_number(call)?;
            let x = call.unify(Class::Integer, &[0])?;
            Ok(reduce(call, op, group, &x))
        }
        Kind::Shuffle(op) => {
            let second = match op {
                LaneOp::Shuffle => "lane",
                LaneOp::ShuffleXor => "mask",
                _ => "delta",
            };
            call.arity(2, 2, &format!("T {name}(T data, ushort {second})"))?;
            let (x, rows) = data(call, &[0])?;
            let lane = call.scalar(1, Scalar::U32, "a lane number of type `ushort`")?;
            let parts: Vec<Part> = rows
                .iter()
                .map(|(ty, p)| match p[0] {
                    known @ Part::Const(_) => known,
                    part => emit(call, op, group, *ty, Some(part), Some(lane)),
                })
                .collect();
            Ok(Value::new(x, parts))
        }
        Kind::First => {
            call.arity(1, 1, &format!("T {name}(T data)"))?;
            let (x, rows) = data(call, &[0])?;
            let parts: Vec<Part> = rows
                .iter()
                .map(|(ty, p)| emit(call, LaneOp::BroadcastFirst, group, *ty, Some(p[0]), None))
                .collect();
            Ok(Value::new(x, parts))
        }
        Kind::Fill(up) => fill(call, group, up),
        Kind::Vote(op) => {
            call.arity(1, 1, &format!("bool {name}(bool x)"))?;
            let x = call.scalar(0, Scalar::Bool, "a `bool`")?;
            Ok(Value::new(Type::BOOL, emit(call, op, group, Scalar::Bool, Some(x), None)))
        }
        Kind::Ballot => {
            call.arity(1, 1, &format!("{group:?}_vote {name}(bool x)").to_lowercase())?;
            let x = call.scalar(0, Scalar::Bool, "a `bool`")?;
            Ok(Value::new(Type::ULONG, ballot(call, group, x)))
        }
        Kind::Active => {
            call.arity(0, 0, &format!("{group:?}_vote {name}()").to_lowercase())?;
            Ok(Value::new(Type::ULONG, ballot(call, group, Part::Const(1))))
        }
        Kind::IsFirst => {
            call.arity(0, 0, &format!("bool {name}()"))?;
            Ok(Value::new(Type::BOOL, emit(call, LaneOp::IsFirst, group, Scalar::Bool, None, None)))
        }
        Kind::Helper => {
            call.arity(0, 0, &format!("bool {name}()"))?;
            Ok(Value::bool(false))
        }
    }
}

fn one_number(call: &mut Call<'_, '_>) -> Result<()> {
    let got = call.args.len();
    if got == 1 {
        return Ok(());
    }
    let message = format!("`{}` takes one scalar or vector argument, got {got}", call.name);
    let diagnostic = Diagnostic::error("argument-count", call.span, message)
        .note(format!("it is `T {}(T data)`", call.name));
    Err(call.cx.error(diagnostic))
}

fn emit(
    call: &mut Call<'_, '_>,
    op: LaneOp,
    group: LaneGroup,
    ty: Scalar,
    a: Option<Part>,
    b: Option<Part>,
) -> Part {
    let a = a.map(|a| call.cx.ir_value(a, ty, call.span));
    let b = b.map(|b| call.cx.ir_value(b, Scalar::U32, call.span));
    call.cx.emit(
        Op::Lane { op, group, a, b },
        if op == LaneOp::IsFirst { Scalar::Bool } else { ty },
        call.span,
    )
}

fn ballot(call: &mut Call<'_, '_>, group: LaneGroup, x: Part) -> Part {
    let a = call.cx.ir_value(x, Scalar::Bool, call.span);
    call.cx.emit(Op::Lane { op: LaneOp::Ballot, group, a: Some(a), b: None }, Scalar::U64, call.span)
}

/// Narrow integers are combined in 32 bits, `bfloat` sums and products in `float` (as MLX does), and rounded once.
fn reduce(call: &mut Call<'_, '_>, op: LaneOp, group: LaneGroup, x: &Unified) -> Value {
    let ty = x.element;
    let work = match ty {
        Scalar::BF16 if !matches!(op, LaneOp::Min | LaneOp::Max) => Scalar::F32,
        Scalar::U8 | Scalar::U16 => Scalar::U32,
        Scalar::I8 | Scalar::I16 => Scalar::I32,
        other => other,
    };
    let parts: Vec<Part> = x.parts[0]
        .iter()
        .map(|p| {
            let wide = call.cx.convert_scalar(ty, work, *p, call.span);
            let result = emit(call, op, group, work, Some(wide), None);
            call.cx.convert_scalar(work, ty, result, call.span)
        })
        .collect();
    Value::new(x.shape(ty), parts)
}

/// One scalar of each of several values, and its type.
type Row = (Scalar, Vec<Part>);

/// What can travel between lanes: scalars, vectors and MLX's complex numbers. For each scalar its type and the parts
/// of the arguments `list`.
fn data(call: &mut Call<'_, '_>, list: &[usize]) -> Result<(Type, Vec<Row>)> {
    let first = call.value(list[0])?;
    if is_complex(&first.ty) {
        let mut values = vec![first];
        for &i in &list[1..] {
            let value = call.value(i)?;
            if value.ty != values[0].ty {
                let wanted = format!("two values of type `{}`", values[0].ty);
                return Err(call.refuse(i, &wanted));
            }
            values.push(value);
        }
        let ty = values[0].ty.clone();
        let rows = (0..values[0].parts.len())
            .map(|i| {
                let scalar = ty.part_type(i).scalar().unwrap_or(Scalar::F32);
                (scalar, values.iter().filter_map(|v| v.parts.get(i).copied()).collect())
            })
            .collect();
        return Ok((ty, rows));
    }
    if let Type::SimdMatrix(_) | Type::Struct(_) | Type::Pointer(_) | Type::Matrix { .. } = first.ty {
        return Err(call.refuse(list[0], "scalars and vectors"));
    }
    let x = call.unify(Class::Any, list)?;
    let rows = (0..x.len()).map(|i| (x.element, x.column(i))).collect();
    Ok((x.shape(x.element), rows))
}

/// Lane `own - delta` (or plus) of `data`, or of `filling` where that leaves the group of `modulo` lanes.
fn fill(call: &mut Call<'_, '_>, group: LaneGroup, up: bool) -> Result<Value> {
    let usage =
        format!("T {}(T data, T filling, ushort delta, ushort modulo = {})", call.name, group.width());
    call.arity(3, 4, &usage)?;
    let (ty, rows) = data(call, &[0, 1])?;
    let delta = call.scalar(2, Scalar::U32, "a distance of type `ushort`")?;
    let modulo = match call.args.len() {
        4 => call.scalar(3, Scalar::U32, "a group size of type `ushort`")?,
        _ => Part::Const(group.width() as u64),
    };
    if let Part::Const(m) = modulo
        && !(m.is_power_of_two() && (2..=group.width() as u64).contains(&m))
    {
        return Err(call.refuse(3, &format!("a power of two from 2 to {} as its group size", group.width())));
    }
    let span = call.span;
    let own = call.lane(group);
    let u = Scalar::U32;
    let mask = call.cx.binary(BinaryOp::Sub, u, modulo, Part::Const(1), span);
    let place = call.cx.binary(BinaryOp::And, u, own, mask, span);
    let base = call.cx.binary(BinaryOp::Sub, u, own, place, span);
    let (moved, inside) = if up {
        let inside = call.cx.compare(CompareOp::Ge, u, place, delta, span);
        (call.cx.binary(BinaryOp::Sub, u, place, delta, span), inside)
    } else {
        let moved = call.cx.binary(BinaryOp::Add, u, place, delta, span);
        let inside = call.cx.compare(CompareOp::Lt, u, moved, modulo, span);
        (moved, inside)
    };
    let wrapped = call.cx.binary(BinaryOp::And, u, moved, mask, span);
    let source = call.cx.binary(BinaryOp::Add, u, base, wrapped, span);
    let mut parts = Vec::new();
    for (scalar, row) in rows {
        let [data, filling] = row[..] else { return Err(Poison) };
        let [a, b] = [data, filling].map(|p| match p {
            Part::Const(_) => p,
            _ => emit(call, LaneOp::Shuffle, group, scalar, Some(p), Some(source)),
        });
        parts.push(call.cx.select(scalar, inside, a, b, span));
    }
    Ok(Value::new(ty, parts))
}
