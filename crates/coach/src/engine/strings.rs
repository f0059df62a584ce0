//! Strings put together: f-strings, `format`, `%`, `join`, `replace`. What is not constant leaves a hole (`\u{0}`),
//! so that a kernel body with holes is still worth reading.

use std::rc::Rc;

use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};

use super::event::{Arg, Sync};
use super::value::{Kind, V};
use super::{Engine, Sym};

/// What stands where a part is not known.
const HOLE: &str = "\u{0}";

impl<'a> Engine<'a> {
    /// How Python prints a value, where it is a constant.
    pub(super) fn printed(&self, v: V) -> Option<String> {
        match self.kind(v) {
            Kind::Str(s) => s.as_deref().map(str::to_owned),
            Kind::Int(i) => i.map(|i| i.to_string()),
            Kind::Bool(b) => b.map(|b| if b { "True" } else { "False" }.to_owned()),
            _ => None,
        }
    }

    /// The same, or a hole.
    fn printed_or_hole(&self, v: V) -> String {
        self.printed(v).or_else(|| self.one_of(v)).unwrap_or_else(|| HOLE.to_owned())
    }

    /// One of the texts that a longer string may be: a kernel body made of it is one that may run.
    fn one_of(&self, v: V) -> Option<String> {
        let (_, text) = self.texts(v).into_iter().next()?;
        (text.len() > 32).then(|| text.to_string())
    }

    pub(super) fn fstring(&mut self, f: &'a ast::ExprFString) -> V {
        let mut text = String::new();
        for part in f.value.iter() {
            let inner = match part {
                ast::FStringPart::Literal(l) => {
                    text.push_str(&l.value);
                    continue;
                }
                ast::FStringPart::FString(inner) => inner,
            };
            for element in &inner.elements {
                match element {
                    ast::InterpolatedStringElement::Literal(l) => text.push_str(&l.value),
                    ast::InterpolatedStringElement::Interpolation(i) => {
                        let v = self.eval(&i.expression);
                        if self.mlx_array(v).is_some() {
                            self.synced(i.expression.range(), v, Sync::Format);
                        }
                        let plain = i.format_spec.is_none() && i.conversion == ast::ConversionFlag::None;
                        match self.printed(v).filter(|_| plain) {
                            Some(known) => text.push_str(&known),
                            None => text.push_str(HOLE),
                        }
                    }
                }
            }
        }
        self.make(Kind::Str(Some(Rc::from(text))), f.range, Sym::LITERAL, [])
    }

    /// `a + b` where at least one is a string.
    pub(super) fn concatenated(&self, l: V, r: V) -> Kind {
        match (self.kind(l), self.kind(r)) {
            (Kind::Str(None), Kind::Str(None)) => Kind::Str(None),
            _ => Kind::Str(Some(Rc::from(self.printed_or_hole(l) + &self.printed_or_hole(r)))),
        }
    }

    /// `text % values`.
    pub(super) fn percent(&self, text: &str, values: V) -> Kind {
        let items: Vec<V> = match self.kind(values) {
            Kind::Seq { items, list: false } => items.to_vec(),
            _ => vec![values],
        };
        let mut next = items.iter();
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                out.push('%');
                rest = after;
                continue;
            }
            let end =
                rest.find(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'l' | 'h')).unwrap_or(rest.len());
            let plain = rest.starts_with(['d', 's', 'i']);
            let value = if rest.starts_with('(') { None } else { next.next() };
            out.push_str(
                &value.filter(|_| plain).map_or_else(|| HOLE.to_owned(), |v| self.printed_or_hole(*v)),
            );
            rest = rest.get(end + 1..).unwrap_or("");
        }
        out.push_str(rest);
        Kind::Str(Some(Rc::from(out)))
    }

    /// What a method of a string gives.
    pub(super) fn string_method(&self, last: &str, receiver: V, args: &[Arg<'a>]) -> Kind {
        let first = args.first().map_or(V::UNKNOWN, |a| a.value);
        let text = match self.kind(receiver) {
            Kind::Str(Some(s)) => Some(s.to_string()),
            _ => self.one_of(receiver),
        };
        let text = text.as_deref();
        let text = match (last, text) {
            ("replace", Some(s)) => match (args, self.kind(first)) {
                ([_, with], Kind::Str(Some(what))) => {
                    Some(s.replace(&**what, &self.printed_or_hole(with.value)))
                }
                _ => None,
            },
            ("strip", Some(s)) if args.is_empty() => Some(s.trim().to_owned()),
            ("lstrip", Some(s)) if args.is_empty() => Some(s.trim_start().to_owned()),
            ("rstrip", Some(s)) if args.is_empty() => Some(s.trim_end().to_owned()),
            ("format", Some(s)) => Some(self.formatted(s, args)),
            ("join", Some(s)) => match self.kind(first) {
                Kind::Seq { items, .. } => {
                    Some(items.iter().map(|i| self.printed_or_hole(*i)).collect::<Vec<_>>().join(s))
                }
                _ => self
                    .grown
                    .get(&first)
                    .map(|items| items.iter().map(|i| self.printed_or_hole(*i)).collect::<Vec<_>>().join(s)),
            },
            ("split" | "splitlines", _) => return Kind::ListOf(V::UNKNOWN),
            ("startswith" | "endswith" | "isdigit", _) => return Kind::Bool(None),
            ("find" | "index" | "count", _) => return Kind::Int(None),
            _ => None,
        };
        Kind::Str(text.map(Rc::from))
    }

    /// `text.format(...)`.
    fn formatted(&self, text: &str, args: &[Arg<'a>]) -> String {
        let mut out = String::new();
        let mut rest = text;
        let mut next = 0;
        while let Some(at) = rest.find(['{', '}']) {
            out.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                out.push_str(brace);
                rest = after;
                continue;
            }
            let Some((field, after)) = rest.split_once('}').filter(|_| brace == "{") else { continue };
            rest = after;
            let found = match field.parse::<usize>() {
                Ok(n) => args.iter().filter(|a| a.name.is_none()).nth(n),
                Err(_) if field.is_empty() => {
                    next += 1;
                    args.iter().filter(|a| a.name.is_none()).nth(next - 1)
                }
                Err(_) => args.iter().find(|a| a.name == Some(field)),
            };
            out.push_str(
                &found
                    .filter(|a| !a.starred)
                    .map_or_else(|| HOLE.to_owned(), |a| self.printed_or_hole(a.value)),
            );
        }
        out + rest
    }

    /// The texts that a string may be: one if it is constant, else those of the ways that lead to it.
    pub fn texts(&self, v: V) -> Vec<(V, Rc<str>)> {
        let value = self.value(v);
        match &value.kind {
            Kind::Str(Some(text)) => vec![(v, text.clone())],
            Kind::Str(None) if matches!(value.op, Sym::JOIN | Sym::LOCAL | Sym::PARAMETER) => {
                let operands = value.operands;
                let mut all: Vec<(V, Rc<str>)> = Vec::new();
                for o in operands.into_iter().filter(|o| *o < v && *o > V::NONE) {
                    for (v, text) in self.texts(o) {
                        if all.len() < 4 && !all.iter().any(|(_, t)| *t == text) {
                            all.push((v, text));
                        }
                    }
                }
                all
            }
            _ => Vec::new(),
        }
    }

    /// Whether a text is one of several that the branches before it may have made.
    pub fn is_chosen(&self, v: V) -> bool {
        self.chosen(v, 0)
    }

    fn chosen(&self, v: V, depth: u32) -> bool {
        let value = self.value(v);
        let earlier = |o: &V| *o > V::NONE && *o < v && self.chosen(*o, depth + 1);
        depth < 64
            && match &value.kind {
                Kind::Str(None) if value.op == Sym::JOIN => true,
                Kind::Seq { items, .. } => items.iter().any(earlier),
                Kind::Str(_) => value.operands.iter().any(earlier),
                _ => false,
            }
    }

    /// Where the parts of a string stand in the file: the literals it was put together from, in order.
    pub fn literals(&self, v: V) -> Vec<TextRange> {
        let mut out = Vec::new();
        self.collect_literals(v, 0, &mut out);
        out
    }

    fn collect_literals(&self, v: V, depth: u32, out: &mut Vec<TextRange>) {
        if depth > 64 || v <= V::NONE || out.len() >= 256 {
            return;
        }
        let value = self.value(v);
        match &value.kind {
            Kind::Str(Some(_)) if value.op == Sym::LITERAL => out.push(value.range),
            Kind::Str(_) if value.op == Sym::JOIN => self.collect_literals(value.operands[0], depth + 1, out),
            Kind::Seq { items, .. } => items.iter().for_each(|i| self.collect_literals(*i, depth + 1, out)),
            Kind::DictOf(e) => self.collect_literals(*e, depth + 1, out),
            Kind::ListOf(_) => {
                for i in self.grown.get(&v).into_iter().flatten() {
                    self.collect_literals(*i, depth + 1, out);
                }
            }
            Kind::Str(_) | Kind::Method(..) => {
                for o in value.operands {
                    if o < v {
                        self.collect_literals(o, depth + 1, out);
                    }
                }
            }
            _ => {}
        }
    }
}
