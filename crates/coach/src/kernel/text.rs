//! A text and where each of its bytes stands in the file it came from.
//!
//! A Python string differs from its literal by escapes, implicit concatenation, `dedent`, `format` and more. The
//! literals are decoded with their places; what was made of them by computation is aligned with them line by line.

use ruff_python_ast::{self as ast, Expr, StringFlags};
use ruff_text_size::{TextRange, TextSize};

/// A run of bytes: as many in the file (read one by one), or other ones (read as a whole).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    at: u32,
    len: u32,
    file: u32,
    file_len: u32,
}

/// A text with its place in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    pieces: Vec<Piece>,
    /// What stands for text of unknown origin.
    whole: TextRange,
}

impl Text {
    /// A text that stands in the file as it is, from an offset on.
    pub fn verbatim(text: &str, from: usize) -> Text {
        let mut out = Text::default();
        out.push(text, from as u32, text.len() as u32);
        out.whole = TextRange::at(TextSize::new(from as u32), TextSize::new(0));
        out
    }

    /// The same after a text that stands nowhere.
    pub fn after(first: &str, text: &str, from: usize) -> Text {
        let mut out = Text::verbatim("", from);
        out.push(first, from as u32, 0);
        out.push(text, from as u32, text.len() as u32);
        out
    }

    /// A text that was made of the string expressions at these places.
    pub fn made_of(source: &str, places: &[TextRange], whole: TextRange, text: String) -> Text {
        let plain = Text::of_literals(source, places, whole, "");
        if plain.text == text {
            return plain;
        }
        let exact = |t: &Text| t.pieces.iter().filter(|p| p.len == p.file_len).map(|p| p.len).sum::<u32>();
        // `"\n".join([...])`: the literals are lines.
        let lines = Text::of_literals(source, places, whole, "\n").aligned(text.clone());
        let plain = plain.aligned(text);
        if exact(&lines) > exact(&plain) { lines } else { plain }
    }

    fn of_literals(source: &str, places: &[TextRange], whole: TextRange, between: &str) -> Text {
        let mut out = Text { whole, ..Text::default() };
        for place in places {
            let parsed = ruff_python_parser::parse_parenthesized_expression_range(source, *place)
                .or_else(|_| ruff_python_parser::parse_expression_range(source, *place));
            if let Ok(parsed) = parsed {
                out.literal(source, parsed.expr());
                out.push(between, u32::from(whole.start()), 0);
            }
        }
        out
    }

    /// This text as computation has changed it: what is still recognised keeps its place.
    fn aligned(self, text: String) -> Text {
        if self.text == text {
            return self;
        }
        let mut out = Text { whole: self.whole, ..Text::default() };
        let old: Vec<(usize, &str)> = lines(&self.text);
        let mut next = 0;
        for (_, line) in lines(&text) {
            let bare = line.trim_start();
            let indent = line.len() - bare.len();
            let same =
                old[next..].iter().position(|(_, l)| l.trim_start() == bare && !bare.trim().is_empty());
            let (found, prefix) = match same {
                Some(i) => (Some(next + i), bare.len()),
                None => old
                    .iter()
                    .enumerate()
                    .skip(next)
                    .take(40)
                    .map(|(i, (_, l))| (Some(i), common(l.trim_start().bytes(), bare.bytes())))
                    .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))
                    .filter(|(_, n)| *n >= 3)
                    .unwrap_or((None, 0)),
            };
            let Some(i) = found else {
                out.push(line, u32::from(self.whole.start()), 0);
                continue;
            };
            next = i + usize::from(same.is_some());
            let (start, l) = old[i];
            let from = start + l.len() - l.trim_start().len();
            let mut prefix = prefix;
            while !bare.is_char_boundary(prefix) {
                prefix -= 1;
            }
            out.copy(&self, &line[..indent], from, 0);
            out.copy(&self, &bare[..prefix], from, prefix);
            let rest = &bare[prefix..];
            let old_rest = &l.trim_start()[prefix.min(l.trim_start().len())..];
            let mut suffix = common(rest.bytes().rev(), old_rest.bytes().rev());
            while !rest.is_char_boundary(rest.len() - suffix) {
                suffix -= 1;
            }
            let middle = old_rest.len() - suffix;
            out.copy(&self, &rest[..rest.len() - suffix], from + prefix, middle);
            out.copy(&self, &rest[rest.len() - suffix..], from + prefix + middle, suffix);
        }
        out
    }

    /// Appends a text that stands at a place of `from`.
    fn copy(&mut self, from: &Text, text: &str, at: usize, len: usize) {
        if text.len() == len {
            let mut done = 0;
            while done < len {
                let (piece, inside) = from.piece(at + done);
                let n = (piece.len as usize - inside).clamp(1, len - done);
                let exact = piece.len == piece.file_len;
                let (file, file_len) =
                    if exact { (piece.file + inside as u32, n as u32) } else { (piece.file, piece.file_len) };
                self.push(&text[done..floor(text, done + n)], file, file_len);
                done = floor(text, done + n).max(done + 1);
            }
        } else {
            let range = from.place(at, at + len);
            self.push(text, u32::from(range.start()), u32::from(range.len()));
        }
    }

    fn push(&mut self, text: &str, file: u32, file_len: u32) {
        if text.is_empty() {
            return;
        }
        let (at, len) = (self.text.len() as u32, text.len() as u32);
        self.text.push_str(text);
        if let Some(last) = self.pieces.last_mut()
            && last.len == last.file_len
            && len == file_len
            && last.file + last.file_len == file
        {
            last.len += len;
            last.file_len += len;
            return;
        }
        self.pieces.push(Piece { at, len, file, file_len });
    }

    fn piece(&self, at: usize) -> (Piece, usize) {
        let i = self.pieces.partition_point(|p| p.at as usize <= at);
        match i.checked_sub(1).map(|i| self.pieces[i]) {
            Some(p) => (p, at - p.at as usize),
            None => (Piece { at: 0, len: 0, file: u32::from(self.whole.start()), file_len: 0 }, 0),
        }
    }

    /// The place in the file of the bytes `start..end`.
    pub fn place(&self, start: usize, end: usize) -> TextRange {
        let first = |at: usize| {
            let (p, inside) = self.piece(at);
            if p.len == p.file_len { p.file + (inside as u32).min(p.len) } else { p.file }
        };
        let from = first(start);
        let to = if end > start {
            let (p, inside) = self.piece(end - 1);
            if p.len == p.file_len { p.file + (inside as u32 + 1).min(p.len) } else { p.file + p.file_len }
        } else {
            from
        };
        TextRange::new(TextSize::new(from), TextSize::new(to.max(from)))
    }

    /// Whether a part of the text is not known.
    pub fn has_holes(&self) -> bool {
        self.text.contains('\u{0}')
    }

    /// Whether it is known where in the file any of it stands.
    pub fn is_placed(&self) -> bool {
        self.pieces.iter().any(|p| p.file_len > 0)
    }

    fn literal(&mut self, source: &str, expr: &Expr) {
        match expr {
            Expr::StringLiteral(s) => s.value.iter().for_each(|part| self.string(source, part)),
            Expr::FString(f) => {
                for part in f.value.iter() {
                    match part {
                        ast::FStringPart::Literal(l) => self.string(source, l),
                        ast::FStringPart::FString(f) => {
                            let raw = f.flags.prefix().is_raw();
                            for element in &f.elements {
                                match element {
                                    ast::InterpolatedStringElement::Literal(l) => {
                                        self.decoded(source, l.range, &l.value, raw, true);
                                    }
                                    ast::InterpolatedStringElement::Interpolation(i) => {
                                        self.push(
                                            "\u{0}",
                                            u32::from(i.range.start()),
                                            u32::from(i.range.len()),
                                        );
                                    }
                                }
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn string(&mut self, source: &str, part: &ast::StringLiteral) {
        let inner = TextRange::new(
            part.range.start() + part.flags.opener_len(),
            part.range.end() - part.flags.closer_len(),
        );
        self.decoded(source, inner, &part.value, part.flags.prefix().is_raw(), false);
    }

    /// The content of a literal: `value` is what `source[range]` says.
    fn decoded(&mut self, source: &str, range: TextRange, value: &str, raw: bool, braces: bool) {
        let text = source.get(range.to_std_range()).unwrap_or("");
        let base = u32::from(range.start());
        let mut at = 0;
        for (i, c) in value.char_indices() {
            // A backslash before a newline gives nothing.
            if !raw {
                at += continuation(&text[at.min(text.len())..]);
            }
            let rest = &text[at.min(text.len())..];
            let n = if rest.starts_with(c) {
                let doubled = braces && (rest.starts_with("{{") || rest.starts_with("}}"));
                let escaped = !raw && c == '\\' && rest.starts_with("\\\\");
                if doubled || escaped { 2 } else { c.len_utf8() }
            } else if rest.starts_with("\r\n") && c == '\n' {
                2
            } else {
                escape_length(rest)
            };
            self.push(&value[i..i + c.len_utf8()], base + at as u32, n as u32);
            at += n;
        }
    }
}

/// The length of the line continuations that a text begins with.
fn continuation(text: &str) -> usize {
    let mut at = 0;
    loop {
        at += match &text[at..] {
            rest if rest.starts_with("\\\r\n") => 3,
            rest if rest.starts_with("\\\n") => 2,
            _ => return at,
        };
    }
}

/// The length of the escape that a text begins with.
fn escape_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let n = match bytes.get(1) {
        Some(b'x') => 4,
        Some(b'u') => 6,
        Some(b'U') => 10,
        Some(b'N') => text.find('}').map_or(2, |i| i + 1),
        Some(b'0'..=b'7') => 1 + bytes[1..].iter().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count(),
        _ => 2,
    };
    n.min(text.len())
}

fn common(a: impl Iterator<Item = u8>, b: impl Iterator<Item = u8>) -> usize {
    a.zip(b).take_while(|(x, y)| x == y).count()
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The lines of a text with their offsets, newlines included.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|l| {
            at += l.len();
            (at - l.len(), l)
        })
        .collect()
}

/// The text with its comments blanked out, character for character.
pub fn without_comments(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    let mut at = 0;
    while at < out.len() {
        let end = match &text.as_bytes()[at..] {
            [b'/', b'/', ..] => text[at..].find('\n').map_or(out.len(), |n| at + n),
            [b'/', b'*', rest @ ..] => {
                rest.windows(2).position(|w| w == b"*/").map_or(out.len(), |n| at + n + 4)
            }
            _ => {
                at += 1;
                continue;
            }
        };
        out[at..end].iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
        at = end;
    }
    String::from_utf8(out).unwrap_or_default()
}

/// Where a text declares a kernel of its own: `kernel void`, `[[kernel]]`, or a parameter with `[[buffer(0)]]`.
pub fn signature(text: &str) -> Option<std::ops::Range<usize>> {
    if !text.contains("kernel") && !text.contains("[[") {
        return None;
    }
    let code = without_comments(text);
    let words = code.match_indices("kernel").find(|(at, word)| {
        let before = code[..*at].chars().next_back();
        let after = code[at + word.len()..].trim_start();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
            && (after.starts_with("void")
                || after.starts_with("]]") && code[..*at].trim_end().ends_with("[["))
    });
    let found = words.or_else(|| {
        code.match_indices("[[").find(|(at, w)| code[at + w.len()..].trim_start().starts_with("buffer("))
    })?;
    Some(found.0..found.0 + found.1.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> Text {
        let range = TextRange::up_to(TextSize::of(source));
        Text::of_literals(source, &[range], range, "")
    }

    fn shown<'s>(text: &Text, source: &'s str, word: &str) -> &'s str {
        let at = text.text.find(word).expect("the word occurs");
        &source[text.place(at, at + word.len()).to_std_range()]
    }

    #[test]
    fn escapes_and_implicit_concatenation_keep_their_places() {
        let source = "'a\\n\\tone;' \"\"\"\n  two\\\n three\"\"\" r'\\x'";
        let text = of(source);
        assert_eq!(text.text, "a\n\tone;\n  two three\\x");
        for word in ["one", "two", "three", "\\x"] {
            assert_eq!(shown(&text, source, word), word);
        }
        assert_eq!(shown(&text, source, "\t"), "\\t");
    }

    #[test]
    fn f_strings_have_braces_and_holes() {
        let source = "f'if (x) {{ y = {n}; }}'";
        let text = of(source);
        assert_eq!(text.text, "if (x) { y = \u{0}; }");
        assert_eq!(shown(&text, source, "\u{0}"), "{n}");
        assert_eq!(shown(&text, source, "y ="), "y =");
        assert_eq!(shown(&text, source, "}"), "}}");
    }

    #[test]
    fn computed_text_is_aligned_with_its_literals() {
        let source = "'''\n    int a = N;\n    float b = 2;\n'''";
        let text = of(source).aligned("\nint a = 128;\nfloat b = 2;\n".to_owned());
        assert_eq!(shown(&text, source, "float b"), "float b");
        assert_eq!(shown(&text, source, "int a"), "int a");
        assert_eq!(shown(&text, source, "128"), "N");
    }
}
