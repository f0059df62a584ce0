//! Matrix products on the CPU, by the `gemm` crate, without copying strided operands.
//!
//! How the work is cut depends on the shapes alone, and the crate's own threads do not change the order in which an
//! element is summed, so every number of threads gives the same bits. The crate's order does depend on the number of rows;
//! where a row must not depend on those beside it, all products are of [`GROUP`] rows.

use crate::Spec;
use crate::region;
use crate::shape::{self, Strides};
use crate::value::Value;
use bytemuck::Pod;
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use emberforge_device::product::{Matrix, MatrixMut, Real, product};
use num_complex::Complex32;
use rayon::prelude::*;
use std::ops::Range;

/// Multiplications of a batched product below which one thread does all of it.
const ALONE: usize = 1 << 16;
/// Multiplications of one piece of a batched product.
const PIECE: usize = 1 << 22;
/// Multiplications from which on every matrix of a batch is multiplied by all threads together: pieces of it would arrange
/// the right operand again and again.
const LARGE: usize = 1 << 26;

/// Rows of a piece where rows are kept apart.
const GROUP: usize = 64;
/// Rows of one piece at most where pieces cross the batch: the right operand stays in the cache meanwhile.
const MOST_ROWS: usize = 512;

/// The products of the matrices in the last two axes, plus `bias` in each row; the axes before are equal.
///
/// With `apart`, the bits of a row are the same whatever other rows there are.
///
/// Where the matrices of `a` lie side by side in longer rows (blocks of channels), so do those of the result.
pub(super) fn matmul(a: &Value, b: &Value, bias: Option<&Value>, out: &Spec, apart: bool) -> Result<Value> {
    let mut buffer = BufferMut::new(out.len() * out.dtype.size())?;
    let inner = a.shape[a.shape.len() - 1] as i64;
    let side_by_side = match (&out.shape[..], &a.strides[..]) {
        (&[blocks, ..], &[block, row, 1]) => blocks > 1 && block >= inner && row > block,
        _ => false,
    };
    let bias = bias.map(Value::to_dense).transpose()?;
    let call = Call { a, b, bias: bias.as_ref(), shape: &out.shape, side_by_side, apart };
    match out.dtype {
        DType::F32 => call.run::<f32>(buffer.bytes_mut())?,
        DType::F64 => call.run::<f64>(buffer.bytes_mut())?,
        DType::Complex64 => call.run::<Complex32>(buffer.bytes_mut())?,
        other => return Err(Error::internal(format_args!("a matrix product of {other}"))),
    }
    let mut value = Value::dense(buffer, out.dtype, &out.shape);
    if side_by_side {
        let [blocks, _, columns] = [out.shape[0], out.shape[1], out.shape[2]].map(|n| n as i64);
        value.strides = Strides::from_slice(&[columns, blocks * columns, 1]);
    }
    Ok(value)
}

struct Call<'a> {
    a: &'a Value,
    b: &'a Value,
    /// Dense.
    bias: Option<&'a Value>,
    shape: &'a [usize],
    /// The result's rows hold those of all matrices.
    side_by_side: bool,
    apart: bool,
}

/// Rows from `first` on of the products of some matrices.
struct Piece<'a, T> {
    batches: Range<usize>,
    first: usize,
    out: &'a mut [T],
}

impl Call<'_> {
    fn run<T: Real + Pod + Send + Sync>(&self, out: &mut [u8]) -> Result<()> {
        let out = region::elements_mut::<T>(out)?;
        let axes = self.shape.len() - 2;
        let (rows, columns) = (self.shape[axes], self.shape[axes + 1]);
        let count: usize = self.shape[..axes].iter().product();
        let inner = self.a.shape[axes + 1];
        let (left, right) = (region::elements::<T>(self.a)?, region::elements::<T>(self.b)?);
        let bias =
            self.bias.map(|x| x.dense_slice::<T>().ok_or_else(|| Error::internal("a bias is misaligned")));
        let bias = bias.transpose()?;
        if out.is_empty() {
            return Ok(());
        }
        let matrix = |data, of: &Value, batch: usize, first: usize| {
            let at = shape::offset(batch, &self.shape[..axes], &of.strides);
            Matrix {
                data,
                offset: (of.offset as i64 + at + first as i64 * of.strides[axes]) as usize,
                row_stride: of.strides[axes] as isize,
                column_stride: of.strides[axes + 1] as isize,
            }
        };
        let compute = |piece: Piece<'_, T>, threads: usize| {
            match bias {
                Some(bias) => piece.out.chunks_exact_mut(columns).for_each(|row| row.copy_from_slice(bias)),
                None if inner == 0 => piece.out.fill(T::ZERO),
                None => {}
            }
            if inner == 0 {
                return Ok(());
            }
            let row_stride = piece.batches.len() * columns;
            let sizes = [piece.out.len() / row_stride, inner, columns];
            for (i, batch) in piece.batches.enumerate() {
                let (a, b) = (matrix(left, self.a, batch, piece.first), matrix(right, self.b, batch, 0));
                let out = MatrixMut { data: &mut *piece.out, offset: i * columns, row_stride };
                if self.apart && sizes[0] < GROUP {
                    group(sizes, a, b, out, bias.is_some())?;
                } else {
                    product(sizes, a, b, out, bias.is_some(), threads)?;
                }
            }
            Ok(())
        };
        if count == 1 && !self.apart {
            return compute(Piece { batches: 0..1, first: 0, out }, 0);
        }
        let threads = rayon::current_num_threads();
        let large = !self.apart && !self.side_by_side && rows * inner * columns >= LARGE;
        let pieces: Vec<Piece<'_, T>> = if self.side_by_side {
            let step = (rows / 4).clamp(GROUP, MOST_ROWS).next_multiple_of(8);
            let step = if self.apart { GROUP } else { step };
            let blocks = out.chunks_mut(step * count * columns).enumerate();
            blocks.map(|(i, out)| Piece { batches: 0..count, first: i * step, out }).collect()
        } else {
            let step =
                if self.apart { GROUP } else { (PIECE / (inner * columns).max(1)).next_multiple_of(64) };
            let step = if large { rows } else { step.min(rows) };
            let batches = out.chunks_exact_mut(rows * columns).enumerate();
            let pieces = batches.flat_map(|(batch, out)| {
                let blocks = out.chunks_mut(step * columns).enumerate();
                blocks.map(move |(i, out)| Piece { batches: batch..batch + 1, first: i * step, out })
            });
            pieces.collect()
        };
        if count * rows * inner * columns < ALONE {
            return pieces.into_iter().try_for_each(|p| compute(p, 1));
        }
        if pieces.len() < threads || large {
            return pieces.into_iter().try_for_each(|p| compute(p, 0));
        }
        pieces.into_par_iter().try_for_each(|p| compute(p, 1))
    }
}

/// A product of fewer rows than a group, filled up with zeros.
fn group<T: Real + Pod>(
    [rows, inner, columns]: [usize; 3],
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    out: MatrixMut<'_, T>,
    accumulate: bool,
) -> Result<()> {
    let mut left = vec![T::ZERO; GROUP * inner];
    for (row, to) in left.chunks_exact_mut(inner).take(rows).enumerate() {
        let first = a.offset as isize + row as isize * a.row_stride;
        for (i, to) in to.iter_mut().enumerate() {
            *to = a.data[(first + i as isize * a.column_stride) as usize];
        }
    }
    let mut all = vec![T::ZERO; GROUP * columns];
    let mut places = (0..rows).map(|r| out.offset + r * out.row_stride);
    if accumulate {
        for (row, at) in all.chunks_exact_mut(columns).zip(places.clone()) {
            row.copy_from_slice(&out.data[at..at + columns]);
        }
    }
    let a = Matrix { data: &left, offset: 0, row_stride: inner as isize, column_stride: 1 };
    let whole = MatrixMut { data: &mut all, offset: 0, row_stride: columns };
    product([GROUP, inner, columns], a, b, whole, accumulate, 1)?;
    for (row, at) in all.chunks_exact(columns).zip(&mut places) {
        out.data[at..at + columns].copy_from_slice(row);
    }
    Ok(())
}
