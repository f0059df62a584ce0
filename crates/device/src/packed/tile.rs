//! A tile of a product in registers: some rows times one panel, in the widest vectors the CPU has.

use super::gelu::gelu;
#[cfg(target_arch = "x86_64")]
use super::x86;
use super::{GATED_PANEL, PANEL};
use half::bf16;

/// Element types with tiles.
pub trait Tile: Copy + Into<f32> {
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

/// `out[r][c] = bias[c] + sum_k left[r][k] * right[k][c] + addend[r][c]` for `rows` rows and `wide` columns, with sums in
/// f32. If there is `gated`: `out[r][c] = gelu(sum_k left[r][k] * right[k][c]) * sum_k gated[r][k] * right[k][16 + c]
/// + addend[r][c]`.
pub struct Operands<'a, T> {
    pub(crate) rows: usize,
    pub(crate) left: &'a [T],
    pub(crate) gated: Option<&'a [T]>,
    /// Distance of rows of `left` and `gated`.
    pub(crate) left_stride: usize,
    /// One panel.
    pub(crate) right: &'a [T],
    pub(crate) bias: Option<&'a [f32]>,
    /// With the distance of its rows.
    pub(crate) addend: Option<(&'a [T], usize)>,
    /// At most [`PANEL`], or [`GATED_PANEL`].
    pub(crate) wide: usize,
    pub(crate) out: *mut T,
    /// Distance of rows of `out`.
    pub(crate) stride: usize,
}

impl<T: Tile> Operands<'_, T> {
    /// Steps along the inner axis, and what sums start from, after the slices' lengths were checked.
    fn checked(&self) -> (usize, [f32; PANEL]) {
        let inner = self.right.len() / PANEL;
        let most = if self.gated.is_some() { GATED_PANEL } else { PANEL };
        for left in [self.left, self.gated.unwrap_or(self.left)] {
            assert!(self.rows > 0 && left.len() >= (self.rows - 1) * self.left_stride + inner);
        }
        assert!((1..=most).contains(&self.wide) && self.bias.is_none_or(|b| b.len() == self.wide));
        let mut start = [0.0f32; PANEL];
        if let Some(bias) = self.bias {
            start[..self.wide].copy_from_slice(bias);
        }
        (inner / T::STEP, start)
    }

    /// What row `r` of the result is, after its sums; the first `wide` are written. Inlined, so that it is compiled for
    /// the vectors of the tile that calls it.
    #[inline(always)]
    pub(super) fn finished<const GATED: bool>(&self, r: usize, sums: [f32; PANEL]) -> [f32; PANEL] {
        let mut row = sums;
        if GATED {
            for c in 0..GATED_PANEL {
                row[c] = gelu(sums[c]) * sums[GATED_PANEL + c];
            }
        }
        if let Some((addend, stride)) = self.addend {
            for (x, y) in row.iter_mut().zip(&addend[r * stride..][..self.wide]) {
                *x += (*y).into();
            }
        }
        row
    }
}

/// Calls the function for a number of rows: one each, so that the sums have registers.
#[cfg(target_arch = "x86_64")]
macro_rules! by_rows {
    ($tile:ident, $operands:ident, $start:expr, $($n:literal)*) => {
        match ($operands.rows, $operands.gated.is_some()) {
            $(($n, false) => x86::$tile::<$n, false>($operands, $start),)*
            $(($n, true) => x86::$tile::<$n, true>($operands, $start),)*
            (rows, _) => unreachable!("a tile of {rows} rows"),
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
        // SAFETY: `checked` has tested the lengths, and the caller promises `out`.
        unsafe { plain(operands, (steps, &start)) }
    }
}

/// A tile without vectors of a certain size, each sum a chain of products and additions.
///
/// # Safety
/// As [`Tile::multiply`], with what `Operands::checked` gives.
unsafe fn plain(operands: &Operands<'_, f32>, (steps, start): (usize, &[f32; PANEL])) {
    let &Operands { rows, left, gated, left_stride, right, wide, out, stride, .. } = operands;
    for r in 0..rows {
        let mut sums = *start;
        let (left, values) = (&left[r * left_stride..], &gated.unwrap_or(left)[r * left_stride..]);
        for ((x, value), right) in left.iter().zip(values).zip(right.chunks_exact(PANEL)).take(steps) {
            let (left, right) = right.split_at(GATED_PANEL);
            let (of_left, of_right) = sums.split_at_mut(GATED_PANEL);
            of_left.iter_mut().zip(left).for_each(|(sum, w)| *sum += x * w);
            of_right.iter_mut().zip(right).for_each(|(sum, w)| *sum += value * w);
        }
        let row = match gated {
            Some(_) => operands.finished::<true>(r, sums),
            None => operands.finished::<false>(r, sums),
        };
        // SAFETY: row `r` of `out` holds `wide` elements, by the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(out.add(r * stride), wide) }.copy_from_slice(&row[..wide]);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A tile of `rows` rows of numbers by one of the functions.
    fn tile(rows: usize, wide: usize, gated: bool, multiply: unsafe fn(&Operands<'_, f32>)) -> Vec<f32> {
        let numbers = |n: usize, of: f32| (0..n).map(|i| (i as f32 * of).sin()).collect::<Vec<f32>>();
        let (inner, stride) = (37, wide + 1);
        let (left, other) = (numbers(rows * inner, 0.7), numbers(rows * inner, 0.3));
        let (right, bias, addend) =
            (numbers(inner * PANEL, 0.9), numbers(wide, 0.2), numbers(rows * wide, 0.5));
        let mut out = vec![7.0f32; rows * stride];
        let operands = Operands {
            rows,
            left: &left,
            gated: gated.then_some(&other[..]),
            left_stride: inner,
            right: &right,
            bias: (!gated).then_some(&bias[..]),
            addend: Some((&addend, wide)),
            wide,
            out: out.as_mut_ptr(),
            stride,
        };
        // SAFETY: `out` has room for every row.
        unsafe { multiply(&operands) };
        assert!(out.chunks(stride).all(|row| row[wide] == 7.0));
        out
    }

    #[test]
    fn every_kind_of_tile_gives_the_same() {
        let agree = |what: &str, got: &[f32], want: &[f32]| {
            for (got, want) in got.iter().zip(want) {
                assert!((got - want).abs() < 1e-5, "{what}: {got} and {want}");
            }
        };
        for (rows, wide, gated) in
            [(1, 32, false), (4, 16, true), (3, 5, false), (4, 31, false), (2, 3, true)]
        {
            let plain = tile(rows, wide, gated, |operands| {
                let (steps, start) = operands.checked();
                // SAFETY: as the caller promises.
                unsafe { plain(operands, (steps, &start)) }
            });
            agree(
                "the widest",
                &tile(rows, wide, gated, |o| {
                    // SAFETY: as the caller promises.
                    unsafe { f32::multiply(o) }
                }),
                &plain,
            );
            #[cfg(target_arch = "x86_64")]
            if x86::avx2() {
                let narrow = tile(rows, wide, gated, |operands| {
                    let (steps, start) = operands.checked();
                    // SAFETY: the CPU has the features; the rest as the caller promises.
                    unsafe { by_rows!(tile256, operands, (steps, &start), 1 2 3 4 5 6) }
                });
                agree("AVX2", &narrow, &plain);
            }
        }
    }
}
