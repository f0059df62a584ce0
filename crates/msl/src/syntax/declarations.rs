//! Declarations: variables, aliases, namespaces, templates and what they apply to.

use super::ast::*;
use super::declarators::Declared;
use super::parser::Parser;
use super::scope::Kind;
use super::token::{Punct, Sym, Token, TokenKind};
use super::types::Specifiers;
use super::word::Word;
use emberforge_base::{Diagnostic, Span};
use std::sync::Arc;

/// Where a declaration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file or namespace.
    File,
    /// A struct.
    Member,
    /// A function or the kernel's body.
    Block,
}

impl Parser<'_> {
    /// The items of a header or namespace, to the end or the closing brace.
    pub(crate) fn items(&mut self, nested: bool) -> Vec<Item> {
        let mut out = Vec::new();
        let mut after_failure = false;
        while !self.is_eof() {
            if self.is(Punct::RBrace) {
                if nested {
                    return out;
                }
                self.stray_brace();
                continue;
            }
            let from = self.pos;
            let findings = self.report.list.len();
            self.declaration(Place::File, &mut out);
            // Where one item made no sense its neighbours rarely do: a body put into the header is one mistake.
            let failed = self.panicking;
            if failed && after_failure {
                self.report.list.truncate(findings);
            }
            after_failure = failed;
            self.settle(from);
        }
        out
    }

    pub(crate) fn stray_brace(&mut self) {
        let token = self.bump();
        let finding = Diagnostic::error("unmatched-delimiter", token.span, "this `}` closes nothing")
            .help("delete it, or add the `{` it should close");
        self.remark(&token, finding);
    }

    /// After a declaration or statement: recovers from its error and makes sure of progress.
    pub(crate) fn settle(&mut self, from: usize) {
        if self.panicking {
            self.recover();
        }
        self.panicking = false;
        if self.report.closed && !self.report.list.is_empty() {
            // Nothing more would be said about the rest of the text.
            self.pos = self.tokens.len() - 1;
            return;
        }
        if self.pos == from && !self.is_eof() && !self.is(Punct::RBrace) {
            self.bump();
        }
    }

    /// One declaration; it may define several things.
    pub(crate) fn declaration(&mut self, place: Place, out: &mut Vec<Item>) {
        if !self.enter() {
            self.leave();
            return;
        }
        match self.word() {
            Word::None if self.is_python_function() => {
                self.python_function();
                out.push(Item::Error);
            }
            Word::Using => self.using(out),
            Word::Namespace => self.namespace(out),
            Word::Inline if self.word_at(self.pos + 1) == Word::Namespace => {
                self.bump();
                self.namespace(out);
            }
            Word::StaticAssert => self.static_assert(out),
            Word::Template_ => self.template(place, out),
            Word::Refused => {
                self.refused();
                out.push(Item::Error);
            }
            Word::Ignored if self.peek(1).kind == TokenKind::Str && self.peek(2).is(Punct::LBrace) => {
                self.bump();
                self.bump();
                let open = self.bump();
                let items = self.items(true);
                self.close(&open, Punct::RBrace);
                out.extend(items);
            }
            _ if self.eat(Punct::Semi) => {}
            word if place == Place::File && word.begins_statement() => self.misplaced(),
            _ => self.simple(place, out),
        }
        self.leave();
    }

    /// The next token shows that what looked like a type began an expression.
    pub(crate) fn continues_expression(&self) -> bool {
        use Punct::*;
        let TokenKind::Punct(punct) = self.here().kind else { return false };
        matches!(
            punct,
            LParen
                | LBracket
                | Dot
                | Arrow
                | Eq
                | PlusEq
                | MinusEq
                | StarEq
                | SlashEq
                | PlusPlus
                | MinusMinus
        )
    }

    /// A statement outside every function.
    pub(crate) fn misplaced(&mut self) {
        let token = self.here();
        let message = format!("a statement cannot stand outside a function, found {}", self.found());
        let finding = Diagnostic::error("misplaced-statement", token.span, message)
            .help("the header holds declarations only; statements belong in the body or in a function");
        self.complain(&token, finding);
        self.bump();
        if self.is(Punct::LParen) {
            self.skip_group();
        }
    }

    fn using(&mut self, out: &mut Vec<Item>) {
        self.bump();
        if self.eat_word(Word::Namespace) {
            match self.path(false) {
                Some(path) => out.push(Item::UsingNamespace(path)),
                None => self.expected("a namespace's name"),
            }
            return self.expect_semicolon("`using namespace`");
        }
        if self.is_name() && (self.peek(1).is(Punct::Eq) || self.peek(1).is(Punct::LBracket)) {
            let token = self.bump();
            self.attributes();
            self.expect(Punct::Eq, "after the alias's name");
            let template = std::mem::take(&mut self.pending_template);
            let kind = if template.is_empty() { Kind::Type } else { Kind::TemplateType };
            let ty = self.type_name();
            self.scopes.declare(token.sym, kind);
            out.push(Item::Alias { name: self.ident_of(&token), template, ty });
            return self.expect_semicolon("the alias");
        }
        self.eat_word(Word::Typename);
        match self.path(false) {
            Some(path) => {
                let last = self.at(self.pos - 1);
                let kind = self.scopes.member_kind(self.names, last.sym);
                if kind.is_type() && last.kind == TokenKind::Ident {
                    self.scopes.declare(last.sym, kind);
                }
                out.push(Item::UsingName(path));
            }
            None => self.expected("a name after `using`"),
        }
        self.expect_semicolon("`using`");
    }

    fn namespace(&mut self, out: &mut Vec<Item>) {
        self.bump();
        self.attributes();
        let mut parts = Vec::new();
        while self.is_name() {
            let token = self.bump();
            self.scopes.declare(token.sym, Kind::Namespace);
            parts.push(self.ident_of(&token));
            self.attributes();
            if !self.eat(Punct::ColonColon) || parts.len() > 64 {
                break;
            }
        }
        if self.eat(Punct::Eq) {
            // Where the new name begins a path, the parser writes the old one.
            match (self.path(false), &parts[..]) {
                (Some(target), [name]) => {
                    self.scopes.namespace_aliases.push((name.name.clone(), target.segments));
                    out.push(Item::Nothing);
                }
                _ => self.expected("a namespace's name"),
            }
            return self.expect_semicolon("the namespace alias");
        }
        let open = self.here();
        if !self.expect(Punct::LBrace, "after the namespace's name") {
            return;
        }
        // Names stay visible to the parser after the namespace ends: it only asks which are types.
        let mut items = self.items(true);
        self.close(&open, Punct::RBrace);
        if parts.is_empty() {
            parts.push(self.no_ident());
        }
        while let Some(name) = parts.pop() {
            items = vec![Item::Namespace { name, items }];
        }
        out.extend(items);
    }

    fn static_assert(&mut self, out: &mut Vec<Item>) {
        self.bump();
        let open = self.here();
        if !self.expect(Punct::LParen, "after `static_assert`") {
            return;
        }
        let condition = self.assignment();
        let mut message = None;
        if self.eat(Punct::Comma)
            && let ExprKind::Str(text) = self.assignment().kind
        {
            message = Some(text);
        }
        self.close(&open, Punct::RParen);
        self.expect_semicolon("`static_assert`");
        out.push(Item::StaticAssert(condition, message));
    }

    fn template(&mut self, place: Place, out: &mut Vec<Item>) {
        let token = self.bump();
        if !self.is(Punct::Lt) {
            // An explicit instantiation: everything is instantiated where it is used.
            while !self.is(Punct::Semi) && !self.is(Punct::RBrace) && !self.is_eof() {
                self.bump();
            }
            self.expect_semicolon("the explicit instantiation");
            out.push(Item::Nothing);
            return;
        }
        if place == Place::Block {
            let finding = Diagnostic::error(
                "template-in-body",
                token.span,
                "a template cannot be declared inside a function or the kernel's body",
            )
            .help("move it to `header`");
            self.remark(&token, finding);
        }
        self.scopes.push();
        let params = self.template_params();
        if self.panicking {
            // The parameters cannot be understood: leave the whole declaration out.
            self.skip_declaration();
            self.scopes.pop();
            out.push(Item::Error);
            return;
        }
        self.pending_specialisation = params.is_empty();
        let outer = std::mem::replace(&mut self.pending_template, params);
        if !outer.is_empty() {
            // `template <class T> template <class U> ...` of a member defined outside its struct.
            self.pending_template.splice(0..0, outer);
        }
        let from = out.len();
        if self.names.text(self.here().sym).as_ref() == "requires" && self.word() == Word::Refused {
            self.refused();
        } else {
            self.declaration(place, out);
        }
        self.pending_template.clear();
        self.pending_specialisation = false;
        self.scopes.pop();
        for item in &out[from..] {
            let (name, kind) = match item {
                Item::Function(f) => match &f.name {
                    FunctionName::Plain(name) if f.of.is_none() => (name, Kind::Template),
                    _ => continue,
                },
                Item::Struct(s) => (&s.name, Kind::TemplateType),
                Item::Alias { name, .. } => (name, Kind::TemplateType),
                _ => continue,
            };
            if let Some(sym) = self.sym_of(&name.name) {
                self.scopes.declare(sym, kind);
            }
        }
    }

    /// The symbol of a name that occurs in the text.
    fn sym_of(&self, name: &str) -> Option<Sym> {
        self.names.find(name)
    }

    /// Specifiers and declarators.
    fn simple(&mut self, place: Place, out: &mut Vec<Item>) {
        let before = out.len();
        let mut specifiers = self.specifiers(true);
        out.append(&mut specifiers.defined);
        let defined = out.len();
        if self.panicking {
            out.push(Item::Error);
            return;
        }
        if self.is(Punct::Semi) && specifiers.has_type {
            self.bump();
            let useful = matches!(out.last(), Some(Item::Struct(_) | Item::Enum(_)));
            if !useful {
                let span = specifiers.ty.span;
                let finding =
                    Diagnostic::warning("declares-nothing", span, "this declaration declares nothing");
                self.remark(&specifiers.start, finding);
                out.push(Item::Nothing);
            }
            return;
        }
        if self.ends_without_semicolon(out.len() > before) {
            return self.expect_semicolon("the definition");
        }
        if specifiers.is_typedef {
            return self.typedef(specifiers, defined, out);
        }
        let mut variables = Vec::new();
        loop {
            let start = self.here();
            let first = if variables.is_empty() { specifiers.start.span } else { start.span };
            let ty = self.pointers(specifiers.ty.clone(), specifiers.ty.span);
            if let Some((Some(token), ty)) = self.pointer_to_array(&ty, first) {
                let variable = self.variable(token, ty, first);
                variables.push(variable);
                if self.panicking || !self.eat(Punct::Comma) {
                    break;
                }
                continue;
            }
            if self.is(Punct::LBracket) && matches!(specifiers.ty.kind, TypeKind::Auto) {
                out.push(Item::Variables(self.structured_binding()));
                return;
            }
            if place == Place::Member && self.empty_destructor() {
                return;
            }
            let Some(name) = self.declared_name(&specifiers, place) else { break };
            if self.is(Punct::LParen) && self.declares_function(&name, place) {
                if !variables.is_empty() {
                    out.push(Item::Variables(std::mem::take(&mut variables)));
                }
                let template = std::mem::take(&mut self.pending_template);
                let ended = self.function(&specifiers, ty, name, template, place, out);
                if ended || !self.eat(Punct::Comma) {
                    return;
                }
                continue;
            }
            let Declared::Plain(token, _) = name else {
                return self.variable_outside(name, out);
            };
            if !self.pending_template.is_empty() {
                let finding = Diagnostic::error(
                    "unsupported-construct",
                    token.span,
                    "variable templates are not supported",
                )
                .help("write a function template that returns the value");
                self.complain(&token, finding);
                return;
            }
            let variable = self.variable(token, ty, first);
            variables.push(variable);
            if self.panicking || !self.eat(Punct::Comma) {
                break;
            }
        }
        let any = !variables.is_empty();
        if any {
            out.push(Item::Variables(variables));
        }
        if !self.panicking {
            self.expect_semicolon(if any { "the declaration" } else { "the type" });
        }
    }

    /// After `struct S {...}`: the next line begins something else.
    fn ends_without_semicolon(&self, has_definition: bool) -> bool {
        let declarator = self.is_name()
            && matches!(
                self.peek(1).kind,
                TokenKind::Punct(Punct::Semi | Punct::Eq | Punct::Comma | Punct::LBracket | Punct::LBrace)
            );
        has_definition && (self.new_line() || self.is_eof()) && !declarator && !self.is(Punct::Star)
    }

    /// `T S::x = ...;`: a static member defined outside.
    fn variable_outside(&mut self, name: Declared, out: &mut Vec<Item>) {
        let token = self.here();
        let span = match &name {
            Declared::Qualified(path) => path.span,
            _ => token.span,
        };
        let finding = Diagnostic::error(
            "unsupported-construct",
            span,
            "definitions of static members outside their struct are not supported",
        )
        .help("initialise the member inside the struct with `static constexpr`");
        self.complain(&token, finding);
        out.push(Item::Error);
    }

    /// The rest of a variable's declarator after its name.
    pub(crate) fn variable(&mut self, token: Token, ty: TypeExpr, first: Span) -> Variable {
        let ty = self.array_suffix(ty, first);
        self.attributes();
        // A variable is visible in its own initialiser.
        self.scopes.declare(token.sym, Kind::Value);
        if self.is(Punct::Colon) && self.inside > 0 && self.peek(1).kind == TokenKind::Number {
            let colon = self.bump();
            self.refuse(
                &colon,
                colon.span.to(self.here().span),
                "bit fields are not supported",
                "use an integer and shifts",
            );
            self.bump();
        }
        let init = self.initialiser();
        let span = token.span.to(self.previous());
        Variable { name: self.ident_of(&token), ty, init, span }
    }

    fn initialiser(&mut self) -> Option<Init> {
        let token = self.here();
        if self.eat(Punct::Eq) {
            return Some(Init::Assign(self.initializer_clause()));
        }
        if self.is(Punct::LParen) {
            return Some(Init::Paren(self.call_args()));
        }
        if self.is(Punct::LBrace) {
            let args = self.braced();
            return Some(Init::Brace(args, token.span.to(self.previous())));
        }
        None
    }

    fn typedef(&mut self, specifiers: Specifiers, defined: usize, out: &mut Vec<Item>) {
        loop {
            let ty = self.pointers(specifiers.ty.clone(), specifiers.ty.span);
            if !self.is_name() {
                let token = self.here();
                if token.is(Punct::LParen) {
                    let finding = Diagnostic::error(
                        "unsupported-construct",
                        token.span,
                        "pointers to functions are not supported",
                    )
                    .help("call functions by name, or pass a lambda to a function template");
                    self.complain(&token, finding);
                } else {
                    self.expected("the new type's name");
                }
                return;
            }
            let token = self.bump();
            let plain = matches!(ty.kind, TypeKind::Named(_)) && !self.is(Punct::LBracket);
            let ty = self.array_suffix(ty, specifiers.ty.span);
            self.scopes.declare(token.sym, Kind::Type);
            let name = self.ident_of(&token);
            let anonymous = defined.checked_sub(1).and_then(|i| out.get_mut(i)).filter(|_| plain);
            match anonymous {
                Some(Item::Struct(s)) if s.name.name.starts_with('(') => Arc::make_mut(s).name = name,
                Some(Item::Enum(e)) if e.name.name.starts_with('(') => Arc::make_mut(e).name = name,
                // `typedef struct S {...} S;`
                Some(Item::Struct(s)) if s.name.name == name.name => {}
                Some(Item::Enum(e)) if e.name.name == name.name => {}
                _ => out.push(Item::Alias { name, template: Vec::new(), ty }),
            }
            if !self.eat(Punct::Comma) {
                break;
            }
        }
        self.expect_semicolon("the `typedef`");
    }
}
