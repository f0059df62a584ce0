//! Types and instructions, each with its typing rule and its meaning.

use crate::{ArrayId, BufferId, TableId, ValueId, VarId};

/// A scalar type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants name themselves")]
pub enum Scalar {
    Bool,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F16,
    BF16,
    F32,
    F64,
}

impl Scalar {
    /// Every scalar type.
    pub const ALL: [Scalar; 13] = [
        Scalar::Bool,
        Scalar::I8,
        Scalar::U8,
        Scalar::I16,
        Scalar::U16,
        Scalar::I32,
        Scalar::U32,
        Scalar::I64,
        Scalar::U64,
        Scalar::F16,
        Scalar::BF16,
        Scalar::F32,
        Scalar::F64,
    ];

    /// Size in memory, in bytes.
    pub const fn size(self) -> usize {
        match self {
            Scalar::Bool | Scalar::I8 | Scalar::U8 => 1,
            Scalar::I16 | Scalar::U16 | Scalar::F16 | Scalar::BF16 => 2,
            Scalar::I32 | Scalar::U32 | Scalar::F32 => 4,
            Scalar::I64 | Scalar::U64 | Scalar::F64 => 8,
        }
    }

    /// Name in the IR's text: `f32`, `u8`, `bool`.
    pub const fn name(self) -> &'static str {
        match self {
            Scalar::Bool => "bool",
            Scalar::I8 => "i8",
            Scalar::U8 => "u8",
            Scalar::I16 => "i16",
            Scalar::U16 => "u16",
            Scalar::I32 => "i32",
            Scalar::U32 => "u32",
            Scalar::I64 => "i64",
            Scalar::U64 => "u64",
            Scalar::F16 => "f16",
            Scalar::BF16 => "bf16",
            Scalar::F32 => "f32",
            Scalar::F64 => "f64",
        }
    }

    /// `f16`, `bf16`, `f32` or `f64`.
    pub const fn is_float(self) -> bool {
        matches!(self, Scalar::F16 | Scalar::BF16 | Scalar::F32 | Scalar::F64)
    }

    /// One of the eight integer types (not `bool`).
    pub const fn is_integer(self) -> bool {
        !self.is_float() && !matches!(self, Scalar::Bool)
    }

    /// A signed integer type.
    pub const fn is_signed(self) -> bool {
        matches!(self, Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::I64)
    }

    /// Arithmetic exists on this type: `i32 u32 i64 u64 f16 bf16 f32 f64`.
    pub const fn has_arithmetic(self) -> bool {
        self.is_float() || matches!(self, Scalar::I32 | Scalar::U32 | Scalar::I64 | Scalar::U64)
    }
}

/// An address space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// Buffers of the launch.
    Device,
    /// Read-only buffers and tables.
    Constant,
    /// One copy per threadgroup.
    Threadgroup,
    /// One copy per thread.
    Thread,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// A number or truth value.
    Scalar(Scalar),
    /// A byte address in one space.
    Pointer(Space),
}

impl Type {
    /// The scalar type, if it is one.
    pub const fn scalar(self) -> Option<Scalar> {
        match self {
            Type::Scalar(s) => Some(s),
            Type::Pointer(_) => None,
        }
    }
}

impl From<Scalar> for Type {
    fn from(s: Scalar) -> Self {
        Type::Scalar(s)
    }
}

/// One operand to one result of the same type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// Arithmetic types. Integers wrap.
    Neg,
    /// Integers: every bit inverted. `bool`: logical not.
    Not,
    /// Arithmetic types. `abs(MIN)` is `MIN`.
    Abs,
    /// 32- and 64-bit integers: leading zero bits (width for 0).
    CountLeadingZeros,
    /// 32- and 64-bit integers: trailing zero bits (width for 0).
    CountTrailingZeros,
    /// 32- and 64-bit integers: bits set.
    PopCount,
    /// 32- and 64-bit integers: bit order reversed.
    ReverseBits,
}

/// Two operands of one type to a result of that type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// Arithmetic types.
    Add,
    /// Arithmetic types.
    Sub,
    /// Arithmetic types.
    Mul,
    /// Arithmetic types; integer division truncates, by zero gives 0.
    Div,
    /// Integers; sign of the dividend, by zero gives 0.
    Rem,
    /// Integers and `bool`.
    And,
    /// Integers and `bool`.
    Or,
    /// Integers and `bool`.
    Xor,
    /// Integers; amount modulo width.
    Shl,
    /// Integers; amount modulo width; arithmetic for signed types.
    Shr,
    /// Arithmetic types; the other operand when one is NaN.
    Min,
    /// Arithmetic types; the other operand when one is NaN.
    Max,
    /// Integers: high half of the full product.
    MulHigh,
    /// Integers: sum clamped to the type's range.
    AddSaturate,
    /// Integers: difference clamped to the type's range.
    SubSaturate,
}

/// Two operands of one type (or two pointers of one space) to a `bool`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants name themselves")]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// A function of [`crate::math`]. Operands and result are one float type, except where said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants name themselves")]
pub enum MathOp {
    Acos,
    Acosh,
    Asin,
    Asinh,
    Atan,
    Atanh,
    Ceil,
    Cos,
    Cosh,
    CosPi,
    Erf,
    ErfInv,
    Exp,
    Exp10,
    Exp2,
    Expm1,
    Floor,
    Fract,
    /// Mantissa of `frexp`, in [0.5, 1).
    FrexpMantissa,
    Log,
    Log10,
    Log1p,
    Log2,
    /// Nearest integer, ties to even.
    Rint,
    /// Nearest integer, ties away from zero.
    Round,
    Rsqrt,
    Sin,
    Sinh,
    SinPi,
    Sqrt,
    Tan,
    Tanh,
    TanPi,
    Trunc,
    // Two operands.
    Atan2,
    Copysign,
    Fdim,
    Fmod,
    Hypot,
    NextAfter,
    Pow,
    /// `pow` for x >= 0.
    Powr,
    /// Second operand `i32`.
    Ldexp,
    // Result `i32`.
    FrexpExponent,
    Ilogb,
    // Result `bool`.
    IsFinite,
    IsInf,
    IsNan,
    IsNormal,
    SignBit,
}

/// What a relaxed atomic does to the memory it names; it yields the old value. `Min` and `Max` exist on `f32` too, the
/// bitwise operations on integers only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants name themselves")]
pub enum AtomicOp {
    Load,
    Store,
    Exchange,
    /// Stores `value` where the memory equals `expected` bit for bit.
    CompareExchange,
    Add,
    Sub,
    Min,
    Max,
    And,
    Or,
    Xor,
}

/// The lanes a [`LaneOp`] combines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LaneGroup {
    /// 32 consecutive threads.
    Simd,
    /// 4 consecutive threads.
    Quad,
}

impl LaneGroup {
    /// Number of lanes.
    pub const fn width(self) -> usize {
        match self {
            LaneGroup::Simd => 32,
            LaneGroup::Quad => 4,
        }
    }
}

/// An operation across the active lanes of a simdgroup or quad. `a` is the first operand and gives the type, `b` the
/// second. Reductions and prefixes exist on arithmetic types; shuffles and `BroadcastFirst` move any scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LaneOp {
    /// Sum of `a`, combined pairwise (lane distance 16, 8, 4, 2, 1), inactive lanes counting 0.
    Sum,
    /// Product, combined as `Sum`.
    Product,
    /// Smallest active `a`; of zeros of both signs, either.
    Min,
    /// Largest active `a`; of zeros of both signs, either.
    Max,
    /// Bitwise and (integers).
    And,
    /// Bitwise or (integers).
    Or,
    /// Bitwise exclusive or (integers).
    Xor,
    /// Sum of the active lanes up to and with this one, from the lowest lane, starting at 0.
    PrefixInclusiveSum,
    /// Sum of the active lanes before this one; 0 for the first.
    PrefixExclusiveSum,
    /// Product of the active lanes up to and with this one.
    PrefixInclusiveProduct,
    /// Product of the active lanes before this one; 1 for the first.
    PrefixExclusiveProduct,
    /// `a` of lane `b` (`u32`).
    Shuffle,
    /// `a` of the lane `b` below; lanes with none below keep their own.
    ShuffleUp,
    /// `a` of the lane `b` above; lanes with none above keep their own.
    ShuffleDown,
    /// `a` of lane `own ^ b`.
    ShuffleXor,
    /// `a` of lane `(own - b) mod width`.
    ShuffleRotateUp,
    /// `a` of lane `(own + b) mod width`.
    ShuffleRotateDown,
    /// `a` of the lowest active lane.
    BroadcastFirst,
    /// `a` is `bool`, result `bool`: true in every active lane.
    All,
    /// `a` is `bool`, result `bool`: true in some active lane.
    Any,
    /// `a` is `bool`, result `u64`: bit i set when lane i is active and `a` is true there.
    Ballot,
    /// No operand, result `bool`: this is the lowest active lane.
    IsFirst,
}

/// Which memory a barrier orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "the fields name themselves")]
pub struct MemoryFlags {
    pub device: bool,
    pub threadgroup: bool,
}

/// How many threads a barrier joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants name themselves")]
pub enum Barrier {
    Threadgroup,
    Simdgroup,
}

/// What a thread knows of its place. `axis` 0, 1, 2 is x, y, z; one-dimensional attributes have axis 0 only. All are
/// `u32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants are Metal's attribute names")]
pub enum Attribute {
    ThreadPositionInGrid,
    ThreadPositionInThreadgroup,
    ThreadgroupPositionInGrid,
    ThreadsPerGrid,
    /// Size of this thread's (possibly smaller, edge) threadgroup.
    ThreadsPerThreadgroup,
    /// Size of a full threadgroup of this launch.
    DispatchThreadsPerThreadgroup,
    ThreadgroupsPerGrid,
    ThreadIndexInThreadgroup,
    ThreadIndexInSimdgroup,
    SimdgroupIndexInThreadgroup,
    SimdgroupsPerThreadgroup,
    DispatchSimdgroupsPerThreadgroup,
    ThreadIndexInQuadgroup,
    QuadgroupIndexInThreadgroup,
    QuadgroupsPerThreadgroup,
    DispatchQuadgroupsPerThreadgroup,
}

impl Attribute {
    /// Every attribute.
    pub const ALL: [Attribute; 16] = [
        Attribute::ThreadPositionInGrid,
        Attribute::ThreadPositionInThreadgroup,
        Attribute::ThreadgroupPositionInGrid,
        Attribute::ThreadsPerGrid,
        Attribute::ThreadsPerThreadgroup,
        Attribute::DispatchThreadsPerThreadgroup,
        Attribute::ThreadgroupsPerGrid,
        Attribute::ThreadIndexInThreadgroup,
        Attribute::ThreadIndexInSimdgroup,
        Attribute::SimdgroupIndexInThreadgroup,
        Attribute::SimdgroupsPerThreadgroup,
        Attribute::DispatchSimdgroupsPerThreadgroup,
        Attribute::ThreadIndexInQuadgroup,
        Attribute::QuadgroupIndexInThreadgroup,
        Attribute::QuadgroupsPerThreadgroup,
        Attribute::DispatchQuadgroupsPerThreadgroup,
    ];

    /// Metal's name of the attribute. (`grid_size` is `threads_per_grid`, `grid_origin` is 0, `threads_per_simdgroup`
    /// and `thread_execution_width` are 32: the front end replaces those.)
    pub const fn name(self) -> &'static str {
        match self {
            Attribute::ThreadPositionInGrid => "thread_position_in_grid",
            Attribute::ThreadPositionInThreadgroup => "thread_position_in_threadgroup",
            Attribute::ThreadgroupPositionInGrid => "threadgroup_position_in_grid",
            Attribute::ThreadsPerGrid => "threads_per_grid",
            Attribute::ThreadsPerThreadgroup => "threads_per_threadgroup",
            Attribute::DispatchThreadsPerThreadgroup => "dispatch_threads_per_threadgroup",
            Attribute::ThreadgroupsPerGrid => "threadgroups_per_grid",
            Attribute::ThreadIndexInThreadgroup => "thread_index_in_threadgroup",
            Attribute::ThreadIndexInSimdgroup => "thread_index_in_simdgroup",
            Attribute::SimdgroupIndexInThreadgroup => "simdgroup_index_in_threadgroup",
            Attribute::SimdgroupsPerThreadgroup => "simdgroups_per_threadgroup",
            Attribute::DispatchSimdgroupsPerThreadgroup => "dispatch_simdgroups_per_threadgroup",
            Attribute::ThreadIndexInQuadgroup => "thread_index_in_quadgroup",
            Attribute::QuadgroupIndexInThreadgroup => "quadgroup_index_in_threadgroup",
            Attribute::QuadgroupsPerThreadgroup => "quadgroups_per_threadgroup",
            Attribute::DispatchQuadgroupsPerThreadgroup => "dispatch_quadgroups_per_threadgroup",
        }
    }
}

/// What an instruction does. The result type is [`Inst::ty`](crate::Inst::ty).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// A constant: the bits of the result type in the low bytes (floats as their IEEE bits, signed integers
    /// sign-extended to 64 bits, unsigned zero-extended, `bool` 0 or 1). Scalar result.
    Const(u64),
    /// Address of a buffer's first byte. Result: pointer to the buffer's space.
    Buffer(BufferId),
    /// Address of a constant table. Result: constant pointer.
    Table(TableId),
    /// Address of a threadgroup array. Result: threadgroup pointer.
    ThreadgroupArray(ArrayId),
    /// Address of a thread-private array. Result: thread pointer.
    PrivateArray(ArrayId),
    /// The thread's place; axis 0..3. Result: `u32`.
    Attribute(Attribute, u8),
    /// Content of a variable. Result: the variable's type.
    Get(VarId),
    /// See [`UnaryOp`].
    Unary(UnaryOp, ValueId),
    /// See [`BinaryOp`].
    Binary(BinaryOp, ValueId, ValueId),
    /// See [`CompareOp`]. Result: `bool`. False when an operand is NaN, except `Ne`.
    Compare(CompareOp, ValueId, ValueId),
    /// `bool`, then two operands of the result type: the first where true, else the second.
    Select(ValueId, ValueId, ValueId),
    /// `a * b + c` with one rounding; float types.
    Fma(ValueId, ValueId, ValueId),
    /// A function of one operand, or of two.
    Math(MathOp, ValueId, Option<ValueId>),
    /// Value conversion between scalar types (to `bool`: not equal to zero).
    Convert(ValueId),
    /// The same bits as another scalar type of the same size.
    Bitcast(ValueId),
    /// `pointer + index * scale` bytes; `index` is any 32- or 64-bit integer, extended by its own sign.
    /// Result: the pointer's type.
    Offset {
        /// Pointer.
        base: ValueId,
        /// 32- or 64-bit integer.
        index: ValueId,
        /// Bytes per index.
        scale: u32,
    },
    /// The pointer as an `i64`, for differences and integer conversion.
    Address(ValueId),
    /// Reads a scalar of the result type. `f16`, `bf16` and narrow integers keep their type.
    Load(ValueId),
    /// Writes the second operand (a scalar) to the first (a pointer). No result.
    Store(ValueId, ValueId),
    /// See [`AtomicOp`]. Result: the old value (`i32`, `u32`, `u64`, `f32`); `Store` has no result.
    Atomic {
        /// What it does.
        op: AtomicOp,
        /// Device or threadgroup pointer.
        pointer: ValueId,
        /// Operand; absent for `Load`.
        value: Option<ValueId>,
        /// Compared value of `CompareExchange`.
        expected: Option<ValueId>,
    },
    /// See [`LaneOp`].
    Lane {
        /// What it does.
        op: LaneOp,
        /// Across which lanes.
        group: LaneGroup,
        /// First operand.
        a: Option<ValueId>,
        /// Second operand (`u32`).
        b: Option<ValueId>,
    },
    /// One element of `A * B + C` for 8x8 matrices spread over a simdgroup: lane `l` holds, of each matrix, row
    /// `r = ((l/4) & 4) + (l/2) % 4` and columns `((l/4) & 2) * 2 + (l % 2) * 2 + {0, 1}`. Computed in `f32` whatever the
    /// types: starting from C, products added for k ascending, each product and sum rounded, the result converted once.
    /// Inactive lanes count as 0. Operands: A's two elements, B's two, C's element number `element`. Result: `f32`,
    /// `f16` or `bf16`, the type of C.
    MatrixMultiply {
        /// Which of the lane's two elements (0 or 1).
        element: u8,
        /// A's two elements of this lane.
        a: [ValueId; 2],
        /// B's two elements of this lane.
        b: [ValueId; 2],
        /// C's element.
        c: ValueId,
    },
    /// Waits for the others and orders memory. No result.
    Barrier(Barrier, MemoryFlags),
}

/// The operands of an instruction, at most six.
pub type Operands = arrayvec::ArrayVec<ValueId, 6>;

impl Op {
    /// The values the instruction reads, in order.
    pub fn operands(&self) -> Operands {
        let mut list = Operands::new();
        match *self {
            Op::Const(_)
            | Op::Buffer(_)
            | Op::Table(_)
            | Op::ThreadgroupArray(_)
            | Op::PrivateArray(_)
            | Op::Attribute(..)
            | Op::Get(_)
            | Op::Barrier(..) => {}
            Op::Unary(_, a) | Op::Convert(a) | Op::Bitcast(a) | Op::Address(a) | Op::Load(a) => list.push(a),
            Op::Binary(_, a, b) | Op::Compare(_, a, b) | Op::Store(a, b) => list.extend([a, b]),
            Op::Select(a, b, c) | Op::Fma(a, b, c) => list.extend([a, b, c]),
            Op::Math(_, a, b) => {
                list.push(a);
                list.extend(b);
            }
            Op::Offset { base, index, .. } => list.extend([base, index]),
            Op::Atomic { pointer, value, expected, .. } => {
                list.push(pointer);
                list.extend(value);
                list.extend(expected);
            }
            Op::Lane { a, b, .. } => {
                list.extend(a);
                list.extend(b);
            }
            Op::MatrixMultiply { a, b, c, .. } => list.extend([a[0], a[1], b[0], b[1], c]),
        }
        list
    }

    /// True when the instruction writes memory or synchronises, so it must stay where it is even if unused.
    pub fn has_effect(&self) -> bool {
        matches!(self, Op::Store(..) | Op::Atomic { .. } | Op::Barrier(..))
    }

    /// True when the instruction needs the other lanes of its simdgroup or threadgroup to run in step.
    pub fn is_collective(&self) -> bool {
        matches!(self, Op::Lane { .. } | Op::MatrixMultiply { .. } | Op::Barrier(..))
    }
}
