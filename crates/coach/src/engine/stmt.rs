//! Statements: how the state changes from line to line, and what is joined where.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::event::{Event, Sync, Truth};
use super::model::Loop;
use super::value::{Kind, Lib, Sure, V};
use super::{Engine, MAX_LOOP_REPEAT, Sym};

impl<'a> Engine<'a> {
    /// Interprets statements until the way ends.
    pub(super) fn block(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            if self.frame.state.dead {
                return;
            }
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Expr(s) => {
                let value = self.eval(&s.value);
                self.emit(&Event::Statement { expr: &s.value, value });
            }
            Stmt::Assign(s) => {
                let value = self.eval(&s.value);
                for target in &s.targets {
                    self.assign(target, value, Some(&s.value), None, s.range);
                }
            }
            Stmt::AnnAssign(s) => {
                let annotated = self.annotation(&s.annotation);
                let value = match &s.value {
                    Some(value) => {
                        let v = self.eval(value);
                        if *self.kind(v) == Kind::Unknown { annotated } else { v }
                    }
                    None => annotated,
                };
                if s.value.is_some() || self.frame.class.is_some() && self.frame.function.is_none() {
                    self.assign(&s.target, value, s.value.as_deref(), None, s.range);
                }
            }
            Stmt::AugAssign(s) => self.augmented(s),
            Stmt::Return(s) => {
                if let Some(expr) = &s.value {
                    let value = self.eval(expr);
                    self.returned(expr, value);
                }
                self.frame.state.dead = true;
            }
            Stmt::If(s) => self.if_statement(s),
            Stmt::For(s) => {
                let iter = self.eval(&s.iter);
                let head = TextRange::new(s.range.start(), s.iter.range().end());
                self.run_loop(s.range, head, Some((&s.target, iter)), None, &s.body);
                self.block(&s.orelse);
            }
            Stmt::While(s) => {
                let head = TextRange::new(s.range.start(), s.test.range().end());
                self.run_loop(s.range, head, None, Some(&s.test), &s.body);
                self.block(&s.orelse);
            }
            Stmt::With(s) => self.with_statement(s),
            Stmt::Try(s) => self.try_statement(s),
            Stmt::Match(s) => {
                self.eval(&s.subject);
                let entry = self.frame.state.clone();
                let mut out = entry.clone();
                for case in &s.cases {
                    self.frame.state = entry.clone();
                    self.conditional += 1;
                    if let Some(guard) = &case.guard {
                        self.eval(guard);
                    }
                    self.block(&case.body);
                    self.conditional -= 1;
                    let after = std::mem::take(&mut self.frame.state);
                    out = self.join_states(out, after);
                }
                self.frame.state = out;
            }
            Stmt::FunctionDef(s) => self.define_function(s),
            Stmt::ClassDef(s) => self.define_class(s),
            Stmt::Import(s) => {
                for alias in &s.names {
                    let full = alias.name.as_str();
                    self.note_import(full);
                    let (bound, name) = match &alias.asname {
                        Some(asname) => (asname.as_str(), full),
                        None => {
                            let root = full.split('.').next().unwrap_or(full);
                            (root, root)
                        }
                    };
                    let sym = self.names.intern(name);
                    let v = self.make(Kind::Lib(sym), alias.range, Sym::NOTHING, []);
                    self.bind(bound, v);
                }
            }
            Stmt::ImportFrom(s) => {
                let module = s.module.as_ref().map_or("", |m| m.as_str());
                let module = format!("{}{module}", ".".repeat(s.level as usize));
                self.note_import(&module);
                let parent = self.names.intern(&module);
                for alias in &s.names {
                    let sym = self.names.child(parent, alias.name.as_str());
                    let bound = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    let v = self.make(Kind::Lib(sym), alias.range, Sym::NOTHING, []);
                    self.bind(bound, v);
                }
            }
            Stmt::Global(s) => self.declare(&s.names),
            Stmt::Nonlocal(s) => self.declare(&s.names),
            Stmt::Assert(s) => {
                let value = self.eval(&s.test);
                self.truth(&s.test, value, Truth::Assert);
                if let Some(msg) = &s.msg {
                    self.eval(msg);
                }
                self.narrow(&s.test, true);
            }
            Stmt::Raise(s) => {
                self.raising = true;
                for e in [&s.exc, &s.cause].into_iter().flatten() {
                    self.eval(e);
                }
                self.raising = false;
                self.frame.state.dead = true;
            }
            Stmt::Delete(s) => {
                for target in &s.targets {
                    if let Expr::Name(name) = target {
                        self.set_local(name.id.as_str(), V::UNBOUND);
                    }
                }
            }
            Stmt::Break(_) | Stmt::Continue(_) => self.frame.state.dead = true,
            Stmt::Pass(_) | Stmt::TypeAlias(_) | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    fn note_import(&mut self, full: &str) {
        if self.collecting {
            self.imports.push(full.to_owned());
        }
    }

    /// What a function returns.
    pub(super) fn returned(&mut self, expr: &'a Expr, value: V) {
        let Some(function) = self.frame.function else { return };
        self.emit(&Event::Return { expr, value, function });
        let old = self.functions[function as usize].returns;
        self.functions[function as usize].returns = self.absorb(old, value);
    }

    fn if_statement(&mut self, s: &'a ast::StmtIf) {
        if let Some(taken) = self.taken_branch(s) {
            self.block(taken);
            return;
        }
        self.guard(&s.test, &s.body);
        let mut rest = self.frame.state.clone();
        self.conditional += 1;
        self.narrow(&s.test, true);
        self.block(&s.body);
        let mut out = std::mem::take(&mut self.frame.state);
        std::mem::swap(&mut self.frame.state, &mut rest);
        self.narrow(&s.test, false);
        let mut has_else = false;
        for clause in &s.elif_else_clauses {
            if let Some(test) = &clause.test {
                self.guard(test, &clause.body);
                let rest = self.frame.state.clone();
                self.narrow(test, true);
                self.block(&clause.body);
                let after = std::mem::replace(&mut self.frame.state, rest);
                out = self.join_states(out, after);
                self.narrow(test, false);
            } else {
                has_else = true;
                self.block(&clause.body);
                let after = std::mem::take(&mut self.frame.state);
                out = self.join_states(out, after);
            }
        }
        if !has_else {
            let after = std::mem::take(&mut self.frame.state);
            out = self.join_states(out, after);
        }
        self.frame.state = out;
        self.conditional -= 1;
    }

    /// The test of a branch; one that only raises is an `assert` in other words.
    fn guard(&mut self, test: &'a Expr, body: &'a [Stmt]) {
        let outer = std::mem::replace(&mut self.guarding, matches!(body.first(), Some(Stmt::Raise(_))));
        let value = self.eval(test);
        self.truth(test, value, Truth::If);
        self.guarding = outer;
    }

    /// Uses what a test says about names.
    pub(super) fn narrow(&mut self, test: &'a Expr, holds: bool) {
        match test {
            Expr::UnaryOp(u) if u.op == ast::UnaryOp::Not => self.narrow(&u.operand, !holds),
            Expr::BoolOp(b) if (b.op == ast::BoolOp::And) == holds => {
                for value in &b.values {
                    self.narrow(value, holds);
                }
            }
            Expr::Name(n) if holds => {
                let v = self.lookup(n.id.as_str(), n.range);
                let v = self.present(v);
                self.set_local(n.id.as_str(), v);
            }
            Expr::Compare(c) if c.ops.len() == 1 && c.comparators[0].is_none_literal_expr() => {
                let Expr::Name(n) = c.left.as_ref() else { return };
                let present = (c.ops[0] == ast::CmpOp::IsNot) == holds;
                let v = self.lookup(n.id.as_str(), n.range);
                let v = if present {
                    self.present(v)
                } else if self.value(v).maybe_none || *self.kind(v) == Kind::Unknown {
                    V::NONE
                } else {
                    return;
                };
                self.set_local(n.id.as_str(), v);
            }
            Expr::Call(c) if c.arguments.args.len() == 2 && self.slice(c.func.range()) == "isinstance" => {
                let (Expr::Name(n), class) = (&c.arguments.args[0], &c.arguments.args[1]) else { return };
                let old = self.lookup(n.id.as_str(), n.range);
                let said = self.annotation(class);
                let new = match (holds, self.kind(old), self.kind(said)) {
                    (true, _, Kind::Unknown) => V::UNKNOWN,
                    (true, Kind::Array(old_array), Kind::Array(a)) if old_array.lib == a.lib => {
                        self.certain(old)
                    }
                    (true, ..) => said,
                    (false, Kind::Array(old_array), Kind::Array(a)) if old_array.lib == a.lib => V::UNKNOWN,
                    _ => return,
                };
                self.set_local(n.id.as_str(), new);
            }
            _ => {}
        }
    }

    fn certain(&mut self, v: V) -> V {
        let mut value = self.value(v).clone();
        if let Kind::Array(a) = &mut value.kind {
            a.sure = Sure::Certain;
        }
        value.maybe_none = false;
        let new = V(self.values.len() as u32);
        self.values.push(value);
        new
    }

    fn run_loop(
        &mut self,
        range: TextRange,
        head: TextRange,
        target: Option<(&'a Expr, V)>,
        test: Option<&'a Expr>,
        body: &'a [Stmt],
    ) {
        let entry = self.frame.state.clone();
        let turns = target.and_then(|(_, iter)| self.turns(iter));
        let entered = V(self.values.len() as u32);
        let passes = if self.loops.len() < MAX_LOOP_REPEAT && !self.collecting { 2 } else { 1 };
        self.conditional += 1;
        for pass in 1..=passes {
            let last = pass == passes;
            if !last {
                self.quiet += 1;
            }
            let first = V(self.values.len() as u32);
            self.loops.push(Loop {
                range,
                first,
                entered,
                head,
                iter: target.map(|t| t.1),
                target: target.map(|t| t.0),
                turns,
                function: self.frame.function,
                evaluates: false,
                evaluates_unknown: false,
                opaque: false,
                carried: Vec::new(),
                appended: Vec::new(),
                updates: Vec::new(),
                grown: Vec::new(),
                bound: Vec::new(),
                synced: Vec::new(),
                calls_module: None,
            });
            if let Some((name, iter)) = target {
                let element = self.element(iter, name.range());
                self.assign(name, element, None, None, name.range());
            }
            if let Some(test) = test {
                let value = self.eval(test);
                self.truth(test, value, Truth::While);
                self.narrow(test, true);
            }
            self.block(body);
            if let Some(mut done) = self.loops.pop() {
                // What the turn replaces by something else does not grow.
                done.grown.retain(|(name, _, value)| self.made_from(self.local(name), *value, 0));
                if let Some(outer) = self.loops.last_mut() {
                    outer.evaluates |= done.evaluates;
                    outer.evaluates_unknown |= done.evaluates_unknown;
                    outer.opaque |= done.opaque;
                    outer.synced.extend(done.synced.iter().copied());
                    outer.bound.extend(done.bound.iter().copied());
                    outer.calls_module = outer.calls_module.or(done.calls_module);
                }
                if last {
                    self.emit(&Event::Loop(&done));
                }
            }
            let after = std::mem::take(&mut self.frame.state);
            let mut joined = self.join_states(entry.clone(), after);
            joined.dead = false;
            self.frame.state = joined;
            if !last {
                self.quiet -= 1;
            }
        }
        self.conditional -= 1;
    }

    /// How often a loop over a value turns, where constant.
    pub(super) fn turns(&self, iter: V) -> Option<i64> {
        match self.kind(iter) {
            Kind::Range(n) => *n,
            Kind::Seq { items, .. } => Some(items.len() as i64),
            _ => None,
        }
    }

    fn with_statement(&mut self, s: &'a ast::StmtWith) {
        let mut cpu = 0;
        for item in &s.items {
            let v = self.eval(&item.context_expr);
            if self.op(v) == "mlx.core.stream" && self.slice(item.context_expr.range()).contains("cpu") {
                cpu += 1;
            }
            if let Some(target) = &item.optional_vars {
                self.assign(target, v, None, None, item.range);
            }
        }
        self.cpu_stream += cpu;
        self.block(&s.body);
        self.cpu_stream -= cpu;
    }

    fn try_statement(&mut self, s: &'a ast::StmtTry) {
        let entry = self.frame.state.clone();
        self.conditional += 1;
        let body = s.body.first().zip(s.body.last()).map(|(a, b)| a.range().cover(b.range()));
        self.tries.extend(body);
        self.block(&s.body);
        self.tries.truncate(self.tries.len() - usize::from(body.is_some()));
        let done = self.frame.state.clone();
        self.block(&s.orelse);
        let mut out = std::mem::take(&mut self.frame.state);
        for handler in &s.handlers {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            let mut start = self.join_states(entry.clone(), done.clone());
            start.dead = false;
            self.frame.state = start;
            if let Some(name) = &handler.name {
                self.bind(name.as_str(), V::UNKNOWN);
            }
            self.block(&handler.body);
            let after = std::mem::take(&mut self.frame.state);
            out = self.join_states(out, after);
        }
        self.conditional -= 1;
        self.frame.state = out;
        let dead = std::mem::replace(&mut self.frame.state.dead, false);
        self.block(&s.finalbody);
        self.frame.state.dead |= dead;
    }

    fn declare(&mut self, names: &'a [ast::Identifier]) {
        if let Some(function) = self.frame.function {
            let globals = &mut self.functions[function as usize].globals;
            for name in names {
                if !globals.contains(&name.as_str()) {
                    globals.push(name.as_str());
                }
            }
        }
    }

    /// A truth test of a value.
    pub(super) fn truth(&mut self, expr: &'a Expr, value: V, place: Truth) {
        self.emit(&Event::Truth { expr, value, place });
        if self.mlx_array(value).is_some() && !self.value(value).maybe_none {
            self.synced(expr.range(), value, Sync::Truth);
        }
    }

    /// Whether a value is another one, or was computed from it.
    fn made_from(&self, v: V, from: V, depth: u32) -> bool {
        v == from
            || depth < 8
                && self
                    .value(v)
                    .operands
                    .iter()
                    .any(|o| *o >= from && *o < v && self.made_from(*o, from, depth + 1))
    }

    /// An array is read on the host here.
    pub(super) fn synced(&mut self, range: TextRange, value: V, how: Sync) {
        for l in &mut self.loops {
            l.evaluates = true;
            l.synced.push(value);
        }
        if let Some(timer) = &mut self.frame.state.timer {
            timer.synced = true;
        }
        if let Some(function) = self.frame.function {
            let f = &mut self.functions[function as usize];
            f.evaluates = true;
            if how != Sync::Eval && f.syncs.is_none() {
                f.syncs = Some(range);
            }
        }
        self.emit(&Event::Sync { range, value, how });
    }

    /// Whether a value is a torch or numpy or jax thing.
    pub fn is_foreign(&self, v: V) -> bool {
        self.array(v).is_some_and(|a| a.lib != Lib::Mlx) || matches!(self.kind(v), Kind::NumpyScalar)
    }
}
