//! Structs, unions and enumerations.

use super::ast::*;
use super::declarations::Place;
use super::parser::Parser;
use super::scope::Kind;
use super::token::{Punct, Token, TokenKind};
use super::word::Word;
use emberforge_base::Diagnostic;
use std::sync::Arc;

impl Parser<'_> {
    /// `struct S`, `struct S { ... }`, `enum E : uint { ... }`: the type it names; definitions go to `defined`.
    pub(crate) fn elaborated(&mut self, may_define: bool, defined: &mut Vec<Item>) -> TypeKind {
        let start = self.here();
        if self.word() == Word::Enum {
            return self.enumeration(may_define, defined);
        }
        let is_union = self.word() == Word::Union;
        let usual = if self.text_at(self.pos) == "class" { Access::Private } else { Access::Public };
        self.bump();
        self.attributes();
        let template = if may_define { std::mem::take(&mut self.pending_template) } else { Vec::new() };
        let specialised = may_define && std::mem::replace(&mut self.pending_specialisation, false);
        let token = self.here();
        let mut name = None;
        let mut specialisation = None;
        if self.is_name() {
            if self.peek(1).is(Punct::ColonColon) {
                // A reference to a nested struct.
                return self.path(true).map_or(TypeKind::Error, TypeKind::Named);
            }
            let token = self.bump();
            let ident = self.ident_of(&token);
            name = Some(token);
            if self.is(Punct::Lt) {
                let args = self.template_args();
                if !self.is(Punct::LBrace) && !self.is(Punct::Colon) && !self.is(Punct::Semi) {
                    let span = token.span.to(self.previous());
                    return TypeKind::Named(Path {
                        segments: vec![Segment { ident, args: Some(args) }],
                        span,
                    });
                }
                specialisation = Some(args);
            }
            if self.text_at(self.pos) == "final" {
                self.bump();
            }
        }
        let specialisation = specialisation.or_else(|| specialised.then(Vec::new));
        let has_body = self.is(Punct::LBrace) || self.is(Punct::Colon) && may_define;
        let ident = match &name {
            Some(token) => self.ident_of(token),
            None => self.anonymous_name(&token),
        };
        let named = TypeKind::Named(Path {
            segments: vec![Segment { ident: ident.clone(), args: None }],
            span: ident.span,
        });
        if !has_body {
            if name.is_none() {
                self.expected("a name or `{` after `struct`");
                return TypeKind::Error;
            }
            if self.is(Punct::Semi) && may_define {
                self.declare_struct(&name, &template, &specialisation);
                let span = start.span.to(self.previous());
                defined.push(Item::Struct(Arc::new(Struct {
                    name: ident,
                    template,
                    specialisation,
                    bases: Vec::new(),
                    members: Vec::new(),
                    access: Vec::new(),
                    is_union,
                    is_forward: true,
                    span,
                })));
            }
            return named;
        }
        if !may_define {
            let finding = Diagnostic::error(
                "expected-token",
                start.span,
                "a struct cannot be defined inside another declaration",
            )
            .help("define it before");
            self.remark(&start, finding);
        }
        self.declare_struct(&name, &template, &specialisation);
        let mut bases = Vec::new();
        if self.eat(Punct::Colon) {
            loop {
                while matches!(self.word(), Word::Access | Word::Virtual) {
                    self.bump();
                }
                match self.path(true) {
                    Some(path) => bases.push(path),
                    None => {
                        self.expected("a base class");
                        break;
                    }
                }
                if !self.eat(Punct::Comma) {
                    break;
                }
            }
        }
        let (members, access) = self.members(name.map(|t| t.sym), usual);
        let span = start.span.to(self.previous());
        defined.push(Item::Struct(Arc::new(Struct {
            name: ident,
            template,
            specialisation,
            bases,
            members,
            access,
            is_union,
            is_forward: false,
            span,
        })));
        named
    }

    fn anonymous_name(&mut self, at: &Token) -> Ident {
        self.anonymous += 1;
        Ident { name: Arc::from(format!("(anonymous {})", self.anonymous)), span: at.span }
    }

    fn declare_struct(
        &mut self,
        name: &Option<Token>,
        template: &[TemplateParam],
        specialisation: &Option<Vec<TemplateArg>>,
    ) {
        let kind =
            if template.is_empty() && specialisation.is_none() { Kind::Type } else { Kind::TemplateType };
        if let Some(token) = name {
            self.scopes.declare(token.sym, kind);
        }
    }

    /// `{ ... }` of a struct.
    fn members(&mut self, name: Option<super::token::Sym>, usual: Access) -> (Vec<Item>, Vec<Access>) {
        let open = self.here();
        let (mut out, mut access, mut now) = (Vec::new(), Vec::new(), usual);
        if !self.expect(Punct::LBrace, "before the struct's members") {
            return (out, access);
        }
        if !self.enter() {
            self.leave();
            return (out, access);
        }
        let outer = std::mem::replace(&mut self.current_struct, name);
        let in_angles = std::mem::replace(&mut self.in_angles, false);
        self.inside += 1;
        self.scopes.push();
        while !self.is(Punct::RBrace) && !self.is_eof() {
            if self.word() == Word::Access && self.peek(1).is(Punct::Colon) {
                now = match self.text_at(self.pos) {
                    "private" => Access::Private,
                    "protected" => Access::Protected,
                    _ => Access::Public,
                };
                self.bump();
                self.bump();
                continue;
            }
            let from = self.pos;
            self.declaration(Place::Member, &mut out);
            access.resize(out.len(), now);
            self.settle(from);
        }
        self.scopes.pop();
        self.inside -= 1;
        self.in_angles = in_angles;
        self.current_struct = outer;
        self.close(&open, Punct::RBrace);
        self.leave();
        (out, access)
    }

    fn enumeration(&mut self, may_define: bool, defined: &mut Vec<Item>) -> TypeKind {
        let start = self.bump();
        let scoped = self.word() == Word::Struct;
        if scoped {
            self.bump();
        }
        self.attributes();
        let token = self.here();
        let name = if self.is_name() {
            self.bump();
            self.scopes.declare(token.sym, Kind::Type);
            self.ident_of(&token)
        } else {
            self.anonymous_name(&token)
        };
        let span = name.span;
        let named =
            TypeKind::Named(Path { segments: vec![Segment { ident: name.clone(), args: None }], span });
        let underlying = if may_define && self.eat(Punct::Colon) { Some(self.type_name()) } else { None };
        if !self.is(Punct::LBrace) {
            if underlying.is_some() && self.is(Punct::Semi) {
                let span = start.span.to(self.previous());
                defined.push(Item::Enum(Arc::new(Enum {
                    name,
                    scoped,
                    underlying,
                    variants: Vec::new(),
                    span,
                })));
            }
            return named;
        }
        let open = self.bump();
        let mut variants = Vec::new();
        while !self.is(Punct::RBrace) && !self.is_eof() {
            if !self.is_name() {
                self.expected("an enumerator's name");
                break;
            }
            let token = self.bump();
            if !scoped {
                self.scopes.declare(token.sym, Kind::Value);
            }
            self.attributes();
            let value = self.eat(Punct::Eq).then(|| self.assignment());
            variants.push((self.ident_of(&token), value));
            if self.panicking || !self.eat(Punct::Comma) {
                break;
            }
        }
        self.close(&open, Punct::RBrace);
        let span = start.span.to(self.previous());
        defined.push(Item::Enum(Arc::new(Enum { name, scoped, underlying, variants, span })));
        named
    }

    /// True if a constructor's name stands here: the current struct's, or `S::S`.
    pub(crate) fn is_constructor(&self) -> bool {
        let token = self.here();
        if token.kind != TokenKind::Ident {
            return false;
        }
        Some(token.sym) == self.current_struct && self.peek(1).is(Punct::LParen)
    }
}
