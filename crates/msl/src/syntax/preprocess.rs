//! The preprocessor: texts to a flat list of tokens with macros expanded and directives obeyed.
//!
//! The header and the body share one macro table, as they share one translation unit in Metal. Directives are obeyed
//! wherever a line begins with `#`, also in the middle of an expression or of a macro's arguments. Work is bounded by
//! fuel: a macro bomb ends with one diagnostic and an empty rest. See `expand` for macros,
//! `directive` for directives and `condition` for `#if`.

use super::expand::{Frame, Macro};
use super::lexer::Lexer;
use super::report::Report;
use super::token::{Names, Punct, Sym, Token, TokenKind};
use emberforge_base::{Diagnostic, SourceId, Sources, Span};
use std::rc::Rc;

/// Tokens that macro expansion may produce in one text.
pub(crate) const FUEL: usize = 400_000;

/// An open `#if`.
pub(crate) struct Conditional {
    /// The directive.
    pub(crate) open: Span,
    /// A branch has been taken.
    pub(crate) taken: bool,
    /// The current branch is read.
    pub(crate) active: bool,
    /// The group around it is read.
    pub(crate) outer: bool,
    /// `#else` has been seen.
    pub(crate) has_else: Option<Span>,
}

/// The state of preprocessing.
pub(crate) struct Preprocessor<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) source: SourceId,
    pub(crate) names: Names,
    pub(crate) report: Report,
    /// Indexed by symbol.
    pub(crate) macros: Vec<Option<Rc<Macro>>>,
    pub(crate) lexer: Lexer<'a>,
    pub(crate) conditionals: Vec<Conditional>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) lookahead: Option<Token>,
    pub(crate) fuel: usize,
    /// Expansion was given up; only the end follows.
    pub(crate) aborted: bool,
    /// Nested expansions of arguments.
    pub(crate) nesting: usize,
    pub(crate) counter: u64,
    /// Uses of the user's macros in the text: their place and the macro's origin.
    pub(crate) uses: Vec<(Span, u32)>,
    line_starts: Vec<u32>,
}

impl<'a> Preprocessor<'a> {
    pub(crate) fn new(sources: &'a Sources, source: SourceId, fast_math: bool) -> Preprocessor<'a> {
        let mut this = Preprocessor {
            sources,
            source,
            names: Names::default(),
            report: Report::default(),
            macros: Vec::new(),
            lexer: Lexer::new("", source),
            conditionals: Vec::new(),
            frames: Vec::new(),
            lookahead: None,
            fuel: FUEL,
            aborted: false,
            nesting: 0,
            counter: 0,
            uses: Vec::new(),
            line_starts: Vec::new(),
        };
        this.names.intern("");
        this.predefine(fast_math);
        this
    }

    /// Every token of one text, ending with an `Eof`.
    pub(crate) fn run(&mut self, source: SourceId) -> Vec<Token> {
        let text = &self.sources.get(source).text;
        // Spans are 32 bits wide.
        let text = if text.len() > u32::MAX as usize - 1 { "" } else { text.as_str() };
        self.source = source;
        self.lexer = Lexer::new(text, source);
        self.lookahead = None;
        self.fuel = FUEL;
        self.line_starts.clear();
        let mut out = Vec::with_capacity(text.len() / 4 + 8);
        if self.aborted {
            out.push(Token::eof(source, text.len() as u32));
            return out;
        }
        loop {
            let token = self.expanded();
            out.push(token);
            if token.kind == TokenKind::Eof {
                break;
            }
        }
        for open in std::mem::take(&mut self.conditionals) {
            self.report.push(
                Diagnostic::error("unterminated-conditional", open.open, "this conditional has no `#endif`")
                    .label("opened here")
                    .help("add `#endif` after the lines it should cover"),
            );
        }
        out
    }

    /// The next token of the source itself; directives are obeyed on the way and skipped groups left out.
    pub(crate) fn source_token(&mut self) -> Token {
        if let Some(token) = self.lookahead.take() {
            return token;
        }
        loop {
            let token = self.lexer.next(&mut self.names, &mut self.report);
            if token.kind == TokenKind::Eof {
                return token;
            }
            if token.is(Punct::Hash) && token.has(super::token::NEWLINE) {
                self.directive(token);
                continue;
            }
            if self.lexer.quiet {
                self.lexer.rest_of_group_line();
                continue;
            }
            return token;
        }
    }

    /// The rest of a directive's line as tokens.
    pub(crate) fn line(&mut self) -> Vec<Token> {
        let mut out = Vec::new();
        loop {
            let before = self.lexer.clone();
            let token = self.lexer.next(&mut self.names, &mut self.report);
            if token.kind == TokenKind::Eof || token.has(super::token::NEWLINE) {
                self.lexer = before;
                return out;
            }
            out.push(token);
        }
    }

    pub(crate) fn macro_of(&self, sym: Sym) -> Option<&Rc<Macro>> {
        self.macros.get(sym.0 as usize).and_then(Option::as_ref)
    }

    pub(crate) fn set_macro(&mut self, sym: Sym, value: Option<Rc<Macro>>) {
        let i = sym.0 as usize;
        if i >= self.macros.len() {
            self.macros.resize(i + 1, None);
        }
        self.macros[i] = value;
    }

    /// One-based line of a place in the current text.
    pub(crate) fn line_number(&mut self, span: Span) -> usize {
        let source = self.sources.get(span.source);
        if self.line_starts.is_empty() {
            let breaks = source.text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
            self.line_starts = breaks.map(|(i, _)| i as u32).collect();
            self.line_starts.push(u32::MAX);
        }
        source.first_line + self.line_starts.partition_point(|&at| at < span.start) + 1
    }

    /// Gives up macro expansion: one diagnostic, then the end of the text.
    pub(crate) fn abort(&mut self, diagnostic: Diagnostic) {
        if !self.aborted {
            self.report.push(diagnostic);
            self.report.closed = true;
        }
        self.aborted = true;
        self.frames.clear();
        self.conditionals.clear();
        self.lookahead = None;
        self.lexer.pos = usize::MAX / 2;
    }
}
