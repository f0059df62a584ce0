//! Directives: lines that begin with `#`.

use super::expand::Macro;
use super::preprocess::{Conditional, Preprocessor};
use super::token::{Punct, SPACE, Token, TokenKind};
use emberforge_base::{Diagnostic, Span};
use std::rc::Rc;

/// Names Metal's standard headers define as macros; `#ifdef` sees them, their use is resolved by the lowering.
const STANDARD_MACROS: &[&str] = &[
    "INFINITY",
    "NAN",
    "HUGE_VALF",
    "HUGE_VALH",
    "MAXFLOAT",
    "MAXHALF",
    "FLT_MAX",
    "FLT_MIN",
    "FLT_EPSILON",
    "HALF_MAX",
    "HALF_MIN",
    "HALF_EPSILON",
    "INT_MAX",
    "INT_MIN",
    "UINT_MAX",
    "LONG_MAX",
    "LONG_MIN",
    "ULONG_MAX",
    "SHRT_MAX",
    "SHRT_MIN",
    "USHRT_MAX",
    "CHAR_MAX",
    "CHAR_MIN",
    "UCHAR_MAX",
    "SCHAR_MAX",
    "SCHAR_MIN",
    "CHAR_BIT",
    "M_E_F",
    "M_LOG2E_F",
    "M_LOG10E_F",
    "M_LN2_F",
    "M_LN10_F",
    "M_PI_F",
    "M_PI_2_F",
    "M_PI_4_F",
    "M_1_PI_F",
    "M_2_PI_F",
    "M_2_SQRTPI_F",
    "M_SQRT2_F",
    "M_SQRT1_2_F",
    "M_E_H",
    "M_LOG2E_H",
    "M_LOG10E_H",
    "M_LN2_H",
    "M_LN10_H",
    "M_PI_H",
    "M_PI_2_H",
    "M_PI_4_H",
    "M_1_PI_H",
    "M_2_PI_H",
    "M_2_SQRTPI_H",
    "M_SQRT2_H",
    "M_SQRT1_2_H",
];

impl Preprocessor<'_> {
    /// Obeys the directive whose `#` has been read.
    pub(crate) fn directive(&mut self, hash: Token) {
        let before = self.lexer.clone();
        let token = self.lexer.next(&mut self.names, &mut self.report);
        if token.kind == TokenKind::Eof || token.has(super::token::NEWLINE) {
            self.lexer = before;
            return;
        }
        let name = self.names.shared(&token);
        let span = hash.span.to(token.span);
        match &*name {
            "if" => return self.open_conditional(span, None),
            "ifdef" => return self.open_conditional(span, Some(true)),
            "ifndef" => return self.open_conditional(span, Some(false)),
            "elif" => return self.elif(span),
            "else" => return self.else_(span),
            "endif" => {
                if self.conditionals.pop().is_none() {
                    self.report.push(
                        Diagnostic::error("unmatched-directive", span, "`#endif` without `#if`")
                            .help("delete it, or add the `#if` it should close"),
                    );
                }
                self.skip_line();
                return self.update_quiet();
            }
            _ => {}
        }
        if self.lexer.quiet {
            self.skip_line();
            return;
        }
        match &*name {
            "define" => self.define(span),
            "undef" => self.undef(span),
            "include" | "import" | "include_next" => self.include(span),
            "pragma" | "line" | "ident" | "sccs" => {
                self.skip_line();
            }
            "error" | "warning" => {
                let start = self.lexer.pos;
                let text = self.lexer.rest_of_line().trim();
                let whole = Span { end: self.lexer.span_from(start).end, ..span };
                let message = if text.is_empty() { format!("`#{name}`") } else { format!("#{name}: {text}") };
                let finding = if &*name == "error" {
                    Diagnostic::error("error-directive", whole, message)
                } else {
                    Diagnostic::warning("warning-directive", whole, message)
                };
                self.report.push(finding);
            }
            _ if token.kind == TokenKind::Number => {
                self.skip_line();
            }
            _ => {
                let mut finding = Diagnostic::error(
                    "unknown-directive",
                    span,
                    format!("`#{name}` is not a preprocessor directive"),
                );
                if token.kind == TokenKind::Ident {
                    finding = finding.help(
                        "the directives are `#define`, `#undef`, `#if`, `#ifdef`, `#ifndef`, `#elif`, `#else`, \
                         `#endif`, `#include`, `#pragma`, `#error`, `#warning` and `#line`",
                    );
                } else {
                    finding = finding.help("comments in Metal begin with `//`");
                }
                self.report.push(finding);
                self.lexer.rest_of_line();
            }
        }
    }

    fn skip_line(&mut self) {
        let quiet = std::mem::replace(&mut self.lexer.quiet, true);
        self.line();
        self.lexer.quiet = quiet;
    }

    fn update_quiet(&mut self) {
        self.lexer.quiet = self.conditionals.last().is_some_and(|c| !c.active);
    }

    fn open_conditional(&mut self, span: Span, defined: Option<bool>) {
        let outer = !self.lexer.quiet;
        if self.conditionals.len() >= 200 {
            self.abort(Diagnostic::error(
                "nested-too-deeply",
                span,
                "conditionals are nested more than 200 deep",
            ));
            return;
        }
        let holds = if !outer {
            self.skip_line();
            false
        } else {
            match defined {
                None => {
                    let line = self.line();
                    self.condition(span, line)
                }
                Some(wanted) => {
                    let line = self.line();
                    match line.first() {
                        Some(t) if t.kind == TokenKind::Ident => self.is_defined(t) == wanted,
                        _ => {
                            self.report.push(
                                Diagnostic::error("bad-directive", span, "expected a macro's name")
                                    .help("write `#ifdef NAME`, or `#if` for an expression"),
                            );
                            false
                        }
                    }
                }
            }
        };
        self.conditionals.push(Conditional {
            open: span,
            taken: holds,
            active: holds,
            outer,
            has_else: None,
        });
        self.update_quiet();
    }

    fn elif(&mut self, span: Span) {
        let Some(last) = self.conditionals.last() else {
            self.skip_line();
            self.report.push(Diagnostic::error("unmatched-directive", span, "`#elif` without `#if`"));
            return;
        };
        if let Some(place) = last.has_else {
            self.report.push(
                Diagnostic::error("unmatched-directive", span, "`#elif` after `#else`")
                    .also(place, "`#else` is here"),
            );
        }
        let wanted = last.outer && !last.taken;
        let holds = if wanted {
            self.lexer.quiet = false;
            let line = self.line();
            self.condition(span, line)
        } else {
            self.skip_line();
            false
        };
        if let Some(last) = self.conditionals.last_mut() {
            last.active = holds;
            last.taken |= holds;
        }
        self.update_quiet();
    }

    fn else_(&mut self, span: Span) {
        self.skip_line();
        let Some(last) = self.conditionals.last_mut() else {
            self.report.push(Diagnostic::error("unmatched-directive", span, "`#else` without `#if`"));
            return;
        };
        let before = last.has_else.replace(span);
        last.active = last.outer && !last.taken;
        last.taken = true;
        if let Some(place) = before {
            self.report.push(
                Diagnostic::error("unmatched-directive", span, "second `#else` of one `#if`")
                    .also(place, "the first is here"),
            );
        }
        self.update_quiet();
    }

    /// True if a macro of this name exists.
    pub(crate) fn is_defined(&self, token: &Token) -> bool {
        self.macro_of(token.sym).is_some() || STANDARD_MACROS.contains(&&**self.names.text(token.sym))
    }

    fn undef(&mut self, span: Span) {
        let line = self.line();
        match line.first() {
            Some(t) if t.kind == TokenKind::Ident => self.set_macro(t.sym, None),
            _ => self.report.push(Diagnostic::error("bad-directive", span, "`#undef` needs a macro's name")),
        }
    }

    fn include(&mut self, span: Span) {
        let start = self.lexer.pos;
        let text = self.lexer.rest_of_line();
        let span = span.to(self.lexer.span_from(start));
        let text = text.split("//").next().unwrap_or("").trim();
        let (name, system) = if let Some(rest) = text.strip_prefix('<') {
            (rest.split('>').next().unwrap_or(rest), true)
        } else if let Some(rest) = text.strip_prefix('"') {
            (rest.split('"').next().unwrap_or(rest), false)
        } else {
            let finding = Diagnostic::error("bad-directive", span, "`#include` needs `<name>`")
                .help("write `#include <metal_stdlib>`, or delete the line: it is always included");
            self.report.push(finding);
            return;
        };
        if system && is_system_header(name) || is_system_header(name) && name == "metal_stdlib" {
            return;
        }
        let finding = Diagnostic::error("unresolved-include", span, format!("`{name}` cannot be included"));
        let finding = if name.starts_with("mlx/") || name.contains("steel") {
            finding.note("MLX compiles kernels at run time, where its own headers are not on the include path").help(
                "delete the line; `elem_to_loc`, `ceildiv`, `Limits`, `complex64_t` and the bfloat overloads are \
                 always there, anything else must be copied into `header`",
            )
        } else {
            finding
                .note("kernels are compiled at run time, where only Metal's system headers resolve")
                .help("copy what you need from it into `header`")
        };
        self.report.push(finding);
    }

    fn define(&mut self, span: Span) {
        let line = self.line();
        let Some((name, rest)) = line.split_first() else {
            self.report.push(Diagnostic::error("bad-directive", span, "`#define` needs a name"));
            return;
        };
        if name.kind != TokenKind::Ident || &**self.names.text(name.sym) == "defined" {
            let shown = self.names.spelling(name).to_string();
            self.report.push(Diagnostic::error(
                "bad-directive",
                name.span,
                format!("`{shown}` cannot be the name of a macro"),
            ));
            return;
        }
        let (params, variadic, body) = match rest.first() {
            Some(t) if t.is(Punct::LParen) && !t.has(SPACE) => match self.macro_params(rest) {
                Some((params, variadic, used)) => (Some(params), variadic, &rest[used..]),
                None => return,
            },
            _ => (None, false, rest),
        };
        let mut body = body.to_vec();
        if let Some(first) = body.first_mut() {
            first.flags &= !SPACE;
        }
        let ends = [body.first(), body.last()];
        if let Some(t) = ends.into_iter().flatten().find(|t| t.is(Punct::HashHash)) {
            let finding = Diagnostic::error("bad-directive", t.span, "`##` needs a token on both sides");
            self.report.push(finding);
            return;
        }
        let text = self.names.text(name.sym).clone();
        self.report.macros.push((text, Some(name.span)));
        let origin = self.report.macros.len() as u32;
        let new = Macro::new(params, variadic, body, origin);
        if let Some(bad) = new.stray_stringize() {
            self.report.push(
                Diagnostic::error("bad-directive", bad.span, "`#` in a macro must stand before a parameter")
                    .help("write `#x` where `x` is one of the macro's parameters"),
            );
        }
        self.set_macro(name.sym, Some(Rc::new(new)));
    }

    /// Reads `(a, b, ...)`: the names, whether variadic, and how many tokens it takes.
    fn macro_params(&mut self, tokens: &[Token]) -> Option<(Vec<super::token::Sym>, bool, usize)> {
        let mut params = Vec::new();
        let mut variadic = false;
        let mut at = 1;
        let open = tokens[0].span;
        loop {
            match tokens.get(at) {
                Some(t) if t.is(Punct::RParen) && (params.is_empty() || variadic) => {
                    return Some((params, variadic, at + 1));
                }
                Some(t) if t.kind == TokenKind::Ident && !variadic => {
                    params.push(t.sym);
                    at += 1;
                    if tokens.get(at).is_some_and(|t| t.is(Punct::Ellipsis)) {
                        variadic = true;
                        at += 1;
                    }
                }
                Some(t) if t.is(Punct::Ellipsis) && !variadic => {
                    params.push(self.names.intern("__VA_ARGS__"));
                    variadic = true;
                    at += 1;
                }
                other => {
                    let place = other.map_or(open, |t| t.span);
                    let finding =
                        Diagnostic::error("bad-directive", place, "expected a macro parameter or `)`")
                            .also(open, "the parameter list begins here");
                    self.report.push(finding);
                    return None;
                }
            }
            match tokens.get(at) {
                Some(t) if t.is(Punct::Comma) && !variadic => at += 1,
                Some(t) if t.is(Punct::RParen) => return Some((params, variadic, at + 1)),
                other => {
                    let place = other.map_or(open, |t| t.span);
                    let finding = Diagnostic::error(
                        "bad-directive",
                        place,
                        "expected `,` or `)` in the macro's parameters",
                    )
                    .also(open, "the parameter list begins here");
                    self.report.push(finding);
                    return None;
                }
            }
        }
    }
}

/// Headers whose content is built in.
pub(crate) fn is_system_header(name: &str) -> bool {
    name.starts_with("metal_") && !name.contains("raytracing")
        || name.starts_with("MetalPerformancePrimitives/")
        || matches!(name, "metal_raytracing" | "simd/simd.h" | "simd/simd" | "TargetConditionals.h")
        || matches!(name, "math" | "cmath" | "cstdint" | "stdint.h" | "math.h" | "metal")
}
