//! Arrays from words and files: the `SPEC` of `--input`, generated numbers, `.npy`, `.npz` and `.safetensors`.

mod expr;
mod files;
mod generate;
mod npy;
mod spec;

pub use expr::Lets;
pub(crate) use expr::{Cursor, shorten};
pub(crate) use files::{looks_like_file, read_named};
pub use files::{read_file, read_text, save_npy};
pub use generate::random_bits;
pub(crate) use spec::list;
pub use spec::{OutputSpec, Spec, list_values};
