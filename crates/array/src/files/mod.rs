//! Files of arrays: `.npy`, `.npz` and `.safetensors`, one file or a checkpoint in several.
//!
//! Loading reads headers and maps the file; elements are read when they are used, in place where they stand aligned in
//! the file as this machine wants them, by a copy otherwise (misaligned or big-endian elements, `bool`, members of an
//! `.npz`). A file that is replaced while it is mapped keeps its old content for those who mapped it, so that an array
//! can be saved over the file it came from; whoever truncates a mapped file in place makes the process fail.
//!
//! Saving writes a temporary file beside the target and renames it when it has reached the disk: readers see the old
//! file or the new one.
//!
//! ```
//! use emberforge_array::{Array, load, save_safetensors};
//!
//! let folder = std::env::temp_dir();
//! let path = folder.join(format!("emberforge-doc-{}.safetensors", std::process::id()));
//! let w = Array::from_slice(&[1.0f32, 2.0, 3.0], &[3])?;
//! save_safetensors(&path, [("w", &w)], &[("made by", "a doctest")])?;
//!
//! let file = load(&path)?;
//! assert_eq!(file.get("w")?.to_vec::<f32>()?, [1.0, 2.0, 3.0]);
//! assert_eq!(file.metadata()["made by"], "a doctest");
//! # std::fs::remove_file(&path).unwrap();
//! # Ok::<(), emberforge_array::Error>(())
//! ```

mod load;
mod save;
mod stored;

pub use load::{ArrayFile, load};
pub use save::{save, save_safetensors, savez, savez_compressed};
