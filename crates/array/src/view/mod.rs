//! Views: other shapes and strides over the same buffer. Evaluating one copies nothing.

mod bitcast;
mod broadcast;
mod permute;
pub(crate) mod reshape;

pub use bitcast::view;
pub use broadcast::broadcast_to;
pub use permute::{moveaxis, swapaxes, transpose, transpose_all};
pub(crate) use reshape::to_shape;
pub use reshape::{expand_dims, flatten, reshape, squeeze};
