//! Evenly spaced numbers.

use crate::element::Binary;
use crate::element::node::{binary, cast};
use crate::primitive::{Gradients, Primitive, Values, Vjp, unsupported};
use crate::scalar::Scalar;
use crate::value::Value;
use crate::{Array, Spec, rows, shape};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use half::{bf16, f16};
use num_complex::Complex32;
use smallvec::{SmallVec, smallvec};

/// Element `i` is `start + i * step`: integers wrap, other numbers are computed in f64 and rounded once.
#[derive(Clone, Copy, Debug)]
enum Range {
    Whole { start: i64, step: i64 },
    Real { start: f64, step: f64 },
}

impl Primitive for Range {
    fn name(&self) -> &'static str {
        "arange"
    }

    fn run(&self, _: &[Value], outputs: &[Spec]) -> Result<Values> {
        let Spec { dtype, shape } = &outputs[0];
        // Asked of the pool, which refuses what the machine has no room for.
        let mut buffer = BufferMut::new(outputs[0].len().saturating_mul(dtype.size()))?;
        macro_rules! filled {
            ($ty:ty: $element:expr) => {{
                let element = $element;
                let out = rows::elements_mut::<$ty>(buffer.bytes_mut())?;
                out.iter_mut().enumerate().for_each(|(i, x)| *x = element(i));
            }};
        }
        match *self {
            Range::Whole { start, step } => {
                let at = |i: usize| start.wrapping_add((i as i64).wrapping_mul(step));
                match dtype.size() {
                    1 => filled!(u8: |i| at(i) as u8),
                    2 => filled!(u16: |i| at(i) as u16),
                    4 => filled!(u32: |i| at(i) as u32),
                    _ => filled!(i64: at),
                }
            }
            Range::Real { start, step } => {
                let at = |i: usize| start + i as f64 * step;
                match dtype {
                    DType::F16 => filled!(f16: |i| f16::from_f64(at(i))),
                    DType::BF16 => filled!(bf16: |i| bf16::from_f64(at(i))),
                    DType::F32 => filled!(f32: |i| at(i) as f32),
                    DType::F64 => filled!(f64: at),
                    _ => filled!(Complex32: |i| Complex32::new(at(i) as f32, 0.0)),
                }
            }
        }
        Ok(smallvec![Value::dense(buffer, *dtype, shape)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        call.none()
    }
}

/// What [`arange`] counts through: `stop`, `(start, stop)` or `(start, stop, step)`; start is 0 and step 1 by default.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    start: Scalar,
    stop: Scalar,
    step: Scalar,
}

impl<T: Into<Scalar>> From<T> for Interval {
    fn from(stop: T) -> Self {
        Interval { start: Scalar::Int(0), stop: stop.into(), step: Scalar::Int(1) }
    }
}

impl<A: Into<Scalar>, B: Into<Scalar>> From<(A, B)> for Interval {
    fn from((start, stop): (A, B)) -> Self {
        Interval { start: start.into(), ..Interval::from(stop) }
    }
}

impl<A: Into<Scalar>, B: Into<Scalar>, C: Into<Scalar>> From<(A, B, C)> for Interval {
    fn from((start, stop, step): (A, B, C)) -> Self {
        Interval { step: step.into(), ..Interval::from((start, stop)) }
    }
}

/// The numbers from `start` up to but not `stop`, `step` apart, downwards when `step` is negative.
///
/// Without a dtype whole numbers give `i32` (`i64` when one of them does not fit), others `f32`. Element `i` is
/// `start + i * step` rounded once, where MLX's CPU adds `step` repeatedly and drifts.
///
/// ```
/// use emberforge_array::{DType, arange};
///
/// assert_eq!(arange(3, None)?.to_vec::<i32>()?, [0, 1, 2]);
/// assert_eq!(arange((5, 0, -2), DType::U8)?.to_vec::<u8>()?, [5, 3, 1]);
/// assert_eq!(arange((0.0, 1.0, 0.5), None)?.to_vec::<f32>()?, [0.0, 0.5]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the step is 0, an end is not finite or complex, the dtype is `bool`, or there are more elements than a machine can
/// address.
pub fn arange(interval: impl Into<Interval>, dtype: impl Into<Option<DType>>) -> Result<Array> {
    let Interval { start, stop, step } = interval.into();
    let ends = [start, stop, step];
    let widest = |widest: DType, scalar: &Scalar| crate::result_type(widest, scalar.dtype());
    let dtype = dtype.into().unwrap_or(ends.iter().fold(DType::I32, widest));
    if dtype == DType::Bool {
        return Err(unsupported("arange", dtype, "use an integer dtype"));
    }
    let [from, to, by] = ends.map(|s| f64::from_bits(s.bits(DType::F64)));
    if ends.iter().any(|s| matches!(s, Scalar::Complex(_))) || !(from + to + by).is_finite() || by == 0.0 {
        return Err(Error::invalid(format!(
            "`arange` from {from} to {to} by {by} has no length; the ends must be finite real numbers, the step not 0"
        )));
    }
    // A number of elements beyond `usize` saturates, and is refused like any other that is too large.
    let count = ((to - from) / by).ceil().max(0.0) as usize;
    shape::count(&[count])?;
    let range = if dtype.is_integer() {
        // The first two elements, each converted to the dtype, decide: a step below 1 counts as 0.
        let whole = |s: Scalar| s.bits(DType::I64) as i64;
        let start_and_step = match (start, step) {
            (Scalar::Int(start), Scalar::Int(step)) => (start, step),
            _ => (whole(start), (from + by) as i64 - whole(start)),
        };
        Range::Whole { start: start_and_step.0, step: start_and_step.1 }
    } else {
        Range::Real { start: from, step: by }
    };
    Ok(Array::build(range, SmallVec::new(), Spec::new(dtype, &[count])))
}

/// `count` numbers spread evenly from `start` to `stop`, both included; without `endpoint` the last one is left out.
///
/// ```
/// use emberforge_array::{DType, linspace};
///
/// assert_eq!(linspace(0.0, 1.0, 5, true, DType::F32)?.to_vec::<f32>()?, [0.0, 0.25, 0.5, 0.75, 1.0]);
/// assert_eq!(linspace(0.0, 1.0, 4, false, DType::F32)?.to_vec::<f32>()?, [0.0, 0.25, 0.5, 0.75]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `start` or `stop` is complex, or there are more elements than a machine can address.
pub fn linspace(
    start: impl Into<Scalar>,
    stop: impl Into<Scalar>,
    count: usize,
    endpoint: bool,
    dtype: DType,
) -> Result<Array> {
    let (start, stop) = (start.into(), stop.into());
    if let Some(wrong) = [start, stop].into_iter().find(|s| matches!(s, Scalar::Complex(_))) {
        return Err(Error::invalid(format!("`linspace` takes real ends; {wrong:?} is complex")));
    }
    // A weighted mean of the ends, which meets both exactly.
    let inner = if dtype == DType::F64 { DType::F64 } else { DType::F32 };
    let last = if endpoint { count.saturating_sub(1) } else { count }.max(1);
    let t = binary(Binary::Divide, &arange(count, inner)?, last)?;
    let from = binary(Binary::Multiply, &binary(Binary::Subtract, 1.0, &t)?, start)?;
    let sum = binary(Binary::Add, &from, &binary(Binary::Multiply, &t, stop)?)?;
    Ok(cast(&sum, dtype))
}
