//! Collects diagnostics: at most fifty errors and fifty warnings, and none after the reader has given up.

use emberforge_base::{Diagnostic, Span};

/// More findings than this help nobody.
pub(crate) const MOST: usize = 50;

/// The findings so far.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) list: Vec<Diagnostic>,
    /// Nothing more is collected: the text was given up, or there were too many errors.
    pub(crate) closed: bool,
    /// A macro's use without its `)` took the rest of a text: what is missing at its end is no second mistake.
    pub(crate) cut_off: bool,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    /// Macro definitions: name and place, indexed by a token's `origin - 1`.
    pub(crate) macros: Vec<(std::sync::Arc<str>, Option<Span>)>,
}

impl Report {
    /// Adds a finding.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.closed {
            return;
        }
        if !diagnostic.is_error() {
            // Warnings never close the report: an error may follow.
            self.warnings += 1;
            if self.warnings <= MOST {
                self.list.push(diagnostic);
            }
            return;
        }
        self.errors += 1;
        self.list.push(diagnostic);
        if self.errors >= MOST {
            self.closed = true;
            if let Some(last) = self.list.last_mut() {
                last.notes.push(format!("only the first {MOST} errors are shown"));
            }
        }
    }

    /// Adds a finding about a token, naming the macro it came out of.
    pub(crate) fn push_at(&mut self, origin: u32, diagnostic: Diagnostic) {
        let found = (origin as usize).checked_sub(1).and_then(|i| self.macros.get(i));
        let diagnostic = match found {
            Some((name, Some(place))) => {
                diagnostic.also(*place, format!("in this expansion of the macro `{name}`, defined here"))
            }
            Some((name, None)) => diagnostic.note(format!("in the expansion of the built-in macro `{name}`")),
            None => diagnostic,
        };
        self.push(diagnostic);
    }

    /// Sorts by place, header before body.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|d| (d.primary.span.source, d.primary.span.start));
        self.list
    }
}
