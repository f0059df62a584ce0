//! Statements, and the kernel's body as a whole.

use super::ast::*;
use super::declarations::Place;
use super::parser::Parser;
use super::scope::Kind;
use super::token::{NEWLINE, Punct, Token, TokenKind};
use super::word::Word;
use emberforge_base::{Diagnostic, Span};

impl Parser<'_> {
    /// The body's statements, to the end of the text.
    pub(crate) fn body(&mut self) -> Vec<Stmt> {
        let mut out = Vec::new();
        // The brace that a full signature opened.
        let mut signature: Option<(Token, Span)> = None;
        while !self.is_eof() {
            if self.is(Punct::RBrace) {
                match signature.take() {
                    Some((start, head)) => {
                        let close = self.bump();
                        self.report_signature(&start, head, Some(close.span));
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
                self.params();
                self.panicking = false;
                self.attributes();
                if self.eat(Punct::LBrace) {
                    signature = Some((start, start.span.to(self.previous())));
                } else {
                    self.eat(Punct::Semi);
                    self.report_signature(&start, start.span.to(self.previous()), None);
                }
                continue;
            }
            let from = self.pos;
            self.statement(&mut out);
            self.settle(from);
        }
        if let Some((start, head)) = signature {
            self.report_signature(&start, head, None);
        }
        out
    }

    fn report_signature(&mut self, start: &Token, head: Span, close: Option<Span>) {
        let mut edits = vec![(head, String::new())];
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
        .suggest("delete the signature and its closing brace", edits);
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
    fn sub_statement(&mut self, after: &str) -> Stmt {
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
                let (_, condition) = self.condition("`while`", false);
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

    fn declaration_statement(&mut self, out: &mut Vec<Stmt>) {
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
        if word == Word::Decltype {
            let end = self.after_group(self.pos + 1);
            return !self.at(end).is(Punct::LBrace) && !self.makes_value(end);
        }
        let Some((end, kind)) = self.scan_path(self.pos) else { return false };
        let next = self.at(end);
        match kind {
            Kind::Type | Kind::TemplateType => !next.is(Punct::LBrace) && !self.makes_value(end),
            Kind::Value => false,
            // Undeclared names: two in a row can only be a type and what it declares.
            _ => {
                let same_line = !next.has(NEWLINE);
                let named = self.is_name_at(end) && same_line && !self.is_misspelt(end);
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

    /// The name here is one letter away from a statement's keyword.
    fn is_misspelt(&self, _next: usize) -> bool {
        keyword_like(self.text_at(self.pos)).is_some()
    }

    /// `x y = ...` where `x` is a value, or a misspelt keyword: reports it.
    fn not_a_type(&mut self) -> bool {
        let token = self.here();
        if !self.is_name() || !self.is_name_at(self.pos + 1) || self.peek(1).has(NEWLINE) {
            return false;
        }
        let name = self.names.shared(&token);
        if let Some(keyword) = keyword_like(&name) {
            let finding =
                Diagnostic::error("expected-token", token.span, format!("`{name}` is not declared"))
                    .suggest(format!("did you mean `{keyword}`?"), vec![(token.span, keyword.to_string())]);
            self.complain(&token, finding);
            return true;
        }
        let after = self.peek(2);
        if self.kind_of(token.sym) == Kind::Value
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

    /// `(c)`, `(int i = f())`, `(init; c)`.
    fn condition(&mut self, after: &str, with_init: bool) -> (Option<Box<Stmt>>, Expr) {
        let open = self.here();
        if !self.expect(Punct::LParen, &format!("after {after}")) {
            let value = self.error_expr();
            self.recover_to_statement();
            return (None, value);
        }
        let start = self.here();
        let mut init = None;
        if self.is(Punct::RParen) {
            self.expected("a condition");
        }
        let condition = if self.begins_declaration() {
            let specifiers = self.specifiers(false);
            let ty = self.pointers(specifiers.ty, start.span);
            if self.is_name() {
                let token = self.bump();
                let variable = self.variable(token, ty, start.span);
                let name = variable.name.clone();
                let span = start.span.to(self.previous());
                let kind = StmtKind::Item(Item::Variables(vec![variable]));
                init = Some(Box::new(Stmt { kind, span }));
                if self.is(Punct::Semi) && with_init {
                    self.bump();
                    self.expression()
                } else {
                    if !with_init {
                        self.refuse(
                            &start,
                            span,
                            "declarations in the condition of `while` and `switch` are not supported",
                            "declare the variable before the statement",
                        );
                    }
                    let span = name.span;
                    let segments = vec![Segment { ident: name, args: None }];
                    Expr { kind: ExprKind::Name(Path { segments, span }), span }
                }
            } else {
                self.expected("a name");
                self.error_expr()
            }
        } else {
            let value = self.expression();
            if self.is(Punct::Semi) && with_init && !self.panicking {
                self.bump();
                let span = value.span;
                init = Some(Box::new(Stmt { kind: StmtKind::Expr(value), span }));
                self.expression()
            } else {
                value
            }
        };
        self.close(&open, Punct::RParen);
        self.recover_head();
        (init, condition)
    }

    /// After an error inside `( ... )`: goes on at the statement after it.
    fn recover_head(&mut self) {
        if !self.panicking {
            return;
        }
        let mut depth = 0usize;
        loop {
            let token = self.here();
            match token.kind {
                TokenKind::Eof | TokenKind::Punct(Punct::LBrace | Punct::RBrace | Punct::Semi) => break,
                TokenKind::Punct(Punct::LParen) => depth += 1,
                TokenKind::Punct(Punct::RParen) if depth == 0 => {
                    self.bump();
                    break;
                }
                TokenKind::Punct(Punct::RParen) => depth -= 1,
                TokenKind::Ident if token.has(NEWLINE) && self.word().begins_statement() => break,
                _ => {}
            }
            self.bump();
        }
        self.panicking = false;
    }

    fn recover_to_statement(&mut self) {
        while !self.is_eof()
            && !self.is(Punct::LBrace)
            && !self.is(Punct::RBrace)
            && !self.is(Punct::Semi)
            && !self.new_line()
        {
            self.bump();
        }
        self.panicking = false;
    }

    fn if_(&mut self) -> StmtKind {
        self.bump();
        let is_constexpr = self.eat_word(Word::Constexpr);
        self.scopes.push();
        let (init, cond) = self.condition("`if`", true);
        let then = Box::new(self.sub_statement("`if (...)`"));
        let mut otherwise = None;
        self.attributes();
        if self.eat_word(Word::Else) {
            otherwise = Some(Box::new(self.sub_statement("`else`")));
        }
        self.scopes.pop();
        StmtKind::If { is_constexpr, init, cond, then, otherwise }
    }

    fn for_(&mut self) -> StmtKind {
        self.bump();
        let open = self.here();
        if !self.expect(Punct::LParen, "after `for`") {
            return StmtKind::Error;
        }
        self.scopes.push();
        let kind = self.for_inner(open);
        self.scopes.pop();
        kind
    }

    fn for_inner(&mut self, open: Token) -> StmtKind {
        let start = self.here();
        let empty = |span| Stmt { kind: StmtKind::Empty, span };
        if self.range_for() {
            self.recover_head();
            self.sub_statement("`for (...)`");
            return StmtKind::Error;
        }
        let mut stmts = Vec::new();
        if !self.eat(Punct::Semi) {
            if self.begins_declaration() {
                self.declaration_statement(&mut stmts);
            } else {
                let value = self.expression();
                let span = value.span;
                stmts.push(Stmt { kind: StmtKind::Expr(value), span });
                if !self.panicking {
                    self.expect(Punct::Semi, "after the first clause of `for`");
                }
            }
        }
        let init = Box::new(stmts.pop().unwrap_or_else(|| empty(start.span)));
        let mut cond = None;
        let mut step = None;
        if !self.panicking {
            if !self.is(Punct::Semi) {
                cond = Some(self.expression());
            }
            if !self.panicking {
                self.expect(Punct::Semi, "after the condition of `for`");
            }
            if !self.panicking && !self.is(Punct::RParen) {
                step = Some(self.expression());
            }
            self.close(&open, Punct::RParen);
        }
        if self.panicking {
            // Clauses have semicolons of their own: find the bracket instead.
            self.skip_for_head();
        }
        let body = Box::new(self.sub_statement("`for (...)`"));
        StmtKind::For { init, cond, step, body }
    }

    fn skip_for_head(&mut self) {
        let mut depth = 0usize;
        while !self.is_eof() && !self.is(Punct::LBrace) && !self.is(Punct::RBrace) {
            if self.is(Punct::LParen) {
                depth += 1;
            } else if self.is(Punct::RParen) {
                if depth == 0 {
                    self.bump();
                    break;
                }
                depth -= 1;
            } else if self.new_line() && self.word().begins_statement() {
                break;
            }
            self.bump();
        }
        self.panicking = false;
    }

    /// Recognises and refuses `for (auto x : xs)`.
    fn range_for(&mut self) -> bool {
        if !self.begins_declaration() {
            return false;
        }
        let mut at = match self.scan_type(self.pos) {
            Some(at) => at,
            None => return false,
        };
        if !self.is_name_at(at) || !self.at(at + 1).is(Punct::Colon) {
            return false;
        }
        at += 1;
        let token = self.at(at);
        let span = self.here().span.to(token.span);
        let finding = Diagnostic::error("unsupported-construct", span, "range-based `for` is not supported")
            .help("count instead: `for (uint i = 0; i < n; ++i)`");
        self.complain(&token, finding);
        true
    }

    fn do_while(&mut self) -> StmtKind {
        self.bump();
        let body = Box::new(self.sub_statement("`do`"));
        if !self.eat_word(Word::While) {
            self.expected("`while` after the body of `do`");
            return StmtKind::DoWhile(body, self.error_expr());
        }
        let (_, condition) = self.condition("`while`", false);
        self.expect_semicolon("`do ... while (...)`");
        StmtKind::DoWhile(body, condition)
    }

    fn switch(&mut self) -> StmtKind {
        self.bump();
        let (_, value) = self.condition("`switch`", false);
        if self.is(Punct::LBrace) {
            return StmtKind::Switch(value, self.block());
        }
        let body = self.sub_statement("`switch (...)`");
        let span = body.span;
        StmtKind::Switch(value, StmtBlock { stmts: vec![body], span })
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
