//! Definitions: functions and classes, and the interpretation of a function's body.

use ruff_python_ast::{self as ast};
use rustc_hash::FxHashMap;

use super::model::{Class, Code, Function};
use super::value::{Kind, V};
use super::{Engine, Frame, State, Sym};

impl<'a> Engine<'a> {
    pub(super) fn define_function(&mut self, s: &'a ast::StmtFunctionDef) {
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

    pub(super) fn default_values(&mut self, parameters: &'a ast::Parameters) {
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
                    returns: V::UNBOUND,
                    known_returns: V::UNBOUND,
                    known_passed: FxHashMap::default(),
                    known_calls: 0,
                    evidence: Vec::new(),
                    syncs: None,
                    evaluates: false,
                    unkeyed_random: None,
                    updates: Vec::new(),
                    effects: Vec::new(),
                    captures: Vec::new(),
                    own_reads: Vec::new(),
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

    pub(super) fn define_class(&mut self, s: &'a ast::StmtClassDef) {
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
                    known_attrs: FxHashMap::default(),
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
        self.generators.clear();
        self.tries.clear();
        self.overlay.clear();
        self.conditional = 0;
        self.bind_parameters(id);
        match code {
            Code::Def(d) => {
                self.block(&d.body);
                if let Some(returns) = &d.returns {
                    let said = self.annotation(returns);
                    // A text may be known better than its annotation says.
                    let returns = self.functions[id as usize].returns;
                    let text = matches!((self.kind(said), self.kind(returns)), (Kind::Str(_), Kind::Str(_)));
                    if !matches!(self.kind(said), Kind::Unknown | Kind::NoneValue) && !text {
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
}
