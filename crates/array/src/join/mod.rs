//! Arrays put together, taken apart, repeated, shifted and padded.

mod concatenate;
mod pad;
mod repeat;
mod split;

pub use concatenate::{concatenate, stack};
pub use pad::{PadMode, Padding, pad};
pub use repeat::{flip, repeat, roll, tile};
pub use split::{Sections, diff, split, unstack};
