//! The loops of reductions.
//!
//! Floats sum in `f32` (f64 for f64) and round once at the end. The order of additions depends on the shape alone:
//! pairwise over blocks, so that the error grows with the logarithm of the length and every number of threads gives
//! the same bits.

use super::node::Reduction;
use crate::Spec;
use crate::value::Value;
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use half::{bf16, f16};
use num_complex::Complex32;
use rayon::prelude::*;

/// How one dtype reduces.
trait Reducible: Copy + Send + Sync + bytemuck::AnyBitPattern {
    type Accumulator: Copy + Send;
    type Out: Copy + Send + bytemuck::Pod;
    fn identity(op: Reduction) -> Self::Accumulator;
    fn lift(self) -> Self::Accumulator;
    fn combine(op: Reduction, a: Self::Accumulator, b: Self::Accumulator) -> Self::Accumulator;
    fn lower(a: Self::Accumulator) -> Self::Out;
}

macro_rules! real {
    ($($ty:ty, $acc:ty, $out:ty, $lift:expr, $lower:expr, $add:expr, $mul:expr, $low:expr, $high:expr;)*) => {$(
        impl Reducible for $ty {
            type Accumulator = $acc;
            type Out = $out;
            fn identity(op: Reduction) -> $acc {
                match op {
                    Reduction::Sum | Reduction::Any => 0 as $acc,
                    Reduction::Prod | Reduction::All => 1 as $acc,
                    Reduction::Max => $low,
                    Reduction::Min => $high,
                }
            }
            #[inline(always)]
            fn lift(self) -> $acc {
                $lift(self)
            }
            #[inline(always)]
            #[allow(clippy::eq_op, reason = "a float that differs from itself is NaN")]
            fn combine(op: Reduction, a: $acc, b: $acc) -> $acc {
                match op {
                    Reduction::Sum => $add(a, b),
                    Reduction::Prod => $mul(a, b),
                    Reduction::Max => if a > b || a != a { a } else { b },
                    Reduction::Min => if a < b || a != a { a } else { b },
                    Reduction::All | Reduction::Any => a,
                }
            }
            fn lower(a: $acc) -> $out {
                $lower(a)
            }
        }
    )*};
}

real! {
    u8, u32, u32, u32::from, |a| a, u32::wrapping_add, u32::wrapping_mul, u32::MIN, u32::MAX;
    u16, u32, u32, u32::from, |a| a, u32::wrapping_add, u32::wrapping_mul, u32::MIN, u32::MAX;
    u32, u32, u32, |a| a, |a| a, u32::wrapping_add, u32::wrapping_mul, u32::MIN, u32::MAX;
    u64, u64, u64, |a| a, |a| a, u64::wrapping_add, u64::wrapping_mul, u64::MIN, u64::MAX;
    i8, i32, i32, i32::from, |a| a, i32::wrapping_add, i32::wrapping_mul, i32::MIN, i32::MAX;
    i16, i32, i32, i32::from, |a| a, i32::wrapping_add, i32::wrapping_mul, i32::MIN, i32::MAX;
    i32, i32, i32, |a| a, |a| a, i32::wrapping_add, i32::wrapping_mul, i32::MIN, i32::MAX;
    i64, i64, i64, |a| a, |a| a, i64::wrapping_add, i64::wrapping_mul, i64::MIN, i64::MAX;
    f16, f32, f16, f16::to_f32, f16::from_f32, |a, b| a + b, |a, b| a * b, f32::NEG_INFINITY, f32::INFINITY;
    bf16, f32, bf16, bf16::to_f32, bf16::from_f32, |a, b| a + b, |a, b| a * b, f32::NEG_INFINITY, f32::INFINITY;
    f32, f32, f32, |a| a, |a| a, |a, b| a + b, |a, b| a * b, f32::NEG_INFINITY, f32::INFINITY;
    f64, f64, f64, |a| a, |a| a, |a, b| a + b, |a, b| a * b, f64::NEG_INFINITY, f64::INFINITY;
}

impl Reducible for Complex32 {
    type Accumulator = Complex32;
    type Out = Complex32;
    fn identity(op: Reduction) -> Complex32 {
        let re = match op {
            Reduction::Prod | Reduction::All => 1.0,
            Reduction::Max => f32::NEG_INFINITY,
            Reduction::Min => f32::INFINITY,
            Reduction::Sum | Reduction::Any => 0.0,
        };
        Complex32::new(re, if re.is_infinite() { re } else { 0.0 })
    }
    #[inline(always)]
    fn lift(self) -> Complex32 {
        self
    }
    #[inline(always)]
    fn combine(op: Reduction, a: Complex32, b: Complex32) -> Complex32 {
        let above = (a.re, a.im) > (b.re, b.im);
        match op {
            Reduction::Sum => a + b,
            Reduction::Prod => a * b,
            Reduction::Max if above || a.is_nan() => a,
            Reduction::Min if !above && !b.is_nan() || a.is_nan() => a,
            Reduction::Max | Reduction::Min => b,
            Reduction::All | Reduction::Any => a,
        }
    }
    fn lower(a: Complex32) -> Complex32 {
        a
    }
}

/// Reduces `x` along `axes`; the result is dense and has those axes with size 1.
pub(super) fn reduce(op: Reduction, x: &Value, axes: &[usize], out: &Spec) -> Result<Value> {
    let bytes = |n: usize| BufferMut::new(n * out.dtype.size());
    let mut buffer = bytes(out.len())?;
    macro_rules! run {
        ($ty:ty) => {
            loops::<$ty>(op, x, axes, buffer.bytes_mut())?
        };
    }
    match x.dtype {
        DType::Bool if matches!(op, Reduction::All | Reduction::Any) => {
            let op = if op == Reduction::All { Reduction::Min } else { Reduction::Max };
            narrow::<u8>(op, x, axes, buffer.bytes_mut())?;
        }
        // The extreme of narrow integers keeps their dtype.
        DType::Bool | DType::U8 if out.dtype.size() == 1 => narrow::<u8>(op, x, axes, buffer.bytes_mut())?,
        DType::I8 if out.dtype.size() == 1 => narrow::<i8>(op, x, axes, buffer.bytes_mut())?,
        DType::U16 if out.dtype.size() == 2 => narrow::<u16>(op, x, axes, buffer.bytes_mut())?,
        DType::I16 if out.dtype.size() == 2 => narrow::<i16>(op, x, axes, buffer.bytes_mut())?,
        DType::Bool | DType::U8 => run!(u8),
        DType::U16 => run!(u16),
        DType::U32 => run!(u32),
        DType::U64 => run!(u64),
        DType::I8 => run!(i8),
        DType::I16 => run!(i16),
        DType::I32 => run!(i32),
        DType::I64 => run!(i64),
        DType::F16 => run!(f16),
        DType::BF16 => run!(bf16),
        DType::F32 => run!(f32),
        DType::F64 => run!(f64),
        DType::Complex64 => run!(Complex32),
    }
    Ok(Value::dense(buffer, out.dtype, &out.shape))
}

/// A reduction whose results are narrower than its accumulators.
fn narrow<T>(op: Reduction, x: &Value, axes: &[usize], out: &mut [u8]) -> Result<()>
where
    T: Reducible + TryFrom<T::Out> + bytemuck::NoUninit + Default,
{
    let count = out.len() / size_of::<T>();
    let mut wide = vec![0u8; count * size_of::<T::Out>()];
    loops::<T>(op, x, axes, &mut wide)?;
    for (to, from) in out.chunks_exact_mut(size_of::<T>()).zip(wide.chunks_exact(size_of::<T::Out>())) {
        let value = T::try_from(bytemuck::pod_read_unaligned(from)).unwrap_or_default();
        to.copy_from_slice(bytemuck::bytes_of(&value));
    }
    Ok(())
}

/// Elements below this are combined on one thread.
const PARALLEL: usize = 1 << 15;

fn loops<T: Reducible>(op: Reduction, x: &Value, axes: &[usize], out: &mut [u8]) -> Result<()> {
    let out: &mut [T::Out] = bytemuck::try_cast_slice_mut(out)
        .map_err(|e| Error::internal(format_args!("a result is misaligned: {e}")))?;
    let x = x.to_dense()?;
    let data = x.dense_slice::<T>().ok_or_else(|| Error::internal("a dense value is misaligned"))?;
    if data.is_empty() {
        out.fill(T::lower(T::identity(op)));
        return Ok(());
    }
    // Reduced axes at the end (rows), or before a dense tail (columns); other patterns are made one of these by a copy.
    let kept: Vec<usize> = (0..x.shape.len()).filter(|a| !axes.contains(a)).collect();
    let first = axes[0];
    let consecutive = axes.iter().enumerate().all(|(i, a)| *a == first + i || x.shape[*a] == 1);
    if !consecutive {
        let order: Vec<usize> = kept.iter().chain(axes).copied().collect();
        let moved = Value {
            shape: order.iter().map(|a| x.shape[*a]).collect(),
            strides: order.iter().map(|a| x.strides[*a]).collect(),
            ..x.clone()
        };
        let tail: Vec<usize> = (kept.len()..x.shape.len()).collect();
        return loops::<T>(op, &moved, &tail, bytemuck::cast_slice_mut(out));
    }
    let length: usize = axes.iter().map(|a| x.shape[*a]).product();
    let inner: usize = x.shape[first..].iter().product::<usize>() / length;
    if inner == 1 {
        return rows::<T>(op, data, length, out);
    }
    columns::<T>(op, data, length, inner, out);
    Ok(())
}

/// Each result combines `length` neighbours.
fn rows<T: Reducible>(op: Reduction, data: &[T], length: usize, out: &mut [T::Out]) -> Result<()> {
    if out.len() == 1 && data.len() >= PARALLEL {
        let parts: Vec<T::Accumulator> = data.par_chunks(PARALLEL).map(|part| row::<T>(op, part)).collect();
        let all = pairwise(&parts, &|a, b| T::combine(op, a, b));
        out[0] = T::lower(all);
        return Ok(());
    }
    let work = |(to, row_of): (&mut T::Out, &[T])| *to = T::lower(row::<T>(op, row_of));
    if data.len() < PARALLEL {
        out.iter_mut().zip(data.chunks_exact(length)).for_each(work);
    } else {
        let rows = (PARALLEL / length).max(1);
        out.par_chunks_mut(rows)
            .zip(data.par_chunks(rows * length))
            .for_each(|(to, from)| to.iter_mut().zip(from.chunks_exact(length)).for_each(work));
    }
    Ok(())
}

fn row<T: Reducible>(op: Reduction, data: &[T]) -> T::Accumulator {
    macro_rules! with {
        ($($op:ident),*) => {
            match op {
                $(Reduction::$op => row_with::<T>(data, T::identity(op), &|a, b| T::combine(Reduction::$op, a, b)),)*
            }
        };
    }
    with!(Sum, Prod, Max, Min, All, Any)
}

/// Lanes that add side by side in a row, and elements that are added before their sums are combined in pairs.
const LANES: usize = 32;
const RUN: usize = 32 * LANES;

fn row_with<T: Reducible>(
    data: &[T],
    identity: T::Accumulator,
    combine: &impl Fn(T::Accumulator, T::Accumulator) -> T::Accumulator,
) -> T::Accumulator {
    if data.len() > RUN {
        // Halves at a multiple of the run, so that the tree depends on the length alone.
        let half = (data.len() / 2).next_multiple_of(RUN);
        let (a, b) = data.split_at(half);
        return combine(row_with::<T>(a, identity, combine), row_with::<T>(b, identity, combine));
    }
    let mut lanes = [identity; LANES];
    let chunks = data.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = combine(*lane, x.lift());
        }
    }
    for (lane, x) in lanes.iter_mut().zip(rest) {
        *lane = combine(*lane, x.lift());
    }
    pairwise(&lanes, combine)
}

fn pairwise<A: Copy>(items: &[A], combine: &impl Fn(A, A) -> A) -> A {
    match items {
        [one] => *one,
        _ => {
            let (a, b) = items.split_at(items.len() / 2);
            combine(pairwise(a, combine), pairwise(b, combine))
        }
    }
}

/// Each result combines `length` elements that lie `inner` apart; neighbours in the output are neighbours in memory.
fn columns<T: Reducible>(op: Reduction, data: &[T], length: usize, inner: usize, out: &mut [T::Out]) {
    /// Columns of one piece of work: their accumulators stay in the first-level cache.
    const WIDTH: usize = 512;
    out.par_chunks_mut(inner).zip(data.par_chunks(length * inner)).for_each(|(out, block)| {
        out.par_chunks_mut(WIDTH).enumerate().for_each(|(piece, out)| {
            let mut sums = vec![T::identity(op); out.len()];
            let start = piece * WIDTH;
            column_tree::<T>(op, block, inner, start, 0..length, &mut sums);
            for (to, sum) in out.iter_mut().zip(&sums) {
                *to = T::lower(*sum);
            }
        });
    });
}

/// Combines rows `rows` of a block into `sums`, in pairs over long ranges.
fn column_tree<T: Reducible>(
    op: Reduction,
    block: &[T],
    inner: usize,
    start: usize,
    rows: std::ops::Range<usize>,
    sums: &mut [T::Accumulator],
) {
    const ROWS: usize = 64;
    if rows.len() > ROWS {
        let half = rows.start + (rows.len() / 2).next_multiple_of(ROWS);
        let mut other = vec![T::identity(op); sums.len()];
        column_tree::<T>(op, block, inner, start, rows.start..half, sums);
        column_tree::<T>(op, block, inner, start, half..rows.end, &mut other);
        for (sum, x) in sums.iter_mut().zip(other) {
            *sum = T::combine(op, *sum, x);
        }
        return;
    }
    macro_rules! with {
        ($($op:ident),*) => {
            match op {
                $(Reduction::$op => for r in rows {
                    let row = &block[r * inner + start..][..sums.len()];
                    for (sum, x) in sums.iter_mut().zip(row) {
                        *sum = T::combine(Reduction::$op, *sum, x.lift());
                    }
                },)*
            }
        };
    }
    with!(Sum, Prod, Max, Min, All, Any);
}
