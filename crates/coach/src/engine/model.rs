//! The things of a file that outlive one statement: functions, classes, kernels, loops.

use ruff_python_ast as ast;
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use super::duck::Evidence;
use super::names::Sym;
use super::value::{Transform, V};

/// The body and parameters of a function or lambda.
#[derive(Clone, Copy)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Code<'a> {
    Def(&'a ast::StmtFunctionDef),
    Lambda(&'a ast::ExprLambda),
}

impl<'a> Code<'a> {
    /// The parameters.
    pub fn parameters(self) -> Option<&'a ast::Parameters> {
        match self {
            Code::Def(d) => Some(&d.parameters),
            Code::Lambda(l) => l.parameters.as_deref(),
        }
    }

    /// Where the function stands.
    pub fn range(self) -> TextRange {
        match self {
            Code::Def(d) => d.range,
            Code::Lambda(l) => l.range,
        }
    }

    /// Its name, or nothing for a lambda.
    pub fn name(self) -> &'a str {
        match self {
            Code::Def(d) => d.name.as_str(),
            Code::Lambda(_) => "<lambda>",
        }
    }
}

/// A transformation that is applied to a function, and how.
#[derive(Clone)]
pub struct Applied {
    /// Which.
    pub transform: Transform,
    /// The call or decorator.
    pub range: TextRange,
    /// `shapeless=True`.
    pub shapeless: bool,
    /// The value of `inputs=`.
    pub inputs: Option<V>,
    /// The value of `outputs=`.
    pub outputs: Option<V>,
}

/// A function of the file.
pub struct Function<'a> {
    /// Its text.
    pub code: Code<'a>,
    /// The scope of its body.
    pub scope: u32,
    /// The class it is a method of.
    pub class: Option<u32>,
    /// The function it stands in.
    pub parent: Option<u32>,
    /// Transformations applied to it.
    pub applied: Vec<Applied>,
    /// Decorated with a cache.
    pub cached: bool,
    /// `staticmethod`.
    pub is_static: bool,
    /// `property`.
    pub is_property: bool,
    /// The parameter names and their values.
    pub params: Vec<(&'a str, V)>,
    /// What call sites of this file pass, by parameter name; joined.
    pub passed: FxHashMap<&'a str, V>,
    /// Number of call sites seen in this file.
    pub calls_seen: u32,
    /// What it returns; joined over this pass.
    pub returns: V,
    /// What it was seen to return in the pass before.
    pub(super) known_returns: V,
    /// What call sites passed in the pass before.
    pub(super) known_passed: FxHashMap<&'a str, V>,
    /// How many call sites there were in the pass before.
    pub(super) known_calls: u32,
    /// The names in it that are used as arrays.
    pub(super) evidence: Evidence<'a>,
    /// The first statement that reads an array on the host.
    pub syncs: Option<TextRange>,
    /// It calls `mx.eval` or reads something on the host.
    pub evaluates: bool,
    /// Sampling without a key.
    pub unkeyed_random: Option<TextRange>,
    /// `optimizer.update` calls.
    pub updates: Vec<(TextRange, V)>,
    /// Names and attributes written that are not local.
    pub effects: Vec<(TextRange, String)>,
    /// Names of outer scopes it reads: name, scope, where, value.
    pub captures: Vec<(&'a str, u32, TextRange, V)>,
    /// Attributes of its own object that it reads, if it is compiled: name, where, value.
    pub own_reads: Vec<(&'a str, TextRange, V)>,
    /// Functions of this file that it calls.
    pub callees: Vec<(u32, TextRange)>,
    /// Whether it declares the names global or nonlocal.
    pub globals: Vec<&'a str>,
}

impl Function<'_> {
    /// The application of a transformation, if there is one.
    pub fn applied(&self, which: Transform) -> Option<&Applied> {
        self.applied.iter().find(|a| a.transform == which)
    }
}

impl Function<'_> {
    /// What it returns, as far as seen: the whole pass before counts more than half of this one.
    pub(crate) fn seen_returns(&self) -> V {
        if self.known_returns == V::UNBOUND { self.returns } else { self.known_returns }
    }
}

impl Class<'_> {
    /// What an attribute holds, as far as seen.
    pub(super) fn attribute(&self, name: &str) -> Option<V> {
        let v = self.known_attrs.get(name).or_else(|| self.attrs.get(name))?.0;
        (v != V::UNBOUND).then_some(v)
    }
}

/// A class of the file.
pub struct Class<'a> {
    /// Its text.
    pub def: &'a ast::StmtClassDef,
    /// Its base classes.
    pub bases: Vec<V>,
    /// The methods by name.
    pub methods: FxHashMap<&'a str, u32>,
    /// The attributes: join of all assignments to `self.name`, and the first place.
    pub attrs: FxHashMap<&'a str, (V, TextRange)>,
    /// The same, from the pass before.
    pub(super) known_attrs: FxHashMap<&'a str, (V, TextRange)>,
    /// Attribute assignments in order: name, value, range of the statement, method.
    pub stores: Vec<(&'a str, V, TextRange, u32)>,
    /// The full name of the library class it derives from, if known.
    pub library_base: Option<Sym>,
    /// A base is not understood.
    pub unknown_base: bool,
}

/// A kernel definition.
pub struct KernelDef<'a> {
    /// The call of `metal_kernel`.
    pub call: &'a ast::ExprCall,
    /// `name=`.
    pub name: Option<String>,
    /// `input_names=`.
    pub inputs: Option<Vec<String>>,
    /// `output_names=`.
    pub outputs: Option<Vec<String>>,
    /// The input names with those that are appended on some way.
    pub most_inputs: Option<Vec<String>>,
    /// The output names with those that are appended on some way.
    pub most_outputs: Option<Vec<String>>,
    /// The body, if constant.
    pub source: Option<String>,
    /// Where the text of the body stands.
    pub source_range: Option<TextRange>,
    /// The value of `source=`.
    pub source_value: V,
    /// The header, if constant.
    pub header: Option<String>,
    /// The value of `header=`.
    pub header_value: V,
    /// The calls of the kernel in this file.
    pub launches: Vec<Launch<'a>>,
    /// `ensure_row_contiguous=False`.
    pub strided: bool,
    /// `atomic_outputs=True`.
    pub atomic: bool,
    /// The function whose body holds the call.
    pub function: Option<u32>,
    /// Inside a loop, or a test like `if K is None`.
    pub guarded: bool,
    /// Inside a loop.
    pub in_loop: bool,
}

/// A call of a kernel.
#[derive(Clone)]
pub struct Launch<'a> {
    /// The call.
    pub call: &'a ast::ExprCall,
    /// The arguments with names, as values.
    pub keys: Vec<(&'a str, V)>,
    /// `*args` or `**kwargs` are passed.
    pub stars: bool,
    /// The function the call stands in.
    pub function: Option<u32>,
}

impl Launch<'_> {
    /// The value of a keyword.
    pub fn key(&self, name: &str) -> Option<V> {
        self.keys.iter().find(|k| k.0 == name).map(|k| k.1)
    }
}

/// What is repeated around a place: the innermost loop or comprehension.
#[derive(Clone, Copy)]
pub struct Turn {
    /// Values from this handle on were made in it.
    pub entered: V,
    /// What is iterated.
    pub iter: Option<V>,
    /// Number of turns where constant.
    pub turns: Option<i64>,
    /// The first line of the loop, or the generator.
    pub head: TextRange,
    /// All of it.
    pub range: TextRange,
    /// What a comprehension goes over; of a loop, nothing.
    pub over: Option<TextRange>,
}

/// A loop being interpreted, or just finished.
pub struct Loop<'a> {
    /// The whole statement.
    pub range: TextRange,
    /// Values from this handle on were made in the current turn.
    pub first: V,
    /// Values from this handle on were made in the loop.
    pub entered: V,
    /// The first line, for labels.
    pub head: TextRange,
    /// What is iterated.
    pub iter: Option<V>,
    /// The target, for `for`.
    pub target: Option<&'a ast::Expr>,
    /// Number of turns where constant.
    pub turns: Option<i64>,
    /// The function it stands in.
    pub function: Option<u32>,
    /// Something in it evaluates.
    pub evaluates: bool,
    /// It evaluates what is not known here. Else all is in `synced`, or the state of a model or optimizer.
    pub evaluates_unknown: bool,
    /// Something in it is a call of which nothing is known.
    pub opaque: bool,
    /// Names whose array grows a graph from turn to turn: name, value, where.
    pub carried: Vec<(&'a str, V, TextRange)>,
    /// `name.append(array)`: list, value, where.
    pub appended: Vec<(&'a str, V, TextRange)>,
    /// `optimizer.update` calls.
    pub updates: Vec<(TextRange, V)>,
    /// `x = mx.concatenate([x, ...])`: name, where, value.
    pub grown: Vec<(&'a str, TextRange, V)>,
    /// A name is bound in it.
    pub bound: Vec<&'a str>,
    /// The values synced in it.
    pub synced: Vec<V>,
    /// It calls a module (a model) of which something is known.
    pub calls_module: Option<TextRange>,
}
