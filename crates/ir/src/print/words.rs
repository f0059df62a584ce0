//! The words of the IR's text: one table per enumeration, used by the printer and the reader alike.
//!
//! Each table is written once and gives both directions. The forward one is a `match` without wildcard, so an
//! operation added to `op.rs` cannot be forgotten here. It knows words only; the grammar is in `print.rs` and
//! `read.rs`.

use crate::{AtomicOp, Barrier, BinaryOp, CompareOp, LaneGroup, LaneOp, MathOp, Space, UnaryOp};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $find:ident: $type:ident { $($variant:ident $word:literal)* }) => {
        $(#[$doc])*
        pub(crate) const fn $name(op: $type) -> &'static str {
            match op {
                $($type::$variant => $word,)*
            }
        }

        /// The inverse.
        pub(crate) fn $find(word: &str) -> Option<$type> {
            match word {
                $($word => Some($type::$variant),)*
                _ => None,
            }
        }
    };
}

words!(/// Address spaces.
space, find_space: Space {
    Device "device" Constant "constant" Threadgroup "threadgroup" Thread "thread"
});

words!(/// One operand.
unary, find_unary: UnaryOp {
    Neg "neg" Not "not" Abs "abs" CountLeadingZeros "clz" CountTrailingZeros "ctz" PopCount "popcount"
    ReverseBits "reverse_bits"
});

words!(/// Two operands of one type.
binary, find_binary: BinaryOp {
    Add "add" Sub "sub" Mul "mul" Div "div" Rem "rem" And "and" Or "or" Xor "xor" Shl "shl" Shr "shr"
    Min "min" Max "max" MulHigh "mul_high" AddSaturate "add_saturate" SubSaturate "sub_saturate"
});

words!(/// Comparisons.
compare, find_compare: CompareOp {
    Eq "eq" Ne "ne" Lt "lt" Le "le" Gt "gt" Ge "ge"
});

words!(/// Functions.
math, find_math: MathOp {
    Acos "acos" Acosh "acosh" Asin "asin" Asinh "asinh" Atan "atan" Atanh "atanh" Ceil "ceil" Cos "cos"
    Cosh "cosh" CosPi "cospi" Erf "erf" ErfInv "erfinv" Exp "exp" Exp10 "exp10" Exp2 "exp2" Expm1 "expm1"
    Floor "floor" Fract "fract" FrexpMantissa "frexp_mantissa" Log "log" Log10 "log10" Log1p "log1p"
    Log2 "log2" Rint "rint" Round "round" Rsqrt "rsqrt" Sin "sin" Sinh "sinh" SinPi "sinpi" Sqrt "sqrt"
    Tan "tan" Tanh "tanh" TanPi "tanpi" Trunc "trunc" Atan2 "atan2" Copysign "copysign" Fdim "fdim"
    Fmod "fmod" Hypot "hypot" NextAfter "nextafter" Pow "pow" Powr "powr" Ldexp "ldexp"
    FrexpExponent "frexp_exponent" Ilogb "ilogb" IsFinite "isfinite" IsInf "isinf" IsNan "isnan"
    IsNormal "isnormal" SignBit "signbit"
});

words!(/// What an atomic does, after `atomic.`.
atomic, find_atomic: AtomicOp {
    Load "load" Store "store" Exchange "exchange" CompareExchange "compare_exchange" Add "add" Sub "sub"
    Min "min" Max "max" And "and" Or "or" Xor "xor"
});

words!(/// Who takes part in a lane operation, before the dot.
group, find_group: LaneGroup {
    Simd "simd" Quad "quad"
});

words!(/// What a lane operation does, after `simd.` or `quad.`.
lane, find_lane: LaneOp {
    Sum "sum" Product "product" Min "min" Max "max" And "and" Or "or" Xor "xor"
    PrefixInclusiveSum "prefix_inclusive_sum" PrefixExclusiveSum "prefix_exclusive_sum"
    PrefixInclusiveProduct "prefix_inclusive_product" PrefixExclusiveProduct "prefix_exclusive_product"
    Shuffle "shuffle" ShuffleUp "shuffle_up" ShuffleDown "shuffle_down" ShuffleXor "shuffle_xor"
    ShuffleRotateUp "shuffle_rotate_up" ShuffleRotateDown "shuffle_rotate_down"
    BroadcastFirst "broadcast_first" All "all" Any "any" Ballot "ballot" IsFirst "is_first"
});

words!(/// How many threads a barrier joins, after `barrier.`.
barrier, find_barrier: Barrier {
    Threadgroup "threadgroup" Simdgroup "simdgroup"
});
