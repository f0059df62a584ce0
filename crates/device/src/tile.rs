//! A tile of a product in registers: some rows times one panel, in the widest vectors the CPU has.

use crate::packed::PANEL;
use half::bf16;

/// Element types with tiles.
pub trait Tile: Copy {
    /// Elements of the inner axis that are multiplied together.
    const STEP: usize;

    /// Rows of a tile at most on this CPU, as many as there are registers for their sums; 0 when it has no tiles.
    fn most_rows() -> usize;

    /// `out[r][c] = bias[c] + sum_k left[r][k] * right[k][c]` for `rows` rows (1 to [`Tile::most_rows`]) and `wide`
    /// columns (at most [`PANEL`]); rows of `left` lie `left_stride` apart, those of `out` `stride`, and `right` is one
    /// panel. Sums are f32.
    ///
    /// # Safety
    /// `out` must be valid for writes of `wide` elements at each multiple of `stride` below `rows * stride`.
    unsafe fn multiply(
        rows: usize,
        left: &[Self],
        left_stride: usize,
        right: &[Self],
        bias: Option<&[f32]>,
        wide: usize,
        out: *mut Self,
        stride: usize,
    );
}

/// What sums start from, after the slices' lengths were checked.
fn start<T>(
    rows: usize,
    left: &[T],
    left_stride: usize,
    right: &[T],
    bias: Option<&[f32]>,
    wide: usize,
) -> [f32; PANEL] {
    assert!(rows > 0 && left.len() >= (rows - 1) * left_stride + right.len() / PANEL);
    assert!((1..=PANEL).contains(&wide) && bias.is_none_or(|b| b.len() == wide));
    let mut start = [0.0f32; PANEL];
    if let Some(bias) = bias {
        start[..wide].copy_from_slice(bias);
    }
    start
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

    unsafe fn multiply(
        rows: usize,
        left: &[f32],
        left_stride: usize,
        right: &[f32],
        bias: Option<&[f32]>,
        wide: usize,
        out: *mut f32,
        stride: usize,
    ) {
        let start = start(rows, left, left_stride, right, bias, wide);
        #[cfg(target_arch = "x86_64")]
        {
            let steps = right.len() / PANEL;
            let (left, right) = (left.as_ptr(), right.as_ptr());
            // SAFETY: the CPU has the features, `start` has checked the lengths, and the caller promises `out`.
            unsafe {
                if x86::avx512() {
                    return x86::wide(rows, steps, left, left_stride, right, &start, wide, out, stride);
                }
                if x86::avx2() {
                    return x86::narrow(rows, steps, left, left_stride, right, &start, wide, out, stride);
                }
            }
        }
        for r in 0..rows {
            let mut sums = start;
            for (left, right) in left[r * left_stride..].iter().zip(right.chunks_exact(PANEL)) {
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

    unsafe fn multiply(
        rows: usize,
        left: &[bf16],
        left_stride: usize,
        right: &[bf16],
        bias: Option<&[f32]>,
        wide: usize,
        out: *mut bf16,
        stride: usize,
    ) {
        let start = start(rows, left, left_stride, right, bias, wide);
        assert!(bf16::most_rows() > 0, "this CPU has no products of bf16");
        #[cfg(target_arch = "x86_64")]
        {
            let steps = right.len() / PANEL / 2;
            let (left, right) = (left.as_ptr(), right.as_ptr());
            // SAFETY: the CPU has the features, `start` has checked the lengths, and the caller promises `out`.
            unsafe { x86::pairs(rows, steps, left, left_stride, right, &start, wide, out, stride) }
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = (start, out, stride);
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::PANEL;
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

    /// One function per number of rows, so that the sums have registers.
    macro_rules! by_rows {
        ($rows:ident, $tile:ident $args:tt, $($n:literal)*) => {
            match $rows {
                $($n => $tile::<$n> $args,)*
                _ => unreachable!("a tile of {} rows", $rows),
            }
        };
    }

    /// # Safety
    /// As `Tile::multiply`, with AVX-512 there.
    pub(super) unsafe fn wide(
        rows: usize,
        steps: usize,
        left: *const f32,
        left_stride: usize,
        right: *const f32,
        start: &[f32; PANEL],
        wide: usize,
        out: *mut f32,
        stride: usize,
    ) {
        // SAFETY: the caller's promise is the same.
        unsafe {
            by_rows!(rows, tile512(steps, left, left_stride, right, start, wide, out, stride), 1 2 3 4 5 6 7 8 9 10 11 12 13 14);
        }
    }

    #[target_feature(enable = "avx512f")]
    unsafe fn tile512<const R: usize>(
        steps: usize,
        left: *const f32,
        left_stride: usize,
        right: *const f32,
        start: &[f32; PANEL],
        wide: usize,
        out: *mut f32,
        stride: usize,
    ) {
        // SAFETY: `left` holds `steps` elements at each of R multiples of its stride, `right` PANEL a step; stores are masked to `wide` columns of R rows.
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

    /// # Safety
    /// As `Tile::multiply`, with AVX-512 for bf16 there; `steps` counts pairs.
    pub(super) unsafe fn pairs(
        rows: usize,
        steps: usize,
        left: *const bf16,
        left_stride: usize,
        right: *const bf16,
        start: &[f32; PANEL],
        wide: usize,
        out: *mut bf16,
        stride: usize,
    ) {
        // SAFETY: the caller's promise is the same.
        unsafe {
            by_rows!(rows, tile_pairs(steps, left, left_stride, right, start, wide, out, stride), 1 2 3 4 5 6 7 8 9 10 11 12 13 14);
        }
    }

    #[target_feature(enable = "avx512f,avx512bf16,avx512bw,avx512vl")]
    unsafe fn tile_pairs<const R: usize>(
        steps: usize,
        left: *const bf16,
        left_stride: usize,
        right: *const bf16,
        start: &[f32; PANEL],
        wide: usize,
        out: *mut bf16,
        stride: usize,
    ) {
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

    /// # Safety
    /// As `Tile::multiply`, with AVX2 and FMA there.
    pub(super) unsafe fn narrow(
        rows: usize,
        steps: usize,
        left: *const f32,
        left_stride: usize,
        right: *const f32,
        start: &[f32; PANEL],
        wide: usize,
        out: *mut f32,
        stride: usize,
    ) {
        // SAFETY: the caller's promise is the same.
        unsafe {
            by_rows!(rows, tile256(steps, left, left_stride, right, start, wide, out, stride), 1 2 3 4 5 6);
        }
    }

    #[target_feature(enable = "avx2,fma")]
    unsafe fn tile256<const R: usize>(
        steps: usize,
        left: *const f32,
        left_stride: usize,
        right: *const f32,
        start: &[f32; PANEL],
        wide: usize,
        out: *mut f32,
        stride: usize,
    ) {
        // SAFETY: `left` holds `steps` elements at each of R multiples of its stride, `right` PANEL a step; `wide` columns of R rows are copied out.
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
