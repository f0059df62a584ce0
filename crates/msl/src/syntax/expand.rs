//! Macros and their expansion.
//!
//! A use is replaced by the macro's tokens, which take the span of the use; argument tokens keep their own. The result
//! is read again with the macro switched off, as C says, so no macro can call itself. Every token produced costs fuel.

use super::preprocess::Preprocessor;
use super::token::{NEWLINE, NO_EXPAND, Names, Punct, SPACE, Sym, Token, TokenKind};
use emberforge_base::{Diagnostic, Span};
use std::cell::Cell;
use std::rc::Rc;

/// Macros in flight at once.
const DEEPEST: usize = 200;
/// Nested expansions of arguments (each uses the native stack).
const DEEPEST_ARGUMENT: usize = 64;

/// What a macro does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Builtin {
    No,
    Line,
    File,
    Counter,
    /// `_Pragma("...")`: nothing.
    Pragma,
}

/// A macro's definition.
#[derive(Debug)]
pub(crate) struct Macro {
    /// `None` for object-like macros; the last one collects the rest when `variadic`.
    params: Option<Vec<Sym>>,
    variadic: bool,
    body: Vec<Token>,
    /// For each body token the parameter it names, plus one.
    slots: Vec<u32>,
    /// Index plus one into the list of definitions.
    origin: u32,
    builtin: Builtin,
    /// It is being expanded.
    active: Cell<bool>,
}

impl Macro {
    pub(crate) fn new(params: Option<Vec<Sym>>, variadic: bool, body: Vec<Token>, origin: u32) -> Macro {
        let slot = |t: &Token| match &params {
            Some(names) if t.kind == TokenKind::Ident => {
                names.iter().position(|n| *n == t.sym).map_or(0, |i| i as u32 + 1)
            }
            _ => 0,
        };
        let slots = body.iter().map(slot).collect();
        Macro { params, variadic, body, slots, origin, builtin: Builtin::No, active: Cell::new(false) }
    }

    /// The macro with each `__VA_OPT__(tokens)` (named `opt`) replaced by its tokens, or by nothing.
    fn with_optional(&self, opt: Sym, keep: bool) -> Macro {
        let mut body = Vec::with_capacity(self.body.len());
        let mut tokens = self.body.iter();
        while let Some(token) = tokens.next() {
            if token.kind != TokenKind::Ident || token.sym != opt {
                body.push(*token);
                continue;
            }
            let mut depth = 0usize;
            for token in tokens.by_ref() {
                let outer = depth == 0;
                match token.kind {
                    TokenKind::Punct(Punct::LParen) => depth += 1,
                    TokenKind::Punct(Punct::RParen) => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                if keep && !outer {
                    body.push(*token);
                }
            }
        }
        Macro::new(self.params.clone(), self.variadic, body, self.origin)
    }

    /// A `#` in a function-like macro that stands before no parameter.
    pub(crate) fn stray_stringize(&self) -> Option<&Token> {
        self.params.as_ref()?;
        let stray = |i: usize| self.body[i].is(Punct::Hash) && self.slot(i + 1).is_none();
        (0..self.body.len()).find(|&i| stray(i)).map(|i| &self.body[i])
    }

    fn slot(&self, i: usize) -> Option<usize> {
        self.slots.get(i).and_then(|s| (*s as usize).checked_sub(1))
    }
}

/// Tokens waiting to be read again.
pub(crate) struct Frame {
    tokens: Vec<Token>,
    at: usize,
    /// The macro they came from, switched off until they are read.
    from: Option<Rc<Macro>>,
    /// Reading stops here: the frame is an argument expanded on its own.
    barrier: bool,
}

impl Preprocessor<'_> {
    /// The macros that exist before the first line.
    pub(crate) fn predefine(&mut self, fast_math: bool) {
        let fast = if fast_math { "1" } else { "0" };
        let simple: [(&str, &[&str]); 13] = [
            ("__METAL_VERSION__", &["310"]),
            ("__FAST_MATH__", &[fast]),
            ("__METAL__", &["1"]),
            ("__METAL_MACOS__", &["1"]),
            ("__cplusplus", &["201402L"]),
            ("__STDC__", &["1"]),
            ("__clang__", &["1"]),
            ("MLX_MTL_PRAGMA_UNROLL", &[]),
            ("MLX_MTL_LOOP_UNROLL", &[]),
            ("METAL_FUNC", &["inline"]),
            ("METAL_INTERNAL", &["inline"]),
            ("MLX_MTL_CONST", &["static", "constant", "constexpr", "const"]),
            ("METAL_CONST", &["static", "constant", "constexpr", "const"]),
        ];
        for (name, body) in simple {
            let body = body.iter().map(|text| self.word_token(text)).collect();
            self.add_builtin(name, None, body, Builtin::No);
        }
        self.add_builtin("__LINE__", None, Vec::new(), Builtin::Line);
        self.add_builtin("__FILE__", None, Vec::new(), Builtin::File);
        self.add_builtin("__COUNTER__", None, Vec::new(), Builtin::Counter);
        let rest = self.names.intern("__VA_ARGS__");
        self.add_builtin("_Pragma", Some(vec![rest]), Vec::new(), Builtin::Pragma);
        self.add_builtin("instantiate_kernel", Some(vec![rest]), Vec::new(), Builtin::No);
    }

    fn word_token(&mut self, text: &str) -> Token {
        let kind =
            if text.starts_with(|c: char| c.is_ascii_digit()) { TokenKind::Number } else { TokenKind::Ident };
        let sym = self.names.intern(text);
        Token { kind, sym, span: Span::new(self.source, 0, 0), origin: 0, flags: SPACE }
    }

    fn add_builtin(&mut self, name: &str, params: Option<Vec<Sym>>, body: Vec<Token>, builtin: Builtin) {
        let sym = self.names.intern(name);
        self.report.macros.push((self.names.text(sym).clone(), None));
        let origin = self.report.macros.len() as u32;
        let variadic = params.is_some();
        let new = Macro { builtin, ..Macro::new(params, variadic, body, origin) };
        self.set_macro(sym, Some(Rc::new(new)));
    }

    /// The next token with all macros expanded.
    pub(crate) fn expanded(&mut self) -> Token {
        loop {
            let token = self.raw();
            if token.kind != TokenKind::Ident || token.has(NO_EXPAND) {
                return token;
            }
            let Some(found) = self.macro_of(token.sym) else { return token };
            if found.active.get() {
                return Token { flags: token.flags | NO_EXPAND, ..token };
            }
            let found = found.clone();
            if !self.use_macro(&found, token) {
                return token;
            }
        }
    }

    /// The next token, from the innermost frame or the source.
    fn raw(&mut self) -> Token {
        if self.aborted {
            return Token::eof(self.source, self.sources.get(self.source).text.len() as u32);
        }
        while let Some(frame) = self.frames.last_mut() {
            if let Some(&token) = frame.tokens.get(frame.at) {
                frame.at += 1;
                return token;
            }
            if frame.barrier {
                return Token::eof(self.source, 0);
            }
            self.pop();
        }
        self.source_token()
    }

    fn pop(&mut self) {
        if let Some(Frame { from: Some(from), .. }) = self.frames.pop() {
            from.active.set(false);
        }
    }

    /// True if the next token is `(`; nothing is consumed.
    fn paren_follows(&mut self) -> bool {
        for frame in self.frames.iter().rev() {
            if let Some(token) = frame.tokens.get(frame.at) {
                return token.is(Punct::LParen);
            }
            if frame.barrier {
                return false;
            }
        }
        let token = self.source_token();
        self.lookahead = Some(token);
        token.is(Punct::LParen)
    }

    fn spend(&mut self, tokens: usize, at: Span) -> bool {
        self.fuel = self.fuel.saturating_sub(tokens + 1);
        if self.fuel == 0 {
            self.abort(
                Diagnostic::error(
                    "macro-too-large",
                    at,
                    format!("macros expand to more than {} tokens", super::preprocess::FUEL),
                )
                .label("while expanding this")
                .help("write a loop instead of repeating code with macros"),
            );
        }
        !self.aborted
    }

    /// Expands one use. False when the name is not used as the macro (a function-like one without `(`).
    fn use_macro(&mut self, found: &Rc<Macro>, name: Token) -> bool {
        let Some(params) = &found.params else {
            let body = self.object_body(found, name);
            self.push(found, body, name.span, name.origin == 0);
            return true;
        };
        if !self.paren_follows() {
            return false;
        }
        let Some((args, close)) = self.arguments(found, params, name) else { return true };
        if found.builtin == Builtin::Pragma {
            return true;
        }
        let place = if name.origin == 0 && close.origin == 0 { name.span.to(close.span) } else { name.span };
        let body = self.substitute(found, args, name, place);
        self.push(found, body, place, name.origin == 0);
        true
    }

    fn push(&mut self, found: &Rc<Macro>, tokens: Vec<Token>, place: Span, outermost: bool) {
        if self.frames.len() >= DEEPEST {
            self.frames.retain(|f| f.barrier || f.at < f.tokens.len());
        }
        if self.frames.len() >= DEEPEST {
            self.abort(nested(place));
            return;
        }
        if self.spend(tokens.len(), place) {
            if outermost {
                self.uses.push((place, found.origin));
            }
            found.active.set(true);
            self.frames.push(Frame { tokens, at: 0, from: Some(found.clone()), barrier: false });
        }
    }

    /// Expands a list of tokens on its own; with `limited` its depth counts against the native stack.
    pub(crate) fn expand_list(&mut self, tokens: Vec<Token>, limited: bool) -> Vec<Token> {
        let macros = |t: &Token| t.kind == TokenKind::Ident && self.macro_of(t.sym).is_some();
        if !tokens.iter().any(macros) {
            return tokens;
        }
        let place = tokens[0].span;
        if limited && self.nesting >= DEEPEST_ARGUMENT {
            self.abort(nested(place));
            return Vec::new();
        }
        self.nesting += 1;
        // A directive's tokens are read while the source may hold a lookahead; it stays where it is.
        let held = self.lookahead.take();
        self.frames.push(Frame { tokens, at: 0, from: None, barrier: true });
        let depth = self.frames.len();
        let mut out = Vec::new();
        loop {
            let token = self.expanded();
            if token.kind == TokenKind::Eof || self.aborted {
                break;
            }
            out.push(token);
        }
        while self.frames.len() >= depth {
            self.pop();
        }
        if !self.aborted {
            self.lookahead = held;
        }
        self.nesting -= 1;
        out
    }

    fn object_body(&mut self, found: &Rc<Macro>, name: Token) -> Vec<Token> {
        let computed = match found.builtin {
            Builtin::Line => Some((TokenKind::Number, self.line_number(name.span).to_string())),
            Builtin::Counter => {
                self.counter += 1;
                Some((TokenKind::Number, (self.counter - 1).to_string()))
            }
            Builtin::File => Some((
                TokenKind::Str,
                format!("\"{}\"", self.sources.get(name.span.source).name.escape_default()),
            )),
            Builtin::No | Builtin::Pragma => None,
        };
        if let Some((kind, text)) = computed {
            let sym = self.names.intern(&text);
            return vec![Token { kind, sym, origin: found.origin, ..name }];
        }
        if found.body.iter().any(|t| t.is(Punct::HashHash)) {
            return self.substitute(found, Vec::new(), name, name.span);
        }
        let mut out: Vec<Token> =
            found.body.iter().map(|t| Token { span: name.span, origin: found.origin, ..*t }).collect();
        lead(&mut out, name.flags);
        out
    }

    /// Reads `(a, b)`; `None` when it cannot be read, after a diagnostic.
    fn arguments(&mut self, found: &Macro, params: &[Sym], name: Token) -> Option<(Vec<Vec<Token>>, Token)> {
        let open = self.raw();
        let mut args: Vec<Vec<Token>> = vec![Vec::new()];
        let mut depth = 0usize;
        let close = loop {
            let token = self.raw();
            match token.kind {
                TokenKind::Eof => {
                    if !self.aborted {
                        let text = self.names.text(name.sym).clone();
                        let finding = Diagnostic::error(
                            "unclosed-delimiter",
                            open.span,
                            format!("unclosed `(` in the use of the macro `{text}`"),
                        )
                        .label("never closed");
                        self.report.push_at(found.origin, finding);
                        self.report.cut_off = true;
                    }
                    return None;
                }
                TokenKind::Punct(Punct::LParen) => depth += 1,
                TokenKind::Punct(Punct::RParen) if depth == 0 => break token,
                TokenKind::Punct(Punct::RParen) => depth -= 1,
                TokenKind::Punct(Punct::Comma)
                    if depth == 0 && !(found.variadic && args.len() >= params.len()) =>
                {
                    args.push(Vec::new());
                    if !self.spend(1, name.span) {
                        return None;
                    }
                    continue;
                }
                _ => {}
            }
            // Arguments that are copied out of frames may be copied again: count them.
            if !self.frames.is_empty() && !self.spend(0, name.span) {
                return None;
            }
            // A name that is switched off here stays off in the argument for ever.
            let off =
                token.kind == TokenKind::Ident && self.macro_of(token.sym).is_some_and(|m| m.active.get());
            let flags = if off { token.flags | NO_EXPAND } else { token.flags };
            if let Some(last) = args.last_mut() {
                last.push(Token { flags, ..token });
            }
        };
        if params.is_empty() && args.len() == 1 && args[0].is_empty() {
            args.clear();
        }
        if found.variadic && args.len() + 1 == params.len() {
            args.push(Vec::new());
        }
        if args.len() != params.len() {
            let text = self.names.text(name.sym).clone();
            let place = name.span.to(close.span);
            let finding = Diagnostic::error(
                "macro-arguments",
                place,
                format!(
                    "the macro `{text}` takes {}{} but {} given",
                    if found.variadic { "at least " } else { "" },
                    count(params.len() - usize::from(found.variadic), "argument"),
                    if args.len() == 1 { "1 is".to_string() } else { format!("{} are", args.len()) },
                ),
            );
            self.report.push_at(found.origin, finding);
            // The use stands for nothing in particular; a zero keeps expressions readable.
            args.resize_with(params.len(), || vec![name_zero(&mut self.names, place)]);
        }
        Some((args, close))
    }

    /// The macro's body with arguments put in, `#` and `##` applied.
    fn substitute(&mut self, found: &Macro, args: Vec<Vec<Token>>, name: Token, place: Span) -> Vec<Token> {
        let opt = self.names.intern("__VA_OPT__");
        if found.variadic && found.body.iter().any(|t| t.kind == TokenKind::Ident && t.sym == opt) {
            let keep = args.last().is_some_and(|rest| !rest.is_empty());
            let plain = found.with_optional(opt, keep);
            return self.substitute(&plain, args, name, place);
        }
        let mut expanded: Vec<Option<Vec<Token>>> = vec![None; args.len()];
        let mut out: Vec<Token> = Vec::with_capacity(found.body.len());
        let function_like = found.params.is_some();
        // The left operand of a following `##` is an empty argument.
        let mut nothing = false;
        let mut i = 0;
        while let Some(&token) = found.body.get(i) {
            if self.aborted {
                return Vec::new();
            }
            let token = Token { span: place, origin: found.origin, ..token };
            if function_like
                && token.is(Punct::Hash)
                && let Some(slot) = found.slot(i + 1)
            {
                let text = stringize(&self.names, args.get(slot).map_or(&[][..], |a| a));
                let sym = self.names.intern(&text);
                out.push(Token { kind: TokenKind::Str, sym, ..token });
                nothing = false;
                i += 2;
                continue;
            }
            if token.is(Punct::HashHash) && i > 0 && i + 1 < found.body.len() {
                let slot = found.slot(i + 1);
                let right: Vec<Token> = match slot {
                    Some(slot) => args.get(slot).cloned().unwrap_or_default(),
                    None => vec![Token { span: place, origin: found.origin, ..found.body[i + 1] }],
                };
                i += 2;
                let rest = found.variadic && slot.is_some_and(|s| s + 1 == args.len());
                if rest && out.last().is_some_and(|t| t.is(Punct::Comma)) && !nothing {
                    // GNU: the comma goes when nothing follows.
                    if right.is_empty() {
                        out.pop();
                    }
                    let right = self.expand_list(right, true);
                    out.extend(right);
                } else if nothing || out.is_empty() {
                    nothing = right.is_empty();
                    out.extend(right);
                } else if let Some((first, more)) = right.split_first() {
                    if let Some(left) = out.pop() {
                        self.paste(left, *first, place, found.origin, &mut out);
                    }
                    out.extend_from_slice(more);
                }
                continue;
            }
            match found.slot(i) {
                Some(slot) => {
                    let pasted = found.body.get(i + 1).is_some_and(|t| t.is(Punct::HashHash));
                    let from = out.len();
                    let raw = args.get(slot).map_or(&[][..], |a| a);
                    if pasted {
                        out.extend_from_slice(raw);
                    } else {
                        if expanded[slot].is_none() {
                            expanded[slot] = Some(self.expand_list(raw.to_vec(), true));
                        }
                        if let Some(tokens) = &expanded[slot] {
                            out.extend_from_slice(tokens);
                        }
                        if !self.spend(out.len() - from, place) {
                            return Vec::new();
                        }
                    }
                    nothing = out.len() == from;
                    lead(&mut out[from..], token.flags);
                }
                None => {
                    out.push(token);
                    nothing = false;
                }
            }
            i += 1;
        }
        lead(&mut out, name.flags);
        out
    }

    fn paste(&mut self, left: Token, right: Token, place: Span, origin: u32, out: &mut Vec<Token>) {
        let text = format!("{}{}", self.names.spelling(&left), self.names.spelling(&right));
        let mut quiet = super::report::Report { closed: true, ..Default::default() };
        let mut lexer = super::lexer::Lexer::new(&text, place.source);
        let one = lexer.next(&mut self.names, &mut quiet);
        let end = lexer.next(&mut self.names, &mut quiet);
        if end.kind == TokenKind::Eof && one.kind != TokenKind::Eof {
            let spelled = left.flags & (NEWLINE | SPACE);
            out.push(Token { span: place, origin, flags: spelled, ..one });
            return;
        }
        let finding =
            Diagnostic::error("invalid-paste", place, format!("`##` gives `{text}`, which is not one token"));
        self.report.push_at(origin, finding);
        out.extend([left, right]);
    }
}

fn nested(place: Span) -> Diagnostic {
    Diagnostic::error("nested-too-deeply", place, "macros are nested too deeply")
        .label("while expanding this")
        .help("write a loop or a function instead of nesting macro uses")
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

fn name_zero(names: &mut Names, span: Span) -> Token {
    Token { kind: TokenKind::Number, sym: names.intern("0"), span, origin: 0, flags: 0 }
}

/// The first token takes over the white space before the use.
fn lead(tokens: &mut [Token], flags: u8) {
    if let Some(first) = tokens.first_mut() {
        first.flags = first.flags & !(NEWLINE | SPACE) | flags & (NEWLINE | SPACE);
    }
}

/// `#x`: the argument as a string literal.
fn stringize(names: &Names, tokens: &[Token]) -> String {
    let mut text = String::from("\"");
    for (i, token) in tokens.iter().enumerate() {
        if i > 0 && token.flags & (SPACE | NEWLINE) != 0 {
            text.push(' ');
        }
        let literal = matches!(token.kind, TokenKind::Str | TokenKind::Char);
        for c in names.spelling(token).chars() {
            if literal && matches!(c, '"' | '\\') {
                text.push('\\');
            }
            text.push(c);
        }
    }
    text.push('"');
    text
}
