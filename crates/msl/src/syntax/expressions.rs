//! Expressions, by precedence climbing.

use super::ast::*;
use super::parser::Parser;
use super::scope::Kind;
use super::token::{Punct, TokenKind};
use super::word::Word;
use emberforge_base::{Diagnostic, Span};

impl Parser<'_> {
    /// An expression, commas included.
    pub(crate) fn expression(&mut self) -> Expr {
        let mut left = self.assignment();
        while self.is(Punct::Comma) && !self.panicking {
            let height = self.height;
            self.bump();
            let right = self.assignment();
            if !self.grow(height.max(self.height)) {
                return self.error_expr();
            }
            let span = left.span.to(right.span);
            left = Expr { kind: ExprKind::Comma(Box::new(left), Box::new(right)), span };
        }
        left
    }

    /// An expression as a template argument: no commas, and `>` ends it.
    pub(crate) fn template_value(&mut self) -> Expr {
        let before = std::mem::replace(&mut self.in_angles, true);
        let value = self.ternary();
        self.in_angles = before;
        value
    }

    /// An expression without commas.
    pub(crate) fn assignment(&mut self) -> Expr {
        if !self.enter() {
            self.leave();
            return self.error_expr();
        }
        let mut value = self.ternary();
        let op = match self.here().kind {
            TokenKind::Punct(p) => assignment_op(p),
            _ => None,
        };
        if let Some(op) = op
            && !self.panicking
        {
            let height = self.height;
            self.bump();
            let right = self.initializer_clause();
            let span = value.span.to(right.span);
            if self.grow(height.max(self.height)) {
                value = Expr { kind: ExprKind::Assign(op, Box::new(value), Box::new(right)), span };
            } else {
                value = self.error_expr();
            }
        }
        self.leave();
        value
    }

    /// `e` or `{a, b}`.
    pub(crate) fn initializer_clause(&mut self) -> Expr {
        if !self.is(Punct::LBrace) {
            return self.assignment();
        }
        let open = self.here();
        if self.is_name_at(self.pos + 1) && self.peek(2).is(Punct::RBrace) {
            let after = self.peek(3);
            if matches!(after.kind, TokenKind::Punct(p) if infix(p).is_some()) {
                self.placeholder();
                return self.assignment_after_placeholder();
            }
        }
        let args = self.braced();
        Expr { kind: ExprKind::InitList(args), span: open.span.to(self.previous()) }
    }

    /// `{name}` where a value must stand: a Python format string that was not filled in.
    pub(crate) fn placeholder(&mut self) {
        let open = self.here();
        let span = open.span.to(self.peek(2).span);
        let name = self.text_at(self.pos + 1).to_string();
        let finding = Diagnostic::error("placeholder", span, format!("`{{{name}}}` is not a value"))
            .help(format!("a Python placeholder? put `f` before the string and double its other braces, or pass `{name}` as a template argument"));
        self.remark(&open, finding);
    }

    /// The rest of an expression that begins with the placeholder here.
    fn assignment_after_placeholder(&mut self) -> Expr {
        let start = self.here().span;
        self.pos += 3;
        self.height = 1;
        while matches!(self.here().kind, TokenKind::Punct(p) if infix(p).is_some()) && !self.panicking {
            self.bump();
            self.assignment();
        }
        Expr { kind: ExprKind::Error, span: start.to(self.previous()) }
    }

    /// `{a, .x = b, {c}}` from its `{`.
    pub(crate) fn braced(&mut self) -> Vec<Expr> {
        let open = self.bump();
        let mut args = Vec::new();
        if !self.enter() {
            self.leave();
            return args;
        }
        let before = std::mem::replace(&mut self.in_angles, false);
        let mut tallest = 0;
        while !self.is(Punct::RBrace) && !self.is_eof() {
            let dot = self.here();
            if self.is(Punct::Dot) && self.is_name_at(self.pos + 1) {
                self.bump();
                let name = self.bump();
                let name = self.ident_of(&name);
                if !self.eat(Punct::Eq) && !self.is(Punct::LBrace) {
                    self.expected("`=` after the member's name");
                }
                let value = self.initializer_clause();
                let span = dot.span.to(value.span);
                args.push(Expr { kind: ExprKind::Designated(name, Box::new(value)), span });
            } else {
                args.push(self.initializer_clause());
            }
            tallest = tallest.max(self.height);
            if self.panicking || !self.eat(Punct::Comma) {
                break;
            }
        }
        self.close(&open, Punct::RBrace);
        self.in_angles = before;
        self.grow(tallest + 1);
        self.leave();
        args
    }

    fn ternary(&mut self) -> Expr {
        let condition = self.binary(1);
        if !self.is(Punct::Question) || self.panicking {
            return condition;
        }
        let question = self.here();
        let mut tallest = self.height;
        self.bump();
        if !self.enter() {
            self.leave();
            return self.error_expr();
        }
        let before = std::mem::replace(&mut self.in_angles, false);
        let yes = self.expression();
        self.in_angles = before;
        tallest = tallest.max(self.height);
        if !self.eat(Punct::Colon) {
            let token = self.here();
            let message = format!("expected `:` of the conditional expression, found {}", self.found());
            let finding = Diagnostic::error("expected-token", token.span, message)
                .also(question.span, "its `?` is here");
            self.complain(&token, finding);
            self.leave();
            return self.error_expr();
        }
        let no = self.assignment();
        tallest = tallest.max(self.height);
        self.leave();
        if !self.grow(tallest) {
            return self.error_expr();
        }
        let span = condition.span.to(no.span);
        Expr { kind: ExprKind::Ternary(Box::new(condition), Box::new(yes), Box::new(no)), span }
    }

    fn binary(&mut self, lowest: u8) -> Expr {
        let mut left = self.unary();
        loop {
            if self.panicking {
                return left;
            }
            let token = self.here();
            let TokenKind::Punct(punct) = token.kind else { return left };
            let Some((op, power)) = infix(punct) else { return left };
            if power < lowest || self.in_angles && matches!(punct, Punct::Gt | Punct::Shr) {
                return left;
            }
            let height = self.height;
            self.bump();
            let right = self.binary(power + 1);
            if !self.grow(height.max(self.height)) {
                return self.error_expr();
            }
            let span = left.span.to(right.span);
            left = Expr { kind: ExprKind::Infix(op, Box::new(left), Box::new(right)), span };
        }
    }

    fn unary(&mut self) -> Expr {
        if !self.enter() {
            self.leave();
            return self.error_expr();
        }
        let value = self.unary_inner();
        self.leave();
        value
    }

    fn unary_inner(&mut self) -> Expr {
        let token = self.here();
        let op = match token.kind {
            TokenKind::Punct(Punct::Plus) => PrefixOp::Plus,
            TokenKind::Punct(Punct::Minus) => PrefixOp::Minus,
            TokenKind::Punct(Punct::Bang) => PrefixOp::Not,
            TokenKind::Punct(Punct::Tilde) => PrefixOp::BitNot,
            TokenKind::Punct(Punct::Star) => PrefixOp::Deref,
            TokenKind::Punct(Punct::Amp) => PrefixOp::AddressOf,
            TokenKind::Punct(Punct::PlusPlus) => PrefixOp::Increment,
            TokenKind::Punct(Punct::MinusMinus) => PrefixOp::Decrement,
            TokenKind::Punct(Punct::LParen) => {
                return if self.is_cast() { self.c_cast() } else { self.postfix() };
            }
            TokenKind::Ident if matches!(self.word(), Word::Sizeof | Word::Alignof) => return self.size_of(),
            _ => return self.postfix(),
        };
        self.bump();
        let operand = self.unary();
        let height = self.height;
        self.grow(height);
        let span = token.span.to(operand.span);
        Expr { kind: ExprKind::Prefix(op, Box::new(operand)), span }
    }

    /// True if `(T)` of a cast stands here.
    fn is_cast(&self) -> bool {
        let inner = self.pos + 1;
        if let Some(end) = self.scan_type(inner) {
            return self.at(end).is(Punct::RParen);
        }
        // `(Unknown) x` and `(a::unknown) x` can only be casts to a type nobody declared here.
        let Some((mut end, Kind::Unknown)) = self.scan_path(inner) else { return false };
        while self.at(end).is(Punct::Star) {
            end += 1;
        }
        if !self.at(end).is(Punct::RParen) {
            return false;
        }
        let operand = self.at(end + 1);
        let starts = matches!(operand.kind, TokenKind::Number | TokenKind::Char)
            || operand.kind == TokenKind::Ident
                && (self.is_name_at(end + 1) || is_value_word(self.word_at(end + 1)));
        starts || end > inner + 1 && operand.is(Punct::LParen)
    }

    fn c_cast(&mut self) -> Expr {
        let open = self.bump();
        let before = std::mem::replace(&mut self.in_angles, false);
        let ty = self.type_name();
        self.close(&open, Punct::RParen);
        self.in_angles = before;
        if self.is(Punct::LBrace) {
            // `(float4){1, 2, 3, 4}`: a compound literal.
            let args = self.braced();
            let span = open.span.to(self.previous());
            let made = Expr { kind: ExprKind::Construct { ty: Box::new(ty), args, brace: true }, span };
            return self.postfix_of(made);
        }
        let operand = self.unary();
        let height = self.height;
        self.grow(height);
        let span = open.span.to(operand.span);
        Expr { kind: ExprKind::Cast(CastStyle::C, Box::new(ty), Box::new(operand)), span }
    }

    pub(crate) fn size_of(&mut self) -> Expr {
        let token = self.bump();
        let align = self.names.word(token.sym) == Word::Alignof;
        if self.is(Punct::LParen) {
            let scanned = self.scan_type(self.pos + 1);
            if scanned.is_some_and(|end| self.at(end).is(Punct::RParen)) {
                let open = self.bump();
                let ty = self.type_name();
                self.close(&open, Punct::RParen);
                self.height = 1;
                let span = token.span.to(self.previous());
                return Expr { kind: ExprKind::SizeofType { ty: Box::new(ty), align }, span };
            }
        }
        let operand = self.unary();
        let height = self.height;
        self.grow(height);
        let span = token.span.to(operand.span);
        Expr { kind: ExprKind::SizeofExpr(Box::new(operand)), span }
    }

    fn postfix(&mut self) -> Expr {
        let base = self.primary();
        self.postfix_of(base)
    }

    fn postfix_of(&mut self, mut base: Expr) -> Expr {
        loop {
            if self.panicking {
                return base;
            }
            let token = self.here();
            let below = self.height;
            let at = base.span;
            let kind = match token.kind {
                TokenKind::Punct(Punct::LParen) => {
                    let args = self.call_args();
                    ExprKind::Call(Box::new(std::mem::replace(&mut base, hole(at))), args)
                }
                TokenKind::Punct(Punct::LBracket) => {
                    self.bump();
                    let before = std::mem::replace(&mut self.in_angles, false);
                    let index = self.expression();
                    self.in_angles = before;
                    self.close(&token, Punct::RBracket);
                    ExprKind::Index(Box::new(std::mem::replace(&mut base, hole(at))), Box::new(index))
                }
                TokenKind::Punct(Punct::Dot | Punct::Arrow) => {
                    self.bump();
                    let arrow = token.is(Punct::Arrow);
                    let Some(member) = self.member() else { return base };
                    ExprKind::Member { base: Box::new(std::mem::replace(&mut base, hole(at))), member, arrow }
                }
                TokenKind::Punct(Punct::PlusPlus | Punct::MinusMinus) => {
                    self.bump();
                    ExprKind::Postfix(
                        Box::new(std::mem::replace(&mut base, hole(at))),
                        token.is(Punct::PlusPlus),
                    )
                }
                TokenKind::Punct(Punct::DotStar | Punct::ArrowStar) => {
                    let finding = Diagnostic::error(
                        "unsupported-construct",
                        token.span,
                        "pointers to members are not supported",
                    )
                    .help("name the member directly");
                    self.complain(&token, finding);
                    return base;
                }
                _ => return base,
            };
            let span = base.span.to(self.previous());
            base = Expr { kind, span };
            let height = below.max(self.height);
            if !self.grow(height) {
                return self.error_expr();
            }
        }
    }

    /// The name after `.` or `->`.
    fn member(&mut self) -> Option<Segment> {
        let forced = self.eat_word(Word::Template_);
        if self.word() == Word::Operator_ {
            let token = self.here();
            let finding = Diagnostic::error(
                "unsupported-construct",
                token.span,
                "calling an operator by its name is not supported",
            )
            .help("use the operator itself");
            self.complain(&token, finding);
            return None;
        }
        if self.here().kind != TokenKind::Ident {
            self.expected("a member's name");
            return None;
        }
        let token = self.bump();
        let ident = self.ident_of(&token);
        let templated = self.is(Punct::Lt)
            && (forced
                || self.kind_of(token.sym) == Kind::Template
                || self
                    .template_args_end(self.pos, Kind::Unknown)
                    .is_some_and(|end| self.at(end).is(Punct::LParen)));
        let args = templated.then(|| self.template_args());
        Some(Segment { ident, args })
    }

    /// `(a, b)` from its `(`.
    pub(crate) fn call_args(&mut self) -> Vec<Expr> {
        let open = self.bump();
        let mut args = Vec::new();
        let before = std::mem::replace(&mut self.in_angles, false);
        let mut tallest = 0;
        while !self.is(Punct::RParen) && !self.is_eof() {
            args.push(self.initializer_clause());
            tallest = tallest.max(self.height);
            if self.is(Punct::Ellipsis) {
                let token = self.bump();
                self.refuse(
                    &token,
                    token.span,
                    "parameter packs are not supported",
                    "write the arguments out",
                );
            }
            if self.panicking || !self.eat(Punct::Comma) {
                break;
            }
            if self.is(Punct::RParen) {
                self.expected("an argument after `,`");
            }
        }
        self.close(&open, Punct::RParen);
        self.in_angles = before;
        self.height = tallest;
        args
    }
}

/// A stand-in while a node moves into its parent.
fn hole(span: Span) -> Expr {
    Expr { kind: ExprKind::Error, span }
}

fn is_value_word(word: Word) -> bool {
    matches!(
        word,
        Word::True
            | Word::False
            | Word::This
            | Word::Nullptr
            | Word::Sizeof
            | Word::StaticCast
            | Word::ReinterpretCast
            | Word::ConstCast
    ) || word.is_integer_part()
}

fn assignment_op(punct: Punct) -> Option<Option<InfixOp>> {
    Some(Some(match punct {
        Punct::Eq => return Some(None),
        Punct::PlusEq => InfixOp::Add,
        Punct::MinusEq => InfixOp::Sub,
        Punct::StarEq => InfixOp::Mul,
        Punct::SlashEq => InfixOp::Div,
        Punct::PercentEq => InfixOp::Rem,
        Punct::AmpEq => InfixOp::BitAnd,
        Punct::PipeEq => InfixOp::BitOr,
        Punct::CaretEq => InfixOp::BitXor,
        Punct::ShlEq => InfixOp::Shl,
        Punct::ShrEq => InfixOp::Shr,
        _ => return None,
    }))
}

fn infix(punct: Punct) -> Option<(InfixOp, u8)> {
    Some(match punct {
        Punct::PipePipe => (InfixOp::LogicalOr, 1),
        Punct::AmpAmp => (InfixOp::LogicalAnd, 2),
        Punct::Pipe => (InfixOp::BitOr, 3),
        Punct::Caret => (InfixOp::BitXor, 4),
        Punct::Amp => (InfixOp::BitAnd, 5),
        Punct::EqEq => (InfixOp::Eq, 6),
        Punct::Ne => (InfixOp::Ne, 6),
        Punct::Lt => (InfixOp::Lt, 7),
        Punct::Le => (InfixOp::Le, 7),
        Punct::Gt => (InfixOp::Gt, 7),
        Punct::Ge => (InfixOp::Ge, 7),
        Punct::Shl => (InfixOp::Shl, 8),
        Punct::Shr => (InfixOp::Shr, 8),
        Punct::Plus => (InfixOp::Add, 9),
        Punct::Minus => (InfixOp::Sub, 9),
        Punct::Star => (InfixOp::Mul, 10),
        Punct::Slash => (InfixOp::Div, 10),
        Punct::Percent => (InfixOp::Rem, 10),
        _ => return None,
    })
}
