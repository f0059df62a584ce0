//! Reductions of elementwise chains that are computed piece by piece in the cache.
//!
//! The pieces and the order in which they combine are those of the reduction alone, so fusing changes no bit.

use super::element::{Reducible, for_elements};
use super::kernel::{Groups, finish, kernel_op};
use super::node::Reduction;
use super::rows::{PARALLEL, pairwise, row_sum, row_tree, short_rows};
use crate::element::kernel::{Arg, Expression};
use crate::element::{Binary, ElementOp, Unary, run};
use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use crate::{Spec, rows};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use half::{bf16, f16};
use num_complex::Complex32;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;
use smallvec::smallvec;

/// Bytes of elements that a piece of rows has before they are combined: they stay in a core's second-level cache.
const PIECE: usize = 128 << 10;

/// Products that are computed at a time, in the first-level cache: unlike a launch, a plain loop costs nothing to start.
const PRODUCTS: usize = 4 << 10;

/// The product of two slices into a third.
struct Product<'a>(&'a [f32], &'a [f32], &'a mut [f32]);

impl WithSimd for Product<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.2.iter_mut().zip(self.0).zip(self.1).for_each(|((to, a), b)| *to = a * b);
    }
}

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
    /// The factors, where the expression is the product of two dense arrays of `f32`: sums of squares and inner products.
    fn factors(&self) -> Option<[&[f32]; 2]> {
        let [step] = &self.expression.steps[..] else { return None };
        let (a, b) = match (&step.op, &step.args[..]) {
            (ElementOp::Binary(Binary::Multiply), [Arg::Leaf(a), Arg::Leaf(b)]) => (a, b),
            (ElementOp::Unary(Unary::Square), [Arg::Leaf(a)]) => (a, a),
            _ => return None,
        };
        let leaf = |i: &u32| match step.from {
            DType::F32 => self.leaves[*i as usize].dense_slice::<f32>(),
            _ => None,
        };
        Some([leaf(a)?, leaf(b)?])
    }

    /// Elements that are computed and combined in one go.
    fn part(&self) -> usize {
        if self.factors().is_some() { PRODUCTS } else { PARALLEL }
    }

    /// Computes outer entries `at..at + n` into `scratch`, dense.
    fn compute(&self, at: usize, n: usize, scratch: &mut [u8]) -> Result<()> {
        if let Some(factors) = self.factors() {
            let inner: usize = self.inner.iter().product();
            let [a, b] = factors.map(|x| &x[at * inner..][..n * inner]);
            pulp::Arch::new().dispatch(Product(a, b, rows::elements_mut(scratch)?));
            return Ok(());
        }
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
    let part = cut.part();
    let combined = |scratch: &mut Result<BufferMut>, i: usize| -> Result<T::Accumulator> {
        let scratch = scratch.as_mut().map_err(|e| e.clone())?.bytes_mut();
        let n = PARALLEL.min(length - i * PARALLEL);
        row_tree::<T, _>(op, i * PARALLEL..i * PARALLEL + n, part, &mut |range| {
            let scratch = &mut scratch[..range.len() * size];
            cut.compute(range.start, range.len(), scratch)?;
            Ok(row_sum::<T>(op, elements(scratch)?))
        })
    };
    let parts = (0..length.div_ceil(PARALLEL))
        .into_par_iter()
        .map_init(|| BufferMut::new(part.min(PARALLEL) * size), combined)
        .collect::<Result<Vec<_>>>()?;
    out[0] = T::lower(pairwise(&parts, &|a, b| T::combine(op, a, b)));
    Ok(())
}

fn many_rows<T: Reducible>(op: Reduction, cut: &Cut<'_>, length: usize, out: &mut [T::Out]) -> Result<()> {
    let size = size_of::<T>();
    let piece = if cut.part() < PARALLEL { cut.part() } else { PIECE / size };
    let count = (piece / length).max(1);
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
