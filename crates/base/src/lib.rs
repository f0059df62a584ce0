//! What every Emberforge crate shares: element types, source positions, diagnostics, errors.
//!
//! Nothing here knows what a kernel is. Shapes are plain `&[usize]`; strides are counted in elements.

mod diagnostic;
mod dtype;
mod error;
mod source;

pub use diagnostic::{Diagnostic, Label, Severity, Suggestion, render};
pub use dtype::{DType, DTypeParseError};
pub use error::{Error, ErrorKind, Result};
pub use source::{Position, Source, SourceId, Sources, Span};
