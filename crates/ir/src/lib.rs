//! The kernel IR: what a Metal kernel body becomes before any machine runs or prints it.
//!
//! A [`Kernel`] is one structured program that every thread of a grid executes. It is **typed, scalar and
//! call-free**: the front end has already decomposed vectors and structs into scalars, expanded every function
//! call, resolved every overload and made every conversion explicit. What is left is a list of instructions,
//! mutable scalar variables, memory, and four control statements.
//!
//! # Values and variables
//! An instruction yields at most one value, named `%n`, computed when control reaches it and never again changed.
//! A value may be used in the block that computes it, after it, and in blocks nested there. A variable `$n` is a
//! mutable scalar of one thread; [`Stmt::Declare`] opens its scope (its content is then undefined: 0 on the CPU, a
//! report in the validator), [`Stmt::Set`] writes it and [`Op::Get`] reads it. A variable is declared in one place and a
//! label opened in one place.
//!
//! # Types
//! [`Scalar`]: `bool`, integers of 8 to 64 bits, `f16`, `bf16`, `f32`, `f64`. Arithmetic exists on `i32 u32 i64 u64
//! f16 bf16 f32 f64` only: narrower integers live in memory and in conversions, as C's integer promotion has it.
//! Pointers are byte addresses tagged with their address space. A pointer to a buffer never turns into a pointer
//! to another one: arithmetic that leaves a buffer makes accesses out of range, nothing else. Offsets wrap modulo 2^64;
//! the order of pointers into different objects is not defined.
//!
//! # Integers
//! Wrap modulo 2^n. Division truncates; `x / 0` and `x % 0` are 0, `MIN / -1` is `MIN`. Shift amounts are taken
//! modulo the width; `>>` of signed values is arithmetic.
//!
//! # Floating point
//! Each operation is IEEE, rounded to nearest even, in its own type: `f16` and `bf16` results are rounded after
//! every operation. Nothing fuses and nothing reassociates: `mul` then `add` are two roundings, `fma` is one.
//! `min`/`max` return the other operand when one is NaN. Subnormals are kept. Float to integer truncates and
//! saturates, NaN gives 0. [`math`] states the error bound of each function and is used by every engine on the CPU,
//! so that a value is the same bits whether one lane computes it or a thousand.
//!
//! # Memory
//! Four spaces. *Device* and *constant*: the launch's buffers, seen by all threads. *Threadgroup*: arrays that each
//! threadgroup has its own copy of, content undefined at start (0 on the CPU, a report in the validator). *Thread*:
//! arrays private to one thread, undefined at start likewise.
//! A load outside its object yields 0, a store outside it is dropped, an atomic outside it does nothing and yields
//! 0; the validator reports each. Stores to read-only buffers are errors of the verifier.
//!
//! A thread sees its own writes at once. It sees writes of other threads of its threadgroup after a [`Op::Barrier`]
//! whose flags name that space, and writes of other threadgroups only through atomics. Atomics are relaxed.
//! Accesses that conflict without this order are races: the result is one of the values written (no tearing within
//! an aligned scalar of up to 8 bytes), and which one may differ between runs.
//!
//! # Threads in groups
//! A simdgroup is 32 consecutive threads of a threadgroup (the last one of a group may be partial). Simdgroup
//! operations combine the threads that are *active* at that instruction: those that have taken the same control
//! flow. Reading from an inactive or absent lane yields the reader's own value. A barrier must be reached by all
//! threads of the threadgroup that have not returned; anything else is divergence, reported by the validator and
//! executed as if the threads present were all.
//!
//! # Control flow
//! `if`, `loop` (infinite until left), `block` (a region one can leave early), `break @label` (leaves the named loop or
//! block), `return` (ends the thread). There is no `continue`: the front end wraps a loop's body in a block.

mod kernel;
pub mod math;
mod op;
mod print;
mod read;
pub mod scalar;
mod verify;

pub use kernel::{
    Array, ArrayId, Block, Buffer, BufferId, Builder, Inst, Kernel, LabelId, Stmt, Table, TableId, ValueId,
    Var, VarId,
};
pub use op::{
    AtomicOp, Attribute, Barrier, BinaryOp, CompareOp, LaneGroup, LaneOp, MathOp, MemoryFlags, Op, Operands,
    Scalar, Space, Type, UnaryOp,
};
pub use read::{ReadError, read};
pub use verify::{Problem, verify};
