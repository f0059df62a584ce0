//! The elementwise operations.

/// What is done to one element. Operands of `Binary`, `Comparison` and the branches of `Select` have one dtype; the
/// functions that build nodes have promoted them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ElementOp {
    Unary(Unary),
    Binary(Binary),
    /// Result `bool`.
    Comparison(Comparison),
    /// `bool`, then the value where true and where false.
    Select,
    /// Conversion to the node's dtype.
    Cast,
}

impl ElementOp {
    /// MLX's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ElementOp::Unary(op) => op.name(),
            ElementOp::Binary(op) => op.name(),
            ElementOp::Comparison(op) => op.name(),
            ElementOp::Select => "where",
            ElementOp::Cast => "astype",
        }
    }

    /// A number that tells operations apart, for the key of a compiled kernel.
    pub(crate) fn code(self) -> u32 {
        match self {
            ElementOp::Unary(op) => op as u32,
            ElementOp::Binary(op) => 0x100 + op as u32,
            ElementOp::Comparison(op) => 0x200 + op as u32,
            ElementOp::Select => 0x300,
            ElementOp::Cast => 0x301,
        }
    }
}

macro_rules! operations {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum $name {
            $($variant),*
        }

        impl $name {
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $text),*
                }
            }
        }
    };
}

operations! {
    /// One operand.
    Unary {
        Abs = "abs",
        Acos = "arccos",
        Acosh = "arccosh",
        Asin = "arcsin",
        Asinh = "arcsinh",
        Atan = "arctan",
        Atanh = "arctanh",
        BitwiseInvert = "bitwise_invert",
        Ceil = "ceil",
        Conjugate = "conjugate",
        Cos = "cos",
        Cosh = "cosh",
        Erf = "erf",
        ErfInv = "erfinv",
        Exp = "exp",
        Expm1 = "expm1",
        Floor = "floor",
        Imag = "imag",
        IsFinite = "isfinite",
        IsInf = "isinf",
        IsNan = "isnan",
        IsNegInf = "isneginf",
        IsPosInf = "isposinf",
        Log = "log",
        Log10 = "log10",
        Log1p = "log1p",
        Log2 = "log2",
        LogicalNot = "logical_not",
        Negative = "negative",
        Real = "real",
        Round = "round",
        Rsqrt = "rsqrt",
        Sigmoid = "sigmoid",
        Sign = "sign",
        Sin = "sin",
        Sinh = "sinh",
        Sqrt = "sqrt",
        Square = "square",
        Tan = "tan",
        Tanh = "tanh",
        Trunc = "trunc",
    }
}

operations! {
    /// Two operands of one dtype, which is also the result's.
    Binary {
        Add = "add",
        Atan2 = "arctan2",
        BitwiseAnd = "bitwise_and",
        BitwiseOr = "bitwise_or",
        BitwiseXor = "bitwise_xor",
        Divide = "divide",
        FloorDivide = "floor_divide",
        LeftShift = "left_shift",
        LogAddExp = "logaddexp",
        Maximum = "maximum",
        Minimum = "minimum",
        Multiply = "multiply",
        Power = "power",
        Remainder = "remainder",
        RightShift = "right_shift",
        Subtract = "subtract",
    }
}

operations! {
    /// Two operands of one dtype to a `bool`. Logical and/or take any dtype.
    Comparison {
        Equal = "equal",
        NotEqual = "not_equal",
        Less = "less",
        LessEqual = "less_equal",
        Greater = "greater",
        GreaterEqual = "greater_equal",
        LogicalAnd = "logical_and",
        LogicalOr = "logical_or",
    }
}
