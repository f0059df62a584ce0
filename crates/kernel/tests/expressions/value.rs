//! What scalar operations mean, written with Rust's numbers.
//!
//! A value is its bits in the low bytes of a `u64`. Integers wrap; division by zero gives 0; shift counts are taken
//! modulo the width; float to integer truncates and saturates, NaN gives 0; half computes in float and rounds once
//! (exact for one operation, since float has more than twice half's precision).

use half::f16;

/// A scalar type of Metal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    Bool,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F16,
    F32,
}

use Scalar::*;

pub(crate) const SCALARS: [Scalar; 11] = [Bool, I8, U8, I16, U16, I32, U32, I64, U64, F16, F32];

impl Scalar {
    pub(crate) fn name(self) -> &'static str {
        ["bool", "char", "uchar", "short", "ushort", "int", "uint", "long", "ulong", "half", "float"]
            [self as usize]
    }

    pub(crate) fn bytes(self) -> usize {
        [1, 1, 1, 2, 2, 4, 4, 8, 8, 2, 4][self as usize]
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, F16 | F32)
    }

    pub(crate) fn is_signed(self) -> bool {
        matches!(self, I8 | I16 | I32 | I64)
    }

    /// The type in which arithmetic on one operand happens.
    pub(crate) fn promoted(self) -> Scalar {
        if matches!(self, Bool | I8 | U8 | I16 | U16) { I32 } else { self }
    }

    /// The type in which two operands meet.
    pub(crate) fn common(self, other: Scalar) -> Scalar {
        match (self.is_float(), other.is_float()) {
            (true, true) => {
                if self == other {
                    self
                } else {
                    F32
                }
            }
            (true, false) => self,
            (false, true) => other,
            (false, false) => {
                let (a, b) = (self.promoted(), other.promoted());
                match (a.bytes().max(b.bytes()), a, b) {
                    (_, a, b) if a == b => a,
                    (8, U64, _) | (8, _, U64) => U64,
                    (8, ..) => I64,
                    _ => U32,
                }
            }
        }
    }
}

/// An integer's value.
fn int(s: Scalar, bits: u64) -> i128 {
    match s {
        Bool => i128::from(bits & 1),
        I8 => i128::from(bits as i8),
        U8 => i128::from(bits as u8),
        I16 => i128::from(bits as i16),
        U16 => i128::from(bits as u16),
        I32 => i128::from(bits as i32),
        U32 => i128::from(bits as u32),
        I64 => i128::from(bits as i64),
        _ => i128::from(bits),
    }
}

/// The bits of an integer after wrapping.
pub(crate) fn wrapped(s: Scalar, value: i128) -> u64 {
    let bits = value as u64;
    match s.bytes() {
        1 => bits & 0xff,
        2 => bits & 0xffff,
        4 => bits & 0xffff_ffff,
        _ => bits,
    }
}

fn f32_of(bits: u64) -> f32 {
    f32::from_bits(bits as u32)
}

fn f16_of(bits: u64) -> f16 {
    f16::from_bits(bits as u16)
}

/// A float's value; halves are exact in `f32`.
fn float(s: Scalar, bits: u64) -> f32 {
    if s == F16 { f16_of(bits).to_f32() } else { f32_of(bits) }
}

/// The bits of a float rounded to its type.
pub(crate) fn rounded(s: Scalar, value: f32) -> u64 {
    match s {
        F16 => u64::from(f16::from_f32(value).to_bits()),
        _ => u64::from(value.to_bits()),
    }
}

pub(crate) fn convert(from: Scalar, to: Scalar, bits: u64) -> u64 {
    match (from.is_float(), to) {
        _ if from == to => bits,
        (true, Bool) => u64::from(float(from, bits) != 0.0),
        (false, Bool) => u64::from(int(from, bits) != 0),
        (true, F16 | F32) => rounded(to, float(from, bits)),
        (true, _) => {
            let value = float(from, bits);
            let (lowest, highest) = match (to.is_signed(), to.bytes() * 8) {
                (true, n) => (-(1i128 << (n - 1)), (1i128 << (n - 1)) - 1),
                (false, n) => (0, (1i128 << n) - 1),
            };
            // `as` truncates, and gives 0 for NaN.
            wrapped(to, (value as i128).clamp(lowest, highest))
        }
        (false, F32) => {
            let value = int(from, bits);
            // Rust rounds integers of 64 bits to the nearest even.
            u64::from(if value < 0 { (value as i64) as f32 } else { (value as u64) as f32 }.to_bits())
        }
        (false, F16) => {
            // What does not fit into `f64` exactly is far above half's range.
            let value = int(from, bits);
            u64::from(f16::from_f64(value as f64).to_bits())
        }
        (false, _) => wrapped(to, int(from, bits)),
    }
}

pub(crate) fn is_true(s: Scalar, bits: u64) -> bool {
    convert(s, Bool, bits) != 0
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    And,
    Or,
    Xor,
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
}

impl Binary {
    pub(crate) fn symbol(self) -> &'static str {
        ["+", "-", "*", "/", "%", "&", "|", "^", "<", "<=", ">", ">=", "==", "!="][self as usize]
    }

    pub(crate) fn compares(self) -> bool {
        self as usize >= Binary::Lt as usize
    }

    pub(crate) fn takes_floats(self) -> bool {
        !matches!(self, Binary::Rem | Binary::And | Binary::Or | Binary::Xor)
    }
}

/// `a op b`, both of type `s`.
pub(crate) fn binary(op: Binary, s: Scalar, a: u64, b: u64) -> u64 {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match s.is_float() {
        true => float(s, a).partial_cmp(&float(s, b)),
        false => Some(int(s, a).cmp(&int(s, b))),
    };
    let compared = match op {
        Binary::Lt => Some(order == Some(Less)),
        Binary::Le => Some(matches!(order, Some(Less | Equal))),
        Binary::Gt => Some(order == Some(Greater)),
        Binary::Ge => Some(matches!(order, Some(Greater | Equal))),
        Binary::Eq => Some(order == Some(Equal)),
        Binary::Ne => Some(order != Some(Equal)),
        _ => None,
    };
    if let Some(truth) = compared {
        return u64::from(truth);
    }
    if s.is_float() {
        let (x, y) = (float(s, a), float(s, b));
        return rounded(
            s,
            match op {
                Binary::Add => x + y,
                Binary::Sub => x - y,
                Binary::Mul => x * y,
                _ => x / y,
            },
        );
    }
    let (x, y) = (int(s, a), int(s, b));
    wrapped(
        s,
        match op {
            Binary::Add => x + y,
            Binary::Sub => x - y,
            Binary::Mul => x.wrapping_mul(y),
            Binary::Div => x.checked_div(y).unwrap_or(0),
            Binary::Rem => x.checked_rem(y).unwrap_or(0),
            Binary::And => x & y,
            Binary::Or => x | y,
            _ => x ^ y,
        },
    )
}

/// `a << count` or `a >> count`; `count` is of type `by`.
pub(crate) fn shift(left: bool, s: Scalar, a: u64, by: Scalar, count: u64) -> u64 {
    let count = int(by, count).rem_euclid(s.bytes() as i128 * 8) as u32;
    let a = int(s, a);
    wrapped(s, if left { a << count } else { a >> count })
}

/// Equal bits, or two NaN.
pub(crate) fn same(s: Scalar, a: u64, b: u64) -> bool {
    a == b || s.is_float() && float(s, a).is_nan() && float(s, b).is_nan()
}
