//! Diagnostics together with the texts they point into.

use emberforge_base::{Diagnostic, Sources, render};

/// What the front end and the verifier said about a kernel, in the order of the text.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The texts that spans point into.
    pub sources: Sources,
    /// The findings.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Number of errors.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|d| d.is_error()).count()
    }

    /// Number of warnings.
    pub fn warnings(&self) -> usize {
        self.diagnostics.len() - self.errors()
    }

    /// True when the kernel cannot be run.
    pub fn has_errors(&self) -> bool {
        self.errors() > 0
    }

    /// All findings as rustc would print them, separated by empty lines, ending in a line break unless empty.
    pub fn render(&self, color: bool) -> String {
        let mut out = String::new();
        for (i, diagnostic) in self.diagnostics.iter().enumerate() {
            if i > 0 {
                out.push('\n');
            }
            out.push_str(&render(diagnostic, &self.sources, color));
            out.push('\n');
        }
        out
    }
}
