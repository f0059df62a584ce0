//! Findings about a user's text, as data, and their rendering in rustc's style.

use crate::{Sources, Span};
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The kernel runs, but probably not as meant.
    Warning,
    /// The kernel cannot be compiled.
    Error,
}

/// A place the message speaks of, with a few words for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// An edit that would mend the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What the edit does, as an imperative: `delete the signature`.
    pub text: String,
    /// Replacements, each of one span by a text (empty: deletion).
    pub edits: Vec<(Span, String)>,
}

/// One finding: a message, where it points, what else helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// A stable short name such as `undeclared-name`, printed in brackets.
    pub code: &'static str,
    /// Lower case, no full stop, names in backticks.
    pub message: String,
    /// The guilty text and a few words under its carets.
    pub primary: Label,
    /// Other places ("declared here").
    pub secondary: Vec<Label>,
    /// Sentences after the snippet: notes ("= note: ...").
    pub notes: Vec<String>,
    /// Sentences that say the way out ("= help: ...").
    pub help: Vec<String>,
    /// Edits that mend it.
    pub suggestions: Vec<Suggestion>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            code,
            message: message.into(),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            suggestions: Vec::new(),
        }
    }

    /// A warning at `span`.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, message) }
    }

    /// Words under the carets.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Another place, with words.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// A note after the snippet.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// The way out.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// An edit that mends it.
    pub fn suggest(mut self, text: impl Into<String>, edits: Vec<(Span, String)>) -> Self {
        self.suggestions.push(Suggestion { text: text.into(), edits });
        self
    }

    /// True for errors.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The finding as rustc would print it, with the source line and carets; `color` adds ANSI styles.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, color: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut main = Group::with_title(level.primary_title(&diagnostic.message).id(diagnostic.code));
    let mut files = vec![diagnostic.primary.span.source];
    for label in &diagnostic.secondary {
        if !files.contains(&label.span.source) {
            files.push(label.span.source);
        }
    }
    for file in files {
        let source = sources.get(file);
        let mut snippet =
            Snippet::source(&*source.text).line_start(source.first_line + 1).path(&*source.name).fold(true);
        let all = std::iter::once((AnnotationKind::Primary, &diagnostic.primary))
            .chain(diagnostic.secondary.iter().map(|l| (AnnotationKind::Context, l)));
        for (kind, label) in all.filter(|(_, l)| l.span.source == file) {
            let mut annotation = kind.span(clamp(&source.text, label.span));
            if !label.text.is_empty() {
                annotation = annotation.label(&*label.text);
            }
            snippet = snippet.annotation(annotation);
        }
        main = main.element(snippet);
    }
    for note in &diagnostic.notes {
        main = main.element(Level::NOTE.message(&**note));
    }
    for help in &diagnostic.help {
        main = main.element(Level::HELP.message(&**help));
    }
    let mut report = vec![main];
    for suggestion in &diagnostic.suggestions {
        let Some((first, _)) = suggestion.edits.first() else { continue };
        let source = sources.get(first.source);
        let mut snippet =
            Snippet::source(&*source.text).line_start(source.first_line + 1).path(&*source.name).fold(true);
        for (span, text) in suggestion.edits.iter().filter(|(s, _)| s.source == first.source) {
            snippet = snippet.patch(Patch::new(clamp(&source.text, *span), &**text));
        }
        report.push(Group::with_title(Level::HELP.secondary_title(&*suggestion.text)).element(snippet));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&report).to_string()
}

/// The span as a byte range inside the text, moved to character boundaries.
fn clamp(text: &str, span: Span) -> std::ops::Range<usize> {
    let mut start = (span.start as usize).min(text.len());
    let mut end = (span.end as usize).clamp(start, text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rendering_shows_line_caret_note_and_help() {
        let mut sources = Sources::new();
        let body = sources.add("body.metal", "uint i = 0;\nout[i] = valu;\n");
        let diagnostic =
            Diagnostic::error("undeclared-name", Span::new(body, 21, 25), "`valu` is not declared")
                .label("not found")
                .help("did you mean `value`?");
        let text = render(&diagnostic, &sources, false);
        assert!(text.contains("error[undeclared-name]: `valu` is not declared"), "{text}");
        assert!(text.contains("body.metal:2:10"), "{text}");
        assert!(text.contains("^^^^ not found"), "{text}");
        assert!(text.contains("= help: did you mean `value`?"), "{text}");
    }
}
