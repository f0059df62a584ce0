//! The reader's place in the text: blanks, words, numbers, names, handles and spans.
//!
//! Everything here either moves forward or fails with the position where it stands. Positions are byte offsets that
//! always lie between characters; line and column are counted only for an error.

use super::ReadError;
use crate::print::NO_SPAN;
use emberforge_base::{SourceId, Span};
use std::str::FromStr;

pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T, ReadError> {
        self.error_at(self.at, message)
    }

    pub(super) fn error_at<T>(&self, at: usize, message: impl Into<String>) -> Result<T, ReadError> {
        let before = &self.text[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Err(ReadError { line, column, message: message.into() })
    }

    /// "expected `what`, found ...".
    pub(super) fn expected<T>(&self, what: &str) -> Result<T, ReadError> {
        let rest = self.rest();
        let found = match rest.chars().next() {
            None => "the end of the text".to_string(),
            Some('\n' | '\r') => "the end of the line".to_string(),
            Some(c) if is_word(c) => {
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                format!("`{}`", rest[..end].chars().take(40).collect::<String>())
            }
            Some(c) => format!("`{}`", c.escape_debug()),
        };
        self.error(format!("expected {what}, found {found}"))
    }

    /// Skips blanks and a comment, within the line.
    pub(super) fn blanks(&mut self) {
        let rest = self.rest().trim_start_matches([' ', '\t', '\r']);
        let rest = if rest.starts_with("//") { &rest[rest.find('\n').unwrap_or(rest.len())..] } else { rest };
        self.at = self.text.len() - rest.len();
    }

    /// Skips blanks, comments and ends of lines.
    pub(super) fn lines(&mut self) {
        self.blanks();
        while self.rest().starts_with('\n') {
            self.at += 1;
            self.blanks();
        }
    }

    /// The end of a statement: the line ends here, or the list does.
    pub(super) fn end(&mut self) -> Result<(), ReadError> {
        self.blanks();
        match self.rest().as_bytes().first() {
            None | Some(b'\n' | b'}') => Ok(()),
            _ => self.expected("the end of the line"),
        }
    }

    /// Takes `symbol` if it stands here.
    pub(super) fn eat(&mut self, symbol: &str) -> bool {
        self.blanks();
        let found = self.rest().starts_with(symbol);
        if found {
            self.at += symbol.len();
        }
        found
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Result<(), ReadError> {
        if self.eat(symbol) { Ok(()) } else { self.expected(&format!("`{symbol}`")) }
    }

    /// A word of letters, digits, `_` and `.`, empty if none stands here.
    pub(super) fn word(&mut self) -> &'t str {
        self.blanks();
        self.take(is_word)
    }

    fn take(&mut self, part: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Result<(), ReadError> {
        self.blanks();
        let start = self.at;
        if self.word() == word {
            return Ok(());
        }
        self.at = start;
        self.expected(&format!("`{word}`"))
    }

    /// A decimal number.
    pub(super) fn number<T: FromStr>(&mut self) -> Result<T, ReadError> {
        self.blanks();
        let start = self.at;
        let digits = self.take(|c| c.is_ascii_digit());
        if digits.is_empty() {
            return self.expected("a number");
        }
        digits
            .parse()
            .or_else(|_| self.error_at(start, format!("the number {} is too large", shorten(digits))))
    }

    /// What follows `const`: a number or word with signs and points.
    pub(super) fn literal(&mut self) -> &'t str {
        self.blanks();
        self.take(|c| is_word(c) || c == '-' || c == '+')
    }

    /// A handle: `%3` for `prefix` `%`.
    pub(super) fn handle(&mut self, prefix: &str) -> Result<u32, ReadError> {
        self.expect(prefix)?;
        self.number()
    }

    /// A bare or quoted name.
    pub(super) fn name(&mut self) -> Result<String, ReadError> {
        if !self.eat("\"") {
            let word = self.take(|c| c.is_ascii_alphanumeric() || c == '_');
            return if word.is_empty() { self.expected("a name") } else { Ok(word.to_string()) };
        }
        let mut name = String::new();
        loop {
            let Some(c) = self.rest().chars().next() else { return self.expected("`\"`") };
            self.at += c.len_utf8();
            match c {
                '"' => return Ok(name),
                '\n' => return self.error_at(self.at - 1, "a quoted name ends on its own line"),
                '\\' => name.push(self.escape()?),
                _ => name.push(c),
            }
        }
    }

    /// What follows a backslash: `"`, `\` or `u{...}`.
    fn escape(&mut self) -> Result<char, ReadError> {
        let start = self.at;
        for plain in ['"', '\\'] {
            if self.rest().starts_with(plain) {
                self.at += 1;
                return Ok(plain);
            }
        }
        let code = self.rest().strip_prefix("u{").and_then(|rest| rest.split_once('}')).map(|(code, _)| code);
        let c = code.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
        let (Some(code), Some(c)) = (code, c) else {
            return self.error_at(start, "unknown escape; a name has `\\\"`, `\\\\` and `\\u{1f}`");
        };
        self.at += code.len() + "u{}".len();
        Ok(c)
    }

    /// `hex"00ff"`.
    pub(super) fn hex(&mut self) -> Result<Vec<u8>, ReadError> {
        self.expect("hex\"")?;
        let start = self.at;
        let digits = self.take(|c| c.is_ascii_hexdigit());
        if !digits.len().is_multiple_of(2) {
            return self.error_at(start, "hex data has two digits for each byte");
        }
        if !self.rest().starts_with('"') {
            return self.expected("a hex digit or `\"`");
        }
        self.at += 1;
        // Hex digits are ASCII, so any two bytes are a byte's text.
        let byte = |i: usize| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap_or_default();
        Ok((0..digits.len() / 2).map(byte).collect())
    }

    /// `!src0:12..20`, or nothing.
    pub(super) fn span(&mut self) -> Result<Span, ReadError> {
        if !self.eat("!src") {
            return Ok(NO_SPAN);
        }
        let source = self.number()?;
        self.expect(":")?;
        let start = self.number()?;
        self.expect("..")?;
        Ok(Span::new(SourceId::new(source), start, self.number()?))
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '.'
}

pub(super) fn shorten(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(end, _)| &text[..end])
}
