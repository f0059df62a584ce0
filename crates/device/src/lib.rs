//! What arrays need of a machine: memory that is reused, files mapped into it, and matrix products.
//!
//! [`Buffer`] is shared immutable memory, [`BufferMut`] the same memory while one owner fills it; memory that nobody
//! holds any more goes to a pool and is handed out again ([`memory_stats`]). [`product`] wraps the `gemm` crate
//! behind bounds checks, [`packed`] multiplies by matrices that were arranged once.
//!
//! This crate knows no arrays, no kernels and no source text. It exists so that `unsafe` code (mapping files, calling
//! raw-pointer routines, drivers later) has one home below the arrays.

// Each use states its reason on the line above.
#![allow(unsafe_code)]

mod buffer;
pub mod packed;
mod pool;
pub mod product;

pub use buffer::{Buffer, BufferMut};
pub use pool::{MemoryStats, clear_cache, memory_stats, reset_peak_memory, set_cache_limit};
