//! Products with a right-hand matrix that was arranged for them once, as weights are.
//!
//! The arrangement is in panels of [`PANEL`] columns: panel p holds, row by row, columns 32 p to 32 p + 31 of the matrix,
//! filled up with zeros. A tile of up to 14 rows and one panel is summed in registers over the whole inner axis, so an
//! element is one chain of fused multiply-adds in ascending order: its bits depend neither on the other rows nor on how
//! the work is cut.

use crate::product::{Matrix, MatrixMut, inside};
use crate::{BufferMut, tile};
use emberforge_base::{Error, Result};
use rayon::prelude::*;
use std::ops::Range;

/// Columns of a panel.
pub const PANEL: usize = 32;
/// Rows of the left operand that are copied at once, where it cannot be read as it lies.
const SLAB: usize = 512;
/// Rows of one piece of work: their left operand stays in a core's cache while panels pass by.
const ROWS: usize = 128;
/// Multiplications below which one thread does all.
const ALONE: usize = 1 << 18;
/// Elements that one thread copies faster than several are woken.
const COPIED_ALONE: usize = 1 << 15;

/// Elements of a matrix of `inner` rows and `columns` columns in panels.
pub fn packed_len(inner: usize, columns: usize) -> usize {
    inner * columns.next_multiple_of(PANEL)
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

/// `out = a * packed (+ bias in each row)`; `packed` holds the blocks one after the other, each in panels.
///
/// # Errors
/// When a matrix reaches outside its slice, rows of `out` overlap, or `packed` or `bias` has another length.
pub fn product(
    rows: usize,
    shape: Blocks,
    a: Matrix<'_, f32>,
    packed: &[f32],
    bias: Option<&[f32]>,
    out: MatrixMut<'_, f32>,
) -> Result<()> {
    let Blocks { blocks, inner, columns } = shape;
    let width = blocks * columns;
    if rows == 0 || width == 0 {
        return Ok(());
    }
    inside(&a, rows, blocks * inner)?;
    let MatrixMut { data, offset, row_stride } = out;
    if row_stride < width
        || offset + (rows - 1) * row_stride + width > data.len()
        || packed.len() != blocks * packed_len(inner, columns)
        || bias.is_some_and(|b| b.len() != width)
    {
        return Err(Error::internal(format_args!(
            "a product of {rows} rows and {blocks} blocks of {inner} x {columns} was given a packed matrix of {} \
             elements and rows {row_stride} apart from element {offset} of {}",
            packed.len(),
            data.len()
        )));
    }
    let out = Target { at: data[offset..].as_mut_ptr(), row_stride };
    let most = tile::most_rows();
    let threads = if rows * inner * width < ALONE { 1 } else { rayon::current_num_threads() };
    let direct = inner > 0 && a.column_stride == 1 && a.row_stride > 0 && !collides(a.row_stride as usize);
    let slab = if direct { rows } else { SLAB };
    for first in (0..rows).step_by(slab) {
        let slab = slab.min(rows - first);
        let copy = if direct { None } else { Some(Copy::new(&a, first, slab, blocks * inner, threads)?) };
        let (left, left_stride) = match &copy {
            Some(copy) => (copy.elements(), copy.row_stride),
            None => (&a.data[a.offset + first * a.row_stride as usize..], a.row_stride as usize),
        };
        let chunks = even(slab, slab.div_ceil(ROWS));
        let panels = columns.div_ceil(PANEL);
        // Enough pieces to keep threads busy to the end, none without a few panels.
        let cuts = (4 * threads).div_ceil(chunks.len() * blocks).min(panels.div_ceil(4));
        let spans = even(panels, if threads == 1 { 1 } else { cuts.max(1) });
        let work = |i: usize| {
            let (chunk, rest) = (&chunks[i / (blocks * spans.len())], i % (blocks * spans.len()));
            let (block, span) = (rest / spans.len(), &spans[rest % spans.len()]);
            let right = &packed[block * packed_len(inner, columns)..][..packed_len(inner, columns)];
            let tiles = even(chunk.len(), chunk.len().div_ceil(most));
            for panel in span.clone() {
                let column = panel * PANEL;
                let wide = PANEL.min(columns - column);
                let bias = bias.map(|b| &b[block * columns + column..][..wide]);
                let right = &right[panel * PANEL * inner..][..PANEL * inner];
                for tile in &tiles {
                    let row = chunk.start + tile.start;
                    let left = &left[row * left_stride + block * inner..];
                    // SAFETY: the tile's rows and columns lie in `out` (its extent is tested above), and no other piece
                    // writes them: pieces differ in rows, block or panels.
                    unsafe {
                        let to = out.element(first + row, block * columns + column);
                        tile::multiply(tile.len(), left, left_stride, right, bias, wide, to, row_stride);
                    }
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

/// Whether rows this many elements apart share the same few lines of a core's first cache.
fn collides(stride: usize) -> bool {
    stride.is_multiple_of(512)
}

/// Rows of a matrix one after the other, at a distance that does not collide.
struct Copy {
    buffer: BufferMut,
    row_stride: usize,
}

impl Copy {
    fn new(a: &Matrix<'_, f32>, first: usize, rows: usize, width: usize, threads: usize) -> Result<Copy> {
        let row_stride = if collides(width) { width + 16 } else { width };
        let mut buffer = BufferMut::new(rows * row_stride * size_of::<f32>())?;
        let fill = |(row, to): (usize, &mut [f32])| {
            let at = a.offset as isize + (first + row) as isize * a.row_stride;
            if a.column_stride == 1 {
                to[..width].copy_from_slice(&a.data[at as usize..][..width]);
            } else {
                let columns = to[..width].iter_mut().enumerate();
                columns.for_each(|(c, to)| *to = a.data[(at + c as isize * a.column_stride) as usize]);
            }
        };
        let all: &mut [f32] = bytemuck::cast_slice_mut(buffer.bytes_mut());
        if width == 0 {
            // Nothing to copy, and no place to copy it from.
        } else if threads == 1 || rows * width < COPIED_ALONE {
            all.chunks_exact_mut(row_stride.max(1)).enumerate().for_each(fill);
        } else {
            all.par_chunks_exact_mut(row_stride).with_min_len(16).enumerate().for_each(fill);
        }
        Ok(Copy { buffer, row_stride })
    }

    fn elements(&self) -> &[f32] {
        bytemuck::cast_slice(self.buffer.bytes())
    }
}

/// Where the pieces write.
#[derive(Clone, Copy)]
struct Target {
    at: *mut f32,
    row_stride: usize,
}

impl Target {
    /// # Safety
    /// The element must lie in the matrix.
    unsafe fn element(&self, row: usize, column: usize) -> *mut f32 {
        // SAFETY: the caller's promise.
        unsafe { self.at.add(row * self.row_stride + column) }
    }
}

// SAFETY: pieces write through it to places of their own (see `product`).
unsafe impl Send for Target {}
// SAFETY: as above.
unsafe impl Sync for Target {}

/// `0..n` in `parts` ranges whose lengths differ by one at most.
fn even(n: usize, parts: usize) -> Vec<Range<usize>> {
    (0..parts).map(|i| n * i / parts..n * (i + 1) / parts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small integers, so that every order of summation gives the same sum.
    fn numbers(n: usize, seed: usize) -> Vec<f32> {
        (0..n).map(|i| ((i * 7919 + seed * 104_729) % 17) as f32 - 8.0).collect()
    }

    /// A `inner` x `columns` matrix in panels.
    fn pack(matrix: &[f32], inner: usize, columns: usize) -> Vec<f32> {
        let mut packed = vec![0.0; packed_len(inner, columns)];
        for k in 0..inner {
            for c in 0..columns {
                packed[(c / PANEL * inner + k) * PANEL + c % PANEL] = matrix[k * columns + c];
            }
        }
        packed
    }

    fn run(rows: usize, shape: Blocks, a: &[f32], packed: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
        let Blocks { blocks, inner, columns } = shape;
        let mut out = vec![f32::NAN; rows * blocks * columns];
        let row_stride = blocks * columns;
        let a = Matrix { data: a, offset: 0, row_stride: (blocks * inner) as isize, column_stride: 1 };
        let to = MatrixMut { data: &mut out, offset: 0, row_stride };
        product(rows, shape, a, packed, bias, to).expect("fits");
        out
    }

    #[test]
    fn every_shape_agrees_with_the_definition() {
        for (rows, blocks, inner, columns) in [
            (1, 1, 1, 1),
            (3, 1, 5, 33),
            (14, 2, 7, 32),
            (15, 1, 64, 16),
            (129, 4, 24, 48),
            (515, 1, 40, 65),
            (2, 3, 0, 4),
            (30, 2, 256, 8),
            (700, 2, 33, 31),
        ] {
            let shape = Blocks { blocks, inner, columns };
            let a = numbers(rows * blocks * inner, 1);
            let weights: Vec<Vec<f32>> = (0..blocks).map(|b| numbers(inner * columns, b + 2)).collect();
            let packed: Vec<f32> = weights.iter().flat_map(|w| pack(w, inner, columns)).collect();
            let bias = numbers(blocks * columns, 9);
            let out = run(rows, shape, &a, &packed, Some(&bias));
            for (i, got) in out.iter().enumerate() {
                let (r, wide) = (i / (blocks * columns), i % (blocks * columns));
                let (b, c) = (wide / columns, wide % columns);
                let row = &a[(r * blocks + b) * inner..][..inner];
                let sum: f32 = row.iter().enumerate().map(|(k, x)| x * weights[b][k * columns + c]).sum();
                assert_eq!(*got, sum + bias[wide], "{rows} x {blocks} x {inner} x {columns} at {i}");
            }
        }
    }

    #[test]
    fn a_row_has_the_same_bits_whatever_stands_beside_it() {
        let shape = Blocks { blocks: 1, inner: 96, columns: 40 };
        let a: Vec<f32> = (0..200 * 96).map(|i| (i as f32 * 0.37).sin()).collect();
        let packed: Vec<f32> = (0..packed_len(96, 40)).map(|i| (i as f32 * 0.11).cos()).collect();
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
        let packed = pack(&[1.0, 0.0, 0.0, 1.0, 1.0, 1.0], 3, 2);
        let a = Matrix { data: &a, offset: 0, row_stride: 1, column_stride: 2 };
        let mut out = [0.0f32; 4];
        let to = MatrixMut { data: &mut out, offset: 0, row_stride: 2 };
        product(2, shape, a, &packed, None, to).expect("fits");
        assert_eq!(out, [4.0, 5.0, 10.0, 11.0]);
    }

    #[test]
    fn wrong_lengths_are_refused() {
        let shape = Blocks { blocks: 1, inner: 3, columns: 2 };
        let a = Matrix { data: &[0.0f32; 6], offset: 0, row_stride: 3, column_stride: 1 };
        let mut out = [0.0f32; 4];
        let to = MatrixMut { data: &mut out, offset: 0, row_stride: 2 };
        let error = product(2, shape, a, &[0.0; 6], None, to).expect_err("not in panels");
        assert!(error.to_string().contains("a packed matrix of 6 elements"));
    }
}
