//! Reductions of dense rows.
//!
//! Lanes combine side by side and then in pairs; long rows are combined in halves. So the error of a sum grows with the
//! logarithm of the length, and the order of additions depends on the length alone: a row gives the same bits alone,
//! among others, and on every number of threads.

use super::element::{Reducible, with_constant};
use super::node::Reduction;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;
use std::convert::Infallible;
use std::ops::Range;

/// Elements below this are combined on one thread; also the piece of a long row that one thread combines.
pub(super) const PARALLEL: usize = 1 << 15;

/// Lanes that combine side by side, and elements that are combined so before their results combine in pairs.
const LANES: usize = 32;
const RUN: usize = 32 * LANES;

/// Rows up to this length are combined in fewer lanes, many rows at a time: bringing the lanes of one row together
/// would take longer than filling them.
const SHORT: usize = 256;
const FEW: usize = 8;
/// Rows up to this length need no lanes.
const TINY: usize = 8;
/// Short rows that are worked on in one go.
const BATCH: usize = 64;

/// One result for each row of `length` elements.
pub(super) fn rows<T: Reducible, O: Send>(
    op: Reduction,
    data: &[T],
    length: usize,
    out: &mut [O],
    lower: &(impl Fn(T::Accumulator) -> O + Sync),
) {
    if length >= PARALLEL {
        // Pieces of one row in parallel.
        for (to, row) in out.iter_mut().zip(data.chunks_exact(length)) {
            let parts: Vec<T::Accumulator> =
                row.par_chunks(PARALLEL).map(|part| row_sum::<T>(op, part)).collect();
            *to = lower(pairwise(&parts, &|a, b| T::combine(op, a, b)));
        }
        return;
    }
    let rows = |to: &mut [O], from: &[T]| short_rows::<T, O>(op, from, length, to, lower);
    if data.len() < PARALLEL {
        return rows(out, data);
    }
    let count = (PARALLEL / length).max(1);
    out.par_chunks_mut(count).zip(data.par_chunks(count * length)).for_each(|(to, from)| rows(to, from));
}

/// Rows of less than [`PARALLEL`] elements, on this thread.
pub(super) fn short_rows<T: Reducible, O>(
    op: Reduction,
    data: &[T],
    length: usize,
    out: &mut [O],
    lower: &impl Fn(T::Accumulator) -> O,
) {
    lowered::<T, O>(op, out, lower, |sums| {
        if length <= RUN {
            return pulp::Arch::new().dispatch(Rows { op, data, length, sums });
        }
        for (sum, row) in sums.iter_mut().zip(data.chunks_exact(length)) {
            *sum = row_sum::<T>(op, row);
        }
    });
}

/// Lets `compute` fill accumulators, and lowers them: so the loops are compiled once for every `T`, not for every result.
pub(super) fn lowered<T: Reducible, O>(
    op: Reduction,
    out: &mut [O],
    lower: &impl Fn(T::Accumulator) -> O,
    compute: impl FnOnce(&mut [T::Accumulator]),
) {
    let mut sums = vec![T::identity(op); out.len()];
    compute(&mut sums);
    for (to, sum) in out.iter_mut().zip(sums) {
        *to = lower(sum);
    }
}

/// Rows of at most [`RUN`] elements.
struct Rows<'a, T: Reducible> {
    op: Reduction,
    data: &'a [T],
    length: usize,
    sums: &'a mut [T::Accumulator],
}

impl<T: Reducible> WithSimd for Rows<'_, T> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Rows { op, data, length, sums } = self;
        with_constant!(op, |OP| {
            if (2..=TINY).contains(&length) {
                return tiny::<T>(OP, data, length, sums);
            }
            if length <= SHORT {
                return batches::<T>(OP, data, length, sums);
            }
            for (sum, row) in sums.iter_mut().zip(data.chunks_exact(length)) {
                *sum = run::<T>(OP, row);
            }
        });
    }
}

/// One row.
pub(super) fn row_sum<T: Reducible>(op: Reduction, data: &[T]) -> T::Accumulator {
    let run = |range: Range<usize>| Ok(pulp::Arch::new().dispatch(Run { op, data: &data[range] }));
    match row_tree::<T, _>(op, 0..data.len(), RUN, &mut { run }) {
        Ok(sum) => sum,
        Err::<_, Infallible>(never) => match never {},
    }
}

/// What parts of a row combine to: halves at a multiple of the run, so that the tree depends on the length alone, down to
/// parts of at most `part` elements, a power of two times [`RUN`].
pub(super) fn row_tree<T: Reducible, E>(
    op: Reduction,
    range: Range<usize>,
    part: usize,
    combined: &mut impl FnMut(Range<usize>) -> Result<T::Accumulator, E>,
) -> Result<T::Accumulator, E> {
    if range.len() <= part {
        return combined(range);
    }
    let half = range.start + (range.len() / 2).next_multiple_of(RUN);
    let first = row_tree::<T, E>(op, range.start..half, part, combined)?;
    Ok(T::combine(op, first, row_tree::<T, E>(op, half..range.end, part, combined)?))
}

/// At most [`RUN`] elements.
struct Run<'a, T> {
    op: Reduction,
    data: &'a [T],
}

impl<T: Reducible> WithSimd for Run<'_, T> {
    type Output = T::Accumulator;
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> T::Accumulator {
        with_constant!(self.op, |OP| run::<T>(OP, self.data))
    }
}

#[inline(always)]
fn run<T: Reducible>(op: Reduction, data: &[T]) -> T::Accumulator {
    let mut lanes = [T::identity(op); LANES];
    let (chunks, rest) = data.as_chunks::<LANES>();
    for chunk in chunks {
        for i in 0..LANES {
            lanes[i] = T::combine(op, lanes[i], chunk[i].lift());
        }
    }
    for (lane, x) in lanes.iter_mut().zip(rest) {
        *lane = T::combine(op, *lane, x.lift());
    }
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] = T::combine(op, lanes[i], lanes[i + width]);
        }
        width /= 2;
    }
    lanes[0]
}

/// Rows of at most [`TINY`] elements: neighbours combine while the length is even, then what is left of each row.
#[inline(always)]
fn tiny<T: Reducible>(op: Reduction, data: &[T], length: usize, sums: &mut [T::Accumulator]) {
    let zero = T::identity(op);
    let (mut halves, mut quarters) = ([zero; BATCH * TINY / 2], [zero; BATCH * TINY / 4]);
    for (sums, data) in sums.chunks_mut(BATCH).zip(data.chunks(BATCH * length)) {
        if length.is_multiple_of(2) {
            of_each::<T, 2>(op, data, &mut halves);
        }
        match length {
            2 => sums.copy_from_slice(&halves[..sums.len()]),
            3 => of_each::<T, 3>(op, data, sums),
            4 => of_each::<T::Accumulator, 2>(op, &halves, sums),
            5 => of_each::<T, 5>(op, data, sums),
            6 => of_each::<T::Accumulator, 3>(op, &halves, sums),
            7 => of_each::<T, 7>(op, data, sums),
            _ => {
                of_each::<T::Accumulator, 2>(op, &halves, &mut quarters);
                of_each::<T::Accumulator, 2>(op, &quarters, sums);
            }
        }
    }
}

/// Rows of at most [`SHORT`] elements.
#[inline(always)]
fn batches<T: Reducible>(op: Reduction, data: &[T], length: usize, sums: &mut [T::Accumulator]) {
    let zero = T::identity(op);
    let mut lanes = [[zero; FEW]; BATCH];
    let (mut halves, mut quarters) = ([zero; BATCH * FEW / 2], [zero; BATCH * FEW / 4]);
    for (i, sums) in sums.chunks_mut(BATCH).enumerate() {
        for (r, lanes) in lanes[..sums.len()].iter_mut().enumerate() {
            *lanes = few_lanes(op, &data[(i * BATCH + r) * length..], length);
        }
        of_each::<T::Accumulator, 2>(op, lanes.as_flattened(), &mut halves);
        of_each::<T::Accumulator, 2>(op, &halves, &mut quarters);
        of_each::<T::Accumulator, 2>(op, &quarters, sums);
    }
}

/// The lanes of the first `length` elements of `data`. What lies behind them may be read, but counts nothing.
#[inline(always)]
fn few_lanes<T: Reducible>(op: Reduction, data: &[T], length: usize) -> [T::Accumulator; FEW] {
    let mut lanes = [T::identity(op); FEW];
    let (whole, rest) = (length / FEW * FEW, length % FEW);
    for chunk in data[..whole].as_chunks::<FEW>().0 {
        for i in 0..FEW {
            lanes[i] = T::combine(op, lanes[i], chunk[i].lift());
        }
    }
    if rest > 0 {
        let mut spare = [data[0]; FEW];
        let chunk = chunk(&data[whole..], &mut spare);
        for i in 0..FEW {
            lanes[i] = T::combine(op, lanes[i], if i < rest { chunk[i].lift() } else { T::identity(op) });
        }
    }
    lanes
}

/// The first elements of `data`; where there are fewer, they are copied and followed by any others.
///
/// Sums stay in registers if all of them are updated in the same way, so that it is better to read too much.
#[inline(always)]
pub(super) fn chunk<'a, T: Copy, const N: usize>(data: &'a [T], spare: &'a mut [T; N]) -> &'a [T; N] {
    match data.first_chunk() {
        Some(chunk) => chunk,
        None => {
            spare[..data.len()].copy_from_slice(data);
            spare
        }
    }
}

/// Combines every `N` neighbours.
#[inline(always)]
fn of_each<T: Reducible, const N: usize>(op: Reduction, from: &[T], to: &mut [T::Accumulator]) {
    for (to, group) in to.iter_mut().zip(from.as_chunks::<N>().0) {
        let mut sum = group[0].lift();
        for x in &group[1..] {
            sum = T::combine(op, sum, x.lift());
        }
        *to = sum;
    }
}

pub(super) fn pairwise<A: Copy>(items: &[A], combine: &impl Fn(A, A) -> A) -> A {
    match items {
        [one] => *one,
        _ => {
            let (a, b) = items.split_at(items.len() / 2);
            combine(pairwise(a, combine), pairwise(b, combine))
        }
    }
}
