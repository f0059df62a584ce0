//! What calls return: tables for the libraries, summaries for functions of the file.

use std::rc::Rc;

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::call::transform;
use super::event::Arg;
use super::value::{Array, Kind, Lib, Sure, Transform, V};
use super::{Dt, DtypeFact, Engine, Sym};

pub(super) fn argument<'e, 'a>(args: &'e [Arg<'a>], name: &str, place: usize) -> Option<&'e Arg<'a>> {
    args.iter()
        .find(|a| a.name == Some(name))
        .or_else(|| args.iter().take_while(|a| !a.starred).filter(|a| a.name.is_none()).nth(place))
}

impl<'a> Engine<'a> {
    /// The value of a call whose parts are evaluated.
    pub(super) fn result(
        &mut self,
        c: &'a ast::ExprCall,
        callee: V,
        sym: Sym,
        name: &str,
        receiver: Option<V>,
        args: &[Arg<'a>],
    ) -> V {
        let range = c.range();
        match self.kind(callee).clone() {
            Kind::Function(f) => self.made_text(f, 0, args, range).unwrap_or_else(|| self.summary(f, range)),
            Kind::Bound(f, _) => self.made_text(f, 1, args, range).unwrap_or_else(|| self.summary(f, range)),
            Kind::Class(class) => self.make(Kind::Instance(class), range, Sym::LOCAL, []),
            Kind::Instance(class) => match self.classes[class as usize].methods.get("__call__").copied() {
                Some(f) => self.summary(f, range),
                None => V::UNKNOWN,
            },
            Kind::LibInstance(s) => {
                let text = self.text(s);
                if text.starts_with("mlx.nn.") {
                    let rank = args.first().and_then(|a| self.array(a.value)).and_then(|a| a.rank);
                    self.make_array(Array { rank, ..Array::of(Lib::Mlx) }, range, s, [])
                } else if text.starts_with("torch.nn.") {
                    self.make_array(Array::of(Lib::Torch), range, s, [])
                } else {
                    V::UNKNOWN
                }
            }
            Kind::Transformed(t, inner) => self.transformed_result(t, inner, range),
            Kind::Partial(inner) => match *self.kind(inner) {
                Kind::Function(f) => self.summary(f, range),
                _ => V::UNKNOWN,
            },
            Kind::Kernel(_) => {
                let dtype =
                    argument(args, "output_dtypes", usize::MAX).and_then(|a| match self.kind(a.value) {
                        Kind::Seq { items, .. } => items.first().and_then(|i| self.dtype_of(*i)),
                        _ => None,
                    });
                let array = Array::of(Lib::Mlx).dtype(dtype.unwrap_or(DtypeFact::Unknown));
                let e = self.make_array(array, range, Sym::CALL, [callee]);
                self.make(Kind::ListOf(e), range, Sym::CALL, [callee])
            }
            Kind::Lib(_) => self.library_result(c, sym, name, args, range),
            Kind::Method(_, Sym::AT) => {
                let array = receiver.and_then(|r| self.array(r)).copied();
                match (array, receiver) {
                    (Some(a), Some(r)) => self.make_array(a, range, Sym::AT, [r]),
                    _ => V::UNKNOWN,
                }
            }
            Kind::Method(receiver, _) => self.method_result(c, sym, name, receiver, args, range),
            Kind::Dtype(_) => self.make(Kind::NumpyScalar, range, Sym::CAST, []),
            Kind::Unknown => self.make(Kind::Unknown, range, Sym::CALL, [callee]),
            _ => V::UNKNOWN,
        }
    }

    /// What a function of this file returns, as a fresh object.
    fn summary(&mut self, f: u32, range: TextRange) -> V {
        let returns = self.functions[f as usize].seen_returns();
        if returns == V::UNBOUND || returns == V::UNKNOWN {
            return V::UNKNOWN;
        }
        self.fresh(returns, range, 0)
    }

    fn fresh(&mut self, v: V, range: TextRange, depth: u32) -> V {
        let mut value = self.value(v).clone();
        match &mut value.kind {
            Kind::Unknown | Kind::NoneValue => return v,
            Kind::Array(a) => {
                // "The same as my parameter" means nothing to the caller.
                if !matches!(a.dtype, DtypeFact::Exact(_) | DtypeFact::AnyInt | DtypeFact::AnyFloat) {
                    a.dtype = DtypeFact::Unknown;
                }
                *a = a.shapeless();
            }
            Kind::Seq { items, .. } if depth < 3 => {
                let items_now = items.clone();
                *items = items_now.iter().map(|i| self.fresh(*i, range, depth + 1)).collect();
            }
            Kind::Int(x) => *x = None,
            Kind::Float(x) => *x = None,
            _ => {}
        }
        value.range = range;
        value.op = Sym::LOCAL;
        value.operands = [v, V::UNKNOWN];
        self.values.push(value);
        V(self.values.len() as u32 - 1)
    }

    fn transformed_result(&mut self, t: Transform, inner: V, range: TextRange) -> V {
        let returns = match *self.kind(inner) {
            Kind::Function(f) | Kind::Bound(f, _) => self.summary(f, range),
            Kind::Transformed(t, v) => self.transformed_result(t, v, range),
            _ => V::UNKNOWN,
        };
        let gradients = self.names.intern("gradients");
        match t {
            Transform::Grad => self.make(Kind::Unknown, range, gradients, []),
            Transform::ValueAndGrad => {
                let first = match self.kind(returns) {
                    Kind::Unknown => {
                        let likely = Array { sure: Sure::Likely, ..Array::of(Lib::Mlx) };
                        self.make_array(likely, range, Sym::CALL, [])
                    }
                    _ => returns,
                };
                let second = self.make(Kind::Unknown, range, gradients, []);
                self.make(Kind::Seq { items: Rc::from([first, second]), list: false }, range, Sym::CALL, [])
            }
            Transform::Vmap => match self.array(returns).copied() {
                Some(a) => self.make_array(a.shapeless(), range, Sym::CALL, [returns]),
                None => V::UNKNOWN,
            },
            _ => returns,
        }
    }

    /// The dtype that a value used as `dtype=` stands for.
    pub fn dtype_of(&self, v: V) -> Option<DtypeFact> {
        match self.kind(v) {
            Kind::Dtype(d) => Some(DtypeFact::Exact(*d)),
            Kind::DtypeOf(array) => Some(self.array(*array).map_or(DtypeFact::Unknown, |a| match a.dtype {
                DtypeFact::Unknown => DtypeFact::SameAs(*array),
                d => d,
            })),
            Kind::Method(base, _) if self.text(self.value(v).op) == ".dtype" => {
                Some(DtypeFact::SameAs(*base))
            }
            Kind::NoneValue => None,
            _ => Some(DtypeFact::Unknown),
        }
    }

    fn library_result(
        &mut self,
        c: &'a ast::ExprCall,
        sym: Sym,
        name: &str,
        args: &[Arg<'a>],
        range: TextRange,
    ) -> V {
        let (root, _) = name.split_once('.').unwrap_or((name, ""));
        match root {
            "mlx" => self.mlx_result(c, sym, name, args, range),
            "builtins" => self.builtin_result(sym, name, args, range),
            "numpy" => self.numpy_result(sym, name, args, range),
            "torch" => self.torch_result(sym, name, args, range),
            "math" => {
                let kind =
                    if matches!(name, "math.ceil" | "math.floor" | "math.prod" | "math.gcd" | "math.isqrt") {
                        Kind::Int(None)
                    } else {
                        Kind::Float(None)
                    };
                let operand = args.first().map_or(V::UNKNOWN, |a| a.value);
                self.make(kind, range, sym, [operand])
            }
            "time"
                if matches!(
                    name,
                    "time.time"
                        | "time.perf_counter"
                        | "time.monotonic"
                        | "time.perf_counter_ns"
                        | "time.time_ns"
                ) =>
            {
                self.make(Kind::Clock, range, sym, [])
            }
            "functools" if name == "functools.partial" => {
                let inner = args.first().map_or(V::UNKNOWN, |a| a.value);
                let v = self.make(Kind::Partial(inner), range, sym, [inner]);
                let keys = args.iter().filter_map(|a| a.name.map(|n| (n, a.value))).collect();
                self.partial_keys.insert(v, keys);
                v
            }
            "textwrap" if name == "textwrap.dedent" => {
                let operand = args.first().map_or(V::UNKNOWN, |a| a.value);
                let kind = match self.kind(operand) {
                    Kind::Str(Some(s)) => Kind::Str(Some(Rc::from(super::literal::dedent(s)))),
                    _ => Kind::Str(None),
                };
                let text = self.range_of(operand);
                self.make(kind, if text.is_empty() { range } else { text }, sym, [operand])
            }
            _ => self.make(Kind::Unknown, range, sym, []),
        }
    }

    fn mlx_result(
        &mut self,
        c: &'a ast::ExprCall,
        sym: Sym,
        name: &str,
        args: &[Arg<'a>],
        range: TextRange,
    ) -> V {
        let operand = args.first().map_or(V::UNKNOWN, |a| a.value);
        let second = args.get(1).map_or(V::UNKNOWN, |a| a.value);
        if let Some(which) = transform(name) {
            let target = if name == "mlx.nn.value_and_grad" { second } else { operand };
            return self.make(Kind::Transformed(which, target), range, sym, [target]);
        }
        let last = name.rsplit('.').next().unwrap_or("");
        if name == "mlx.core.fast.metal_kernel" {
            let kind = self.define_kernel(c, args);
            return self.make(kind, range, sym, []);
        }
        if name == "mlx.utils.tree_reduce" {
            let init = argument(args, "initializer", 2).map_or(V::UNKNOWN, |a| a.value);
            let made = match *self.kind(operand) {
                Kind::Function(f) if self.mlx_array(init).is_none() => self.summary(f, range),
                _ => init,
            };
            return match self.mlx_array(made).copied() {
                Some(a) => {
                    self.make_array(Array { sure: Sure::Likely, ..a.shapeless() }, range, sym, [second, init])
                }
                None => self.make(Kind::Unknown, range, sym, [second, init]),
            };
        }
        if let Some(rest) = name.strip_prefix("mlx.nn.") {
            let kind = if rest.starts_with("losses.")
                || rest.starts_with("init.")
                || !last.starts_with(|ch: char| ch.is_ascii_uppercase())
            {
                if rest.starts_with("init.") {
                    Kind::Unknown
                } else {
                    let mask = last == "create_additive_causal_mask";
                    let dtype = if mask && args.len() == 1 {
                        DtypeFact::Exact(Dt::F32)
                    } else {
                        self.array(operand).map_or(DtypeFact::Unknown, |a| self.dtype_or_same(operand, a))
                    };
                    Kind::Array(Array::of(Lib::Mlx).dtype(dtype))
                }
            } else {
                Kind::LibInstance(sym)
            };
            return self.make(kind, range, sym, [operand]);
        }
        if name.starts_with("mlx.optimizers.") {
            let kind = if last.starts_with(|ch: char| ch.is_ascii_uppercase()) {
                Kind::LibInstance(sym)
            } else {
                Kind::Unknown
            };
            return self.make(kind, range, sym, [operand]);
        }
        let Some(row) = self.names.row(sym) else {
            return self.make(Kind::Unknown, range, sym, [operand, second]);
        };
        let rule = row.rule;
        let explicit =
            argument(args, "dtype", row.params.iter().position(|p| *p == "dtype").unwrap_or(usize::MAX))
                .and_then(|a| self.dtype_of(a.value));
        self.row_result(sym, last, rule, explicit, args, [operand, second], range)
    }

    /// The result of a function in the table; also used for methods, with the receiver first.
    fn row_result(
        &mut self,
        sym: Sym,
        last: &str,
        rule: &str,
        explicit: Option<DtypeFact>,
        args: &[Arg<'a>],
        operands: [V; 2],
        range: TextRange,
    ) -> V {
        let first = operands[0];
        let of = |e: &Self, v: V| e.array(v).map(|a| e.dtype_or_same(v, a));
        let mut dtype = match rule {
            "same" => of(self, first).unwrap_or(DtypeFact::Unknown),
            "float" => of(self, first).unwrap_or(DtypeFact::Unknown).floating(),
            "total" => of(self, first).unwrap_or(DtypeFact::Unknown).total(),
            "promote" | "pfloat" => {
                let d = self.promoted(operands[0], operands[1]);
                if rule == "pfloat" { d.floating() } else { d }
            }
            "where" => match args.len() {
                3 => self.promoted(args[1].value, args[2].value),
                _ => DtypeFact::Unknown,
            },
            "first" => match self.kind(first).clone() {
                Kind::Seq { items, .. } => items
                    .iter()
                    .map(|i| of(self, *i).unwrap_or(DtypeFact::Unknown))
                    .reduce(DtypeFact::promote)
                    .unwrap_or(DtypeFact::Unknown),
                Kind::ListOf(e) => of(self, e).unwrap_or(DtypeFact::Unknown),
                _ => DtypeFact::Unknown,
            },
            "bool" => DtypeFact::Exact(Dt::Bool),
            "u32" | "keys" => DtypeFact::Exact(Dt::U32),
            "i32" => DtypeFact::Exact(Dt::I32),
            "f32" | "default" => DtypeFact::Exact(Dt::F32),
            "c64" => DtypeFact::Exact(Dt::C64),
            "full" => match self.kind(operands[1]) {
                Kind::Int(_) => DtypeFact::Exact(Dt::I32),
                Kind::Float(_) => DtypeFact::Exact(Dt::F32),
                Kind::Array(a) => a.dtype,
                _ => DtypeFact::Unknown,
            },
            "arange" => {
                let floats = args
                    .iter()
                    .filter(|a| a.name.is_none())
                    .any(|a| matches!(self.kind(a.value), Kind::Float(_)));
                let known = args
                    .iter()
                    .filter(|a| a.name.is_none())
                    .all(|a| matches!(self.kind(a.value), Kind::Int(_)));
                if floats {
                    DtypeFact::Exact(Dt::F32)
                } else if known {
                    DtypeFact::Exact(Dt::I32)
                } else {
                    DtypeFact::Unknown
                }
            }
            "arrayctor" => self.constructed_dtype(first, 0),
            "list" => {
                let array = self.array(first).copied().unwrap_or(Array::of(Lib::Mlx));
                let e = self.make_array(
                    Array { dims: [-1; 4], sure: Sure::Certain, lib: Lib::Mlx, ..array },
                    range,
                    sym,
                    [first],
                );
                return self.make(Kind::ListOf(e), range, sym, [first]);
            }
            "tuple" => {
                let e = self.make_array(Array::of(Lib::Mlx), range, sym, [first]);
                return self.make(Kind::ListOf(e), range, sym, [first]);
            }
            "key" => return self.make(Kind::Key, range, sym, operands),
            "other" => return self.make(Kind::Unknown, range, sym, operands),
            _ => DtypeFact::Unknown,
        };
        if rule == "keys" {
            let e = self.make(Kind::Key, range, sym, [first]);
            return self.make(Kind::ListOf(e), range, sym, [first]);
        }
        if let Some(explicit) = explicit {
            dtype = explicit;
        }
        if last == "cumsum" && dtype.exact() == Some(Dt::Bool) {
            dtype = DtypeFact::Exact(Dt::I32);
        }
        let (rank, dims) = self.result_shape(last, rule, args, operands);
        self.make_array(Array { lib: Lib::Mlx, dtype, rank, dims, sure: Sure::Certain }, range, sym, operands)
    }

    fn promoted(&self, l: V, r: V) -> DtypeFact {
        match (self.array(l), self.array(r)) {
            (Some(a), Some(b)) => self.dtype_or_same(l, a).promote(self.dtype_or_same(r, b)),
            (Some(a), None) if self.is_weak(r) => self.dtype_or_same(l, a),
            (None, Some(b)) if self.is_weak(l) => self.dtype_or_same(r, b),
            _ => DtypeFact::Unknown,
        }
    }

    /// A Python number (or `-mx.inf`): it widens nothing.
    pub fn is_weak(&self, v: V) -> bool {
        matches!(self.kind(v), Kind::Int(_) | Kind::Float(_) | Kind::Bool(_))
    }

    fn constructed_dtype(&self, v: V, depth: u32) -> DtypeFact {
        match self.kind(v) {
            Kind::Int(_) => DtypeFact::Exact(Dt::I32),
            Kind::Float(_) => DtypeFact::Exact(Dt::F32),
            Kind::Bool(_) => DtypeFact::Exact(Dt::Bool),
            Kind::Array(a) if a.dtype.exact() == Some(Dt::F64) && a.lib == Lib::Numpy => {
                DtypeFact::Exact(Dt::F32)
            }
            Kind::Array(a) => a.dtype,
            Kind::Seq { items, .. } if depth < 4 => items
                .iter()
                .map(|i| self.constructed_dtype(*i, depth + 1))
                .reduce(DtypeFact::promote)
                .unwrap_or(DtypeFact::Exact(Dt::F32)),
            Kind::ListOf(e) if depth < 4 => self.constructed_dtype(*e, depth + 1),
            _ => DtypeFact::Unknown,
        }
    }

    fn method_result(
        &mut self,
        c: &'a ast::ExprCall,
        sym: Sym,
        name: &str,
        receiver: V,
        args: &[Arg<'a>],
        range: TextRange,
    ) -> V {
        let last = match c.func.as_ref() {
            Expr::Attribute(a) => a.attr.as_str(),
            _ => name.rsplit('.').next().unwrap_or(""),
        };
        let first = args.first().map_or(V::UNKNOWN, |a| a.value);
        match self.kind(receiver).clone() {
            Kind::Array(a) if a.lib == Lib::Mlx => self.mlx_method(sym, last, receiver, a, args, range),
            Kind::Array(a) => {
                let kind = match last {
                    "item" => Kind::Unknown,
                    "tolist" => Kind::ListOf(V::UNKNOWN),
                    "numpy" => Kind::Array(Array::of(Lib::Numpy)),
                    "size" | "dim" | "numel" | "data_ptr" | "stride" => Kind::Int(None),
                    "shape" => Kind::ListOf(V::UNKNOWN),
                    "split" | "chunk" | "unbind" => {
                        Kind::ListOf(self.make_array(a.shapeless(), range, sym, [receiver]))
                    }
                    "topk" | "sort" | "max" | "min" if a.lib == Lib::Torch && !args.is_empty() => {
                        Kind::Unknown
                    }
                    "astype" => Kind::Array(a.dtype(self.dtype_of(first).unwrap_or(DtypeFact::Unknown))),
                    "float" => Kind::Array(a.dtype(DtypeFact::Exact(Dt::F32))),
                    "double" => Kind::Array(a.dtype(DtypeFact::Exact(Dt::F64))),
                    "half" => Kind::Array(a.dtype(DtypeFact::Exact(Dt::F16))),
                    _ => Kind::Array(Array { dtype: DtypeFact::Unknown, ..a.shapeless() }),
                };
                self.make(kind, range, sym, [receiver, first])
            }
            Kind::Str(_) => {
                let kind = self.string_method(last, receiver, args);
                self.make(kind, range, sym, [receiver, first])
            }
            Kind::DictOf(e) if matches!(last, "get" | "pop") => e,
            Kind::DictOf(e) if last == "values" => self.make(Kind::ListOf(e), range, sym, [receiver]),
            Kind::DictOf(e) if last == "items" => {
                let key = V::UNKNOWN;
                let pair = self.make(Kind::Seq { items: Rc::from([key, e]), list: false }, range, sym, []);
                self.make(Kind::ListOf(pair), range, sym, [receiver])
            }
            Kind::ListOf(e) if last == "pop" => e,
            // `astype` with a dtype of MLX: what else could it be?
            Kind::Unknown if last == "astype" && self.op(first).starts_with("mlx.core.") => {
                match self.dtype_of(first) {
                    Some(dtype @ DtypeFact::Exact(_)) => {
                        let array = Array { sure: Sure::Likely, ..Array::of(Lib::Mlx) }.dtype(dtype);
                        self.make_array(array, range, sym, [receiver, first])
                    }
                    _ => self.make(Kind::Unknown, range, sym, [receiver, first]),
                }
            }
            _ => self.make(Kind::Unknown, range, sym, [receiver, first]),
        }
    }

    fn mlx_method(
        &mut self,
        sym: Sym,
        last: &str,
        receiver: V,
        a: Array,
        args: &[Arg<'a>],
        range: TextRange,
    ) -> V {
        let first = args.first().map_or(V::UNKNOWN, |a| a.value);
        match last {
            "item" => {
                let kind = match a.dtype {
                    d if d.is_int() => Kind::Int(None),
                    DtypeFact::Unknown | DtypeFact::SameAs(_) => Kind::Float(None),
                    _ => Kind::Float(None),
                };
                return self.make(kind, range, sym, [receiver]);
            }
            "tolist" => return self.make(Kind::ListOf(V::UNKNOWN), range, sym, [receiver]),
            "astype" | "view" => {
                let dtype = self.dtype_of(first).unwrap_or(DtypeFact::Unknown);
                let mut out = a.dtype(dtype);
                if last == "view" {
                    out = out.shapeless();
                }
                return self.make_array(out, range, sym, [receiver, first]);
            }
            _ => {}
        }
        let Some(row) = self.names.row(sym) else {
            return self.make(Kind::Unknown, range, sym, [receiver, first]);
        };
        let v = self.row_result(sym, last, row.rule, None, args, [receiver, first], range);
        if let Kind::Array(out) = &mut self.values[v.0 as usize].kind {
            out.sure = out.sure.min(a.sure);
        }
        v
    }
}
