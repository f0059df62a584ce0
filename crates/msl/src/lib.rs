//! The front end for Metal kernel bodies: text to checked IR.
//!
//! A body is parsed with the header before it ([`syntax`]); the tree tells which generated parameters it uses
//! ([`facts`]); names, dtypes, shapes and template arguments make the [`Signature`]; [`lower`] resolves names and
//! overloads, expands functions and templates and writes IR. Parsing always gives a tree; every stage adds
//! diagnostics with spans in the user's own text and none stops at the first. [`compile`] is the whole way.
//!
//! This crate knows no arrays and no device.

mod doubtful;
pub mod facts;
pub mod lower;
mod pipeline;
pub mod prelude;
mod request;
pub mod signature;
pub mod syntax;

pub use facts::Facts;
pub use pipeline::compile;
pub use request::{Compiled, InputParam, KernelArg, MathMode, OutputParam, Signature, TemplateValue};
