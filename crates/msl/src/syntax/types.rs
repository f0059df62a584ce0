//! Types: specifiers, declarators, and telling whether a type stands somewhere.

use super::ast::*;
use super::parser::Parser;
use super::scope::Kind;
use super::token::{Punct, Token, TokenKind};
use super::word::Word;
use emberforge_base::{Diagnostic, Span};
use std::sync::Arc;

/// Most `*`, `&` or `[]` in one declarator.
const MOST_LEVELS: usize = 32;

/// What stands before the declared names.
pub(crate) struct Specifiers {
    /// The base type with its `const` and address space.
    pub(crate) ty: TypeExpr,
    /// A type was written.
    pub(crate) has_type: bool,
    pub(crate) is_kernel: bool,
    pub(crate) is_typedef: bool,
    /// Structs and enums defined on the way.
    pub(crate) defined: Vec<Item>,
    /// First token.
    pub(crate) start: Token,
}

impl Parser<'_> {
    // Is this a type?

    /// The place after the path at `pos` and what it names; `None` if no path stands there.
    pub(crate) fn scan_path(&self, pos: usize) -> Option<(usize, Kind)> {
        let mut at = pos;
        let mut typename = false;
        if self.word_at(at) == Word::Typename {
            typename = true;
            at += 1;
        }
        let mut first = true;
        if self.is_decltype_path(at) {
            at = self.after_group(at + 1);
            first = false;
        }
        if self.at(at).is(Punct::ColonColon) {
            at += 1;
        }
        loop {
            if self.word_at(at) == Word::Template_ && !first {
                at += 1;
            }
            let token = self.at(at);
            if !self.is_name_at(at) {
                return None;
            }
            let mut kind =
                if first { self.kind_of(token.sym) } else { self.scopes.member_kind(self.names, token.sym) };
            at += 1;
            // `matrix`, `array`, `vec` without arguments are somebody's variable.
            if self.names.word(token.sym) == Word::TemplateType && !self.at(at).is(Punct::Lt) {
                kind = Kind::Unknown;
            }
            if self.at(at).is(Punct::Lt) && kind != Kind::Value {
                if let Some(end) = self.template_args_end(at, kind) {
                    at = end;
                } else if kind == Kind::TemplateType {
                    return Some((at, kind));
                }
            }
            if self.at(at).is(Punct::ColonColon) && !self.at(at + 1).is(Punct::Star) {
                at += 1;
                first = false;
                continue;
            }
            if typename {
                kind = Kind::Type;
            }
            return Some((at, kind));
        }
    }

    /// The place after the type at `pos` (specifiers and `*`, `&`, `[n]`); `None` if no type stands there.
    pub(crate) fn scan_type(&self, pos: usize) -> Option<usize> {
        let mut at = pos;
        let mut base = false;
        let mut qualified = false;
        loop {
            let word = self.word_at(at);
            match word {
                Word::Const
                | Word::Volatile
                | Word::Device
                | Word::Constant
                | Word::Threadgroup
                | Word::Thread
                | Word::Constexpr
                | Word::Foreign
                | Word::Ignored => {
                    qualified = true;
                    at += 1;
                }
                _ if word.is_integer_part() => {
                    base = true;
                    at += 1;
                }
                Word::Auto | Word::Struct | Word::Enum | Word::Union if !base => {
                    if word != Word::Auto {
                        at += 1;
                    }
                    base = true;
                    at += 1;
                }
                Word::Decltype if !base && !self.is_decltype_path(at) => {
                    base = true;
                    at = self.after_group(at + 1);
                }
                _ if !base => {
                    let (end, kind) = self.scan_path(at)?;
                    // After `device` or `const` only a type can stand.
                    if !kind.is_type() && !qualified {
                        return None;
                    }
                    base = true;
                    at = end;
                }
                _ => break,
            }
        }
        while matches!(self.at(at).kind, TokenKind::Punct(Punct::Star | Punct::Amp | Punct::AmpAmp)) {
            at += 1;
            while matches!(
                self.word_at(at),
                Word::Const
                    | Word::Volatile
                    | Word::Device
                    | Word::Constant
                    | Word::Threadgroup
                    | Word::Thread
                    | Word::Ignored
            ) {
                at += 1;
            }
        }
        if !base {
            return None;
        }
        // Abstract arrays: `float[4]`.
        while self.at(at).is(Punct::LBracket) && at > pos {
            let end = self.after_group(at);
            if end <= at {
                break;
            }
            at = end;
        }
        Some(at)
    }

    // Types without a name.

    /// A type as in a cast or template argument: `device float*`.
    pub(crate) fn type_name(&mut self) -> TypeExpr {
        if !self.enter() {
            self.leave();
            return self.error_type();
        }
        let specifiers = self.specifiers(false);
        let start = specifiers.ty.span;
        let mut ty = if specifiers.has_type {
            specifiers.ty
        } else {
            self.expected("a type");
            self.error_type()
        };
        ty = self.pointers(ty, start);
        if self.is(Punct::LParen) && (self.peek(1).is(Punct::Star) || self.peek(1).is(Punct::Amp)) {
            let token = self.here();
            self.refuse(
                &token,
                token.span,
                "pointers to functions are not supported here",
                "use a plain pointer or a `using` alias of an array type",
            );
            self.skip_group();
            if self.is(Punct::LParen) {
                self.skip_group();
            }
        }
        ty = self.array_suffix(ty, start);
        self.leave();
        ty
    }

    pub(crate) fn error_type(&self) -> TypeExpr {
        TypeExpr { kind: TypeKind::Error, quals: Qualifiers::default(), space: None, span: self.here().span }
    }

    /// `*`, `&` and what qualifies them.
    pub(crate) fn pointers(&mut self, mut ty: TypeExpr, start: Span) -> TypeExpr {
        let mut levels = 0;
        loop {
            let token = self.here();
            let kind = match token.kind {
                TokenKind::Punct(Punct::Star) => TypeKind::Pointer,
                TokenKind::Punct(Punct::Amp | Punct::AmpAmp) => TypeKind::Reference,
                _ => return ty,
            };
            self.bump();
            levels += 1;
            if levels > MOST_LEVELS {
                let finding =
                    Diagnostic::error("nested-too-deeply", token.span, "too many levels of pointers");
                self.complain(&token, finding);
                return ty;
            }
            // `static` and friends belong to the variable, not to what it points to.
            let outer = Qualifiers { is_const: false, is_volatile: false, ..ty.quals };
            ty.quals = Qualifiers {
                is_const: ty.quals.is_const,
                is_volatile: ty.quals.is_volatile,
                ..Qualifiers::default()
            };
            ty = TypeExpr { kind: kind(Box::new(ty)), quals: outer, space: None, span: start.to(token.span) };
            self.qualifiers(&mut ty);
        }
    }

    /// `const`, address spaces after a `*`.
    fn qualifiers(&mut self, ty: &mut TypeExpr) {
        loop {
            let space = match self.word() {
                Word::Const => {
                    ty.quals.is_const = true;
                    None
                }
                Word::Volatile => {
                    ty.quals.is_volatile = true;
                    None
                }
                Word::Ignored => None,
                Word::Device => Some(AddressSpace::Device),
                Word::Constant => Some(AddressSpace::Constant),
                Word::Threadgroup => Some(AddressSpace::Threadgroup),
                Word::Thread => Some(AddressSpace::Thread),
                _ => {
                    self.attributes();
                    return;
                }
            };
            if space.is_some() {
                ty.space = space;
            }
            self.bump();
        }
    }

    /// `[4][8]`: wraps `ty`, whose qualifiers move to the outermost array.
    pub(crate) fn array_suffix(&mut self, ty: TypeExpr, start: Span) -> TypeExpr {
        let mut sizes = Vec::new();
        while self.is(Punct::LBracket) && !self.peek(1).is(Punct::LBracket) {
            let open = self.bump();
            if sizes.len() >= MOST_LEVELS {
                let finding = Diagnostic::error("nested-too-deeply", open.span, "too many array dimensions");
                self.complain(&open, finding);
                break;
            }
            let size = if self.is(Punct::RBracket) {
                None
            } else {
                let before = std::mem::replace(&mut self.in_angles, false);
                let size = self.expression();
                self.in_angles = before;
                Some(Box::new(size))
            };
            self.close(&open, Punct::RBracket);
            sizes.push(size);
        }
        if sizes.is_empty() {
            return ty;
        }
        let mut ty = ty;
        let (quals, space) = (ty.quals, ty.space.take());
        ty.quals =
            Qualifiers { is_const: quals.is_const, is_volatile: quals.is_volatile, ..Qualifiers::default() };
        let span = start.to(self.previous());
        while let Some(size) = sizes.pop() {
            let inner = Qualifiers {
                is_const: quals.is_const,
                is_volatile: quals.is_volatile,
                ..Qualifiers::default()
            };
            ty = TypeExpr { kind: TypeKind::Array(Box::new(ty), size), quals: inner, space: None, span };
        }
        ty.quals = quals;
        ty.space = space;
        ty
    }

    /// `(*p)[4]`, `(&r)[2][3]` after the element type: the name and the whole type.
    pub(crate) fn pointer_to_array(
        &mut self,
        ty: &TypeExpr,
        start: Span,
    ) -> Option<(Option<Token>, TypeExpr)> {
        let pointer = self.peek(1).is(Punct::Star);
        if !self.is(Punct::LParen) || !pointer && !self.peek(1).is(Punct::Amp) {
            return None;
        }
        let mut at = self.pos + 2;
        while matches!(self.word_at(at), Word::Const | Word::Thread | Word::Ignored) {
            at += 1;
        }
        let named = self.is_name_at(at);
        at += usize::from(named);
        if !self.at(at).is(Punct::RParen) || !self.at(at + 1).is(Punct::LBracket) {
            return None;
        }
        let name = named.then(|| self.at(at - 1));
        self.pos = at + 1;
        let array = self.array_suffix(ty.clone(), start);
        let kind = if pointer { TypeKind::Pointer } else { TypeKind::Reference };
        let span = start.to(self.previous());
        let ty = TypeExpr { kind: kind(Box::new(array)), quals: Qualifiers::default(), space: None, span };
        Some((name, ty))
    }

    // Specifiers.

    /// Everything in front of a declarator, in any order. With `may_define`, structs and enums may have bodies.
    pub(crate) fn specifiers(&mut self, may_define: bool) -> Specifiers {
        let start = self.here();
        let mut out = Specifiers {
            ty: self.error_type(),
            has_type: false,
            is_kernel: false,
            is_typedef: false,
            defined: Vec::new(),
            start,
        };
        let mut quals = Qualifiers::default();
        let mut space: Option<AddressSpace> = None;
        let mut parts: Vec<Token> = Vec::new();
        let first = self.pos;
        loop {
            out.is_kernel |= self.attributes();
            let token = self.here();
            if token.kind != TokenKind::Ident && !token.is(Punct::ColonColon) {
                break;
            }
            let word = self.word();
            let found_space = match word {
                Word::Device => Some(AddressSpace::Device),
                Word::Constant => Some(AddressSpace::Constant),
                Word::Threadgroup => Some(AddressSpace::Threadgroup),
                Word::Thread => Some(AddressSpace::Thread),
                _ => None,
            };
            if let Some(new) = found_space {
                if space.is_some_and(|old| old != new) {
                    let finding = Diagnostic::error(
                        "conflicting-address-spaces",
                        token.span,
                        format!("second address space `{}` of one type", self.names.spelling(&token)),
                    )
                    .help("a type has one address space; keep the one the data lives in");
                    self.remark(&token, finding);
                }
                space = Some(new);
                self.bump();
                continue;
            }
            match word {
                Word::Const => quals.is_const = true,
                Word::Constexpr => quals.is_constexpr = true,
                Word::Volatile => quals.is_volatile = true,
                Word::Static => quals.is_static = true,
                Word::Inline => quals.is_inline = true,
                Word::Kernel => out.is_kernel = true,
                Word::Typedef => out.is_typedef = true,
                Word::Ignored => {
                    // `extern "C"`.
                    if self.peek(1).kind == TokenKind::Str {
                        self.bump();
                    }
                }
                Word::Foreign => {
                    let (replaced, is_kernel) = self.foreign();
                    space = replaced.or(space);
                    out.is_kernel |= is_kernel;
                }
                Word::Virtual | Word::Friend => {
                    let (text, way_out) = match word {
                        Word::Friend => (
                            "`friend` is not supported",
                            "declare the function outside, and what it needs `public`",
                        ),
                        _ => (
                            "`virtual` is not supported",
                            "Metal kernels have no virtual functions; use plain functions, overloads or templates",
                        ),
                    };
                    self.refuse(&token, token.span, text, way_out);
                }
                _ if word.is_integer_part() && (!out.has_type || !parts.is_empty()) => {
                    parts.push(token);
                    out.has_type = true;
                }
                _ if out.has_type || self.is_constructor() => break,
                Word::Auto => {
                    out.ty.kind = TypeKind::Auto;
                    out.has_type = true;
                }
                Word::Decltype if !self.is_decltype_path(self.pos) => {
                    self.bump();
                    let open = self.here();
                    out.ty.kind = if self.expect(Punct::LParen, "after `decltype`") {
                        let before = std::mem::replace(&mut self.in_angles, false);
                        let e = self.expression();
                        self.in_angles = before;
                        self.close(&open, Punct::RParen);
                        TypeKind::Decltype(Box::new(e))
                    } else {
                        TypeKind::Error
                    };
                    out.has_type = true;
                    continue;
                }
                Word::Struct | Word::Union | Word::Enum => {
                    out.ty.kind = self.elaborated(may_define, &mut out.defined);
                    out.has_type = true;
                    continue;
                }
                Word::Typename
                | Word::None
                | Word::Type
                | Word::TemplateType
                | Word::Template
                | Word::Decltype => {
                    self.eat_word(Word::Typename);
                    let path = self.path(true);
                    match path {
                        Some(path) => out.ty.kind = TypeKind::Named(path),
                        None => self.expected("a type"),
                    }
                    out.has_type = true;
                    continue;
                }
                _ => break,
            }
            self.bump();
        }
        if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
            let span = first.span.to(last.span);
            let ident = Ident { name: self.integer_name(&parts), span };
            let segments = vec![Segment { ident, args: None }];
            out.ty.kind = TypeKind::Named(Path { segments, span });
        }
        out.ty.quals = quals;
        out.ty.space = space;
        out.ty.span = if self.pos > first { start.span.to(self.previous()) } else { start.span };
        out
    }

    /// `unsigned long int` to `unsigned long`.
    fn integer_name(&mut self, parts: &[Token]) -> Arc<str> {
        if let [one] = parts
            && !matches!(self.names.word(one.sym), Word::Unsigned | Word::Signed)
        {
            return self.names.shared(one);
        }
        let count = |word| parts.iter().filter(|t| self.names.word(t.sym) == word).count();
        let unsigned = count(Word::Unsigned) > 0;
        let size = if count(Word::Char) > 0 {
            if unsigned { "char" } else { "signed char" }
        } else if count(Word::Short) > 0 {
            "short"
        } else if count(Word::Long) > 1 {
            "long long"
        } else if count(Word::Long) == 1 {
            "long"
        } else {
            "int"
        };
        let extra = count(Word::Char) + count(Word::Short) > 1
            || count(Word::Long) > 2
            || count(Word::Unsigned) + count(Word::Signed) > 1;
        if extra {
            let token = parts[0];
            let span = parts.iter().fold(token.span, |a, t| a.to(t.span));
            let finding =
                Diagnostic::error("bad-type", span, "these words do not name one integer type together");
            self.remark(&token, finding);
        }
        Arc::from(if unsigned { format!("unsigned {size}") } else { size.to_string() })
    }
}
