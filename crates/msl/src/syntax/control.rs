//! Control flow: `if`, `for`, `while`, `do`, `switch`, and recovery inside their parentheses.

use super::ast::*;
use super::parser::Parser;
use super::token::{NEWLINE, Punct, Token, TokenKind};
use super::word::Word;
use emberforge_base::Diagnostic;

impl Parser<'_> {
    /// `(c)`, `(int i = f())`, `(init; c)`.
    pub(crate) fn head(&mut self, after: &str, with_init: bool) -> (Option<Box<Stmt>>, Expr) {
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
                            "declarations in the condition of `while` are not supported",
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

    pub(crate) fn if_(&mut self) -> StmtKind {
        self.bump();
        let is_constexpr = self.eat_word(Word::Constexpr);
        self.scopes.push();
        let (init, cond) = self.head("`if`", true);
        let then = Box::new(self.sub_statement("`if (...)`"));
        let mut otherwise = None;
        self.attributes();
        if self.eat_word(Word::Else) {
            otherwise = Some(Box::new(self.sub_statement("`else`")));
        }
        self.scopes.pop();
        StmtKind::If { is_constexpr, init, cond, then, otherwise }
    }

    pub(crate) fn for_(&mut self) -> StmtKind {
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

    pub(crate) fn do_while(&mut self) -> StmtKind {
        self.bump();
        let body = Box::new(self.sub_statement("`do`"));
        if !self.eat_word(Word::While) {
            self.expected("`while` after the body of `do`");
            return StmtKind::DoWhile(body, self.error_expr());
        }
        let (_, condition) = self.head("`while`", false);
        self.expect_semicolon("`do ... while (...)`");
        StmtKind::DoWhile(body, condition)
    }

    pub(crate) fn switch(&mut self) -> StmtKind {
        let start = self.bump();
        self.scopes.push();
        let (init, value) = self.head("`switch`", true);
        let block = if self.is(Punct::LBrace) {
            self.block()
        } else {
            let body = self.sub_statement("`switch (...)`");
            let span = body.span;
            StmtBlock { stmts: vec![body], span }
        };
        self.scopes.pop();
        let switch = StmtKind::Switch(value, block);
        match init {
            // The declaration lives as long as the statement.
            Some(init) => {
                let span = start.span.to(self.previous());
                StmtKind::Block(StmtBlock { stmts: vec![*init, Stmt { kind: switch, span }], span })
            }
            None => switch,
        }
    }
}
