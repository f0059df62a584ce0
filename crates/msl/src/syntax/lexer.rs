//! Characters to tokens: C++14's tokens, comments and line continuations.
//!
//! Spans count bytes of the user's text. A backslash at the end of a line joins it to the next one anywhere,
//! even inside a name; the token's spelling is then the joined text. Nothing here stops: a character that
//! cannot begin a token gives a diagnostic and is skipped.

use super::report::Report;
use super::token::{COMMENTED, NEWLINE, Names, Punct, SPACE, Sym, Token, TokenKind};
use super::word::Word;
use emberforge_base::{Diagnostic, SourceId, Span};
use std::borrow::Cow;

/// A position in one text.
#[derive(Clone)]
pub(crate) struct Lexer<'a> {
    text: &'a str,
    source: SourceId,
    pub(crate) pos: usize,
    /// White space and line breaks seen since the last token.
    flags: u8,
    /// Inside a group skipped by `#if`: no diagnostics.
    pub(crate) quiet: bool,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str, source: SourceId) -> Lexer<'a> {
        let mut lexer = Lexer { text, source, pos: 0, flags: NEWLINE, quiet: false };
        if text.starts_with('\u{feff}') {
            lexer.pos = '\u{feff}'.len_utf8();
        }
        lexer.pos = lexer.past_splices(lexer.pos);
        lexer
    }

    /// The rest of the current line as written (comments included), moving to its end.
    pub(crate) fn rest_of_line(&mut self) -> &'a str {
        let start = self.pos;
        while let Some(b) = self.byte(self.pos) {
            if b == b'\n' {
                break;
            }
            self.advance();
        }
        self.text.get(start..self.pos).unwrap_or("")
    }

    /// Moves to the end of a line in a skipped group; comments that span lines are read as such.
    pub(crate) fn rest_of_group_line(&mut self) {
        while let Some(b) = self.peek() {
            match b {
                b'\n' => break,
                b'/' if self.peek2() == Some(b'*') => {
                    self.block_comment(&mut Report { closed: true, ..Report::default() });
                }
                b'/' if self.peek2() == Some(b'/') => {
                    self.rest_of_line();
                    break;
                }
                b'"' | b'\'' => {
                    let start = self.pos;
                    self.quoted(start, b, &mut Report { closed: true, ..Report::default() });
                }
                _ => self.advance(),
            }
        }
    }

    pub(crate) fn span_from(&self, start: usize) -> Span {
        Span::new(self.source, start as u32, self.pos as u32)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Skips `\` + line break at `at`, as often as it stands there.
    fn past_splices(&self, mut at: usize) -> usize {
        while self.byte(at) == Some(b'\\') {
            let mut end = at + 1;
            while matches!(self.byte(end), Some(b' ' | b'\t' | b'\r')) {
                end += 1;
            }
            if self.byte(end) != Some(b'\n') {
                break;
            }
            at = end + 1;
        }
        at
    }

    fn peek(&self) -> Option<u8> {
        self.byte(self.pos)
    }

    /// The byte after the current one.
    fn peek2(&self) -> Option<u8> {
        self.byte(self.past_splices(self.pos + 1))
    }

    fn advance(&mut self) {
        self.pos = self.past_splices(self.pos + 1);
    }

    fn advance_char(&mut self) {
        let width = self.text.get(self.pos..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
        self.pos = self.past_splices(self.pos + width);
    }

    fn current_char(&self) -> Option<char> {
        self.text.get(self.pos..).and_then(|t| t.chars().next())
    }

    fn eat(&mut self, byte: u8) -> bool {
        let hit = self.peek() == Some(byte);
        if hit {
            self.advance();
        }
        hit
    }

    /// The text from `start` to here, splices removed.
    fn spelling(&self, start: usize) -> Cow<'a, str> {
        let raw = self.text.get(start..self.pos).unwrap_or("");
        if !raw.contains('\\') {
            return Cow::Borrowed(raw);
        }
        let mut joined = String::new();
        let mut at = start;
        while at < self.pos {
            let next = self.past_splices(at);
            if next != at {
                at = next;
                continue;
            }
            let Some(c) = self.text.get(at..).and_then(|t| t.chars().next()) else { break };
            joined.push(c);
            at += c.len_utf8();
        }
        Cow::Owned(joined)
    }

    fn complain(&self, report: &mut Report, diagnostic: Diagnostic) {
        if !self.quiet {
            report.push(diagnostic);
        }
    }

    /// The next token; at the end of the text an `Eof` token, as often as asked.
    pub(crate) fn next(&mut self, names: &mut Names, report: &mut Report) -> Token {
        loop {
            self.skip_space(report);
            let start = self.pos;
            let Some(first) = self.peek() else {
                return Token::eof(self.source, start as u32);
            };
            let flags = std::mem::take(&mut self.flags);
            let token =
                |lexer: &Self, kind, sym| Token { kind, sym, span: lexer.span_from(start), origin: 0, flags };
            if first.is_ascii_alphabetic() || first == b'_' || self.unicode_letter(first) {
                self.identifier();
                let text = self.spelling(start);
                if matches!(self.peek(), Some(b'"')) && matches!(&*text, "R" | "u8R" | "uR" | "UR" | "LR") {
                    let sym = self.raw_string(start, names, report);
                    return token(self, TokenKind::Str, sym);
                }
                if matches!(self.peek(), Some(b'"')) && matches!(&*text, "u8" | "u" | "U" | "L") {
                    self.quoted(start, b'"', report);
                    let sym = names.intern(&self.spelling(start + text.len()));
                    return token(self, TokenKind::Str, sym);
                }
                let sym = names.intern(&text);
                if let Word::Operator(p) = names.word(sym) {
                    return token(self, TokenKind::Punct(p), sym);
                }
                return token(self, TokenKind::Ident, sym);
            }
            if first.is_ascii_digit() || first == b'.' && self.peek2().is_some_and(|b| b.is_ascii_digit()) {
                self.number();
                let sym = names.intern(&self.spelling(start));
                return token(self, TokenKind::Number, sym);
            }
            if first == b'"' || first == b'\'' {
                self.quoted(start, first, report);
                let sym = names.intern(&self.spelling(start));
                let kind = if first == b'"' { TokenKind::Str } else { TokenKind::Char };
                return token(self, kind, sym);
            }
            if let Some(punct) = self.punct(first) {
                return token(self, TokenKind::Punct(punct), Sym(0));
            }
            self.flags = flags | SPACE;
            if let Some(punct) = self.strange(start, report) {
                self.flags = 0;
                return token(self, TokenKind::Punct(punct), Sym(0));
            }
        }
    }

    fn skip_space(&mut self, report: &mut Report) {
        while let Some(b) = self.peek() {
            match b {
                b'\n' => {
                    self.flags |= NEWLINE | SPACE;
                    self.advance();
                }
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => {
                    self.flags |= SPACE;
                    self.advance();
                }
                b'/' if self.peek2() == Some(b'/') => {
                    self.flags |= SPACE;
                    let mut last = b' ';
                    while let Some(b) = self.peek().filter(|b| *b != b'\n') {
                        last = if b.is_ascii_whitespace() { last } else { b };
                        self.advance();
                    }
                    if last == b';' {
                        self.flags |= COMMENTED;
                    }
                }
                b'/' if self.peek2() == Some(b'*') => {
                    self.flags |= SPACE;
                    self.block_comment(report);
                }
                _ => break,
            }
        }
    }

    fn block_comment(&mut self, report: &mut Report) {
        let start = self.pos;
        self.advance();
        self.advance();
        let open = self.span_from(start);
        loop {
            match self.peek() {
                None => {
                    self.complain(
                        report,
                        Diagnostic::error("unterminated-comment", open, "unterminated block comment")
                            .label("opened here")
                            .help("close it with `*/`"),
                    );
                    return;
                }
                Some(b'*') if self.peek2() == Some(b'/') => {
                    self.advance();
                    self.advance();
                    return;
                }
                Some(_) => self.advance(),
            }
        }
    }

    fn unicode_letter(&self, first: u8) -> bool {
        first >= 0x80 && self.current_char().is_some_and(char::is_alphabetic)
    }

    fn identifier(&mut self) {
        while let Some(b) = self.peek() {
            if b.is_ascii_alphanumeric() || b == b'_' {
                self.advance();
            } else if b >= 0x80 && self.current_char().is_some_and(char::is_alphanumeric) {
                self.advance_char();
            } else {
                break;
            }
        }
    }

    /// A preprocessing number: everything that could belong to one; its form is checked by the parser.
    fn number(&mut self) {
        let hex = self.peek() == Some(b'0') && matches!(self.peek2(), Some(b'x' | b'X'));
        while let Some(b) = self.peek() {
            let exponent = if hex { matches!(b, b'p' | b'P') } else { matches!(b, b'e' | b'E') };
            if exponent && matches!(self.peek2(), Some(b'+' | b'-')) {
                self.advance();
                self.advance();
            } else if b.is_ascii_alphanumeric()
                || matches!(b, b'.' | b'_')
                || b == b'\'' && self.peek2().is_some_and(|b| b.is_ascii_alphanumeric())
            {
                self.advance();
            } else {
                break;
            }
        }
    }

    /// A string or character literal, from its opening quote to the closing one or the end of the line.
    fn quoted(&mut self, start: usize, quote: u8, report: &mut Report) {
        self.advance();
        loop {
            match self.peek() {
                None | Some(b'\n') => {
                    let what = if quote == b'"' { "string" } else { "character literal" };
                    let shown = if quote == b'"' { "\"" } else { "'" };
                    let diagnostic = Diagnostic::error(
                        "unterminated-literal",
                        self.span_from(start),
                        format!("unterminated {what}"),
                    )
                    .help(format!("close it with `{shown}` on the same line"));
                    self.complain(report, diagnostic);
                    return;
                }
                Some(b'\\') => {
                    self.advance();
                    if self.peek().is_some_and(|b| b != b'\n') {
                        self.advance_char();
                    }
                }
                Some(b) if b == quote => {
                    self.advance();
                    return;
                }
                Some(_) => self.advance(),
            }
        }
    }

    /// `R"x( ... )x"`; gives the same text as an ordinary string literal.
    fn raw_string(&mut self, start: usize, names: &mut Names, report: &mut Report) -> Sym {
        let rest = self.text.get(self.pos + 1..).unwrap_or("");
        let open = rest.find('(').filter(|&n| n <= 16);
        let body = open.and_then(|n| {
            let end = format!("){}\"", &rest[..n]);
            rest[n + 1..].find(&end).map(|len| (n + 1, len, end.len()))
        });
        let Some((from, len, close)) = body else {
            self.pos = self.text.len();
            let opener = Span::new(self.source, start as u32, (start + 2).min(self.text.len()) as u32);
            let diagnostic = Diagnostic::error("unterminated-literal", opener, "unterminated raw string")
                .label("opened here");
            self.complain(report, diagnostic);
            return names.intern("\"\"");
        };
        self.pos = self.past_splices(self.pos + 1 + from + len + close);
        let mut text = String::from("\"");
        for c in rest[from..from + len].chars() {
            match c {
                '"' | '\\' => text.extend(['\\', c]),
                '\n' => text.push_str("\\n"),
                c => text.push(c),
            }
        }
        text.push('"');
        names.intern(&text)
    }

    fn punct(&mut self, first: u8) -> Option<Punct> {
        use Punct::*;
        let simple = match first {
            b'(' => LParen,
            b')' => RParen,
            b'[' => LBracket,
            b']' => RBracket,
            b'{' => LBrace,
            b'}' => RBrace,
            b';' => Semi,
            b',' => Comma,
            b'?' => Question,
            b'~' => Tilde,
            b'@' => At,
            b'$' => Dollar,
            b'`' => Backtick,
            b'\\' => Backslash,
            b'.' | b':' | b'!' | b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'&' | b'|' | b'<' | b'>'
            | b'=' | b'#' => {
                self.advance();
                return Some(self.compound(first));
            }
            _ => return None,
        };
        self.advance();
        Some(simple)
    }

    /// The longest operator that begins with `first`, which has been read.
    fn compound(&mut self, first: u8) -> Punct {
        use Punct::*;
        match first {
            b'.' if self.peek() == Some(b'.') && self.peek2() == Some(b'.') => {
                self.advance();
                self.advance();
                Ellipsis
            }
            b'.' if self.eat(b'*') => DotStar,
            b'.' => Dot,
            b':' if self.eat(b':') => ColonColon,
            b':' => Colon,
            b'!' if self.eat(b'=') => Ne,
            b'!' => Bang,
            b'+' if self.eat(b'+') => PlusPlus,
            b'+' if self.eat(b'=') => PlusEq,
            b'+' => Plus,
            b'-' if self.eat(b'-') => MinusMinus,
            b'-' if self.eat(b'=') => MinusEq,
            b'-' if self.eat(b'>') => {
                if self.eat(b'*') {
                    ArrowStar
                } else {
                    Arrow
                }
            }
            b'-' => Minus,
            b'*' if self.eat(b'=') => StarEq,
            b'*' => Star,
            b'/' if self.eat(b'=') => SlashEq,
            b'/' => Slash,
            b'%' if self.eat(b'=') => PercentEq,
            b'%' => Percent,
            b'^' if self.eat(b'=') => CaretEq,
            b'^' => Caret,
            b'&' if self.eat(b'&') => AmpAmp,
            b'&' if self.eat(b'=') => AmpEq,
            b'&' => Amp,
            b'|' if self.eat(b'|') => PipePipe,
            b'|' if self.eat(b'=') => PipeEq,
            b'|' => Pipe,
            b'<' if self.eat(b'<') => {
                if self.eat(b'=') {
                    ShlEq
                } else {
                    Shl
                }
            }
            b'<' if self.eat(b'=') => Le,
            b'<' => Lt,
            b'>' if self.eat(b'>') => {
                if self.eat(b'=') {
                    ShrEq
                } else {
                    Shr
                }
            }
            b'>' if self.eat(b'=') => Ge,
            b'>' => Gt,
            b'=' if self.eat(b'=') => EqEq,
            b'=' => Eq,
            _ if self.eat(b'#') => HashHash,
            _ => Hash,
        }
    }

    /// A character that begins no token: says so and skips it, with its like that follow. One that looks like an
    /// operator is then read as that operator.
    fn strange(&mut self, start: usize, report: &mut Report) -> Option<Punct> {
        let Some(c) = self.current_char() else {
            self.pos = self.text.len();
            return None;
        };
        while self.current_char() == Some(c) {
            self.advance_char();
        }
        let span = self.span_from(start);
        let blank =
            c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}');
        let operator = match c {
            '\u{2212}' | '\u{2013}' | '\u{2014}' | '\u{2010}' | '\u{2011}' => Some(Punct::Minus),
            '\u{d7}' | '\u{2217}' | '\u{b7}' | '\u{22c5}' => Some(Punct::Star),
            '\u{f7}' | '\u{2215}' => Some(Punct::Slash),
            '\u{2264}' => Some(Punct::Le),
            '\u{2265}' => Some(Punct::Ge),
            '\u{2260}' => Some(Punct::Ne),
            '\u{ff08}' => Some(Punct::LParen),
            '\u{ff09}' => Some(Punct::RParen),
            '\u{ff1b}' => Some(Punct::Semi),
            '\u{ff0c}' => Some(Punct::Comma),
            '\u{2026}' => Some(Punct::Ellipsis),
            _ => None,
        };
        let meant = match c {
            '\u{2018}' | '\u{2019}' => Some("'"),
            '\u{201c}' | '\u{201d}' => Some("\""),
            _ => operator.map(Punct::text),
        };
        let diagnostic = if blank {
            Diagnostic::warning(
                "unexpected-character",
                span,
                format!("invisible character U+{:04X} is read as a space", u32::from(c)),
            )
            .suggest("replace it with a space", vec![(span, " ".to_string())])
        } else {
            let shown = if c.is_control() { format!("U+{:04X}", u32::from(c)) } else { format!("`{c}`") };
            let plain = Diagnostic::error(
                "unexpected-character",
                span,
                format!("the character {shown} has no meaning here"),
            );
            match meant {
                Some(text) => plain
                    .suggest(format!("write the ASCII character `{text}`"), vec![(span, text.to_string())]),
                None => plain.help("outside comments and strings, operators are written in ASCII"),
            }
        };
        self.complain(report, diagnostic);
        operator
    }
}
