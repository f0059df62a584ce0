//! The order of elements: numbers ascending, complex numbers by the real part and then the imaginary, NaN last.

use half::{bf16, f16};
use num_complex::Complex32;
use std::cmp::Ordering;

/// An element that can be sorted.
pub(crate) trait Order: bytemuck::Pod + Send + Sync {
    fn is_nan(self) -> bool;

    /// Strictly before, neither being NaN.
    fn less(self, other: Self) -> bool;

    /// The order of a sort; equal elements and two NaNs keep their places.
    fn order(self, other: Self) -> Ordering {
        match (self.is_nan(), other.is_nan()) {
            (false, false) if self.less(other) => Ordering::Less,
            (false, false) if other.less(self) => Ordering::Greater,
            (a, b) => a.cmp(&b),
        }
    }
}

macro_rules! orders {
    ($($ty:ty: |$x:ident| $nan:expr;)*) => {$(
        impl Order for $ty {
            #[inline(always)]
            fn is_nan(self) -> bool {
                let $x = self;
                $nan
            }
            #[inline(always)]
            fn less(self, other: Self) -> bool {
                self < other
            }
        }
    )*};
}

orders! {
    u8: |_x| false;
    u16: |_x| false;
    u32: |_x| false;
    u64: |_x| false;
    i8: |_x| false;
    i16: |_x| false;
    i32: |_x| false;
    i64: |_x| false;
    f16: |x| f16::is_nan(x);
    bf16: |x| bf16::is_nan(x);
    f32: |x| f32::is_nan(x);
    f64: |x| f64::is_nan(x);
}

impl Order for Complex32 {
    fn is_nan(self) -> bool {
        self.re.is_nan() || self.im.is_nan()
    }
    fn less(self, other: Self) -> bool {
        (self.re, self.im) < (other.re, other.im)
    }
}

/// Runs code with `$T` as the host type of a dtype's elements (`bool` as bytes).
macro_rules! dispatch {
    ($dtype:expr, $T:ident => $body:expr) => {{
        use emberforge_base::DType;
        macro_rules! with {
            ($ty:ty) => {{
                type $T = $ty;
                $body
            }};
        }
        match $dtype {
            DType::Bool | DType::U8 => with!(u8),
            DType::U16 => with!(u16),
            DType::U32 => with!(u32),
            DType::U64 => with!(u64),
            DType::I8 => with!(i8),
            DType::I16 => with!(i16),
            DType::I32 => with!(i32),
            DType::I64 => with!(i64),
            DType::F16 => with!(half::f16),
            DType::BF16 => with!(half::bf16),
            DType::F32 => with!(f32),
            DType::F64 => with!(f64),
            DType::Complex64 => with!(num_complex::Complex32),
        }
    }};
}
pub(crate) use dispatch;
