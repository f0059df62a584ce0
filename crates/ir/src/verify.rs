//! Verifies a kernel.
/// Deepest nesting of statements.
pub(crate) const MAX_NESTING: usize = 1000;
use crate::print::Place;
use emberforge_base::Span;

/// What is wrong with a kernel, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    place: Place,
    span: Option<Span>,
    message: String,
}

impl Problem {
    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The user's text it comes from, when known.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    pub(crate) fn place(&self) -> Place {
        self.place
    }
}

/// placeholder
pub fn verify(_: &crate::Kernel) -> Vec<Problem> { Vec::new() }
