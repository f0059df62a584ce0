//! Cumulative operations along one axis.

mod gradient;
mod methods;

use crate::element::node::cast;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::profile::widened;
use crate::promote::at_least_float;
use crate::value::Value;
use crate::view::to_shape;
use crate::{Array, Spec, rows, shape};
use emberforge_base::{DType, Result};
use emberforge_device::BufferMut;
use half::{bf16, f16};
use num_complex::Complex32;
use smallvec::smallvec;

/// How an element joins those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sum,
    Prod,
    Max,
    Min,
    LogAddExp,
}

/// The direction of a cumulative operation, and whether an element counts for its own place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cumulative {
    /// From the end to the beginning.
    pub reverse: bool,
    /// Place `i` combines the elements up to and with `i`; without it, those before `i` (the first place holds what
    /// combines nothing: 0, 1, the lowest or highest number, negative infinity).
    pub inclusive: bool,
}

impl Default for Cumulative {
    /// Forwards, inclusive.
    fn default() -> Self {
        Cumulative { reverse: false, inclusive: true }
    }
}

/// Combines the elements along `axis` up to each place.
#[derive(Clone, Copy, Debug)]
struct Scan {
    kind: Kind,
    axis: usize,
    how: Cumulative,
}

impl Primitive for Scan {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Sum => "cumsum",
            Kind::Prod => "cumprod",
            Kind::Max => "cummax",
            Kind::Min => "cummin",
            Kind::LogAddExp => "logcumsumexp",
        }
    }

    fn detail(&self) -> String {
        format!("axis {}", self.axis)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let x = rows::with_axis_last(&inputs[0], self.axis)?;
        let mut buffer = BufferMut::new(outputs[0].len() * x.dtype.size())?;
        macro_rules! with {
            ($ty:ty) => {
                scan::<$ty>(self, &x, buffer.bytes_mut())?
            };
        }
        match x.dtype {
            DType::Bool => with!(Truth),
            DType::U8 => with!(u8),
            DType::U16 => with!(u16),
            DType::U32 => with!(u32),
            DType::U64 => with!(u64),
            DType::I8 => with!(i8),
            DType::I16 => with!(i16),
            DType::I32 => with!(i32),
            DType::I64 => with!(i64),
            DType::F16 => with!(f16),
            DType::BF16 => with!(bf16),
            DType::F32 => with!(f32),
            DType::F64 => with!(f64),
            DType::Complex64 => with!(Complex32),
        }
        let value = Value::dense(buffer, x.dtype, &x.shape);
        Ok(smallvec![rows::with_axis_back(&value, self.axis)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        if !call.inputs[0].dtype().is_float() && call.inputs[0].dtype() != DType::Complex64 {
            return call.none();
        }
        call.one(|g| gradient::gradient(self, &call.inputs[0], &call.outputs[0], g))
    }
}

/// Every row, in its direction.
fn scan<T: Scannable>(scan: &Scan, x: &Value, out: &mut [u8]) -> Result<()> {
    let n = x.shape[x.shape.len() - 1];
    let kind = scan.kind;
    rows::map_rows(rows::elements::<T>(x)?, n, rows::elements_mut(out)?, n, |row: &[T], to: &mut [T]| {
        let mut total = T::identity(kind);
        let mut step = |x: &T, y: &mut T| {
            if scan.how.inclusive {
                total = T::combine(kind, total, *x);
                *y = T::narrow(total);
            } else {
                *y = T::narrow(total);
                total = T::combine(kind, total, *x);
            }
        };
        if scan.how.reverse {
            row.iter().zip(to).rev().for_each(|(x, y)| step(x, y));
        } else {
            row.iter().zip(to).for_each(|(x, y)| step(x, y));
        }
    });
    Ok(())
}

/// What the scans need of an element. Half types carry their totals in `f32`.
trait Scannable: bytemuck::Pod + Send + Sync {
    type Total: Copy;
    fn identity(kind: Kind) -> Self::Total;
    fn combine(kind: Kind, total: Self::Total, x: Self) -> Self::Total;
    fn narrow(total: Self::Total) -> Self;
}

macro_rules! integers {
    ($($ty:ty)*) => {$(
        impl Scannable for $ty {
            type Total = $ty;
            fn identity(kind: Kind) -> $ty {
                match kind {
                    Kind::Sum | Kind::LogAddExp => 0,
                    Kind::Prod => 1,
                    Kind::Max => <$ty>::MIN,
                    Kind::Min => <$ty>::MAX,
                }
            }
            #[inline(always)]
            fn combine(kind: Kind, total: $ty, x: $ty) -> $ty {
                match kind {
                    // Integers become floats before they are added in the logarithm.
                    Kind::Sum | Kind::LogAddExp => total.wrapping_add(x),
                    Kind::Prod => total.wrapping_mul(x),
                    Kind::Max => total.max(x),
                    Kind::Min => total.min(x),
                }
            }
            fn narrow(total: $ty) -> $ty {
                total
            }
        }
    )*};
}
integers!(u8 u16 u32 u64 i8 i16 i32 i64);

/// A `bool` element: its products are conjunctions, its sums are made in `i32`.
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(transparent)]
struct Truth(u8);

impl Scannable for Truth {
    type Total = u8;
    fn identity(kind: Kind) -> u8 {
        u8::from(matches!(kind, Kind::Prod | Kind::Min))
    }
    fn combine(kind: Kind, total: u8, x: Truth) -> u8 {
        if matches!(kind, Kind::Prod | Kind::Min) { total & x.0 } else { total | x.0 }
    }
    fn narrow(total: u8) -> Truth {
        Truth(total)
    }
}

macro_rules! floats {
    ($($ty:ty, $total:ty, $widen:expr, $narrow:expr;)*) => {$(
        impl Scannable for $ty {
            type Total = $total;
            fn identity(kind: Kind) -> $total {
                match kind {
                    Kind::Sum => 0.0,
                    Kind::Prod => 1.0,
                    Kind::Max | Kind::LogAddExp => <$total>::NEG_INFINITY,
                    Kind::Min => <$total>::INFINITY,
                }
            }
            #[inline(always)]
            fn combine(kind: Kind, total: $total, x: $ty) -> $total {
                let x: $total = $widen(x);
                match kind {
                    Kind::Sum => total + x,
                    Kind::Prod => total * x,
                    Kind::Max => if total > x || total.is_nan() { total } else { x },
                    Kind::Min => if total < x || total.is_nan() { total } else { x },
                    Kind::LogAddExp => {
                        let (low, high) = if total > x { (x, total) } else { (total, x) };
                        // Equal infinities differ by NaN.
                        if low == high && high.is_infinite() { high } else { high + (low - high).exp().ln_1p() }
                    }
                }
            }
            fn narrow(total: $total) -> $ty {
                $narrow(total)
            }
        }
    )*};
}
floats! {
    f16, f32, f16::to_f32, f16::from_f32;
    bf16, f32, bf16::to_f32, bf16::from_f32;
    f32, f32, |x| x, |x| x;
    f64, f64, |x| x, |x| x;
}

impl Scannable for Complex32 {
    type Total = Complex32;
    fn identity(kind: Kind) -> Complex32 {
        let infinity = f32::INFINITY;
        match kind {
            Kind::Sum => Complex32::new(0.0, 0.0),
            Kind::Prod => Complex32::new(1.0, 0.0),
            Kind::Max => Complex32::new(-infinity, -infinity),
            Kind::Min => Complex32::new(infinity, infinity),
            Kind::LogAddExp => Complex32::new(-infinity, 0.0),
        }
    }
    fn combine(kind: Kind, total: Complex32, x: Complex32) -> Complex32 {
        let above = (total.re, total.im) > (x.re, x.im);
        let below = (total.re, total.im) < (x.re, x.im);
        match kind {
            Kind::Sum => total + x,
            Kind::Prod => total * x,
            Kind::Max => {
                if above || total.is_nan() {
                    total
                } else {
                    x
                }
            }
            Kind::Min => {
                if below || total.is_nan() {
                    total
                } else {
                    x
                }
            }
            Kind::LogAddExp => {
                let (low, high) = if total.re > x.re { (x, total) } else { (total, x) };
                if low.re == f32::NEG_INFINITY { high } else { high + ((low - high).exp() + 1.0).ln() }
            }
        }
    }
    fn narrow(total: Complex32) -> Complex32 {
        total
    }
}

fn build(kind: Kind, x: &Array, axis: Option<i32>, how: Cumulative) -> Result<Array> {
    let (x, axis) = match axis {
        Some(axis) => (x.clone(), shape::axis(axis, x.ndim())?),
        None => (to_shape(x, smallvec![x.size()])?, 0),
    };
    let spec = x.spec().clone();
    Ok(Array::build(Scan { kind, axis, how }, smallvec![x], spec))
}

/// Sums of the elements up to each place of `axis`; of the flattened array for `None`. The dtype stays (integers wrap),
/// but `bool` sums as `i32`.
///
/// ```
/// use emberforge_array::{Array, Cumulative, cumsum};
///
/// let x = Array::from_slice(&[1, 2, 4], &[3])?;
/// assert_eq!(cumsum(&x, -1, Cumulative::default())?.to_vec::<i32>()?, [1, 3, 7]);
/// let before = Cumulative { inclusive: false, ..Cumulative::default() };
/// assert_eq!(cumsum(&x, -1, before)?.to_vec::<i32>()?, [0, 1, 3]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the axis does not exist.
pub fn cumsum(x: &Array, axis: impl Into<Option<i32>>, how: Cumulative) -> Result<Array> {
    x.check()?;
    let x = if x.dtype() == DType::Bool { cast(x, DType::I32) } else { x.clone() };
    let axis = axis.into();
    widened(&x, |x| build(Kind::Sum, x, axis, how))
}

/// Products of the elements up to each place of `axis`; of the flattened array for `None`. The dtype stays.
///
/// # Errors
/// When the axis does not exist.
pub fn cumprod(x: &Array, axis: impl Into<Option<i32>>, how: Cumulative) -> Result<Array> {
    let axis = axis.into();
    widened(x.check()?, |x| build(Kind::Prod, x, axis, how))
}

/// The largest of the elements up to each place of `axis`; of the flattened array for `None`. After a NaN all are NaN.
///
/// # Errors
/// When the axis does not exist.
pub fn cummax(x: &Array, axis: impl Into<Option<i32>>, how: Cumulative) -> Result<Array> {
    build(Kind::Max, x.check()?, axis.into(), how)
}

/// The smallest of the elements up to each place of `axis`; of the flattened array for `None`. After a NaN all are NaN.
///
/// # Errors
/// When the axis does not exist.
pub fn cummin(x: &Array, axis: impl Into<Option<i32>>, how: Cumulative) -> Result<Array> {
    build(Kind::Min, x.check()?, axis.into(), how)
}

/// `log(cumsum(exp(x)))` without overflow along `axis`; of the flattened array for `None`. Integers give `f32`.
///
/// # Errors
/// When the axis does not exist.
pub fn logcumsumexp(x: &Array, axis: impl Into<Option<i32>>, how: Cumulative) -> Result<Array> {
    x.check()?;
    let axis = axis.into();
    widened(&cast(x, at_least_float(x.dtype())), |x| build(Kind::LogAddExp, x, axis, how))
}
