//! The kernel facade: build a kernel from names and text, check it, call it with host arrays.
//!
//! ```
//! use emberforge_kernel::{DType, Grid, HostArray, Kernel};
//!
//! let double = Kernel::builder("double")
//!     .inputs(["x"])
//!     .outputs(["y"])
//!     .source("uint i = thread_position_in_grid.x; y[i] = x[i] * 2.0f;")
//!     .build()?;
//!
//! let x = HostArray::vector(&[1.0f32, 2.0, 3.0]);
//! let y = double
//!     .call()
//!     .input(&x)
//!     .output(DType::F32, &[3])
//!     .grid(Grid::threads([3, 1, 1]))
//!     .threadgroup([256, 1, 1])
//!     .run()?;
//! assert_eq!(y[0].as_slice::<f32>()?, [2.0, 4.0, 6.0]);
//! # Ok::<(), emberforge_kernel::Error>(())
//! ```
//!
//! The order of reading: [`Builder`] and [`Kernel`] (what does not change between calls), [`Types`] (what a kernel is
//! specialised for), [`Call`] (one launch), `pipeline` (text to runnable program, one function). [`testfile`] reads
//! `.metal` files with `// ember:` directives for the command line and the test harness; [`data`] reads and makes
//! the arrays they speak of.
//!
//! This crate prints nothing and contains no unsafe code.

mod builder;
mod cache;
mod call;
pub mod data;
mod engine;
mod host;
mod kernel;
mod names;
mod pipeline;
mod report;
pub mod testfile;
mod types;
mod watch;

pub use builder::Builder;
pub use call::{Call, Grid, View};
pub use emberforge_base::{DType, Error, ErrorKind, Result};
pub use engine::{Engine, engines};
pub use half::{bf16, f16};
pub use host::{Element, HostArray, Number, PrintOptions};
pub use kernel::Kernel;
pub use msl::{MathMode, TemplateValue};
pub use report::Report;
pub use types::{Template, Types};

// The stages by the names the design gives them.
use emberforge_msl as msl;
use emberforge_vm as vm;
