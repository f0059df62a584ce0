//! The meaning of each elementwise operation, as kernel IR.
//!
//! A complex element is two `f32` values. Integers narrower than 32 bits compute in 32 and wrap back. Where MLX and the
//! IR differ (NaN in `maximum`, the sign of a remainder, division of integers by zero) the difference is written out
//! here, so that a fused chain and a single operation are the same bits.

use super::op::{Binary, Comparison, ElementOp, Unary};
use emberforge_base::{DType, SourceId, Span};
use emberforge_ir::{BinaryOp, Builder, CompareOp, MathOp, Op, Scalar, Type, UnaryOp, ValueId};

/// One element in registers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Element {
    /// A real number, of the scalar type of its dtype.
    Real(ValueId),
    /// Real and imaginary part.
    Complex(ValueId, ValueId),
}

/// The scalar type of a real dtype's elements; `f32` for the parts of complex ones.
pub(crate) fn scalar(dtype: DType) -> Scalar {
    match dtype {
        DType::Bool => Scalar::Bool,
        DType::U8 => Scalar::U8,
        DType::U16 => Scalar::U16,
        DType::U32 => Scalar::U32,
        DType::U64 => Scalar::U64,
        DType::I8 => Scalar::I8,
        DType::I16 => Scalar::I16,
        DType::I32 => Scalar::I32,
        DType::I64 => Scalar::I64,
        DType::F16 => Scalar::F16,
        DType::BF16 => Scalar::BF16,
        DType::F64 => Scalar::F64,
        DType::F32 | DType::Complex64 => Scalar::F32,
    }
}

/// Writes IR; operands are of one scalar type, which is the result's unless the method says otherwise.
pub(crate) struct Emitter {
    pub(crate) builder: Builder,
}

/// There is no user's text behind these kernels.
pub(crate) fn nowhere() -> Span {
    Span::new(SourceId::new(0), 0, 0)
}

impl Emitter {
    pub(crate) fn new(name: &str) -> Self {
        Emitter { builder: Builder::new(name) }
    }

    pub(crate) fn inst(&mut self, op: Op, ty: impl Into<Type>) -> ValueId {
        self.builder.inst(op, Some(ty.into()), nowhere())
    }

    fn ty(&self, value: ValueId) -> Scalar {
        self.builder.kernel().ty(value).scalar().unwrap_or(Scalar::I64)
    }

    /// The constant nearest to `x` in a type.
    pub(crate) fn float(&mut self, ty: Scalar, x: f64) -> ValueId {
        self.inst(Op::Const(emberforge_ir::scalar::from_f64(ty, x)), ty)
    }

    /// A whole constant.
    pub(crate) fn int(&mut self, ty: Scalar, x: i64) -> ValueId {
        if ty.is_float() {
            return self.float(ty, x as f64);
        }
        self.inst(Op::Const(emberforge_ir::scalar::canonical(ty, x as u64)), ty)
    }

    pub(crate) fn convert(&mut self, value: ValueId, to: Scalar) -> ValueId {
        if self.ty(value) == to { value } else { self.inst(Op::Convert(value), to) }
    }

    pub(crate) fn binary(&mut self, op: BinaryOp, a: ValueId, b: ValueId) -> ValueId {
        let ty = self.ty(a);
        self.inst(Op::Binary(op, a, b), ty)
    }

    pub(crate) fn add(&mut self, a: ValueId, b: ValueId) -> ValueId {
        self.binary(BinaryOp::Add, a, b)
    }

    pub(crate) fn sub(&mut self, a: ValueId, b: ValueId) -> ValueId {
        self.binary(BinaryOp::Sub, a, b)
    }

    pub(crate) fn mul(&mut self, a: ValueId, b: ValueId) -> ValueId {
        self.binary(BinaryOp::Mul, a, b)
    }

    pub(crate) fn div(&mut self, a: ValueId, b: ValueId) -> ValueId {
        self.binary(BinaryOp::Div, a, b)
    }

    /// Result `bool`.
    pub(crate) fn compare(&mut self, op: CompareOp, a: ValueId, b: ValueId) -> ValueId {
        self.inst(Op::Compare(op, a, b), Scalar::Bool)
    }

    pub(crate) fn and(&mut self, a: ValueId, b: ValueId) -> ValueId {
        self.binary(BinaryOp::And, a, b)
    }

    pub(crate) fn or(&mut self, a: ValueId, b: ValueId) -> ValueId {
        self.binary(BinaryOp::Or, a, b)
    }

    pub(crate) fn unary(&mut self, op: UnaryOp, a: ValueId) -> ValueId {
        let ty = self.ty(a);
        self.inst(Op::Unary(op, a), ty)
    }

    pub(crate) fn not(&mut self, a: ValueId) -> ValueId {
        self.unary(UnaryOp::Not, a)
    }

    pub(crate) fn neg(&mut self, a: ValueId) -> ValueId {
        self.unary(UnaryOp::Neg, a)
    }

    /// `cond` is `bool`.
    pub(crate) fn select(&mut self, cond: ValueId, yes: ValueId, no: ValueId) -> ValueId {
        let ty = self.ty(yes);
        self.inst(Op::Select(cond, yes, no), ty)
    }

    pub(crate) fn math(&mut self, op: MathOp, a: ValueId) -> ValueId {
        let ty = self.ty(a);
        self.inst(Op::Math(op, a, None), ty)
    }

    pub(crate) fn math2(&mut self, op: MathOp, a: ValueId, b: ValueId) -> ValueId {
        let ty = self.ty(a);
        self.inst(Op::Math(op, a, Some(b)), ty)
    }

    /// A test of one float; result `bool`.
    pub(crate) fn test(&mut self, op: MathOp, a: ValueId) -> ValueId {
        self.inst(Op::Math(op, a, None), Scalar::Bool)
    }

    /// Calls `f` on operands widened to a type that has arithmetic, and narrows its result to `ty`.
    fn wide(
        &mut self,
        ty: Scalar,
        args: &[ValueId],
        f: impl FnOnce(&mut Self, &[ValueId]) -> ValueId,
    ) -> ValueId {
        let wide = match ty {
            Scalar::I8 | Scalar::I16 => Scalar::I32,
            Scalar::Bool | Scalar::U8 | Scalar::U16 => Scalar::U32,
            other => other,
        };
        let args: Vec<ValueId> = args.iter().map(|a| self.convert(*a, wide)).collect();
        let result = f(self, &args);
        if self.ty(result) == wide { self.convert(result, ty) } else { result }
    }
}

/// Emits one operation. `from` is the operands' dtype (of `Select`, of its branches), `to` the result's.
pub(crate) fn emit(e: &mut Emitter, op: ElementOp, from: DType, to: DType, args: &[Element]) -> Element {
    match (op, args) {
        (ElementOp::Cast, [a]) => cast(e, *a, to),
        (ElementOp::Select, [Element::Real(cond), yes, no]) => match (*yes, *no) {
            (Element::Complex(yr, yi), Element::Complex(nr, ni)) => {
                Element::Complex(e.select(*cond, yr, nr), e.select(*cond, yi, ni))
            }
            (Element::Real(yes), Element::Real(no)) => Element::Real(e.select(*cond, yes, no)),
            _ => unreachable!("branches of a select have one dtype"),
        },
        (ElementOp::Unary(op), [Element::Real(a)]) => unary(e, op, scalar(from), *a),
        (ElementOp::Unary(op), [Element::Complex(re, im)]) => super::complex::unary(e, op, *re, *im),
        (ElementOp::Binary(op), [Element::Real(a), Element::Real(b)]) => {
            Element::Real(binary(e, op, scalar(from), *a, *b))
        }
        (ElementOp::Binary(op), [Element::Complex(ar, ai), Element::Complex(br, bi)]) => {
            super::complex::binary(e, op, (*ar, *ai), (*br, *bi))
        }
        (ElementOp::Comparison(op), [Element::Real(a), Element::Real(b)]) => {
            Element::Real(comparison(e, op, scalar(from), *a, *b))
        }
        (ElementOp::Comparison(op), [Element::Complex(ar, ai), Element::Complex(br, bi)]) => {
            Element::Real(super::complex::comparison(e, op, (*ar, *ai), (*br, *bi)))
        }
        _ => unreachable!("operands were counted and promoted when the node was built"),
    }
}

fn cast(e: &mut Emitter, a: Element, to: DType) -> Element {
    match (a, to) {
        (Element::Complex(..), DType::Complex64) => a,
        (Element::Complex(re, im), DType::Bool) => {
            let (re, im) = (e.convert(re, Scalar::Bool), e.convert(im, Scalar::Bool));
            Element::Real(e.or(re, im))
        }
        (Element::Complex(re, _), _) => Element::Real(e.convert(re, scalar(to))),
        (Element::Real(re), DType::Complex64) => {
            let zero = e.float(Scalar::F32, 0.0);
            Element::Complex(e.convert(re, Scalar::F32), zero)
        }
        (Element::Real(a), _) => Element::Real(e.convert(a, scalar(to))),
    }
}

fn unary(e: &mut Emitter, op: Unary, ty: Scalar, a: ValueId) -> Element {
    let math = |op: MathOp| move |e: &mut Emitter, x: &[ValueId]| e.math(op, x[0]);
    let result = match op {
        Unary::Abs if ty.is_float() || ty.is_signed() => e.wide(ty, &[a], |e, x| e.unary(UnaryOp::Abs, x[0])),
        Unary::Abs | Unary::Real | Unary::Conjugate => a,
        Unary::Imag => e.int(ty, 0),
        Unary::Negative => e.wide(ty, &[a], |e, x| e.neg(x[0])),
        Unary::Square => e.wide(ty, &[a], |e, x| e.mul(x[0], x[0])),
        Unary::Sign => e.wide(ty, &[a], sign),
        Unary::BitwiseInvert | Unary::LogicalNot if ty == Scalar::Bool => e.not(a),
        Unary::BitwiseInvert => e.wide(ty, &[a], |e, x| e.not(x[0])),
        Unary::LogicalNot => {
            let truth = e.convert(a, Scalar::Bool);
            e.not(truth)
        }
        Unary::Ceil | Unary::Floor | Unary::Round | Unary::Trunc if !ty.is_float() => a,
        Unary::IsNan | Unary::IsInf | Unary::IsPosInf | Unary::IsNegInf if !ty.is_float() => {
            e.int(Scalar::Bool, 0)
        }
        Unary::IsFinite if !ty.is_float() => e.int(Scalar::Bool, 1),
        Unary::IsNan => e.test(MathOp::IsNan, a),
        Unary::IsInf => e.test(MathOp::IsInf, a),
        Unary::IsFinite => e.test(MathOp::IsFinite, a),
        Unary::IsPosInf => {
            let limit = e.float(ty, f64::INFINITY);
            e.compare(CompareOp::Eq, a, limit)
        }
        Unary::IsNegInf => {
            let limit = e.float(ty, f64::NEG_INFINITY);
            e.compare(CompareOp::Eq, a, limit)
        }
        Unary::Sigmoid => sigmoid(e, ty, a),
        Unary::Acos => math(MathOp::Acos)(e, &[a]),
        Unary::Acosh => math(MathOp::Acosh)(e, &[a]),
        Unary::Asin => math(MathOp::Asin)(e, &[a]),
        Unary::Asinh => math(MathOp::Asinh)(e, &[a]),
        Unary::Atan => math(MathOp::Atan)(e, &[a]),
        Unary::Atanh => math(MathOp::Atanh)(e, &[a]),
        Unary::Ceil => math(MathOp::Ceil)(e, &[a]),
        Unary::Cos => math(MathOp::Cos)(e, &[a]),
        Unary::Cosh => math(MathOp::Cosh)(e, &[a]),
        Unary::Erf => math(MathOp::Erf)(e, &[a]),
        Unary::ErfInv => math(MathOp::ErfInv)(e, &[a]),
        Unary::Exp => math(MathOp::Exp)(e, &[a]),
        Unary::Expm1 => math(MathOp::Expm1)(e, &[a]),
        Unary::Floor => math(MathOp::Floor)(e, &[a]),
        Unary::Log => math(MathOp::Log)(e, &[a]),
        Unary::Log10 => math(MathOp::Log10)(e, &[a]),
        Unary::Log1p => math(MathOp::Log1p)(e, &[a]),
        Unary::Log2 => math(MathOp::Log2)(e, &[a]),
        Unary::Round => math(MathOp::Rint)(e, &[a]),
        Unary::Rsqrt => math(MathOp::Rsqrt)(e, &[a]),
        Unary::Sin => math(MathOp::Sin)(e, &[a]),
        Unary::Sinh => math(MathOp::Sinh)(e, &[a]),
        Unary::Sqrt => math(MathOp::Sqrt)(e, &[a]),
        Unary::Tan => math(MathOp::Tan)(e, &[a]),
        Unary::Tanh => math(MathOp::Tanh)(e, &[a]),
        Unary::Trunc => math(MathOp::Trunc)(e, &[a]),
    };
    Element::Real(result)
}

/// -1, 0 or 1; 0 for NaN, as MLX's comparisons give it.
fn sign(e: &mut Emitter, x: &[ValueId]) -> ValueId {
    let (x, ty) = (x[0], e.ty(x[0]));
    let (zero, one) = (e.int(ty, 0), e.int(ty, 1));
    let above = e.compare(CompareOp::Gt, x, zero);
    let mut low = zero;
    if ty.is_float() || ty.is_signed() {
        let minus = e.int(ty, -1);
        let below = e.compare(CompareOp::Lt, x, zero);
        low = e.select(below, minus, zero);
    }
    e.select(above, one, low)
}

/// `1 / (1 + exp(-|x|))`, mirrored for negative x, so that neither side overflows.
fn sigmoid(e: &mut Emitter, ty: Scalar, x: ValueId) -> ValueId {
    let (one, zero) = (e.float(ty, 1.0), e.float(ty, 0.0));
    let size = e.unary(UnaryOp::Abs, x);
    let negative = e.neg(size);
    let small = e.math(MathOp::Exp, negative);
    let sum = e.add(one, small);
    let below = e.compare(CompareOp::Lt, x, zero);
    let top = e.select(below, small, one);
    e.div(top, sum)
}

fn binary(e: &mut Emitter, op: Binary, ty: Scalar, a: ValueId, b: ValueId) -> ValueId {
    let plain = |op: BinaryOp| move |e: &mut Emitter, x: &[ValueId]| e.binary(op, x[0], x[1]);
    let args = [a, b];
    match op {
        // Truth values add as `or` and multiply as `and`.
        Binary::Add | Binary::BitwiseOr | Binary::Maximum if ty == Scalar::Bool => e.or(a, b),
        Binary::Multiply | Binary::BitwiseAnd | Binary::Minimum if ty == Scalar::Bool => e.and(a, b),
        Binary::BitwiseXor if ty == Scalar::Bool => e.binary(BinaryOp::Xor, a, b),
        Binary::Add => e.wide(ty, &args, plain(BinaryOp::Add)),
        Binary::Subtract => e.wide(ty, &args, plain(BinaryOp::Sub)),
        Binary::Multiply => e.wide(ty, &args, plain(BinaryOp::Mul)),
        Binary::Divide => e.wide(ty, &args, plain(BinaryOp::Div)),
        Binary::BitwiseAnd => e.wide(ty, &args, plain(BinaryOp::And)),
        Binary::BitwiseOr => e.wide(ty, &args, plain(BinaryOp::Or)),
        Binary::BitwiseXor => e.wide(ty, &args, plain(BinaryOp::Xor)),
        Binary::LeftShift => e.wide(ty, &args, plain(BinaryOp::Shl)),
        Binary::RightShift => e.wide(ty, &args, plain(BinaryOp::Shr)),
        Binary::FloorDivide => e.wide(ty, &args, floor_divide),
        Binary::Remainder => e.wide(ty, &args, remainder),
        Binary::Maximum => e.wide(ty, &args, |e, x| extreme(e, BinaryOp::Max, x[0], x[1])),
        Binary::Minimum => e.wide(ty, &args, |e, x| extreme(e, BinaryOp::Min, x[0], x[1])),
        Binary::Power if ty.is_float() => e.math2(MathOp::Pow, a, b),
        Binary::Power => e.wide(ty, &args, |e, x| integer_power(e, ty, x[0], x[1])),
        Binary::Atan2 => e.math2(MathOp::Atan2, a, b),
        Binary::LogAddExp => log_add_exp(e, ty, a, b),
    }
}

/// The larger or smaller; NaN when either is NaN, the second where they are equal.
fn extreme(e: &mut Emitter, op: BinaryOp, a: ValueId, b: ValueId) -> ValueId {
    if !e.ty(a).is_float() {
        return e.binary(op, a, b);
    }
    let first = e.compare(if op == BinaryOp::Max { CompareOp::Gt } else { CompareOp::Lt }, a, b);
    // A NaN in `b` loses no comparison: `first` is false then.
    let a_nan = e.compare(CompareOp::Ne, a, a);
    let first = e.or(first, a_nan);
    e.select(first, a, b)
}

/// The quotient rounded down.
fn floor_divide(e: &mut Emitter, x: &[ValueId]) -> ValueId {
    let (a, b, ty) = (x[0], x[1], e.ty(x[0]));
    let quotient = e.div(a, b);
    if ty.is_float() {
        return e.math(MathOp::Floor, quotient);
    }
    if !ty.is_signed() {
        return quotient;
    }
    // One less than the truncated quotient where it was rounded up.
    let rest = e.binary(BinaryOp::Rem, a, b);
    let one = e.int(ty, 1);
    let below = e.sub(quotient, one);
    let up = rounded_up(e, rest, b);
    e.select(up, below, quotient)
}

/// Whether a division with this remainder, which has the dividend's sign, rounded up.
fn rounded_up(e: &mut Emitter, rest: ValueId, b: ValueId) -> ValueId {
    let zero = e.int(e.ty(rest), 0);
    let not_zero = e.compare(CompareOp::Ne, rest, zero);
    let rest_below = e.compare(CompareOp::Lt, rest, zero);
    let divisor_below = e.compare(CompareOp::Lt, b, zero);
    let differ = e.binary(BinaryOp::Xor, rest_below, divisor_below);
    e.and(not_zero, differ)
}

/// The remainder with the divisor's sign.
fn remainder(e: &mut Emitter, x: &[ValueId]) -> ValueId {
    let (a, b, ty) = (x[0], x[1], e.ty(x[0]));
    let rest = if ty.is_float() { e.math2(MathOp::Fmod, a, b) } else { e.binary(BinaryOp::Rem, a, b) };
    if !ty.is_float() && !ty.is_signed() {
        return rest;
    }
    let moves = rounded_up(e, rest, b);
    let moved = e.add(rest, b);
    e.select(moves, moved, rest)
}

/// `base^exponent` of integers of type `ty`, by squaring, wrapped; 0 for every negative exponent, as in MLX.
fn integer_power(e: &mut Emitter, ty: Scalar, base: ValueId, exponent: ValueId) -> ValueId {
    let wide = e.ty(base);
    let (zero, one) = (e.int(wide, 0), e.int(wide, 1));
    let (mut result, mut square) = (one, base);
    // Every bit that the exponent's own type has (a bool: one).
    let bits = if ty == Scalar::Bool { 1 } else { 8 * ty.size() };
    for bit in 0..bits {
        let mask = e.int(wide, 1 << bit);
        let digit = e.and(exponent, mask);
        let used = e.compare(CompareOp::Ne, digit, zero);
        let product = e.mul(result, square);
        result = e.select(used, product, result);
        if bit + 1 < bits {
            square = e.mul(square, square);
        }
    }
    if !ty.is_signed() {
        return result;
    }
    let below = e.compare(CompareOp::Lt, exponent, zero);
    e.select(below, zero, result)
}

/// `log(exp(a) + exp(b))` without overflow; infinities of one sign stay.
fn log_add_exp(e: &mut Emitter, ty: Scalar, a: ValueId, b: ValueId) -> ValueId {
    let high = extreme(e, BinaryOp::Max, a, b);
    let low = extreme(e, BinaryOp::Min, a, b);
    let difference = e.sub(low, high);
    let small = e.math(MathOp::Exp, difference);
    let tail = e.math(MathOp::Log1p, small);
    let sum = e.add(high, tail);
    let (top, bottom) = (e.float(ty, f64::INFINITY), e.float(ty, f64::NEG_INFINITY));
    let is_top = e.compare(CompareOp::Eq, high, top);
    let is_bottom = e.compare(CompareOp::Eq, low, bottom);
    let keep = e.or(is_top, is_bottom);
    e.select(keep, high, sum)
}

fn comparison(e: &mut Emitter, op: Comparison, ty: Scalar, a: ValueId, b: ValueId) -> ValueId {
    let compare = match op {
        Comparison::Equal => CompareOp::Eq,
        Comparison::NotEqual => CompareOp::Ne,
        Comparison::Less => CompareOp::Lt,
        Comparison::LessEqual => CompareOp::Le,
        Comparison::Greater => CompareOp::Gt,
        Comparison::GreaterEqual => CompareOp::Ge,
        Comparison::LogicalAnd | Comparison::LogicalOr => {
            let (a, b) = (e.convert(a, Scalar::Bool), e.convert(b, Scalar::Bool));
            return if op == Comparison::LogicalAnd { e.and(a, b) } else { e.or(a, b) };
        }
    };
    e.wide(ty, &[a, b], |e, x| e.compare(compare, x[0], x[1]))
}
