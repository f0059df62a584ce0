//! Statements: how the state changes from line to line, and what is joined where.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::event::{Event, Sync, Truth};
use super::model::{Class, Code, Function, Loop};
use super::value::{Kind, Lib, Sure, V};
use super::{Array, Engine, Frame, MAX_LOOP_REPEAT, State, Sym};

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
                self.emit(&Event::Iterate { expr: &s.iter, value: iter, comprehension: None });
                self.note_iteration(iter, s.iter.range());
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
                for e in [&s.exc, &s.cause].into_iter().flatten() {
                    self.eval(e);
                }
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
        let value = self.eval(&s.test);
        self.truth(&s.test, value, Truth::If);
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
                let value = self.eval(test);
                self.truth(test, value, Truth::If);
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
        let turns = target.and_then(|(_, iter)| match self.kind(iter) {
            Kind::Range(n) => *n,
            Kind::Seq { items, .. } => Some(items.len() as i64),
            _ => None,
        });
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
                head,
                iter: target.map(|t| t.1),
                target: target.map(|t| t.0),
                turns,
                function: self.frame.function,
                evaluates: false,
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
            if let Some(done) = self.loops.pop() {
                if let Some(outer) = self.loops.last_mut() {
                    outer.evaluates |= done.evaluates;
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
        self.block(&s.body);
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

    fn augmented(&mut self, s: &'a ast::StmtAugAssign) {
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
                if let (Kind::Unknown, Expr::Name(n)) = (self.kind(base), s.value.as_ref())
                    && self.local(n.id.as_str()) == V::UNBOUND
                {
                    self.note_effect(range, n.id.as_str().to_owned());
                }
            }
            _ => {}
        }
    }

    fn note_loop_store(&mut self, name: &'a str, old: V, value: V, range: TextRange) {
        let Some(first) = self.loops.last().map(|l| l.first) else { return };
        let mut carried = false;
        let mut grown = false;
        if old > V::NONE && old < first && self.mlx_array(value).is_some() {
            let made = self.value(value);
            let operands = made.operands;
            let op = made.op;
            carried = matches!(op, Sym::ADD | Sym::SUB | Sym::MUL | Sym::DIV) && operands.contains(&old);
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

    fn note_attribute_store(&mut self, base: V, a: &'a ast::ExprAttribute, value: V, range: TextRange) {
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
    fn is_local_object(&self, expr: &Expr) -> bool {
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

    /// A truth test of a value.
    pub(super) fn truth(&mut self, expr: &'a Expr, value: V, place: Truth) {
        self.emit(&Event::Truth { expr, value, place });
        if self.mlx_array(value).is_some() && !self.value(value).maybe_none {
            self.synced(expr.range(), value, Sync::Truth);
        }
    }

    fn note_iteration(&mut self, iter: V, range: TextRange) {
        if self.mlx_array(iter).is_some() {
            let _ = range;
        }
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

    fn define_function(&mut self, s: &'a ast::StmtFunctionDef) {
        let id = self.declare_function(Code::Def(s));
        self.default_values(&s.parameters);
        let mut value = self.make(Kind::Function(id), s.name.range, Sym::LOCAL, []);
        for decorator in s.decorator_list.iter().rev() {
            value = self.decorate(id, value, decorator);
        }
        if let Some(class) = self.frame.class
            && self.frame.function.is_none()
        {
            self.classes[class as usize].methods.insert(s.name.as_str(), id);
        }
        self.bind(s.name.as_str(), value);
    }

    fn default_values(&mut self, parameters: &'a ast::Parameters) {
        for p in parameters.iter_non_variadic_params() {
            if let Some(default) = &p.default {
                self.eval(default);
            }
        }
    }

    /// Finds or makes the function at this place, and queues its body.
    pub(super) fn declare_function(&mut self, code: Code<'a>) -> u32 {
        let at = code.range().start();
        let id = match self.function_at.get(&at) {
            Some(id) => *id,
            None => {
                let scope = self.new_scope(Some(self.frame.scope), false);
                let id = self.functions.len() as u32;
                self.functions.push(Function {
                    code,
                    scope,
                    class: if self.frame.function.is_none() { self.frame.class } else { None },
                    parent: self.frame.function,
                    applied: Vec::new(),
                    cached: false,
                    is_static: false,
                    is_property: false,
                    params: Vec::new(),
                    passed: FxHashMap::default(),
                    calls_seen: 0,
                    calls_in_functions: 0,
                    returns: V::UNBOUND,
                    syncs: None,
                    evaluates: false,
                    unkeyed_random: None,
                    updates: Vec::new(),
                    effects: Vec::new(),
                    captures: Vec::new(),
                    callees: Vec::new(),
                    globals: Vec::new(),
                });
                self.function_at.insert(at, id);
                id
            }
        };
        if !self.queue.contains(&id) {
            self.queue.push(id);
        }
        id
    }

    fn define_class(&mut self, s: &'a ast::StmtClassDef) {
        let mut bases = Vec::new();
        let mut library_base = None;
        let mut unknown_base = false;
        for base in s.arguments.iter().flat_map(|a| a.args.iter()) {
            let v = self.eval(base);
            bases.push(v);
            match self.kind(v) {
                Kind::Lib(sym) => {
                    let sym = *sym;
                    let name = self.text(sym);
                    if name.starts_with("mlx.nn.") || name.starts_with("torch.nn.") {
                        library_base = library_base.or(Some(sym));
                    } else if !name.starts_with("builtins.") && !matches!(name, "abc.ABC" | "typing.Protocol")
                    {
                        unknown_base = true;
                    }
                }
                Kind::Class(c) => {
                    library_base = library_base.or(self.class(*c).library_base);
                    unknown_base |= self.class(*c).unknown_base;
                }
                _ => unknown_base = true,
            }
        }
        for decorator in &s.decorator_list {
            self.eval(&decorator.expression);
        }
        let at = s.range.start();
        let id = match self.class_at.get(&at) {
            Some(id) => *id,
            None => {
                let id = self.classes.len() as u32;
                self.classes.push(Class {
                    def: s,
                    bases,
                    methods: FxHashMap::default(),
                    attrs: FxHashMap::default(),
                    stores: Vec::new(),
                    library_base,
                    unknown_base,
                });
                self.class_at.insert(at, id);
                id
            }
        };
        let v = self.make(Kind::Class(id), s.name.range, Sym::LOCAL, []);
        self.bind(s.name.as_str(), v);
        let scope = self.new_scope(Some(self.frame.scope), true);
        let inner = Frame { scope, function: None, class: Some(id), state: State::default() };
        let outer = std::mem::replace(&mut self.frame, inner);
        self.block(&s.body);
        self.frame = outer;
        let scope = &self.scopes[scope as usize];
        let found: Vec<(&'a str, V)> =
            scope.names.iter().map(|(n, slot)| (*n, scope.all[*slot as usize])).collect();
        for (name, v) in found {
            if !matches!(self.kind(v), Kind::Function(_)) {
                self.classes[id as usize].attrs.entry(name).or_insert((v, s.range));
            }
        }
        // `__init__` first: it says what the attributes are.
        if let Some(init) = self.classes[id as usize].methods.get("__init__").copied()
            && let Some(place) = self.queue.iter().position(|q| *q == init)
        {
            let first = self
                .queue
                .iter()
                .position(|q| self.functions[*q as usize].class == Some(id))
                .unwrap_or(place);
            self.queue[first..=place].rotate_right(1);
        }
    }

    /// Interprets the body of a function.
    pub(super) fn run_function(&mut self, id: u32) {
        let (code, scope, class) = {
            let f = &self.functions[id as usize];
            (f.code, f.scope, f.class)
        };
        self.frame = Frame { scope, function: Some(id), class, state: State::default() };
        self.loops.clear();
        self.overlay.clear();
        self.conditional = 0;
        self.bind_parameters(id);
        match code {
            Code::Def(d) => {
                self.block(&d.body);
                if let Some(returns) = &d.returns {
                    let said = self.annotation(returns);
                    if *self.kind(said) != Kind::Unknown && *self.kind(said) != Kind::NoneValue {
                        self.functions[id as usize].returns = said;
                    }
                }
            }
            Code::Lambda(l) => {
                let value = self.eval(&l.body);
                self.returned(&l.body, value);
            }
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
    fn unpack(&mut self, value: V, targets: &[Expr], range: TextRange) -> Vec<V> {
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
    fn learn_rank(&mut self, array: V, n: u8) {
        if let Kind::Array(a) = &mut self.values[array.0 as usize].kind
            && a.rank.is_none()
        {
            a.rank = Some(n);
        }
    }

    /// Whether a value is a torch or numpy or jax thing.
    pub fn is_foreign(&self, v: V) -> bool {
        self.array(v).is_some_and(|a| a.lib != Lib::Mlx) || matches!(self.kind(v), Kind::NumpyScalar)
    }
}
