//! The error of a call that cannot be served: a wrong argument, a missing capability, or a bug of ours.
//!
//! Wrong *source text* is not an [`Error`] but a list of [`Diagnostic`](crate::Diagnostic)s; an `Error` may
//! carry their rendering.

use crate::Span;
use std::fmt;

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The caller passed something impossible.
    InvalidArgument,
    /// The kernel's text has errors; the message is their rendering.
    Source,
    /// The request is meaningful but this build or device cannot serve it.
    Unsupported,
    /// Reading or writing a file failed.
    Io,
    /// The kernel was stopped: out of fuel, out of time, or interrupted.
    Stopped,
    /// A bug in Emberforge.
    Internal,
}

/// An error with a message made of the value, the rule and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    span: Option<Span>,
}

/// `Result` with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of `kind`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error { kind, message: message.into(), span: None }
    }

    /// The caller passed something impossible.
    pub fn invalid(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::InvalidArgument, message)
    }

    /// A file could not be read or written.
    pub fn io(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Io, message)
    }

    /// A broken promise inside Emberforge.
    pub fn internal(message: impl fmt::Display) -> Self {
        Error::new(
            ErrorKind::Internal,
            format!("{message}; this is a bug in Emberforge: please report it with the kernel's source"),
        )
    }

    /// The same error, pointing at the user's text that was being executed.
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The text that was being executed, if known.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// True when the caller passed something impossible.
    pub fn is_invalid_argument(&self) -> bool {
        self.kind == ErrorKind::InvalidArgument
    }

    /// True when the kernel's text has errors.
    pub fn is_source(&self) -> bool {
        self.kind == ErrorKind::Source
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
