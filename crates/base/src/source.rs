//! Source texts and positions in them.
//!
//! A span is a source id and two 32-bit byte offsets; line and column are computed only for printing.

use std::fmt;

/// Names one text of a [`Sources`] set.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u16);

impl SourceId {
    /// The id of the `index`-th source added to a set.
    pub const fn new(index: u16) -> Self {
        SourceId(index)
    }

    /// Position of the source in its set.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Debug for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "src{}", self.0)
    }
}

/// A half-open byte range of one source.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The text the range points into.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `source`.
    pub const fn new(source: SourceId, start: u32, end: u32) -> Self {
        Span { source, start, end }
    }

    /// The smallest span that covers both; `self` when they lie in different sources.
    pub fn to(self, other: Span) -> Span {
        if self.source != other.source {
            return self;
        }
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span at the end of this one.
    pub fn after(self) -> Span {
        Span { start: self.end, ..self }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}:{}..{}", self.source, self.start, self.end)
    }
}

/// A one-based line and column (column counted in characters).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// One-based line.
    pub line: usize,
    /// One-based column, in characters.
    pub column: usize,
}

/// One named text.
#[derive(Clone, Debug)]
pub struct Source {
    /// What to print before the line number: a path, or `<header>`.
    pub name: String,
    /// The text.
    pub text: String,
    /// Line number of the text's first line in the file it came from, minus one (directive lines that were
    /// stripped from a `.metal` file, or the place of a string in a Python file).
    pub first_line: usize,
}

/// The texts that spans point into: the body, the header, the built-in prelude.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    /// An empty set.
    pub fn new() -> Self {
        Sources::default()
    }

    /// Adds a text and returns its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.add_at_line(name, text, 0)
    }

    /// Adds a text whose first line is line `first_line + 1` of the file it came from.
    pub fn add_at_line(
        &mut self,
        name: impl Into<String>,
        text: impl Into<String>,
        first_line: usize,
    ) -> SourceId {
        let id = SourceId(u16::try_from(self.list.len()).expect("fewer than 65536 sources"));
        self.list.push(Source { name: name.into(), text: text.into(), first_line });
        id
    }

    /// The source named by `id`.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.list[id.index()]
    }

    /// The text a span covers; empty when the span does not fit the text.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line and column of a span's start.
    pub fn position(&self, span: Span) -> Position {
        let source = self.get(span.source);
        let mut at = (span.start as usize).min(source.text.len());
        while !source.text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &source.text[..at];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Position {
            line: source.first_line + before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters() {
        let mut sources = Sources::new();
        let id = sources.add_at_line("body", "a\nüb c", 10);
        let span = Span::new(id, 4, 5);
        assert_eq!(sources.text(span), "b");
        assert_eq!(sources.position(span), Position { line: 12, column: 2 });
    }
}
