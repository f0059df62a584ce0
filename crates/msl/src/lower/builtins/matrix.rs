//! `simdgroup_matrix<T, 8, 8>`: matrices spread over the lanes of a simdgroup, two elements each.
//!
//! Which ones is said at [`ir::Op::MatrixMultiply`]: lane `l` holds row `((l/4) & 4) + (l/2) % 4` and, of that row, the
//! columns `((l/4) & 2) * 2 + (l % 2) * 2` and the next.

use super::super::Lower;
use super::super::types::{Type, scalar_name};
use super::super::value::{Part, Poison, Result, TemplateArgValue, Value};
use super::args::Call;
use super::each::Scalars;
use emberforge_base::Span;
use emberforge_ir as ir;
use ir::{BinaryOp, CompareOp, Op, Scalar, Space};

/// The functions.
pub(super) const NAMES: &[&str] = &[
    "make_diagonal_simdgroup_matrix",
    "make_filled_simdgroup_matrix",
    "simdgroup_load",
    "simdgroup_multiply",
    "simdgroup_multiply_accumulate",
    "simdgroup_store",
];

/// Lowers a call.
pub(super) fn call(call: &mut Call<'_, '_>) -> Result<Value> {
    match call.name {
        "make_filled_simdgroup_matrix" | "make_diagonal_simdgroup_matrix" => make(call),
        "simdgroup_load" => load(call),
        "simdgroup_store" => store(call),
        _ => multiply_call(call),
    }
}

/// Row and first column of this lane, `u32`s.
fn position(cx: &mut Lower<'_>, span: Span) -> (Part, Part) {
    let lane = cx.emit(Op::Attribute(ir::Attribute::ThreadIndexInSimdgroup, 0), Scalar::U32, span);
    let mut s = Scalars::new(cx, Scalar::U32, span);
    let [one, two, three, four] = [1, 2, 3, 4].map(Part::Const);
    let quad = s.binary(BinaryOp::Shr, lane, two);
    let low_row = s.binary(BinaryOp::Shr, lane, one);
    let low_row = s.binary(BinaryOp::And, low_row, three);
    let high_row = s.binary(BinaryOp::And, quad, four);
    let row = s.binary(BinaryOp::Or, high_row, low_row);
    let high_column = s.binary(BinaryOp::And, quad, two);
    let low_column = s.binary(BinaryOp::And, lane, one);
    let high_column = s.binary(BinaryOp::Shl, high_column, one);
    let low_column = s.binary(BinaryOp::Shl, low_column, one);
    (row, s.binary(BinaryOp::Or, high_column, low_column))
}

/// The matrix with `value`, of type `of`, on its diagonal: what its constructor from a number makes.
pub(crate) fn diagonal(cx: &mut Lower<'_>, of: Scalar, value: Part, span: Span) -> Value {
    let zero = Part::Const(0);
    if value == zero {
        return Value::new(Type::SimdMatrix(of), vec![zero; 2]);
    }
    let (row, column) = position(cx, span);
    let next = cx.binary(BinaryOp::Add, Scalar::U32, column, Part::Const(1), span);
    let parts = [column, next].map(|column| {
        let here = cx.compare(CompareOp::Eq, Scalar::U32, row, column, span);
        cx.select(of, here, value, zero, span)
    });
    Value::new(Type::SimdMatrix(of), parts.to_vec())
}

/// `a * b + c` of matrices, in the type of `c`. `None` unless all three are matrices.
pub(crate) fn multiply_add(cx: &mut Lower<'_>, a: &Value, b: &Value, c: &Value, span: Span) -> Option<Value> {
    let mut parts = Vec::new();
    let matrix = |v: &Value, cx: &mut Lower<'_>| match (&v.ty, &v.parts[..]) {
        (Type::SimdMatrix(of), [x, y]) => Some([*x, *y].map(|p| cx.ir_value(p, *of, span))),
        _ => None,
    };
    let (a, b, c_values) = (matrix(a, cx)?, matrix(b, cx)?, matrix(c, cx)?);
    let of = c.ty.element()?;
    for (element, c) in c_values.into_iter().enumerate() {
        parts.push(cx.emit(Op::MatrixMultiply { element: element as u8, a, b, c }, of, span));
    }
    Some(Value::new(Type::SimdMatrix(of), parts))
}

/// `a * b`, the operator: in the type of both.
pub(crate) fn multiply(cx: &mut Lower<'_>, a: &Value, b: &Value, span: Span) -> Option<Value> {
    let zero = Value::new(a.ty.clone(), vec![Part::Const(0); 2]);
    multiply_add(cx, a, b, &zero, span)
}

/// `make_filled_simdgroup_matrix<T, 8, 8>(x)`: `T` is the argument's type where it is not written.
fn make(call: &mut Call<'_, '_>) -> Result<Value> {
    call.arity(1, 1, &format!("simdgroup_matrix<T, 8, 8> {}<T, 8, 8>(T x)", call.name))?;
    let of = match call.template.first() {
        Some(TemplateArgValue::Type(ty)) => ty.scalar(),
        _ => call.args[0].place.ty.scalar(),
    };
    let sizes = call.template.iter().skip(1).all(|t| match t {
        TemplateArgValue::Value(v) => v.as_constant() == Some(8),
        TemplateArgValue::Type(_) => false,
    });
    let Some(of) = of.filter(|of| of.is_float() && sizes) else {
        let message = format!("`{}` makes 8 by 8 matrices of `float`, `half` or `bfloat`", call.name);
        return Err(call.error("template-arguments", message));
    };
    let value = call.scalar(0, of, "a number")?;
    if call.name == "make_diagonal_simdgroup_matrix" {
        return Ok(diagonal(call.cx, of, value, call.span));
    }
    Ok(Value::new(Type::SimdMatrix(of), vec![value; 2]))
}

/// Type of the elements of argument `i`, a matrix.
fn element(call: &mut Call<'_, '_>, i: usize) -> Result<Scalar> {
    match call.args.get(i).map(|a| &a.place.ty) {
        Some(Type::SimdMatrix(of)) => Ok(*of),
        _ => Err(call.refuse(i, "a `simdgroup_matrix` here")),
    }
}

/// The two addresses of this lane's elements in memory: arguments 1 to 4 of a load or store.
fn addresses(call: &mut Call<'_, '_>, of: Scalar) -> Result<[ir::ValueId; 2]> {
    let pointer = call.value(1)?;
    let matches =
        pointer.ty.as_pointer().is_some_and(|p| p.to.scalar() == Some(of) && p.space != Space::Thread);
    if !matches {
        let name = scalar_name(of);
        return Err(
            call.refuse(1, &format!("a `device` or `threadgroup` pointer to `{name}` for this matrix"))
        );
    }
    let base = call.cx.pointer_value(pointer.part(), call.args[1].span)?;
    let (span, count) = (call.span, call.args.len());
    // 64-bit positions only where they are written: a row fits 32 bits otherwise.
    let stride_type = match count {
        0..=2 => Scalar::I32,
        _ => call.args[2].place.ty.scalar().unwrap_or(Scalar::I32),
    };
    let mut stride = Part::Const(8);
    if count > 2 {
        stride = call.scalar(2, stride_type, "the number of elements from one row to the next")?;
    }
    let small = matches!(stride, Part::Const(n) if n < 1 << 27);
    let index = if small || stride_type.size() <= 4 { Scalar::I32 } else { Scalar::I64 };
    stride = call.cx.convert_scalar(stride_type, index, stride, span);
    let origin = match count {
        0..=3 => [Part::Const(0); 2],
        _ => {
            let xy = call.components(3, index, 2, "the origin as `ulong2(column, row)`")?;
            [xy[0], xy[1]]
        }
    };
    let transposed = match count {
        0..=4 => false,
        _ => call.constant(4, "`true` or `false` for transposition")? != 0,
    };
    let (row, column) = position(call.cx, span);
    let mut s = Scalars::new(call.cx, index, span);
    let (row, column) = (s.from(Scalar::U32, row), s.from(Scalar::U32, column));
    let mut list = Vec::new();
    for k in 0..2 {
        let mut s = Scalars::new(call.cx, index, span);
        let offset = s.integer(k);
        let column = s.add(column, offset);
        let (x, y) = if transposed { (row, column) } else { (column, row) };
        let (x, y) = (s.add(x, origin[0]), s.add(y, origin[1]));
        let line = s.mul(y, stride);
        let at = s.add(line, x);
        list.push(call.cx.offset(base, at, index, of.size(), span));
    }
    match list[..] {
        [a, b] => Ok([a, b]),
        _ => Err(Poison),
    }
}

fn load(call: &mut Call<'_, '_>) -> Result<Value> {
    call.arity(2, 5, "void simdgroup_load(thread simdgroup_matrix<T, 8, 8>& d, const T* source, ulong elements_per_row = 8, ulong2 origin = 0, bool transpose = false)")?;
    let of = element(call, 0)?;
    let addresses = addresses(call, of)?;
    let parts = addresses.map(|a| call.cx.emit(Op::Load(a), of, call.span));
    call.write(0, Type::SimdMatrix(of), parts.to_vec())?;
    Ok(Value::void())
}

fn store(call: &mut Call<'_, '_>) -> Result<Value> {
    call.arity(2, 5, "void simdgroup_store(simdgroup_matrix<T, 8, 8> a, T* target, ulong elements_per_row = 8, ulong2 origin = 0, bool transpose = false)")?;
    let of = element(call, 0)?;
    let matrix = call.value(0)?;
    let target = call.value(1)?;
    if target.ty.as_pointer().is_some_and(|p| p.is_const || p.space == Space::Constant) {
        return Err(call.refuse(1, "a pointer to memory it can write"));
    }
    let addresses = addresses(call, of)?;
    for (address, part) in addresses.into_iter().zip(matrix.parts.iter()) {
        let value = call.cx.ir_value(*part, of, call.span);
        call.cx.emit_effect(Op::Store(address, value), call.span);
    }
    Ok(Value::void())
}

/// `simdgroup_multiply(d, a, b)` and `simdgroup_multiply_accumulate(d, a, b, c)`.
fn multiply_call(call: &mut Call<'_, '_>) -> Result<Value> {
    let accumulate = call.name == "simdgroup_multiply_accumulate";
    let count = if accumulate { 4 } else { 3 };
    let tail = if accumulate { ", matrix c" } else { "" };
    call.arity(count, count, &format!("void {}(thread matrix& d, matrix a, matrix b{tail})", call.name))?;
    for i in 0..count {
        element(call, i)?;
    }
    let of = element(call, 0)?;
    let (a, b) = (call.value(1)?, call.value(2)?);
    let c = match accumulate {
        true => call.value(3)?,
        false => Value::new(Type::SimdMatrix(of), vec![Part::Const(0); 2]),
    };
    let span = call.span;
    let Some(d) = multiply_add(call.cx, &a, &b, &c, span) else { return Err(Poison) };
    let from = d.ty.element().unwrap_or(of);
    let parts = d.parts.iter().map(|p| call.cx.convert_scalar(from, of, *p, span)).collect();
    call.write(0, Type::SimdMatrix(of), parts)?;
    Ok(Value::void())
}
