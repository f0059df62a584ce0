//! Rows of words in memory: loading and storing them, and arithmetic that reads its operands where they stand.
//!
//! A lane's place is its threadgroup, its row there, and its column. In memory, rows lie a constant distance apart and the
//! columns of a row are contiguous, strided, or all the same word: the patterns of tiles in threadgroup memory, of the
//! halves of a butterfly, and of one row per simdgroup.

use super::{Src, float};
use crate::simd::multiversion;
use emberforge_ir::BinaryOp;

/// Words by lane: column `c` of row `r` of threadgroup `g` is word `first + c * columns + r * rows + g * groups`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pattern {
    pub(crate) first: usize,
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    pub(crate) groups: usize,
}

impl Pattern {
    /// The place of a row's first column.
    #[inline(always)]
    fn start(&self, group: usize, row: usize) -> usize {
        self.first + row * self.rows + group * self.groups
    }
}

/// An operand that stands in memory by rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowSrc<'a> {
    pub(crate) memory: &'a [f32],
    pub(crate) at: Pattern,
}

impl<'a> RowSrc<'a> {
    /// A part of a row that is contiguous or one word.
    #[inline(always)]
    fn part(&self, part: &Part) -> Src<'a, f32> {
        let start = self.at.start(part.group, part.row);
        match self.at.columns {
            0 => Src::All(self.memory[start]),
            _ => Src::Lanes(&self.memory[start + part.column..][..part.lanes.len()]),
        }
    }
}

/// How the lanes of a loop form rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// Lanes of a row.
    pub(crate) width: usize,
    /// Lanes of a threadgroup.
    pub(crate) group: usize,
    /// The first lane of the loop.
    pub(crate) lo: usize,
}

impl Shape {
    /// True when `lanes` lanes are whole rows.
    fn whole(&self, lanes: usize) -> bool {
        let even = |n: usize| n.is_multiple_of(self.width);
        even(self.lo) && even(lanes) && (even(self.group) || self.lo + lanes <= self.group)
    }

    /// Threadgroup and row of the first of `count` whole rows, and the rows of a threadgroup.
    #[inline(always)]
    fn first_row(&self, count: usize) -> (usize, usize, usize) {
        let one = self.lo + count * self.width <= self.group;
        let per_group = if one { usize::MAX } else { self.group / self.width };
        let first = self.lo / self.width;
        (first / per_group, first % per_group, per_group)
    }

    /// The place of the first column of each of `count` whole rows.
    #[inline(always)]
    fn starts(&self, at: Pattern, count: usize) -> Starts {
        let (group, row, per_group) = self.first_row(count);
        let group_start = at.start(group, 0);
        Starts { at, start: at.start(group, row), group_start, left: per_group - row, per_group }
    }

    /// The rows of `lanes` lanes, cut where the loop or a threadgroup ends.
    #[inline(always)]
    fn parts(&self, lanes: usize) -> Parts {
        Parts { shape: *self, group: self.lo / self.group, index: self.lo % self.group, done: 0, lanes }
    }
}

/// Places of whole rows; an iterator, as closures are not compiled for the caller's instruction set.
struct Starts {
    at: Pattern,
    start: usize,
    group_start: usize,
    left: usize,
    per_group: usize,
}

impl Iterator for Starts {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        let here = self.start;
        self.start += self.at.rows;
        self.left -= 1;
        if self.left == 0 {
            self.group_start += self.at.groups;
            (self.start, self.left) = (self.group_start, self.per_group);
        }
        Some(here)
    }
}

/// Part of a row: lanes of the loop, and the place of the first.
struct Part {
    lanes: std::ops::Range<usize>,
    group: usize,
    row: usize,
    column: usize,
}

struct Parts {
    shape: Shape,
    group: usize,
    index: usize,
    done: usize,
    lanes: usize,
}

impl Iterator for Parts {
    type Item = Part;

    #[inline(always)]
    fn next(&mut self) -> Option<Part> {
        let Shape { width, group: size, .. } = self.shape;
        if self.done == self.lanes {
            return None;
        }
        let (row, column) = (self.index / width, self.index % width);
        let count = (width - column).min(size - self.index).min(self.lanes - self.done);
        let part = Part { lanes: self.done..self.done + count, group: self.group, row, column };
        self.done += count;
        self.index += count;
        if self.index == size {
            (self.group, self.index) = (self.group + 1, 0);
        }
        Some(part)
    }
}

/// Rows at least this wide are worth a call each.
const WIDE: usize = 64;

/// True when [`arithmetic_f32`] is quick on rows of this width.
pub(crate) fn is_quick(width: usize) -> bool {
    matches!(width, 8 | 16 | 32) || width >= WIDE
}

/// `dst = dst + a * b` with one rounding, or `dst = a op b`, on operands whose rows are contiguous or one word.
pub(crate) fn arithmetic_f32(
    op: Option<BinaryOp>,
    shape: Shape,
    dst: &mut [f32],
    a: RowSrc<'_>,
    b: RowSrc<'_>,
) {
    if shape.width < WIDE && shape.whole(dst.len()) {
        return match op {
            None => fma_whole(shape, dst, a, b),
            Some(op) => binary_whole(op, shape, dst, a, b),
        };
    }
    for part in shape.parts(dst.len()) {
        let (x, y) = (a.part(&part), b.part(&part));
        match op {
            None => float::add_product_f32(&mut dst[part.lanes], x, y),
            Some(op) => float::binary_f32(op, &mut dst[part.lanes], x, y),
        }
    }
}

multiversion! {
    /// `dst = dst + a * b` with one rounding, over whole rows.
    pub(crate) fn fma_whole(shape: Shape, dst: &mut [f32], a: RowSrc<'_>, b: RowSrc<'_>) {
        zip_whole(shape, dst, a, b, |a, b, d| a.mul_add(b, d));
    }

    /// `dst = a op b` over whole rows.
    pub(crate) fn binary_whole(op: BinaryOp, shape: Shape, dst: &mut [f32], a: RowSrc<'_>, b: RowSrc<'_>) {
        match op {
            BinaryOp::Add => zip_whole(shape, dst, a, b, |a, b, _| a + b),
            BinaryOp::Sub => zip_whole(shape, dst, a, b, |a, b, _| a - b),
            BinaryOp::Mul => zip_whole(shape, dst, a, b, |a, b, _| a * b),
            _ => debug_assert!(false, "{op:?} by rows"),
        }
    }

    /// `dst[i]` is the word of lane `lo + i`. All places must lie inside the memory.
    pub(crate) fn load_u32(shape: Shape, dst: &mut [u32], memory: &[u32], at: Pattern) {
        if shape.whole(dst.len()) {
            if at.columns > 1 && at.rows == 0 && shape.lo.is_multiple_of(shape.group) {
                return repeat_rows(shape, dst, memory, at);
            }
            match shape.width {
                1 => return load_whole::<1>(shape, dst, memory, at),
                2 => return load_whole::<2>(shape, dst, memory, at),
                4 => return load_whole::<4>(shape, dst, memory, at),
                8 => return load_whole::<8>(shape, dst, memory, at),
                16 => return load_whole::<16>(shape, dst, memory, at),
                32 => return load_whole::<32>(shape, dst, memory, at),
                _ => {}
            }
        }
        for part in shape.parts(dst.len()) {
            let start = at.start(part.group, part.row) + part.column * at.columns;
            let dst = &mut dst[part.lanes];
            match at.columns {
                0 => dst.fill(memory[start]),
                1 => dst.copy_from_slice(&memory[start..start + dst.len()]),
                2 => {
                    // The last word may be the memory's last.
                    let (pairs, _) = memory[start..].as_chunks::<2>();
                    let last = dst.len() - 1;
                    dst[last] = memory[start + 2 * last];
                    for (d, pair) in dst[..last].iter_mut().zip(pairs) {
                        *d = pair[0];
                    }
                }
                step => {
                    for (i, d) in dst.iter_mut().enumerate() {
                        *d = memory[start + step * i];
                    }
                }
            }
        }
    }

    /// Lane `lo + i` gets `src[i]`, later lanes over earlier ones. All places must lie inside the memory.
    pub(crate) fn store_u32(shape: Shape, memory: &mut [u32], at: Pattern, src: &[u32]) {
        if shape.whole(src.len()) {
            match shape.width {
                1 => return store_whole::<1>(shape, memory, at, src),
                2 => return store_whole::<2>(shape, memory, at, src),
                4 => return store_whole::<4>(shape, memory, at, src),
                8 => return store_whole::<8>(shape, memory, at, src),
                16 => return store_whole::<16>(shape, memory, at, src),
                32 => return store_whole::<32>(shape, memory, at, src),
                _ => {}
            }
        }
        for part in shape.parts(src.len()) {
            let start = at.start(part.group, part.row) + part.column * at.columns;
            let src = &src[part.lanes];
            match at.columns {
                1 => memory[start..start + src.len()].copy_from_slice(src),
                step => {
                    for (i, s) in src.iter().enumerate() {
                        memory[start + step * i] = *s;
                    }
                }
            }
        }
    }
}

/// Loads rows that are the same throughout a threadgroup: one of them, then doubles what is there.
#[inline(always)]
fn repeat_rows(shape: Shape, dst: &mut [u32], memory: &[u32], at: Pattern) {
    let first = shape.lo / shape.group;
    for (group, dst) in dst.chunks_mut(shape.group).enumerate() {
        let from = &memory[at.start(first + group, 0)..];
        for (i, d) in dst[..shape.width].iter_mut().enumerate() {
            *d = from[at.columns * i];
        }
        let mut done = shape.width;
        while done < dst.len() {
            let count = done.min(dst.len() - done);
            dst.copy_within(..count, done);
            done += count;
        }
    }
}

#[inline(always)]
fn load_whole<const WIDTH: usize>(shape: Shape, dst: &mut [u32], memory: &[u32], at: Pattern) {
    let (dst, _) = dst.as_chunks_mut::<WIDTH>();
    let count = dst.len();
    for (now, start) in dst.iter_mut().zip(shape.starts(at, count)) {
        let from = &memory[start..];
        match at.columns {
            0 => now.fill(from[0]),
            1 => now.copy_from_slice(&from[..WIDTH]),
            step => {
                let from = &from[..step * (WIDTH - 1) + 1];
                for (i, d) in now.iter_mut().enumerate() {
                    *d = from[step * i];
                }
            }
        }
    }
}

#[inline(always)]
fn store_whole<const WIDTH: usize>(shape: Shape, memory: &mut [u32], at: Pattern, src: &[u32]) {
    let (src, _) = src.as_chunks::<WIDTH>();
    for (now, start) in src.iter().zip(shape.starts(at, src.len())) {
        let into = &mut memory[start..];
        match at.columns {
            1 => into[..WIDTH].copy_from_slice(now),
            step => {
                let into = &mut into[..step * (WIDTH - 1) + 1];
                for (i, s) in now.iter().enumerate() {
                    into[step * i] = *s;
                }
            }
        }
    }
}

/// `dst = f(a, b, dst)` over whole rows, for the width and the kinds of operands at hand.
#[inline(always)]
fn zip_whole(shape: Shape, dst: &mut [f32], a: RowSrc<'_>, b: RowSrc<'_>, f: impl Fn(f32, f32, f32) -> f32) {
    match shape.width {
        8 => zip_width::<8>(shape, dst, a, b, f),
        16 => zip_width::<16>(shape, dst, a, b, f),
        32 => zip_width::<32>(shape, dst, a, b, f),
        width => debug_assert!(false, "whole rows of {width}"),
    }
}

#[inline(always)]
fn zip_width<const WIDTH: usize>(
    shape: Shape,
    dst: &mut [f32],
    a: RowSrc<'_>,
    b: RowSrc<'_>,
    f: impl Fn(f32, f32, f32) -> f32,
) {
    match (a.at.columns, b.at.columns) {
        (0, 0) => zip_rows::<WIDTH, false, false>(shape, dst, a, b, f),
        (0, _) => zip_rows::<WIDTH, false, true>(shape, dst, a, b, f),
        (_, 0) => zip_rows::<WIDTH, true, false>(shape, dst, a, b, f),
        _ => zip_rows::<WIDTH, true, true>(shape, dst, a, b, f),
    }
}

/// `A`, `B`: the operand has a word for every column.
#[inline(always)]
fn zip_rows<const WIDTH: usize, const A: bool, const B: bool>(
    shape: Shape,
    dst: &mut [f32],
    a: RowSrc<'_>,
    b: RowSrc<'_>,
    f: impl Fn(f32, f32, f32) -> f32,
) {
    let (mut group, mut row, per_group) = shape.first_row(dst.len() / WIDTH);
    let (mut rest, _) = dst.as_chunks_mut::<WIDTH>();
    while !rest.is_empty() {
        let (now, later) = rest.split_at_mut((per_group - row).min(rest.len()));
        let (mut x, mut y) = (a.at.start(group, row), b.at.start(group, row));
        for dst in now {
            // All of a row is read before any of it is written, or the compiler must do one lane after the other.
            let (xs, ys, mut zs) = (load::<WIDTH, A>(&a.memory[x..]), load::<WIDTH, B>(&b.memory[y..]), *dst);
            for i in 0..WIDTH {
                zs[i] = f(xs[i], ys[i], zs[i]);
            }
            *dst = zs;
            (x, y) = (x + a.at.rows, y + b.at.rows);
        }
        rest = later;
        (group, row) = (group + 1, 0);
    }
}

/// The words of a row: one for `EACH` column, or the first for all.
#[inline(always)]
fn load<const WIDTH: usize, const EACH: bool>(from: &[f32]) -> [f32; WIDTH] {
    let mut row = [from[0]; WIDTH];
    if EACH {
        row.copy_from_slice(&from[..WIDTH]);
    }
    row
}
