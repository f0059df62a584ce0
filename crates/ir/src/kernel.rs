//! The kernel: its memory objects, instruction arena and statements, and the builder that makes one.

use crate::{Op, Scalar, Space, Type};
use emberforge_base::Span;
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            /// Position in its table.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

id!(/// An instruction and its value.
    ValueId, "%");
id!(/// A mutable variable of one thread.
    VarId, "$");
id!(/// A loop or block that `break` can leave.
    LabelId, "@");
id!(/// A buffer of the launch.
    BufferId, "buffer");
id!(/// A threadgroup array or a thread-private array.
    ArrayId, "array");
id!(/// A constant table.
    TableId, "table");

/// A buffer parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Buffer {
    /// Name in the user's text.
    pub name: String,
    /// [`Space::Device`] or [`Space::Constant`].
    pub space: Space,
    /// True for outputs.
    pub writable: bool,
}

/// A threadgroup or private array.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Name in the user's text.
    pub name: String,
    /// Size in bytes.
    pub bytes: u32,
    /// Size of the scalars most accesses use (1, 2, 4 or 8): a hint for the layout, not a rule.
    pub cell: u8,
    /// Where it is declared.
    pub span: Span,
}

/// Constant data of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Name in the user's text.
    pub name: String,
    /// Little-endian content.
    pub data: Vec<u8>,
}

/// A mutable variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Var {
    /// Name in the user's text, for printing; need not be unique.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// An instruction of the arena.
#[derive(Clone, Debug, PartialEq)]
pub struct Inst {
    /// What it does.
    pub op: Op,
    /// Result type; `None` when it has no result.
    pub ty: Option<Type>,
    /// The user's text it comes from.
    pub span: Span,
}

/// A statement list.
pub type Block = Vec<Stmt>;

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    /// Executes an instruction. Each instruction stands in exactly one place.
    Inst(ValueId),
    /// Opens a variable's scope; its content becomes undefined.
    Declare(VarId),
    /// Writes a variable.
    Set(VarId, ValueId),
    /// Two-way branch.
    If {
        /// A `bool`.
        cond: ValueId,
        /// Where it is true.
        then: Block,
        /// Where it is false.
        otherwise: Block,
        /// The user's text.
        span: Span,
    },
    /// Repeats until left by `break` or `return`.
    Loop {
        /// Its name.
        label: LabelId,
        /// What is repeated.
        body: Block,
        /// The user's text.
        span: Span,
    },
    /// A region that `break` can leave.
    Block {
        /// Its name.
        label: LabelId,
        /// Its content.
        body: Block,
    },
    /// Leaves the named enclosing loop or block.
    Break(LabelId),
    /// Ends the thread.
    Return,
}

/// A whole kernel.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Kernel {
    /// Its name.
    pub name: String,
    /// Buffers in argument order.
    pub buffers: Vec<Buffer>,
    /// Constant tables.
    pub tables: Vec<Table>,
    /// Threadgroup arrays.
    pub threadgroup: Vec<Array>,
    /// Thread-private arrays.
    pub private: Vec<Array>,
    /// Variables.
    pub vars: Vec<Var>,
    /// Number of labels in use.
    pub labels: u32,
    /// Instruction arena, indexed by [`ValueId`].
    pub insts: Vec<Inst>,
    /// The program.
    pub body: Block,
}

impl Kernel {
    /// The instruction that yields `value`.
    pub fn inst(&self, value: ValueId) -> &Inst {
        &self.insts[value.index()]
    }

    /// Result type of `value`; a broken kernel without one gives `bool` (the verifier reports it).
    pub fn ty(&self, value: ValueId) -> Type {
        self.insts[value.index()].ty.unwrap_or(Type::Scalar(Scalar::Bool))
    }

    /// Bytes of threadgroup memory one threadgroup needs.
    pub fn threadgroup_bytes(&self) -> usize {
        self.threadgroup.iter().map(|a| (a.bytes as usize).next_multiple_of(16)).sum()
    }
}

/// Makes a kernel statement by statement.
#[derive(Debug, Default)]
pub struct Builder {
    kernel: Kernel,
    /// Open blocks, innermost last; the first is the kernel's body.
    open: Vec<Block>,
}

impl Builder {
    /// An empty kernel.
    pub fn new(name: impl Into<String>) -> Self {
        Builder { kernel: Kernel { name: name.into(), ..Kernel::default() }, open: vec![Vec::new()] }
    }

    /// What has been built so far (statements of open blocks are not in it yet).
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// Adds a buffer.
    pub fn buffer(&mut self, name: impl Into<String>, space: Space, writable: bool) -> BufferId {
        self.kernel.buffers.push(Buffer { name: name.into(), space, writable });
        BufferId(self.kernel.buffers.len() as u32 - 1)
    }

    /// Adds a constant table.
    pub fn table(&mut self, name: impl Into<String>, data: Vec<u8>) -> TableId {
        self.kernel.tables.push(Table { name: name.into(), data });
        TableId(self.kernel.tables.len() as u32 - 1)
    }

    /// Adds a threadgroup array.
    pub fn threadgroup_array(&mut self, array: Array) -> ArrayId {
        self.kernel.threadgroup.push(array);
        ArrayId(self.kernel.threadgroup.len() as u32 - 1)
    }

    /// Adds a thread-private array.
    pub fn private_array(&mut self, array: Array) -> ArrayId {
        self.kernel.private.push(array);
        ArrayId(self.kernel.private.len() as u32 - 1)
    }

    /// Adds a variable and declares it here.
    pub fn declare(&mut self, name: impl Into<String>, ty: impl Into<Type>) -> VarId {
        self.kernel.vars.push(Var { name: name.into(), ty: ty.into() });
        let var = VarId(self.kernel.vars.len() as u32 - 1);
        self.push(Stmt::Declare(var));
        var
    }

    /// A fresh label.
    pub fn label(&mut self) -> LabelId {
        self.kernel.labels += 1;
        LabelId(self.kernel.labels - 1)
    }

    /// Appends an instruction and returns its value.
    pub fn inst(&mut self, op: Op, ty: Option<Type>, span: Span) -> ValueId {
        self.kernel.insts.push(Inst { op, ty, span });
        let value = ValueId(self.kernel.insts.len() as u32 - 1);
        self.push(Stmt::Inst(value));
        value
    }

    /// Appends a scalar constant; see [`Op::Const`] for the bits.
    pub fn constant(&mut self, scalar: Scalar, bits: u64, span: Span) -> ValueId {
        self.inst(Op::Const(bits), Some(scalar.into()), span)
    }

    /// Appends a statement.
    pub fn push(&mut self, stmt: Stmt) {
        self.open.last_mut().expect("the body is open until `finish`").push(stmt);
    }

    /// Opens a nested statement list; [`Builder::close`] returns it.
    pub fn open(&mut self) {
        self.open.push(Vec::new());
    }

    /// Closes the innermost list opened by [`Builder::open`].
    pub fn close(&mut self) -> Block {
        assert!(self.open.len() > 1, "`close` without `open`");
        self.open.pop().unwrap_or_default()
    }

    /// Number of instructions so far, to limit a program's size.
    pub fn len(&self) -> usize {
        self.kernel.insts.len()
    }

    /// True before the first instruction.
    pub fn is_empty(&self) -> bool {
        self.kernel.insts.is_empty()
    }

    /// The finished kernel.
    pub fn finish(mut self) -> Kernel {
        assert!(self.open.len() == 1, "a block is still open");
        self.kernel.body = self.open.pop().unwrap_or_default();
        self.kernel
    }
}
