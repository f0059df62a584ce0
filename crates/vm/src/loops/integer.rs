//! Integer arithmetic and comparison over lanes.

use super::{Src, map, zip};
use crate::simd::multiversion;
use emberforge_ir::{BinaryOp, CompareOp, UnaryOp};

/// `a / b` by the IR's rule: by zero gives 0, `MIN / -1` is `MIN`.
macro_rules! divide {
    ($a:expr, $b:expr) => {
        if $b == 0 { 0 } else { $a.wrapping_div($b) }
    };
}

/// `a % b` by the IR's rule.
macro_rules! remainder {
    ($a:expr, $b:expr) => {
        if $b == 0 { 0 } else { $a.wrapping_rem($b) }
    };
}

/// Unsigned division by one value for all lanes: `n / d = (n * m) >> 64` with `m = ceil(2^64 / d)`, exact for 32-bit `n`
/// and `d >= 2` (Granlund and Montgomery, "Division by invariant integers using multiplication", 1994).
#[inline(always)]
fn reciprocal(d: u32) -> u64 {
    (u64::MAX / u64::from(d)).wrapping_add(1)
}

/// The high half of a 64x32-bit product, written so that it vectorises.
#[inline(always)]
fn quotient(n: u32, reciprocal: u64) -> u32 {
    let n = u64::from(n);
    let low = (reciprocal & 0xffff_ffff) * n;
    let high = (reciprocal >> 32) * n + (low >> 32);
    (high >> 32) as u32
}

multiversion! {
    /// `dst = a op b` on u32 (and on i32 for the operations that do not depend on the sign).
    pub(crate) fn binary_u32(op: BinaryOp, dst: &mut [u32], a: Src<'_, u32>, b: Src<'_, u32>) {
        match op {
            BinaryOp::Add => zip(dst, a, b, u32::wrapping_add),
            BinaryOp::Sub => zip(dst, a, b, u32::wrapping_sub),
            BinaryOp::Mul => zip(dst, a, b, u32::wrapping_mul),
            BinaryOp::Div => match b {
                Src::All(d) if d >= 2 => {
                    let m = reciprocal(d);
                    map(dst, a, |a| quotient(a, m));
                }
                _ => zip(dst, a, b, |a: u32, b: u32| divide!(a, b)),
            },
            BinaryOp::Rem => match b {
                Src::All(d) if d >= 2 => {
                    let m = reciprocal(d);
                    map(dst, a, |a| a.wrapping_sub(quotient(a, m).wrapping_mul(d)));
                }
                _ => zip(dst, a, b, |a: u32, b: u32| remainder!(a, b)),
            },
            BinaryOp::And => zip(dst, a, b, |a, b| a & b),
            BinaryOp::Or => zip(dst, a, b, |a, b| a | b),
            BinaryOp::Xor => zip(dst, a, b, |a, b| a ^ b),
            BinaryOp::Shl => zip(dst, a, b, u32::wrapping_shl),
            BinaryOp::Shr => zip(dst, a, b, u32::wrapping_shr),
            BinaryOp::Min => zip(dst, a, b, |a: u32, b| a.min(b)),
            BinaryOp::Max => zip(dst, a, b, |a: u32, b| a.max(b)),
            BinaryOp::MulHigh => zip(dst, a, b, |a, b| ((u64::from(a) * u64::from(b)) >> 32) as u32),
            BinaryOp::AddSaturate => zip(dst, a, b, u32::saturating_add),
            BinaryOp::SubSaturate => zip(dst, a, b, u32::saturating_sub),
        }
    }

    /// `dst = a op b` on i32, for the operations that depend on the sign.
    pub(crate) fn binary_i32(op: BinaryOp, dst: &mut [i32], a: Src<'_, i32>, b: Src<'_, i32>) {
        match op {
            BinaryOp::Div => zip(dst, a, b, |a: i32, b: i32| divide!(a, b)),
            BinaryOp::Rem => zip(dst, a, b, |a: i32, b: i32| remainder!(a, b)),
            BinaryOp::Shr => zip(dst, a, b, |a: i32, b| a.wrapping_shr(b as u32)),
            BinaryOp::Min => zip(dst, a, b, |a: i32, b| a.min(b)),
            BinaryOp::Max => zip(dst, a, b, |a: i32, b| a.max(b)),
            BinaryOp::MulHigh => zip(dst, a, b, |a, b| ((i64::from(a) * i64::from(b)) >> 32) as i32),
            BinaryOp::AddSaturate => zip(dst, a, b, i32::saturating_add),
            BinaryOp::SubSaturate => zip(dst, a, b, i32::saturating_sub),
            _ => debug_assert!(false, "{op:?} does not depend on the sign"),
        }
    }

    /// `dst = a op b` on u64 (and on i64 for the operations that do not depend on the sign).
    pub(crate) fn binary_u64(op: BinaryOp, dst: &mut [u64], a: Src<'_, u64>, b: Src<'_, u64>) {
        match op {
            BinaryOp::Add => zip(dst, a, b, u64::wrapping_add),
            BinaryOp::Sub => zip(dst, a, b, u64::wrapping_sub),
            BinaryOp::Mul => zip(dst, a, b, u64::wrapping_mul),
            BinaryOp::Div => zip(dst, a, b, |a: u64, b: u64| divide!(a, b)),
            BinaryOp::Rem => zip(dst, a, b, |a: u64, b: u64| remainder!(a, b)),
            BinaryOp::And => zip(dst, a, b, |a, b| a & b),
            BinaryOp::Or => zip(dst, a, b, |a, b| a | b),
            BinaryOp::Xor => zip(dst, a, b, |a, b| a ^ b),
            BinaryOp::Shl => zip(dst, a, b, |a: u64, b| a.wrapping_shl(b as u32)),
            BinaryOp::Shr => zip(dst, a, b, |a: u64, b| a.wrapping_shr(b as u32)),
            BinaryOp::Min => zip(dst, a, b, |a: u64, b| a.min(b)),
            BinaryOp::Max => zip(dst, a, b, |a: u64, b| a.max(b)),
            BinaryOp::MulHigh => zip(dst, a, b, |a, b| ((u128::from(a) * u128::from(b)) >> 64) as u64),
            BinaryOp::AddSaturate => zip(dst, a, b, u64::saturating_add),
            BinaryOp::SubSaturate => zip(dst, a, b, u64::saturating_sub),
        }
    }

    /// `dst = a op b` on i64, for the operations that depend on the sign.
    pub(crate) fn binary_i64(op: BinaryOp, dst: &mut [i64], a: Src<'_, i64>, b: Src<'_, i64>) {
        match op {
            BinaryOp::Div => zip(dst, a, b, |a: i64, b: i64| divide!(a, b)),
            BinaryOp::Rem => zip(dst, a, b, |a: i64, b: i64| remainder!(a, b)),
            BinaryOp::Shr => zip(dst, a, b, |a: i64, b| a.wrapping_shr(b as u32)),
            BinaryOp::Min => zip(dst, a, b, |a: i64, b| a.min(b)),
            BinaryOp::Max => zip(dst, a, b, |a: i64, b| a.max(b)),
            BinaryOp::MulHigh => zip(dst, a, b, |a, b| ((i128::from(a) * i128::from(b)) >> 64) as i64),
            BinaryOp::AddSaturate => zip(dst, a, b, i64::saturating_add),
            BinaryOp::SubSaturate => zip(dst, a, b, i64::saturating_sub),
            _ => debug_assert!(false, "{op:?} does not depend on the sign"),
        }
    }

    /// `dst = op a` on 32-bit integers.
    pub(crate) fn unary_u32(op: UnaryOp, dst: &mut [u32], a: Src<'_, u32>) {
        match op {
            UnaryOp::Neg => map(dst, a, u32::wrapping_neg),
            UnaryOp::Not => map(dst, a, |a| !a),
            UnaryOp::Abs => map(dst, a, |a| (a as i32).wrapping_abs() as u32),
            UnaryOp::CountLeadingZeros => map(dst, a, u32::leading_zeros),
            UnaryOp::CountTrailingZeros => map(dst, a, u32::trailing_zeros),
            UnaryOp::PopCount => map(dst, a, u32::count_ones),
            UnaryOp::ReverseBits => map(dst, a, u32::reverse_bits),
        }
    }

    /// `dst = op a` on 64-bit integers.
    pub(crate) fn unary_u64(op: UnaryOp, dst: &mut [u64], a: Src<'_, u64>) {
        match op {
            UnaryOp::Neg => map(dst, a, u64::wrapping_neg),
            UnaryOp::Not => map(dst, a, |a| !a),
            UnaryOp::Abs => map(dst, a, |a| (a as i64).wrapping_abs() as u64),
            UnaryOp::CountLeadingZeros => map(dst, a, |a| u64::from(a.leading_zeros())),
            UnaryOp::CountTrailingZeros => map(dst, a, |a| u64::from(a.trailing_zeros())),
            UnaryOp::PopCount => map(dst, a, |a| u64::from(a.count_ones())),
            UnaryOp::ReverseBits => map(dst, a, u64::reverse_bits),
        }
    }

    /// `dst = a op b` as bytes, u32 operands.
    pub(crate) fn compare_u32(op: CompareOp, dst: &mut [u8], a: Src<'_, u32>, b: Src<'_, u32>) {
        compare(op, dst, a, b);
    }

    /// `dst = a op b` as bytes, i32 operands.
    pub(crate) fn compare_i32(op: CompareOp, dst: &mut [u8], a: Src<'_, i32>, b: Src<'_, i32>) {
        compare(op, dst, a, b);
    }

    /// `dst = a op b` as bytes, u64 operands.
    pub(crate) fn compare_u64(op: CompareOp, dst: &mut [u8], a: Src<'_, u64>, b: Src<'_, u64>) {
        compare(op, dst, a, b);
    }

    /// `dst = a op b` as bytes, i64 operands.
    pub(crate) fn compare_i64(op: CompareOp, dst: &mut [u8], a: Src<'_, i64>, b: Src<'_, i64>) {
        compare(op, dst, a, b);
    }

    /// `dst = a op b` as bytes, `bool` operands.
    pub(crate) fn compare_u8(op: CompareOp, dst: &mut [u8], a: Src<'_, u8>, b: Src<'_, u8>) {
        compare(op, dst, a, b);
    }

    /// `dst = a op b` on truth bytes.
    pub(crate) fn binary_bool(op: BinaryOp, dst: &mut [u8], a: Src<'_, u8>, b: Src<'_, u8>) {
        match op {
            BinaryOp::And => zip(dst, a, b, |a, b| a & b),
            BinaryOp::Or => zip(dst, a, b, |a, b| a | b),
            BinaryOp::Xor => zip(dst, a, b, |a, b| a ^ b),
            _ => debug_assert!(false, "{op:?} on bool"),
        }
    }

    /// `dst = 1 - a` on truth bytes.
    pub(crate) fn not_bool(dst: &mut [u8], a: Src<'_, u8>) {
        map(dst, a, |a| a ^ 1);
    }
}

#[inline(always)]
fn compare<T: Copy + PartialOrd>(op: CompareOp, dst: &mut [u8], a: Src<'_, T>, b: Src<'_, T>) {
    match op {
        CompareOp::Eq => zip(dst, a, b, |a, b| u8::from(a == b)),
        CompareOp::Ne => zip(dst, a, b, |a, b| u8::from(a != b)),
        CompareOp::Lt => zip(dst, a, b, |a, b| u8::from(a < b)),
        CompareOp::Le => zip(dst, a, b, |a, b| u8::from(a <= b)),
        CompareOp::Gt => zip(dst, a, b, |a, b| u8::from(a > b)),
        CompareOp::Ge => zip(dst, a, b, |a, b| u8::from(a >= b)),
    }
}

/// True for the integer operations whose 32- and 64-bit results differ between signed and unsigned operands.
pub(crate) fn depends_on_sign(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Div
            | BinaryOp::Rem
            | BinaryOp::Shr
            | BinaryOp::Min
            | BinaryOp::Max
            | BinaryOp::MulHigh
            | BinaryOp::AddSaturate
            | BinaryOp::SubSaturate
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_by_a_uniform_equals_plain_division() {
        let a: Vec<u32> = (0..2000u32)
            .map(|i| i.wrapping_mul(2_654_435_761))
            .chain([0, 1, u32::MAX, u32::MAX - 1, 1 << 31])
            .collect();
        let mut q = vec![0; a.len()];
        let mut r = vec![0; a.len()];
        for d in [0u32, 1, 2, 3, 5, 7, 37, 128, 641, 65_535, 1 << 31, u32::MAX] {
            binary_u32(BinaryOp::Div, &mut q, Src::Lanes(&a), Src::All(d));
            binary_u32(BinaryOp::Rem, &mut r, Src::Lanes(&a), Src::All(d));
            for (i, &n) in a.iter().enumerate() {
                assert_eq!(q[i], n.checked_div(d).unwrap_or(0), "{n} / {d}");
                assert_eq!(r[i], n.checked_rem(d).unwrap_or(0), "{n} % {d}");
            }
        }
    }
}
