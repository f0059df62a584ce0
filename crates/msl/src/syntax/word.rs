//! Which spellings are words of the language: keywords and the names of built-in types.

use super::token::Punct;

/// What a spelling means before any declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// An ordinary name.
    None,
    /// A built-in type's name: `float4`, `uint`, `atomic_int`.
    Type,
    /// A built-in type with arguments: `vec<T, 4>`, `atomic<int>`.
    TemplateType,
    /// A built-in function or constant always written with arguments: `as_type<T>`, `is_same_v<A, B>`.
    Template,
    /// Part of an integer type's name.
    Char,
    Short,
    Int,
    Long,
    Unsigned,
    Signed,
    /// An operator written as a word: `and`, `not`.
    Operator(Punct),
    Device,
    Constant,
    Threadgroup,
    Thread,
    Const,
    Constexpr,
    Volatile,
    Static,
    Inline,
    /// A word without effect in front of a declaration: `extern`, `register`, `restrict`, `mutable`, `explicit`.
    Ignored,
    Kernel,
    Auto,
    Struct,
    Union,
    Enum,
    Typedef,
    Using,
    Namespace,
    Template_,
    Typename,
    Decltype,
    StaticAssert,
    Alignas,
    Attribute,
    Operator_,
    Access,
    Friend,
    Virtual,
    If,
    Else,
    For,
    While,
    Do,
    Switch,
    Case,
    Default,
    Break,
    Continue,
    Return,
    True,
    False,
    Nullptr,
    This,
    Sizeof,
    Alignof,
    StaticCast,
    ReinterpretCast,
    ConstCast,
    /// A construct Metal or this front end does not have.
    Refused,
    /// A word that begins declarations in CUDA, OpenCL or HLSL.
    Foreign,
}

impl Word {
    /// True for words that can never name anything a user declares.
    pub(crate) fn is_keyword(self) -> bool {
        !matches!(self, Word::None | Word::Type | Word::TemplateType | Word::Template)
    }

    /// True for words that can only begin a declaration (or continue its specifiers).
    pub(crate) fn begins_declaration(self) -> bool {
        use Word::*;
        matches!(
            self,
            Device
                | Constant
                | Threadgroup
                | Thread
                | Const
                | Constexpr
                | Volatile
                | Static
                | Inline
                | Ignored
                | Kernel
                | Auto
                | Struct
                | Union
                | Enum
                | Typedef
                | Using
                | Namespace
                | Template_
                | StaticAssert
                | Alignas
                | Attribute
                | Friend
                | Virtual
                | Foreign
        )
    }

    /// True for words that begin a statement and nothing else.
    pub(crate) fn begins_statement(self) -> bool {
        use Word::*;
        matches!(self, If | Else | For | While | Do | Switch | Case | Default | Break | Continue | Return)
    }

    /// True for parts of integer type names.
    pub(crate) fn is_integer_part(self) -> bool {
        use Word::*;
        matches!(self, Char | Short | Int | Long | Unsigned | Signed)
    }
}

/// The meaning of `text`.
pub(crate) fn classify(text: &str) -> Word {
    use Word::*;
    match text {
        "char" => Char,
        "short" => Short,
        "int" => Int,
        "long" => Long,
        "unsigned" => Unsigned,
        "signed" => Signed,
        "and" => Operator(Punct::AmpAmp),
        "or" => Operator(Punct::PipePipe),
        "not" => Operator(Punct::Bang),
        "bitand" => Operator(Punct::Amp),
        "bitor" => Operator(Punct::Pipe),
        "xor" => Operator(Punct::Caret),
        "compl" => Operator(Punct::Tilde),
        "and_eq" => Operator(Punct::AmpEq),
        "or_eq" => Operator(Punct::PipeEq),
        "xor_eq" => Operator(Punct::CaretEq),
        "not_eq" => Operator(Punct::Ne),
        "device" => Device,
        "constant" => Constant,
        "threadgroup" => Threadgroup,
        "thread" => Thread,
        "const" | "__const" => Const,
        "constexpr" => Constexpr,
        "volatile" | "coherent" => Volatile,
        "static" => Static,
        "inline" | "__inline" | "__inline__" => Inline,
        "extern" | "register" | "thread_local" | "restrict" | "__restrict" | "__restrict__" | "mutable"
        | "explicit" | "__extension__" => Ignored,
        "kernel" => Kernel,
        "auto" => Auto,
        "struct" | "class" => Struct,
        "union" => Union,
        "enum" => Enum,
        "typedef" => Typedef,
        "using" => Using,
        "namespace" => Namespace,
        "template" => Template_,
        "typename" => Typename,
        "decltype" | "__typeof__" | "typeof" => Decltype,
        "static_assert" | "_Static_assert" => StaticAssert,
        "alignas" | "_Alignas" => Alignas,
        "__attribute__" | "__attribute" => Attribute,
        "operator" => Operator_,
        "public" | "private" | "protected" => Access,
        "friend" => Friend,
        "virtual" => Virtual,
        "if" => If,
        "else" => Else,
        "for" => For,
        "while" => While,
        "do" => Do,
        "switch" => Switch,
        "case" => Case,
        "default" => Default,
        "break" => Break,
        "continue" => Continue,
        "return" => Return,
        "true" => True,
        "false" => False,
        "nullptr" | "NULL" => Nullptr,
        "this" => This,
        "sizeof" => Sizeof,
        "alignof" | "_Alignof" => Alignof,
        "static_cast" => StaticCast,
        "reinterpret_cast" => ReinterpretCast,
        "const_cast" => ConstCast,
        "goto" | "asm" | "__asm__" | "__asm" | "try" | "catch" | "throw" | "new" | "delete"
        | "dynamic_cast" | "typeid" | "co_await" | "co_return" | "co_yield" | "concept" | "requires" => {
            Refused
        }
        "__shared__" | "__global__" | "__device__" | "__host__" | "__constant__" | "__forceinline__"
        | "__launch_bounds__" | "__kernel" | "__global" | "__local" | "__private" | "groupshared" => Foreign,
        "void" | "bool" | "float" | "double" | "half" | "bfloat" | "uchar" | "ushort" | "uint" | "ulong" => {
            Type
        }
        "size_t" | "ptrdiff_t" | "int8_t" | "int16_t" | "int32_t" | "int64_t" | "uint8_t" | "uint16_t"
        | "uint32_t" | "uint64_t" | "intptr_t" | "uintptr_t" | "float16_t" | "bfloat16_t" | "float32_t"
        | "complex64_t" | "complex32_t" => Type,
        "atomic_int"
        | "atomic_uint"
        | "atomic_bool"
        | "atomic_float"
        | "atomic_ulong"
        | "simd_vote"
        | "quad_vote"
        | "memory_order"
        | "mem_flags"
        | "thread_scope"
        | "simdgroup_float8x8"
        | "simdgroup_half8x8"
        | "simdgroup_bfloat8x8"
        | "true_type"
        | "false_type" => Type,
        "vec" | "packed_vec" | "matrix" | "array" | "atomic" | "_atomic" | "simdgroup_matrix"
        | "complex_t" | "Limits" | "numeric_limits" | "ConditionalType" | "WorkPerThread"
        | "LoopedElemToLoc" | "enable_if" | "enable_if_t" | "conditional" | "conditional_t"
        | "make_unsigned_t" | "make_signed_t" | "remove_reference_t" | "remove_cv_t" | "remove_const_t"
        | "make_unsigned" | "make_signed" | "decay_t" | "bool_constant" | "integral_constant" | "is_same"
        | "is_integral" | "is_floating_point" | "is_signed" | "is_unsigned" | "is_arithmetic"
        | "is_convertible" | "vec_element_t" | "make_scalar" | "make_scalar_t" | "make_vector"
        | "make_vector_t" => TemplateType,
        "as_type" | "cast_to" | "make_filled_simdgroup_matrix" | "make_diag_simdgroup_matrix" => Template,
        _ if is_vector_name(text) => Type,
        _ if text.starts_with("is_") && text.ends_with("_v") => Template,
        _ => None,
    }
}

/// `float4`, `packed_half2`, `half3x2`.
fn is_vector_name(text: &str) -> bool {
    let (packed, rest) = match text.strip_prefix("packed_") {
        Some(rest) => (true, rest),
        Option::None => (false, text),
    };
    let Some(at) = rest.find(|c: char| c.is_ascii_digit()) else { return false };
    let (base, size) = rest.split_at(at);
    let digit = |b: u8| matches!(b, b'2'..=b'4');
    let known = matches!(
        base,
        "bool"
            | "char"
            | "uchar"
            | "short"
            | "ushort"
            | "int"
            | "uint"
            | "long"
            | "ulong"
            | "half"
            | "bfloat"
            | "float"
    );
    match size.as_bytes() {
        [n] => known && digit(*n),
        [n, b'x', m] => !packed && matches!(base, "float" | "half" | "bfloat") && digit(*n) && digit(*m),
        _ => false,
    }
}
