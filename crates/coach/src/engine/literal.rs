//! Constants: numbers, and strings joined, dedented and formatted as far as they are constant.

use std::rc::Rc;

use ruff_python_ast::{self as ast, Expr, Number};

use super::value::Kind;

/// The kind of a number literal.
pub(super) fn number(n: &Number) -> Kind {
    match n {
        Number::Int(i) => Kind::Int(i.as_i64()),
        Number::Float(f) => Kind::Float(Some(*f)),
        Number::Complex { .. } => Kind::Unknown,
    }
}

/// The kind of a string literal. Long texts are kept too: a kernel body is one.
pub(super) fn string(s: &ast::ExprStringLiteral) -> Kind {
    Kind::Str(Some(Rc::from(s.value.to_str())))
}

/// The text of an f-string with holes for what is not constant; holes are `\u{0}`.
fn fstring(f: &ast::ExprFString) -> String {
    let mut out = String::new();
    for part in f.value.iter() {
        match part {
            ast::FStringPart::Literal(l) => out.push_str(&l.value),
            ast::FStringPart::FString(f) => {
                for element in &f.elements {
                    match element {
                        ast::InterpolatedStringElement::Literal(l) => out.push_str(&l.value),
                        ast::InterpolatedStringElement::Interpolation(_) => out.push('\u{0}'),
                    }
                }
            }
        }
    }
    out
}

/// The text of a constant string expression, without looking at variables.
pub fn constant_text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::StringLiteral(s) => Some(s.value.to_str().to_owned()),
        Expr::FString(f) => Some(fstring(f)),
        Expr::BinOp(b) if b.op == ast::Operator::Add => {
            Some(constant_text(&b.left)? + &constant_text(&b.right)?)
        }
        _ => None,
    }
}

/// `textwrap.dedent`.
pub(super) fn dedent(text: &str) -> String {
    let margin = text
        .lines()
        .filter(|l| !l.trim().is_empty())
        .map(|l| l.len() - l.trim_start().len())
        .min()
        .unwrap_or(0);
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        out.push_str(line.get(margin.min(line.len() - line.trim_start().len())..).unwrap_or(line));
    }
    out
}
