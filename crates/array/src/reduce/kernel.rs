//! Reductions as passes over dense data, one for each run of reduced axes.

use super::columns::columns;
use super::element::{Reducible, for_elements};
use super::node::Reduction;
use super::rows::rows;
use crate::Spec;
use crate::shape::Shape;
use crate::value::Value;
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use half::{bf16, f16};
use num_complex::Complex32;

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

    /// The longest reduced run, the inner one of equals, with what is before and after it, and the groups without it.
    fn longest(mut self) -> Option<([usize; 3], Groups)> {
        let reduced = self.0.iter().enumerate().filter(|(_, (reduced, _))| *reduced);
        let at = reduced.max_by_key(|(_, (_, size))| *size)?.0;
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

/// One pass per run of reduced axes, the longest first, so that little is left for the others; between passes the accumulators are the data.
fn reduce_groups<T: Reducible>(op: Reduction, data: &[T], groups: Groups, out: &mut [T::Out]) {
    if out.is_empty() {
        return;
    }
    if data.is_empty() {
        return out.fill(T::lower(T::identity(op)));
    }
    let Some((pass, rest)) = groups.longest() else {
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
    let Some((pass, rest)) = groups.longest() else { return out.copy_from_slice(data) };
    if !rest.0.iter().any(|(reduced, _)| *reduced) {
        return run_pass(op, data, pass, out, |a| a);
    }
    let mut partial = vec![A::identity(op); pass[0] * pass[2]];
    run_pass(op, data, pass, &mut partial, |a| a);
    reduce_accumulators(op, &partial, rest, out);
}

/// Data of shape (before, length, after) reduced along `length`. The order in which elements combine depends on length
/// and after alone.
fn run_pass<T: Reducible, O: Send>(
    op: Reduction,
    data: &[T],
    [_, length, after]: [usize; 3],
    out: &mut [O],
    lower: impl Fn(T::Accumulator) -> O + Sync,
) {
    match after {
        1 => rows::<T, O>(op, data, length, out, &lower),
        _ => columns::<T, O>(op, data, length, after, out, &lower),
    }
}
