//! Writing strided data into a strided part of a dense buffer: what slice updates, joins, padding and folding share.

use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use emberforge_base::{DType, Error, Result};
use half::{bf16, f16};
use num_complex::Complex32;
use rayon::prelude::*;

/// Elements from which loops are spread over threads.
pub(crate) const PARALLEL: usize = 1 << 15;

/// What becomes of an element that something is written to. Floats of 16 bits round after each update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Update {
    Set,
    Add,
    Prod,
    Max,
    Min,
}

/// An element type that updates are defined for.
pub(crate) trait Element: bytemuck::Pod + Send + Sync {
    fn add(self, other: Self) -> Self;
    fn prod(self, other: Self) -> Self;
    fn larger(self, other: Self) -> Self;
    fn smaller(self, other: Self) -> Self;
}

macro_rules! integers {
    ($($ty:ty),*) => {$(
        impl Element for $ty {
            fn add(self, other: Self) -> Self { self.wrapping_add(other) }
            fn prod(self, other: Self) -> Self { self.wrapping_mul(other) }
            fn larger(self, other: Self) -> Self { Ord::max(self, other) }
            fn smaller(self, other: Self) -> Self { Ord::min(self, other) }
        }
    )*};
}
integers!(u8, u16, u32, u64, i8, i16, i32, i64);

macro_rules! floats {
    ($($ty:ty),*) => {$(
        impl Element for $ty {
            fn add(self, other: Self) -> Self { self + other }
            fn prod(self, other: Self) -> Self { self * other }
            fn larger(self, other: Self) -> Self { if self > other || self.is_nan() { self } else { other } }
            fn smaller(self, other: Self) -> Self { if self < other || self.is_nan() { self } else { other } }
        }
    )*};
}
floats!(f16, bf16, f32, f64);

/// Complex numbers are ordered by the real part, then the imaginary one.
impl Element for Complex32 {
    fn add(self, other: Self) -> Self {
        self + other
    }
    fn prod(self, other: Self) -> Self {
        self * other
    }
    fn larger(self, other: Self) -> Self {
        if (self.re, self.im) > (other.re, other.im) || self.is_nan() { self } else { other }
    }
    fn smaller(self, other: Self) -> Self {
        if (self.re, self.im) < (other.re, other.im) || self.is_nan() { self } else { other }
    }
}

/// Calls `$body` with `$T` an element type of a dtype's size: for code that moves elements and looks at none.
macro_rules! with_size {
    ($dtype:expr, |$T:ident| $body:expr) => {{
        macro_rules! of {
            ($ty:ty) => {{
                type $T = $ty;
                $body
            }};
        }
        match $dtype.size() {
            1 => of!(u8),
            2 => of!(u16),
            4 => of!(u32),
            _ => of!(u64),
        }
    }};
}
pub(crate) use with_size;

/// Calls `$body` with `$T` the element type of a dtype and `$f` the update as a function of the old element and the new.
/// Of `bool`, adding is "or" and multiplying is "and".
macro_rules! with_update {
    ($update:expr, $dtype:expr, |$T:ident, $f:ident| $body:expr) => {{
        use $crate::region::{Element, Update};
        macro_rules! of {
            ($ty:ty: $add:ident, $prod:ident) => {{
                type $T = $ty;
                match $update {
                    Update::Set => {
                        let $f = |_: $T, new: $T| new;
                        $body
                    }
                    Update::Add => {
                        let $f = <$T as Element>::$add;
                        $body
                    }
                    Update::Prod => {
                        let $f = <$T as Element>::$prod;
                        $body
                    }
                    Update::Max => {
                        let $f = <$T as Element>::larger;
                        $body
                    }
                    Update::Min => {
                        let $f = <$T as Element>::smaller;
                        $body
                    }
                }
            }};
        }
        use emberforge_base::DType;
        match $dtype {
            DType::Bool => of!(u8: larger, smaller),
            DType::U8 => of!(u8: add, prod),
            DType::U16 => of!(u16: add, prod),
            DType::U32 => of!(u32: add, prod),
            DType::U64 => of!(u64: add, prod),
            DType::I8 => of!(i8: add, prod),
            DType::I16 => of!(i16: add, prod),
            DType::I32 => of!(i32: add, prod),
            DType::I64 => of!(i64: add, prod),
            DType::F16 => of!(half::f16: add, prod),
            DType::BF16 => of!(half::bf16: add, prod),
            DType::F32 => of!(f32: add, prod),
            DType::F64 => of!(f64: add, prod),
            DType::Complex64 => of!(num_complex::Complex32: add, prod),
        }
    }};
}
pub(crate) use with_update;

/// A part of a dense row-major array, as a slice of that array cuts it.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    /// In elements.
    pub(crate) offset: usize,
    pub(crate) shape: Shape,
    /// Not 0 along axes longer than 1.
    pub(crate) strides: Strides,
}

/// Updates the elements of a region of `out` with those of `source`, which has the region's shape.
///
/// # Errors
/// When the source's memory is misaligned.
pub(crate) fn write(
    out: &mut [u8],
    dtype: DType,
    region: &Region,
    source: &Value,
    update: Update,
) -> Result<()> {
    if region.shape.contains(&0) {
        return Ok(());
    }
    let mut to = region.clone();
    let mut from = (source.offset as i64, source.strides.clone());
    for axis in 0..to.shape.len() {
        // Backwards through both is forwards through both.
        if to.strides[axis] < 0 {
            let steps = to.shape[axis] as i64 - 1;
            to.offset = (to.offset as i64 + steps * to.strides[axis]) as usize;
            from.0 += steps * from.1[axis];
            (to.strides[axis], from.1[axis]) = (-to.strides[axis], -from.1[axis]);
        }
    }
    let (sizes, strides) = shape::merge(&to.shape, &[&to.strides, &from.1]);
    with_update!(update, dtype, |T, f| {
        let out = elements_mut::<T>(out)?;
        let source = elements::<T>(source)?;
        let walk = Walk { sizes: &sizes, to: &strides[0], from: &strides[1], source };
        walk.spread(&mut out[to.offset..], from.0, &f);
    });
    Ok(())
}

/// All elements of a value's buffer.
pub(crate) fn elements<T: bytemuck::AnyBitPattern>(value: &Value) -> Result<&[T]> {
    value.elements::<T>().ok_or_else(|| Error::internal("an operand is misaligned"))
}

/// A result's bytes as elements.
pub(crate) fn elements_mut<T: bytemuck::Pod>(bytes: &mut [u8]) -> Result<&mut [T]> {
    bytemuck::try_cast_slice_mut(bytes)
        .map_err(|e| Error::internal(format_args!("a result is misaligned: {e}")))
}

/// A pass over the axes of a region, outermost first.
pub(crate) struct Walk<'a, T> {
    pub(crate) sizes: &'a [usize],
    /// Strides in the result, positive.
    pub(crate) to: &'a [i64],
    pub(crate) from: &'a [i64],
    pub(crate) source: &'a [T],
}

impl<T: Copy + Send + Sync> Walk<'_, T> {
    /// Every entry of the outermost axis on some thread. The entries lie `to[0]` apart in `out`, each within that distance.
    fn spread(&self, out: &mut [T], first: i64, f: &(impl Fn(T, T) -> T + Sync)) {
        let stride = self.to[0].max(1) as usize;
        if self.sizes.iter().product::<usize>() < PARALLEL {
            return self.walk(out, first, 0, f);
        }
        if self.sizes.len() == 1 {
            let run = PARALLEL;
            out.par_chunks_mut(run * stride).take(self.sizes[0].div_ceil(run)).enumerate().for_each(
                |(i, out)| {
                    let from = first + (i * run) as i64 * self.from[0];
                    self.row(out, from, run.min(self.sizes[0] - i * run), f);
                },
            );
            return;
        }
        out.par_chunks_mut(stride)
            .take(self.sizes[0])
            .enumerate()
            .for_each(|(i, out)| self.walk(out, first + i as i64 * self.from[0], 1, f));
    }

    /// The axes from `axis` on, at one place of those before.
    pub(crate) fn walk(&self, out: &mut [T], from: i64, axis: usize, f: &impl Fn(T, T) -> T) {
        if axis + 1 >= self.sizes.len() {
            let last = self.sizes.len() - 1;
            let count = if axis > last { 1 } else { self.sizes[last] };
            return self.row(out, from, count, f);
        }
        for i in 0..self.sizes[axis] {
            self.walk(&mut out[i * self.to[axis] as usize..], from + i as i64 * self.from[axis], axis + 1, f);
        }
    }

    /// `count` entries of the last axis.
    fn row(&self, out: &mut [T], from: i64, count: usize, f: &impl Fn(T, T) -> T) {
        let last = self.sizes.len() - 1;
        let (to, step) = (self.to[last].max(1) as usize, self.from[last]);
        match (to, step) {
            (1, 1) => {
                for (to, x) in out.iter_mut().zip(&self.source[from as usize..from as usize + count]) {
                    *to = f(*to, *x);
                }
            }
            _ => {
                for (i, to) in out.iter_mut().step_by(to).take(count).enumerate() {
                    *to = f(*to, self.source[(from + i as i64 * step) as usize]);
                }
            }
        }
    }
}
