//! Gradients of the cumulative operations.
//!
//! A sum's gradient is the sum from the other side. Products and sums of exponentials need a linear recurrence from the
//! other side, `s[i] = b[i] + a[i] * s[i + 1]`, which divides by nothing and overflows nowhere.

use super::{Cumulative, Kind, Scan, cumprod};
use crate::element::node::{binary, comparison, constant, select, unary};
use crate::element::{Binary, Comparison, Unary};
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::scalar::Scalar;
use crate::value::Value;
use crate::{Array, Index, Spec, arange, concatenate, reshape, rows, scatter_add_axis};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use num_complex::Complex32;
use smallvec::smallvec;

/// What arrives at `x` from the cotangent `g` of `scan`'s result `r`.
pub(super) fn gradient(scan: &Scan, x: &Array, r: &Array, g: &Array) -> Result<Array> {
    let &Scan { kind, axis, how } = scan;
    if kind == Kind::Sum {
        let back = Cumulative { reverse: !how.reverse, ..how };
        return Ok(Array::build(Scan { how: back, ..*scan }, smallvec![g.clone()], g.spec().clone()));
    }
    if !how.inclusive {
        // Place i holds what place i - 1 of the inclusive scan holds.
        let how = Cumulative { inclusive: true, ..how };
        let inclusive = Scan { how, ..*scan };
        let r = Array::build(inclusive, smallvec![x.clone()], x.spec().clone());
        let zero = part(&constant(Scalar::Int(0), g.dtype(), g.shape()), axis, 0, 1)?;
        return gradient(&inclusive, x, &r, &shifted(g, axis, !how.reverse, &zero)?);
    }
    let back = !how.reverse;
    match kind {
        Kind::Sum | Kind::Prod => {
            // Of d r[j] / d x[i], the factors before i and those from i + 1 to j.
            let x = if x.dtype() == DType::Complex64 { unary(Unary::Conjugate, x)? } else { x.clone() };
            let before = cumprod(&x, axis as i32, Cumulative { inclusive: false, ..how })?;
            let after = shifted(&x, axis, back, &edge(&x, axis, back)?)?;
            binary(Binary::Multiply, &before, recurrence(&after, g, axis, back))
        }
        Kind::Max | Kind::Min => extreme(scan, x, g),
        Kind::LogAddExp => {
            // d r[j] / d x[i] = exp(x[i] - r[i]) * exp(r[i] - r[i + 1]) * ... * exp(r[j - 1] - r[j]), all at most 1. Where
            // nothing has been added yet r is negative infinity, and the first factor 0.
            let lowest = comparison(
                Comparison::Equal,
                &if r.dtype() == DType::Complex64 { unary(Unary::Real, r)? } else { r.clone() },
                f64::NEG_INFINITY,
            )?;
            let r = select(&lowest, 0.0, r)?;
            let ratio = binary(Binary::Subtract, &r, &shifted(&r, axis, back, &edge(&r, axis, back)?)?)?;
            let ratio = select(&lowest, 0.0, &unary(Unary::Exp, &select(&lowest, 0.0, &ratio)?)?)?;
            let weight = unary(Unary::Exp, &binary(Binary::Subtract, x, &r)?)?;
            let conjugate =
                |z: Array| if z.dtype() == DType::Complex64 { unary(Unary::Conjugate, &z) } else { Ok(z) };
            binary(Binary::Multiply, &conjugate(weight)?, recurrence(&conjugate(ratio)?, g, axis, back))
        }
    }
}

/// The gradient goes to the element that held the extreme: the first that reached it.
fn extreme(scan: &Scan, x: &Array, g: &Array) -> Result<Array> {
    let &Scan { kind, axis, how } = scan;
    let before = Scan { how: Cumulative { inclusive: false, ..how }, ..*scan };
    let before = Array::build(before, smallvec![x.clone()], x.spec().clone());
    let beats = if kind == Kind::Max { Comparison::Greater } else { Comparison::Less };
    let record = comparison(beats, x, &before)?;
    let n = x.shape()[axis];
    let mut along = vec![1; x.ndim()];
    along[axis] = n as i64;
    let places = reshape(&arange(n, DType::I32)?, &along)?;
    // The last record up to each place; the first element is one even where it beats nothing.
    let (kind, none) = if how.reverse { (Kind::Min, n as i32 - 1) } else { (Kind::Max, 0) };
    let places = select(&record, &places, none)?;
    let spec = places.spec().clone();
    let holder = Array::build(Scan { kind, axis, how }, smallvec![places], spec);
    scatter_add_axis(&constant(Scalar::Int(0), x.dtype(), x.shape()), &holder, g, axis as i32)
}

/// `count` entries of an axis from `start` on.
fn part(x: &Array, axis: usize, start: usize, count: usize) -> Result<Array> {
    let mut index = vec![Index::from(..); axis + 1];
    index[axis] = Index::from(start as i64..(start + count) as i64);
    x.slice(&index)
}

/// The entry that has no neighbour: the last when looking forwards (`next`), else the first.
fn edge(x: &Array, axis: usize, next: bool) -> Result<Array> {
    let n = x.shape()[axis];
    part(x, axis, if next { n.saturating_sub(1) } else { 0 }, n.min(1))
}

/// At each place the next entry (or the one before), and `fill` where there is none.
fn shifted(x: &Array, axis: usize, next: bool, fill: &Array) -> Result<Array> {
    let rest = x.shape()[axis].saturating_sub(1);
    let parts = if next { [&part(x, axis, 1, rest)?, fill] } else { [fill, &part(x, axis, 0, rest)?] };
    concatenate(&parts, axis as i32)
}

/// `s[i] = b[i] + a[i] * s[i - 1]`, or with `s[i + 1]` when `reverse`; nothing comes from outside.
#[derive(Clone, Copy, Debug)]
struct Recurrence {
    axis: usize,
    reverse: bool,
}

fn recurrence(a: &Array, b: &Array, axis: usize, reverse: bool) -> Array {
    Array::build(Recurrence { axis, reverse }, smallvec![a.clone(), b.clone()], b.spec().clone())
}

impl Primitive for Recurrence {
    fn name(&self) -> &'static str {
        "recurrence"
    }

    fn run(&self, inputs: &[Value], _: &[Spec]) -> Result<Values> {
        let a = rows::with_axis_last(&inputs[0], self.axis)?;
        let b = rows::with_axis_last(&inputs[1], self.axis)?;
        let mut buffer = BufferMut::new(b.len() * b.dtype.size())?;
        let out = buffer.bytes_mut();
        macro_rules! with {
            ($ty:ty, $widen:expr, $narrow:expr) => {{
                let n = b.shape[b.shape.len() - 1];
                let pairs: Vec<[$ty; 2]> = rows::elements::<$ty>(&a)?
                    .iter()
                    .zip(rows::elements::<$ty>(&b)?)
                    .map(|(a, b)| [*a, *b])
                    .collect();
                rows::map_rows(&pairs, n, rows::elements_mut::<$ty>(out)?, n, |row, to| {
                    let mut last = None;
                    let mut step = |[a, b]: &[$ty; 2], y: &mut $ty| {
                        let next = last.map_or($widen(*b), |s| $widen(*b) + $widen(*a) * s);
                        *y = $narrow(next);
                        last = Some(next);
                    };
                    if self.reverse {
                        row.iter().zip(to).rev().for_each(|(x, y)| step(x, y));
                    } else {
                        row.iter().zip(to).for_each(|(x, y)| step(x, y));
                    }
                });
            }};
        }
        match b.dtype {
            DType::F16 => with!(half::f16, half::f16::to_f32, half::f16::from_f32),
            DType::BF16 => with!(half::bf16, half::bf16::to_f32, half::bf16::from_f32),
            DType::F32 => with!(f32, |x: f32| x, |x: f32| x),
            DType::F64 => with!(f64, |x: f64| x, |x: f64| x),
            DType::Complex64 => with!(Complex32, |x: Complex32| x, |x: Complex32| x),
            other => return Err(Error::internal(format_args!("a recurrence of {other}"))),
        }
        let value = Value::dense(buffer, b.dtype, &b.shape);
        Ok(smallvec![rows::with_axis_back(&value, self.axis)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let &Recurrence { axis, reverse } = self;
        let (a, s, g) = (&call.inputs[0], &call.outputs[0], &call.cotangents[0]);
        let conjugate = |z: &Array| {
            if z.dtype() == DType::Complex64 { unary(Unary::Conjugate, z) } else { Ok(z.clone()) }
        };
        let after = shifted(a, axis, !reverse, &edge(a, axis, !reverse)?)?;
        let u = recurrence(&conjugate(&after)?, g, axis, !reverse);
        let zero = part(&constant(Scalar::Int(0), s.dtype(), s.shape()), axis, 0, s.shape()[axis].min(1))?;
        let earlier = shifted(s, axis, reverse, &zero)?;
        call.each(&[&|_| binary(Binary::Multiply, &u, &conjugate(&earlier)?), &|_| Ok(u.clone())])
    }
}
