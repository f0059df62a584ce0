//! Stores: what an assignment binds, what it changes, and what comes out of unpacking and iterating.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::TextRange;

use super::event::Event;
use super::value::{Array, Kind, V};
use super::{Engine, Sym};

impl<'a> Engine<'a> {
    pub(super) fn augmented(&mut self, s: &'a ast::StmtAugAssign) {
        let l = self.eval(&s.target);
        let r = self.eval(&s.value);
        let result = self.binary_result(s.range, s.op, l, r);
        self.emit(&Event::Binary {
            range: s.range,
            op: s.op,
            left: &s.target,
            right: &s.value,
            l,
            r,
            result,
            aug: true,
        });
        self.assign(&s.target, result, Some(&s.value), Some(s.op), s.range);
    }

    /// Stores a value in a target.
    pub(super) fn assign(
        &mut self,
        target: &'a Expr,
        value: V,
        source: Option<&'a Expr>,
        aug: Option<ast::Operator>,
        range: TextRange,
    ) {
        let unknown = V::UNKNOWN;
        match target {
            Expr::Name(n) => {
                let name = n.id.as_str();
                let value = self.as_used(name, value);
                let old = self.local(name);
                self.note_loop_store(name, old, value, range);
                self.emit(&Event::Store {
                    target,
                    value,
                    old,
                    source,
                    aug,
                    base: unknown,
                    index: unknown,
                    range,
                });
                self.bind(name, value);
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                let items = self.unpack(value, elts, range);
                for (elt, item) in elts.iter().zip(items) {
                    let source = match source {
                        Some(Expr::Tuple(t)) if t.elts.len() == elts.len() => {
                            elts.iter().position(|e| e == elt).and_then(|i| t.elts.get(i))
                        }
                        _ => None,
                    };
                    self.assign(elt, item, source, None, range);
                }
            }
            Expr::Starred(s) => self.assign(&s.value, value, None, None, range),
            Expr::Attribute(a) => {
                let base = self.eval(&a.value);
                let old =
                    if aug.is_some() { self.attribute_of(base, a.attr.as_str(), range) } else { unknown };
                self.note_attribute_store(base, a, value, range);
                self.emit(&Event::Store { target, value, old, source, aug, base, index: unknown, range });
            }
            Expr::Subscript(s) => {
                let base = self.eval(&s.value);
                let index = self.eval(&s.slice);
                self.emit(&Event::Store { target, value, old: unknown, source, aug, base, index, range });
                self.note_item_store(target, base, value, range);
                let stores = *self.kind(base) == Kind::Unknown || self.mlx_array(value).is_some();
                if let (true, Expr::Name(n)) = (stores, s.value.as_ref())
                    && self.local(n.id.as_str()) == V::UNBOUND
                {
                    self.note_effect(range, n.id.as_str().to_owned());
                }
            }
            _ => {}
        }
    }

    pub(super) fn note_loop_store(&mut self, name: &'a str, old: V, value: V, range: TextRange) {
        let Some(first) = self.loops.last().map(|l| l.first) else { return };
        let mut carried = false;
        let mut grown = false;
        if old > V::NONE && old < first && self.mlx_array(value).is_some() {
            let made = self.value(value);
            let operands = made.operands;
            carried = self.carries(value, old, 0);
            if self.op(value) == "mlx.core.concatenate"
                && let Kind::Seq { items, .. } = self.kind(operands[0])
            {
                grown = items.contains(&old);
            }
        }
        if let Some(l) = self.loops.last_mut() {
            l.bound.push(name);
            if carried {
                l.carried.push((name, value, range));
            }
            if grown {
                l.grown.push((name, range, value));
            }
        }
    }

    /// `totals[key] = totals[key] + value` of a dictionary that is older than a loop.
    fn note_item_store(&mut self, target: &'a Expr, base: V, value: V, range: TextRange) {
        let of_base = |v: &V| self.made_by(*v, Sym::ITEM).is_some_and(|o| o[0] == base);
        let grows = matches!(self.kind(base), Kind::DictOf(_))
            && self.mlx_array(value).is_some()
            && self.made_by(value, Sym::ADD).is_some_and(|o| o.iter().any(of_base));
        let name = self.slice(target);
        if let Some(l) = self.loops.iter_mut().find(|l| grows && base < l.entered) {
            l.carried.push((name, value, range));
        }
    }

    /// Whether a value is arithmetic on an older one, as `decay * old + new` is.
    fn carries(&self, v: V, old: V, depth: u32) -> bool {
        let made = self.value(v);
        matches!(made.op, Sym::ADD | Sym::SUB | Sym::MUL | Sym::DIV)
            && (made.operands.contains(&old)
                || depth < 3 && made.operands.iter().any(|o| *o > old && self.carries(*o, old, depth + 1)))
    }

    pub(super) fn note_attribute_store(
        &mut self,
        base: V,
        a: &'a ast::ExprAttribute,
        value: V,
        range: TextRange,
    ) {
        let attr = a.attr.as_str();
        if let Kind::Instance(class) = *self.kind(base) {
            let old = self.classes[class as usize].attrs.get(attr).map_or(V::UNBOUND, |x| x.0);
            let joined = self.absorb(old, value);
            let class = &mut self.classes[class as usize];
            class.attrs.entry(attr).or_insert((joined, range)).0 = joined;
            if let Some(function) = self.frame.function
                && self.quiet == 0
                && !self.collecting
            {
                class.stores.push((attr, value, range, function));
            }
        }
        if !self.is_local_object(&a.value) {
            let text = self.slice(a.range).to_owned();
            self.note_effect(range, text);
        }
    }

    /// Whether an expression is rooted in a name that this function created.
    pub(super) fn is_local_object(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Name(n) => {
                let v = self.local(n.id.as_str());
                v != V::UNBOUND && self.value(v).op != Sym::PARAMETER
            }
            Expr::Attribute(a) => self.is_local_object(&a.value),
            Expr::Subscript(s) => self.is_local_object(&s.value),
            _ => true,
        }
    }

    pub(super) fn note_effect(&mut self, range: TextRange, what: String) {
        if let Some(function) = self.frame.function
            && self.telling()
        {
            self.functions[function as usize].effects.push((range, what));
        }
    }

    /// What iterating a value gives.
    pub(super) fn element(&mut self, iter: V, range: TextRange) -> V {
        match self.kind(iter).clone() {
            Kind::Array(a) => {
                let rank = a.rank.map(|r| r.saturating_sub(1));
                let mut dims = [-1; 4];
                dims[..3].copy_from_slice(&a.dims[1..]);
                self.make_array(Array { rank, dims, ..a }, range, Sym::ITERATE, [iter])
            }
            Kind::ListOf(e) => {
                // A fresh object each turn, of the same facts.
                let mut value = self.value(e).clone();
                if value.kind == Kind::Unknown {
                    return V::UNKNOWN;
                }
                value.operands = [iter, e];
                value.op = Sym::ITERATE;
                self.values.push(value);
                V(self.values.len() as u32 - 1)
            }
            Kind::Seq { items, .. } => {
                let mut all = V::UNBOUND;
                for item in items.iter() {
                    all = self.join(all, *item);
                }
                if all == V::UNBOUND { V::UNKNOWN } else { all }
            }
            Kind::Range(_) | Kind::Shape(_) => self.make(Kind::Int(None), range, Sym::ITERATE, [iter]),
            _ => V::UNKNOWN,
        }
    }

    /// The items of a value that is unpacked to targets.
    pub(super) fn unpack(&mut self, value: V, targets: &[Expr], range: TextRange) -> Vec<V> {
        let n = targets.len();
        let starred = targets.iter().any(Expr::is_starred_expr);
        match self.kind(value).clone() {
            Kind::Seq { items, .. } if items.len() == n && !starred => items.to_vec(),
            Kind::Shape(array) => {
                if !starred && self.conditional == 0 && n <= 8 {
                    self.learn_rank(array, n as u8);
                }
                (0..n)
                    .map(|i| {
                        let known =
                            self.array(array).and_then(|a| a.dims.get(i).copied()).filter(|d| *d >= 0);
                        self.make(Kind::Int(known), range, Sym::SHAPE, [array])
                    })
                    .collect()
            }
            Kind::ListOf(_) | Kind::Array(_) => targets
                .iter()
                .map(|t| {
                    let e = self.element(value, range);
                    if t.is_starred_expr() {
                        self.make(Kind::ListOf(e), range, Sym::ITEM, [value])
                    } else {
                        e
                    }
                })
                .collect(),
            Kind::Unknown if value != V::UNKNOWN => {
                (0..n).map(|_| self.make(Kind::Unknown, range, Sym::ITEM, [value])).collect()
            }
            _ => vec![V::UNKNOWN; n],
        }
    }

    /// A shape was unpacked to `n` names: that is the rank.
    pub(super) fn learn_rank(&mut self, array: V, n: u8) {
        if let Kind::Array(a) = &mut self.values[array.0 as usize].kind
            && a.rank.is_none()
        {
            a.rank = Some(n);
        }
    }
}
