//! From tree to IR.
//!
//! Lowering is an abstract interpretation of the tree: evaluating an expression yields a [`Value`](value::Value) whose
//! parts are known constants or IR values, calls are expanded where they stand, and templates are expansions with types
//! bound. What comes out is scalar and call-free.

pub(crate) mod builtins;
mod emit;
mod layout;
mod memory;
pub(crate) mod types;
pub(crate) mod value;

use emberforge_base::Diagnostic;
use emberforge_ir as ir;
use value::Poison;

/// The state of one lowering.
pub(crate) struct Lower<'a> {
    /// The kernel being written.
    pub(crate) builder: ir::Builder,
    diagnostics: Vec<Diagnostic>,
    /// While above 0, diagnostics are dropped: something is only being tried.
    muted: u32,
    marker: std::marker::PhantomData<&'a ()>,
}

impl Lower<'_> {
    /// Gives a diagnostic; the result says that it has been given.
    pub(crate) fn error(&mut self, diagnostic: Diagnostic) -> Poison {
        self.report(diagnostic);
        Poison
    }

    /// Gives a diagnostic.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        if self.muted == 0 && !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }
}
