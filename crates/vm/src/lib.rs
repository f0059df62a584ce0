//! The vector machine: executes kernel IR on the CPU, one instruction at a time over a block of a thousand lanes.
//!
//! [`compile`] turns a verified kernel into a [`Program`] in one pass; [`Program::run`] executes it over a grid. Nothing
//! is generated but data: no machine code, no executable memory, any CPU.
//!
//! # Why it is fast
//! The cost of decoding an instruction is spread over a block of lanes, and what an instruction does to the block is
//! one tight loop, compiled for AVX-512, AVX2 and the baseline. Most index arithmetic never becomes a loop at all: a
//! register may be *uniform*, a *progression* of the lane, or a progression by rows, and arithmetic on those is a few
//! integer operations. A load through a progression is a slice of the buffer. Where a quotient such as `tid / length`
//! changes within a block whose lanes are independent, the block is ended there and the rest of its lanes become the
//! next block, so that the quotient stays uniform.
//!
//! # What it promises
//! The semantics of `emberforge_ir`, bit for bit the same for every number of threads: how the grid is cut into blocks
//! depends on the launch alone, and kernels whose result depends on the order of threadgroups run them in order.

// The inner loops are compiled once per instruction set and called by detected feature; buffers are shared between
// workers by raw pointer. Both need `unsafe`; each use states its reason.
#![allow(unsafe_code)]

mod active;
mod compile;
mod launch;
mod liveness;
mod loops;
mod machine;
mod memory;
mod program;
mod reg;
pub mod rows;
mod simd;
mod simplify;

pub use compile::compile;
pub use launch::{Launch, RunStats};
pub use memory::BufferArg;
pub use program::Program;
