//! Parameters: what annotations, defaults and call sites say of them.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::value::{Array, Kind, Lib, Sure, Transform, V};
use super::{DtypeFact, Engine, Sym, duck};

impl<'a> Engine<'a> {
    /// Binds the parameters of a function before its body runs.
    pub(super) fn bind_parameters(&mut self, id: u32) {
        let f = &self.functions[id as usize];
        let (code, class, is_static, calls) = (f.code, f.class, f.is_static, f.known_calls);
        let Some(parameters) = code.parameters() else { return };
        let evidence = duck::in_function(self, code, class);
        self.functions[id as usize].evidence = evidence;
        let traced = self.traced_parameters(id);
        let mut bound = Vec::new();
        for (i, p) in parameters.iter_non_variadic_params().enumerate() {
            let name = p.parameter.name.as_str();
            let range = p.parameter.range;
            let mut v = match (&p.parameter.annotation, class) {
                (Some(annotation), _) => self.annotation(annotation),
                (None, Some(class)) if i == 0 && !is_static => {
                    self.make(Kind::Instance(class), range, Sym::PARAMETER, [])
                }
                _ => V::UNKNOWN,
            };
            let default = p.default.as_deref();
            if *self.kind(v) == Kind::Unknown {
                v = self.parameter_from_use(id, name, range, default, calls);
            }
            if *self.kind(v) == Kind::Unknown && default.is_none() && traced(i) {
                let array = Array { sure: Sure::Likely, ..Array::of(Lib::Mlx) };
                v = self.make_array(array, range, Sym::USED_AS, []);
            }
            // A parameter is an object of its own.
            let mut value = self.value(v).clone();
            value.op = Sym::PARAMETER;
            value.range = range;
            value.maybe_none |= default.is_some_and(Expr::is_none_literal_expr);
            self.values.push(value);
            let v = V(self.values.len() as u32 - 1);
            bound.push((name, v));
            self.bind(name, v);
        }
        for p in [&parameters.vararg, &parameters.kwarg].into_iter().flatten() {
            let v = self.make(Kind::ListOf(V::UNKNOWN), p.range, Sym::PARAMETER, []);
            self.bind(p.name.as_str(), v);
        }
        self.functions[id as usize].params = bound;
    }

    /// Which parameters a transformation passes arrays to: the first for `mx.grad`, all for `mx.vmap`.
    fn traced_parameters(&self, id: u32) -> impl Fn(usize) -> bool + use<> {
        let f = &self.functions[id as usize];
        let skip = usize::from(f.class.is_some() && !f.is_static);
        let of = |which: Transform| {
            f.applied.iter().any(|a| a.transform == which && !self.slice(a.range).contains("nn."))
        };
        let (first, all) = (of(Transform::Grad) || of(Transform::ValueAndGrad), of(Transform::Vmap));
        move |i| all || (first && i == skip)
    }

    fn parameter_from_use(
        &mut self,
        id: u32,
        name: &'a str,
        range: TextRange,
        default: Option<&'a Expr>,
        calls: u32,
    ) -> V {
        let kind = match default {
            Some(Expr::NumberLiteral(n)) => match &n.value {
                ast::Number::Int(_) => Kind::Int(None),
                ast::Number::Float(_) => Kind::Float(None),
                ast::Number::Complex { .. } => Kind::Unknown,
            },
            Some(Expr::BooleanLiteral(_)) => Kind::Bool(None),
            Some(Expr::StringLiteral(_)) => Kind::Str(None),
            _ => Kind::Unknown,
        };
        if kind != Kind::Unknown {
            return self.make(kind, range, Sym::PARAMETER, []);
        }
        if (1..=8).contains(&calls) {
            let passed = self.functions[id as usize].known_passed.get(name).copied();
            if let Some(v) = passed
                && *self.kind(v) != Kind::Unknown
                && !self.value(v).maybe_none
            {
                let mut kind = self.kind(v).clone();
                if let Kind::Array(a) = &mut kind {
                    // Other files may call too.
                    a.sure = a.sure.min(if name.starts_with('_') { Sure::Certain } else { Sure::Likely });
                    if !matches!(a.dtype, DtypeFact::Exact(_)) {
                        a.dtype = DtypeFact::Unknown;
                    }
                    *a = a.shapeless();
                }
                if matches!(kind, Kind::Int(_)) {
                    kind = Kind::Int(None);
                }
                if matches!(kind, Kind::Float(_)) {
                    kind = Kind::Float(None);
                }
                return self.make(kind, range, Sym::PARAMETER, [v]);
            }
        }
        let evidence = &self.functions[id as usize].evidence;
        if let Some((_, lib)) = evidence.iter().find(|e| e.0 == name) {
            let array = Array { sure: Sure::Likely, ..Array::of(*lib) };
            return self.make_array(array, range, Sym::USED_AS, []);
        }
        V::UNKNOWN
    }

    /// What an annotation says.
    pub(super) fn annotation(&mut self, expr: &'a Expr) -> V {
        let range = expr.range();
        let kind = match expr {
            Expr::StringLiteral(s) => return self.written_annotation(s.value.to_str(), range),
            Expr::NoneLiteral(_) => return V::NONE,
            Expr::BinOp(b) if b.op == ast::Operator::BitOr => {
                let l = self.annotation(&b.left);
                let r = self.annotation(&b.right);
                return self.join(l, r);
            }
            Expr::Subscript(s) => {
                let base = self.slice(s.value.range());
                let base = base.rsplit('.').next().unwrap_or(base);
                match base {
                    "Optional" => {
                        let v = self.annotation(&s.slice);
                        return self.optional(v);
                    }
                    "Union" => {
                        let Expr::Tuple(t) = s.slice.as_ref() else { return V::UNKNOWN };
                        let mut all = V::UNBOUND;
                        for e in &t.elts {
                            let v = self.annotation(e);
                            all = self.join(all, v);
                        }
                        return all;
                    }
                    "List" | "list" | "Sequence" | "Iterable" | "Iterator" | "Generator" => {
                        let e = match s.slice.as_ref() {
                            Expr::Tuple(t) if base == "Generator" => {
                                t.elts.first().map(|e| self.annotation(e))
                            }
                            other => Some(self.annotation(other)),
                        };
                        Kind::ListOf(e.unwrap_or(V::UNKNOWN))
                    }
                    "Tuple" | "tuple" => match s.slice.as_ref() {
                        Expr::Tuple(t) if t.elts.len() == 2 && t.elts[1].is_ellipsis_literal_expr() => {
                            Kind::ListOf(self.annotation(&t.elts[0]))
                        }
                        Expr::Tuple(t) => {
                            let items: std::rc::Rc<[V]> = t.elts.iter().map(|e| self.annotation(e)).collect();
                            Kind::Seq { items, list: false }
                        }
                        other => {
                            Kind::Seq { items: std::rc::Rc::from([self.annotation(other)]), list: false }
                        }
                    },
                    "Dict" | "dict" | "Mapping" => match s.slice.as_ref() {
                        Expr::Tuple(t) if t.elts.len() == 2 => Kind::DictOf(self.annotation(&t.elts[1])),
                        _ => Kind::DictOf(V::UNKNOWN),
                    },
                    _ => Kind::Unknown,
                }
            }
            Expr::Name(_) | Expr::Attribute(_) => {
                self.quiet += 1;
                let v = self.eval(expr);
                self.quiet -= 1;
                match self.kind(v) {
                    Kind::Lib(sym) => named_kind(self.text(*sym)).unwrap_or_else(|| {
                        let text = self.text(*sym);
                        if text.starts_with("mlx.nn.") || text.starts_with("mlx.optimizers.") {
                            Kind::LibInstance(*sym)
                        } else {
                            Kind::Unknown
                        }
                    }),
                    Kind::Class(c) => Kind::Instance(*c),
                    _ => Kind::Unknown,
                }
            }
            _ => Kind::Unknown,
        };
        if kind == Kind::Unknown {
            return V::UNKNOWN;
        }
        self.make(kind, range, Sym::ANNOTATION, [])
    }

    /// An annotation in quotes: only plain dotted names are understood.
    fn written_annotation(&mut self, text: &str, range: TextRange) -> V {
        let (text, optional) = match text.strip_prefix("Optional[").and_then(|t| t.strip_suffix(']')) {
            Some(inner) => (inner, true),
            None => (text.trim_end_matches(" | None").trim(), text.ends_with("| None")),
        };
        let kind = match text {
            "mx.array" => Kind::Array(Array::of(Lib::Mlx)),
            "np.ndarray" => Kind::Array(Array::of(Lib::Numpy)),
            "torch.Tensor" => Kind::Array(Array::of(Lib::Torch)),
            "int" => Kind::Int(None),
            "float" => Kind::Float(None),
            "str" => Kind::Str(None),
            "bool" => Kind::Bool(None),
            _ => return V::UNKNOWN,
        };
        let v = self.make(kind, range, Sym::ANNOTATION, []);
        if optional { self.optional(v) } else { v }
    }
}

/// The kind of value that a class name in an annotation stands for.
fn named_kind(name: &str) -> Option<Kind> {
    Some(match name {
        "mlx.core.array" => Kind::Array(Array::of(Lib::Mlx)),
        "torch.Tensor" => Kind::Array(Array::of(Lib::Torch)),
        "numpy.ndarray" => Kind::Array(Array::of(Lib::Numpy)),
        "jax.Array" | "jax.numpy.ndarray" => Kind::Array(Array::of(Lib::Jax)),
        "builtins.int" => Kind::Int(None),
        "builtins.float" => Kind::Float(None),
        "builtins.str" => Kind::Str(None),
        "builtins.bool" => Kind::Bool(None),
        "builtins.list" | "builtins.tuple" | "typing.List" | "typing.Tuple" => Kind::ListOf(V::UNKNOWN),
        "builtins.dict" | "typing.Dict" => Kind::DictOf(V::UNKNOWN),
        _ => return None,
    })
}
