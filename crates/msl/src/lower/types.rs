//! The types of the language, after name resolution.
//!
//! Types are cheap to clone and compare. `const` is not part of a type but of pointers (for what they point to) and of
//! [places](super::value::Place); references exist in declarations only and never in the type of a value.

use emberforge_base::Span;
use emberforge_ir as ir;
use ir::{Scalar, Space};
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    /// The type of something that has already been reported; everything about it is silently accepted.
    Error,
    /// `void`.
    Void,
    /// `bool`, integers and floats. `char` is `I8`, `size_t` is `U64`.
    Scalar(Scalar),
    /// `float3`, `packed_float3`.
    Vector {
        /// Type of a component.
        of: Scalar,
        /// 2, 3 or 4.
        n: u8,
        /// Aligned like a scalar, without padding.
        packed: bool,
    },
    /// `float4x2`: columns of vectors.
    Matrix {
        /// Type of a component.
        of: Scalar,
        /// Number of columns.
        columns: u8,
        /// Components of a column.
        rows: u8,
    },
    /// `T[n]`.
    Array(Rc<Type>, usize),
    /// A struct, its template arguments bound.
    Struct(Rc<StructType>),
    /// An enumeration.
    Enum(Rc<EnumType>),
    /// `device const T*`.
    Pointer(Rc<PointerType>),
    /// `atomic<int>`; a value of it cannot be loaded, only pointed to.
    Atomic(Scalar),
    /// `simdgroup_matrix<T, 8, 8>`: two scalars of each lane.
    SimdMatrix(Scalar),
    /// A lambda, by its number among the closures of this lowering.
    Closure(u32),
    /// The type of `nullptr`.
    Null,
}

/// What a pointer points to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PointerType {
    /// Type of what it points to.
    pub(crate) to: Type,
    /// Where that lies.
    pub(crate) space: Space,
    /// True for `const T*`: no writes through it.
    pub(crate) is_const: bool,
}

/// A struct type. Two are equal when they are the same declaration with the same arguments.
#[derive(Debug)]
pub(crate) struct StructType {
    /// Number among the struct types of this lowering.
    pub(crate) id: u32,
    /// Its name with template arguments, for messages.
    pub(crate) name: Arc<str>,
    /// Data members, those of bases first.
    pub(crate) fields: Vec<Field>,
    /// Size in bytes.
    pub(crate) size: usize,
    /// Alignment in bytes.
    pub(crate) align: usize,
    /// What its fields are made of, known once: asking them again and again takes exponential time.
    pub(crate) traits: StructTraits,
    /// Its declaration.
    pub(crate) span: Span,
}

/// What the fields of a struct have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StructTraits {
    /// See [`Type::is_plain`].
    pub(crate) plain: bool,
    /// See [`Type::has_array`].
    pub(crate) has_array: bool,
    /// See [`Type::cell`].
    pub(crate) cell: u8,
    /// A declaration without initialiser must run code.
    pub(crate) needs_construction: bool,
}

impl PartialEq for StructType {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// A data member.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name.
    pub(crate) name: Arc<str>,
    /// Its type.
    pub(crate) ty: Type,
    /// Bytes from the start of the struct.
    pub(crate) offset: usize,
    /// Number of the first of its scalars among those of the struct.
    pub(crate) first_part: usize,
    /// Declared `const`.
    pub(crate) is_const: bool,
}

impl StructType {
    /// The field called `name` and its number.
    pub(crate) fn field(&self, name: &str) -> Option<(usize, &Field)> {
        self.fields.iter().enumerate().find(|(_, f)| &*f.name == name)
    }
}

/// An enumeration. Two are equal when they are the same declaration.
#[derive(Debug)]
pub(crate) struct EnumType {
    /// Number among the enumerations of this lowering.
    pub(crate) id: u32,
    /// Its name.
    pub(crate) name: Arc<str>,
    /// The integer it is stored as.
    pub(crate) underlying: Scalar,
    /// `enum class`: no implicit conversion to integers.
    pub(crate) scoped: bool,
    /// Enumerators and their values (bits of `underlying`).
    pub(crate) variants: Vec<(Arc<str>, u64)>,
}

impl PartialEq for EnumType {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Type {
    /// `bool`.
    pub(crate) const BOOL: Type = Type::Scalar(Scalar::Bool);
    /// `int`.
    pub(crate) const INT: Type = Type::Scalar(Scalar::I32);
    /// `uint`.
    pub(crate) const UINT: Type = Type::Scalar(Scalar::U32);
    /// `long`.
    pub(crate) const LONG: Type = Type::Scalar(Scalar::I64);
    /// `ulong`, also `size_t`.
    pub(crate) const ULONG: Type = Type::Scalar(Scalar::U64);
    /// `float`.
    pub(crate) const FLOAT: Type = Type::Scalar(Scalar::F32);

    /// An ordinary vector type.
    pub(crate) const fn vector(of: Scalar, n: u8) -> Type {
        Type::Vector { of, n, packed: false }
    }

    /// A pointer type.
    pub(crate) fn pointer(to: Type, space: Space, is_const: bool) -> Type {
        Type::Pointer(Rc::new(PointerType { to, space, is_const }))
    }

    /// The type itself when scalar, the component type of vectors, matrices and simdgroup matrices, the underlying
    /// type of enumerations.
    pub(crate) fn element(&self) -> Option<Scalar> {
        match self {
            Type::Scalar(s)
            | Type::Vector { of: s, .. }
            | Type::Matrix { of: s, .. }
            | Type::SimdMatrix(s) => Some(*s),
            Type::Enum(e) => Some(e.underlying),
            _ => None,
        }
    }

    /// The scalar type of a scalar or enumeration.
    pub(crate) fn scalar(&self) -> Option<Scalar> {
        match self {
            Type::Scalar(s) => Some(*s),
            Type::Enum(e) => Some(e.underlying),
            _ => None,
        }
    }

    /// Component type and number of components of a vector.
    pub(crate) fn as_vector(&self) -> Option<(Scalar, u8)> {
        match self {
            Type::Vector { of, n, .. } => Some((*of, *n)),
            _ => None,
        }
    }

    /// What it points to, if a pointer.
    pub(crate) fn as_pointer(&self) -> Option<&PointerType> {
        match self {
            Type::Pointer(p) => Some(p),
            _ => None,
        }
    }

    /// The struct, if one.
    pub(crate) fn as_struct(&self) -> Option<&Rc<StructType>> {
        match self {
            Type::Struct(s) => Some(s),
            _ => None,
        }
    }

    /// True for [`Type::Error`].
    pub(crate) fn is_error(&self) -> bool {
        matches!(self, Type::Error)
    }

    /// The same shape (scalar, or vector of n, packed or not) with another component type; `self` otherwise.
    pub(crate) fn with_element(&self, of: Scalar) -> Type {
        match *self {
            Type::Vector { n, .. } => Type::vector(of, n),
            Type::Matrix { columns, rows, .. } => Type::Matrix { of, columns, rows },
            Type::SimdMatrix(_) => Type::SimdMatrix(of),
            _ => Type::Scalar(of),
        }
    }
}

impl From<Scalar> for Type {
    fn from(s: Scalar) -> Self {
        Type::Scalar(s)
    }
}

/// Metal's name of a scalar type.
pub(crate) const fn scalar_name(s: Scalar) -> &'static str {
    match s {
        Scalar::Bool => "bool",
        Scalar::I8 => "char",
        Scalar::U8 => "uchar",
        Scalar::I16 => "short",
        Scalar::U16 => "ushort",
        Scalar::I32 => "int",
        Scalar::U32 => "uint",
        Scalar::I64 => "long",
        Scalar::U64 => "ulong",
        Scalar::F16 => "half",
        Scalar::BF16 => "bfloat",
        Scalar::F32 => "float",
        Scalar::F64 => "double",
    }
}

/// Metal's name of an address space.
pub(crate) const fn space_name(space: Space) -> &'static str {
    match space {
        Space::Device => "device",
        Space::Constant => "constant",
        Space::Threadgroup => "threadgroup",
        Space::Thread => "thread",
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Error => f.write_str("<error>"),
            Type::Void => f.write_str("void"),
            Type::Scalar(s) => f.write_str(scalar_name(*s)),
            Type::Vector { of, n, packed } => {
                write!(f, "{}{}{n}", if *packed { "packed_" } else { "" }, scalar_name(*of))
            }
            Type::Matrix { of, columns, rows } => write!(f, "{}{columns}x{rows}", scalar_name(*of)),
            Type::Array(of, n) => {
                // `float[4][8]` is an array of 4 arrays of 8.
                let mut inner = &**of;
                let mut sizes = format!("[{n}]");
                while let Type::Array(next, m) = inner {
                    sizes.push_str(&format!("[{m}]"));
                    inner = next;
                }
                write!(f, "{inner}{sizes}")
            }
            Type::Struct(s) => f.write_str(&s.name),
            Type::Enum(e) => f.write_str(if e.name.is_empty() { "enum" } else { &e.name }),
            Type::Pointer(p) => {
                write!(f, "{}{} {}*", if p.is_const { "const " } else { "" }, space_name(p.space), p.to)
            }
            Type::Atomic(s) => write!(f, "atomic<{}>", scalar_name(*s)),
            Type::SimdMatrix(s) => write!(f, "simdgroup_matrix<{}, 8, 8>", scalar_name(*s)),
            Type::Closure(_) => f.write_str("lambda"),
            Type::Null => f.write_str("nullptr_t"),
        }
    }
}
