//! Operations along one axis: the axis is brought to the end, and its rows are worked on side by side.

use crate::shape::{Shape, Strides};
use crate::value::Value;
use crate::view::{to_shape, transpose};
use crate::{Array, Spec};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use rayon::prelude::*;
use smallvec::SmallVec;

/// Elements below this are worked on by one thread.
const PARALLEL: usize = 1 << 15;

/// `x` with `axis` last, dense.
pub(crate) fn with_axis_last(x: &Value, axis: usize) -> Result<Value> {
    let order = (0..x.shape.len()).filter(|a| *a != axis).chain([axis]);
    let order: SmallVec<[usize; 4]> = order.collect();
    permuted(x, &order).to_dense()
}

/// The inverse of [`with_axis_last`], as a view.
pub(crate) fn with_axis_back(x: &Value, axis: usize) -> Value {
    let last = x.shape.len() - 1;
    let mut order: SmallVec<[usize; 4]> = (0..last).collect();
    order.insert(axis, last);
    permuted(x, &order)
}

fn permuted(x: &Value, order: &[usize]) -> Value {
    let shape: Shape = order.iter().map(|a| x.shape[*a]).collect();
    let strides: Strides = order.iter().map(|a| x.strides[*a]).collect();
    Value { shape, strides, ..x.clone() }
}

/// The elements of a dense value.
pub(crate) fn elements<T: bytemuck::AnyBitPattern>(x: &Value) -> Result<&[T]> {
    x.dense_slice().ok_or_else(|| Error::internal("a dense value is misaligned"))
}

/// The elements of a buffer under construction.
pub(crate) fn elements_mut<T: bytemuck::Pod>(bytes: &mut [u8]) -> Result<&mut [T]> {
    bytemuck::try_cast_slice_mut(bytes)
        .map_err(|e| Error::internal(format_args!("a result is misaligned: {e}")))
}

/// Calls `work` with each row of `from`, of `n` elements, and the row of `to`, of `m`, that it becomes.
pub(crate) fn map_rows<A: Sync, B: Send>(
    from: &[A],
    n: usize,
    to: &mut [B],
    m: usize,
    work: impl Fn(&[A], &mut [B]) + Sync,
) {
    if from.is_empty() || to.is_empty() {
        return;
    }
    let rows = |from: &[A], to: &mut [B]| {
        from.chunks_exact(n).zip(to.chunks_exact_mut(m)).for_each(|(a, b)| work(a, b))
    };
    if from.len() < PARALLEL {
        return rows(from, to);
    }
    let block = (PARALLEL / n).max(1);
    from.par_chunks(block * n).zip(to.par_chunks_mut(block * m)).for_each(|(from, to)| rows(from, to));
}

/// Computes each row of dense `x` (a float dtype but f64) in `f32`: `work` is given it and the row of the result.
pub(crate) fn map_single(x: &Value, spec: &Spec, work: impl Fn(&[f32], &mut [f32]) + Sync) -> Result<Value> {
    let x = x.to_dense()?;
    let (n, m) = (x.shape[x.shape.len() - 1], spec.shape[spec.shape.len() - 1]);
    let mut buffer = BufferMut::new(spec.len() * spec.dtype.size())?;
    let out = buffer.bytes_mut();
    macro_rules! half {
        ($ty:ty) => {
            map_rows(elements::<$ty>(&x)?, n, elements_mut::<$ty>(out)?, m, |from, to| {
                let mut wide = vec![0.0; n + m];
                let (wide_from, wide_to) = wide.split_at_mut(n);
                from.convert_to_f32_slice(wide_from);
                work(wide_from, wide_to);
                to.convert_from_f32_slice(wide_to);
            })
        };
    }
    match spec.dtype {
        DType::F16 => half!(f16),
        DType::BF16 => half!(bf16),
        _ => map_rows(elements(&x)?, n, elements_mut(out)?, m, work),
    }
    Ok(Value::dense(buffer, spec.dtype, &spec.shape))
}

/// Whether [`map_single`] takes a dtype; other dtypes are composed of ordinary operations.
pub(crate) fn is_single(dtype: DType) -> bool {
    matches!(dtype, DType::F16 | DType::BF16 | DType::F32)
}

/// `x` with these axes (positions, ascending) merged into one at the end, the others before it.
pub(crate) fn axes_last(x: &Array, axes: &[usize]) -> Result<Array> {
    let kept = || (0..x.ndim()).filter(|a| !axes.contains(a));
    let order: Vec<i32> = kept().chain(axes.iter().copied()).map(|a| a as i32).collect();
    let mut shape: Shape = kept().map(|a| x.shape()[a]).collect();
    shape.push(axes.iter().map(|a| x.shape()[*a]).product());
    to_shape(&transpose(x, &order)?, shape)
}

/// The inverse of [`axes_last`], for a result of `x`'s shape.
pub(crate) fn axes_back(x: &Array, axes: &[usize], shape: &[usize]) -> Result<Array> {
    let order: Vec<usize> =
        (0..shape.len()).filter(|a| !axes.contains(a)).chain(axes.iter().copied()).collect();
    let moved = to_shape(x, order.iter().map(|a| shape[*a]).collect())?;
    let mut back = vec![0; order.len()];
    for (i, a) in order.iter().enumerate() {
        back[*a] = i as i32;
    }
    transpose(&moved, &back)
}
