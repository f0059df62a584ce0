//! Integer functions: `clz`, `mulhi`, `extract_bits`, ... `abs`, `min`, `max`, `clamp` are among the common ones.

use super::super::value::{Part, Poison, Result, Value};
use super::args::{Call, Class, unsigned};
use super::each::{Each, Formula, How, Out, Scalars, call as call_each};
use emberforge_ir as ir;
use ir::{BinaryOp, CompareOp, Scalar, UnaryOp};

const fn int(name: &'static str, arity: u8, formula: Formula) -> Each {
    Each::same(name, Class::Integer, How::Formula(arity, formula))
}

/// The functions.
pub(super) const TABLE: &[Each] = &[
    Each { name: "absdiff", class: Class::Integer, out: Out::Unsigned, how: How::Formula(2, absdiff) },
    int("addsat", 2, |s, x| saturating(s, BinaryOp::AddSaturate, BinaryOp::Add, x)),
    int("subsat", 2, |s, x| saturating(s, BinaryOp::SubSaturate, BinaryOp::Sub, x)),
    int("mulhi", 2, |s, x| mulhi(s, x[0], x[1])),
    int("madhi", 3, madhi),
    int("madsat", 3, madsat),
    int("mad24", 3, mad),
    int("mul24", 2, |s, x| s.mul(x[0], x[1])),
    int("hadd", 2, hadd),
    int("rhadd", 2, rhadd),
    int("clz", 1, clz),
    int("ctz", 1, ctz),
    int("popcount", 1, popcount),
    int("reverse_bits", 1, reverse_bits),
    int("rotate", 2, rotate),
    int("extract_bits", 3, extract_bits),
    int("insert_bits", 4, insert_bits),
];

/// Lowers a call.
pub(super) fn call(call: &mut Call<'_, '_>) -> Result<Value> {
    // The positions are `uint` whatever the first argument is: they must not decide the common type.
    let positions = match call.name {
        "extract_bits" => 1,
        "insert_bits" => 2,
        "rotate" if call.args.len() == 2 => 1,
        _ => call.args.len(),
    };
    if positions < call.args.len()
        && let Some(row) = TABLE.iter().find(|f| f.name == call.name)
        && let How::Formula(arity, formula) = row.how
        && usize::from(arity) == call.args.len()
    {
        return with_positions(call, positions, formula);
    }
    call_each(call, TABLE).unwrap_or(Err(Poison))
}

fn with_positions(call: &mut Call<'_, '_>, first: usize, formula: Formula) -> Result<Value> {
    let values: Vec<usize> = (0..first).collect();
    let mut args = call.unify(Class::Integer, &values)?;
    for i in first..call.args.len() {
        let row = call.components(i, args.element, args.len(), "integers")?;
        args.parts.push(row);
    }
    let mut s = Scalars::new(call.cx, args.element, call.span);
    let parts: Vec<Part> = (0..args.len()).map(|i| formula(&mut s, &args.column(i))).collect();
    Ok(Value::new(args.shape(args.element), parts))
}

fn bits(ty: Scalar) -> i64 {
    8 * ty.size() as i64
}

/// The 32-bit type that holds the values of a narrower one, or the type itself.
fn wide(ty: Scalar) -> Scalar {
    match ty.size() {
        1 | 2 if ty.is_signed() => Scalar::I32,
        1 | 2 => Scalar::U32,
        _ => ty,
    }
}

fn absdiff(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let (high, low) = (s.max(x[0], x[1]), s.min(x[0], x[1]));
    let difference = s.sub(high, low);
    let to = unsigned(s.ty);
    s.to(to, difference)
}

/// The instruction saturates 32 and 64 bits; narrower types are computed in 32 and cut to their range.
fn saturating(s: &mut Scalars<'_, '_>, whole: BinaryOp, narrow: BinaryOp, x: &[Part]) -> Part {
    let ty = s.ty;
    if ty.size() >= 4 {
        return s.binary(whole, x[0], x[1]);
    }
    let (a, b) = (s.to(Scalar::I32, x[0]), s.to(Scalar::I32, x[1]));
    let mut w = s.of(Scalar::I32);
    let sum = w.binary(narrow, a, b);
    let cut = cut(&mut w, sum, ty);
    s.from(Scalar::I32, cut)
}

/// `x` clamped to the range of `ty`.
fn cut(s: &mut Scalars<'_, '_>, x: Part, ty: Scalar) -> Part {
    let (low, high) = match ty.is_signed() {
        true => (-1i64 << (bits(ty) - 1), (1i64 << (bits(ty) - 1)) - 1),
        false => (0, (1i64 << bits(ty)) - 1),
    };
    let (low, high) = (s.integer(low), s.integer(high));
    super::common::clamp(s, x, low, high)
}

fn mulhi(s: &mut Scalars<'_, '_>, a: Part, b: Part) -> Part {
    let ty = s.ty;
    if ty.size() >= 4 {
        return s.binary(BinaryOp::MulHigh, a, b);
    }
    let (a, b) = (s.to(wide(ty), a), s.to(wide(ty), b));
    let mut w = s.of(wide(ty));
    let product = w.mul(a, b);
    let shift = w.integer(bits(ty));
    let high = w.binary(BinaryOp::Shr, product, shift);
    s.from(wide(ty), high)
}

fn madhi(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let high = mulhi(s, x[0], x[1]);
    s.add(high, x[2])
}

fn mad(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let product = s.mul(x[0], x[1]);
    s.add(product, x[2])
}

/// `a * b + c` clamped to the type's range: computed with twice the bits.
fn madsat(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let ty = s.ty;
    if ty.size() <= 4 {
        let twice = if ty.is_signed() { Scalar::I64 } else { Scalar::U64 };
        let [a, b, c] = [x[0], x[1], x[2]].map(|p| s.to(twice, p));
        let mut w = s.of(twice);
        let sum = mad(&mut w, &[a, b, c]);
        let cut = cut(&mut w, sum, ty);
        return s.from(twice, cut);
    }
    // 128 bits as a high half of the type and an unsigned low half.
    let (high, low) = (s.binary(BinaryOp::MulHigh, x[0], x[1]), s.mul(x[0], x[1]));
    let sum = s.add(low, x[2]);
    let (low_u, sum_u) = (s.to(Scalar::U64, low), s.to(Scalar::U64, sum));
    let carry = s.of(Scalar::U64).compare(CompareOp::Lt, sum_u, low_u);
    let carry = s.from(Scalar::Bool, carry);
    let high = s.add(high, carry);
    if !ty.is_signed() {
        let (zero, most) = (s.integer(0), s.integer(-1));
        let over = s.compare(CompareOp::Ne, high, zero);
        return s.select(over, most, sum);
    }
    let shift = s.integer(63);
    let extension = s.binary(BinaryOp::Shr, x[2], shift);
    let high = s.add(high, extension);
    let sign = s.binary(BinaryOp::Shr, sum, shift);
    let over = s.compare(CompareOp::Ne, high, sign);
    let (zero, least, most) = (s.integer(0), s.integer(i64::MIN), s.integer(i64::MAX));
    let negative = s.compare(CompareOp::Lt, high, zero);
    let limit = s.select(negative, least, most);
    s.select(over, limit, sum)
}

/// `(a + b) >> 1` without overflow.
fn hadd(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let (both, either) = (s.binary(BinaryOp::And, x[0], x[1]), s.binary(BinaryOp::Xor, x[0], x[1]));
    let one = s.integer(1);
    let half = s.binary(BinaryOp::Shr, either, one);
    s.add(both, half)
}

/// `(a + b + 1) >> 1` without overflow.
fn rhadd(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let (some, either) = (s.binary(BinaryOp::Or, x[0], x[1]), s.binary(BinaryOp::Xor, x[0], x[1]));
    let one = s.integer(1);
    let half = s.binary(BinaryOp::Shr, either, one);
    s.sub(some, half)
}

/// Applies `f` to a narrow integer's bits, in `u32`.
fn in_u32(s: &mut Scalars<'_, '_>, a: Part, f: impl FnOnce(&mut Scalars<'_, '_>, Part) -> Part) -> Part {
    let pattern = unsigned(s.ty);
    let a = s.to(pattern, a);
    let a = s.of(pattern).to(Scalar::U32, a);
    let result = f(&mut s.of(Scalar::U32), a);
    s.from(Scalar::U32, result)
}

fn clz(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let extra = 32 - bits(s.ty);
    if extra <= 0 {
        return s.unary(UnaryOp::CountLeadingZeros, x[0]);
    }
    in_u32(s, x[0], |w, a| {
        let all = w.unary(UnaryOp::CountLeadingZeros, a);
        let extra = w.integer(extra);
        w.sub(all, extra)
    })
}

fn ctz(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let width = bits(s.ty);
    if width >= 32 {
        return s.unary(UnaryOp::CountTrailingZeros, x[0]);
    }
    in_u32(s, x[0], |w, a| {
        let guard = w.integer(1 << width);
        let guarded = w.binary(BinaryOp::Or, a, guard);
        w.unary(UnaryOp::CountTrailingZeros, guarded)
    })
}

fn popcount(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    if s.ty.size() >= 4 {
        return s.unary(UnaryOp::PopCount, x[0]);
    }
    in_u32(s, x[0], |w, a| w.unary(UnaryOp::PopCount, a))
}

fn reverse_bits(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let extra = 32 - bits(s.ty);
    if extra <= 0 {
        return s.unary(UnaryOp::ReverseBits, x[0]);
    }
    in_u32(s, x[0], |w, a| {
        let reversed = w.unary(UnaryOp::ReverseBits, a);
        let extra = w.integer(extra);
        w.binary(BinaryOp::Shr, reversed, extra)
    })
}

/// To the left; the amount counts modulo the width.
fn rotate(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let (ty, width) = (s.ty, bits(s.ty));
    let turn = |w: &mut Scalars<'_, '_>, a: Part, n: Part| {
        let (mask, whole) = (w.integer(width - 1), w.integer(width));
        let n = w.binary(BinaryOp::And, n, mask);
        let rest = w.sub(whole, n);
        // An amount of 0 shifts the right half by the width: by 0 in 32 and 64 bits, all out in narrower ones.
        let left = w.binary(BinaryOp::Shl, a, n);
        let right = w.binary(BinaryOp::Shr, a, rest);
        w.binary(BinaryOp::Or, left, right)
    };
    if ty.size() >= 4 {
        let pattern = unsigned(ty);
        let (a, n) = (s.to(pattern, x[0]), s.to(pattern, x[1]));
        let turned = turn(&mut s.of(pattern), a, n);
        return s.from(pattern, turned);
    }
    let n = s.to(Scalar::U32, x[1]);
    in_u32(s, x[0], |w, a| turn(w, a, n))
}

/// `bits` bits from `offset`, with the sign extended in signed types.
fn extract_bits(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let ty = s.ty;
    let [value, offset, count] = [x[0], x[1], x[2]].map(|p| s.to(wide(ty), p));
    let mut w = s.of(wide(ty));
    let (width, zero) = (w.integer(bits(wide(ty))), w.integer(0));
    let above = w.sub(width, count);
    let up = w.sub(above, offset);
    let top = w.binary(BinaryOp::Shl, value, up);
    let down = w.binary(BinaryOp::Shr, top, above);
    let none = w.compare(CompareOp::Eq, count, zero);
    let result = w.select(none, zero, down);
    s.from(wide(ty), result)
}

/// `base` with its `bits` bits from `offset` replaced by the low ones of `insert`.
fn insert_bits(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let pattern = unsigned(wide(s.ty));
    let [base, insert, offset, count] = [x[0], x[1], x[2], x[3]].map(|p| s.to(pattern, p));
    let mut w = s.of(pattern);
    let (width, zero, ones) = (w.integer(bits(pattern)), w.integer(0), w.integer(-1));
    let above = w.sub(width, count);
    let low = w.binary(BinaryOp::Shr, ones, above);
    let none = w.compare(CompareOp::Eq, count, zero);
    let low = w.select(none, zero, low);
    let mask = w.binary(BinaryOp::Shl, low, offset);
    let keep = w.unary(UnaryOp::Not, mask);
    let kept = w.binary(BinaryOp::And, base, keep);
    let moved = w.binary(BinaryOp::Shl, insert, offset);
    let put = w.binary(BinaryOp::And, moved, mask);
    let result = w.binary(BinaryOp::Or, kept, put);
    s.from(pattern, result)
}
