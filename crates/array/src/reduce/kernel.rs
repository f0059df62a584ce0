//! The loops of reductions.
//!
//! Floats sum in `f32` (f64 for f64) and round once at the end. The order of additions depends on the shape alone:
//! pairwise over blocks, so that the error grows with the logarithm of the length and every number of threads gives
//! the same bits.

use super::node::Reduction;
use crate::Spec;
use crate::shape::Shape;
use crate::value::Value;
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use half::{bf16, f16};
use num_complex::Complex32;
use rayon::prelude::*;

/// How one dtype reduces.
pub(super) trait Reducible: Copy + Send + Sync + bytemuck::AnyBitPattern {
    /// Holds partial results; reduces to itself.
    type Accumulator: Reducible<Accumulator = Self::Accumulator>;
    /// Holds results.
    type Out: Copy + Send + Sync + bytemuck::Pod;
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

/// Calls a macro with the type of a dtype's elements.
macro_rules! for_elements {
    ($dtype:expr, $run:ident) => {
        match $dtype {
            DType::Bool | DType::U8 => $run!(u8),
            DType::U16 => $run!(u16),
            DType::U32 => $run!(u32),
            DType::U64 => $run!(u64),
            DType::I8 => $run!(i8),
            DType::I16 => $run!(i16),
            DType::I32 => $run!(i32),
            DType::I64 => $run!(i64),
            DType::F16 => $run!(f16),
            DType::BF16 => $run!(bf16),
            DType::F32 => $run!(f32),
            DType::F64 => $run!(f64),
            DType::Complex64 => $run!(Complex32),
        }
    };
}

pub(super) use for_elements;

/// Reduces `x` along `axes`, which stay with size 1.
pub(super) fn reduce(op: Reduction, x: &Value, axes: &[usize], out: &Spec) -> Result<Value> {
    // Axes in the order of memory: a transposed array is read as it lies, and the result is a transposed view.
    let mut order: Vec<usize> = (0..x.shape.len()).collect();
    order.sort_by_key(|a| (std::cmp::Reverse(x.strides[*a].unsigned_abs()), *a));
    let permuted = |v: &[usize]| -> Shape { order.iter().map(|a| v[*a]).collect() };
    let moved = Value {
        shape: permuted(&x.shape),
        strides: order.iter().map(|a| x.strides[*a]).collect(),
        ..x.clone()
    };
    let (moved, order) =
        if moved.is_dense() { (moved, order) } else { (x.to_dense()?, (0..x.shape.len()).collect()) };
    let reduced: Vec<bool> = order.iter().map(|a| axes.contains(a)).collect();
    let sizes: Shape = order.iter().map(|a| out.shape[*a]).collect();

    let mut buffer = BufferMut::new(out.len() * out.dtype.size())?;
    macro_rules! run {
        ($ty:ty) => {{
            let data =
                moved.dense_slice::<$ty>().ok_or_else(|| Error::internal("a dense value is misaligned"))?;
            let groups = Groups::new(&moved.shape, &reduced);
            finish::<$ty>(out.dtype, buffer.bytes_mut(), |out| {
                reduce_groups(kernel_op(op), data, groups, out);
                Ok(())
            })?
        }};
    }
    for_elements!(x.dtype, run);
    let mut value = Value::dense(buffer, out.dtype, &sizes);
    let (shape, strides) = (value.shape.clone(), value.strides.clone());
    for (i, a) in order.iter().enumerate() {
        value.shape[*a] = shape[i];
        value.strides[*a] = strides[i];
    }
    Ok(value)
}

/// `all` and `any` are the smallest and largest of 0 and 1.
pub(super) fn kernel_op(op: Reduction) -> Reduction {
    match op {
        Reduction::All => Reduction::Min,
        Reduction::Any => Reduction::Max,
        other => other,
    }
}

/// Lets `compute` write results of `T::Out`, and narrows them where the array's dtype is narrower (extremes of narrow
/// integers keep their dtype).
pub(super) fn finish<T: Reducible>(
    dtype: DType,
    out: &mut [u8],
    compute: impl FnOnce(&mut [T::Out]) -> Result<()>,
) -> Result<()> {
    let misaligned = |e| Error::internal(format_args!("a result is misaligned: {e}"));
    if size_of::<T::Out>() == dtype.size() {
        return compute(bytemuck::try_cast_slice_mut(out).map_err(misaligned)?);
    }
    let count = out.len() / dtype.size();
    let mut wide = BufferMut::new(count * size_of::<T::Out>())?;
    compute(bytemuck::try_cast_slice_mut(wide.bytes_mut()).map_err(misaligned)?)?;
    // The low bytes: an extreme of narrow integers is one of them.
    for (to, from) in out.chunks_exact_mut(dtype.size()).zip(wide.bytes().chunks_exact(size_of::<T::Out>())) {
        to.copy_from_slice(&from[..to.len()]);
        if dtype == DType::Bool {
            // The identity of `all`, where there is nothing to combine, is the largest number.
            to[0] = u8::from(to[0] != 0);
        }
    }
    Ok(())
}

/// A shape as alternating runs of kept and reduced axes.
#[derive(Clone, Debug)]
pub(super) struct Groups(pub(super) Vec<(bool, usize)>);

impl Groups {
    pub(super) fn new(shape: &[usize], reduced: &[bool]) -> Self {
        let mut groups: Vec<(bool, usize)> = Vec::new();
        for (&size, &reduced) in shape.iter().zip(reduced) {
            match groups.last_mut() {
                Some((kind, total)) if *kind == reduced => *total *= size,
                _ if size == 1 => {}
                _ => groups.push((reduced, size)),
            }
        }
        Groups(groups)
    }

    /// The last reduced run with what is before and after it, and the groups without it.
    fn last(mut self) -> Option<([usize; 3], Groups)> {
        let at = self.0.iter().rposition(|(reduced, _)| *reduced)?;
        let product = |groups: &[(bool, usize)]| groups.iter().map(|g| g.1).product::<usize>();
        let pass = [product(&self.0[..at]), self.0[at].1, product(&self.0[at + 1..])];
        self.0.remove(at);
        // The runs on both sides are kept ones and join.
        if at > 0 && at < self.0.len() {
            self.0[at - 1].1 *= self.0.remove(at).1;
        }
        Some((pass, self))
    }
}

/// One pass per run of reduced axes, the innermost first; between passes the accumulators are the data.
fn reduce_groups<T: Reducible>(op: Reduction, data: &[T], groups: Groups, out: &mut [T::Out]) {
    if out.is_empty() {
        return;
    }
    if data.is_empty() {
        return out.fill(T::lower(T::identity(op)));
    }
    let Some((pass, rest)) = groups.last() else {
        for (to, x) in out.iter_mut().zip(data) {
            *to = T::lower(x.lift());
        }
        return;
    };
    if !rest.0.iter().any(|(reduced, _)| *reduced) {
        return run_pass(op, data, pass, out, T::lower);
    }
    let mut partial = vec![T::identity(op); pass[0] * pass[2]];
    run_pass(op, data, pass, &mut partial, |a| a);
    let mut totals = vec![T::identity(op); out.len()];
    reduce_accumulators::<T::Accumulator>(op, &partial, rest, &mut totals);
    for (to, total) in out.iter_mut().zip(totals) {
        *to = T::lower(total);
    }
}

fn reduce_accumulators<A: Reducible<Accumulator = A>>(
    op: Reduction,
    data: &[A],
    groups: Groups,
    out: &mut [A],
) {
    let Some((pass, rest)) = groups.last() else { return out.copy_from_slice(data) };
    if !rest.0.iter().any(|(reduced, _)| *reduced) {
        return run_pass(op, data, pass, out, |a| a);
    }
    let mut partial = vec![A::identity(op); pass[0] * pass[2]];
    run_pass(op, data, pass, &mut partial, |a| a);
    reduce_accumulators(op, &partial, rest, out);
}

/// Elements below this are combined on one thread; also the piece of a long row that one thread combines.
pub(super) const PARALLEL: usize = 1 << 15;

/// Data of shape (before, length, after) reduced along `length`.
fn run_pass<T: Reducible, O: Send>(
    op: Reduction,
    data: &[T],
    [_, length, after]: [usize; 3],
    out: &mut [O],
    lower: impl Fn(T::Accumulator) -> O + Sync,
) {
    if after > 1 {
        return columns::<T, O>(op, data, length, after, out, &lower);
    }
    if length >= PARALLEL {
        // Long rows: pieces of them in parallel.
        for (to, row) in out.iter_mut().zip(data.chunks_exact(length)) {
            let parts: Vec<T::Accumulator> =
                row.par_chunks(PARALLEL).map(|part| row_sum::<T>(op, part)).collect();
            *to = lower(pairwise(&parts, &|a, b| T::combine(op, a, b)));
        }
        return;
    }
    let rows = |to: &mut [O], from: &[T]| short_rows::<T, O>(op, from, length, to, &lower);
    if data.len() < PARALLEL {
        return rows(out, data);
    }
    let count = (PARALLEL / length).max(1);
    out.par_chunks_mut(count).zip(data.par_chunks(count * length)).for_each(|(to, from)| rows(to, from));
}

/// Expands to a match that gives `op` to its arm as a constant, so that the loop inside is compiled for it.
macro_rules! with_constant {
    ($op:expr, |$constant:ident| $body:expr) => {{
        macro_rules! arm {
            ($variant:ident) => {{
                const $constant: Reduction = Reduction::$variant;
                $body
            }};
        }
        match $op {
            Reduction::Sum => arm!(Sum),
            Reduction::Prod => arm!(Prod),
            Reduction::Max | Reduction::Any => arm!(Max),
            Reduction::Min | Reduction::All => arm!(Min),
        }
    }};
}

/// Rows of less than [`PARALLEL`] elements, on this thread.
pub(super) fn short_rows<T: Reducible, O>(
    op: Reduction,
    data: &[T],
    length: usize,
    out: &mut [O],
    lower: &impl Fn(T::Accumulator) -> O,
) {
    if length > RUN {
        for (to, row) in out.iter_mut().zip(data.chunks_exact(length)) {
            *to = lower(row_sum::<T>(op, row));
        }
        return;
    }
    with_constant!(op, |OP| pulp::Arch::new().dispatch(|| {
        for (to, row) in out.iter_mut().zip(data.chunks_exact(length)) {
            *to = lower(run::<T>(OP, row));
        }
    }));
}

/// Lanes that combine side by side, and elements that are combined so before their results combine in pairs.
const LANES: usize = 32;
const RUN: usize = 32 * LANES;

/// One row: halves at a multiple of the run, so that the tree depends on the length alone.
pub(super) fn row_sum<T: Reducible>(op: Reduction, data: &[T]) -> T::Accumulator {
    if data.len() > RUN {
        let half = (data.len() / 2).next_multiple_of(RUN);
        let (a, b) = data.split_at(half);
        return T::combine(op, row_sum::<T>(op, a), row_sum::<T>(op, b));
    }
    with_constant!(op, |OP| pulp::Arch::new().dispatch(|| run::<T>(OP, data)))
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

pub(super) fn pairwise<A: Copy>(items: &[A], combine: &impl Fn(A, A) -> A) -> A {
    match items {
        [one] => *one,
        _ => {
            let (a, b) = items.split_at(items.len() / 2);
            combine(pairwise(a, combine), pairwise(b, combine))
        }
    }
}

/// Each result combines `length` elements that lie `after` apart; neighbours in the output are neighbours in memory.
fn columns<T: Reducible, O: Send>(
    op: Reduction,
    data: &[T],
    length: usize,
    after: usize,
    out: &mut [O],
    lower: &(impl Fn(T::Accumulator) -> O + Sync),
) {
    /// Columns of one piece of work: their accumulators stay in the second-level cache, and each row of the piece is
    /// long enough to be fetched at full speed.
    const WIDTH: usize = 8192;
    let piece = |out: &mut [O], block: &[T], start: usize| {
        let mut sums = vec![T::identity(op); out.len()];
        column_tree::<T>(op, block, after, start, 0..length, &mut sums);
        for (to, sum) in out.iter_mut().zip(sums) {
            *to = lower(sum);
        }
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
    rows: std::ops::Range<usize>,
    sums: &mut [T::Accumulator],
) {
    const ROWS: usize = 64;
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
    with_constant!(op, |OP| pulp::Arch::new().dispatch(|| {
        for r in rows {
            let row = &block[r * after + start..][..sums.len()];
            for (sum, x) in sums.iter_mut().zip(row) {
                *sum = T::combine(OP, *sum, x.lift());
            }
        }
    }));
}
