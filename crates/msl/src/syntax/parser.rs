//! The parser's core: looking at tokens, expecting them, and recovering.
//!
//! Every function consumes what it understands and returns a tree node, whatever the input. The first error of a
//! statement gives a diagnostic and sets `panicking`, which keeps the rest of that statement silent; the statement or
//! item loop then skips to a safe place. A text nested too deeply is given up as a whole.

use super::ast::{Expr, ExprKind, Ident, TemplateParam};
use super::report::Report;
use super::scope::{Kind, Scopes};
use super::token::{COMMENTED, NEWLINE, Names, Punct, Sym, Token, TokenKind};
use super::word::Word;
use emberforge_base::{Diagnostic, Span};
use std::sync::Arc;

/// Deepest recursion: a pair of parentheses or braces costs two levels.
pub(crate) const DEEPEST: usize = 320;
/// Tallest expression tree (a chain of 400 additions is 400 tall).
pub(crate) const TALLEST: u32 = 500;

/// The parser of one text.
pub(crate) struct Parser<'a> {
    pub(crate) names: &'a Names,
    pub(crate) report: &'a mut Report,
    pub(crate) scopes: &'a mut Scopes,
    pub(crate) tokens: Vec<Token>,
    pub(crate) pos: usize,
    /// Recursion depth.
    pub(crate) depth: usize,
    /// Height of the last expression built.
    pub(crate) height: u32,
    /// Inside `<...>`: a bare `>` closes it.
    pub(crate) in_angles: bool,
    /// An error has been reported for the current statement.
    pub(crate) panicking: bool,
    /// Parsing the kernel's body (not the header).
    pub(crate) is_body: bool,
    /// Functions, lambdas and structs around the current place.
    pub(crate) inside: usize,
    /// Numbers anonymous structs.
    pub(crate) anonymous: usize,
    /// The empty name.
    pub(crate) empty: Arc<str>,
    /// For every opening bracket the place after the one that closes it, else 0.
    groups: Vec<u32>,
    /// The text was given up: too deep.
    pub(crate) gave_up: bool,
    /// Parameters of the `template <...>` just read, for the declaration that follows.
    pub(crate) pending_template: Vec<TemplateParam>,
    /// `template <>` was just read.
    pub(crate) pending_specialisation: bool,
    /// The struct whose members are read.
    pub(crate) current_struct: Option<Sym>,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(
        names: &'a Names,
        report: &'a mut Report,
        scopes: &'a mut Scopes,
        tokens: Vec<Token>,
        is_body: bool,
    ) -> Parser<'a> {
        Parser {
            names,
            report,
            scopes,
            pos: 0,
            depth: 0,
            height: 1,
            in_angles: false,
            panicking: false,
            is_body,
            inside: 0,
            anonymous: 0,
            empty: Arc::from(""),
            groups: groups(&tokens),
            gave_up: false,
            pending_template: Vec::new(),
            pending_specialisation: false,
            current_struct: None,
            tokens,
        }
    }

    // Looking.

    /// The token `ahead` places on; past the end always the `Eof` token.
    pub(crate) fn peek(&self, ahead: usize) -> Token {
        self.at(self.pos + ahead)
    }

    pub(crate) fn at(&self, pos: usize) -> Token {
        self.tokens[pos.min(self.tokens.len() - 1)]
    }

    pub(crate) fn here(&self) -> Token {
        self.peek(0)
    }

    /// The span of the last token consumed, or of the first one.
    pub(crate) fn previous(&self) -> Span {
        self.at(self.pos.saturating_sub(1)).span
    }

    pub(crate) fn is(&self, punct: Punct) -> bool {
        self.here().is(punct)
    }

    pub(crate) fn is_eof(&self) -> bool {
        self.here().kind == TokenKind::Eof
    }

    pub(crate) fn word_at(&self, pos: usize) -> Word {
        let token = self.at(pos);
        if token.kind == TokenKind::Ident { self.names.word(token.sym) } else { Word::None }
    }

    pub(crate) fn word(&self) -> Word {
        self.word_at(self.pos)
    }

    /// True if the token is a name a user may declare.
    pub(crate) fn is_name_at(&self, pos: usize) -> bool {
        let token = self.at(pos);
        token.kind == TokenKind::Ident && !self.names.word(token.sym).is_keyword()
    }

    pub(crate) fn is_name(&self) -> bool {
        self.is_name_at(self.pos)
    }

    pub(crate) fn text_at(&self, pos: usize) -> &str {
        self.names.spelling(&self.tokens[pos.min(self.tokens.len() - 1)])
    }

    pub(crate) fn kind_of(&self, sym: Sym) -> Kind {
        self.scopes.kind(self.names, sym)
    }

    /// The next token stands on a new line.
    pub(crate) fn new_line(&self) -> bool {
        self.here().has(NEWLINE)
    }

    /// `decltype(...)::` stands at `pos`: a member's name follows.
    pub(crate) fn is_decltype_path(&self, pos: usize) -> bool {
        self.word_at(pos) == Word::Decltype && self.at(self.after_group(pos + 1)).is(Punct::ColonColon)
    }

    // Consuming.

    pub(crate) fn bump(&mut self) -> Token {
        let token = self.here();
        if self.pos < self.tokens.len() - 1 {
            self.pos += 1;
        }
        token
    }

    pub(crate) fn eat(&mut self, punct: Punct) -> bool {
        let hit = self.is(punct);
        if hit {
            self.bump();
        }
        hit
    }

    pub(crate) fn eat_word(&mut self, word: Word) -> bool {
        let hit = self.word() == word;
        if hit {
            self.bump();
        }
        hit
    }

    pub(crate) fn ident_of(&self, token: &Token) -> Ident {
        Ident { name: self.names.shared(token), span: token.span }
    }

    pub(crate) fn no_ident(&self) -> Ident {
        Ident { name: self.empty.clone(), span: self.here().span }
    }

    // Complaining.

    /// Reports unless this statement already has an error; `token` says which macro it came from.
    pub(crate) fn complain(&mut self, token: &Token, diagnostic: Diagnostic) {
        let cut_off = self.report.cut_off && token.kind == TokenKind::Eof;
        if !self.panicking && !cut_off {
            self.report.push_at(token.origin, diagnostic);
        }
        self.panicking = true;
    }

    /// Reports without giving the statement up.
    pub(crate) fn remark(&mut self, token: &Token, diagnostic: Diagnostic) {
        if !self.panicking {
            self.report.push_at(token.origin, diagnostic);
        }
    }

    /// How a message names the next token.
    pub(crate) fn found(&self) -> String {
        let token = self.here();
        match token.kind {
            TokenKind::Eof if self.is_body => "the end of the body".to_string(),
            TokenKind::Eof => "the end of the header".to_string(),
            _ => {
                let text = self.names.spelling(&token);
                match text.char_indices().nth(40) {
                    Some((cut, _)) => format!("`{}...`", &text[..cut]),
                    None => format!("`{text}`"),
                }
            }
        }
    }

    /// "expected `what`, found ..." at the next token.
    pub(crate) fn expected(&mut self, what: &str) {
        let token = self.here();
        let message = format!("expected {what}, found {}", self.found());
        self.complain(&token, Diagnostic::error("expected-token", token.span, message));
    }

    /// Consumes `punct` or reports what stands there instead.
    pub(crate) fn expect(&mut self, punct: Punct, after: &str) -> bool {
        if self.eat(punct) {
            return true;
        }
        let token = self.here();
        let message = format!("expected `{}` {after}, found {}", punct.text(), self.found());
        self.complain(&token, Diagnostic::error("expected-token", token.span, message));
        false
    }

    /// Consumes `;`. When it is only missing before a new line or a brace, says where to put it and goes on as if it
    /// were there.
    pub(crate) fn expect_semicolon(&mut self, after: &str) {
        if self.eat(Punct::Semi) {
            return;
        }
        let token = self.here();
        let last = self.at(self.pos.saturating_sub(1));
        let open_literal =
            |quote| !self.names.text(last.sym).ends_with(quote) || self.names.text(last.sym).len() < 2;
        if last.kind == TokenKind::Char && open_literal('\'')
            || last.kind == TokenKind::Str && open_literal('"')
        {
            // The literal without end, which has been reported, took the `;` with it.
            return;
        }
        let place = self.previous().after();
        if self.word() == Word::If && !token.has(NEWLINE) && !last.is(Punct::RBrace) {
            let finding =
                Diagnostic::error("expected-token", token.span, "an `if` cannot stand inside an expression");
            self.complain(
                &token,
                finding.help("a value that depends on a condition is written `condition ? a : b`"),
            );
            return;
        }
        let stands_alone = token.has(NEWLINE)
            || token.kind == TokenKind::Eof
            || token.is(Punct::RBrace)
            || self.word().begins_statement();
        let message = format!("expected `;` after {after}");
        let mut finding = Diagnostic::error("expected-token", place, message);
        if !stands_alone {
            let found = self.found();
            finding = finding.also(token.span, format!("found {found}"));
        }
        let next_begins = self.is_name()
            && matches!(
                self.peek(1).kind,
                TokenKind::Punct(Punct::Eq | Punct::PlusEq | Punct::MinusEq | Punct::LBracket)
            );
        if token.has(COMMENTED) && token.has(NEWLINE) {
            finding = finding.help("`//` begins a comment; integers are divided by `/`");
        }
        if stands_alone || token.origin == 0 && next_begins {
            finding = finding.suggest("insert `;`", vec![(place, ";".to_string())]);
        }
        let before = self.panicking;
        self.complain(&token, finding);
        if stands_alone {
            self.panicking = before;
        }
    }

    /// Consumes the bracket that closes `open`, or reports it.
    pub(crate) fn close(&mut self, open: &Token, punct: Punct) -> bool {
        if self.eat(punct) {
            return true;
        }
        let token = self.here();
        let opener = self.names.spelling(open).to_string();
        let lost = token.kind == TokenKind::Eof
            || token.is(Punct::RBrace)
            || token.is(Punct::Semi)
            || token.is(Punct::LBrace) && punct == Punct::RParen;
        let finding = if lost {
            let place = self.previous().after();
            Diagnostic::error("unclosed-delimiter", open.span, format!("unclosed `{opener}`"))
                .label("never closed")
                .also(place, format!("`{}` should stand here", punct.text()))
                .suggest(format!("insert `{}`", punct.text()), vec![(place, punct.text().to_string())])
        } else {
            let message = format!("expected `{}`, found {}", punct.text(), self.found());
            Diagnostic::error("expected-token", token.span, message)
                .also(open.span, format!("to close this `{opener}`"))
        };
        self.complain(&token, finding);
        false
    }

    /// A construct that is understood and refused.
    pub(crate) fn refuse(&mut self, token: &Token, span: Span, what: &str, way_out: &str) {
        let finding = Diagnostic::error("unsupported-construct", span, what).help(way_out);
        self.remark(token, finding);
    }

    // Depth.

    /// Enters one level of recursion; false when the text is given up.
    pub(crate) fn enter(&mut self) -> bool {
        self.depth += 1;
        if self.depth <= DEEPEST {
            return !self.gave_up;
        }
        self.give_up("nested too deeply", "this is too deep to read");
        false
    }

    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Records the height of a node over a child as tall as `child`; false when the text is given up.
    pub(crate) fn grow(&mut self, child: u32) -> bool {
        self.height = child + 1;
        if self.height > TALLEST {
            self.give_up("expression too long", &format!("more than {TALLEST} operations in one chain"));
            return false;
        }
        true
    }

    fn give_up(&mut self, message: &str, label: &str) {
        let token = self.here();
        if !self.gave_up {
            self.panicking = false;
            let finding = Diagnostic::error("nested-too-deeply", token.span, message)
                .label(label)
                .help("split it with variables, loops or functions");
            self.complain(&token, finding);
            self.report.closed = true;
        }
        self.gave_up = true;
        self.pos = self.tokens.len() - 1;
    }

    // Recovering.

    /// Skips a whole declaration: to its `;` or after its body.
    pub(crate) fn skip_declaration(&mut self) {
        self.panicking = false;
        while !self.is_eof() && !self.is(Punct::RBrace) {
            if self.eat(Punct::Semi) {
                return;
            }
            let body = self.is(Punct::LBrace);
            self.skip_group();
            if body {
                self.eat(Punct::Semi);
                return;
            }
        }
    }

    pub(crate) fn error_expr(&mut self) -> Expr {
        self.height = 1;
        Expr { kind: ExprKind::Error, span: self.here().span }
    }

    /// After an error: skips to just after the next `;`, or before a `}` or a statement on a new line.
    pub(crate) fn recover(&mut self) {
        self.panicking = false;
        let mut depth = 0usize;
        loop {
            let token = self.here();
            match token.kind {
                TokenKind::Eof => return,
                TokenKind::Punct(Punct::Semi) if depth == 0 => {
                    self.bump();
                    return;
                }
                TokenKind::Punct(Punct::LBrace) => depth += 1,
                TokenKind::Punct(Punct::RBrace) if depth == 0 => return,
                TokenKind::Punct(Punct::RBrace) => {
                    depth -= 1;
                    if depth == 0 {
                        self.bump();
                        self.eat(Punct::Semi);
                        return;
                    }
                }
                TokenKind::Ident
                    if depth == 0
                        && token.has(NEWLINE)
                        && (self.word().begins_statement()
                            || self.word().begins_declaration()
                            || self.kind_of(token.sym).is_type() && self.is_name_at(self.pos + 1)) =>
                {
                    return;
                }
                _ => {}
            }
            self.bump();
        }
    }

    /// Skips a bracketed group that begins here; at most to the end.
    pub(crate) fn skip_group(&mut self) {
        self.pos = self.after_group(self.pos);
    }

    /// The place after the bracketed group at `pos`; after the token itself when it opens none.
    pub(crate) fn after_group(&self, pos: usize) -> usize {
        let end = self.tokens.len() - 1;
        match self.groups.get(pos) {
            Some(&close) if close > 0 => (close as usize).min(end),
            _ => (pos + 1).min(end),
        }
    }

    /// Skips `[[...]]`, `__attribute__((...))` and `alignas(...)`; true if one of them is `[[kernel]]`.
    pub(crate) fn attributes(&mut self) -> bool {
        self.attributes_into(&mut Vec::new())
    }

    /// Like [`attributes`](Self::attributes); collects their first names.
    pub(crate) fn attributes_into(&mut self, out: &mut Vec<Ident>) -> bool {
        let mut kernel = false;
        loop {
            let from = self.pos;
            if self.is(Punct::LBracket) && self.peek(1).is(Punct::LBracket) {
                let open = self.here();
                self.skip_group();
                if self.is_eof() && !self.at(self.pos.saturating_sub(1)).is(Punct::RBracket) {
                    self.close(&open, Punct::RBracket);
                    return kernel;
                }
                for at in from..self.pos {
                    if self.at(at).kind == TokenKind::Ident {
                        kernel |= self.word_at(at) == Word::Kernel;
                        out.push(self.ident_of(&self.at(at)));
                    }
                }
            } else if matches!(self.word(), Word::Attribute | Word::Alignas) && self.peek(1).is(Punct::LParen)
            {
                self.bump();
                self.skip_group();
            } else {
                return kernel;
            }
        }
    }
}

/// For every opening bracket the place after its closing one (the end of the text if there is none), else 0. Any
/// closing bracket closes the last open one: texts that mix them up get their diagnostic from the parser.
fn groups(tokens: &[Token]) -> Vec<u32> {
    let mut out = vec![0; tokens.len()];
    let mut open = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Punct(Punct::LParen | Punct::LBracket | Punct::LBrace) => open.push(i),
            TokenKind::Punct(Punct::RParen | Punct::RBracket | Punct::RBrace) => {
                if let Some(opener) = open.pop() {
                    out[opener] = i as u32 + 1;
                }
            }
            _ => {}
        }
    }
    for opener in open {
        out[opener] = tokens.len() as u32;
    }
    out
}
