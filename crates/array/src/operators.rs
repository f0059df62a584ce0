//! Operators on arrays and host scalars, by reference and by value.
//!
//! An operator cannot return an error; where its node cannot be built, the result is a failed array that remembers the
//! error and the place (see [`Array`](crate::Array)).

use crate::Array;
use crate::element::node::{binary, unary};
use crate::element::{Binary, Unary};
use crate::scalar::{Operand, Scalar};
use num_complex::Complex32;
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Rem, Shl, Shr, Sub};

/// The node, or a failed array: an operand's own failure, or a new one from here.
#[track_caller]
fn operate(op: Binary, a: Operand<'_>, b: Operand<'_>) -> Array {
    for operand in [&a, &b] {
        if let Operand::Array(array) = operand
            && array.check().is_err()
        {
            return Array::clone(array);
        }
    }
    match binary(op, a, b) {
        Ok(array) => array,
        Err(error) => Array::failed(error),
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $op:ident) => {
        operator!(@pair $trait, $method, $op, &Array, &Array);
        operator!(@pair $trait, $method, $op, &Array, Array);
        operator!(@pair $trait, $method, $op, Array, &Array);
        operator!(@pair $trait, $method, $op, Array, Array);
    };
    (@pair $trait:ident, $method:ident, $op:ident, $left:ty, $right:ty) => {
        impl $trait<$right> for $left {
            type Output = Array;
            #[track_caller]
            fn $method(self, other: $right) -> Array {
                operate(Binary::$op, self.into(), other.into())
            }
        }
    };
}

macro_rules! with_scalars {
    ($ty:ty) => {
        with_scalars!(@each $ty, Add add Add, Sub sub Subtract, Mul mul Multiply, Div div Divide, Rem rem Remainder);
    };
    (@each $ty:ty, $($trait:ident $method:ident $op:ident),*) => {$(
        operator!(@pair $trait, $method, $op, &Array, $ty);
        operator!(@pair $trait, $method, $op, Array, $ty);
        operator!(@pair $trait, $method, $op, $ty, &Array);
        operator!(@pair $trait, $method, $op, $ty, Array);
    )*};
}

operator!(Add, add, Add);
operator!(Sub, sub, Subtract);
operator!(Mul, mul, Multiply);
operator!(Div, div, Divide);
operator!(Rem, rem, Remainder);
operator!(BitAnd, bitand, BitwiseAnd);
operator!(BitOr, bitor, BitwiseOr);
operator!(BitXor, bitxor, BitwiseXor);
operator!(Shl, shl, LeftShift);
operator!(Shr, shr, RightShift);
macro_rules! bits_with_scalars {
    ($($ty:ty),*) => {$(
        with_scalars!(@each $ty, BitAnd bitand BitwiseAnd, BitOr bitor BitwiseOr, BitXor bitxor BitwiseXor,
            Shl shl LeftShift, Shr shr RightShift);
    )*};
}

// One float and one integer type, so that literals need no suffix; everything else goes through `Scalar::from`.
with_scalars!(f64);
with_scalars!(i32);
with_scalars!(Complex32);
with_scalars!(Scalar);
bits_with_scalars!(i32, Scalar);

/// As [`operate`].
#[track_caller]
fn operate_one(op: Unary, x: &Array) -> Array {
    match unary(op, x) {
        Ok(array) => array,
        Err(_) if x.check().is_err() => x.clone(),
        Err(error) => Array::failed(error),
    }
}

macro_rules! prefix {
    ($($trait:ident $method:ident $op:ident),*) => {$(
        impl $trait for &Array {
            type Output = Array;
            #[track_caller]
            fn $method(self) -> Array {
                operate_one(Unary::$op, self)
            }
        }
        impl $trait for Array {
            type Output = Array;
            #[track_caller]
            fn $method(self) -> Array {
                operate_one(Unary::$op, &self)
            }
        }
    )*};
}

prefix!(Neg neg Negative, Not not BitwiseInvert);
