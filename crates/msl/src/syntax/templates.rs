//! Paths and template arguments: `a::b<int, 3>::c`, and telling `<` from less-than.

use super::ast::*;
use super::parser::Parser;
use super::scope::Kind;
use super::token::{Punct, TokenKind};
use super::word::Word;
use emberforge_base::{Diagnostic, Span};

/// Farthest the end of unannounced template arguments is looked for.
const FARTHEST: usize = 256;

impl Parser<'_> {
    /// The place after the `>` that closes the `<` at `pos`, if template arguments stand there.
    ///
    /// After the name of a template they do. After any other name they do when the closing `>` is followed by
    /// something that could not follow a comparison.
    pub(crate) fn template_args_end(&self, pos: usize, kind: Kind) -> Option<usize> {
        let known = matches!(kind, Kind::TemplateType | Kind::Template);
        let (end, split) = self.scan_angles(pos)?;
        if split {
            // The `>>` also closes an outer list; only that list's own scan may use it.
            return (known || self.in_angles || self.scan_type(pos + 1).is_some()).then_some(end);
        }
        if known {
            return Some(end);
        }
        let follows = self.at(end);
        let decisive = match follows.kind {
            TokenKind::Punct(Punct::LParen) => true,
            TokenKind::Punct(Punct::ColonColon | Punct::LBrace) => true,
            TokenKind::Ident => self.scan_type(pos + 1).is_some() && !follows.has(super::token::NEWLINE),
            TokenKind::Punct(
                Punct::Semi | Punct::Comma | Punct::RParen | Punct::Amp | Punct::Star | Punct::Gt,
            ) => self.scan_type(pos + 1).is_some_and(|e| e <= end),
            _ => false,
        };
        decisive.then_some(end)
    }

    /// The place after the `>` that closes the `<` at `pos`. True when that is the first half of a `>>`: the place is
    /// then the `>>` itself, which also closes an outer list.
    pub(crate) fn scan_angles(&self, pos: usize) -> Option<(usize, bool)> {
        let mut depth = 0usize;
        let mut at = pos;
        while at < pos + FARTHEST {
            match self.at(at).kind {
                TokenKind::Punct(Punct::Lt) => depth += 1,
                TokenKind::Punct(Punct::Gt) => {
                    depth -= 1;
                    if depth == 0 {
                        return Some((at + 1, false));
                    }
                }
                TokenKind::Punct(Punct::Shr) => {
                    if depth == 1 {
                        return Some((at, true));
                    }
                    depth -= 2;
                    if depth == 0 {
                        return Some((at + 1, false));
                    }
                }
                TokenKind::Punct(Punct::LParen | Punct::LBracket) => {
                    at = self.after_group(at);
                    continue;
                }
                TokenKind::Punct(
                    Punct::Semi
                    | Punct::LBrace
                    | Punct::RBrace
                    | Punct::RParen
                    | Punct::RBracket
                    | Punct::Eq
                    | Punct::PlusEq
                    | Punct::MinusEq,
                )
                | TokenKind::Eof => return None,
                // `a < b && c > (d)`: a comparison, unless the name is known to be a template.
                TokenKind::Punct(Punct::PipePipe | Punct::AmpAmp | Punct::Question)
                    if depth == 1 && !self.template_before(pos) =>
                {
                    return None;
                }
                _ => {}
            }
            at += 1;
        }
        None
    }

    fn template_before(&self, pos: usize) -> bool {
        let Some(before) = pos.checked_sub(1) else { return false };
        let token = self.at(before);
        token.kind == TokenKind::Ident
            && matches!(self.scopes.member_kind(self.names, token.sym), Kind::TemplateType | Kind::Template)
    }

    /// `a::b<c>::d`; `None` when no name stands here. In a type, `<` after a last unknown name opens arguments.
    pub(crate) fn path(&mut self, in_type: bool) -> Option<Path> {
        let start = self.here().span;
        self.eat(Punct::ColonColon);
        let mut segments = Vec::new();
        if self.word() == Word::Decltype {
            // `decltype(e)::name`: the first segment is `decltype` with the expression as its argument.
            let token = self.bump();
            let open = self.here();
            self.expect(Punct::LParen, "after `decltype`");
            let before = std::mem::replace(&mut self.in_angles, false);
            let e = self.expression();
            self.in_angles = before;
            self.close(&open, Punct::RParen);
            segments.push(Segment { ident: self.ident_of(&token), args: Some(vec![TemplateArg::Value(e)]) });
            self.expect(Punct::ColonColon, "after `decltype(...)`");
        }
        loop {
            let mut forced = false;
            if self.word() == Word::Template_ && !segments.is_empty() {
                self.bump();
                forced = true;
            }
            if !self.is_name() {
                if segments.is_empty() {
                    return None;
                }
                self.expected("a name after `::`");
                break;
            }
            let token = self.bump();
            let kind = if segments.is_empty() {
                self.kind_of(token.sym)
            } else {
                self.scopes.member_kind(self.names, token.sym)
            };
            let ident = self.ident_of(&token);
            let args = if self.is(Punct::Lt) && self.opens_arguments(kind, forced, in_type) {
                Some(self.template_args())
            } else {
                None
            };
            segments.push(Segment { ident, args });
            if segments.len() > 64 {
                self.complain(
                    &token,
                    Diagnostic::error("nested-too-deeply", token.span, "too many `::` in one name"),
                );
                break;
            }
            let more = self.is(Punct::ColonColon)
                && (self.is_name_at(self.pos + 1) || self.word_at(self.pos + 1) == Word::Template_);
            if !more {
                break;
            }
            self.bump();
        }
        if let [first, _, ..] = &segments[..]
            && first.args.is_none()
            && let Some((_, target)) =
                self.scopes.namespace_aliases.iter().rev().find(|(name, _)| *name == first.ident.name)
        {
            let span = first.ident.span;
            let real = target
                .iter()
                .map(|s| Segment { ident: Ident { span, ..s.ident.clone() }, args: s.args.clone() });
            let real: Vec<Segment> = real.collect();
            segments.splice(..1, real);
        }
        Some(Path { segments, span: start.to(self.previous()) })
    }

    fn opens_arguments(&self, kind: Kind, forced: bool, in_type: bool) -> bool {
        if forced || matches!(kind, Kind::TemplateType | Kind::Template) {
            return true;
        }
        if kind == Kind::Value {
            return false;
        }
        let decided = self.template_args_end(self.pos, kind).is_some();
        decided || in_type && self.scan_angles(self.pos).is_some()
    }

    /// `<a, b>` from its `<`.
    pub(crate) fn template_args(&mut self) -> Vec<TemplateArg> {
        let open = self.bump();
        let mut args = Vec::new();
        if !self.enter() {
            self.leave();
            return args;
        }
        let before = std::mem::replace(&mut self.in_angles, true);
        if !self.eat_closing_angle() {
            loop {
                args.push(self.template_arg());
                if self.is(Punct::Ellipsis) {
                    let token = self.bump();
                    self.refuse(
                        &token,
                        token.span,
                        "parameter packs are not supported",
                        "write the arguments out, or use a fixed number of template parameters",
                    );
                }
                if !self.eat(Punct::Comma) {
                    break;
                }
            }
            if !self.eat_closing_angle() {
                let token = self.here();
                let message = format!("expected `>` or `,` in template arguments, found {}", self.found());
                let finding = Diagnostic::error("expected-token", token.span, message)
                    .also(open.span, "the arguments begin here");
                self.complain(&token, finding);
            }
        }
        self.in_angles = before;
        self.leave();
        args
    }

    /// Consumes `>`, splitting `>>`, `>=` and `>>=`.
    pub(crate) fn eat_closing_angle(&mut self) -> bool {
        let token = self.here();
        let rest = match token.kind {
            TokenKind::Punct(Punct::Gt) => {
                self.bump();
                return true;
            }
            TokenKind::Punct(Punct::Shr) => Punct::Gt,
            TokenKind::Punct(Punct::Ge) => Punct::Eq,
            TokenKind::Punct(Punct::ShrEq) => Punct::Ge,
            _ => return false,
        };
        let span = token.span;
        let half =
            if token.origin == 0 { Span { start: (span.start + 1).min(span.end), ..span } } else { span };
        let at = self.pos;
        self.tokens[at].kind = TokenKind::Punct(rest);
        self.tokens[at].span = half;
        true
    }

    fn template_arg(&mut self) -> TemplateArg {
        if let Some(end) = self.scan_type(self.pos)
            && matches!(
                self.at(end).kind,
                TokenKind::Punct(
                    Punct::Comma | Punct::Gt | Punct::Shr | Punct::Ge | Punct::ShrEq | Punct::Ellipsis
                ) | TokenKind::Eof
            )
        {
            return TemplateArg::Type(self.type_name());
        }
        if let Some(end) = self.scan_type(self.pos)
            && self.at(end).is(Punct::LParen)
            && (self.at(end + 1).is(Punct::Star) || self.at(end + 1).is(Punct::Amp))
        {
            return TemplateArg::Type(self.type_name());
        }
        TemplateArg::Value(self.template_value())
    }

    /// `template <...>` from its `<`: parameters are declared in the current scope.
    pub(crate) fn template_params(&mut self) -> Vec<TemplateParam> {
        let open = self.bump();
        let mut params = Vec::new();
        if !self.enter() {
            self.leave();
            return params;
        }
        let before = std::mem::replace(&mut self.in_angles, true);
        while !self.eat_closing_angle() {
            params.push(self.template_param());
            if self.panicking {
                break;
            }
            if self.eat(Punct::Comma) {
                continue;
            }
            if self.eat_closing_angle() {
                break;
            }
            let token = self.here();
            let message = format!("expected `>` or `,` in template parameters, found {}", self.found());
            let finding = Diagnostic::error("expected-token", token.span, message)
                .also(open.span, "the parameters begin here");
            self.complain(&token, finding);
            break;
        }
        self.in_angles = before;
        self.leave();
        params
    }

    fn pack(&mut self) {
        if self.is(Punct::Ellipsis) {
            let token = self.bump();
            let finding = Diagnostic::error(
                "unsupported-construct",
                token.span,
                "variadic templates are not supported",
            )
            .help("use a fixed number of template parameters, or overloads");
            self.complain(&token, finding);
        }
    }

    fn template_param(&mut self) -> TemplateParam {
        let token = self.here();
        let word = self.word();
        if word == Word::Template_ {
            let finding = Diagnostic::error(
                "unsupported-construct",
                token.span,
                "template template parameters are not supported",
            )
            .help("pass the finished type instead");
            self.complain(&token, finding);
            return TemplateParam { name: self.no_ident(), kind: TemplateParamKind::Type(None) };
        }
        let is_type_parameter = matches!(word, Word::Typename | Word::Struct)
            && (!self.is_name_at(self.pos + 1)
                || matches!(
                    self.peek(2).kind,
                    TokenKind::Punct(Punct::Comma | Punct::Gt | Punct::Eq | Punct::Shr | Punct::Ge)
                        | TokenKind::Eof
                ));
        if is_type_parameter {
            self.bump();
            self.pack();
            let name = if self.is_name() {
                let name = self.bump();
                self.scopes.declare(name.sym, Kind::Type);
                self.ident_of(&name)
            } else {
                self.no_ident()
            };
            let default = self.eat(Punct::Eq).then(|| self.type_name());
            return TemplateParam { name, kind: TemplateParamKind::Type(default) };
        }
        let ty = self.type_name();
        self.pack();
        let name = if self.is_name() {
            let name = self.bump();
            self.scopes.declare(name.sym, Kind::Value);
            self.ident_of(&name)
        } else {
            self.no_ident()
        };
        let default = self.eat(Punct::Eq).then(|| self.template_value());
        TemplateParam { name, kind: TemplateParamKind::Value(ty, default) }
    }
}
