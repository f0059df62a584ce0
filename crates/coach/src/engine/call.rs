//! Calls: who is called, with what, and what that does to the state.

mod launch;
mod sync;

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::event::{Arg, Call, Event};
use super::model::Applied;
use super::value::{Kind, Lib, Transform, V};
use super::{Engine, Sym, Timer, mlx_row};

const SAMPLERS: [&str; 11] = [
    "normal",
    "uniform",
    "bernoulli",
    "categorical",
    "gumbel",
    "truncated_normal",
    "laplace",
    "multivariate_normal",
    "randint",
    "permutation",
    "split",
];

impl<'a> Engine<'a> {
    /// The value of a call.
    pub(super) fn call(&mut self, c: &'a ast::ExprCall) -> V {
        let callee = self.eval(&c.func);
        let range = c.range();
        let mut args = Vec::with_capacity(c.arguments.len());
        for e in &c.arguments.args {
            let value = self.eval(e);
            args.push(Arg { name: None, starred: e.is_starred_expr(), expr: e, value });
        }
        for k in &c.arguments.keywords {
            let value = self.eval(&k.value);
            args.push(Arg {
                name: k.arg.as_ref().map(|a| a.as_str()),
                starred: k.arg.is_none(),
                expr: &k.value,
                value,
            });
        }
        let (sym, receiver) = match self.kind(callee) {
            Kind::Lib(sym) => (*sym, None),
            Kind::Method(receiver, sym) => (*sym, Some(*receiver)),
            Kind::Dtype(_) => (Sym::CAST, None),
            Kind::Unknown => (Sym::NOTHING, None),
            _ => (Sym::LOCAL, None),
        };
        let last = match c.func.as_ref() {
            Expr::Attribute(a) => a.attr.as_str(),
            Expr::Name(n) => n.id.as_str(),
            _ => "",
        };
        let name = self.names.text(sym).to_owned();
        let result = self.result(c, callee, sym, &name, receiver, &args);
        let call = Call { expr: c, callee, sym, name: &name, receiver, last, args: &args, result };
        self.side_effects(&call, range);
        self.emit(&Event::Call(&call));
        if matches!(
            name.as_str(),
            "time.time" | "time.perf_counter" | "time.monotonic" | "time.perf_counter_ns" | "time.time_ns"
        ) {
            self.read_clock(result, range);
        }
        result
    }

    fn read_clock(&mut self, result: V, range: TextRange) {
        if let Some(Timer { started, lazy: Some(lazy), synced: false }) = self.frame.state.timer.clone() {
            self.clock_lazy.insert(result, (started, lazy));
        }
        self.frame.state.timer = Some(Timer { started: range, lazy: None, synced: false });
    }

    fn side_effects(&mut self, call: &Call<'_, 'a>, range: TextRange) {
        self.note_syncs(call, range);
        self.note_launch(call);
        match self.kind(call.callee).clone() {
            Kind::Function(f) => self.call_local(f, call, 0, range),
            Kind::Bound(f, _) => self.call_local(f, call, 1, range),
            Kind::Instance(class) => {
                if let Some(f) = self.classes[class as usize].methods.get("__call__").copied() {
                    self.call_local(f, call, 1, range);
                }
                if self.module_library(class) == Some(Lib::Mlx) {
                    self.note_module_call(range);
                }
            }
            Kind::LibInstance(sym) if self.text(sym).starts_with("mlx.nn.") => {
                self.note_module_call(range);
                if self.text(sym).starts_with("mlx.nn.Dropout")
                    && let Some(f) = self.frame.function
                {
                    let f = &mut self.functions[f as usize];
                    f.unkeyed_random = f.unkeyed_random.or(Some(range));
                }
            }
            Kind::Class(class) => {
                if let Some(f) = self.classes[class as usize].methods.get("__init__").copied() {
                    self.call_local(f, call, 1, range);
                }
            }
            Kind::Transformed(_, inner) => {
                if let Kind::Function(f) | Kind::Bound(f, _) = *self.kind(inner) {
                    self.call_local(f, call, u32::from(matches!(self.kind(inner), Kind::Bound(..))), range);
                }
            }
            Kind::Lib(_) | Kind::Method(..) => self.library_effects(call, range),
            Kind::Unknown
                if self.value(call.callee).op == Sym::PARAMETER
                    && call.args.iter().any(|a| self.mlx_array(a.value).is_some()) =>
            {
                // `model(x)` with a model passed in: lazy as all of MLX.
                self.note_lazy(range);
                for l in &mut self.loops {
                    l.opaque = true;
                }
            }
            _ => {
                self.note_opaque();
                for arg in call.args {
                    for l in &mut self.loops {
                        l.synced.push(arg.value);
                    }
                }
            }
        }
    }

    fn call_local(&mut self, id: u32, call: &Call<'_, 'a>, skip: u32, range: TextRange) {
        if self.functions[id as usize].evaluates {
            self.note_evaluates();
        }
        if self.collecting {
            let params = self.functions[id as usize].code.parameters();
            let names: Vec<&'a str> = params
                .into_iter()
                .flat_map(|p| p.iter_non_variadic_params())
                .map(|p| p.parameter.name.as_str())
                .collect();
            let stars = call.has_stars();
            for (i, arg) in call.args.iter().enumerate() {
                let name = match arg.name {
                    Some(n) => names.iter().find(|m| **m == n).copied(),
                    None if !stars => names.get(i + skip as usize).copied(),
                    None => None,
                };
                if let Some(name) = name {
                    let old = self.functions[id as usize].passed.get(name).copied().unwrap_or(V::UNBOUND);
                    let joined = self.absorb(old, arg.value);
                    self.functions[id as usize].passed.insert(name, joined);
                }
            }
            let f = &mut self.functions[id as usize];
            f.calls_seen += 1;
            if stars {
                f.passed.clear();
                f.calls_seen = 1000;
            }
        } else if self.quiet == 0
            && let Some(me) = self.frame.function
        {
            self.functions[me as usize].callees.push((id, range));
        }
    }

    fn library_effects(&mut self, call: &Call<'_, 'a>, range: TextRange) {
        let name = call.name;
        if self.mlx_array(call.result).is_some() {
            self.note_lazy(range);
        }
        if let Some(receiver) = call.receiver {
            self.method_effects(call, receiver, range);
            return;
        }
        if let Some(sampler) = name.strip_prefix("mlx.core.random.") {
            self.note_random(call, sampler, range);
            return;
        }
        match name {
            "mlx.core.set_default_device" => {
                let text = call.args.first().map_or("", |a| self.slice(a.expr.range()));
                self.cpu_default |= text.contains("cpu");
            }
            "mlx.core.compile"
            | "mlx.core.grad"
            | "mlx.core.value_and_grad"
            | "mlx.core.vmap"
            | "mlx.core.checkpoint"
            | "mlx.nn.value_and_grad"
            | "torch.compile" => {
                let target = if name == "mlx.nn.value_and_grad" {
                    call.argument("fn", 1)
                } else {
                    call.argument("fun", 0)
                };
                if let (Some(target), Some(which)) = (target, transform(name)) {
                    let target = target.value;
                    let keys: Vec<(&str, V)> =
                        call.args.iter().filter_map(|a| a.name.map(|n| (n, a.value))).collect();
                    self.apply(target, which, range, &keys);
                }
            }
            _ => {
                let root = name.split('.').next().unwrap_or("");
                let harmless = matches!(
                    root,
                    "mlx"
                        | "builtins"
                        | "math"
                        | "numpy"
                        | "time"
                        | "functools"
                        | "typing"
                        | "torch"
                        | "os"
                        | "sys"
                        | "json"
                        | "itertools"
                        | "pathlib"
                        | "logging"
                        | "random"
                        | "collections"
                        | "dataclasses"
                        | "re"
                );
                if !harmless {
                    for arg in call.args {
                        for l in &mut self.loops {
                            l.synced.push(arg.value);
                        }
                    }
                    self.note_opaque();
                }
            }
        }
    }

    fn method_effects(&mut self, call: &Call<'_, 'a>, receiver: V, range: TextRange) {
        match (call.last, self.kind(receiver).clone()) {
            ("update", Kind::LibInstance(sym)) if self.text(sym).starts_with("mlx.optimizers.") => {
                self.note_update(range, receiver);
            }
            ("update", Kind::Unknown)
                if call.args.len() == 2 && self.op(call.args[1].value) == "gradients" =>
            {
                self.note_update(range, receiver);
            }
            ("append", Kind::ListOf(_) | Kind::Seq { .. } | Kind::Unknown) if call.args.len() == 1 => {
                let Expr::Attribute(a) = call.expr.func.as_ref() else { return };
                let value = call.args[0].value;
                let outer = match a.value.as_ref() {
                    Expr::Name(n) => {
                        self.local(n.id.as_str()) == V::UNBOUND && !self.in_overlay(n.id.as_str())
                    }
                    other => !self.is_local_object(other),
                };
                if outer && self.mlx_array(value).is_some() {
                    let text = self.slice(a.value.range()).to_owned();
                    self.note_effect(range, text);
                }
                let list = self.slice(a.value.range());
                let first = self.loops.last().map(|l| l.first);
                if first.is_some_and(|f| receiver < f)
                    && let Some(l) = self.loops.last_mut()
                {
                    l.appended.push((list, value, range));
                }
                if a.value.is_name_expr() {
                    self.append(list, receiver, value);
                }
            }
            (
                "append" | "extend" | "add" | "items" | "keys" | "values" | "get" | "pop" | "join" | "format"
                | "strip",
                _,
            ) => {}
            // What only arrays have evaluates nothing.
            (last, Kind::Unknown) if super::duck::LAZY.contains(&last) => {}
            (_, Kind::Unknown) => self.note_opaque(),
            _ => {}
        }
    }

    /// A list grew: its elements are joined with what came.
    fn append(&mut self, name: &'a str, list: V, value: V) {
        let (element, is_list) = match self.kind(list).clone() {
            Kind::ListOf(e) => (e, true),
            Kind::Seq { items, list: true } => {
                (items.iter().fold(V::UNBOUND, |acc, i| self.join(acc, *i)), true)
            }
            _ => (V::UNKNOWN, false),
        };
        if is_list && self.local(name) == list {
            let joined = self.absorb(element, value);
            let known = match self.kind(list) {
                Kind::Seq { items, .. } => Some(items.to_vec()),
                _ => self.grown.get(&list).cloned(),
            };
            if !self.loops.is_empty() {
                self.grown.remove(&list);
            } else if let Some(mut items) = known {
                items.push(value);
                self.grown.insert(list, items);
            }
            if joined != element || matches!(self.kind(list), Kind::Seq { .. }) {
                // The object stays the same one: its facts change in place.
                self.values[list.0 as usize].kind = Kind::ListOf(joined);
            }
        }
    }

    fn note_update(&mut self, range: TextRange, optimizer: V) {
        for l in &mut self.loops {
            l.updates.push((range, optimizer));
        }
        if self.telling()
            && let Some(f) = self.frame.function
        {
            self.functions[f as usize].updates.push((range, optimizer));
        }
    }

    fn note_random(&mut self, call: &Call<'_, 'a>, sampler: &str, range: TextRange) {
        if !SAMPLERS.contains(&sampler) {
            return;
        }
        let place = mlx_row(&format!("random.{sampler}"))
            .and_then(|row| row.params.iter().position(|p| *p == "key"))
            .unwrap_or(usize::MAX);
        let key = call
            .argument("key", place)
            .map(|a| (a.value, a.expr))
            .filter(|k| *self.kind(k.0) != Kind::NoneValue);
        match key {
            None => {
                if sampler != "split"
                    && !call.has_stars()
                    && let Some(f) = self.frame.function
                {
                    let f = &mut self.functions[f as usize];
                    f.unkeyed_random = f.unkeyed_random.or(Some(range));
                }
            }
            Some((key, expr)) => {
                if !expr.is_name_expr() || key <= V::NONE || self.value(key).maybe_none {
                    return;
                }
                let split = sampler == "split";
                match self.frame.state.used_keys.iter().find(|k| k.0 == key).copied() {
                    Some((_, first, parent)) => {
                        self.emit(&Event::KeyReuse { range: expr.range(), key, first, parent })
                    }
                    None => self.frame.state.used_keys.push((key, expr.range(), split)),
                }
            }
        }
    }

    /// A transformation is applied to a function.
    fn apply(&mut self, target: V, transform: Transform, range: TextRange, keys: &[(&str, V)]) {
        let (Kind::Function(f) | Kind::Bound(f, _)) = *self.kind(target) else { return };
        let key = |name: &str| keys.iter().find(|k| k.0 == name).map(|k| k.1);
        let shapeless = key("shapeless").is_some_and(|v| *self.kind(v) == Kind::Bool(Some(true)));
        let applied = Applied { transform, range, shapeless, inputs: key("inputs"), outputs: key("outputs") };
        let list = &mut self.functions[f as usize].applied;
        match list.iter_mut().find(|a| a.range == range) {
            Some(old) => *old = applied,
            None => list.push(applied),
        }
    }

    /// The value of a decorated function.
    pub(super) fn decorate(&mut self, id: u32, value: V, decorator: &'a ast::Decorator) -> V {
        let range = decorator.range;
        let d = self.eval(&decorator.expression);
        let (name, keys) = match self.kind(d).clone() {
            Kind::Lib(sym) => (self.text(sym).to_owned(), Vec::new()),
            Kind::Partial(inner) => {
                let keys = self.partial_keys.get(&d).cloned().unwrap_or_default();
                (self.lib_name(inner).unwrap_or("").to_owned(), keys)
            }
            _ => (self.op(d).to_owned(), Vec::new()),
        };
        if let Some(which) = transform(&name) {
            let keys: Vec<(&str, V)> = keys.iter().map(|(k, v)| (*k, *v)).collect();
            let base = self.make(Kind::Function(id), range, Sym::LOCAL, []);
            self.apply(base, which, range, &keys);
            return self.make(Kind::Transformed(which, value), range, Sym::LOCAL, [value]);
        }
        let f = &mut self.functions[id as usize];
        match name.as_str() {
            "functools.lru_cache" | "functools.cached_property" => f.cached = true,
            "builtins.staticmethod" => f.is_static = true,
            "builtins.property" => f.is_property = true,
            _ => {
                let text = self.slice(decorator.expression.range());
                if text.contains("cache") {
                    self.functions[id as usize].cached = true;
                }
            }
        }
        value
    }
}

/// The transformation with this name.
pub(super) fn transform(name: &str) -> Option<Transform> {
    Some(match name {
        "mlx.core.compile" => Transform::Compile,
        "mlx.core.grad" => Transform::Grad,
        "mlx.core.value_and_grad" | "mlx.nn.value_and_grad" => Transform::ValueAndGrad,
        "mlx.core.vmap" => Transform::Vmap,
        "mlx.core.checkpoint" => Transform::Checkpoint,
        "torch.compile" => Transform::TorchCompile,
        _ => return None,
    })
}
