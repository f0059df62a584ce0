//! Products of matrices and of tensors.

mod einsum;
mod gated;
mod kernel;
mod matmul;
mod packed;
mod tensordot;

pub use einsum::{einsum, einsum_path};
pub use gated::GatedMatrix;
pub(crate) use matmul::{accumulated, multiplied};
pub use matmul::{addmm, matmul};
pub use packed::PackedMatrix;
pub use tensordot::{Contraction, inner, kron, outer, tensordot, vecdot};
