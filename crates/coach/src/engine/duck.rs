//! Names that are used as arrays: evidence, never proof.
//!
//! What is found here only ever makes an unknown value a *likely* array. A name counts when it is
//! handed to a function of an array library, to a layer, or to a function of the file that uses its
//! parameter so; in files that import no other array library also when array methods are called on it.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr};

use super::model::Code;
use super::value::{Kind, Lib, V};
use super::{Engine, mlx_row};

/// Functions of `mlx.core` whose first argument need not be an array.
const NOT_FIRST: [&str; 14] = [
    "array",
    "asarray",
    "concatenate",
    "stack",
    "eval",
    "zeros",
    "ones",
    "full",
    "arange",
    "meshgrid",
    "einsum",
    "broadcast_arrays",
    "linspace",
    "eye",
];

/// How many leading arguments are arrays, where that is not one.
const ARRAYS: [(&str, usize); 10] = [
    ("matmul", 2),
    ("take_along_axis", 2),
    ("outer", 2),
    ("inner", 2),
    ("addmm", 3),
    ("tensordot", 2),
    ("conv1d", 2),
    ("conv2d", 2),
    ("fast.scaled_dot_product_attention", 3),
    ("fft.irfft", 1),
];

/// Methods that of all common objects only arrays have, and that read.
const READS: [&str; 2] = ["item", "tolist"];

/// The same, that only note what is to be computed.
pub(super) const LAZY: [&str; 22] = [
    "reshape",
    "transpose",
    "swapaxes",
    "moveaxis",
    "squeeze",
    "flatten",
    "sum",
    "mean",
    "var",
    "argmax",
    "argmin",
    "square",
    "sqrt",
    "rsqrt",
    "exp",
    "log",
    "logsumexp",
    "cumsum",
    "max",
    "min",
    "abs",
    "prod",
];

/// Functions of `torch` whose first argument is a tensor.
const TORCH: [&str; 26] = [
    "exp", "log", "sqrt", "softmax", "sum", "mean", "matmul", "abs", "sin", "cos", "tanh", "sigmoid", "relu",
    "clamp", "topk", "sort", "argmax", "max", "min", "norm", "bmm", "mm", "where", "log1p", "isnan",
    "cumsum",
];

/// A name and the library whose array it probably is.
pub(super) type Evidence<'a> = Vec<(&'a str, Lib)>;

/// The names in a function that are used as arrays.
pub(super) fn in_function<'a>(engine: &Engine<'a>, code: Code<'a>, class: Option<u32>) -> Evidence<'a> {
    let mut look = Look::new(engine, class);
    match code {
        Code::Def(d) => look.visit_body(&d.body),
        Code::Lambda(l) => look.visit_expr(&l.body),
    }
    look.found
}

/// The names at the top of a file that are used as arrays.
pub(super) fn in_module<'a>(engine: &Engine<'a>, body: &'a [ast::Stmt]) -> Evidence<'a> {
    let mut look = Look::new(engine, None);
    look.visit_body(body);
    look.found
}

struct Look<'e, 'a> {
    engine: &'e Engine<'a>,
    class: Option<u32>,
    /// The only array library that array methods can belong to here.
    only: Option<Lib>,
    found: Evidence<'a>,
    name: String,
}

impl<'e, 'a> Look<'e, 'a> {
    fn new(engine: &'e Engine<'a>, class: Option<u32>) -> Self {
        let module = class.and_then(|c| engine.module_library(c));
        let only = module.or_else(|| engine.only_library());
        Look { engine, class, only, found: Vec::new(), name: String::new() }
    }

    fn note(&mut self, expr: &'a Expr, lib: Lib) {
        if let Expr::Name(n) = expr
            && !self.found.iter().any(|f| f.0 == n.id.as_str())
        {
            self.found.push((n.id.as_str(), lib));
        }
    }

    fn note_all(&mut self, args: &'a [Expr], n: usize, lib: Lib) {
        for arg in args.iter().take(n) {
            self.note(arg, lib);
        }
    }

    /// Writes the full name of a library's function to `self.name`.
    fn full_name(&mut self, expr: &'a Expr) -> bool {
        match expr {
            Expr::Name(n) => match self.engine.imported(n.id.as_str()) {
                Some(text) => {
                    self.name.clear();
                    self.name.push_str(text);
                    true
                }
                None => false,
            },
            Expr::Attribute(a) => {
                let known = self.full_name(&a.value);
                if known {
                    self.name.push('.');
                    self.name.push_str(a.attr.as_str());
                }
                known
            }
            _ => false,
        }
    }

    fn library_call(&mut self, args: &'a [Expr]) {
        let name = std::mem::take(&mut self.name);
        if let Some(function) = name.strip_prefix("mlx.core.") {
            match (function, args.first()) {
                (
                    "concatenate" | "stack",
                    Some(Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. })),
                ) => {
                    self.note_all(elts, elts.len(), Lib::Mlx);
                }
                _ => {
                    let takes = mlx_row(function)
                        .is_some_and(|row| !matches!(row.rule, "other" | "default" | "full"))
                        && !NOT_FIRST.contains(&function);
                    let n = ARRAYS.iter().find(|a| a.0 == function).map_or(usize::from(takes), |a| a.1);
                    self.note_all(args, n, Lib::Mlx);
                }
            }
        } else if name.starts_with("mlx.nn.losses.") {
            self.note_all(args, 2, Lib::Mlx);
        } else if let Some(function) = name.strip_prefix("mlx.nn.") {
            let plain = !function.contains('.') && function.starts_with(|c: char| c.is_ascii_lowercase());
            if plain && function != "value_and_grad" && function != "quantize" {
                self.note_all(args, 1, Lib::Mlx);
            }
        } else if name.starts_with("torch.nn.functional.")
            || name.strip_prefix("torch.").is_some_and(|f| TORCH.contains(&f))
        {
            self.note_all(args, 1, Lib::Torch);
        }
        self.name = name;
    }

    /// `self.proj(x)` with a layer, `self.helper(x)` and `helper(x)` of this file.
    fn own_call(&mut self, func: &'a Expr, args: &'a [Expr]) {
        let (function, skip) = match func {
            Expr::Name(n) => (self.engine.module_function(n.id.as_str()), 0),
            Expr::Attribute(a) if matches!(a.value.as_ref(), Expr::Name(n) if n.id.as_str() == "self") => {
                let Some(class) = self.class else { return };
                if let Kind::LibInstance(sym) =
                    self.engine.kind(self.engine.known_attribute(class, a.attr.as_str()))
                {
                    let text = self.engine.text(*sym);
                    if text.starts_with("mlx.nn.") {
                        self.note_all(args, 1, Lib::Mlx);
                    } else if text.starts_with("torch.nn.") {
                        self.note_all(args, 1, Lib::Torch);
                    }
                }
                (self.engine.class(class).methods.get(a.attr.as_str()).copied(), 1)
            }
            _ => return,
        };
        let Some(function) = function else { return };
        let engine = self.engine;
        for (arg, (_, v)) in args.iter().zip(engine.function(function).params.iter().skip(skip)) {
            if let Some(array) = engine.array(*v).filter(|_| !engine.value(*v).maybe_none) {
                self.note(arg, array.lib);
            }
        }
    }

    fn call(&mut self, c: &'a ast::ExprCall) {
        let args = &c.arguments.args;
        if self.full_name(&c.func) {
            self.library_call(args);
            return;
        }
        if let Expr::Attribute(a) = c.func.as_ref() {
            let method = a.attr.as_str();
            if matches!(method, "astype" | "to") && args.first().is_some_and(|d| self.full_name(d)) {
                if self.name.starts_with("mlx.core.") {
                    self.note(&a.value, Lib::Mlx);
                } else if self.name.starts_with("torch.") {
                    self.note(&a.value, Lib::Torch);
                }
            } else if let Some(lib) = self.only
                && (LAZY.contains(&method) || READS.contains(&method))
            {
                match a.value.as_ref() {
                    // `x[i, j].item()`: only arrays are indexed by tuples of this kind.
                    Expr::Subscript(s) if s.slice.is_tuple_expr() => self.note(&s.value, lib),
                    other => self.note(other, lib),
                }
            }
        }
        self.own_call(&c.func, args);
    }
}

impl<'a> Visitor<'a> for Look<'_, 'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match (expr, self.only) {
            (Expr::Call(c), _) => self.call(c),
            // `scores + mask`: what else is a mask that is added?
            (Expr::BinOp(b), Some(lib)) if b.op == ast::Operator::Add => {
                for side in [b.left.as_ref(), b.right.as_ref()] {
                    if matches!(side, Expr::Name(n) if n.id.ends_with("mask")) {
                        self.note(side, lib);
                    }
                }
            }
            (Expr::Attribute(a), Some(lib)) if matches!(a.attr.as_str(), "shape" | "ndim") => {
                self.note(&a.value, lib);
            }
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn visit_stmt(&mut self, stmt: &'a ast::Stmt) {
        // A function inside has names of its own.
        if !matches!(stmt, ast::Stmt::FunctionDef(_) | ast::Stmt::ClassDef(_)) {
            ast::visitor::walk_stmt(self, stmt);
        }
    }
}

impl<'a> Engine<'a> {
    /// The full name of what a name of the module was imported as.
    fn imported(&self, name: &str) -> Option<&str> {
        let scope = self.scopes.first()?;
        match self.kind(scope.seen(*scope.names.get(name)?)) {
            Kind::Lib(sym) => Some(self.text(*sym)),
            _ => None,
        }
    }

    /// The function of the module with this name.
    fn module_function(&self, name: &str) -> Option<u32> {
        let scope = self.scopes.first()?;
        match self.kind(scope.seen(*scope.names.get(name)?)) {
            Kind::Function(f) => Some(*f),
            _ => None,
        }
    }

    /// What an attribute of a class was seen to hold.
    fn known_attribute(&self, class: u32, attr: &str) -> V {
        let class = self.class(class);
        class.known_attrs.get(attr).or_else(|| class.attrs.get(attr)).map_or(V::UNKNOWN, |a| a.0)
    }

    /// The array library of a file that imports one only; images and tables count as others.
    pub(super) fn only_library(&self) -> Option<Lib> {
        let mut only = None;
        for import in &self.imports {
            let lib = match import.split('.').next() {
                Some("mlx") => Lib::Mlx,
                Some("torch") => Lib::Torch,
                Some("numpy" | "jax" | "pandas" | "PIL" | "cv2" | "tensorflow" | "scipy") => return None,
                _ => continue,
            };
            if only.is_some_and(|l| l != lib) {
                return None;
            }
            only = Some(lib);
        }
        only
    }

    /// Whether one of the values that were joined to this one is an array of another library.
    fn may_be_foreign(&self, v: V, depth: u32) -> bool {
        self.is_foreign(v)
            || depth < 8
                && self
                    .made_by(v, super::Sym::JOIN)
                    .is_some_and(|parts| parts.iter().any(|p| self.may_be_foreign(*p, depth + 1)))
    }

    /// An unknown value that is bound to a name used as an array is a likely array.
    pub(super) fn as_used(&mut self, name: &str, v: V) -> V {
        if *self.kind(v) != Kind::Unknown {
            return v;
        }
        let evidence = match self.frame.function {
            Some(f) => &self.functions[f as usize].evidence,
            None => &self.module_evidence,
        };
        let Some(lib) = evidence.iter().find(|e| e.0 == name).map(|e| e.1) else { return v };
        let op = self.op(v);
        let number =
            matches!(op.rsplit('.').next(), Some("item" | "tolist" | "numpy" | "gradients" | "load"));
        if number || op.starts_with("numpy.") || self.may_be_foreign(v, 0) {
            return v;
        }
        let mut value = self.value(v).clone();
        value.kind = Kind::Array(super::Array { sure: super::Sure::Likely, ..super::Array::of(lib) });
        if v <= V::NONE {
            value.op = super::Sym::USED_AS;
        }
        self.values.push(value);
        V(self.values.len() as u32 - 1)
    }
}
