//! What expressions yield: values made of constants and IR values, and places that can be read and written.
//!
//! A [`Value`] is a typed list of [`Part`]s, one per scalar or pointer of its type, in memory order: `float3` has three
//! parts, a struct those of its fields. A [`Place`] is an lvalue, or a value standing where an lvalue could
//! ([`PlaceKind::Value`]); [`Lower::load`](super::Lower::load) and [`Lower::store`](super::Lower::store) read and write it.

use super::types::Type;
use emberforge_base::Span;
use emberforge_ir as ir;
use ir::{Space, ValueId, VarId};
use std::rc::Rc;

/// A scalar or pointer: known now, or known to the running kernel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Part {
    /// Bits as in [`ir::Op::Const`]; never a pointer, except 0 for `nullptr`.
    Const(u64),
    /// An IR value.
    Ir(ValueId),
}

impl Part {
    /// The bits, if known.
    pub(crate) fn constant(self) -> Option<u64> {
        match self {
            Part::Const(bits) => Some(bits),
            Part::Ir(_) => None,
        }
    }
}

/// The parts of a value; one part needs no allocation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Parts {
    /// Exactly one.
    One([Part; 1]),
    /// Any number.
    Many(Vec<Part>),
}

impl std::ops::Deref for Parts {
    type Target = [Part];

    fn deref(&self) -> &[Part] {
        match self {
            Parts::One(one) => one,
            Parts::Many(many) => many,
        }
    }
}

impl std::ops::DerefMut for Parts {
    fn deref_mut(&mut self) -> &mut [Part] {
        match self {
            Parts::One(one) => one,
            Parts::Many(many) => many,
        }
    }
}

impl From<Part> for Parts {
    fn from(part: Part) -> Self {
        Parts::One([part])
    }
}

impl From<Vec<Part>> for Parts {
    fn from(parts: Vec<Part>) -> Self {
        match parts[..] {
            [one] => Parts::One([one]),
            _ => Parts::Many(parts),
        }
    }
}

impl FromIterator<Part> for Parts {
    fn from_iter<I: IntoIterator<Item = Part>>(iter: I) -> Self {
        Parts::from(iter.into_iter().collect::<Vec<Part>>())
    }
}

/// A typed value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    /// Its type; never a reference.
    pub(crate) ty: Type,
    /// As many as [`Type::part_count`] says.
    pub(crate) parts: Parts,
}

impl Value {
    /// A value of one or more parts.
    pub(crate) fn new(ty: Type, parts: impl Into<Parts>) -> Value {
        Value { ty, parts: parts.into() }
    }

    /// A scalar constant given by its bits.
    pub(crate) fn constant(scalar: ir::Scalar, bits: u64) -> Value {
        Value::new(Type::Scalar(scalar), Part::Const(bits))
    }

    /// `true` or `false`.
    pub(crate) fn bool(b: bool) -> Value {
        Value::constant(ir::Scalar::Bool, b as u64)
    }

    /// An `int` constant.
    pub(crate) fn int(i: i32) -> Value {
        Value::constant(ir::Scalar::I32, i as i64 as u64)
    }

    /// A `uint` constant.
    pub(crate) fn uint(i: u32) -> Value {
        Value::constant(ir::Scalar::U32, i as u64)
    }

    /// The value of a call that returns nothing.
    pub(crate) fn void() -> Value {
        Value::new(Type::Void, Vec::new())
    }

    /// The value of something already reported.
    pub(crate) fn error() -> Value {
        Value::new(Type::Error, Vec::new())
    }

    /// The only part of a scalar or pointer value; 0 when it has none (an error value).
    pub(crate) fn part(&self) -> Part {
        self.parts.first().copied().unwrap_or(Part::Const(0))
    }

    /// The bits of a scalar whose value is known.
    pub(crate) fn as_constant(&self) -> Option<u64> {
        match self.parts[..] {
            [Part::Const(bits)] => Some(bits),
            _ => None,
        }
    }

    /// True when every part is known.
    pub(crate) fn is_constant(&self) -> bool {
        self.parts.iter().all(|p| p.constant().is_some())
    }
}

/// Something readable and perhaps writable.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Type of the content.
    pub(crate) ty: Type,
    /// Where the content is.
    pub(crate) kind: PlaceKind,
    /// Why it must not be written, if so.
    pub(crate) constness: Constness,
}

/// Whether and why a place is read-only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Constness {
    /// Writable.
    Mutable,
    /// Declared `const` (there, if known).
    Const(Option<Span>),
    /// An input of the kernel, or something reached through it.
    Input,
    /// A temporary: the result of an expression.
    Temporary,
}

/// Where the content of a place is.
#[derive(Clone, Debug)]
pub(crate) enum PlaceKind {
    /// A value; it has no address.
    Value(Parts),
    /// IR variables: parts `first..first + part_count` of `vars`.
    Vars {
        /// One variable per part of the whole object.
        vars: Rc<[VarId]>,
        /// The first that belongs to this place.
        first: usize,
    },
    /// Known values that change while a constant is being evaluated: parts `first..` of a cell.
    Cell {
        /// Number of the cell.
        cell: u32,
        /// The first part that belongs to this place.
        first: usize,
    },
    /// Memory at `pointer + offset` bytes.
    Memory {
        /// Address.
        pointer: ValueId,
        /// Bytes to add.
        offset: i64,
        /// The pointer's space.
        space: Space,
    },
    /// Some components of a vector, `v.xz`, in the order written, or some parts of another object that is not in
    /// memory.
    Swizzle {
        /// The vector or object.
        base: Rc<Place>,
        /// Component numbers.
        components: Rc<[u16]>,
    },
    /// Component (or matrix column) `index` of an object that is not in memory; `index` is known only at run time.
    Dynamic {
        /// The vector, matrix or simdgroup-matrix element list.
        base: Rc<Place>,
        /// A `u32`.
        index: ValueId,
        /// How many components there are.
        count: usize,
    },
}

impl Place {
    /// A temporary that holds `value`.
    pub(crate) fn value(value: Value) -> Place {
        Place { ty: value.ty, kind: PlaceKind::Value(value.parts), constness: Constness::Temporary }
    }

    /// The place of something already reported.
    pub(crate) fn error() -> Place {
        Place::value(Value::error())
    }

    /// True for a temporary without address.
    pub(crate) fn is_temporary(&self) -> bool {
        self.constness == Constness::Temporary
    }
}

/// Marks a failure that has already been reported as a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Poison;

/// The result of lowering something; on `Err` a diagnostic has been given.
pub(crate) type Result<T, E = Poison> = std::result::Result<T, E>;

/// A template argument.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TemplateArgValue {
    /// A type.
    Type(Type),
    /// A constant.
    Value(Value),
}

impl TemplateArgValue {
    /// The type, if it is one.
    pub(crate) fn as_type(&self) -> Option<&Type> {
        match self {
            TemplateArgValue::Type(ty) => Some(ty),
            TemplateArgValue::Value(_) => None,
        }
    }
}

/// An argument of a library function: load it for its value, or use the place for `thread T&` parameters.
#[derive(Clone, Debug)]
pub(crate) struct Arg {
    /// The argument, not yet loaded.
    pub(crate) place: Place,
    /// Its text.
    pub(crate) span: Span,
}
