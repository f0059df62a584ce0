//! Statements, and the kernel's body as a whole.

use super::ast::*;
use super::declarations::Place;
use super::parser::Parser;
use super::scope::Kind;
use super::token::{NEWLINE, Punct, Token, TokenKind};
use super::word::Word;
use crate::facts::ATTRIBUTES;
use emberforge_base::{Diagnostic, Span};
use std::sync::Arc;

impl Parser<'_> {
    /// The body's statements, to the end of the text.
    pub(crate) fn body(&mut self) -> Vec<Stmt> {
        let mut out = Vec::new();
        // The brace that a full signature opened.
        let mut signature: Option<(Token, Span, Attributes)> = None;
        while !self.is_eof() {
            if self.is(Punct::RBrace) {
                match signature.take() {
                    Some((start, head, attributes)) => {
                        let close = self.bump();
                        self.report_signature(&start, head, &attributes, Some(close.span));
                    }
                    None => self.stray_brace(),
                }
                continue;
            }
            if signature.is_none()
                && let Some(params) = self.full_signature()
            {
                let start = self.here();
                self.pos = params;
                let attributes = attribute_variables(&self.params());
                self.panicking = false;
                self.attributes();
                // The body is checked as it will be once the signature is gone.
                out.extend(attributes.iter().map(|a| a.statement()));
                if self.eat(Punct::LBrace) {
                    signature = Some((start, start.span.to(self.previous()), attributes));
                } else {
                    self.eat(Punct::Semi);
                    self.report_signature(&start, start.span.to(self.previous()), &attributes, None);
                }
                continue;
            }
            let from = self.pos;
            self.statement(&mut out);
            self.settle(from);
        }
        if let Some((start, head, attributes)) = signature {
            self.report_signature(&start, head, &attributes, None);
        }
        out
    }

    fn report_signature(&mut self, start: &Token, head: Span, attributes: &Attributes, close: Option<Span>) {
        let declarations: Vec<String> = attributes.iter().map(AttributeVariable::text).collect();
        let what = match declarations.is_empty() {
            true => "delete the signature and its closing brace",
            false => "replace the signature by declarations of its attributes, and delete its closing brace",
        };
        let mut edits = vec![(head, declarations.join("\n"))];
        edits.extend(close.map(|span| (span, String::new())));
        let finding = Diagnostic::error(
            "full-signature",
            head,
            "the body must not contain the kernel's signature",
        )
        .label("delete this, and the `}` that closes it")
        .note(
            "MLX writes the signature itself from `input_names`, `output_names` and the thread attributes the body uses",
        )
        .help("keep only what stands between the braces, and use `thread_position_in_grid` and its like by these names")
        .suggest(what, edits);
        self.panicking = false;
        self.remark(start, finding);
    }

    /// `{ ... }`.
    pub(crate) fn block(&mut self) -> StmtBlock {
        self.scopes.push();
        let block = self.block_in_scope();
        self.scopes.pop();
        block
    }

    fn block_in_scope(&mut self) -> StmtBlock {
        let open = self.bump();
        let mut stmts = Vec::new();
        if !self.enter() {
            self.leave();
            return StmtBlock { stmts, span: open.span };
        }
        let in_angles = std::mem::replace(&mut self.in_angles, false);
        while !self.is(Punct::RBrace) && !self.is_eof() {
            let from = self.pos;
            self.statement(&mut stmts);
            self.settle(from);
        }
        self.in_angles = in_angles;
        self.close(&open, Punct::RBrace);
        self.leave();
        StmtBlock { stmts, span: open.span.to(self.previous()) }
    }

    /// One statement that stands under another, in a scope of its own.
    pub(crate) fn sub_statement(&mut self, after: &str) -> Stmt {
        let start = self.here();
        if self.is(Punct::RBrace) || self.is_eof() {
            self.expected(&format!("a statement after {after}"));
            return Stmt { kind: StmtKind::Error, span: start.span };
        }
        self.scopes.push();
        let mut stmts = Vec::new();
        self.statement(&mut stmts);
        if self.panicking {
            self.recover();
        }
        self.scopes.pop();
        match stmts.len() {
            1 => stmts.swap_remove(0),
            0 => Stmt { kind: StmtKind::Error, span: start.span },
            _ => {
                let span = start.span.to(self.previous());
                Stmt { kind: StmtKind::Block(StmtBlock { stmts, span }), span }
            }
        }
    }

    /// One statement; a declaration may give several.
    pub(crate) fn statement(&mut self, out: &mut Vec<Stmt>) {
        if !self.enter() {
            self.leave();
            return;
        }
        let start = self.here();
        self.attributes();
        if let Some(kind) = self.statement_kind(out) {
            out.push(Stmt { kind, span: start.span.to(self.previous()) });
        }
        self.leave();
    }

    fn statement_kind(&mut self, out: &mut Vec<Stmt>) -> Option<StmtKind> {
        let start = self.here();
        if self.eat(Punct::Semi) {
            return Some(StmtKind::Empty);
        }
        if self.is(Punct::LBrace) {
            return Some(StmtKind::Block(self.block()));
        }
        match self.word() {
            Word::If => return Some(self.if_()),
            Word::For => return Some(self.for_()),
            Word::While => {
                self.bump();
                let (_, condition) = self.head("`while`", false);
                let body = self.sub_statement("`while (...)`");
                return Some(StmtKind::While(condition, Box::new(body)));
            }
            Word::Do => return Some(self.do_while()),
            Word::Switch => return Some(self.switch()),
            Word::Case => {
                self.bump();
                let value = self.assignment();
                if self.is(Punct::Ellipsis) {
                    self.refuse(&start, start.span, "case ranges are not supported", "list the cases");
                    self.bump();
                    self.assignment();
                }
                self.expect(Punct::Colon, "after the case's value");
                return Some(StmtKind::Case(value));
            }
            Word::Default => {
                self.bump();
                self.expect(Punct::Colon, "after `default`");
                return Some(StmtKind::Default);
            }
            Word::Break => {
                self.bump();
                self.expect_semicolon("`break`");
                return Some(StmtKind::Break);
            }
            Word::Continue => {
                self.bump();
                self.expect_semicolon("`continue`");
                return Some(StmtKind::Continue);
            }
            Word::Return => {
                self.bump();
                if self.is(Punct::Semi) || self.is(Punct::RBrace) {
                    self.expect_semicolon("`return`");
                    return Some(StmtKind::Return(None));
                }
                let value = self.initializer_clause_or_comma();
                self.finish_expression("the returned value");
                return Some(StmtKind::Return(Some(value)));
            }
            Word::Else => {
                let token = self.bump();
                let finding = Diagnostic::error("expected-token", token.span, "`else` without `if`")
                    .help("check the braces before it, and that no `;` follows the `if (...)`");
                self.remark(&token, finding);
                if !self.is_eof() && !self.is(Punct::RBrace) {
                    self.statement(out);
                }
                return None;
            }
            Word::Refused => {
                self.refused();
                return Some(StmtKind::Error);
            }
            _ => {}
        }
        if self.is_label() {
            let token = self.bump();
            self.bump();
            self.refuse(
                &token,
                token.span,
                "labels are not supported, as there is no `goto`",
                "use a loop with `break` or `continue`",
            );
            return None;
        }
        if self.begins_declaration() {
            self.declaration_statement(out);
            return None;
        }
        if self.not_a_type() {
            return Some(StmtKind::Error);
        }
        let value = self.expression();
        self.finish_expression("the expression");
        Some(StmtKind::Expr(value))
    }

    fn initializer_clause_or_comma(&mut self) -> Expr {
        if self.is(Punct::LBrace) { self.initializer_clause() } else { self.expression() }
    }

    fn finish_expression(&mut self, what: &str) {
        if !self.panicking {
            self.expect_semicolon(what);
        }
    }

    fn is_label(&self) -> bool {
        self.is_name() && self.peek(1).is(Punct::Colon)
    }

    pub(crate) fn declaration_statement(&mut self, out: &mut Vec<Stmt>) {
        let start = self.here().span;
        let mut items = Vec::new();
        self.declaration(Place::Block, &mut items);
        let span = start.to(self.previous());
        out.extend(items.into_iter().map(|item| Stmt { kind: StmtKind::Item(item), span }));
    }

    /// True if a declaration stands here.
    pub(crate) fn begins_declaration(&self) -> bool {
        let word = self.word();
        if word.begins_declaration() {
            return true;
        }
        if !(word.is_integer_part()
            || matches!(word, Word::Typename | Word::Decltype)
            || self.is_name()
            || self.is(Punct::ColonColon))
        {
            return false;
        }
        if word.is_integer_part() {
            let mut at = self.pos;
            while self.word_at(at).is_integer_part() {
                at += 1;
            }
            return !self.at(at).is(Punct::LBrace) && !self.makes_value(at);
        }
        if word == Word::Decltype && !self.is_decltype_path(self.pos) {
            let end = self.after_group(self.pos + 1);
            return !self.at(end).is(Punct::LBrace) && !self.makes_value(end);
        }
        let Some((end, kind)) = self.scan_path(self.pos) else { return false };
        let next = self.at(end);
        match kind {
            Kind::Type | Kind::TemplateType => !next.is(Punct::LBrace) && !self.makes_value(end),
            Kind::Value => false,
            // Undeclared names: two in a row can only be a type and what it declares.
            _ if next.is(Punct::Lt) => self.scan_angles(end).is_some_and(|(end, _)| {
                self.is_name_at(end)
                    && matches!(
                        self.at(end + 1).kind,
                        TokenKind::Punct(
                            Punct::Semi | Punct::Eq | Punct::LBracket | Punct::LParen | Punct::LBrace
                        )
                    )
            }),
            _ => {
                let same_line = !next.has(NEWLINE);
                let named = self.is_name_at(end) && same_line && !self.is_misspelt();
                let pointer = matches!(next.kind, TokenKind::Punct(Punct::Star | Punct::Amp))
                    && self.is_name_at(end + 1)
                    && (self.at(end + 2).is(Punct::Eq)
                        || self.at(end + 2).is(Punct::Semi) && kind == Kind::Unknown);
                named || pointer
            }
        }
    }

    /// `T(`...: an expression, unless a declarator in parentheses follows.
    fn makes_value(&self, at: usize) -> bool {
        if !self.at(at).is(Punct::LParen) {
            return false;
        }
        let declarator = (self.at(at + 1).is(Punct::Star) || self.at(at + 1).is(Punct::Amp))
            && self.is_name_at(at + 2)
            && self.at(at + 3).is(Punct::RParen)
            && (self.at(at + 4).is(Punct::LBracket) || self.at(at + 4).is(Punct::LParen));
        !declarator
    }

    /// The name here looks like a misspelt keyword.
    fn is_misspelt(&self) -> bool {
        keyword_like(self.text_at(self.pos)).is_some()
    }

    /// `x y = ...` where `x` is a value, or a misspelt keyword: reports it.
    fn not_a_type(&mut self) -> bool {
        let token = self.here();
        let alone = self.peek(1).is(Punct::Semi);
        if !self.is_name() || !alone && (!self.is_name_at(self.pos + 1) || self.peek(1).has(NEWLINE)) {
            return false;
        }
        let name = self.names.shared(&token);
        if let Some(keyword) = keyword_like(&name)
            && self.kind_of(token.sym) == Kind::Unknown
        {
            let finding =
                Diagnostic::error("expected-token", token.span, format!("`{name}` is not declared"))
                    .suggest(format!("did you mean `{keyword}`?"), vec![(token.span, keyword.to_string())]);
            self.complain(&token, finding);
            return true;
        }
        let after = self.peek(2);
        if !alone
            && self.kind_of(token.sym) == Kind::Value
            && matches!(
                after.kind,
                TokenKind::Punct(Punct::Eq | Punct::Semi | Punct::LBracket | Punct::Comma)
            )
        {
            let finding = Diagnostic::error("not-a-type", token.span, format!("`{name}` is not a type"))
                .label("this is a value")
                .help("write the variable's type here, or the operator that is missing after it");
            self.complain(&token, finding);
            return true;
        }
        false
    }
}

/// The thread attributes that a signature declares.
type Attributes = Vec<AttributeVariable>;

/// `uint i [[thread_position_in_grid]]` of a signature, as a variable of the body.
struct AttributeVariable {
    name: Ident,
    ty: TypeExpr,
    type_text: Arc<str>,
    attribute: Ident,
    /// Components to take of a `uint3`.
    components: &'static str,
}

/// The parameters that are attributes, but for those that are generated just so.
fn attribute_variables(params: &[Param]) -> Attributes {
    let variable = |param: &Param| {
        let known = |a: &&Ident| ATTRIBUTES.iter().any(|(n, _)| *n == &*a.name);
        let attribute = param.attributes.iter().find(known)?.clone();
        let is_3d = ATTRIBUTES.iter().any(|(n, three)| *n == &*attribute.name && *three);
        let name = param.name.clone()?;
        let TypeKind::Named(path) = &param.ty.kind else { return None };
        let type_text = path.simple()?.name.clone();
        let components = match (is_3d, type_text.as_bytes().last()) {
            (true, Some(b'2')) => ".xy",
            (true, Some(b'3')) | (false, _) => "",
            _ => ".x",
        };
        let generated = if is_3d { "uint3" } else { "uint" };
        if name.name == attribute.name && &*type_text == generated {
            return None;
        }
        Some(AttributeVariable { name, ty: param.ty.clone(), type_text, attribute, components })
    };
    params.iter().filter_map(variable).collect()
}

impl AttributeVariable {
    /// The value must be converted: vectors do not convert by themselves.
    fn converts(&self) -> bool {
        matches!(self.type_text.as_bytes().last(), Some(b'2' | b'3')) && !self.type_text.starts_with("uint")
    }

    fn text(&self) -> String {
        let (ty, name, components) = (&self.type_text, &self.name.name, self.components);
        // A variable cannot have the parameter's own name.
        let value = format!("{}{components}", self.attribute.name);
        match self.converts() {
            true => format!("{ty} {name} = {ty}({value});"),
            false => format!("{ty} {name} = {value};"),
        }
    }

    fn statement(&self) -> Stmt {
        let span = self.attribute.span;
        let expr = |kind| Expr { kind, span };
        let path = Path { segments: vec![Segment { ident: self.attribute.clone(), args: None }], span };
        let mut value = expr(ExprKind::Name(path));
        if let Some(member) = self.components.strip_prefix('.') {
            let member = Segment { ident: Ident { name: member.into(), span }, args: None };
            value = expr(ExprKind::Member { base: Box::new(value), member, arrow: false });
        }
        if self.converts() {
            value =
                expr(ExprKind::Construct { ty: Box::new(self.ty.clone()), args: vec![value], brace: false });
        }
        let name = self.name.clone();
        let init = Some(Init::Assign(value));
        let variable = Variable { span: name.span, name, ty: self.ty.clone(), init };
        Stmt { kind: StmtKind::Item(Item::Variables(vec![variable])), span }
    }
}

/// The statement keyword that `name` is a misspelling of.
fn keyword_like(name: &str) -> Option<&'static str> {
    Some(match name {
        "retrun" | "reutrn" | "retun" | "retrn" | "returm" | "Return" => "return",
        "contiue" | "contine" | "coninue" => "continue",
        "brake" | "braek" => "break",
        "cosnt" | "conts" | "Const" => "const",
        "swtich" => "switch",
        "elif" | "elsif" | "elseif" => "else if",
        "flaot" | "Float" | "folat" => "float",
        _ => return None,
    })
}
