//! Tokens and the names in them.
//!
//! A token is small and `Copy`: its text is a [`Sym`], an index into the [`Names`] table, which holds every distinct
//! spelling once and knows which of them are words of the language.

use super::word::{Word, classify};
use emberforge_base::{SourceId, Span};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// A spelling in the [`Names`] table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sym(pub(crate) u32);

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Ident,
    Number,
    Char,
    Str,
    Punct(Punct),
    Eof,
}

/// Set when a line break stands before the token.
pub(crate) const NEWLINE: u8 = 1;
/// Set when white space stands before the token.
pub(crate) const SPACE: u8 = 2;
/// Set on a macro's name met inside its own expansion: it stays as it is for ever.
pub(crate) const NO_EXPAND: u8 = 4;
/// A `//` comment that ends like a statement, with `;`, stands before the token.
pub(crate) const COMMENTED: u8 = 8;

/// One token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// Spelling; meaningless for punctuation and the end.
    pub(crate) sym: Sym,
    /// Place in the user's text; for a macro's own tokens the place of its use.
    pub(crate) span: Span,
    /// Index plus one into the list of macro definitions for a macro's own tokens, else 0.
    pub(crate) origin: u32,
    pub(crate) flags: u8,
}

impl Token {
    pub(crate) fn eof(source: SourceId, at: u32) -> Token {
        Token {
            kind: TokenKind::Eof,
            sym: Sym(0),
            span: Span::new(source, at, at),
            origin: 0,
            flags: NEWLINE,
        }
    }

    pub(crate) fn is(&self, punct: Punct) -> bool {
        self.kind == TokenKind::Punct(punct)
    }

    pub(crate) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

macro_rules! puncts {
    ($($name:ident $text:literal,)*) => {
        /// Operators and brackets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Punct { $($name,)* }
        impl Punct {
            pub(crate) const fn text(self) -> &'static str {
                match self { $(Punct::$name => $text,)* }
            }
        }
    };
}

puncts! {
    LParen "(", RParen ")", LBracket "[", RBracket "]", LBrace "{", RBrace "}",
    Semi ";", Comma ",", Dot ".", Arrow "->", DotStar ".*", ArrowStar "->*", Ellipsis "...",
    Colon ":", ColonColon "::", Question "?", Tilde "~", Bang "!",
    Plus "+", Minus "-", Star "*", Slash "/", Percent "%", Caret "^", Amp "&", Pipe "|",
    PlusPlus "++", MinusMinus "--", AmpAmp "&&", PipePipe "||", Shl "<<", Shr ">>",
    EqEq "==", Ne "!=", Lt "<", Gt ">", Le "<=", Ge ">=",
    Eq "=", PlusEq "+=", MinusEq "-=", StarEq "*=", SlashEq "/=", PercentEq "%=",
    CaretEq "^=", AmpEq "&=", PipeEq "|=", ShlEq "<<=", ShrEq ">>=",
    Hash "#", HashHash "##", Backslash "\\", At "@", Dollar "$", Backtick "`",
}

/// Multiplies and rotates: identifiers are short, the table is private and small.
#[derive(Default)]
pub(crate) struct WordHasher(u64);

impl Hasher for WordHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0u8; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Every distinct spelling, once.
#[derive(Default)]
pub(crate) struct Names {
    index: HashMap<Arc<str>, u32, BuildHasherDefault<WordHasher>>,
    texts: Vec<Arc<str>>,
    words: Vec<Word>,
}

impl Names {
    /// The symbol of `text`.
    pub(crate) fn intern(&mut self, text: &str) -> Sym {
        if let Some(&i) = self.index.get(text) {
            return Sym(i);
        }
        let shared: Arc<str> = Arc::from(text);
        let i = self.texts.len() as u32;
        self.words.push(classify(text));
        self.texts.push(shared.clone());
        self.index.insert(shared, i);
        Sym(i)
    }

    /// The symbol of a text that has occurred.
    pub(crate) fn find(&self, text: &str) -> Option<Sym> {
        self.index.get(text).map(|&i| Sym(i))
    }

    pub(crate) fn text(&self, sym: Sym) -> &Arc<str> {
        &self.texts[sym.0 as usize]
    }

    pub(crate) fn word(&self, sym: Sym) -> Word {
        self.words[sym.0 as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    /// A token as it is written.
    pub(crate) fn spelling(&self, token: &Token) -> &str {
        match token.kind {
            TokenKind::Punct(p) => p.text(),
            TokenKind::Eof => "",
            _ => self.text(token.sym),
        }
    }

    /// The spelling as shared text.
    pub(crate) fn shared(&self, token: &Token) -> Arc<str> {
        match token.kind {
            TokenKind::Punct(p) => Arc::from(p.text()),
            TokenKind::Eof => Arc::from(""),
            _ => self.text(token.sym).clone(),
        }
    }
}
