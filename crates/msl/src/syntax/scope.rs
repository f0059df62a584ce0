//! What names stand for, as far as parsing needs to know: types, templates, values.

use super::ast::Segment;
use super::token::{Names, Sym};
use super::word::Word;
use std::sync::Arc;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Not declared here: perhaps a builtin, perhaps a mistake.
    Unknown,
    Type,
    TemplateType,
    Value,
    Function,
    /// A function or variable template.
    Template,
    Namespace,
}

impl Kind {
    pub(crate) fn is_type(self) -> bool {
        matches!(self, Kind::Type | Kind::TemplateType)
    }
}

/// The meaning of every name at the current place; leaving a scope restores what it hid.
#[derive(Default)]
pub(crate) struct Scopes {
    now: Vec<Option<Kind>>,
    /// Names that were a type in some namespace or struct; they count after `::`.
    member_types: Vec<Option<Kind>>,
    undo: Vec<(Sym, Option<Kind>)>,
    marks: Vec<usize>,
    /// `namespace a = b::c;`: what `a` stands for at the beginning of a path.
    pub(crate) namespace_aliases: Vec<(Arc<str>, Vec<Segment>)>,
}

impl Scopes {
    pub(crate) fn declare(&mut self, sym: Sym, kind: Kind) {
        let i = sym.0 as usize;
        if i >= self.now.len() {
            self.now.resize(i + 64, None);
        }
        if !self.marks.is_empty() {
            self.undo.push((sym, self.now[i]));
        }
        self.now[i] = Some(kind);
        if kind.is_type() {
            if i >= self.member_types.len() {
                self.member_types.resize(i + 64, None);
            }
            self.member_types[i] = Some(kind);
        }
    }

    pub(crate) fn push(&mut self) {
        self.marks.push(self.undo.len());
    }

    pub(crate) fn pop(&mut self) {
        let to = self.marks.pop().unwrap_or(0);
        for (sym, before) in self.undo.drain(to..).rev() {
            self.now[sym.0 as usize] = before;
        }
    }

    /// The meaning of a name on its own.
    pub(crate) fn kind(&self, names: &Names, sym: Sym) -> Kind {
        if let Some(Some(kind)) = self.now.get(sym.0 as usize) {
            return *kind;
        }
        builtin(names.word(sym))
    }

    /// The meaning of a name after `::`.
    pub(crate) fn member_kind(&self, names: &Names, sym: Sym) -> Kind {
        match self.member_types.get(sym.0 as usize) {
            Some(Some(kind)) => *kind,
            _ => match self.kind(names, sym) {
                Kind::Value | Kind::Namespace => Kind::Unknown,
                kind => kind,
            },
        }
    }
}

fn builtin(word: Word) -> Kind {
    match word {
        Word::Type | Word::Char | Word::Short | Word::Int | Word::Long | Word::Unsigned | Word::Signed => {
            Kind::Type
        }
        Word::TemplateType => Kind::TemplateType,
        Word::Template => Kind::Template,
        _ => Kind::Unknown,
    }
}
