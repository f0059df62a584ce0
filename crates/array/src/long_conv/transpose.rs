//! Rows to columns and back: a few channels, each dense, to moments that hold one element of each.

use super::real::Real;
use bytemuck::{cast_slice, cast_slice_mut};

/// Writes `columns[t * n + c] = rows[c][t]`, zeros for channels that are missing.
pub(super) fn to_columns<T: Real>(rows: &[&[T]], columns: &mut [T], n: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = eights::<T>(n, rows.len()) {
        let rows: [&[f32]; 8] = std::array::from_fn(|c| cast_slice(rows[c]));
        return simd.vectorize(
            #[inline(always)]
            || x86::to_columns(simd, rows, cast_slice_mut(columns)),
        );
    }
    for (t, moment) in columns.chunks_exact_mut(n).enumerate() {
        for (c, to) in moment.iter_mut().enumerate() {
            *to = rows.get(c).map_or(T::default(), |row| row[t]);
        }
    }
}

/// Writes `rows[c * length + t] = columns[t * n + c]` for as many channels as there are rows.
pub(super) fn to_rows<T: Real>(columns: &[T], n: usize, rows: &mut [T], length: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = eights::<T>(n, rows.len() / length) {
        return simd.vectorize(
            #[inline(always)]
            || x86::to_rows(simd, cast_slice(columns), cast_slice_mut(rows), length),
        );
    }
    for (c, row) in rows.chunks_exact_mut(length).enumerate() {
        for (to, moment) in row.iter_mut().zip(columns.chunks_exact(n)) {
            *to = moment[c];
        }
    }
}

/// Whether eight rows of `f32` are to be turned, and this CPU has the registers for it.
#[cfg(target_arch = "x86_64")]
fn eights<T: Real>(n: usize, rows: usize) -> Option<pulp::x86::V3> {
    let single = std::any::TypeId::of::<T>() == std::any::TypeId::of::<f32>();
    (single && n == 8 && rows == 8).then(pulp::x86::V3::try_new).flatten()
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use bytemuck::{cast, pod_read_unaligned};
    use pulp::x86::V3;
    use std::arch::x86_64::__m256;

    #[inline(always)]
    fn load(data: &[f32], at: usize) -> __m256 {
        cast(pod_read_unaligned::<[f32; 8]>(bytemuck::cast_slice(&data[at..at + 8])))
    }

    /// The transpose of eight vectors.
    #[inline(always)]
    fn transposed(simd: V3, r: [__m256; 8]) -> [__m256; 8] {
        let avx = simd.avx;
        let mut quads = [r[0]; 8];
        for half in 0..2 {
            let r = &r[4 * half..];
            let (a, b) = (avx._mm256_unpacklo_ps(r[0], r[1]), avx._mm256_unpackhi_ps(r[0], r[1]));
            let (c, d) = (avx._mm256_unpacklo_ps(r[2], r[3]), avx._mm256_unpackhi_ps(r[2], r[3]));
            quads[4 * half] = avx._mm256_shuffle_ps::<0x44>(a, c);
            quads[4 * half + 1] = avx._mm256_shuffle_ps::<0xee>(a, c);
            quads[4 * half + 2] = avx._mm256_shuffle_ps::<0x44>(b, d);
            quads[4 * half + 3] = avx._mm256_shuffle_ps::<0xee>(b, d);
        }
        let mut out = quads;
        for i in 0..4 {
            out[i] = avx._mm256_permute2f128_ps::<0x20>(quads[i], quads[i + 4]);
            out[i + 4] = avx._mm256_permute2f128_ps::<0x31>(quads[i], quads[i + 4]);
        }
        out
    }

    #[inline(always)]
    pub(super) fn to_columns(simd: V3, rows: [&[f32]; 8], columns: &mut [f32]) {
        let length = columns.len() / 8;
        let whole = length / 8 * 8;
        for t in (0..whole).step_by(8) {
            let block = transposed(
                simd,
                rows.map(
                    #[inline(always)]
                    |row| load(row, t),
                ),
            );
            for (to, moment) in columns[8 * t..].chunks_exact_mut(8).zip(block) {
                to.copy_from_slice(&cast::<_, [f32; 8]>(moment));
            }
        }
        for t in whole..length {
            for (c, row) in rows.iter().enumerate() {
                columns[8 * t + c] = row[t];
            }
        }
    }

    #[inline(always)]
    pub(super) fn to_rows(simd: V3, columns: &[f32], rows: &mut [f32], length: usize) {
        let whole = length / 8 * 8;
        for t in (0..whole).step_by(8) {
            let moments: [__m256; 8] = std::array::from_fn(
                #[inline(always)]
                |i| load(columns, 8 * (t + i)),
            );
            for (c, row) in transposed(simd, moments).into_iter().enumerate() {
                rows[c * length + t..][..8].copy_from_slice(&cast::<_, [f32; 8]>(row));
            }
        }
        for t in whole..length {
            for c in 0..8 {
                rows[c * length + t] = columns[8 * t + c];
            }
        }
    }
}
