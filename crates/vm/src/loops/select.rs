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

    /// Copies rows: lane `i` gets `src[start + col * column + row * row number]`, where the first lane stands at `place`
    /// in rows of `width`. All indices must lie inside `src`.
    pub(crate) fn rows_u32(dst: &mut [u32], src: &[u32], place: usize, width: usize, start: usize, col: usize, row: usize) {
        let aligned = place.is_multiple_of(width) && dst.len().is_multiple_of(width);
        let first = start + row * (place / width);
        match (aligned, width) {
            (true, 8) => whole_rows::<8>(dst, src, first, col, row),
            (true, 16) => whole_rows::<16>(dst, src, first, col, row),
            (true, 32) => whole_rows::<32>(dst, src, first, col, row),
            _ => any_rows(dst, src, place, width, start, col, row),
        }
    }
}

/// Whole rows of a width the compiler knows.
#[inline(always)]
fn whole_rows<const WIDTH: usize>(dst: &mut [u32], src: &[u32], mut first: usize, col: usize, row: usize) {
    for now in dst.chunks_exact_mut(WIDTH) {
        let from = &src[first..];
        match col {
            0 => now.fill(from[0]),
            1 => now.copy_from_slice(&from[..WIDTH]),
            _ => {
                let from = &from[..col * (WIDTH - 1) + 1];
                for (i, d) in now.iter_mut().enumerate() {
                    *d = from[col * i];
                }
            }
        }
        first += row;
    }
}

/// Rows of any width, from any place in one.
#[inline(always)]
fn any_rows(dst: &mut [u32], src: &[u32], place: usize, width: usize, start: usize, col: usize, row: usize) {
    let (mut number, mut column) = (place / width, place % width);
    let mut rest = dst;
    while !rest.is_empty() {
        let count = (width - column).min(rest.len());
        let (now, later) = rest.split_at_mut(count);
        let first = start + col * column + row * number;
        match col {
            0 => now.fill(src[first]),
            1 => now.copy_from_slice(&src[first..first + count]),
            _ => {
                for (i, d) in now.iter_mut().enumerate() {
                    *d = src[first + col * i];
                }
            }
        }
        rest = later;
        (number, column) = (number + 1, 0);
    }
}
