//! Random expressions: operands, constants, arithmetic, conversions, functions.

use super::Maker;
use emberforge_ir::{BinaryOp, CompareOp, MathOp, Op, Scalar, Stmt, UnaryOp, ValueId, VarId, scalar};

/// The arithmetic types, the usual ones more often.
const ARITHMETIC: [Scalar; 14] = [
    Scalar::I32,
    Scalar::U32,
    Scalar::F32,
    Scalar::U32,
    Scalar::F32,
    Scalar::F32,
    Scalar::I32,
    Scalar::I32,
    Scalar::I64,
    Scalar::U64,
    Scalar::F16,
    Scalar::BF16,
    Scalar::F64,
    Scalar::U32,
];
const INTEGERS: [Scalar; 6] = [Scalar::I32, Scalar::U32, Scalar::U32, Scalar::I64, Scalar::U64, Scalar::I32];
const FLOATS: [Scalar; 6] = [Scalar::F32, Scalar::F32, Scalar::F16, Scalar::BF16, Scalar::F64, Scalar::F32];

const UNARY_MATH: [MathOp; 40] = [
    MathOp::Acos,
    MathOp::Acosh,
    MathOp::Asin,
    MathOp::Asinh,
    MathOp::Atan,
    MathOp::Atanh,
    MathOp::Ceil,
    MathOp::Cos,
    MathOp::Cosh,
    MathOp::CosPi,
    MathOp::Erf,
    MathOp::ErfInv,
    MathOp::Exp,
    MathOp::Exp10,
    MathOp::Exp2,
    MathOp::Expm1,
    MathOp::Floor,
    MathOp::Fract,
    MathOp::FrexpMantissa,
    MathOp::Log,
    MathOp::Log10,
    MathOp::Log1p,
    MathOp::Log2,
    MathOp::Rint,
    MathOp::Round,
    MathOp::Rsqrt,
    MathOp::Sin,
    MathOp::Sinh,
    MathOp::SinPi,
    MathOp::Sqrt,
    MathOp::Tan,
    MathOp::Tanh,
    MathOp::TanPi,
    MathOp::Trunc,
    MathOp::Sqrt,
    MathOp::Floor,
    MathOp::Exp,
    MathOp::Sin,
    MathOp::Rint,
    MathOp::Log,
];
const BINARY_MATH: [MathOp; 8] = [
    MathOp::Atan2,
    MathOp::Copysign,
    MathOp::Fdim,
    MathOp::Fmod,
    MathOp::Hypot,
    MathOp::NextAfter,
    MathOp::Pow,
    MathOp::Powr,
];
const QUESTIONS: [MathOp; 5] =
    [MathOp::IsFinite, MathOp::IsInf, MathOp::IsNan, MathOp::IsNormal, MathOp::SignBit];

impl Maker {
    /// Bits of a type: the notable ones, small ones, any.
    pub(super) fn literal(&mut self, ty: Scalar) -> u64 {
        let any = self.random.bits();
        if ty.is_float() {
            let notable =
                [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 1e-7, 3e38, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
            let x = match self.random.below(5) {
                0 => self.random.pick(&notable),
                1 => return scalar::canonical(ty, any),
                2 => f64::from(any as i8),
                _ => any as i64 as f64 / (1u64 << 61) as f64,
            };
            return scalar::from_f64(ty, x);
        }
        let low = match self.random.below(5) {
            0 => self.random.pick(&[0, 1, u64::MAX, 1 << 63, 1 << 31, i64::MAX as u64, i32::MAX as u64]),
            1 => any,
            2 => any as i8 as u64,
            _ => any % 17,
        };
        scalar::canonical(ty, if ty == Scalar::Bool { any & 1 } else { low })
    }

    /// A value of type `ty` to use: mostly a recent one.
    pub(super) fn operand(&mut self, ty: Scalar) -> ValueId {
        if self.random.chance(10) {
            let bits = self.literal(ty);
            return self.number(ty, bits);
        }
        let fitting: Vec<ValueId> =
            self.values.iter().rev().filter(|(_, of)| *of == ty).map(|(v, _)| *v).take(12).collect();
        if !fitting.is_empty() && self.random.chance(85) {
            let recent = self.random.below(fitting.len());
            return fitting[self.random.below(recent + 1)];
        }
        let (from, of) = self.any_value();
        if of == ty { from } else { self.add(Op::Convert(from), ty) }
    }

    /// Some value and its type.
    pub(super) fn any_value(&mut self) -> (ValueId, Scalar) {
        let recent = self.random.below(self.values.len());
        let recent = self.random.below(recent + 1);
        self.values[self.values.len() - 1 - recent]
    }

    /// A value in place of `value` that is not NaN.
    pub(super) fn without_nan(&mut self, value: ValueId, ty: Scalar) -> ValueId {
        if !ty.is_float() {
            return value;
        }
        let nan = self.inst(Op::Math(MathOp::IsNan, value, None), Scalar::Bool);
        let other = self.number(ty, scalar::from_f64(ty, 0.75));
        self.inst(Op::Select(nan, other, value), ty)
    }

    /// A value in place of `value` that is not -0.
    pub(super) fn without_minus_zero(&mut self, value: ValueId, ty: Scalar) -> ValueId {
        if !ty.is_float() {
            return value;
        }
        let zero = self.number(ty, 0);
        self.inst(Op::Binary(BinaryOp::Add, value, zero), ty)
    }

    /// A condition, usually different from thread to thread.
    pub(super) fn condition(&mut self) -> ValueId {
        if self.random.chance(30) {
            return self.operand(Scalar::Bool);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> ValueId {
        let ty = self.random.pick(&ARITHMETIC);
        let (a, b) = (self.operand(ty), self.operand(ty));
        let ops = [CompareOp::Eq, CompareOp::Ne, CompareOp::Lt, CompareOp::Le, CompareOp::Gt, CompareOp::Ge];
        let op = self.random.pick(&ops);
        self.add(Op::Compare(op, a, b), Scalar::Bool)
    }

    /// One more value.
    pub(super) fn expression(&mut self) {
        match self.random.below(20) {
            0..8 => self.arithmetic(),
            8..10 => {
                self.comparison();
            }
            10..12 => {
                let cond = self.operand(Scalar::Bool);
                let ty = self.any_value().1;
                let (a, b) = (self.operand(ty), self.operand(ty));
                self.add(Op::Select(cond, a, b), ty);
            }
            12..14 => {
                let from = self.any_value().0;
                let to = self.random.pick(&Scalar::ALL);
                self.add(Op::Convert(from), to);
            }
            14 => {
                let (from, of) = self.any_value();
                let same: Vec<Scalar> = Scalar::ALL.into_iter().filter(|s| s.size() == of.size()).collect();
                let to = self.random.pick(&same);
                let from = self.without_nan(from, of);
                self.add(Op::Bitcast(from), to);
            }
            15 => {
                let ty = self.random.pick(&FLOATS);
                let (a, b, c) = (self.operand(ty), self.operand(ty), self.operand(ty));
                self.add(Op::Fma(a, b, c), ty);
            }
            16 => self.unary(),
            _ => self.function(),
        }
    }

    fn arithmetic(&mut self) {
        let both = [BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::Div, BinaryOp::Min, BinaryOp::Max];
        let integer = [
            BinaryOp::Rem,
            BinaryOp::And,
            BinaryOp::Or,
            BinaryOp::Xor,
            BinaryOp::Shl,
            BinaryOp::Shr,
            BinaryOp::MulHigh,
            BinaryOp::AddSaturate,
            BinaryOp::SubSaturate,
        ];
        let (ty, op) = match self.random.below(10) {
            0 => (Scalar::Bool, self.random.pick(&[BinaryOp::And, BinaryOp::Or, BinaryOp::Xor])),
            1..5 => (self.random.pick(&INTEGERS), self.random.pick(&integer)),
            _ => (self.random.pick(&ARITHMETIC), self.random.pick(&both)),
        };
        let a = self.operand(ty);
        // Constants on the right are what engines treat specially.
        let b = if self.random.chance(30) {
            let bits = self.literal(ty);
            self.number(ty, bits)
        } else {
            self.operand(ty)
        };
        self.binary(op, ty, a, b);
    }

    fn unary(&mut self) {
        let integer = [
            UnaryOp::Not,
            UnaryOp::CountLeadingZeros,
            UnaryOp::CountTrailingZeros,
            UnaryOp::PopCount,
            UnaryOp::ReverseBits,
        ];
        let (ty, op) = match self.random.below(5) {
            0 => (Scalar::Bool, UnaryOp::Not),
            1..3 => (self.random.pick(&INTEGERS), self.random.pick(&integer)),
            _ => (self.random.pick(&ARITHMETIC), self.random.pick(&[UnaryOp::Neg, UnaryOp::Abs])),
        };
        let a = self.operand(ty);
        self.add(Op::Unary(op, a), ty);
    }

    fn function(&mut self) {
        let ty = self.random.pick(&FLOATS);
        let a = self.operand(ty);
        match self.random.below(10) {
            0 => {
                let op = self.random.pick(&QUESTIONS);
                let a = if op == MathOp::SignBit { self.without_nan(a, ty) } else { a };
                self.add(Op::Math(op, a, None), Scalar::Bool);
            }
            1 => {
                let op = self.random.pick(&[MathOp::FrexpExponent, MathOp::Ilogb]);
                self.add(Op::Math(op, a, None), Scalar::I32);
            }
            2 => {
                let b = self.operand(Scalar::I32);
                self.add(Op::Math(MathOp::Ldexp, a, Some(b)), ty);
            }
            3..5 => {
                let op = self.random.pick(&BINARY_MATH);
                let b = self.operand(ty);
                let b = if op == MathOp::Copysign { self.without_nan(b, ty) } else { b };
                self.add(Op::Math(op, a, Some(b)), ty);
            }
            _ => {
                let op = self.random.pick(&UNARY_MATH);
                self.add(Op::Math(op, a, None), ty);
            }
        }
    }

    /// Declares a variable and sets it.
    pub(super) fn declare(&mut self, ty: Scalar, value: ValueId) -> VarId {
        let var = self.builder.declare("v", ty);
        self.builder.push(Stmt::Set(var, value));
        var
    }
}
