//! Names: the scopes of a file, what a name holds now, and what it may ever hold.

use ruff_text_size::TextRange;

use super::value::{Kind, V};
use super::{Engine, Sym};

impl<'a> Engine<'a> {
    /// What a local name holds now.
    pub(super) fn local(&self, name: &str) -> V {
        let scope = &self.scopes[self.frame.scope as usize];
        scope
            .names
            .get(name)
            .and_then(|slot| self.frame.state.env.get(*slot as usize))
            .copied()
            .unwrap_or(V::UNBOUND)
    }

    /// Binds a local name, and notes it for inner functions.
    pub(super) fn bind(&mut self, name: &'a str, value: V) {
        let global = self.frame.function.is_some_and(|f| self.functions[f as usize].globals.contains(&name));
        if global {
            let range = self.range_of(value);
            self.note_effect(range, name.to_owned());
            let mut at = self.scopes[self.frame.scope as usize].parent;
            while let Some(scope) = at {
                let s = &self.scopes[scope as usize];
                if s.parent.is_none() || s.names.contains_key(name) {
                    self.record(scope, name, value);
                    break;
                }
                at = s.parent;
            }
            // Within this function the store is seen at once.
        }
        let slot = if global {
            self.slot(self.frame.scope, name)
        } else {
            self.record(self.frame.scope, name, value)
        };
        let env = &mut self.frame.state.env;
        if env.len() <= slot {
            env.resize(slot + 1, V::UNBOUND);
        }
        env[slot] = value;
    }

    pub(super) fn slot(&mut self, scope: u32, name: &'a str) -> usize {
        let scope = &mut self.scopes[scope as usize];
        let next = scope.all.len() as u32;
        let slot = *scope.names.entry(name).or_insert(next);
        if slot == next {
            scope.all.push(V::UNBOUND);
            scope.assigned.push(0);
        }
        slot as usize
    }

    /// Joins an assignment into the flow-insensitive knowledge of a scope.
    pub(super) fn record(&mut self, scope: u32, name: &'a str, value: V) -> usize {
        let slot = self.slot(scope, name);
        let old = self.scopes[scope as usize].all[slot];
        let joined = self.absorb(old, value);
        let quiet = self.quiet > 0;
        let scope = &mut self.scopes[scope as usize];
        scope.all[slot] = joined;
        if !quiet {
            scope.assigned[slot] = scope.assigned[slot].saturating_add(1);
        }
        slot
    }

    /// Changes what a local name is known to hold, without an assignment.
    pub(super) fn set_local(&mut self, name: &'a str, value: V) {
        let slot = self.slot(self.frame.scope, name);
        let env = &mut self.frame.state.env;
        if env.len() <= slot {
            env.resize(slot + 1, V::UNBOUND);
        }
        env[slot] = value;
    }

    /// Whether a comprehension around this place binds a name.
    pub(super) fn in_overlay(&self, name: &str) -> bool {
        self.overlay.iter().any(|(n, _)| *n == name)
    }

    /// What a name holds.
    pub(super) fn lookup(&mut self, name: &'a str, range: TextRange) -> V {
        if let Some((_, v)) = self.overlay.iter().rev().find(|(n, _)| *n == name) {
            return *v;
        }
        let v = self.local(name);
        if v != V::UNBOUND {
            return v;
        }
        let mut at = self.scopes[self.frame.scope as usize].parent;
        while let Some(id) = at {
            let scope = &self.scopes[id as usize];
            at = scope.parent;
            if scope.is_class {
                continue;
            }
            if let Some(slot) = scope.names.get(name) {
                let v = scope.seen(*slot);
                if v == V::UNBOUND {
                    continue;
                }
                if !self.collecting
                    && self.quiet == 0
                    && let Some(f) = self.frame.function
                    && !matches!(self.kind(v), Kind::Lib(_) | Kind::Function(_) | Kind::Class(_))
                {
                    self.functions[f as usize].captures.push((name, id, range, v));
                }
                return v;
            }
        }
        if is_builtin(name) {
            let builtins = self.names.intern("builtins");
            let sym = self.names.child(builtins, name);
            return self.make(Kind::Lib(sym), range, Sym::NOTHING, []);
        }
        V::UNKNOWN
    }
}

fn is_builtin(name: &str) -> bool {
    matches!(
        name,
        "print"
            | "len"
            | "float"
            | "int"
            | "bool"
            | "complex"
            | "max"
            | "min"
            | "sum"
            | "sorted"
            | "any"
            | "all"
            | "range"
            | "list"
            | "tuple"
            | "dict"
            | "set"
            | "isinstance"
            | "enumerate"
            | "zip"
            | "str"
            | "repr"
            | "open"
            | "super"
            | "type"
            | "abs"
            | "round"
            | "reversed"
            | "map"
            | "filter"
            | "hasattr"
            | "getattr"
            | "setattr"
            | "id"
            | "object"
            | "Exception"
            | "format"
            | "next"
            | "iter"
            | "divmod"
            | "pow"
            | "staticmethod"
            | "classmethod"
            | "property"
            | "ValueError"
            | "TypeError"
            | "RuntimeError"
            | "NotImplementedError"
            | "hash"
            | "slice"
            | "frozenset"
            | "bytes"
            | "bytearray"
            | "chr"
            | "ord"
            | "hex"
            | "bin"
            | "callable"
            | "issubclass"
            | "vars"
            | "KeyError"
            | "IndexError"
            | "AttributeError"
            | "AssertionError"
            | "ImportError"
            | "OSError"
            | "FileNotFoundError"
            | "StopIteration"
    )
}
