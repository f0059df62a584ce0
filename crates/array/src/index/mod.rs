//! Slicing and indexing: parts of arrays by ranges and by arrays of indices, read and updated.
//!
//! Ranges clamp as Python's do. A single index or an element of an index array outside `-n..n` is an error: at once where
//! the program gives the number, at evaluation where an array holds it. Nothing is ever read or written elsewhere.

mod along;
mod at;
mod gather;
mod indices;
mod place;
mod scatter;
mod slice;
mod take;

pub use along::{put_along_axis, scatter_add_axis, take_along_axis};
pub use at::At;
pub use gather::gather;
pub use place::{Index, NewAxis};
pub use scatter::{scatter, scatter_add, scatter_max, scatter_min, scatter_prod};
pub(crate) use slice::{Cut, sliced, updated};
pub use slice::{slice_update, slice_update_add, slice_update_max, slice_update_min, slice_update_prod};
pub use take::take;
