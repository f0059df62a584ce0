//! A tile of a product in registers: some rows times one panel, in the widest vectors the CPU has.

use crate::packed::PANEL;
use half::bf16;

/// Element types with tiles.
pub trait Tile: Copy {
    /// Elements of the inner axis that are multiplied together.
    const STEP: usize;

    /// Rows of a tile at most on this CPU, as many as there are registers for their sums; 0 when it has no tiles.
    fn most_rows() -> usize;

    /// Computes a tile of 1 to [`Tile::most_rows`] rows.
    ///
    /// # Safety
    /// `out` must be valid for writes of `wide` elements at each multiple of `stride` below `rows * stride`.
    unsafe fn multiply(operands: &Operands<'_, Self>);
}

/// `out[r][c] = bias[c] + sum_k left[r][k] * right[k][c]` for `rows` rows and `wide` columns, with sums in f32.
pub struct Operands<'a, T> {
    pub(crate) rows: usize,
    pub(crate) left: &'a [T],
    /// Distance of rows of `left`.
    pub(crate) left_stride: usize,
    /// One panel.
    pub(crate) right: &'a [T],
    pub(crate) bias: Option<&'a [f32]>,
    /// At most [`PANEL`].
    pub(crate) wide: usize,
    pub(crate) out: *mut T,
    /// Distance of rows of `out`.
    pub(crate) stride: usize,
}

impl<T: Tile> Operands<'_, T> {
    /// Steps along the inner axis, and what sums start from, after the slices' lengths were checked.
    fn checked(&self) -> (usize, [f32; PANEL]) {
        let inner = self.right.len() / PANEL;
        assert!(self.rows > 0 && self.left.len() >= (self.rows - 1) * self.left_stride + inner);
        assert!((1..=PANEL).contains(&self.wide) && self.bias.is_none_or(|b| b.len() == self.wide));
        let mut start = [0.0f32; PANEL];
        if let Some(bias) = self.bias {
            start[..self.wide].copy_from_slice(bias);
        }
        (inner / T::STEP, start)
    }
}

/// Calls the function for a number of rows: one each, so that the sums have registers.
#[cfg(target_arch = "x86_64")]
macro_rules! by_rows {
    ($tile:ident, $operands:ident, $start:expr, $($n:literal)*) => {
        match $operands.rows {
            $($n => x86::$tile::<$n>($operands, $start),)*
            rows => unreachable!("a tile of {rows} rows"),
        }
    };
}

impl Tile for f32 {
    const STEP: usize = 1;

    fn most_rows() -> usize {
        #[cfg(target_arch = "x86_64")]
        {
            if x86::avx512() {
                return 14;
            }
            if x86::avx2() {
                return 6;
            }
        }
        4
    }

    unsafe fn multiply(operands: &Operands<'_, f32>) {
        let (steps, start) = operands.checked();
        #[cfg(target_arch = "x86_64")]
        {
            let start = (steps, &start);
            // SAFETY: the CPU has the features, `checked` has tested the lengths, and the caller promises `out`.
            unsafe {
                if x86::avx512() {
                    return by_rows!(tile512, operands, start, 1 2 3 4 5 6 7 8 9 10 11 12 13 14);
                }
                if x86::avx2() {
                    return by_rows!(tile256, operands, start, 1 2 3 4 5 6);
                }
            }
        }
        let &Operands { rows, left, left_stride, right, wide, out, stride, .. } = operands;
        for r in 0..rows {
            let mut sums = start;
            for (left, right) in left[r * left_stride..].iter().zip(right.chunks_exact(PANEL)).take(steps) {
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum += left * right;
                }
            }
            // SAFETY: row `r` of `out` holds `wide` elements, by the caller's promise.
            unsafe { std::slice::from_raw_parts_mut(out.add(r * stride), wide) }
                .copy_from_slice(&sums[..wide]);
        }
    }
}

impl Tile for bf16 {
    const STEP: usize = 2;

    fn most_rows() -> usize {
        #[cfg(target_arch = "x86_64")]
        {
            if x86::avx512_bf16() {
                return 14;
            }
        }
        0
    }

    unsafe fn multiply(operands: &Operands<'_, bf16>) {
        assert!(bf16::most_rows() > 0, "this CPU has no products of bf16");
        let (_steps, _start) = operands.checked();
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the CPU has the features, `checked` has tested the lengths, and the caller promises `out`.
        unsafe {
            by_rows!(tile_pairs, operands, (_steps, &_start), 1 2 3 4 5 6 7 8 9 10 11 12 13 14);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Operands, PANEL};
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

    /// # Safety
    /// As `Tile::multiply`, for `operands.rows` = R, with what `Operands::checked` gives; so the other two.
    #[target_feature(enable = "avx512f")]
    pub(super) unsafe fn tile512<const R: usize>(
        operands: &Operands<'_, f32>,
        (steps, start): (usize, &[f32; PANEL]),
    ) {
        let &Operands { left_stride, wide, out, stride, .. } = operands;
        let (left, right) = (operands.left.as_ptr(), operands.right.as_ptr());
        // SAFETY: `left` holds `steps` elements at each of R multiples of its stride, `right` PANEL a step; stores are
        // masked to `wide` columns of R rows.
        unsafe {
            // The sums are written at the end: their lines come while they are computed.
            for r in 0..R {
                _mm_prefetch::<_MM_HINT_ET0>(out.add(r * stride).cast());
                _mm_prefetch::<_MM_HINT_ET0>(out.add(r * stride + wide - 1).cast());
            }
            let starts = [_mm512_loadu_ps(start.as_ptr()), _mm512_loadu_ps(start.as_ptr().add(16))];
            let mut sums = [starts; R];
            for k in 0..steps {
                let b = [_mm512_loadu_ps(right.add(k * PANEL)), _mm512_loadu_ps(right.add(k * PANEL + 16))];
                for (r, sum) in sums.iter_mut().enumerate() {
                    let x = _mm512_set1_ps(*left.add(r * left_stride + k));
                    *sum = [_mm512_fmadd_ps(x, b[0], sum[0]), _mm512_fmadd_ps(x, b[1], sum[1])];
                }
            }
            let mask = (u64::MAX >> (64 - wide)) as u32;
            for (r, sum) in sums.iter().enumerate() {
                let row = out.add(r * stride);
                _mm512_mask_storeu_ps(row, mask as u16, sum[0]);
                if wide > 16 {
                    _mm512_mask_storeu_ps(row.add(16), (mask >> 16) as u16, sum[1]);
                }
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512bf16,avx512bw,avx512vl")]
    pub(super) unsafe fn tile_pairs<const R: usize>(
        operands: &Operands<'_, bf16>,
        (steps, start): (usize, &[f32; PANEL]),
    ) {
        let &Operands { left_stride, wide, out, stride, .. } = operands;
        let (left, right) = (operands.left.as_ptr(), operands.right.as_ptr());
        // SAFETY: `left` holds `steps` pairs at each of R multiples of its stride, `right` PANEL pairs a step; stores are
        // masked to `wide` columns of R rows; vectors of the same size are transmuted.
        unsafe {
            for r in 0..R {
                _mm_prefetch::<_MM_HINT_ET0>(out.add(r * stride).cast());
            }
            let starts = [_mm512_loadu_ps(start.as_ptr()), _mm512_loadu_ps(start.as_ptr().add(16))];
            let mut sums = [starts; R];
            let pairs = |at: *const bf16| -> __m512bh { transmute(_mm512_loadu_si512(at.cast())) };
            for k in 0..steps {
                let b = [pairs(right.add(k * 2 * PANEL)), pairs(right.add(k * 2 * PANEL + PANEL))];
                for (r, sum) in sums.iter_mut().enumerate() {
                    let pair = left.add(r * left_stride + 2 * k).cast::<i32>().read_unaligned();
                    let x: __m512bh = transmute(_mm512_set1_epi32(pair));
                    *sum = [_mm512_dpbf16_ps(sum[0], x, b[0]), _mm512_dpbf16_ps(sum[1], x, b[1])];
                }
            }
            let mask = (u64::MAX >> (64 - wide)) as u32;
            for (r, sum) in sums.iter().enumerate() {
                let row = out.add(r * stride).cast::<i16>();
                let rounded = |sum| transmute::<__m256bh, __m256i>(_mm512_cvtneps_pbh(sum));
                _mm256_mask_storeu_epi16(row, mask as u16, rounded(sum[0]));
                if wide > 16 {
                    _mm256_mask_storeu_epi16(row.add(16), (mask >> 16) as u16, rounded(sum[1]));
                }
            }
        }
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn tile256<const R: usize>(
        operands: &Operands<'_, f32>,
        (steps, start): (usize, &[f32; PANEL]),
    ) {
        let &Operands { left_stride, wide, out, stride, .. } = operands;
        let (left, right) = (operands.left.as_ptr(), operands.right.as_ptr());
        // SAFETY: `left` holds `steps` elements at each of R multiples of its stride, `right` PANEL a step; `wide`
        // columns of R rows are copied out.
        unsafe {
            for half in (0..wide).step_by(16) {
                let starts = [
                    _mm256_loadu_ps(start.as_ptr().add(half)),
                    _mm256_loadu_ps(start.as_ptr().add(half + 8)),
                ];
                let mut sums = [starts; R];
                for k in 0..steps {
                    let b = right.add(k * PANEL + half);
                    let b = [_mm256_loadu_ps(b), _mm256_loadu_ps(b.add(8))];
                    for (r, sum) in sums.iter_mut().enumerate() {
                        let x = _mm256_set1_ps(*left.add(r * left_stride + k));
                        *sum = [_mm256_fmadd_ps(x, b[0], sum[0]), _mm256_fmadd_ps(x, b[1], sum[1])];
                    }
                }
                for (r, sum) in sums.iter().enumerate() {
                    let mut row = [0.0f32; 16];
                    _mm256_storeu_ps(row.as_mut_ptr(), sum[0]);
                    _mm256_storeu_ps(row.as_mut_ptr().add(8), sum[1]);
                    let there = 16.min(wide - half);
                    std::ptr::copy_nonoverlapping(row.as_ptr(), out.add(r * stride + half), there);
                }
            }
        }
    }
}
