//! What functions of Python, NumPy and torch return.

use std::rc::Rc;

use ruff_text_size::TextRange;

use super::call::transform;
use super::event::Arg;
use super::results::argument;
use super::value::{Array, Kind, Lib, V};
use super::{DtypeFact, Engine, Sym};

impl<'a> Engine<'a> {
    pub(super) fn builtin_result(&mut self, sym: Sym, name: &str, args: &[Arg<'a>], range: TextRange) -> V {
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
            "str" if args.len() == 1 => Kind::Str(self.printed(operand).map(Rc::from)),
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

    pub(super) fn fresh_of(&mut self, v: V, sym: Sym, operand: V, range: TextRange) -> V {
        let mut value = self.value(v).clone();
        value.range = range;
        value.op = sym;
        value.operands = [operand, V::UNKNOWN];
        self.values.push(value);
        V(self.values.len() as u32 - 1)
    }

    pub(super) fn numpy_result(&mut self, sym: Sym, name: &str, args: &[Arg<'a>], range: TextRange) -> V {
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
            // Of an unknown: a scalar or an array of NumPy's, which no rule may take for more than possible.
            "sqrt" | "exp" | "log" | "log2" | "log10" | "power" if *self.kind(operand) == Kind::Unknown => {
                Kind::Array(Array { sure: super::Sure::Possible, ..Array::of(Lib::Numpy) })
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

    pub(super) fn torch_result(&mut self, sym: Sym, name: &str, args: &[Arg<'a>], range: TextRange) -> V {
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
}
