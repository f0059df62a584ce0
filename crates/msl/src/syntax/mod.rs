//! From text to tree: lexer, preprocessor, parser.
//!
//! [`parse`] reads a header and a body as one translation unit and always gives a tree. In reading order:
//! `token` and `word` say what tokens are, `lexer` makes them, `preprocess` (with `directive`, `condition`
//! and `expand`) obeys directives and expands macros, `parser` holds the parser's core and `scope` what names stand
//! for; `declarations`, `declarators`, `structs`, `functions`, `types`, `templates`, `statements`, `control`, `expressions` and `primary` are
//! the grammar. `print` shows trees.
//!
//! Nothing here panics or runs away: recursion, expression height and macro expansion are bounded, each with a
//! diagnostic of its own.

pub mod ast;

mod condition;
mod control;
mod declarations;
mod declarators;
mod directive;
mod expand;
mod expressions;
mod functions;
mod lexer;
mod number;
mod parser;
mod preprocess;
mod primary;
mod print;
mod report;
mod scope;
mod statements;
mod structs;
mod templates;
mod token;
mod types;
mod unsupported;
mod word;

pub use print::print_tree;

use ast::{Ident, Tree};
use emberforge_base::{Diagnostic, SourceId, Sources, Span};
use parser::Parser;
use preprocess::Preprocessor;
use scope::{Kind, Scopes};
use std::sync::Arc;
use token::{Names, Token, TokenKind};

/// What the parser is told about names it does not see declared, and about the build.
#[derive(Clone, Debug, Default)]
pub struct ParseOptions<'a> {
    /// `__FAST_MATH__` is 1.
    pub fast_math: bool,
    /// Kernel template type parameters and types of the prelude.
    pub type_names: &'a [&'a str],
    /// Function templates of the prelude.
    pub template_names: &'a [&'a str],
    /// Names that are values in the body even if they look like types: inputs and outputs.
    pub value_names: &'a [&'a str],
}

/// What [`parse`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The tree, with error nodes where the text made no sense.
    pub tree: Tree,
    /// Findings, ordered by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Every identifier of the preprocessed body that is no keyword: its first use, in order.
    pub body_names: Vec<Ident>,
    /// Uses of macros in header and body; tokens of the macro itself have the use's span.
    pub expansions: Vec<Expansion>,
}

/// One use of a macro in the user's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Expansion {
    /// The use, with its arguments.
    pub span: Span,
    /// The macro.
    pub name: Arc<str>,
    /// Its definition; `None` for predefined macros.
    pub definition: Option<Span>,
}

impl Parsed {
    /// Adds "in this expansion of the macro ..." to a finding about a macro's own tokens.
    pub fn explain(&self, diagnostic: Diagnostic) -> Diagnostic {
        match self.expansions.iter().find(|e| e.span == diagnostic.primary.span) {
            Some(Expansion { name, definition: Some(place), .. }) => {
                diagnostic.also(*place, format!("in this expansion of the macro `{name}`, defined here"))
            }
            _ => diagnostic,
        }
    }
}

/// A token's text.
pub type TokenText = Arc<str>;

/// Reads a header and a body. Always gives a tree; never panics.
pub fn parse(sources: &Sources, header: SourceId, body: SourceId, options: &ParseOptions<'_>) -> Parsed {
    let mut preprocessor = Preprocessor::new(sources, header, options.fast_math);
    let header_tokens = preprocessor.run(header);
    let body_tokens = preprocessor.run(body);
    let Preprocessor { mut names, mut report, uses, .. } = preprocessor;
    let expansions = uses.into_iter().filter_map(|(span, origin)| {
        let (name, definition) = report.macros.get((origin as usize).checked_sub(1)?)?.clone();
        Some(Expansion { span, name, definition })
    });
    let expansions = expansions.collect();
    let body_names = names_of(&names, &body_tokens);
    let mut scopes = Scopes::default();
    for (list, kind) in [(options.type_names, Kind::Type), (options.template_names, Kind::Template)] {
        for name in list {
            scopes.declare(names.intern(name), kind);
        }
    }
    let values: Vec<_> = options.value_names.iter().map(|name| names.intern(name)).collect();
    let mut tree = Tree::default();
    let mut parser = Parser::new(&names, &mut report, &mut scopes, header_tokens, false);
    tree.header = parser.items(false);
    scopes.push();
    for sym in values {
        scopes.declare(sym, Kind::Value);
    }
    let mut parser = Parser::new(&names, &mut report, &mut scopes, body_tokens, true);
    tree.body = parser.body();
    Parsed { tree, diagnostics: report.finish(), body_names, expansions }
}

/// The preprocessed tokens of header and body, as the parser sees them.
pub fn tokens(
    sources: &Sources,
    header: SourceId,
    body: SourceId,
    options: &ParseOptions<'_>,
) -> Vec<(TokenText, Span)> {
    let mut preprocessor = Preprocessor::new(sources, header, options.fast_math);
    let mut list = preprocessor.run(header);
    list.extend(preprocessor.run(body));
    let names = &preprocessor.names;
    let real = list.iter().filter(|t| t.kind != TokenKind::Eof);
    real.map(|t| (names.shared(t), t.span)).collect()
}

/// First uses of the names among `tokens`, in order.
fn names_of(names: &Names, tokens: &[Token]) -> Vec<Ident> {
    let mut seen = vec![false; names.len()];
    let mut out = Vec::new();
    for token in tokens {
        let i = token.sym.0 as usize;
        if token.kind == TokenKind::Ident && !seen[i] && !names.word(token.sym).is_keyword() {
            seen[i] = true;
            out.push(Ident { name: names.shared(token), span: token.span });
        }
    }
    out
}
