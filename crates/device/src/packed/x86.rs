//! Tiles for AVX-512 and AVX2.

use super::PANEL;
use super::tile::Operands;
use half::bf16;
use std::arch::x86_64::*;
use std::mem::transmute;

pub(super) fn avx512() -> bool {
    is_x86_feature_detected!("avx512f")
}

pub(super) fn avx512_bf16() -> bool {
    avx512()
        && is_x86_feature_detected!("avx512bf16")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
}

pub(super) fn avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

/// The sums are written at the end: their lines come while they are computed, one after the other so that they do not hold
/// up the operands.
#[inline]
#[target_feature(enable = "avx512f")]
fn prefetch<const R: usize, T>(k: usize, operands: &Operands<'_, T>) {
    let (row, column) = ((k / 8).min(R - 1), (k & 1) * (operands.wide - 1));
    let line = operands.out.wrapping_add(row * operands.stride + column);
    _mm_prefetch::<_MM_HINT_ET0>(line.cast());
}

/// By way of memory: of a transmutation the compiler would conclude that the sums are 32 numbers in the loop, too.
#[inline]
#[target_feature(enable = "avx512f")]
fn stored(sums: [__m512; 2]) -> [f32; PANEL] {
    let mut row = [0.0f32; PANEL];
    // SAFETY: the row has room for both.
    unsafe {
        _mm512_storeu_ps(row.as_mut_ptr(), sums[0]);
        _mm512_storeu_ps(row.as_mut_ptr().add(16), sums[1]);
    }
    row
}

/// # Safety
/// As `Tile::multiply`, for `operands.rows` = R and `operands.gated` if GATED, with what `Operands::checked` gives; so the
/// other two.
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn tile512<const R: usize, const GATED: bool>(
    operands: &Operands<'_, f32>,
    (steps, start): (usize, &[f32; PANEL]),
) {
    let &Operands { left_stride, wide, out, stride, .. } = operands;
    let (left, right) = (operands.left.as_ptr(), operands.right.as_ptr());
    let gated = operands.gated.map_or(left, <[_]>::as_ptr);
    // SAFETY: `left` and `gated` hold `steps` elements at each of R multiples of its stride, `right` PANEL a step; stores are
    // masked to `wide` columns of R rows.
    unsafe {
        let starts = [_mm512_loadu_ps(start.as_ptr()), _mm512_loadu_ps(start.as_ptr().add(16))];
        let mut sums = [starts; R];
        for k in 0..steps {
            prefetch::<R, f32>(k, operands);
            let b = [_mm512_loadu_ps(right.add(k * PANEL)), _mm512_loadu_ps(right.add(k * PANEL + 16))];
            for (r, sum) in sums.iter_mut().enumerate() {
                let x = _mm512_set1_ps(*left.add(r * left_stride + k));
                let y = if GATED { _mm512_set1_ps(*gated.add(r * left_stride + k)) } else { x };
                *sum = [_mm512_fmadd_ps(x, b[0], sum[0]), _mm512_fmadd_ps(y, b[1], sum[1])];
            }
        }
        let mask = (u64::MAX >> (64 - wide)) as u32;
        for (r, sum) in sums.iter().enumerate() {
            let sum = operands.finished::<GATED>(r, stored(*sum));
            let row = out.add(r * stride);
            _mm512_mask_storeu_ps(row, mask as u16, _mm512_loadu_ps(sum.as_ptr()));
            if wide > 16 {
                _mm512_mask_storeu_ps(
                    row.add(16),
                    (mask >> 16) as u16,
                    _mm512_loadu_ps(sum.as_ptr().add(16)),
                );
            }
        }
    }
}

#[target_feature(enable = "avx512f,avx512bf16,avx512bw,avx512vl")]
pub(super) unsafe fn tile_pairs<const R: usize, const GATED: bool>(
    operands: &Operands<'_, bf16>,
    (steps, start): (usize, &[f32; PANEL]),
) {
    let &Operands { left_stride, wide, out, stride, .. } = operands;
    let (left, right) = (operands.left.as_ptr(), operands.right.as_ptr());
    let gated = operands.gated.map_or(left, <[_]>::as_ptr);
    // SAFETY: `left` and `gated` hold `steps` pairs at each of R multiples of its stride, `right` PANEL pairs a step; stores are
    // masked to `wide` columns of R rows; vectors of the same size are transmuted.
    unsafe {
        let starts = [_mm512_loadu_ps(start.as_ptr()), _mm512_loadu_ps(start.as_ptr().add(16))];
        let mut sums = [starts; R];
        let pairs = |at: *const bf16| -> __m512bh { transmute(_mm512_loadu_si512(at.cast())) };
        for k in 0..steps {
            prefetch::<R, bf16>(k, operands);
            let b = [pairs(right.add(k * 2 * PANEL)), pairs(right.add(k * 2 * PANEL + PANEL))];
            for (r, sum) in sums.iter_mut().enumerate() {
                let pair = |of: *const bf16| -> __m512bh {
                    let pair = of.add(r * left_stride + 2 * k).cast::<i32>().read_unaligned();
                    transmute(_mm512_set1_epi32(pair))
                };
                let x = pair(left);
                let y = if GATED { pair(gated) } else { x };
                *sum = [_mm512_dpbf16_ps(sum[0], x, b[0]), _mm512_dpbf16_ps(sum[1], y, b[1])];
            }
        }
        let mask = (u64::MAX >> (64 - wide)) as u32;
        for (r, sum) in sums.iter().enumerate() {
            let sum = operands.finished::<GATED>(r, stored(*sum));
            let row = out.add(r * stride).cast::<i16>();
            let rounded = |at| {
                transmute::<__m256bh, __m256i>(_mm512_cvtneps_pbh(_mm512_loadu_ps(sum.as_ptr().add(at))))
            };
            _mm256_mask_storeu_epi16(row, mask as u16, rounded(0));
            if wide > 16 {
                _mm256_mask_storeu_epi16(row.add(16), (mask >> 16) as u16, rounded(16));
            }
        }
    }
}

#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn tile256<const R: usize, const GATED: bool>(
    operands: &Operands<'_, f32>,
    (steps, start): (usize, &[f32; PANEL]),
) {
    let &Operands { left_stride, wide, out, stride, .. } = operands;
    let (left, right) = (operands.left.as_ptr(), operands.right.as_ptr());
    let gated = operands.gated.map_or(left, <[_]>::as_ptr);
    // SAFETY: `left` and `gated` hold `steps` elements at each of R multiples of its stride, `right` PANEL a step; `wide`
    // columns of R rows are copied out.
    unsafe {
        let mut rows = [[0.0f32; PANEL]; R];
        for (half, left) in [(0, left), (16, gated)] {
            if half >= wide && !GATED {
                break;
            }
            let starts =
                [_mm256_loadu_ps(start.as_ptr().add(half)), _mm256_loadu_ps(start.as_ptr().add(half + 8))];
            let mut sums = [starts; R];
            for k in 0..steps {
                let b = right.add(k * PANEL + half);
                let b = [_mm256_loadu_ps(b), _mm256_loadu_ps(b.add(8))];
                for (r, sum) in sums.iter_mut().enumerate() {
                    let x = _mm256_set1_ps(*left.add(r * left_stride + k));
                    *sum = [_mm256_fmadd_ps(x, b[0], sum[0]), _mm256_fmadd_ps(x, b[1], sum[1])];
                }
            }
            for (row, sum) in rows.iter_mut().zip(&sums) {
                _mm256_storeu_ps(row.as_mut_ptr().add(half), sum[0]);
                _mm256_storeu_ps(row.as_mut_ptr().add(half + 8), sum[1]);
            }
        }
        for (r, sums) in rows.into_iter().enumerate() {
            let row = operands.finished::<GATED>(r, sums);
            std::ptr::copy_nonoverlapping(row.as_ptr(), out.add(r * stride), wide);
        }
    }
}
