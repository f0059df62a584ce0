//! Products with a right-hand matrix that was arranged for them once, as weights are.
//!
//! The arrangement is in panels of [`PANEL`] columns: panel p holds, row by row, columns 32 p to 32 p + 31 of the matrix,
//! filled up with zeros. Rows of bf16 stand in pairs, the two elements of a column side by side. A tile of up to 14 rows
//! and one panel is summed in registers over the whole inner axis, so an element is one chain of fused multiply-adds in
//! ascending order: its bits depend neither on the other rows nor on how the work is cut.
//!
//! What follows a product in a gated network is done while the sums are in registers ([`Extras`]).

mod gelu;
mod tile;
#[cfg(target_arch = "x86_64")]
mod x86;

use crate::BufferMut;
use crate::product::{Matrix, MatrixMut, inside};
use emberforge_base::{Error, Result};
use half::bf16;
use rayon::prelude::*;
use std::marker::PhantomData;
use std::ops::Range;
use tile::{Operands, Tile};

/// Columns of a panel.
pub const PANEL: usize = 32;
/// Columns of the result that a panel of a gated product gives.
pub const GATED_PANEL: usize = PANEL / 2;
/// Rows of the left operand that are copied at once, where it cannot be read as it lies.
const SLAB: usize = 512;
/// Rows of one piece of work: their left operand stays in a core's cache while panels pass by.
const ROWS: usize = 128;
/// Multiplications below which one thread does all.
const ALONE: usize = 1 << 18;
/// Elements that one thread copies faster than several are woken.
const COPIED_ALONE: usize = 1 << 15;

/// An element type that matrices in panels exist for: f32, and bf16 where [`Element::there`] says so. Sums are f32.
pub trait Element: bytemuck::Pod + Default + Send + Sync + Tile {
    /// Whether this CPU has products of this type.
    fn there() -> bool {
        Self::most_rows() > 0
    }
}

impl Element for f32 {}
impl Element for bf16 {}

/// Elements of a matrix of `inner` rows and `columns` columns in panels.
pub fn packed_len<T: Element>(inner: usize, columns: usize) -> usize {
    inner.next_multiple_of(T::STEP) * columns.next_multiple_of(PANEL)
}

/// `blocks` products side by side: columns `b * columns ..` of `out` = columns `b * inner ..` of `a` times block b.
#[derive(Clone, Copy, Debug)]
pub struct Blocks {
    /// Their number.
    pub blocks: usize,
    /// Rows of each block of the right-hand matrix.
    pub inner: usize,
    /// Columns of each block.
    pub columns: usize,
}

/// What a product does beside multiplying.
#[derive(Clone, Copy, Debug)]
pub struct Extras<'a, T> {
    /// Added to each row: what the sums start from.
    pub bias: Option<&'a [f32]>,
    /// Of the result's shape, its columns side by side: added to the sums.
    pub addend: Option<Matrix<'a, T>>,
    /// The result is `gelu(g) * v` (exact GELU) of two products: each panel holds [`GATED_PANEL`] columns of g's right
    /// operand, then those of v's. Block b of v reads part `b + gate` of the left operand's columns. Excludes `bias`.
    pub gate: Option<usize>,
}

impl<T> Default for Extras<'_, T> {
    fn default() -> Self {
        Extras { bias: None, addend: None, gate: None }
    }
}

/// `out = a * packed`, with `extras`; `packed` holds the blocks one after the other, each in panels. The columns of
/// `shape` are the result's.
///
/// # Errors
/// When a matrix reaches outside its slice, rows of `out` overlap, `packed` or `bias` has another length, or the CPU has
/// no products of the type.
pub fn product<T: Element>(
    rows: usize,
    shape: Blocks,
    a: Matrix<'_, T>,
    packed: &[T],
    extras: Extras<'_, T>,
    out: MatrixMut<'_, T>,
) -> Result<()> {
    let Blocks { blocks, inner, columns } = shape;
    let Extras { bias, addend, gate } = extras;
    let width = blocks * columns;
    if rows == 0 || width == 0 {
        return Ok(());
    }
    // Parts of a row of `a`, and columns that a panel gives.
    let (parts, panel_columns) =
        (blocks + gate.unwrap_or(0), if gate.is_some() { GATED_PANEL } else { PANEL });
    inside(&a, rows, parts * inner)?;
    if let Some(addend) = &addend {
        inside(addend, rows, width)?;
    }
    let MatrixMut { data, offset, row_stride } = out;
    let panels = columns.div_ceil(panel_columns);
    let length = packed_len::<T>(inner, panels * PANEL);
    if !T::there()
        || row_stride < width
        || offset + (rows - 1) * row_stride + width > data.len()
        || packed.len() != blocks * length
        || bias.is_some_and(|b| b.len() != width || gate.is_some())
        || addend.as_ref().is_some_and(|m| m.column_stride != 1 || m.row_stride < 0)
    {
        return Err(Error::internal(format_args!(
            "a product of {rows} rows and {blocks} blocks of {inner} x {columns} was given a packed matrix of {} \
             elements and rows {row_stride} apart from element {offset} of {}",
            packed.len(),
            data.len()
        )));
    }
    let out = Target { at: data[offset..].as_mut_ptr(), row_stride };
    let most = T::most_rows();
    let threads =
        if rows * inner * panels * PANEL * blocks < ALONE { 1 } else { rayon::current_num_threads() };
    let direct = inner > 0
        && inner.is_multiple_of(T::STEP)
        && a.column_stride == 1
        && a.row_stride > 0
        && !collides::<T>(a.row_stride as usize);
    let slab = if direct { rows } else { SLAB };
    for first in (0..rows).step_by(slab) {
        let slab = slab.min(rows - first);
        let copy = if direct { None } else { Some(Copy::new(&a, first, slab, (parts, inner), threads)?) };
        let (left, left_stride) = match &copy {
            Some(copy) => (copy.elements(), copy.row_stride),
            None => (&a.data[a.offset + first * a.row_stride as usize..], a.row_stride as usize),
        };
        let chunks = even(slab, slab.div_ceil(ROWS));
        // Elements of a row of the left operand and of a panel's column.
        let steps = inner.next_multiple_of(T::STEP);
        // Enough pieces to keep threads busy to the end, none without a few panels.
        let cuts = (4 * threads).div_ceil(chunks.len() * blocks).min(panels.div_ceil(4));
        let spans = even(panels, if threads == 1 { 1 } else { cuts.max(1) });
        let work = |i: usize| {
            let (chunk, rest) = (&chunks[i / (blocks * spans.len())], i % (blocks * spans.len()));
            let (block, span) = (rest / spans.len(), &spans[rest % spans.len()]);
            let right = &packed[block * length..][..length];
            let tiles = even(chunk.len(), chunk.len().div_ceil(most));
            for panel in span.clone() {
                let column = panel * panel_columns;
                let wide = panel_columns.min(columns - column);
                let bias = bias.map(|b| &b[block * columns + column..][..wide]);
                let right = &right[panel * PANEL * steps..][..PANEL * steps];
                for tile in &tiles {
                    let row = chunk.start + tile.start;
                    let part = |b: usize| &left[row * left_stride + b * steps..];
                    let (left, gated) = (part(block), gate.map(|distance| part(block + distance)));
                    let addend = addend.as_ref().map(|m| {
                        let stride = m.row_stride as usize;
                        (&m.data[m.offset + (first + row) * stride + block * columns + column..], stride)
                    });
                    // SAFETY: the element lies in `out`, whose extent is tested above.
                    let out = unsafe { out.element(first + row, block * columns + column) };
                    let (rows, stride) = (tile.len(), row_stride);
                    let operands =
                        Operands { rows, left, gated, left_stride, right, bias, addend, wide, out, stride };
                    // SAFETY: so do the tile's rows and columns, and no other piece writes them: pieces differ in rows,
                    // block or panels.
                    unsafe { T::multiply(&operands) };
                }
            }
        };
        let pieces = chunks.len() * blocks * spans.len();
        if threads == 1 {
            (0..pieces).for_each(work);
        } else {
            (0..pieces).into_par_iter().with_max_len(1).for_each(work);
        }
    }
    Ok(())
}

/// The distance at which rows of `width` elements are best stored, to be the left operand of a product: that, or a little
/// more where they would share the same few lines of a core's first cache.
pub fn row_stride<T>(width: usize) -> usize {
    if collides::<T>(width) { width + 64 / size_of::<T>() } else { width }
}

/// Whether rows this many elements apart share the same few lines of a core's first cache.
fn collides<T>(stride: usize) -> bool {
    (stride * size_of::<T>()).is_multiple_of(2048)
}

/// Rows of a matrix one after the other, at a distance that does not collide, each part filled up to whole steps.
struct Copy<T> {
    buffer: BufferMut,
    row_stride: usize,
    element: PhantomData<T>,
}

impl<T: Element> Copy<T> {
    fn new(
        a: &Matrix<'_, T>,
        first: usize,
        rows: usize,
        (parts, inner): (usize, usize),
        threads: usize,
    ) -> Result<Copy<T>> {
        let steps = inner.next_multiple_of(T::STEP);
        let width = parts * steps;
        let row_stride = row_stride::<T>(width);
        let mut buffer = BufferMut::new(rows * row_stride * size_of::<T>())?;
        let fill = |(row, to): (usize, &mut [T])| {
            for (part, to) in to[..width].chunks_exact_mut(steps).enumerate() {
                let at = a.offset as isize
                    + (first + row) as isize * a.row_stride
                    + (part * inner) as isize * a.column_stride;
                if a.column_stride == 1 {
                    to[..inner].copy_from_slice(&a.data[at as usize..][..inner]);
                } else {
                    let columns = to[..inner].iter_mut().enumerate();
                    columns.for_each(|(c, to)| *to = a.data[(at + c as isize * a.column_stride) as usize]);
                }
                to[inner..].fill(T::default());
            }
        };
        let all: &mut [T] = bytemuck::cast_slice_mut(buffer.bytes_mut());
        if width == 0 {
            // Nothing to copy, and no place to copy it from.
        } else if threads == 1 || rows * width < COPIED_ALONE {
            all.chunks_exact_mut(row_stride).enumerate().for_each(fill);
        } else {
            all.par_chunks_exact_mut(row_stride).with_min_len(16).enumerate().for_each(fill);
        }
        Ok(Copy { buffer, row_stride, element: PhantomData })
    }

    fn elements(&self) -> &[T] {
        bytemuck::cast_slice(self.buffer.bytes())
    }
}

/// Where the pieces write.
struct Target<T> {
    at: *mut T,
    row_stride: usize,
}

impl<T> Target<T> {
    /// # Safety
    /// The element must lie in the matrix.
    unsafe fn element(&self, row: usize, column: usize) -> *mut T {
        // SAFETY: the caller's promise.
        unsafe { self.at.add(row * self.row_stride + column) }
    }
}

// SAFETY: pieces write through it to places of their own (see `product`).
unsafe impl<T: Send> Send for Target<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Target<T> {}

/// `0..n` in `parts` ranges whose lengths differ by one at most.
fn even(n: usize, parts: usize) -> Vec<Range<usize>> {
    (0..parts).map(|i| n * i / parts..n * (i + 1) / parts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small integers, so that every order of summation gives the same sum, in bf16 too.
    fn numbers<T: From<i8>>(n: usize, seed: usize) -> Vec<T> {
        (0..n).map(|i| T::from(((i * 7919 + seed * 104_729) % 7) as i8 - 3)).collect()
    }

    /// A `inner` x `columns` matrix in panels.
    fn pack<T: Element>(matrix: &[T], inner: usize, columns: usize) -> Vec<T> {
        let mut packed = vec![T::default(); packed_len::<T>(inner, columns)];
        let steps = inner.next_multiple_of(T::STEP);
        for k in 0..inner {
            for c in 0..columns {
                let step = (c / PANEL * steps + k / T::STEP * T::STEP) * PANEL;
                packed[step + c % PANEL * T::STEP + k % T::STEP] = matrix[k * columns + c];
            }
        }
        packed
    }

    fn run<T: Element>(rows: usize, shape: Blocks, a: &[T], packed: &[T], bias: Option<&[f32]>) -> Vec<T> {
        let Blocks { blocks, inner, columns } = shape;
        let mut out = vec![T::default(); rows * blocks * columns];
        let row_stride = blocks * columns;
        let a = Matrix { data: a, offset: 0, row_stride: (blocks * inner) as isize, column_stride: 1 };
        let to = MatrixMut { data: &mut out, offset: 0, row_stride };
        product(rows, shape, a, packed, Extras { bias, ..Extras::default() }, to).expect("fits");
        out
    }

    fn agrees_with_the_definition<T: Element + From<i8> + Into<f32>>() {
        for (rows, blocks, inner, columns) in [
            (1, 1, 1, 1),
            (3, 1, 5, 33),
            (14, 2, 7, 32),
            (15, 1, 64, 16),
            (129, 4, 24, 48),
            (515, 1, 10, 65),
            (2, 3, 0, 4),
            (30, 2, 256, 8),
            (700, 2, 33, 31),
        ] {
            let shape = Blocks { blocks, inner, columns };
            let a = numbers::<T>(rows * blocks * inner, 1);
            let weights: Vec<Vec<T>> = (0..blocks).map(|b| numbers(inner * columns, b + 2)).collect();
            let packed: Vec<T> = weights.iter().flat_map(|w| pack(w, inner, columns)).collect();
            let bias = numbers::<f32>(blocks * columns, 9);
            let out = run(rows, shape, &a, &packed, Some(&bias));
            for (i, got) in out.iter().enumerate() {
                let (r, wide) = (i / (blocks * columns), i % (blocks * columns));
                let (b, c) = (wide / columns, wide % columns);
                let row = &a[(r * blocks + b) * inner..][..inner];
                let terms =
                    row.iter().enumerate().map(|(k, x)| (*x).into() * weights[b][k * columns + c].into());
                let sum: f32 = terms.sum::<f32>() + bias[wide];
                // bf16 has 8 bits: the sum is exact, what is stored is not.
                let bound = if T::STEP == 1 { 0.0 } else { sum.abs() / 256.0 };
                let error = ((*got).into() - sum).abs();
                assert!(error <= bound, "{rows} x {blocks} x {inner} x {columns} at {i}: {error}");
            }
        }
    }

    #[test]
    fn every_shape_agrees_with_the_definition() {
        agrees_with_the_definition::<f32>();
        if bf16::there() {
            agrees_with_the_definition::<bf16>();
        }
    }

    fn gating_and_an_addend_agree_with_the_definition<T: Element + From<i8> + Into<f32>>() {
        // Of a dense map both halves read the same part of the left operand, of blocks those of the second half others.
        for (rows, blocks, distance, inner, columns) in
            [(1, 1, 0, 3, 1), (15, 1, 0, 9, 20), (40, 2, 2, 16, 33), (130, 1, 1, 192, 64)]
        {
            let (shape, parts) = (Blocks { blocks, inner, columns }, blocks + distance);
            let wide = columns.next_multiple_of(GATED_PANEL);
            let (mut packed, mut halves) = (Vec::new(), Vec::new());
            for b in 0..blocks {
                let [g, v]: [Vec<T>; 2] = [1, 2].map(|seed| numbers(inner * columns, seed + b));
                let element = |k: usize, c: usize| {
                    let (half, c) =
                        (c % PANEL / GATED_PANEL, c / PANEL * GATED_PANEL + c % PANEL % GATED_PANEL);
                    if c < columns { [&g, &v][half][k * columns + c] } else { T::default() }
                };
                let both: Vec<T> =
                    (0..inner * 2 * wide).map(|i| element(i / (2 * wide), i % (2 * wide))).collect();
                packed.extend(pack(&both, inner, 2 * wide));
                halves.push([g, v]);
            }
            let a = numbers::<T>(rows * parts * inner, 5);
            let addend = numbers::<T>(rows * (blocks * columns + 3), 6);
            let row_stride = blocks * columns;
            let extras = Extras {
                addend: Some(Matrix {
                    data: &addend,
                    offset: 3,
                    row_stride: row_stride as isize,
                    column_stride: 1,
                }),
                gate: Some(distance),
                bias: None,
            };
            let mut out = vec![T::default(); rows * row_stride];
            let left = Matrix { data: &a, offset: 0, row_stride: (parts * inner) as isize, column_stride: 1 };
            let to = MatrixMut { data: &mut out, offset: 0, row_stride };
            product(rows, shape, left, &packed, extras, to).expect("fits");
            for (i, got) in out.iter().enumerate() {
                let (r, b, c) = (i / row_stride, i % row_stride / columns, i % columns);
                let sum = |part: usize, w: &[T]| -> f64 {
                    let x = &a[(r * parts + part) * inner..][..inner];
                    x.iter().enumerate().map(|(k, x)| ((*x).into() * w[k * columns + c].into()) as f64).sum()
                };
                let (g, v) = (sum(b, &halves[b][0]), sum(b + distance, &halves[b][1]));
                let gelu = g * libm::erfc(-g * std::f64::consts::FRAC_1_SQRT_2) / 2.0;
                let added: f32 = addend[3 + i].into();
                let right = gelu * v + added as f64;
                let bound = if T::STEP == 1 { 2e-7 } else { 1.0 / 256.0 } * (g * v).abs().max(1.0);
                let error = ((*got).into() as f64 - right).abs();
                assert!(error <= bound, "{rows} x {blocks} x {inner} x {columns} at {i}: {error}");
            }
        }
    }

    #[test]
    fn gates_and_addends_agree_with_the_definition() {
        gating_and_an_addend_agree_with_the_definition::<f32>();
        if bf16::there() {
            gating_and_an_addend_agree_with_the_definition::<bf16>();
        }
    }

    #[test]
    fn a_row_has_the_same_bits_whatever_stands_beside_it() {
        let shape = Blocks { blocks: 1, inner: 96, columns: 40 };
        let a: Vec<f32> = (0..200 * 96).map(|i| (i as f32 * 0.37).sin()).collect();
        let packed: Vec<f32> = (0..packed_len::<f32>(96, 40)).map(|i| (i as f32 * 0.11).cos()).collect();
        let all = run(200, shape, &a, &packed, None);
        for row in [0, 13, 14, 150, 199] {
            let one = run(1, shape, &a[row * 96..][..96], &packed, None);
            assert_eq!(one, all[row * 40..][..40]);
        }
    }

    #[test]
    fn a_strided_left_operand_is_read_by_its_strides() {
        let shape = Blocks { blocks: 1, inner: 3, columns: 2 };
        let a = [1.0, 4.0, 2.0, 5.0, 3.0, 6.0f32];
        let packed = pack(&[1.0f32, 0.0, 0.0, 1.0, 1.0, 1.0], 3, 2);
        let a = Matrix { data: &a, offset: 0, row_stride: 1, column_stride: 2 };
        let mut out = [0.0f32; 4];
        let to = MatrixMut { data: &mut out, offset: 0, row_stride: 2 };
        product(2, shape, a, &packed, Extras::default(), to).expect("fits");
        assert_eq!(out, [4.0, 5.0, 10.0, 11.0]);
    }

    #[test]
    fn wrong_lengths_are_refused() {
        let shape = Blocks { blocks: 1, inner: 3, columns: 2 };
        let a = Matrix { data: &[0.0f32; 6], offset: 0, row_stride: 3, column_stride: 1 };
        let mut out = [0.0f32; 4];
        let to = MatrixMut { data: &mut out, offset: 0, row_stride: 2 };
        let error = product(2, shape, a, &[0.0; 6], Extras::default(), to).expect_err("not in panels");
        assert!(error.to_string().contains("a packed matrix of 6 elements"));
    }
}
