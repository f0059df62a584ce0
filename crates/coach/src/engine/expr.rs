//! Expressions: names, attributes, items, literals, comprehensions.

use std::rc::Rc;

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::event::{Event, Truth};
use super::model::{Code, Turn};
use super::value::{Kind, Transform, V};
use super::{Array, DtypeFact, Engine, MAX_DEPTH, Sym, literal};

impl<'a> Engine<'a> {
    /// The value of an expression.
    pub(super) fn eval(&mut self, expr: &'a Expr) -> V {
        if self.depth > MAX_DEPTH {
            return V::UNKNOWN;
        }
        self.depth += 1;
        let v = self.eval_inner(expr);
        self.depth -= 1;
        v
    }

    fn literal(&mut self, kind: Kind, range: TextRange) -> V {
        self.make(kind, range, Sym::LITERAL, [])
    }

    fn eval_inner(&mut self, expr: &'a Expr) -> V {
        let range = expr.range();
        match expr {
            Expr::Name(n) => self.lookup(n.id.as_str(), range),
            Expr::NumberLiteral(n) => self.literal(literal::number(&n.value), range),
            Expr::BooleanLiteral(b) => self.literal(Kind::Bool(Some(b.value)), range),
            Expr::NoneLiteral(_) => V::NONE,
            Expr::StringLiteral(s) => self.literal(literal::string(s), range),
            Expr::FString(f) => self.fstring(f),
            Expr::Attribute(a) => {
                let base = self.eval(&a.value);
                self.emit(&Event::Attribute { expr: a, base });
                let v = self.attribute_of(base, a.attr.as_str(), range);
                if let Some(f) = self.frame.function
                    && self.telling()
                    && matches!(self.kind(base), Kind::Instance(_))
                    && self.functions[f as usize].applied(Transform::Compile).is_some()
                {
                    self.functions[f as usize].own_reads.push((a.attr.as_str(), range, v));
                }
                v
            }
            Expr::Call(c) => self.call(c),
            Expr::BinOp(b) => {
                let l = self.eval(&b.left);
                let r = self.eval(&b.right);
                let result = self.binary_result(range, b.op, l, r);
                self.emit(&Event::Binary {
                    range,
                    op: b.op,
                    left: &b.left,
                    right: &b.right,
                    l,
                    r,
                    result,
                    aug: false,
                });
                result
            }
            Expr::UnaryOp(u) => self.unary(u),
            Expr::Compare(c) => self.compare(c),
            Expr::BoolOp(b) => self.bool_op(b),
            Expr::If(i) => {
                let test = self.eval(&i.test);
                if let Some(taken) = self.taken_value(test, i) {
                    return self.eval(taken);
                }
                self.truth(&i.test, test, Truth::IfExp);
                let entry = self.frame.state.clone();
                self.narrow(&i.test, true);
                let a = self.eval(&i.body);
                let then = std::mem::replace(&mut self.frame.state, entry);
                self.narrow(&i.test, false);
                let b = self.eval(&i.orelse);
                let other = std::mem::take(&mut self.frame.state);
                self.frame.state = self.join_states(then, other);
                self.join(a, b)
            }
            Expr::Tuple(t) => self.sequence(&t.elts, false, range),
            Expr::List(l) => self.sequence(&l.elts, true, range),
            Expr::Set(s) => {
                for e in &s.elts {
                    self.eval(e);
                }
                V::UNKNOWN
            }
            Expr::Dict(d) => {
                let mut all = V::UNBOUND;
                for item in &d.items {
                    if let Some(key) = &item.key {
                        self.eval(key);
                    }
                    let v = self.eval(&item.value);
                    all = self.join(all, v);
                }
                let element = if all == V::UNBOUND { V::UNKNOWN } else { all };
                self.make(Kind::DictOf(element), range, Sym::LITERAL, [])
            }
            Expr::Subscript(s) => self.subscript(s),
            Expr::Lambda(l) => {
                let id = self.declare_function(Code::Lambda(l));
                self.make(Kind::Function(id), range, Sym::LOCAL, [])
            }
            Expr::ListComp(c) => {
                let e = self.comprehension(&c.generators, &c.elt, None);
                self.make(Kind::ListOf(e), range, Sym::LITERAL, [])
            }
            Expr::Generator(c) => {
                let e = self.comprehension(&c.generators, &c.elt, None);
                self.make(Kind::ListOf(e), range, Sym::LITERAL, [])
            }
            Expr::SetComp(c) => {
                self.comprehension(&c.generators, &c.elt, None);
                V::UNKNOWN
            }
            Expr::DictComp(c) => {
                let e = self.comprehension(&c.generators, &c.value, c.key.as_deref());
                self.make(Kind::DictOf(e), range, Sym::LITERAL, [])
            }
            Expr::Named(n) => {
                let v = self.eval(&n.value);
                self.assign(&n.target, v, Some(&n.value), None, range);
                v
            }
            Expr::Starred(s) => self.eval(&s.value),
            Expr::Slice(s) => {
                let mut bound = |part: &'a Option<Box<Expr>>| part.as_ref().map_or(V::NONE, |p| self.eval(p));
                let bounds = [bound(&s.lower), bound(&s.upper)];
                bound(&s.step);
                self.make(Kind::Unknown, range, Sym::SLICE, bounds)
            }
            Expr::Await(a) => {
                self.eval(&a.value);
                V::UNKNOWN
            }
            Expr::Yield(y) => {
                if let Some(value) = &y.value {
                    self.eval(value);
                }
                V::UNKNOWN
            }
            Expr::YieldFrom(y) => {
                self.eval(&y.value);
                V::UNKNOWN
            }
            _ => V::UNKNOWN,
        }
    }

    fn sequence(&mut self, elts: &'a [Expr], list: bool, range: TextRange) -> V {
        if elts.len() > 64 {
            let mut all = V::UNBOUND;
            for e in elts {
                let v = self.eval(e);
                all = self.absorb(all, v);
            }
            return self.make(Kind::ListOf(all), range, Sym::LITERAL, []);
        }
        let starred = elts.iter().any(Expr::is_starred_expr);
        let items: Rc<[V]> = elts.iter().map(|e| self.eval(e)).collect();
        if starred {
            return self.make(Kind::ListOf(V::UNKNOWN), range, Sym::LITERAL, []);
        }
        self.make(Kind::Seq { items, list }, range, Sym::LITERAL, [])
    }

    fn unary(&mut self, u: &'a ast::ExprUnaryOp) -> V {
        let v = self.eval(&u.operand);
        match u.op {
            ast::UnaryOp::Not => {
                self.truth(&u.operand, v, Truth::Not);
                let known = self.constant_truth(v).filter(|_| self.inlined > 0);
                self.make(Kind::Bool(known.map(|b| !b)), u.range, Sym::OTHER_OP, [v])
            }
            ast::UnaryOp::USub => {
                let kind = match self.kind(v) {
                    Kind::Int(i) => Kind::Int(i.and_then(i64::checked_neg)),
                    Kind::Float(f) => Kind::Float(f.map(|f| -f)),
                    Kind::Bool(_) => Kind::Int(None),
                    Kind::Lib(s)
                        if matches!(self.names.text(*s), "mlx.core.inf" | "numpy.inf" | "math.inf") =>
                    {
                        Kind::Float(Some(f64::NEG_INFINITY))
                    }
                    k => k.clone(),
                };
                self.make(kind, u.range, Sym::NEG, [v])
            }
            _ => {
                let kind = self.kind(v).clone();
                self.make(kind, u.range, Sym::OTHER_OP, [v])
            }
        }
    }

    fn compare(&mut self, c: &'a ast::ExprCompare) -> V {
        let mut l = self.eval(&c.left);
        let mut result = V::UNKNOWN;
        for (op, right) in c.ops.iter().zip(&c.comparators) {
            let r = self.eval(right);
            self.emit(&Event::Compare { expr: c, op: *op, right, l, r });
            let identity =
                matches!(op, ast::CmpOp::Is | ast::CmpOp::IsNot | ast::CmpOp::In | ast::CmpOp::NotIn);
            let text = matches!(self.kind(l), Kind::Str(_)) || matches!(self.kind(r), Kind::Str(_));
            let kind = match (self.array(l), self.array(r)) {
                _ if text => Kind::Bool(None),
                (Some(a), _) | (None, Some(a)) if !identity => {
                    let rank = match (self.array(l), self.array(r)) {
                        (Some(x), Some(y)) => x.rank.zip(y.rank).map(|(m, n)| m.max(n)),
                        _ => a.rank,
                    };
                    Kind::Array(Array { dtype: DtypeFact::Exact(super::Dt::Bool), rank, dims: [-1; 4], ..*a })
                }
                _ if identity || (self.known(l) && self.known(r)) => {
                    let equal = self.printed(l).zip(self.printed(r)).filter(|_| self.inlined > 0);
                    Kind::Bool(match op {
                        ast::CmpOp::Eq => equal.map(|(l, r)| l == r),
                        ast::CmpOp::NotEq => equal.map(|(l, r)| l != r),
                        _ => None,
                    })
                }
                _ => Kind::Unknown,
            };
            result = self.make(kind, c.range, Sym::COMPARE, [l, r]);
            l = r;
        }
        result
    }

    /// Whether a value is certainly not an array.
    fn known(&self, v: V) -> bool {
        matches!(
            self.kind(v),
            Kind::Int(_)
                | Kind::Float(_)
                | Kind::Bool(_)
                | Kind::Str(_)
                | Kind::NoneValue
                | Kind::Dtype(_)
                | Kind::DtypeOf(_)
                | Kind::Shape(_)
        )
    }

    fn bool_op(&mut self, b: &'a ast::ExprBoolOp) -> V {
        let place = if b.op == ast::BoolOp::And { Truth::And } else { Truth::Or };
        let entry = self.frame.state.clone();
        let mut values = Vec::with_capacity(b.values.len());
        for (i, e) in b.values.iter().enumerate() {
            let v = self.eval(e);
            if i + 1 < b.values.len() {
                self.truth(e, v, place);
                self.narrow(e, b.op == ast::BoolOp::And);
            }
            values.push(v);
        }
        let after = std::mem::take(&mut self.frame.state);
        self.frame.state = self.join_states(entry, after);
        self.emit(&Event::BoolOp { expr: b, values: &values });
        let mut all = V::UNBOUND;
        for (i, v) in values.iter().enumerate() {
            // `a or b`: where `a` is `None`, `b` stands.
            let v = if b.op == ast::BoolOp::Or && i + 1 < values.len() {
                if *v == V::NONE {
                    continue;
                }
                self.present(*v)
            } else {
                *v
            };
            all = self.join(all, v);
        }
        all
    }

    fn subscript(&mut self, s: &'a ast::ExprSubscript) -> V {
        let base = self.eval(&s.value);
        let index = self.eval(&s.slice);
        self.emit(&Event::Index { expr: s, base, index });
        let range = s.range;
        match self.kind(base).clone() {
            Kind::Array(a) => {
                let rank = self.indexed_rank(&a, &s.slice, index);
                let a = Array { rank, dims: [-1; 4], ..a };
                self.make_array(a, range, Sym::ITEM, [base, index])
            }
            Kind::Seq { items, .. } => {
                if let Kind::Int(Some(i)) = self.kind(index) {
                    let n = items.len() as i64;
                    let i = if *i < 0 { *i + n } else { *i };
                    return items
                        .get(usize::try_from(i).unwrap_or(usize::MAX))
                        .copied()
                        .unwrap_or(V::UNKNOWN);
                }
                if s.slice.is_slice_expr() {
                    let e = items.iter().fold(V::UNBOUND, |acc, i| self.join(acc, *i));
                    return self.make(
                        Kind::ListOf(if e == V::UNBOUND { V::UNKNOWN } else { e }),
                        range,
                        Sym::ITEM,
                        [base],
                    );
                }
                V::UNKNOWN
            }
            Kind::ListOf(e) => {
                if s.slice.is_slice_expr() {
                    return self.make(Kind::ListOf(e), range, Sym::ITEM, [base]);
                }
                if self.kind(e) == &Kind::Unknown {
                    return V::UNKNOWN;
                }
                // An item of a list is an object of its own: no alias of other items.
                let mut value = self.value(e).clone();
                value.op = Sym::ITEM;
                value.operands = [base, index];
                value.range = range;
                self.values.push(value);
                V(self.values.len() as u32 - 1)
            }
            Kind::DictOf(e) if self.kind(e) != &Kind::Unknown => {
                let mut value = self.value(e).clone();
                value.op = Sym::ITEM;
                value.operands = [base, index];
                value.range = range;
                self.values.push(value);
                V(self.values.len() as u32 - 1)
            }
            Kind::Shape(array) => {
                if s.slice.is_slice_expr() {
                    return self.make(Kind::ListOf(V::UNKNOWN), range, Sym::SHAPE, [array]);
                }
                let known = match (self.kind(index), self.array(array)) {
                    (Kind::Int(Some(i)), Some(a)) => {
                        let rank = i64::from(a.rank.unwrap_or(0));
                        let i = if *i < 0 { *i + rank } else { *i };
                        usize::try_from(i)
                            .ok()
                            .filter(|i| *i < 4 && a.rank.is_some())
                            .map(|i| a.dims[i])
                            .filter(|d| *d >= 0)
                    }
                    _ => None,
                };
                self.make(Kind::Int(known), range, Sym::SHAPE, [array, index])
            }
            Kind::Key => {
                let kind = Kind::Key;
                self.make(kind, range, Sym::ITEM, [base, index])
            }
            Kind::Method(receiver, op) if op == Sym::AT => {
                self.make(Kind::Method(receiver, Sym::AT), range, Sym::AT, [receiver, index])
            }
            Kind::Str(_) => self.make(Kind::Str(None), range, Sym::ITEM, [base]),
            Kind::Unknown => self.make(Kind::Unknown, range, Sym::ITEM, [base, index]),
            _ => V::UNKNOWN,
        }
    }

    fn indexed_rank(&self, a: &Array, slice: &Expr, index: V) -> Option<u8> {
        let rank = i32::from(a.rank?);
        let one = |e: &Expr, v: V| -> Option<i32> {
            match e {
                Expr::Slice(_) => Some(0),
                Expr::NoneLiteral(_) => Some(1),
                _ => match self.kind(v) {
                    Kind::Int(_) => Some(-1),
                    Kind::NoneValue => Some(1),
                    _ => None,
                },
            }
        };
        let change = match (slice, self.kind(index)) {
            (Expr::Tuple(t), Kind::Seq { items, .. }) => {
                let mut sum = 0;
                for (e, v) in t.elts.iter().zip(items.iter()) {
                    if !e.is_ellipsis_literal_expr() {
                        sum += one(e, *v)?;
                    }
                }
                sum
            }
            (Expr::Tuple(_), _) => return None,
            _ if slice.is_ellipsis_literal_expr() => 0,
            _ => one(slice, index)?,
        };
        u8::try_from(rank + change).ok()
    }

    fn comprehension(
        &mut self,
        generators: &'a [ast::Comprehension],
        elt: &'a Expr,
        key: Option<&'a Expr>,
    ) -> V {
        let mark = self.overlay.len();
        let outer = self.generators.len();
        let state = self.frame.state.clone();
        for g in generators {
            let iter = self.eval(&g.iter);
            self.generators.push(Turn {
                entered: V(self.values.len() as u32),
                iter: Some(iter),
                turns: self.turns(iter),
                head: g.range,
                range: g.range,
                over: Some(g.iter.range()),
            });
            let element = self.element(iter, g.target.range());
            self.overlay_bind(&g.target, element);
            for test in &g.ifs {
                let v = self.eval(test);
                self.truth(test, v, Truth::Comprehension);
            }
        }
        if let Some(key) = key {
            self.eval(key);
        }
        let v = self.eval(elt);
        self.overlay.truncate(mark);
        self.generators.truncate(outer);
        // Its names do not leak; that it consumed keys or read the host does.
        let inner = std::mem::replace(&mut self.frame.state, state);
        self.frame.state.used_keys = inner.used_keys;
        self.frame.state.timer = inner.timer;
        v
    }

    fn overlay_bind(&mut self, target: &'a Expr, value: V) {
        match target {
            Expr::Name(n) => self.overlay.push((n.id.as_str(), value)),
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                let items = match self.kind(value).clone() {
                    Kind::Seq { items, .. } if items.len() == elts.len() => items.to_vec(),
                    Kind::ListOf(e) => vec![e; elts.len()],
                    _ => vec![V::UNKNOWN; elts.len()],
                };
                for (e, v) in elts.iter().zip(items) {
                    self.overlay_bind(e, v);
                }
            }
            Expr::Starred(s) => self.overlay_bind(&s.value, V::UNKNOWN),
            _ => {}
        }
    }
}
