//! Views: other shapes and strides over the same buffer. Evaluating one copies nothing.

mod bitcast;
mod broadcast;
mod diagonal;
mod permute;
pub(crate) mod reshape;
mod strided;

pub use bitcast::view;
pub use broadcast::{broadcast_arrays, broadcast_shapes, broadcast_to};
pub use diagonal::{diag, diagonal, trace, tril, triu};
pub use permute::{matrix_transpose, moveaxis, swapaxes, transpose, transpose_all};
pub(crate) use reshape::to_shape;
pub use reshape::{atleast_1d, atleast_2d, atleast_3d, expand_dims, flatten, reshape, squeeze, unflatten};
pub use strided::{as_strided, contiguous};
