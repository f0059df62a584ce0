//! Functions, their parameters, and lambdas.

use super::ast::*;
use super::declarations::Place;
use super::declarators::Declared;
use super::parser::Parser;
use super::scope::Kind;
use super::token::{Punct, TokenKind};
use super::types::Specifiers;
use super::word::Word;
use emberforge_base::Diagnostic;
use std::sync::Arc;

impl Parser<'_> {
    /// A function from the `(` of its parameters; true when it ended with a body or a `;`.
    pub(crate) fn function(
        &mut self,
        specifiers: &Specifiers,
        ret: TypeExpr,
        name: Declared,
        template: Vec<TemplateParam>,
        place: Place,
        out: &mut Vec<Item>,
    ) -> bool {
        let start = specifiers.start;
        let specialised = std::mem::replace(&mut self.pending_specialisation, false);
        let (name, of, args) = match name {
            Declared::Plain(token, args) => {
                let kind = if template.is_empty() { Kind::Function } else { Kind::Template };
                // A specialisation or overload of a template stays a template.
                if self.kind_of(token.sym) != Kind::Template && !self.kind_of(token.sym).is_type() {
                    self.scopes.declare(token.sym, kind);
                }
                (FunctionName::Plain(self.ident_of(&token)), None, args)
            }
            Declared::Qualified(mut path) => {
                let last = path.segments.pop();
                let (ident, args) = match last {
                    Some(s) => (s.ident, s.args),
                    None => (self.no_ident(), None),
                };
                let constructor = path.segments.last().is_some_and(|s| s.ident.name == ident.name);
                let name =
                    if constructor { FunctionName::Constructor(ident) } else { FunctionName::Plain(ident) };
                (name, Some(path), args)
            }
            Declared::Operator(ident, of) => (FunctionName::Operator(ident), of, None),
            Declared::Conversion(ty) => (FunctionName::Conversion(ty), None, None),
            Declared::Constructor(ident, of) => (FunctionName::Constructor(ident), of, None),
        };
        let specialisation = args.or_else(|| specialised.then(Vec::new));
        self.scopes.push();
        self.inside += 1;
        let outer_struct = self.current_struct.take();
        let params = self.params();
        let mut ret = ret;
        // `static`, `inline` and `constexpr` belong to the function.
        let Qualifiers { is_const, is_volatile, .. } = ret.quals;
        ret.quals = Qualifiers { is_const, is_volatile, ..Qualifiers::default() };
        self.after_params(&mut ret);
        let mut function = Function {
            name,
            of,
            template,
            specialisation,
            ret,
            params,
            initialisers: Vec::new(),
            body: None,
            given: Given::No,
            is_kernel: specifiers.is_kernel,
            is_static: specifiers.ty.quals.is_static,
            is_constexpr: specifiers.ty.quals.is_constexpr,
            span: start.span.to(self.previous()),
        };
        if self.is(Punct::Colon) {
            function.initialisers = self.initialisers();
        }
        let mut ended = true;
        if self.is(Punct::LBrace) && !self.panicking {
            if place == Place::Block && function.template.is_empty() {
                let finding = Diagnostic::error(
                    "function-in-body",
                    function.span,
                    "a function cannot be defined inside a function or the kernel's body",
                )
                .help("move it to `header`, or make it a lambda: `auto f = [&](...) { ... };`");
                self.remark(&start, finding);
            }
            function.body = Some(self.block());
            self.eat(Punct::Semi);
        } else if self.eat(Punct::Eq) {
            // `= default`, `= delete`, `= 0`.
            let token = self.here();
            let text = self.text_at(self.pos).to_string();
            if self.word() == Word::Default || text == "delete" || text == "0" {
                self.bump();
                function.given = if text == "delete" { Given::Delete } else { Given::Default };
                if text == "0" {
                    self.refuse(
                        &token,
                        token.span,
                        "pure virtual functions are not supported",
                        "use overloads or templates",
                    );
                }
            } else {
                self.expected("`default` or `delete`");
            }
            self.expect_semicolon("the declaration");
        } else if self.is(Punct::Comma) {
            ended = false;
        } else if !self.panicking {
            self.expect_semicolon("the function's declaration");
        }
        self.current_struct = outer_struct;
        self.inside -= 1;
        self.scopes.pop();
        out.push(Item::Function(Arc::new(function)));
        ended
    }

    /// `(int a, device float* b [[buffer(0)]])` from its `(`; declares the names.
    pub(crate) fn params(&mut self) -> Vec<Param> {
        let open = self.bump();
        let mut params = Vec::new();
        if self.word() == Word::Type && self.text_at(self.pos) == "void" && self.peek(1).is(Punct::RParen) {
            self.bump();
        }
        let before = std::mem::replace(&mut self.in_angles, false);
        while !self.is(Punct::RParen) && !self.is_eof() {
            if self.is(Punct::Ellipsis) {
                let token = self.bump();
                let finding = Diagnostic::error(
                    "unsupported-construct",
                    token.span,
                    "variadic functions are not supported",
                )
                .help("give the function a fixed number of parameters");
                self.complain(&token, finding);
                break;
            }
            params.push(self.param());
            if self.panicking || !self.eat(Punct::Comma) {
                break;
            }
        }
        self.in_angles = before;
        self.close(&open, Punct::RParen);
        params
    }

    fn param(&mut self) -> Param {
        let start = self.here();
        let mut attributes = Vec::new();
        self.attributes_into(&mut attributes);
        let specifiers = self.specifiers(false);
        if !specifiers.has_type {
            self.expected("a parameter's type");
        }
        let mut ty = self.pointers(specifiers.ty, start.span);
        let token = self.here();
        let mut name = None;
        if let Some((inner, whole)) = self.pointer_to_array(&ty, start.span) {
            ty = whole;
            if let Some(token) = inner {
                self.scopes.declare(token.sym, Kind::Value);
                name = Some(self.ident_of(&token));
            }
        } else if token.is(Punct::LParen) {
            let finding = Diagnostic::error(
                "unsupported-construct",
                token.span,
                "parameters that are functions are not supported",
            )
            .help("make the function a template over a callable, and pass a lambda");
            self.complain(&token, finding);
        }
        if token.is(Punct::Ellipsis) {
            let finding =
                Diagnostic::error("unsupported-construct", token.span, "parameter packs are not supported")
                    .help("give the function a fixed number of parameters");
            self.complain(&token, finding);
        }
        if self.is_name() && name.is_none() {
            let token = self.bump();
            self.scopes.declare(token.sym, Kind::Value);
            name = Some(self.ident_of(&token));
        }
        ty = self.array_suffix(ty, start.span);
        self.attributes_into(&mut attributes);
        let default = self.eat(Punct::Eq).then(|| self.initializer_clause());
        Param { name, ty, default, attributes, span: start.span.to(self.previous()) }
    }

    /// `const`, `thread`, `noexcept`, `-> T`.
    fn after_params(&mut self, ret: &mut TypeExpr) {
        loop {
            match self.word() {
                Word::Const
                | Word::Volatile
                | Word::Device
                | Word::Constant
                | Word::Threadgroup
                | Word::Thread => {
                    self.bump();
                }
                Word::None if matches!(self.text_at(self.pos), "noexcept" | "override" | "final") => {
                    self.bump();
                    if self.is(Punct::LParen) {
                        self.skip_group();
                    }
                }
                Word::Attribute => {
                    self.attributes();
                }
                _ if self.is(Punct::LBracket) && self.peek(1).is(Punct::LBracket) => {
                    self.attributes();
                }
                _ if self.is(Punct::Amp) => {
                    self.bump();
                }
                _ if self.eat(Punct::Arrow) => *ret = self.type_name(),
                _ => return,
            }
        }
    }

    /// `: a(x), b{y}`.
    fn initialisers(&mut self) -> Vec<(Ident, Vec<Expr>)> {
        self.bump();
        let mut out = Vec::new();
        loop {
            let Some(path) = self.path(true) else {
                self.expected("a member's name");
                break;
            };
            let args = if self.is(Punct::LParen) {
                self.call_args()
            } else if self.is(Punct::LBrace) {
                self.braced()
            } else {
                self.expected("`(` after the member's name");
                break;
            };
            out.push((path.last().ident.clone(), args));
            if self.panicking || !self.eat(Punct::Comma) {
                break;
            }
        }
        out
    }

    /// `[&](int x) { ... }` from its `[`.
    pub(crate) fn lambda(&mut self) -> Expr {
        let open = self.bump();
        let mut default_by_reference = None;
        let mut captures = Vec::new();
        let mut introduced = Vec::new();
        while !self.is(Punct::RBracket) && !self.is_eof() {
            let token = self.here();
            let last = |p: &Self| p.peek(1).is(Punct::Comma) || p.peek(1).is(Punct::RBracket);
            if token.is(Punct::Eq) && last(self) {
                self.bump();
                default_by_reference = Some(false);
            } else if token.is(Punct::Amp) && last(self) {
                self.bump();
                default_by_reference = Some(true);
            } else {
                let by_reference = self.eat(Punct::Amp);
                if self.word() == Word::This {
                    self.bump();
                } else if self.is_name() {
                    let name = self.bump();
                    let init = self.eat(Punct::Eq).then(|| self.assignment());
                    if init.is_some() {
                        introduced.push(name.sym);
                    }
                    captures.push(Capture { name: self.ident_of(&name), by_reference, init });
                } else {
                    self.expected("a capture");
                    break;
                }
            }
            if !self.eat(Punct::Comma) {
                break;
            }
        }
        self.close(&open, Punct::RBracket);
        self.scopes.push();
        introduced.into_iter().for_each(|sym| self.scopes.declare(sym, Kind::Value));
        self.inside += 1;
        let in_angles = std::mem::replace(&mut self.in_angles, false);
        let mut params = Vec::new();
        if self.is(Punct::LParen) && !self.panicking {
            params = self.params();
        }
        let mut ret = self.error_type();
        let mut is_mutable = false;
        while self.word() == Word::Constexpr || self.text_at(self.pos) == "mutable" {
            is_mutable |= self.text_at(self.pos) == "mutable";
            self.bump();
        }
        self.after_params(&mut ret);
        let ret = (ret.kind != TypeKind::Error).then_some(ret);
        let body = if self.is(Punct::LBrace) && !self.panicking {
            let outer = self.panicking;
            let body = self.block();
            self.panicking = outer;
            body
        } else {
            self.expected("the lambda's `{`");
            StmtBlock { stmts: Vec::new(), span: self.here().span }
        };
        self.in_angles = in_angles;
        self.inside -= 1;
        self.scopes.pop();
        self.height = 1;
        let span = open.span.to(self.previous());
        let lambda = Lambda { default_by_reference, captures, is_mutable, params, ret, body, span };
        Expr { kind: ExprKind::Lambda(Arc::new(lambda)), span }
    }

    /// A kernel's full signature in the body text, if one begins here.
    pub(crate) fn full_signature(&mut self) -> Option<usize> {
        let mut at = self.pos;
        if self.word_at(at) == Word::Template_ && self.at(at + 1).is(Punct::Lt) {
            let limit = at + 128;
            while at < limit && !self.at(at).is(Punct::Gt) {
                at += 1;
            }
            at += 1;
        }
        let mut kernel = false;
        for _ in 0..16 {
            if self.at(at).is(Punct::LBracket) && self.at(at + 1).is(Punct::LBracket) {
                let end = self.after_group(at);
                kernel |= (at..end).any(|i| self.word_at(i) == Word::Kernel);
                at = end;
                continue;
            }
            match self.word_at(at) {
                Word::Kernel => kernel = true,
                Word::Foreign => kernel |= matches!(self.text_at(at), "__global__" | "__kernel"),
                Word::Inline | Word::Static | Word::Ignored => {}
                Word::Type | Word::None => break,
                _ => return None,
            }
            at += 1;
        }
        if !kernel {
            return None;
        }
        // The return type and the name.
        let limit = at + 16;
        while at < limit && self.at(at).kind == TokenKind::Ident {
            at += 1;
        }
        self.at(at).is(Punct::LParen).then_some(at)
    }
}
