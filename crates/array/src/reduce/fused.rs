//! Reductions of elementwise chains that are computed piece by piece in the cache.
//!
//! The pieces and the order in which they combine are those of the reduction alone, so fusing changes no bit.

use super::element::{Reducible, for_elements};
use super::kernel::{Groups, finish, kernel_op};
use super::node::Reduction;
use super::rows::{PARALLEL, pairwise, row_sum, short_rows};
use crate::Spec;
use crate::element::kernel::Expression;
use crate::element::run;
use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use half::{bf16, f16};
use num_complex::Complex32;
use rayon::prelude::*;
use smallvec::smallvec;

/// Bytes of elements that a piece of rows has before they are combined: they stay in a core's second-level cache.
const PIECE: usize = 128 << 10;

/// How an expression is cut: into entries of one outer axis, all of whose inner axes are reduced.
struct Cut<'a> {
    expression: &'a Expression,
    leaves: &'a [Value],
    /// Each leaf's stride along the outer axis.
    outer: Vec<Strides>,
    /// The axes behind the outer one, and where they start among the leaves' own.
    inner: &'a [usize],
    first: usize,
}

impl Cut<'_> {
    /// Computes outer entries `at..at + n` into `scratch`, dense.
    fn compute(&self, at: usize, n: usize, scratch: &mut [u8]) -> Result<()> {
        let mut shape: Shape = smallvec![n];
        shape.extend_from_slice(self.inner);
        let piece = |(leaf, outer): (&Value, &Strides)| {
            let mut strides: Strides = smallvec![outer[0]];
            strides.extend_from_slice(&leaf.strides[self.first..]);
            let offset = (leaf.offset as i64 + at as i64 * outer[0]) as usize;
            Value { shape: shape.clone(), strides, offset, ..leaf.clone() }
        };
        let leaves: Vec<Value> = self.leaves.iter().zip(&self.outer).map(piece).collect();
        run::run_into(self.expression, &leaves, &shape, scratch, 1)
    }
}

/// Reduces an expression of shape `shape` along `axes` without storing its elements; `None` where it cannot be cut into
/// pieces, or is too small to gain by it.
pub(super) fn reduce_fused(
    op: Reduction,
    expression: &Expression,
    leaves: &[Value],
    shape: &[usize],
    axes: &[usize],
    out: &Spec,
) -> Result<Option<Value>> {
    let reduced: Vec<bool> = (0..shape.len()).map(|a| axes.contains(&a)).collect();
    // One long row, cut anywhere; or many short ones, cut between them.
    let (rows, length, first) = match Groups::new(shape, &reduced).0[..] {
        [(true, length)] if length > 2 * PARALLEL => (1, length, shape.len()),
        [(false, rows), (true, length)] if rows * length > 2 * PARALLEL && length < PARALLEL => {
            (rows, length, reduced.iter().position(|r| *r).unwrap_or(0))
        }
        _ => return Ok(None),
    };
    let strides: Vec<&[i64]> = leaves.iter().map(|v| &v.strides[..first]).collect();
    let (sizes, outer) = shape::merge(&shape[..first], &strides);
    if sizes.len() != 1 {
        return Ok(None);
    }
    let cut = Cut { expression, leaves, outer, inner: &shape[first..], first };
    let mut buffer = BufferMut::new(out.len() * out.dtype.size())?;
    let dtype = expression.result();
    macro_rules! run {
        ($ty:ty) => {
            finish::<$ty>(out.dtype, buffer.bytes_mut(), |out| match rows {
                1 => one_row::<$ty>(kernel_op(op), &cut, length, out),
                _ => many_rows::<$ty>(kernel_op(op), &cut, length, out),
            })?
        };
    }
    for_elements!(dtype, run);
    Ok(Some(Value::dense(buffer, out.dtype, &out.shape)))
}

/// The scratch memory as elements.
fn elements<T: bytemuck::AnyBitPattern>(scratch: &[u8]) -> Result<&[T]> {
    bytemuck::try_cast_slice(scratch)
        .map_err(|e| Error::internal(format_args!("scratch memory is misaligned: {e}")))
}

fn one_row<T: Reducible>(op: Reduction, cut: &Cut<'_>, length: usize, out: &mut [T::Out]) -> Result<()> {
    let size = size_of::<T>();
    let part = |scratch: &mut Result<BufferMut>, i: usize| -> Result<T::Accumulator> {
        let scratch = scratch.as_mut().map_err(|e| e.clone())?;
        let n = PARALLEL.min(length - i * PARALLEL);
        let scratch = &mut scratch.bytes_mut()[..n * size];
        cut.compute(i * PARALLEL, n, scratch)?;
        Ok(row_sum::<T>(op, elements(scratch)?))
    };
    let parts = (0..length.div_ceil(PARALLEL))
        .into_par_iter()
        .map_init(|| BufferMut::new(PARALLEL * size), part)
        .collect::<Result<Vec<_>>>()?;
    out[0] = T::lower(pairwise(&parts, &|a, b| T::combine(op, a, b)));
    Ok(())
}

fn many_rows<T: Reducible>(op: Reduction, cut: &Cut<'_>, length: usize, out: &mut [T::Out]) -> Result<()> {
    let size = size_of::<T>();
    let count = (PIECE / size / length).max(1);
    out.par_chunks_mut(count).enumerate().try_for_each_init(
        || BufferMut::new(count * length * size),
        |scratch, (i, out)| {
            let scratch = scratch.as_mut().map_err(|e| e.clone())?;
            let scratch = &mut scratch.bytes_mut()[..out.len() * length * size];
            cut.compute(i * count, out.len(), scratch)?;
            short_rows::<T, T::Out>(op, elements(scratch)?, length, out, &T::lower);
            Ok(())
        },
    )
}
