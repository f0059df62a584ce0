//! What calls return: tables for the libraries, summaries for functions of the file.

use std::rc::Rc;

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::call::transform;
use super::event::Arg;
use super::value::{Array, Kind, Lib, Sure, Transform, V};
use super::{Dt, DtypeFact, Engine, Sym};

fn argument<'e, 'a>(args: &'e [Arg<'a>], name: &str, place: usize) -> Option<&'e Arg<'a>> {
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
            Kind::Function(f) | Kind::Bound(f, _) => self.summary(f, range),
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
            _ => V::UNKNOWN,
        }
    }

    /// What a function of this file returns, as a fresh object.
    fn summary(&mut self, f: u32, range: TextRange) -> V {
        let returns = self.functions[f as usize].returns;
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
    fn dtype_of(&self, v: V) -> Option<DtypeFact> {
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

    fn builtin_result(&mut self, sym: Sym, name: &str, args: &[Arg<'a>], range: TextRange) -> V {
        let operand = args.first().map_or(V::UNKNOWN, |a| a.value);
        let kind = match name.strip_prefix("builtins.").unwrap_or("") {
            "len" | "id" | "hash" => match self.kind(operand) {
                Kind::Seq { items, .. } => Kind::Int(Some(items.len() as i64)),
                Kind::Shape(a) => Kind::Int(self.array(*a).and_then(|a| a.rank).map(i64::from)),
                _ => Kind::Int(None),
            },
            "int" => Kind::Int(self.kind(operand).constant().filter(|x| x.abs() < 1e15).map(|x| x as i64)),
            "float" => match self.kind(operand) {
                Kind::Str(Some(s)) => Kind::Float(match s.trim() {
                    "inf" | "infinity" | "+inf" => Some(f64::INFINITY),
                    "-inf" | "-infinity" => Some(f64::NEG_INFINITY),
                    other => other.parse().ok(),
                }),
                k => Kind::Float(k.constant()),
            },
            "bool" | "isinstance" | "any" | "all" | "hasattr" => Kind::Bool(None),
            "str" | "repr" | "format" => Kind::Str(None),
            "round" | "abs" => match self.kind(operand) {
                Kind::Float(_) if args.len() == 1 && name == "builtins.round" => Kind::Int(None),
                Kind::Int(_) => Kind::Int(None),
                Kind::Float(_) => Kind::Float(None),
                k => k.clone(),
            },
            "range" => Kind::Range(match (args, self.kind(operand)) {
                ([_], Kind::Int(n)) => *n,
                ([a, b], _) => match (self.kind(a.value), self.kind(b.value)) {
                    (Kind::Int(Some(m)), Kind::Int(Some(n))) => Some(n - m),
                    _ => None,
                },
                _ => None,
            }),
            "max" | "min" | "sum" => {
                if args.len() == 1 {
                    match self.kind(operand).clone() {
                        Kind::ListOf(e) => return self.fresh_of(e, sym, operand, range),
                        Kind::Seq { items, .. } => {
                            let e = items.iter().fold(V::UNBOUND, |acc, i| self.join(acc, *i));
                            return if e == V::UNBOUND {
                                V::UNKNOWN
                            } else {
                                self.fresh_of(e, sym, operand, range)
                            };
                        }
                        Kind::Array(a) => Kind::Array(Array { rank: None, dims: [-1; 4], ..a }),
                        Kind::Shape(_) => Kind::Int(None),
                        _ => Kind::Unknown,
                    }
                } else {
                    let all = args.iter().fold(V::UNBOUND, |acc, a| self.join(acc, a.value));
                    return if all == V::UNBOUND {
                        V::UNKNOWN
                    } else {
                        self.fresh_of(all, sym, operand, range)
                    };
                }
            }
            "list" | "tuple" | "sorted" | "reversed" | "iter" => match self.kind(operand).clone() {
                k @ (Kind::ListOf(_) | Kind::Seq { .. }) => k,
                Kind::Array(_) => Kind::ListOf(self.element(operand, range)),
                Kind::Shape(_) => Kind::ListOf(V::UNKNOWN),
                _ if args.is_empty() => Kind::ListOf(V::UNBOUND),
                _ => Kind::ListOf(V::UNKNOWN),
            },
            "dict" => Kind::DictOf(V::UNKNOWN),
            "enumerate" => {
                let e = self.element(operand, range);
                let i = self.make(Kind::Int(None), range, sym, []);
                Kind::ListOf(self.make(Kind::Seq { items: Rc::from([i, e]), list: false }, range, sym, []))
            }
            "zip" => {
                let items: Rc<[V]> = args.iter().map(|a| self.element(a.value, range)).collect();
                Kind::ListOf(self.make(Kind::Seq { items, list: false }, range, sym, []))
            }
            _ => Kind::Unknown,
        };
        self.make(kind, range, sym, [operand])
    }

    fn fresh_of(&mut self, v: V, sym: Sym, operand: V, range: TextRange) -> V {
        let mut value = self.value(v).clone();
        value.range = range;
        value.op = sym;
        value.operands = [operand, V::UNKNOWN];
        self.values.push(value);
        V(self.values.len() as u32 - 1)
    }

    fn numpy_result(&mut self, sym: Sym, name: &str, args: &[Arg<'a>], range: TextRange) -> V {
        let operand = args.first().map_or(V::UNKNOWN, |a| a.value);
        let last = name.rsplit('.').next().unwrap_or("");
        let kind = match last {
            "float64" | "float32" | "float16" | "int64" | "int32" | "uint8" => Kind::NumpyScalar,
            _ if last.starts_with(|ch: char| ch.is_ascii_uppercase()) => Kind::Unknown,
            "load" | "savez" | "save" | "seed" | "default_rng" | "shape" | "ndim" | "finfo" | "iinfo"
            | "dtype" | "errstate" => Kind::Unknown,
            "allclose" | "array_equal" | "issubdtype" | "isscalar" => Kind::Bool(None),
            _ if matches!(self.kind(operand), Kind::Int(_) | Kind::Float(_) | Kind::NumpyScalar)
                && matches!(
                    last,
                    "sqrt"
                        | "exp"
                        | "log"
                        | "sin"
                        | "cos"
                        | "tanh"
                        | "power"
                        | "abs"
                        | "log2"
                        | "ceil"
                        | "floor"
                        | "prod"
                ) =>
            {
                Kind::NumpyScalar
            }
            // Reductions of what may be a plain list give a scalar.
            "prod" | "sum" | "max" | "min" | "mean" | "amax" | "argmax" if self.array(operand).is_none() => {
                Kind::Unknown
            }
            _ => {
                let dtype = argument(args, "dtype", usize::MAX).and_then(|a| self.dtype_of(a.value));
                Kind::Array(Array::of(Lib::Numpy).dtype(dtype.unwrap_or(DtypeFact::Unknown)))
            }
        };
        self.make(kind, range, sym, [operand])
    }

    fn torch_result(&mut self, sym: Sym, name: &str, args: &[Arg<'a>], range: TextRange) -> V {
        let operand = args.first().map_or(V::UNKNOWN, |a| a.value);
        let last = name.rsplit('.').next().unwrap_or("");
        if let Some(which) = transform(name) {
            return self.make(Kind::Transformed(which, operand), range, sym, [operand]);
        }
        let kind = if name.starts_with("torch.nn.functional.") {
            Kind::Array(Array::of(Lib::Torch))
        } else if name.starts_with("torch.nn.") && last.starts_with(|ch: char| ch.is_ascii_uppercase()) {
            Kind::LibInstance(sym)
        } else if matches!(name.matches('.').count(), 1)
            && !matches!(
                last,
                "device"
                    | "no_grad"
                    | "load"
                    | "save"
                    | "manual_seed"
                    | "compile"
                    | "set_default_dtype"
                    | "is_tensor"
                    | "get_default_dtype"
                    | "Generator"
                    | "finfo"
                    | "iinfo"
                    | "inference_mode"
                    | "autocast"
                    | "export"
                    | "set_num_threads"
                    | "is_available"
                    | "set_grad_enabled"
                    | "enable_grad"
                    | "dtype"
                    | "Size"
                    | "set_float32_matmul_precision"
                    | "is_grad_enabled"
                    | "is_floating_point"
                    | "numel"
                    | "typename"
                    | "split"
                    | "chunk"
                    | "unbind"
                    | "meshgrid"
                    | "svd"
                    | "topk"
                    | "sort"
                    | "max"
                    | "min"
                    | "equal"
                    | "allclose"
            )
        {
            let dtype = argument(args, "dtype", usize::MAX).and_then(|a| self.dtype_of(a.value));
            Kind::Array(Array::of(Lib::Torch).dtype(dtype.unwrap_or(DtypeFact::Unknown)))
        } else {
            Kind::Unknown
        };
        self.make(kind, range, sym, [operand])
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
        if let Some(rest) = name.strip_prefix("mlx.nn.") {
            let kind = if rest.starts_with("losses.")
                || rest.starts_with("init.")
                || !last.starts_with(|ch: char| ch.is_ascii_uppercase())
            {
                if rest.starts_with("init.") {
                    Kind::Unknown
                } else {
                    let dtype =
                        self.array(operand).map_or(DtypeFact::Unknown, |a| self.dtype_or_same(operand, a));
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
        if matches!(last, "sum" | "prod" | "cumsum" | "cumprod")
            && dtype.exact().is_some_and(|d| d == Dt::Bool)
        {
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

    /// Extents of a shape argument.
    fn extents(&self, v: V) -> Option<Vec<i64>> {
        match self.kind(v) {
            Kind::Seq { items, .. } => Some(
                items
                    .iter()
                    .map(|i| match self.kind(*i) {
                        Kind::Int(Some(n)) if *n >= 0 => *n,
                        _ => -1,
                    })
                    .collect(),
            ),
            Kind::Int(n) => Some(vec![n.unwrap_or(-1)]),
            Kind::Shape(a) => {
                let a = self.array(*a)?;
                Some((0..a.rank?).map(|i| a.dims.get(usize::from(i)).copied().unwrap_or(-1)).collect())
            }
            _ => None,
        }
    }

    fn nested_extents(&self, v: V) -> Option<Vec<i64>> {
        match self.kind(v) {
            Kind::Int(_) | Kind::Float(_) | Kind::Bool(_) => Some(Vec::new()),
            Kind::Seq { items, .. } => {
                let mut out = vec![items.len() as i64];
                if let Some(first) = items.first() {
                    out.extend(self.nested_extents(*first)?);
                }
                Some(out)
            }
            Kind::Array(a) => {
                a.rank.map(|r| (0..r).map(|i| a.dims.get(usize::from(i)).copied().unwrap_or(-1)).collect())
            }
            _ => None,
        }
    }

    fn result_shape(
        &self,
        last: &str,
        rule: &str,
        args: &[Arg<'a>],
        operands: [V; 2],
    ) -> (Option<u8>, [i64; 4]) {
        let unknown = (None, [-1; 4]);
        let from = |extents: Option<Vec<i64>>| match extents {
            Some(e) if e.len() <= 8 => {
                let mut dims = [-1; 4];
                for (d, x) in dims.iter_mut().zip(&e) {
                    *d = *x;
                }
                (Some(e.len() as u8), dims)
            }
            _ => unknown,
        };
        let first = self.array(operands[0]);
        let axis = argument(args, "axis", usize::MAX).map(|a| a.value).or_else(|| {
            matches!(rule, "same" | "float" | "bool" | "u32")
                .then_some(operands[1])
                .filter(|v| matches!(self.kind(*v), Kind::Int(_) | Kind::Seq { .. } | Kind::NoneValue))
        });
        match last {
            "zeros" | "ones" | "full" | "normal" | "uniform" | "gumbel" | "truncated_normal" => {
                let shape = argument(args, "shape", usize::MAX).map(|a| a.value).or_else(|| {
                    let place = if matches!(last, "uniform" | "truncated_normal") { 2 } else { 0 };
                    args.iter().filter(|a| a.name.is_none()).nth(place).map(|a| a.value)
                });
                match shape {
                    Some(shape) => from(self.extents(shape)),
                    None => (Some(0), [-1; 4]),
                }
            }
            "array" => from(self.nested_extents(operands[0])),
            "arange" | "linspace" => (Some(1), [-1; 4]),
            "eye" => (Some(2), [-1; 4]),
            "sum" | "mean" | "max" | "min" | "prod" | "all" | "any" | "var" | "std" | "logsumexp"
            | "argmax" | "argmin" => {
                let keep = argument(args, "keepdims", usize::MAX)
                    .is_some_and(|a| *self.kind(a.value) != Kind::Bool(Some(false)));
                let rank = first.and_then(|a| a.rank);
                match axis.map(|a| self.kind(a).clone()) {
                    None | Some(Kind::NoneValue) => (if keep { rank } else { Some(0) }, [-1; 4]),
                    Some(_) if keep => (rank, [-1; 4]),
                    Some(Kind::Int(_)) => (rank.map(|r| r.saturating_sub(1)), [-1; 4]),
                    Some(Kind::Seq { items, .. }) => {
                        (rank.map(|r| r.saturating_sub(items.len() as u8)), [-1; 4])
                    }
                    _ => unknown,
                }
            }
            "reshape" | "broadcast_to" => match args {
                [.., one] if matches!(self.kind(one.value), Kind::Seq { .. } | Kind::Shape(_)) => {
                    from(self.extents(one.value))
                }
                _ if last == "reshape"
                    && args.iter().all(|a| matches!(self.kind(a.value), Kind::Int(_)))
                    && !args.is_empty() =>
                {
                    (u8::try_from(args.len()).ok(), [-1; 4])
                }
                _ => unknown,
            },
            "expand_dims" => (first.and_then(|a| a.rank).map(|r| r + 1), [-1; 4]),
            "flatten" => (if args.len() <= 1 { Some(1) } else { None }, [-1; 4]),
            "squeeze" | "take" | "unflatten" | "einsum" | "view" | "diag" | "diagonal" | "trace"
            | "median" | "tensordot" | "load" | "outer" | "inner" | "as_strided" | "det" | "tile"
            | "repeat" => unknown,
            "stack" => (
                match self.kind(operands[0]) {
                    Kind::Seq { items, .. } => {
                        items.first().and_then(|i| self.array(*i)).and_then(|a| a.rank).map(|r| r + 1)
                    }
                    _ => None,
                },
                [-1; 4],
            ),
            "concatenate" => (
                match self.kind(operands[0]) {
                    Kind::Seq { items, .. } => items.iter().find_map(|i| self.array(*i).and_then(|a| a.rank)),
                    Kind::ListOf(e) => self.array(*e).and_then(|a| a.rank),
                    _ => None,
                },
                [-1; 4],
            ),
            "where" => (
                args.iter()
                    .map(|a| self.array(a.value).map_or(Some(0), |x| x.rank))
                    .try_fold(0, |m: u8, r| Some(m.max(r?))),
                [-1; 4],
            ),
            "matmul" | "addmm" => (first.and_then(|a| a.rank), [-1; 4]),
            "scaled_dot_product_attention" => (Some(4), [-1; 4]),
            "transpose" | "swapaxes" | "moveaxis" | "sort" | "argsort" | "topk" | "pad" | "roll" => {
                (first.and_then(|a| a.rank), [-1; 4])
            }
            _ => match rule {
                "same" | "float" => first.map_or(unknown, |a| {
                    (
                        a.rank,
                        if last.starts_with("cum") || rule == "float" || last.ends_with("_like") {
                            a.dims
                        } else {
                            [-1; 4]
                        },
                    )
                }),
                "promote" | "pfloat" | "bool" => match (first, self.array(operands[1])) {
                    (Some(a), Some(b)) => (a.rank.zip(b.rank).map(|(m, n)| m.max(n)), [-1; 4]),
                    (Some(a), None) if self.is_weak(operands[1]) || operands[1] == V::UNKNOWN => {
                        (a.rank, [-1; 4])
                    }
                    _ => unknown,
                },
                _ => unknown,
            },
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
            Kind::Str(s) => {
                let kind = match (last, s) {
                    ("replace", Some(s)) => match (args, self.kind(first)) {
                        ([_, with], Kind::Str(Some(what))) => match self.kind(with.value) {
                            Kind::Str(Some(with)) => Kind::Str(Some(Rc::from(s.replace(&**what, with)))),
                            _ => Kind::Str(Some(Rc::from(s.replace(&**what, "\u{0}")))),
                        },
                        _ => Kind::Str(None),
                    },
                    ("strip", Some(s)) if args.is_empty() => Kind::Str(Some(Rc::from(s.trim()))),
                    ("split" | "splitlines", _) => Kind::ListOf(V::UNKNOWN),
                    ("startswith" | "endswith" | "isdigit", _) => Kind::Bool(None),
                    ("find" | "index" | "count", _) => Kind::Int(None),
                    _ => Kind::Str(None),
                };
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
