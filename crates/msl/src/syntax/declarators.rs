//! Declared names: plain, qualified, operators, constructors; and telling a function from an initialised variable.

use super::ast::*;
use super::declarations::Place;
use super::parser::Parser;
use super::scope::Kind;
use super::token::{NEWLINE, Punct, Token, TokenKind};
use super::types::Specifiers;
use super::word::Word;
use emberforge_base::Diagnostic;
use std::sync::Arc;

/// The name in a declarator.
pub(crate) enum Declared {
    Plain(Token, Option<Vec<TemplateArg>>),
    /// `S::f`.
    Qualified(Path),
    Operator(Ident, Option<Path>),
    Conversion(Box<TypeExpr>),
    Constructor(Ident, Option<Path>),
}

impl Parser<'_> {
    /// Refuses `[a, b] = e` after `auto`; the names are declared, as something wrong.
    pub(crate) fn structured_binding(&mut self) -> Vec<Variable> {
        let token = self.here();
        let end = self.after_group(self.pos);
        let finding = Diagnostic::error(
            "unsupported-construct",
            token.span.to(self.at(end.saturating_sub(1)).span),
            "structured bindings are not supported",
        )
        .help("name the whole value, `auto v = ...;`, and read its members or elements");
        self.remark(&token, finding);
        let mut variables = Vec::new();
        while self.pos < end {
            let token = self.bump();
            if token.kind == TokenKind::Ident {
                self.scopes.declare(token.sym, Kind::Value);
                let (name, ty) = (self.ident_of(&token), self.error_type());
                variables.push(Variable { name, ty, init: None, span: token.span });
            }
        }
        self.panicking = true;
        self.recover();
        self.panicking = false;
        variables
    }

    /// Skips `~S() = default;` and `~S() {}`, which do nothing; false when something else stands here.
    pub(crate) fn empty_destructor(&mut self) -> bool {
        let is = |p: &Self, at: usize, punct| p.at(p.pos + at).is(punct);
        let head = is(self, 0, Punct::Tilde) && is(self, 2, Punct::LParen) && is(self, 3, Punct::RParen);
        let empty = is(self, 4, Punct::LBrace) && is(self, 5, Punct::RBrace);
        let default = is(self, 4, Punct::Eq) && self.word_at(self.pos + 5) == Word::Default;
        if head && (empty || default) {
            self.pos += 6;
            self.eat(Punct::Semi);
        }
        head && (empty || default)
    }

    /// The name in a declarator; reports when there is none.
    pub(crate) fn declared_name(&mut self, specifiers: &Specifiers, place: Place) -> Option<Declared> {
        let token = self.here();
        if self.word() == Word::Operator_ {
            return self.operator_name(specifiers, None);
        }
        if token.is(Punct::LParen) {
            let inner = self.peek(1);
            if inner.is(Punct::Star) || inner.is(Punct::Amp) {
                let finding = Diagnostic::error(
                    "unsupported-construct",
                    token.span.to(self.at(self.after_group(self.pos).saturating_sub(1)).span),
                    "pointers to functions are not supported",
                )
                .help("call the function by name, or use a lambda");
                self.complain(&token, finding);
                return None;
            }
        }
        if token.is(Punct::Tilde) {
            let finding =
                Diagnostic::error("unsupported-construct", token.span, "destructors are not supported")
                    .help("delete it: Metal runs no code when a variable ends");
            self.complain(&token, finding);
            return None;
        }
        if !self.is_name() {
            if token.kind == TokenKind::Ident {
                let text = self.found();
                let finding = Diagnostic::error(
                    "expected-name",
                    token.span,
                    format!("{text} is a keyword, not a name"),
                )
                .help("choose another name");
                self.complain(&token, finding);
            } else if place == Place::File && (!specifiers.has_type || self.continues_expression()) {
                self.misplaced();
            } else {
                self.expected("a name");
            }
            return None;
        }
        if !specifiers.has_type {
            let bump = self.bump();
            return Some(Declared::Constructor(self.ident_of(&bump), None));
        }
        let specialised = self.peek(1).is(Punct::Lt)
            && self.template_args_end(self.pos + 1, Kind::Template).is_some_and(|end| {
                matches!(self.at(end).kind, TokenKind::Punct(Punct::LParen | Punct::ColonColon))
            });
        if !self.peek(1).is(Punct::ColonColon) && !specialised {
            self.bump();
            return Some(Declared::Plain(token, None));
        }
        self.qualified_name(specifiers, token)
    }

    /// `S::f`, `S<T>::operator()`, `f<int>`.
    fn qualified_name(&mut self, specifiers: &Specifiers, first: Token) -> Option<Declared> {
        let start = self.here().span;
        let mut segments = Vec::new();
        loop {
            if self.word() == Word::Operator_ && !segments.is_empty() {
                let of = Path { segments, span: start };
                return self.operator_name(specifiers, Some(of));
            }
            if !self.is_name() {
                self.expected("a name after `::`");
                return None;
            }
            let token = self.bump();
            let args = self.is(Punct::Lt).then(|| self.template_args());
            segments.push(Segment { ident: self.ident_of(&token), args });
            if segments.len() > 64 || !self.eat(Punct::ColonColon) {
                break;
            }
        }
        if let [one] = &mut segments[..] {
            return Some(Declared::Plain(first, one.args.take()));
        }
        Some(Declared::Qualified(Path { segments, span: start.to(self.previous()) }))
    }

    /// `operator+`, `operator()`, `operator float`.
    fn operator_name(&mut self, specifiers: &Specifiers, of: Option<Path>) -> Option<Declared> {
        let start = self.bump();
        let token = self.here();
        if !specifiers.has_type {
            return Some(Declared::Conversion(Box::new(self.conversion_type())));
        }
        let TokenKind::Punct(punct) = token.kind else {
            self.expected("an operator");
            return None;
        };
        self.bump();
        let (open, shut) = match punct {
            Punct::LParen => (Punct::RParen, "()"),
            Punct::LBracket => (Punct::RBracket, "[]"),
            _ => (punct, ""),
        };
        let name: Arc<str> = if shut.is_empty() {
            Arc::from(punct.text())
        } else {
            self.expect(open, "in the operator's name");
            Arc::from(shut)
        };
        Some(Declared::Operator(Ident { name, span: start.span.to(self.previous()) }, of))
    }

    /// The type of a conversion operator: no parentheses belong to it.
    fn conversion_type(&mut self) -> TypeExpr {
        let specifiers = self.specifiers(false);
        let start = specifiers.ty.span;
        self.pointers(specifiers.ty, start)
    }

    /// True if the `(` after a name begins a function's parameters and not an initialiser.
    pub(crate) fn declares_function(&self, name: &Declared, place: Place) -> bool {
        if !matches!(name, Declared::Plain(..)) {
            return true;
        }
        let at = self.pos + 1;
        let first = self.at(at);
        if first.is(Punct::RParen) || first.is(Punct::LBracket) && self.at(at + 1).is(Punct::LBracket) {
            return true;
        }
        if let Some(end) = self.scan_type(at) {
            let next = self.at(end);
            // `float f(thread int (&a)[4])`.
            if next.is(Punct::LParen)
                && matches!(self.at(end + 1).kind, TokenKind::Punct(Punct::Amp | Punct::Star))
            {
                return self.at(self.after_group(end)).is(Punct::LBracket);
            }
            return matches!(
                next.kind,
                TokenKind::Ident
                    | TokenKind::Punct(
                        Punct::RParen | Punct::Comma | Punct::Eq | Punct::LBracket | Punct::Ellipsis
                    )
            );
        }
        if place == Place::Block || !self.is_name_at(at) || self.kind_of(first.sym) == Kind::Value {
            return false;
        }
        // An undeclared type in a header's parameter list.
        let Some((mut end, _)) = self.scan_path(at) else { return false };
        if self.at(end).is(Punct::Lt) {
            return true;
        }
        while matches!(self.at(end).kind, TokenKind::Punct(Punct::Star | Punct::Amp)) {
            end += 1;
        }
        self.is_name_at(end) && !self.at(end).has(NEWLINE)
    }
}
