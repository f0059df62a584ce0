//! Choosing between lanes, filling, and progressions.

use super::Src;
use crate::simd::multiversion;

#[inline(always)]
fn select<T: Copy>(dst: &mut [T], cond: &[u8], a: Src<'_, T>, b: Src<'_, T>) {
    match (a, b) {
        (Src::Lanes(a), Src::Lanes(b)) => {
            for (((d, &c), &a), &b) in dst.iter_mut().zip(cond).zip(a).zip(b) {
                *d = if c != 0 { a } else { b };
            }
        }
        (Src::Lanes(a), Src::All(b)) => {
            for ((d, &c), &a) in dst.iter_mut().zip(cond).zip(a) {
                *d = if c != 0 { a } else { b };
            }
        }
        (Src::All(a), Src::Lanes(b)) => {
            for ((d, &c), &b) in dst.iter_mut().zip(cond).zip(b) {
                *d = if c != 0 { a } else { b };
            }
        }
        (Src::All(a), Src::All(b)) => {
            for (d, &c) in dst.iter_mut().zip(cond) {
                *d = if c != 0 { a } else { b };
            }
        }
    }
}

#[inline(always)]
fn blend<T: Copy>(dst: &mut [T], mask: &[u8], a: Src<'_, T>) {
    match a {
        Src::Lanes(a) => {
            for ((d, &m), &a) in dst.iter_mut().zip(mask).zip(a) {
                *d = if m != 0 { a } else { *d };
            }
        }
        Src::All(a) => {
            for (d, &m) in dst.iter_mut().zip(mask) {
                *d = if m != 0 { a } else { *d };
            }
        }
    }
}

multiversion! {
    /// `dst = cond ? a : b` on bytes.
    pub(crate) fn select_u8(dst: &mut [u8], cond: &[u8], a: Src<'_, u8>, b: Src<'_, u8>) {
        select(dst, cond, a, b);
    }

    /// `dst = cond ? a : b` on 32-bit lanes.
    pub(crate) fn select_u32(dst: &mut [u32], cond: &[u8], a: Src<'_, u32>, b: Src<'_, u32>) {
        select(dst, cond, a, b);
    }

    /// `dst = cond ? a : b` on 64-bit lanes.
    pub(crate) fn select_u64(dst: &mut [u64], cond: &[u8], a: Src<'_, u64>, b: Src<'_, u64>) {
        select(dst, cond, a, b);
    }

    /// `dst = a` where the mask is set, on bytes.
    pub(crate) fn blend_u8(dst: &mut [u8], mask: &[u8], a: Src<'_, u8>) {
        blend(dst, mask, a);
    }

    /// `dst = a` where the mask is set, on 32-bit lanes.
    pub(crate) fn blend_u32(dst: &mut [u32], mask: &[u8], a: Src<'_, u32>) {
        blend(dst, mask, a);
    }

    /// `dst = a` where the mask is set, on 64-bit lanes.
    pub(crate) fn blend_u64(dst: &mut [u64], mask: &[u8], a: Src<'_, u64>) {
        blend(dst, mask, a);
    }

    /// `dst[i] = start + step * i`, wrapping, on 32-bit lanes.
    pub(crate) fn progression_u32(dst: &mut [u32], start: u32, step: u32) {
        for (i, d) in dst.iter_mut().enumerate() {
            *d = start.wrapping_add(step.wrapping_mul(i as u32));
        }
    }

    /// `dst[i] = start + step * i`, wrapping, on 64-bit lanes.
    pub(crate) fn progression_u64(dst: &mut [u64], start: u64, step: u64) {
        for (i, d) in dst.iter_mut().enumerate() {
            *d = start.wrapping_add(step.wrapping_mul(i as u64));
        }
    }
}
