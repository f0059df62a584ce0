//! What repeats around a place, and what each turn of it changes.

use super::{Engine, Kind, Loop, Sym, Turn, V};

impl Engine<'_> {
    /// Whether this place is the test of an `if` that only raises.
    pub fn guarding(&self) -> bool {
        self.guarding
    }

    /// The innermost loop or comprehension around this place; none where an exception ends it.
    pub fn turn(&self) -> Option<Turn> {
        if self.raising {
            return None;
        }
        let of_loop = |l: &Loop<'_>| Turn {
            entered: l.entered,
            iter: l.iter,
            turns: l.turns,
            head: l.head,
            range: l.range,
            over: None,
        };
        self.generators.last().copied().or_else(|| self.loops.last().map(of_loop))
    }

    /// Whether a value is what a loop hands out in each turn: the element, or a part of it as `enumerate` and `zip`
    /// give.
    fn handed_out(&self, v: V, turn: &Turn) -> bool {
        let Some(iter) = turn.iter else { return false };
        let part_of = |items: &[V]| {
            items
                .iter()
                .any(|i| *i == v || matches!(self.kind(*i), Kind::Seq { items, .. } if items.contains(&v)))
        };
        match self.kind(iter) {
            Kind::ListOf(e) if matches!(self.op(iter), "builtins.enumerate" | "builtins.zip") => {
                matches!(self.kind(*e), Kind::Seq { items, .. } if part_of(items))
            }
            _ => self.value(v).op == Sym::ITERATE && self.value(v).operands[0] == iter,
        }
    }

    /// The array that a loop goes over, if a value is an element of it.
    pub fn element_of(&self, v: V, turn: &Turn) -> Option<V> {
        let array = self.made_by(v, Sym::ITERATE)?[0];
        (self.handed_out(v, turn) && self.array(array).is_some()).then_some(array)
    }

    /// Whether a number is another one in each turn of a loop: handed out by it, or counted in it.
    pub fn counts(&self, v: V, turn: &Turn) -> bool {
        let value = self.value(v);
        matches!(value.kind, Kind::Int(_))
            && (self.handed_out(v, turn)
                || (v >= turn.entered && value.op == Sym::JOIN)
                || (v >= turn.entered
                    && matches!(value.op, Sym::ADD | Sym::SUB | Sym::MUL)
                    && value.operands.iter().any(|o| *o < v && self.counts(*o, turn))))
    }
}
