//! The machine's program: nodes of instructions over numbered slots.
//!
//! Constants, buffer addresses and thread attributes get slots that are filled before a block starts, so they cost
//! nothing when it runs.

use crate::memory::Layout;
use emberforge_base::Span;
use emberforge_ir::{
    AtomicOp, Attribute, BinaryOp, BufferId, CompareOp, LaneGroup, LaneOp, MathOp, Scalar, UnaryOp,
};

/// A register's number.
pub(crate) type Slot = u32;

/// An access's address: `base + index * scale`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address {
    pub(crate) base: Slot,
    pub(crate) index: Option<Index>,
}

/// The index part of an address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Index {
    pub(crate) slot: Slot,
    pub(crate) ty: Scalar,
    pub(crate) scale: u32,
}

/// Whether an instruction may make its last operand's buffer its result's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reuse {
    No,
    /// The operand is read here last.
    Value,
    /// The operand is a variable that the next statement sets to the result.
    Variable,
}

/// What an instruction does. Types are the machine's: pointers are `I64`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    Copy(Slot),
    Unary(UnaryOp, Slot),
    Binary(BinaryOp, Slot, Slot),
    Compare(CompareOp, Scalar, Slot, Slot),
    Select(Slot, Slot, Slot),
    Fma(Slot, Slot, Slot, Reuse),
    /// The type of the first operand stands in the instruction's `ty`'s place for functions whose result differs.
    Math(MathOp, Scalar, Slot, Option<Slot>),
    Convert(Scalar, Slot),
    Bitcast(Scalar, Slot),
    Offset(Address),
    /// `lazy`: nothing is stored and control does not part between the load and the last use of its value.
    Load {
        address: Address,
        lazy: bool,
    },
    Store(Address, Slot),
    Atomic {
        op: AtomicOp,
        address: Address,
        value: Option<Slot>,
        expected: Option<Slot>,
    },
    Lane {
        op: LaneOp,
        group: LaneGroup,
        operand: Scalar,
        a: Option<Slot>,
        b: Option<Slot>,
    },
    MatrixMultiply {
        element: u8,
        operand: Scalar,
        a: [Slot; 2],
        b: [Slot; 2],
        c: Slot,
    },
}

/// An instruction with its place for the result.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instr {
    pub(crate) action: Action,
    /// Result type; of a store, the stored type.
    pub(crate) ty: Scalar,
    pub(crate) dst: Slot,
}

/// A statement of the program.
#[derive(Debug)]
pub(crate) enum Node {
    Instr(Instr),
    Declare(Slot),
    /// Writes a variable; `dies` when the value is not read again, so that buffers may be swapped.
    Set {
        var: Slot,
        value: Slot,
        ty: Scalar,
        dies: bool,
    },
    If {
        cond: Slot,
        then: Vec<Node>,
        otherwise: Vec<Node>,
    },
    Loop {
        body: Vec<Node>,
        span: Span,
    },
    Block {
        body: Vec<Node>,
    },
    /// Leaves the frame at this depth (0 is outermost).
    Break(u32),
    Return,
}

/// What a kernel needs of a launch and of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Needs {
    /// Lanes of a threadgroup must run in one block: barriers, lane operations, threadgroup memory.
    pub(crate) groups: bool,
    /// Results depend on the order in which threadgroups run (float atomics, atomics whose old value is used).
    pub(crate) order: bool,
    /// Device memory that the kernel writes is also read by it (or touched by atomics).
    pub(crate) reads_outputs: bool,
}

/// A compiled kernel.
#[derive(Debug)]
pub struct Program {
    pub(crate) name: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) slots: usize,
    /// Slots that hold a constant throughout.
    pub(crate) constants: Vec<(Slot, u64)>,
    /// Slots that hold the address of a buffer's first element, which the launch knows.
    pub(crate) bases: Vec<(Slot, BufferId)>,
    /// Slots that hold an attribute of the block's lanes.
    pub(crate) attributes: Vec<(Slot, Attribute, u8)>,
    /// Instructions whose results the whole launch shares; executed once per worker, before its first block.
    pub(crate) prologue: Vec<Instr>,
    pub(crate) needs: Needs,
    /// There are loops among the nodes.
    pub(crate) loops: bool,
    pub(crate) layout: Layout,
}
