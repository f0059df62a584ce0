//! The abstract interpreter: what every expression of a Python file is believed to be.
//!
//! A file is interpreted three times. Two silent passes collect what functions return, what classes
//! keep in their attributes, which transformations functions are handed to and what call sites pass;
//! the second knows what the first learnt. The third tells the rules what happens ([`Event`]).
//! Within a function the analysis is flow sensitive: branches are joined, loops run twice. It
//! refuses to guess: what is not understood is [`Kind::Unknown`], and no rule may treat it as an
//! array. It does not follow imports into other files.

mod arith;
mod attribute;
mod call;
mod define;
mod dtype;
mod duck;
mod event;
mod expr;
mod inline;
mod join;
mod library;
mod literal;
mod model;
mod names;
mod params;
mod results;
mod scope;
mod shapes;
mod stmt;
mod store;
mod strings;
mod target;
mod turn;
mod value;
mod why;

use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;

pub use dtype::{Dt, DtypeFact, promote};
pub use event::{Arg, Call, Event, On, Sync, Truth};
pub use literal::constant_text;
pub use model::{Applied, Class, Code, Function, KernelDef, Launch, Loop, Turn};
pub use names::{Row, Sym, mlx_row};
pub use target::Target;
pub use value::{Array, Kind, Lib, Sure, Transform, V, Value};

use crate::finding::Sink;
use crate::rules::{Check, Rule};
use names::Names;

/// How deep expressions may nest before the engine stops looking.
const MAX_DEPTH: u32 = 3000;
/// How deep loops are run twice; deeper ones once.
const MAX_LOOP_REPEAT: usize = 2;

/// A scope: a module, class or function body.
struct Scope<'a> {
    parent: Option<u32>,
    names: FxHashMap<&'a str, u32>,
    /// The join of everything assigned in this pass, by slot.
    all: Vec<V>,
    /// The same, from the pass before.
    known: Vec<V>,
    /// How often it was assigned in one pass.
    assigned: Vec<u16>,
    is_class: bool,
}

impl Scope<'_> {
    /// What a slot was seen to hold: the whole pass before counts more than half of this one.
    fn seen(&self, slot: u32) -> V {
        let slot = slot as usize;
        match self.known.get(slot) {
            Some(v) if *v != V::UNBOUND => *v,
            _ => self.all[slot],
        }
    }
}

/// A reading of the clock, and what happened since.
#[derive(Clone)]
struct Timer {
    started: TextRange,
    lazy: Option<TextRange>,
    synced: bool,
}

/// What changes from statement to statement.
#[derive(Clone, Default)]
struct State {
    env: Vec<V>,
    used_keys: Vec<(V, TextRange, bool)>,
    timer: Option<Timer>,
    dead: bool,
}

/// The function (or module) being interpreted.
struct Frame {
    scope: u32,
    function: Option<u32>,
    class: Option<u32>,
    state: State,
}

/// The interpreter and what it has learnt of one file.
pub struct Engine<'a> {
    /// The text.
    pub source: &'a str,
    values: Vec<Value>,
    names: Names<'a>,
    scopes: Vec<Scope<'a>>,
    functions: Vec<Function<'a>>,
    function_at: FxHashMap<TextSize, u32>,
    classes: Vec<Class<'a>>,
    class_at: FxHashMap<TextSize, u32>,
    kernels: Vec<KernelDef<'a>>,
    kernel_at: FxHashMap<TextSize, u32>,
    queue: Vec<u32>,
    frame: Frame,
    loops: Vec<Loop<'a>>,
    /// The generators of the comprehensions around this place.
    generators: Vec<Turn>,
    /// The bodies of `try` statements around this place.
    tries: Vec<TextRange>,
    /// The names at the top of the file that are used as arrays.
    module_evidence: duck::Evidence<'a>,
    overlay: Vec<(&'a str, V)>,
    /// Clock readings before which lazy work was left undone: since when, and what.
    clock_lazy: FxHashMap<V, (TextRange, TextRange)>,
    /// The keywords of `functools.partial(...)` values.
    partial_keys: FxHashMap<V, Vec<(&'a str, V)>>,
    /// The items of lists that grew, as far as they are known one by one.
    grown: FxHashMap<V, Vec<V>>,
    depth: u32,
    quiet: u32,
    collecting: bool,
    conditional: u32,
    /// In the test of an `if` that only raises.
    guarding: bool,
    /// In a `raise` statement, which no loop repeats.
    raising: bool,
    /// How many functions are being run for the text they make.
    inlined: u32,
    /// How often that may still be done in this pass.
    inline_budget: u32,
    handlers: Vec<Vec<Check>>,
    sink: Sink,
    /// Full names of the modules that are imported.
    pub imports: Vec<String>,
    /// `mx.set_default_device(mx.cpu)` stands somewhere.
    pub cpu_default: bool,
    /// Depth of `with mx.stream(mx.cpu)`.
    cpu_stream: u32,
    /// The name of the file, for rules that look at it.
    pub path: &'a str,
    /// The version of MLX that the file is for.
    pub target: Target,
}

/// Interprets a file and lets the rules look on.
pub fn analyze<'a>(
    path: &'a str,
    source: &'a str,
    body: &'a [ast::Stmt],
    rules: &[&'static Rule],
    target: Target,
) -> Sink {
    let mut engine = Engine::new(path, source, rules, target);
    engine.passes(body);
    engine.sink
}

/// Tells the rules of the kernel in a `.metal` file.
pub fn analyze_metal(path: &str, source: &str, rules: &[&'static Rule]) -> Sink {
    let mut engine = Engine::new(path, source, rules, Target::default());
    engine.collecting = false;
    for kernel in crate::kernel::of_metal_file(path, source) {
        let before = engine.sink.findings.len();
        engine.emit(&Event::Kernel(&kernel));
        // Of the KRN rules, which are about MLX's side of a kernel, only those about the text hold for any kernel.
        let mut n = 0;
        engine.sink.findings.retain(|f| {
            n += 1;
            n <= before
                || !kernel.spec.whole
                || f.code.starts_with("MSL")
                || matches!(f.code, "KRN807" | "KRN809")
        });
    }
    engine.sink
}

/// The kernels of a Python file, examined.
pub fn kernels(path: &str, source: &str, body: &[ast::Stmt]) -> Vec<crate::kernel::Kernel> {
    let mut engine = Engine::new(path, source, &[], Target::default());
    engine.passes(body);
    (0..engine.kernels.len() as u32).flat_map(|id| crate::kernel::of_definition(&engine, id)).collect()
}

impl<'a> Engine<'a> {
    fn new(path: &'a str, source: &'a str, rules: &[&'static Rule], target: Target) -> Self {
        let mut handlers: Vec<Vec<Check>> = vec![Vec::new(); event::KINDS];
        for rule in rules {
            for (on, check) in rule.checks {
                handlers[*on as usize].push(*check);
            }
        }
        let mut engine = Engine {
            source,
            values: Vec::with_capacity(source.len() / 4),
            names: Names::new(),
            scopes: Vec::new(),
            functions: Vec::new(),
            function_at: FxHashMap::default(),
            classes: Vec::new(),
            class_at: FxHashMap::default(),
            kernels: Vec::new(),
            kernel_at: FxHashMap::default(),
            queue: Vec::new(),
            frame: Frame { scope: 0, function: None, class: None, state: State::default() },
            loops: Vec::new(),
            generators: Vec::new(),
            tries: Vec::new(),
            module_evidence: Vec::new(),
            overlay: Vec::new(),
            clock_lazy: FxHashMap::default(),
            partial_keys: FxHashMap::default(),
            grown: FxHashMap::default(),
            depth: 0,
            quiet: 0,
            collecting: true,
            conditional: 0,
            guarding: false,
            raising: false,
            inlined: 0,
            inline_budget: 0,
            handlers,
            sink: Sink::default(),
            imports: Vec::new(),
            cpu_default: false,
            cpu_stream: 0,
            path,
            target,
        };
        for kind in [Kind::Unknown, Kind::Unknown, Kind::NoneValue] {
            engine.make(kind, TextRange::default(), Sym::NOTHING, []);
        }
        engine.new_scope(None, false);
        engine
    }

    fn passes(&mut self, body: &'a [ast::Stmt]) {
        self.pass(body);
        self.pass(body);
        self.collecting = false;
        self.pass(body);
    }

    /// Examines the kernels, if a rule wants to know.
    fn examine_kernels(&mut self) {
        if self.handlers[On::Kernel as usize].is_empty() {
            return;
        }
        for id in 0..self.kernels.len() as u32 {
            for kernel in crate::kernel::of_definition(self, id) {
                let before = self.sink.findings.len();
                self.emit(&Event::Kernel(&kernel));
                if kernel.spec.alternative {
                    for finding in self.sink.findings.iter_mut().skip(before) {
                        finding.at_most(Sure::Likely);
                    }
                }
            }
        }
    }

    /// One pass over the file: the module body, then every function, then what ends.
    fn pass(&mut self, body: &'a [ast::Stmt]) {
        self.begin_pass();
        self.module_evidence = duck::in_module(self, body);
        self.frame = Frame { scope: 0, function: None, class: None, state: State::default() };
        self.block(body);
        let mut next = 0;
        while next < self.queue.len() {
            let function = self.queue[next];
            next += 1;
            self.run_function(function);
        }
        if !self.collecting {
            for class in 0..self.classes.len() as u32 {
                self.emit(&Event::Class(class));
            }
            for function in 0..self.functions.len() as u32 {
                self.emit(&Event::Function(function));
            }
            self.examine_kernels();
            self.emit(&Event::Module);
        }
    }

    /// What the last pass learnt is what this one knows; what it learns is collected anew, so that
    /// what was not understood before its definition was seen does not stay unknown.
    fn begin_pass(&mut self) {
        self.queue.clear();
        self.inline_budget = inline::BUDGET;
        for scope in &mut self.scopes {
            scope.assigned.fill(0);
            scope.known.clone_from(&scope.all);
            scope.all.fill(V::UNBOUND);
        }
        for f in &mut self.functions {
            f.known_returns = std::mem::replace(&mut f.returns, V::UNBOUND);
            f.known_passed = std::mem::take(&mut f.passed);
            f.known_calls = std::mem::take(&mut f.calls_seen);
        }
        for c in &mut self.classes {
            c.known_attrs = std::mem::take(&mut c.attrs);
        }
    }

    /// Whether rules are told now.
    fn telling(&self) -> bool {
        !self.collecting && self.quiet == 0
    }

    /// Tells the rules.
    fn emit(&mut self, event: &Event<'_, 'a>) {
        if !self.telling() {
            return;
        }
        let kind = event.on() as usize;
        if self.handlers[kind].is_empty() {
            return;
        }
        let mut sink = std::mem::take(&mut self.sink);
        for check in &self.handlers[kind] {
            check(event, self, &mut sink);
        }
        self.sink = sink;
    }

    /// A new value.
    fn make<const N: usize>(&mut self, kind: Kind, range: TextRange, op: Sym, operands: [V; N]) -> V {
        let mut both = [V::UNKNOWN; 2];
        for (place, operand) in both.iter_mut().zip(operands) {
            *place = operand;
        }
        let v = V(self.values.len() as u32);
        self.values.push(Value { kind, maybe_none: false, range, op, operands: both });
        v
    }

    /// A new array value.
    fn make_array<const N: usize>(&mut self, array: Array, range: TextRange, op: Sym, operands: [V; N]) -> V {
        self.make(Kind::Array(array), range, op, operands)
    }

    fn new_scope(&mut self, parent: Option<u32>, is_class: bool) -> u32 {
        self.scopes.push(Scope {
            parent,
            names: FxHashMap::default(),
            all: Vec::new(),
            known: Vec::new(),
            assigned: Vec::new(),
            is_class,
        });
        (self.scopes.len() - 1) as u32
    }

    /// What is known of a value.
    pub fn value(&self, v: V) -> &Value {
        &self.values[v.0 as usize]
    }

    /// Its kind.
    pub fn kind(&self, v: V) -> &Kind {
        &self.values[v.0 as usize].kind
    }

    /// Its facts, if it is an array of any library.
    pub fn array(&self, v: V) -> Option<&Array> {
        self.kind(v).array()
    }

    /// Its facts, if it is an MLX array.
    pub fn mlx_array(&self, v: V) -> Option<&Array> {
        self.array(v).filter(|a| a.lib == Lib::Mlx)
    }

    /// The text of a name.
    pub fn text(&self, sym: Sym) -> &str {
        self.names.text(sym)
    }

    /// The full name of the operation that made a value.
    pub fn op(&self, v: V) -> &str {
        self.names.text(self.value(v).op)
    }

    /// The full name, if the value is an object of a library.
    pub fn lib_name(&self, v: V) -> Option<&str> {
        match self.kind(v) {
            Kind::Lib(sym) => Some(self.names.text(*sym)),
            _ => None,
        }
    }

    /// Whether a value comes from this operation, and its operands.
    pub fn made_by(&self, v: V, op: Sym) -> Option<[V; 2]> {
        let value = self.value(v);
        (value.op == op).then_some(value.operands)
    }

    /// Whether a value comes from this function of an array library, and its first operand.
    pub fn applied(&self, v: V, function: &str) -> Option<V> {
        let value = self.value(v);
        let name = self.names.text(value.op);
        let (library, last) = name.rsplit_once('.')?;
        (last == function
            && matches!(
                library,
                "mlx.core" | "torch" | "jax.numpy" | "numpy" | "torch.nn.functional" | "mlx.core.array"
            ))
        .then_some(value.operands[0])
    }

    /// How sure it is that a value is what it is.
    pub fn sure(&self, v: V) -> Sure {
        match self.kind(v) {
            Kind::Array(a) => a.sure,
            Kind::Unknown => Sure::Possible,
            _ => Sure::Certain,
        }
    }

    /// The source text of a range.
    pub fn slice(&self, range: impl Ranged) -> &'a str {
        self.source.get(range.range().to_std_range()).unwrap_or("")
    }

    /// A function of the file.
    pub fn function(&self, id: u32) -> &Function<'a> {
        &self.functions[id as usize]
    }

    /// All functions.
    pub fn functions(&self) -> &[Function<'a>] {
        &self.functions
    }

    /// A class of the file.
    pub fn class(&self, id: u32) -> &Class<'a> {
        &self.classes[id as usize]
    }

    /// A kernel definition.
    pub fn kernel(&self, id: u32) -> &KernelDef<'a> {
        &self.kernels[id as usize]
    }

    /// All kernel definitions.
    pub fn kernels(&self) -> &[KernelDef<'a>] {
        &self.kernels
    }

    /// The function being interpreted.
    pub fn current(&self) -> Option<&Function<'a>> {
        self.frame.function.map(|f| self.function(f))
    }

    /// Its number.
    pub fn current_id(&self) -> Option<u32> {
        self.frame.function
    }

    /// The loops around this place, outermost first.
    pub fn loops(&self) -> &[Loop<'a>] {
        &self.loops
    }

    /// The bodies of `try` statements around this place, outermost first.
    pub fn tries(&self) -> &[TextRange] {
        &self.tries
    }

    /// Whether code runs under `mx.stream(mx.cpu)` or with the CPU as default.
    pub fn on_cpu(&self) -> bool {
        self.cpu_default || self.cpu_stream > 0
    }

    /// How often a name of a scope is assigned.
    pub fn times_assigned(&self, scope: u32, name: &str) -> u16 {
        let scope = &self.scopes[scope as usize];
        scope.names.get(name).and_then(|slot| scope.assigned.get(*slot as usize)).copied().unwrap_or(0)
    }

    /// Another local name that holds the same object.
    pub fn other_name_of(&self, v: V, not: &str) -> Option<&'a str> {
        let scope = &self.scopes[self.frame.scope as usize];
        let mut names: Vec<&'a str> = scope
            .names
            .iter()
            .filter(|(name, slot)| **name != not && self.frame.state.env.get(**slot as usize) == Some(&v))
            .map(|(name, _)| *name)
            .collect();
        names.sort_unstable();
        names.first().copied()
    }

    /// Whether the scope is the module's.
    pub fn is_module_scope(&self, scope: u32) -> bool {
        scope == 0
    }

    /// The transformation a function runs under: its own, or that of the function it stands in.
    pub fn under(&self, function: Option<u32>, which: &[Transform]) -> Option<&Applied> {
        let mut at = function;
        while let Some(id) = at {
            let f = self.function(id);
            if let Some(found) = f.applied.iter().find(|a| which.contains(&a.transform)) {
                return Some(found);
            }
            at = f.parent;
        }
        None
    }

    /// Whether a class is an `mlx.nn.Module` or a torch module, as far as known.
    pub fn module_library(&self, class: u32) -> Option<Lib> {
        let base = self.class(class).library_base?;
        match self.text(base).split('.').next() {
            Some("mlx") => Some(Lib::Mlx),
            Some("torch") => Some(Lib::Torch),
            _ => None,
        }
    }
}
