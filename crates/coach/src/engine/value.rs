//! Abstract values: what the engine believes an expression gives, and why.
//!
//! A value is a handle into an arena. Two names that hold the same handle hold the same object,
//! so aliasing is equality of handles. Every value remembers the operation and operands that made
//! it; following these gives both the pattern matching of the numerics rules (through variables)
//! and the chain that `--why` prints.

use std::rc::Rc;

use ruff_text_size::TextRange;

use super::dtype::{Dt, DtypeFact};
use super::names::Sym;

/// A handle of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct V(pub(crate) u32);

impl V {
    /// A name that holds nothing yet.
    pub const UNBOUND: V = V(0);
    /// A value of which nothing is known.
    pub const UNKNOWN: V = V(1);
    /// `None`.
    pub const NONE: V = V(2);
}

/// How sure a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// It may be so.
    Possible,
    /// Usage says so, nothing states it.
    Likely,
    /// Stated by an annotation, a constructor or an operation.
    Certain,
}

/// The library an array belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Lib {
    Mlx,
    Numpy,
    Torch,
    Jax,
}

/// What is known of an array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Array {
    /// Whose array.
    pub lib: Lib,
    /// Its dtype.
    pub dtype: DtypeFact,
    /// Its rank, if known.
    pub rank: Option<u8>,
    /// The first four extents; -1 where unknown. Meaningful up to `rank`.
    pub dims: [i64; 4],
    /// How sure it is that this is an array at all.
    pub sure: Sure,
}

impl Array {
    /// An array of this library of which nothing else is known.
    pub fn of(lib: Lib) -> Array {
        Array { lib, dtype: DtypeFact::Unknown, rank: None, dims: [-1; 4], sure: Sure::Certain }
    }

    /// The same with this dtype.
    pub fn dtype(self, dtype: DtypeFact) -> Array {
        Array { dtype, ..self }
    }

    /// The same without shape knowledge.
    pub fn shapeless(self) -> Array {
        Array { rank: None, dims: [-1; 4], ..self }
    }

    /// The number of elements where all extents are known.
    pub fn size(&self) -> Option<i64> {
        let rank = usize::from(self.rank?);
        if rank > 4 || self.dims[..rank].iter().any(|d| *d < 0) {
            return None;
        }
        Some(self.dims[..rank].iter().product())
    }
}

/// The kinds of value the rules tell apart.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Nothing known.
    Unknown,
    /// `None`.
    NoneValue,
    /// A Python bool.
    Bool(Option<bool>),
    /// A Python int.
    Int(Option<i64>),
    /// A Python float.
    Float(Option<f64>),
    /// A Python string; its text if constant.
    Str(Option<Rc<str>>),
    /// An array.
    Array(Array),
    /// A NumPy scalar such as `np.float64(2)` or `np.sqrt(2)`.
    NumpyScalar,
    /// A list or tuple whose items are known one by one.
    Seq {
        /// The items.
        items: Rc<[V]>,
        /// Whether it is a list.
        list: bool,
    },
    /// A list (or other iterable) of like elements.
    ListOf(V),
    /// A dict with like values.
    DictOf(V),
    /// The shape of an array.
    Shape(V),
    /// The dtype of an array.
    DtypeOf(V),
    /// A dtype object.
    Dtype(Dt),
    /// A module, function or class of a library, by full name.
    Lib(Sym),
    /// A method taken from a value: `x.sum`.
    Method(V, Sym),
    /// A function of this file.
    Function(u32),
    /// A method of a class of this file, bound to an instance.
    Bound(u32, V),
    /// A class of this file.
    Class(u32),
    /// An instance of a class of this file.
    Instance(u32),
    /// An instance of a library class, by full name.
    LibInstance(Sym),
    /// `functools.partial(f, ...)`.
    Partial(V),
    /// What `mx.compile`, `mx.grad`, `mx.vmap` return: which, and of what.
    Transformed(Transform, V),
    /// A kernel from `mx.fast.metal_kernel`, by index.
    Kernel(u32),
    /// A random key.
    Key,
    /// A reading of a clock.
    Clock,
    /// `range(...)`, with the number of steps where known.
    Range(Option<i64>),
}

/// The function transformations of MLX.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Transform {
    Compile,
    Grad,
    ValueAndGrad,
    Vmap,
    Checkpoint,
    TorchCompile,
}

/// A value: what it is, and where it came from.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// It may also be `None`.
    pub maybe_none: bool,
    /// The text that made it.
    pub range: TextRange,
    /// The operation that made it: a full function name, an operator, or a word such as `parameter`.
    pub op: Sym,
    /// What that operation was applied to.
    pub operands: [V; 2],
}

impl Kind {
    /// The array facts, if it is an array.
    pub fn array(&self) -> Option<&Array> {
        match self {
            Kind::Array(a) => Some(a),
            _ => None,
        }
    }

    /// Whether it is certainly a plain Python number.
    pub fn is_number(&self) -> bool {
        matches!(self, Kind::Int(_) | Kind::Float(_) | Kind::Bool(_))
    }

    /// Its value if it is a constant number.
    pub fn constant(&self) -> Option<f64> {
        match self {
            Kind::Int(Some(i)) => Some(*i as f64),
            Kind::Float(f) => *f,
            Kind::Bool(Some(b)) => Some(f64::from(*b)),
            _ => None,
        }
    }
}
