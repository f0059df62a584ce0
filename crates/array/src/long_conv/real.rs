//! Vectors of `f32` and `f64` behind one trait, so that the transform is written once.

use bytemuck::Pod;
use pulp::Simd;
use std::ops::{Add, Mul, Neg};

/// A real element type and its vectors on the instruction set `S`.
pub(crate) trait Real:
    Pod + Default + Send + Sync + Add<Output = Self> + Mul<Output = Self> + Neg<Output = Self>
{
    /// As many elements as a register holds.
    type Vector<S: Simd>: Pod;
    fn of(x: f64) -> Self;
    fn splat<S: Simd>(simd: S, x: Self) -> Self::Vector<S>;
    fn plus<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    fn minus<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    fn times<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    /// `a * b + c`, rounded once.
    fn mul_add<S: Simd>(
        simd: S,
        a: Self::Vector<S>,
        b: Self::Vector<S>,
        c: Self::Vector<S>,
    ) -> Self::Vector<S>;
    /// `c - a * b`, rounded once.
    fn sub_mul<S: Simd>(
        simd: S,
        a: Self::Vector<S>,
        b: Self::Vector<S>,
        c: Self::Vector<S>,
    ) -> Self::Vector<S>;
}

macro_rules! real {
    ($ty:ty, $vector:ident, $splat:ident, $add:ident, $sub:ident, $mul:ident, $mul_add:ident, $sub_mul:ident) => {
        impl Real for $ty {
            type Vector<S: Simd> = S::$vector;
            #[inline(always)]
            fn of(x: f64) -> $ty {
                x as $ty
            }
            #[inline(always)]
            fn splat<S: Simd>(simd: S, x: $ty) -> S::$vector {
                simd.$splat(x)
            }
            #[inline(always)]
            fn plus<S: Simd>(simd: S, a: S::$vector, b: S::$vector) -> S::$vector {
                simd.$add(a, b)
            }
            #[inline(always)]
            fn minus<S: Simd>(simd: S, a: S::$vector, b: S::$vector) -> S::$vector {
                simd.$sub(a, b)
            }
            #[inline(always)]
            fn times<S: Simd>(simd: S, a: S::$vector, b: S::$vector) -> S::$vector {
                simd.$mul(a, b)
            }
            #[inline(always)]
            fn mul_add<S: Simd>(simd: S, a: S::$vector, b: S::$vector, c: S::$vector) -> S::$vector {
                simd.$mul_add(a, b, c)
            }
            #[inline(always)]
            fn sub_mul<S: Simd>(simd: S, a: S::$vector, b: S::$vector, c: S::$vector) -> S::$vector {
                simd.$sub_mul(a, b, c)
            }
        }
    };
}

real!(f32, f32s, splat_f32s, add_f32s, sub_f32s, mul_f32s, mul_add_f32s, negate_mul_add_f32s);
real!(f64, f64s, splat_f64s, add_f64s, sub_f64s, mul_f64s, mul_add_f64s, negate_mul_add_f64s);

/// Elements of a register.
pub(crate) const fn lanes<S: Simd, T: Real>() -> usize {
    size_of::<T::Vector<S>>() / size_of::<T>()
}
