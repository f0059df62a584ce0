//! Matrix products on the CPU, by the `gemm` crate, without copying strided operands.
//!
//! How the work is cut depends on the shapes alone, and the crate's own threads do not change the order in which an
//! element is summed, so every number of threads gives the same bits. The crate's order does depend on the number of rows;
//! where a row must not depend on those beside it, all products are of [`GROUP`] rows.

use crate::Spec;
use crate::region;
use crate::shape;
use crate::value::Value;
use bytemuck::Pod;
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use emberforge_device::product::{Matrix, Real, product};
use num_complex::Complex32;
use rayon::prelude::*;

/// Multiplications of a batched product below which one thread does all of it.
const ALONE: usize = 1 << 16;
/// Multiplications of one piece of a batched product.
const PIECE: usize = 1 << 22;
/// Rows of a piece where rows are kept apart.
const GROUP: usize = 64;

/// The products of the matrices in the last two axes; the axes before are equal. With `apart`, the bits of a row are the
/// same whatever other rows there are.
pub(super) fn matmul(a: &Value, b: &Value, out: &Spec, apart: bool) -> Result<Value> {
    let mut buffer = BufferMut::new(out.len() * out.dtype.size())?;
    match out.dtype {
        DType::F32 => batched::<f32>(a, b, &out.shape, buffer.bytes_mut(), apart)?,
        DType::F64 => batched::<f64>(a, b, &out.shape, buffer.bytes_mut(), apart)?,
        DType::Complex64 => batched::<Complex32>(a, b, &out.shape, buffer.bytes_mut(), apart)?,
        other => return Err(Error::internal(format_args!("a matrix product of {other}"))),
    }
    Ok(Value::dense(buffer, out.dtype, &out.shape))
}

/// Some rows of the product of one pair of matrices.
struct Piece<'a, T> {
    batch: usize,
    first: usize,
    out: &'a mut [T],
}

fn batched<T: Real + Pod + Send + Sync>(
    a: &Value,
    b: &Value,
    shape: &[usize],
    out: &mut [u8],
    apart: bool,
) -> Result<()> {
    let out = region::elements_mut::<T>(out)?;
    let axes = shape.len() - 2;
    let (batch, rows, columns) = (&shape[..axes], shape[axes], shape[axes + 1]);
    let inner = a.shape[axes + 1];
    if out.is_empty() || inner == 0 {
        out.fill(T::ZERO);
        return Ok(());
    }
    let (left, right) = (region::elements::<T>(a)?, region::elements::<T>(b)?);
    let matrix = |data, of: &Value, batch: usize, first: usize| {
        let at = shape::offset(batch, &shape[..axes], &of.strides);
        Matrix {
            data,
            offset: (of.offset as i64 + at + first as i64 * of.strides[axes]) as usize,
            row_stride: of.strides[axes] as isize,
            column_stride: of.strides[axes + 1] as isize,
        }
    };
    let compute = |piece: Piece<'_, T>, threads: usize| {
        let sizes = [piece.out.len() / columns, inner, columns];
        let (a, b) = (matrix(left, a, piece.batch, piece.first), matrix(right, b, piece.batch, 0));
        if apart && sizes[0] < GROUP {
            group(sizes, a, b, piece.out)
        } else {
            product(sizes, a, b, piece.out, false, threads)
        }
    };
    let count: usize = batch.iter().product();
    if count == 1 && !apart {
        return compute(Piece { batch: 0, first: 0, out }, 0);
    }
    let step = if apart { GROUP } else { (PIECE / (inner * columns)).next_multiple_of(64) }.min(rows);
    let pieces = out.chunks_exact_mut(rows * columns).enumerate().flat_map(|(batch, out)| {
        let blocks = out.chunks_mut(step * columns).enumerate();
        blocks.map(move |(i, out)| Piece { batch, first: i * step, out })
    });
    if count * rows * inner * columns < ALONE {
        return pieces.into_iter().try_for_each(|p| compute(p, 1));
    }
    let pieces: Vec<Piece<'_, T>> = pieces.collect();
    if pieces.len() < rayon::current_num_threads() {
        return pieces.into_iter().try_for_each(|p| compute(p, 0));
    }
    pieces.into_par_iter().try_for_each(|p| compute(p, 1))
}

/// A product of fewer rows than a group, filled up with zeros.
fn group<T: Real + Pod>(
    [rows, inner, columns]: [usize; 3],
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    out: &mut [T],
) -> Result<()> {
    let mut left = vec![T::ZERO; GROUP * inner];
    for (row, to) in left.chunks_exact_mut(inner).take(rows).enumerate() {
        let first = a.offset as isize + row as isize * a.row_stride;
        for (i, to) in to.iter_mut().enumerate() {
            *to = a.data[(first + i as isize * a.column_stride) as usize];
        }
    }
    let mut all = vec![T::ZERO; GROUP * columns];
    let a = Matrix { data: &left, offset: 0, row_stride: inner as isize, column_stride: 1 };
    product([GROUP, inner, columns], a, b, &mut all, false, 1)?;
    out.copy_from_slice(&all[..rows * columns]);
    Ok(())
}
