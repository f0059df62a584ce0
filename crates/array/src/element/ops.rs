//! The public elementwise functions, named as in MLX.

use super::node::{binary as build_binary, comparison as build_comparison, select, unary as build_unary};
use super::{Binary, Comparison, Unary};
use crate::Array;
use crate::scalar::Operand;
use emberforge_base::Result;

macro_rules! unary_functions {
    ($($(#[$doc:meta])* $name:ident = $op:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// When the dtype has no such function, or `x` is a failed array.
        pub fn $name<'a>(x: impl Into<Operand<'a>>) -> Result<Array> {
            build_unary(Unary::$op, x)
        }
    )*};
}

macro_rules! binary_functions {
    ($build:ident $kind:ident: $($(#[$doc:meta])* $name:ident = $op:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// When the shapes do not broadcast, the dtypes have no such function, or an operand is a failed array.
        pub fn $name<'a, 'b>(a: impl Into<Operand<'a>>, b: impl Into<Operand<'b>>) -> Result<Array> {
            $build($kind::$op, a, b)
        }
    )*};
}

unary_functions! {
    /// Absolute value; of a complex number, its magnitude (`f32`).
    abs = Abs;
    /// Inverse cosine, in radians.
    arccos = Acos;
    /// Inverse hyperbolic cosine.
    arccosh = Acosh;
    /// Inverse sine, in radians.
    arcsin = Asin;
    /// Inverse hyperbolic sine.
    arcsinh = Asinh;
    /// Inverse tangent, in radians.
    arctan = Atan;
    /// Inverse hyperbolic tangent.
    arctanh = Atanh;
    /// Every bit inverted; of `bool`, logical not.
    bitwise_invert = BitwiseInvert;
    /// Smallest whole number not below.
    ceil = Ceil;
    /// Complex conjugate; a real array as it is.
    conjugate = Conjugate;
    /// Cosine of radians.
    cos = Cos;
    /// Hyperbolic cosine.
    cosh = Cosh;
    /// The error function, `2/sqrt(pi)` times the integral of `exp(-t^2)` from 0 to x.
    erf = Erf;
    /// Inverse of [`erf`].
    erfinv = ErfInv;
    /// Exponential.
    exp = Exp;
    /// `exp(x) - 1`, accurate near 0.
    expm1 = Expm1;
    /// Largest whole number not above.
    floor = Floor;
    /// Imaginary part, `f32`; 0 of a real array.
    imag = Imag;
    /// Neither infinite nor NaN.
    isfinite = IsFinite;
    /// Infinite.
    isinf = IsInf;
    /// Not a number.
    isnan = IsNan;
    /// Negative infinity.
    isneginf = IsNegInf;
    /// Positive infinity.
    isposinf = IsPosInf;
    /// Natural logarithm.
    log = Log;
    /// Logarithm to base 10.
    log10 = Log10;
    /// `log(1 + x)`, accurate near 0.
    log1p = Log1p;
    /// Logarithm to base 2.
    log2 = Log2;
    /// True where the element is 0.
    logical_not = LogicalNot;
    /// Negation.
    negative = Negative;
    /// Real part, `f32` of a complex array.
    real = Real;
    /// `1 / sqrt(x)`.
    rsqrt = Rsqrt;
    /// `1 / (1 + exp(-x))`, without overflow.
    sigmoid = Sigmoid;
    /// -1, 0 or 1, 0 for NaN; of a complex number its direction.
    sign = Sign;
    /// Sine of radians.
    sin = Sin;
    /// Hyperbolic sine.
    sinh = Sinh;
    /// Square root.
    sqrt = Sqrt;
    /// `x * x`.
    square = Square;
    /// Tangent of radians.
    tan = Tan;
    /// Hyperbolic tangent.
    tanh = Tanh;
    /// Towards zero to a whole number.
    trunc = Trunc;
}

binary_functions! { build_binary Binary:
    /// Sum.
    add = Add;
    /// Angle of the point `(b, a)`, in radians.
    arctan2 = Atan2;
    /// Bitwise and of integers; logical and of `bool`.
    bitwise_and = BitwiseAnd;
    /// Bitwise or of integers; logical or of `bool`.
    bitwise_or = BitwiseOr;
    /// Bitwise exclusive or.
    bitwise_xor = BitwiseXor;
    /// True division: integers divide as `f32`.
    divide = Divide;
    /// Quotient rounded down. Complex numbers have none (MLX divides them).
    floor_divide = FloorDivide;
    /// `a << b`, the shift counted modulo the width (of narrow integers: 32); `bool` shifts as `u8`.
    left_shift = LeftShift;
    /// `log(exp(a) + exp(b))` without overflow.
    logaddexp = LogAddExp;
    /// Larger of the two; NaN when either is; `b` where they are equal.
    maximum = Maximum;
    /// Smaller of the two; NaN when either is; `b` where they are equal.
    minimum = Minimum;
    /// Product.
    multiply = Multiply;
    /// `a` to the power `b`; integers wrap, and a negative exponent gives them 0.
    power = Power;
    /// Remainder with the divisor's sign, as Python's `%`.
    remainder = Remainder;
    /// `a >> b`, arithmetic for signed integers; shifts as for [`left_shift`].
    right_shift = RightShift;
    /// Difference.
    subtract = Subtract;
}

binary_functions! { build_comparison Comparison:
    /// `a == b`.
    equal = Equal;
    /// `a > b`.
    greater = Greater;
    /// `a >= b`.
    greater_equal = GreaterEqual;
    /// `a < b`.
    less = Less;
    /// `a <= b`.
    less_equal = LessEqual;
    /// Both not 0.
    logical_and = LogicalAnd;
    /// One of them not 0.
    logical_or = LogicalOr;
    /// `a != b`.
    not_equal = NotEqual;
}

/// Elements of `yes` where `cond` is not zero, else of `no` (MLX's `where`, a keyword here).
///
/// ```
/// use emberforge_array::{Array, greater, where_};
///
/// let x = Array::from_slice(&[-1.0f32, 2.0], &[2])?;
/// assert_eq!(where_(&greater(&x, 0.0)?, &x, 0.0)?.to_vec::<f32>()?, [0.0, 2.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the shapes do not broadcast, or an operand is a failed array.
pub fn where_<'a, 'b, 'c>(
    cond: impl Into<Operand<'a>>,
    yes: impl Into<Operand<'b>>,
    no: impl Into<Operand<'c>>,
) -> Result<Array> {
    select(cond, yes, no)
}
