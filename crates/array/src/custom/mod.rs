//! Custom kernels as nodes of the graph: `mx.fast.metal_kernel` on lazy arrays.
//!
//! [`metal_kernel`] collects what stays the same from call to call; [`MetalKernel::call`] builds one node. Names, counts,
//! types, templates, host-side grids and the text itself are checked there; what only data can tell (a grid computed by
//! the graph) is checked when the node is evaluated.

mod builder;
mod call;
mod extent;
mod node;

pub use builder::{MetalKernel, MetalKernelBuilder, metal_kernel};
pub use call::MetalCall;
pub use extent::Extent;
pub use node::KernelGradient;
