//! Reductions of elements that lie apart: data of shape (before, length, after), neighbours in the output are
//! neighbours in memory.
//!
//! Every result combines [`ROWS`] elements one after the other, and then such results: in pairs where blocks are wide,
//! again [`ROWS`] at a time where they are narrow. The order depends on length and after alone.

use super::element::{Reducible, with_constant};
use super::node::Reduction;
use super::rows::{PARALLEL, chunk, lowered};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;
use std::ops::Range;

/// Elements that are added one after the other.
const ROWS: usize = 64;
/// Columns up to which sums are kept in registers, a few columns at a time, while the rows pass by.
const NARROW: usize = 128;
/// Columns from which one block alone has work for every core.
const WIDE: usize = 4096;

/// Each result combines `length` elements that lie `after` apart.
pub(super) fn columns<T: Reducible, O: Send>(
    op: Reduction,
    data: &[T],
    length: usize,
    after: usize,
    out: &mut [O],
    lower: &(impl Fn(T::Accumulator) -> O + Sync),
) {
    // Rows that are combined in parallel with the others of their block.
    let piece = if after <= NARROW { ROWS } else { (PARALLEL / after).next_multiple_of(ROWS) };
    if length > piece && after < WIDE {
        let pieces = length.div_ceil(piece);
        let mut partial = vec![T::identity(op); out.len() * pieces];
        let blocks = partial.par_chunks_mut(pieces * after).zip(data.par_chunks(length * after));
        blocks.for_each(|(partial, block)| {
            // Whole pieces have one shape, and the last one another.
            let whole = length / piece;
            let (block, rest) = block.split_at(whole * piece * after);
            let (partial, of_rest) = partial.split_at_mut(whole * after);
            passes::<T, _>(op, block, piece, after, partial, &|a| a);
            passes::<T, _>(op, rest, length - whole * piece, after, of_rest, &|a| a);
        });
        return columns::<T::Accumulator, O>(op, &partial, pieces, after, out, lower);
    }
    passes::<T, O>(op, data, length, after, out, lower);
}

/// Blocks, as many at a time as keep a core busy.
fn passes<T: Reducible, O: Send>(
    op: Reduction,
    data: &[T],
    length: usize,
    after: usize,
    out: &mut [O],
    lower: &(impl Fn(T::Accumulator) -> O + Sync),
) {
    if length == 0 {
        return;
    }
    if after > NARROW {
        return wide::<T, O>(op, data, length, after, out, lower);
    }
    let blocks = |(out, data): (&mut [O], &[T])| {
        lowered::<T, O>(op, out, lower, |sums| {
            pulp::Arch::new().dispatch(Narrow { op, data, length, after, sums });
        });
    };
    if data.len() < PARALLEL {
        return blocks((out, data));
    }
    let count = (PARALLEL / (length * after)).max(1);
    out.par_chunks_mut(count * after).zip(data.par_chunks(count * length * after)).for_each(blocks);
}

/// Blocks of at most [`ROWS`] rows and [`NARROW`] columns.
struct Narrow<'a, T: Reducible> {
    op: Reduction,
    data: &'a [T],
    length: usize,
    after: usize,
    sums: &'a mut [T::Accumulator],
}

impl<T: Reducible> WithSimd for Narrow<'_, T> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Narrow { op, data, length, after, sums } = self;
        with_constant!(op, |OP| {
            for (i, sums) in sums.chunks_exact_mut(after).enumerate() {
                let data = &data[i * length * after..];
                let mut first = 0;
                while after - first >= 64 {
                    few_columns::<T, 64>(OP, &data[first..], length, after, &mut sums[first..]);
                    first += 64;
                }
                while first < after {
                    few_columns::<T, 8>(OP, &data[first..], length, after, &mut sums[first..]);
                    first += 8;
                }
            }
        });
    }
}

/// The first `N` columns of rows that lie `after` apart, or as many as there are results. Of the last row, what lies
/// behind the columns may be missing; elsewhere it is read, and counts nothing.
#[inline(always)]
fn few_columns<T: Reducible, const N: usize>(
    op: Reduction,
    data: &[T],
    length: usize,
    after: usize,
    out: &mut [T::Accumulator],
) {
    let mut sums = [T::identity(op); N];
    let mut spare = [data[0]; N];
    for r in 0..length {
        let row = chunk(&data[r * after..], &mut spare);
        for i in 0..N {
            sums[i] = T::combine(op, sums[i], row[i].lift());
        }
    }
    let count = out.len().min(N);
    out[..count].copy_from_slice(&sums[..count]);
}

/// Blocks with more columns, cut into pieces of work between columns.
fn wide<T: Reducible, O: Send>(
    op: Reduction,
    data: &[T],
    length: usize,
    after: usize,
    out: &mut [O],
    lower: &(impl Fn(T::Accumulator) -> O + Sync),
) {
    /// Columns of one piece of work: each of its rows is long enough to be fetched at full speed.
    const WIDTH: usize = 8192;
    let piece = |out: &mut [O], block: &[T], start: usize| {
        lowered::<T, O>(op, out, lower, |sums| column_tree::<T>(op, block, after, start, 0..length, sums));
    };
    if data.len() < PARALLEL {
        for (out, block) in out.chunks_mut(after).zip(data.chunks(length * after)) {
            piece(out, block, 0);
        }
        return;
    }
    out.par_chunks_mut(after).zip(data.par_chunks(length * after)).for_each(|(out, block)| {
        // At least two pieces of a wide block, so that one block alone keeps two cores busy.
        let width = out.len().div_ceil(2).clamp(1024, WIDTH);
        out.par_chunks_mut(width).enumerate().for_each(|(i, out)| piece(out, block, i * width));
    });
}

/// Combines rows `rows` of a block into `sums`, in pairs over long ranges.
fn column_tree<T: Reducible>(
    op: Reduction,
    block: &[T],
    after: usize,
    start: usize,
    rows: Range<usize>,
    sums: &mut [T::Accumulator],
) {
    if rows.len() > ROWS {
        let half = rows.start + (rows.len() / 2).next_multiple_of(ROWS);
        let mut other = vec![T::identity(op); sums.len()];
        column_tree::<T>(op, block, after, start, rows.start..half, sums);
        column_tree::<T>(op, block, after, start, half..rows.end, &mut other);
        for (sum, x) in sums.iter_mut().zip(other) {
            *sum = T::combine(op, *sum, x);
        }
        return;
    }
    pulp::Arch::new().dispatch(AddRows { op, block, after, start, rows, sums });
}

/// Combines rows of a block into `sums`, one after the other.
struct AddRows<'a, T: Reducible> {
    op: Reduction,
    block: &'a [T],
    after: usize,
    start: usize,
    rows: Range<usize>,
    sums: &'a mut [T::Accumulator],
}

impl<T: Reducible> WithSimd for AddRows<'_, T> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let AddRows { op, block, after, start, rows, sums } = self;
        let width = sums.len();
        let row = |r: usize| &block[r * after + start..][..width];
        // Four rows at a time where the sums are many: they are fetched and put back once for them. Shorter rows are
        // better read in the order in which they lie.
        let in_fours = if width < 2048 { rows.start } else { rows.start + rows.len() / 4 * 4 };
        with_constant!(op, |OP| {
            for r in (rows.start..in_fours).step_by(4) {
                let (a, b, c, d) = (row(r), row(r + 1), row(r + 2), row(r + 3));
                for ((((sum, a), b), c), d) in sums.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                    let ab = T::combine(OP, T::combine(OP, *sum, a.lift()), b.lift());
                    *sum = T::combine(OP, T::combine(OP, ab, c.lift()), d.lift());
                }
            }
            for r in in_fours..rows.end {
                for (sum, x) in sums.iter_mut().zip(row(r)) {
                    *sum = T::combine(OP, *sum, x.lift());
                }
            }
        });
    }
}
