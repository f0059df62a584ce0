//! Joining what is known on two ways through the code.

use std::rc::Rc;

use ruff_text_size::TextRange;

use super::value::{Array, Kind, Sure, V};
use super::{Engine, State, Sym};

impl Engine<'_> {
    /// A value that may be either of two.
    pub(super) fn join(&mut self, a: V, b: V) -> V {
        if a == b || b == V::UNBOUND {
            return a;
        }
        if a == V::UNBOUND {
            return b;
        }
        let (x, y) = (&self.values[a.0 as usize], &self.values[b.0 as usize]);
        let maybe_none = x.maybe_none || y.maybe_none;
        match (&x.kind, &y.kind) {
            (Kind::NoneValue, Kind::NoneValue) => return a,
            (Kind::NoneValue, _) => return self.optional(b),
            (_, Kind::NoneValue) => return self.optional(a),
            _ => {}
        }
        let range = x.range;
        let kind = match (x.kind.clone(), y.kind.clone()) {
            (Kind::Array(p), Kind::Array(q)) if p.lib == q.lib => {
                let same_rank = p.rank == q.rank;
                let mut dims = [-1; 4];
                for (d, (m, n)) in dims.iter_mut().zip(p.dims.iter().zip(q.dims)) {
                    *d = if *m == n && same_rank { n } else { -1 };
                }
                Kind::Array(Array {
                    lib: p.lib,
                    dtype: p.dtype.join(q.dtype),
                    rank: if same_rank { p.rank } else { None },
                    dims,
                    sure: p.sure.min(q.sure),
                })
            }
            // `total = 0` and then `total = total + array`: an array from the second turn on.
            (Kind::Array(p), Kind::Int(_) | Kind::Float(_))
            | (Kind::Int(_) | Kind::Float(_), Kind::Array(p)) => {
                Kind::Array(Array { sure: p.sure.min(Sure::Likely), ..p.shapeless() })
            }
            (Kind::Int(m), Kind::Int(n)) => Kind::Int(if m == n { m } else { None }),
            (Kind::Float(m), Kind::Float(n)) => Kind::Float(if m == n { m } else { None }),
            (Kind::Int(_), Kind::Float(_)) | (Kind::Float(_), Kind::Int(_)) => Kind::Float(None),
            (Kind::Bool(m), Kind::Bool(n)) => Kind::Bool(if m == n { m } else { None }),
            (Kind::Str(m), Kind::Str(n)) => Kind::Str(if m == n { m } else { None }),
            (Kind::Seq { items: p, list }, Kind::Seq { items: q, .. })
                if p.len() == q.len() && p.len() <= 16 =>
            {
                let items: Rc<[V]> = p.iter().zip(q.iter()).map(|(m, n)| self.join(*m, *n)).collect();
                Kind::Seq { items, list }
            }
            (Kind::Seq { items, .. }, Kind::ListOf(e)) | (Kind::ListOf(e), Kind::Seq { items, .. }) => {
                let all = items.iter().fold(e, |acc, i| self.join(acc, *i));
                Kind::ListOf(all)
            }
            (Kind::Seq { items: p, .. }, Kind::Seq { items: q, .. }) => {
                let all = p.iter().chain(q.iter()).fold(V::UNBOUND, |acc, i| self.join(acc, *i));
                Kind::ListOf(if all == V::UNBOUND { V::UNKNOWN } else { all })
            }
            (Kind::ListOf(p), Kind::ListOf(q)) => Kind::ListOf(self.join(p, q)),
            (Kind::DictOf(p), Kind::DictOf(q)) => Kind::DictOf(self.join(p, q)),
            (Kind::Transformed(s, p), Kind::Transformed(t, q)) if s == t => {
                Kind::Transformed(s, self.join(p, q))
            }
            (Kind::Partial(p), Kind::Partial(q)) => Kind::Partial(self.join(p, q)),
            (Kind::Bound(f, p), Kind::Bound(g, q)) if f == g => Kind::Bound(f, self.join(p, q)),
            (p, q) if p == q => p,
            _ => Kind::Unknown,
        };
        if kind == Kind::Unknown && !maybe_none {
            return V::UNKNOWN;
        }
        let joined = self.make(kind, range, Sym::JOIN, [a, b]);
        if let (Kind::Seq { items: p, .. }, Kind::Seq { items: q, .. }) = (self.kind(a), self.kind(b))
            && p.len() != q.len()
        {
            let longer = if p.len() > q.len() { p } else { q }.to_vec();
            self.grown.insert(joined, longer);
        }
        self.values[joined.0 as usize].maybe_none = maybe_none;
        joined
    }

    /// The same value, or `None`.
    pub(super) fn optional(&mut self, v: V) -> V {
        if self.values[v.0 as usize].maybe_none || self.values[v.0 as usize].kind == Kind::NoneValue {
            return v;
        }
        let mut value = self.values[v.0 as usize].clone();
        value.maybe_none = true;
        let new = V(self.values.len() as u32);
        self.values.push(value);
        new
    }

    /// The same value, certainly not `None`.
    pub(super) fn present(&mut self, v: V) -> V {
        if !self.values[v.0 as usize].maybe_none {
            return v;
        }
        let mut value = self.values[v.0 as usize].clone();
        value.maybe_none = false;
        let new = V(self.values.len() as u32);
        self.values.push(value);
        new
    }

    /// Joins for flow-insensitive places (attributes, outer names): equal facts keep the old handle.
    pub(super) fn absorb(&mut self, old: V, new: V) -> V {
        if old == new || old == V::UNKNOWN {
            return old;
        }
        if old != V::UNBOUND {
            let (x, y) = (&self.values[old.0 as usize], &self.values[new.0 as usize]);
            if x.kind == y.kind && (x.maybe_none || !y.maybe_none) {
                return old;
            }
        }
        self.join(old, new)
    }

    /// Joins two states into the first.
    pub(super) fn join_states(&mut self, a: State, b: State) -> State {
        if a.dead {
            return b;
        }
        if b.dead {
            return a;
        }
        let mut out = a;
        if out.env.len() < b.env.len() {
            out.env.resize(b.env.len(), V::UNBOUND);
        }
        for (slot, other) in b.env.iter().enumerate() {
            let mine = out.env[slot];
            if mine != *other {
                out.env[slot] = self.join(mine, *other);
            }
        }
        for key in b.used_keys {
            if !out.used_keys.iter().any(|k| k.0 == key.0) {
                out.used_keys.push(key);
            }
        }
        out.timer = match (out.timer, b.timer) {
            (Some(mut p), Some(q)) => {
                // A sync on either way is benefit of the doubt.
                p.synced |= q.synced;
                p.lazy = p.lazy.or(q.lazy);
                Some(p)
            }
            (p, q) => p.or(q),
        };
        out
    }

    /// The text range of a value, for messages.
    pub fn range_of(&self, v: V) -> TextRange {
        self.value(v).range
    }
}
