//! Lazily evaluated arrays with MLX's semantics.
//!
//! ```
//! use emberforge_array::{Array, DType, exp, sum};
//!
//! let x = Array::from_slice(&[0.0f32, 1.0, 2.0, 3.0], &[2, 2])?;
//! let y = exp(&x * 0.5 - 1.0)?; // a node: nothing has been computed
//! let total = sum(&y, (), false)?;
//! assert_eq!((total.dtype(), total.shape()), (DType::F32, &[][..]));
//! let value = total.item::<f32>()?; // one kernel for the chain, one reduction
//! assert!((value - 3.6231306).abs() < 1e-6);
//! # Ok::<(), emberforge_array::Error>(())
//! ```
//!
//! The order of reading: [`Array`] (the handle, its node and states), `primitive` (what an operation says about
//! itself), `graph` (order, fusion, evaluation), `element` (elementwise operations and the kernels they fuse to); then
//! one folder per family of operations. The names of functions are MLX's.
//!
//! This crate prints nothing and contains no unsafe code.

mod array;
mod autodiff;
mod conv;
mod create;
mod custom;
mod depthwise;
mod device;
mod element;
pub mod fft;
mod files;
mod graph;
mod index;
mod join;
mod long_conv;
mod nn;
mod operators;
mod primitive;
mod product;
mod profile;
mod promote;
pub mod random;
mod read;
mod reduce;
mod region;
mod rows;
mod scalar;
mod scan;
mod shape;
mod sort;
mod value;
mod view;

pub use array::Array;
pub(crate) use array::Spec;
pub use autodiff::*;
pub use conv::*;
pub use create::*;
pub use custom::{Extent, KernelGradient, MetalCall, MetalKernel, MetalKernelBuilder, metal_kernel};
pub use depthwise::{Padding1d, depthwise_conv1d};
pub use device::Device;
pub use element::composed::*;
pub use element::ops::*;
pub use emberforge_base::{DType, Error, ErrorKind, Result};
pub use emberforge_device::{MemoryStats, clear_cache, memory_stats, reset_peak_memory, set_cache_limit};
pub use emberforge_kernel::{Element, MathMode};
pub use files::{ArrayFile, load, save, save_safetensors, savez, savez_compressed};
pub use graph::dot::graph_dot;
pub use graph::eval::eval;
pub use graph::stream::{Stream, async_eval};
pub use graph::times::{NodeTime, node_times};
pub use half::{bf16, f16};
pub use index::*;
pub use join::*;
pub use long_conv::*;
pub use nn::*;
pub use num_complex::Complex32;
pub use product::*;
pub use profile::Profile;
pub use promote::result_type;
pub use read::*;
pub use reduce::*;
pub use scalar::{Operand, Scalar};
pub use scan::*;
pub use shape::Axes;
pub use sort::*;
pub use view::*;

/// The user's page, whose blocks are doctests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/arrays.md")]
struct UsersPage;
