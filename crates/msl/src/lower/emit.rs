//! Scalar instructions, folded when their operands are known.
//!
//! Everything here works on single [`Part`]s with an explicit scalar type. Integers below 32 bits have no arithmetic in
//! the IR: the functions compute them in `int` and wrap the result.

use super::Lower;
use super::value::Part;
use emberforge_base::Span;
use emberforge_ir as ir;
use ir::scalar;
use ir::{BinaryOp, CompareOp, MathOp, Op, Scalar, UnaryOp, ValueId};

/// Most IR instructions of one kernel.
pub(crate) const MAX_INSTRUCTIONS: usize = 1 << 18;

impl Lower<'_> {
    /// Appends an instruction with a result.
    pub(crate) fn emit(&mut self, op: Op, ty: impl Into<ir::Type>, span: Span) -> Part {
        Part::Ir(self.builder.inst(op, Some(ty.into()), span))
    }

    /// Appends an instruction without a result.
    pub(crate) fn emit_effect(&mut self, op: Op, span: Span) {
        self.builder.inst(op, None, span);
    }

    /// The IR value of a scalar part; constants become instructions.
    pub(crate) fn ir_value(&mut self, part: Part, ty: Scalar, span: Span) -> ValueId {
        match part {
            Part::Ir(value) => value,
            Part::Const(bits) => self.builder.constant(ty, bits, span),
        }
    }

    /// The type arithmetic on `ty` is done in.
    fn work_type(ty: Scalar) -> Scalar {
        if ty.has_arithmetic() { ty } else { Scalar::I32 }
    }

    /// `op a` in type `ty`.
    pub(crate) fn unary(&mut self, op: UnaryOp, ty: Scalar, a: Part, span: Span) -> Part {
        let logical = ty == Scalar::Bool && op == UnaryOp::Not;
        if !ty.has_arithmetic() && !logical {
            let wide = self.convert_scalar(ty, Scalar::I32, a, span);
            let result = self.unary(op, Scalar::I32, wide, span);
            return self.convert_scalar(Scalar::I32, ty, result, span);
        }
        match a {
            Part::Const(bits) => Part::Const(scalar::unary(op, ty, bits)),
            Part::Ir(a) => self.emit(Op::Unary(op, a), ty, span),
        }
    }

    /// `a op b` in type `ty`.
    pub(crate) fn binary(&mut self, op: BinaryOp, ty: Scalar, a: Part, b: Part, span: Span) -> Part {
        let logical = ty == Scalar::Bool && matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Xor);
        if !ty.has_arithmetic() && !logical {
            let work = Self::work_type(ty);
            let (a, b) = (self.convert_scalar(ty, work, a, span), self.convert_scalar(ty, work, b, span));
            let result = self.binary(op, work, a, b, span);
            return self.convert_scalar(work, ty, result, span);
        }
        if let (Part::Const(a), Part::Const(b)) = (a, b) {
            return Part::Const(scalar::binary(op, ty, a, b));
        }
        if !ty.is_float()
            && let Some(simple) = identity(op, ty, a, b)
        {
            return simple;
        }
        let (a, b) = (self.ir_value(a, ty, span), self.ir_value(b, ty, span));
        self.emit(Op::Binary(op, a, b), ty, span)
    }

    /// `a op b`, a `bool`, of operands of type `ty`.
    pub(crate) fn compare(&mut self, op: CompareOp, ty: Scalar, a: Part, b: Part, span: Span) -> Part {
        if let (Part::Const(a), Part::Const(b)) = (a, b) {
            return Part::Const(scalar::compare(op, ty, a, b) as u64);
        }
        if !ty.has_arithmetic() {
            let (a, b) = (
                self.convert_scalar(ty, Scalar::I32, a, span),
                self.convert_scalar(ty, Scalar::I32, b, span),
            );
            return self.compare(op, Scalar::I32, a, b, span);
        }
        let (a, b) = (self.ir_value(a, ty, span), self.ir_value(b, ty, span));
        self.emit(Op::Compare(op, a, b), Scalar::Bool, span)
    }

    /// `cond ? a : b` of operands of type `ty`.
    pub(crate) fn select(&mut self, ty: Scalar, cond: Part, a: Part, b: Part, span: Span) -> Part {
        match cond {
            Part::Const(0) => b,
            Part::Const(_) => a,
            Part::Ir(_) if a == b => a,
            Part::Ir(c) => {
                let (a, b) = (self.ir_value(a, ty, span), self.ir_value(b, ty, span));
                self.emit(Op::Select(c, a, b), ty, span)
            }
        }
    }

    /// `a * b + c` with one rounding.
    pub(crate) fn fma(&mut self, ty: Scalar, a: Part, b: Part, c: Part, span: Span) -> Part {
        if let (Part::Const(a), Part::Const(b), Part::Const(c)) = (a, b, c) {
            return Part::Const(scalar::fma(ty, a, b, c));
        }
        let [a, b, c] = [a, b, c].map(|p| self.ir_value(p, ty, span));
        self.emit(Op::Fma(a, b, c), ty, span)
    }

    /// A function of [`ir::math`]; `ty` is the type of `a`. The second operand is of type `ty`, for `ldexp` an `i32`.
    pub(crate) fn math(&mut self, op: MathOp, ty: Scalar, a: Part, b: Option<Part>, span: Span) -> Part {
        let b_type = if op == MathOp::Ldexp { Scalar::I32 } else { ty };
        let result = match op {
            MathOp::FrexpExponent | MathOp::Ilogb => Scalar::I32,
            MathOp::IsFinite | MathOp::IsInf | MathOp::IsNan | MathOp::IsNormal | MathOp::SignBit => {
                Scalar::Bool
            }
            _ => ty,
        };
        match (a, b) {
            (Part::Const(a), None) => Part::Const(scalar::math(op, ty, a, 0)),
            (Part::Const(a), Some(Part::Const(b))) => Part::Const(scalar::math(op, ty, a, b)),
            _ => {
                let a = self.ir_value(a, ty, span);
                let b = b.map(|b| self.ir_value(b, b_type, span));
                self.emit(Op::Math(op, a, b), result, span)
            }
        }
    }

    /// `a` converted from one scalar type to another, as a C cast does.
    pub(crate) fn convert_scalar(&mut self, from: Scalar, to: Scalar, a: Part, span: Span) -> Part {
        if from == to {
            return a;
        }
        match a {
            Part::Const(bits) => Part::Const(scalar::convert(from, to, bits)),
            Part::Ir(a) => self.emit(Op::Convert(a), to, span),
        }
    }

    /// The bits of `a` as another scalar type of the same size.
    pub(crate) fn bitcast(&mut self, from: Scalar, to: Scalar, a: Part, span: Span) -> Part {
        if from == to {
            return a;
        }
        match a {
            Part::Const(bits) => Part::Const(scalar::bitcast(from, to, bits)),
            Part::Ir(a) => self.emit(Op::Bitcast(a), to, span),
        }
    }

    /// `base + index * scale` bytes; `index_type` is the integer type of `index`.
    pub(crate) fn offset(
        &mut self,
        base: ValueId,
        index: Part,
        index_type: Scalar,
        scale: usize,
        span: Span,
    ) -> ValueId {
        let space = match self.builder.kernel().ty(base) {
            ir::Type::Pointer(space) => space,
            ir::Type::Scalar(_) => ir::Space::Thread,
        };
        if index == Part::Const(0) {
            return base;
        }
        let wide = if index_type.size() < 4 || !index_type.is_integer() { Scalar::I32 } else { index_type };
        let index = self.convert_scalar(index_type, wide, index, span);
        let index = self.ir_value(index, wide, span);
        let scale = u32::try_from(scale).unwrap_or(u32::MAX);
        self.builder.inst(Op::Offset { base, index, scale }, Some(ir::Type::Pointer(space)), span)
    }
}

/// `x + 0`, `x * 1` and the like, for integers and `bool`.
fn identity(op: BinaryOp, ty: Scalar, a: Part, b: Part) -> Option<Part> {
    let all = if ty == Scalar::Bool { 1 } else { scalar::unary(UnaryOp::Not, ty, 0) };
    match (op, a, b) {
        (BinaryOp::Add | BinaryOp::Or | BinaryOp::Xor, x, Part::Const(0))
        | (BinaryOp::Add | BinaryOp::Or | BinaryOp::Xor, Part::Const(0), x)
        | (BinaryOp::Sub | BinaryOp::Shl | BinaryOp::Shr, x, Part::Const(0))
        | (BinaryOp::Mul | BinaryOp::Div, x, Part::Const(1))
        | (BinaryOp::Mul, Part::Const(1), x) => Some(x),
        (BinaryOp::Mul | BinaryOp::And, _, Part::Const(0))
        | (BinaryOp::Mul | BinaryOp::And, Part::Const(0), _) => Some(Part::Const(0)),
        (BinaryOp::And, x, Part::Const(m)) | (BinaryOp::And, Part::Const(m), x) if m == all => Some(x),
        (BinaryOp::Or, _, Part::Const(m)) | (BinaryOp::Or, Part::Const(m), _) if m == all => {
            Some(Part::Const(all))
        }
        _ => None,
    }
}
