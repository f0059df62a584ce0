//! The expressions of `#if` and `#elif`.

use super::number::{Literal, char_value, parse_number};
use super::preprocess::Preprocessor;
use super::token::{Punct, Token, TokenKind};
use super::word::Word;
use emberforge_base::{Diagnostic, Span};

/// An integer of the preprocessor: 64 bits, signed unless marked.
#[derive(Clone, Copy)]
struct Value {
    bits: u64,
    unsigned: bool,
}

impl Value {
    fn of(truth: bool) -> Value {
        Value { bits: u64::from(truth), unsigned: false }
    }
}

/// Deepest nesting of an expression.
const DEEPEST: usize = 200;

impl Preprocessor<'_> {
    /// The truth of an `#if` line; a line that makes no sense is false.
    pub(crate) fn condition(&mut self, directive: Span, line: Vec<Token>) -> bool {
        let tokens = self.replace_defined(line);
        let tokens = self.expand_list(tokens, false);
        if self.aborted {
            return false;
        }
        let mut reader = Reader { pre: self, tokens: &tokens, at: 0, depth: 0, error: None, directive };
        let value = reader.ternary(true);
        if reader.error.is_none() && reader.at < tokens.len() {
            reader.fail("expected the end of the condition");
        }
        if let Some((span, message)) = reader.error {
            self.report.push(Diagnostic::error("bad-condition", span, message));
            return false;
        }
        value.bits != 0
    }

    /// Replaces `defined X` and `__has_...(x)` before macros are expanded.
    fn replace_defined(&mut self, line: Vec<Token>) -> Vec<Token> {
        let zero = self.names.intern("0");
        let one = self.names.intern("1");
        let mut out = Vec::with_capacity(line.len());
        let mut at = 0;
        while let Some(&token) = line.get(at) {
            at += 1;
            let name = if token.kind == TokenKind::Ident { &**self.names.text(token.sym) } else { "" };
            if name == "defined" {
                let paren = line.get(at).is_some_and(|t| t.is(Punct::LParen));
                let operand = line.get(at + usize::from(paren));
                let closed = !paren || line.get(at + 2).is_some_and(|t| t.is(Punct::RParen));
                match operand {
                    Some(t) if t.kind == TokenKind::Ident && closed => {
                        let sym = if self.is_defined(t) { one } else { zero };
                        out.push(Token { kind: TokenKind::Number, sym, ..token });
                        at += if paren { 3 } else { 1 };
                    }
                    _ => {
                        self.report.push(
                            Diagnostic::error("bad-condition", token.span, "`defined` needs a macro's name")
                                .help("write `defined(NAME)`"),
                        );
                        out.push(Token { kind: TokenKind::Number, sym: zero, ..token });
                        at = line.len();
                    }
                }
            } else if name.starts_with("__has_") && line.get(at).is_some_and(|t| t.is(Punct::LParen)) {
                let header = name == "__has_include";
                let mut depth = 0usize;
                let mut text = String::new();
                while let Some(t) = line.get(at) {
                    at += 1;
                    match t.kind {
                        TokenKind::Punct(Punct::LParen) => depth += 1,
                        TokenKind::Punct(Punct::RParen) => depth -= 1,
                        _ => text.push_str(self.names.spelling(t)),
                    }
                    if depth == 0 {
                        break;
                    }
                }
                let name = text.trim_matches(['<', '>', '"']);
                let found = header && super::directive::is_system_header(name);
                out.push(Token { kind: TokenKind::Number, sym: if found { one } else { zero }, ..token });
            } else {
                out.push(token);
            }
        }
        out
    }
}

struct Reader<'p, 's, 't> {
    pre: &'p mut Preprocessor<'s>,
    tokens: &'t [Token],
    at: usize,
    depth: usize,
    error: Option<(Span, String)>,
    directive: Span,
}

impl Reader<'_, '_, '_> {
    fn fail(&mut self, message: impl Into<String>) -> Value {
        if self.error.is_none() {
            let span = self.tokens.get(self.at).or(self.tokens.last()).map_or(self.directive, |t| t.span);
            self.error = Some((span, message.into()));
        }
        self.at = self.tokens.len();
        Value::of(false)
    }

    fn eat(&mut self, punct: Punct) -> bool {
        let hit = self.tokens.get(self.at).is_some_and(|t| t.is(punct));
        self.at += usize::from(hit);
        hit
    }

    /// `live`: the value counts; a division by zero in a dead branch is no error.
    fn ternary(&mut self, live: bool) -> Value {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.fail("the condition is nested too deeply");
        }
        let condition = self.binary(0, live);
        let value = if self.eat(Punct::Question) {
            let truth = condition.bits != 0;
            let yes = self.ternary(live && truth);
            if !self.eat(Punct::Colon) {
                return self.fail("expected `:` in the condition");
            }
            let no = self.ternary(live && !truth);
            let chosen = if truth { yes } else { no };
            Value { unsigned: yes.unsigned || no.unsigned, ..chosen }
        } else {
            condition
        };
        self.depth -= 1;
        value
    }

    fn binary(&mut self, lowest: u8, live: bool) -> Value {
        let mut left = self.unary(live);
        loop {
            let Some(Token { kind: TokenKind::Punct(op), .. }) = self.tokens.get(self.at).copied() else {
                return left;
            };
            let Some(power) = power(op).filter(|&p| p >= lowest) else { return left };
            let place = self.at;
            self.at += 1;
            let needed = match op {
                Punct::AmpAmp => live && left.bits != 0,
                Punct::PipePipe => live && left.bits == 0,
                _ => live,
            };
            let right = self.binary(power + 1, needed);
            match apply(op, left, right) {
                Some(value) => left = value,
                None if needed => {
                    self.at = place;
                    return self.fail("division by zero in the condition");
                }
                None => left = Value::of(false),
            }
        }
    }

    fn unary(&mut self, live: bool) -> Value {
        let Some(&token) = self.tokens.get(self.at) else {
            return self.fail("expected an expression after the directive");
        };
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.fail("the condition is nested too deeply");
        }
        self.at += 1;
        let value = match token.kind {
            TokenKind::Punct(Punct::LParen) => {
                let value = self.ternary(live);
                if self.error.is_none() && !self.eat(Punct::RParen) {
                    return self.fail("expected `)` in the condition");
                }
                value
            }
            TokenKind::Punct(Punct::Bang) => Value::of(self.unary(live).bits == 0),
            TokenKind::Punct(Punct::Minus) => {
                let v = self.unary(live);
                Value { bits: v.bits.wrapping_neg(), ..v }
            }
            TokenKind::Punct(Punct::Plus) => self.unary(live),
            TokenKind::Punct(Punct::Tilde) => {
                let v = self.unary(live);
                Value { bits: !v.bits, ..v }
            }
            TokenKind::Number => match parse_number(self.pre.names.text(token.sym)) {
                Ok(Literal::Int { value, suffix, .. }) => {
                    Value { bits: value, unsigned: suffix.unsigned || value > i64::MAX as u64 }
                }
                Ok(Literal::Float { .. }) => {
                    self.at -= 1;
                    return self.fail("a condition of the preprocessor is an integer expression");
                }
                Err(problem) => {
                    self.at -= 1;
                    return self.fail(problem.message);
                }
            },
            TokenKind::Char => Value {
                bits: char_value(self.pre.names.text(token.sym)).map_or(0, u64::from),
                unsigned: false,
            },
            TokenKind::Ident => {
                let truth = self.pre.names.word(token.sym) == Word::True;
                let call = self.tokens.get(self.at).is_some_and(|t| t.is(Punct::LParen));
                if call {
                    self.at -= 1;
                    let name = self.pre.names.text(token.sym);
                    return self.fail(format!("`{name}` is not a function-like macro"));
                }
                Value::of(truth)
            }
            _ => {
                self.at -= 1;
                return self.fail("expected an expression in the condition");
            }
        };
        self.depth -= 1;
        value
    }
}

fn power(op: Punct) -> Option<u8> {
    use Punct::*;
    Some(match op {
        PipePipe => 1,
        AmpAmp => 2,
        Pipe => 3,
        Caret => 4,
        Amp => 5,
        EqEq | Ne => 6,
        Lt | Gt | Le | Ge => 7,
        Shl | Shr => 8,
        Plus | Minus => 9,
        Star | Slash | Percent => 10,
        _ => return None,
    })
}

/// `None` for a division by zero.
fn apply(op: Punct, a: Value, b: Value) -> Option<Value> {
    use Punct::*;
    let unsigned = a.unsigned || b.unsigned;
    let (x, y) = (a.bits, b.bits);
    let (sx, sy) = (x as i64, y as i64);
    let number = |bits: u64| Value { bits, unsigned };
    Some(match op {
        PipePipe => Value::of(x != 0 || y != 0),
        AmpAmp => Value::of(x != 0 && y != 0),
        Pipe => number(x | y),
        Caret => number(x ^ y),
        Amp => number(x & y),
        EqEq => Value::of(x == y),
        Ne => Value::of(x != y),
        Lt => Value::of(if unsigned { x < y } else { sx < sy }),
        Gt => Value::of(if unsigned { x > y } else { sx > sy }),
        Le => Value::of(if unsigned { x <= y } else { sx <= sy }),
        Ge => Value::of(if unsigned { x >= y } else { sx >= sy }),
        Shl => Value { bits: x.checked_shl(y.min(64) as u32).unwrap_or(0), unsigned: a.unsigned },
        Shr if a.unsigned => Value { bits: x.checked_shr(y.min(64) as u32).unwrap_or(0), unsigned: true },
        Shr => Value { bits: (sx >> y.min(63)) as u64, unsigned: false },
        Plus => number(x.wrapping_add(y)),
        Minus => number(x.wrapping_sub(y)),
        Star => number(x.wrapping_mul(y)),
        Slash | Percent if y == 0 => return None,
        Slash => number(if unsigned { x / y } else { sx.wrapping_div(sy) as u64 }),
        Percent => number(if unsigned { x % y } else { sx.wrapping_rem(sy) as u64 }),
        _ => return None,
    })
}
