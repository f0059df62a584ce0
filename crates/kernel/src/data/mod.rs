//! Arrays from words and files: the `SPEC` of `--input`, generated numbers, and the formats `.npy`, `.npz` and
//! `.safetensors`, which the array crate shares.

mod expr;
mod files;
mod generate;
mod npy;
mod npz;
mod safetensors;
mod spec;
mod write;

pub use expr::Lets;
pub(crate) use expr::{Cursor, shorten};
pub(crate) use files::{looks_like_file, read_named};
pub use files::{read_file, read_text, save_npy};
pub use generate::random_bits;
pub use npy::{NpyHeader, to_native};
pub use npz::{Npz, NpzWriter};
pub use safetensors::{SafetensorsHeader, SafetensorsIndex, TensorEntry};
pub(crate) use spec::list;
pub use spec::{OutputSpec, Spec, list_values};
pub use write::write_atomically;
