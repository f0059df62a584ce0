//! Primary expressions: literals, names, parentheses, named casts, construction.

use super::ast::*;
use super::number::{Literal, char_value, parse_number, string_value};
use super::parser::Parser;
use super::token::{Punct, Token, TokenKind};
use super::word::Word;
use emberforge_base::Diagnostic;

impl Parser<'_> {
    pub(crate) fn primary(&mut self) -> Expr {
        let token = self.here();
        self.height = 1;
        match token.kind {
            TokenKind::Number => self.number(),
            TokenKind::Char => {
                self.bump();
                let value = char_value(self.names.text(token.sym));
                // One without end has been reported.
                let ended =
                    self.names.text(token.sym).len() > 1 && self.names.text(token.sym).ends_with('\'');
                if value.is_none() && ended {
                    let finding = Diagnostic::error(
                        "bad-literal",
                        token.span,
                        "a character literal holds exactly one byte",
                    );
                    self.remark(&token, finding);
                }
                Expr { kind: ExprKind::Char(value.unwrap_or(0)), span: token.span }
            }
            TokenKind::Str => {
                let mut text = String::new();
                if !self.names.text(token.sym).ends_with('"') || self.names.text(token.sym).len() < 2 {
                    // Without end, which has been reported.
                    self.bump();
                    return Expr { kind: ExprKind::Error, span: token.span };
                }
                while self.here().kind == TokenKind::Str {
                    let part = self.bump();
                    text.push_str(&string_value(self.names.text(part.sym)));
                }
                Expr { kind: ExprKind::Str(text), span: token.span.to(self.previous()) }
            }
            TokenKind::Punct(Punct::LParen) => {
                if self.peek(1).is(Punct::LBrace) {
                    let finding = Diagnostic::error(
                        "unsupported-construct",
                        token.span.to(self.peek(1).span),
                        "statement expressions are not supported",
                    )
                    .help("write a function or a lambda that returns the value");
                    self.complain(&token, finding);
                    self.skip_group();
                    return self.error_expr();
                }
                self.bump();
                let before = std::mem::replace(&mut self.in_angles, false);
                let inner = self.expression();
                self.in_angles = before;
                self.close(&token, Punct::RParen);
                Expr { kind: inner.kind, span: token.span.to(self.previous()) }
            }
            TokenKind::Punct(Punct::LBracket) => self.lambda(),
            TokenKind::Punct(Punct::ColonColon) => self.name(),
            TokenKind::Ident => self.word_expr(token),
            _ => {
                self.expected("an expression");
                self.error_expr()
            }
        }
    }

    fn number(&mut self) -> Expr {
        let token = self.bump();
        let kind = match parse_number(self.names.text(token.sym)) {
            Ok(Literal::Int { value, suffix, decimal }) => ExprKind::Int { value, suffix, decimal },
            Ok(Literal::Float { value, suffix }) => ExprKind::Float { value, suffix },
            Err(problem) => {
                let mut finding = Diagnostic::error("bad-literal", token.span, problem.message);
                if let Some(text) = problem.instead {
                    finding = finding.suggest(format!("write `{text}`"), vec![(token.span, text)]);
                }
                self.remark(&token, finding);
                ExprKind::Error
            }
        };
        Expr { kind, span: token.span }
    }

    /// An expression that begins with a word.
    fn word_expr(&mut self, token: Token) -> Expr {
        let simple = match self.word() {
            Word::True => ExprKind::Bool(true),
            Word::False => ExprKind::Bool(false),
            Word::Nullptr => ExprKind::Nullptr,
            Word::This => ExprKind::This,
            Word::StaticCast => return self.named_cast(CastStyle::Static),
            Word::ReinterpretCast => return self.named_cast(CastStyle::Reinterpret),
            Word::ConstCast => return self.named_cast(CastStyle::Const),
            Word::Refused => {
                self.refused();
                return self.error_expr();
            }
            Word::Sizeof | Word::Alignof => return self.size_of(),
            Word::Decltype if self.is_decltype_path(self.pos) => return self.name(),
            Word::Typename | Word::Decltype => return self.construct(),
            word if word.is_integer_part() => return self.construct(),
            Word::None | Word::Type | Word::TemplateType | Word::Template => return self.name(),
            _ => {
                self.expected("an expression");
                return self.error_expr();
            }
        };
        self.bump();
        Expr { kind: simple, span: token.span }
    }

    fn named_cast(&mut self, style: CastStyle) -> Expr {
        let token = self.bump();
        let name = self.names.shared(&token);
        let open = self.here();
        if !self.expect(Punct::Lt, &format!("after `{name}`")) {
            return self.error_expr();
        }
        let before = std::mem::replace(&mut self.in_angles, true);
        let ty = self.type_name();
        self.in_angles = before;
        if !self.eat_closing_angle() {
            let token = self.here();
            let message = format!("expected `>` after the type of `{name}`, found {}", self.found());
            let finding =
                Diagnostic::error("expected-token", token.span, message).also(open.span, "to close this `<`");
            self.complain(&token, finding);
            return self.error_expr();
        }
        let open = self.here();
        if !self.expect(Punct::LParen, &format!("after the type of `{name}`")) {
            return self.error_expr();
        }
        let before = std::mem::replace(&mut self.in_angles, false);
        let operand = self.expression();
        self.in_angles = before;
        self.close(&open, Punct::RParen);
        let height = self.height;
        self.grow(height);
        let span = token.span.to(self.previous());
        Expr { kind: ExprKind::Cast(style, Box::new(ty), Box::new(operand)), span }
    }

    /// A path: a value, or a type followed by what it is made of.
    fn name(&mut self) -> Expr {
        let is_type = self.scan_path(self.pos).is_some_and(|(_, kind)| kind.is_type());
        if is_type {
            return self.construct();
        }
        let token = self.here();
        if let Some(query) = self.type_query() {
            return query;
        }
        let Some(path) = self.path(false) else {
            self.expected("a name");
            return self.error_expr();
        };
        // `Unknown{...}` where a value is expected can only be a type.
        let open = self.here();
        let braces = open.is(Punct::LBrace)
            && !open.has(super::token::NEWLINE)
            && path.segments.last().is_some_and(|s| s.args.is_some());
        if braces {
            let span = path.span;
            let ty =
                TypeExpr { kind: TypeKind::Named(path), quals: Qualifiers::default(), space: None, span };
            let args = self.braced();
            let span = token.span.to(self.previous());
            return Expr { kind: ExprKind::Construct { ty: Box::new(ty), args, brace: true }, span };
        }
        let span = path.span;
        self.height = 1;
        Expr { kind: ExprKind::Name(path), span }
    }

    /// `__is_empty(T)`: the compiler's own questions about types read like `__is_empty<T>`.
    fn type_query(&mut self) -> Option<Expr> {
        let token = self.here();
        let asks = self.text_at(self.pos).starts_with("__is_") && self.peek(1).is(Punct::LParen);
        if !asks || self.scan_type(self.pos + 2).is_none() {
            return None;
        }
        self.bump();
        let open = self.bump();
        let mut args = vec![TemplateArg::Type(self.type_name())];
        while self.eat(Punct::Comma) {
            args.push(TemplateArg::Type(self.type_name()));
        }
        self.close(&open, Punct::RParen);
        self.height = 1;
        let span = token.span.to(self.previous());
        let segments = vec![Segment { ident: self.ident_of(&token), args: Some(args) }];
        Some(Expr { kind: ExprKind::Name(Path { segments, span }), span })
    }

    /// `T(a, b)` or `T{a, b}`.
    fn construct(&mut self) -> Expr {
        let token = self.here();
        let specifiers = self.specifiers(false);
        let ty = specifiers.ty;
        let brace = self.is(Punct::LBrace);
        if !brace && !self.is(Punct::LParen) {
            let shown = match &ty.kind {
                TypeKind::Named(path) => path.last().ident.name.to_string(),
                _ => "auto".to_string(),
            };
            let message = format!("expected a value, found the type `{shown}`");
            let finding =
                Diagnostic::error("expected-value", token.span.to(self.previous()), message).help(format!(
                    "to make a value write `{shown}(...)`; to declare a variable begin a statement with it"
                ));
            self.complain(&token, finding);
            return self.error_expr();
        }
        let args = if brace { self.braced() } else { self.call_args() };
        let height = self.height;
        self.grow(height);
        let span = token.span.to(self.previous());
        Expr { kind: ExprKind::Construct { ty: Box::new(ty), args, brace }, span }
    }
}
