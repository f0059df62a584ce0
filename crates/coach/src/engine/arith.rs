//! Binary operators: dtype promotion with weak scalars, shapes, and constants.

use ruff_python_ast::Operator;
use ruff_text_size::TextRange;

use super::event::Event;
use super::value::{Array, Kind, Lib, V};
use super::{Dt, DtypeFact, Engine, Sym};

/// The name of an operator in the value graph.
pub(super) fn operator(op: Operator) -> Sym {
    match op {
        Operator::Add => Sym::ADD,
        Operator::Sub => Sym::SUB,
        Operator::Mult => Sym::MUL,
        Operator::Div => Sym::DIV,
        Operator::FloorDiv => Sym::FLOORDIV,
        Operator::Mod => Sym::MOD,
        Operator::Pow => Sym::POW,
        Operator::MatMult => Sym::MATMUL,
        _ => Sym::OTHER_OP,
    }
}

impl Engine<'_> {
    /// What `l op r` gives.
    pub(super) fn binary_result(&mut self, range: TextRange, op: Operator, l: V, r: V) -> V {
        let sym = operator(op);
        let kind = match (self.kind(l).clone(), self.kind(r).clone()) {
            (Kind::Array(a), Kind::Array(b)) => {
                if a.lib != b.lib {
                    // NumPy on the left wins, and the result is NumPy's.
                    if a.lib == Lib::Numpy && b.lib == Lib::Mlx {
                        return self.make_array(
                            Array { sure: a.sure.min(b.sure), ..Array::of(Lib::Numpy) },
                            range,
                            sym,
                            [l, r],
                        );
                    }
                    return self.make_array(
                        Array { dtype: DtypeFact::Unknown, ..a.shapeless() },
                        range,
                        sym,
                        [l, r],
                    );
                }
                if a.lib == Lib::Mlx {
                    self.note_lazy(range);
                }
                let (dtype_a, dtype_b) = (self.dtype_or_same(l, &a), self.dtype_or_same(r, &b));
                let mut dtype = dtype_a.promote(dtype_b);
                if op == Operator::Div {
                    dtype = dtype.floating();
                }
                let (rank, dims) = broadcast(&a, &b, op);
                Kind::Array(Array { lib: a.lib, dtype, rank, dims, sure: a.sure.min(b.sure) })
            }
            (Kind::Array(a), other) => {
                self.note_lazy_if(&a, range);
                let dtype = self.dtype_or_same(l, &a);
                Kind::Array(self.with_scalar(a, dtype, &other, op))
            }
            (Kind::NumpyScalar, Kind::Array(b)) if b.lib == Lib::Mlx => {
                Kind::Array(Array { sure: b.sure, ..Array::of(Lib::Numpy) })
            }
            (other, Kind::Array(b)) => {
                self.note_lazy_if(&b, range);
                let dtype = self.dtype_or_same(r, &b);
                Kind::Array(self.with_scalar(b, dtype, &other, op))
            }
            (Kind::NumpyScalar, Kind::Int(_) | Kind::Float(_) | Kind::NumpyScalar)
            | (Kind::Int(_) | Kind::Float(_), Kind::NumpyScalar) => Kind::NumpyScalar,
            (Kind::Int(x), Kind::Int(y)) => match op {
                Operator::Div => Kind::Float(x.zip(y).filter(|p| p.1 != 0).map(|(x, y)| x as f64 / y as f64)),
                Operator::Pow if y.is_some_and(|y| y < 0) => Kind::Float(None),
                _ => Kind::Int(x.zip(y).and_then(|(x, y)| int_op(op, x, y))),
            },
            (x @ (Kind::Int(_) | Kind::Float(_)), y @ (Kind::Int(_) | Kind::Float(_))) => {
                Kind::Float(x.constant().zip(y.constant()).and_then(|(x, y)| float_op(op, x, y)))
            }
            (Kind::Str(_), _) if op == Operator::Add => self.concatenated(l, r),
            (Kind::Unknown, Kind::Str(_)) if op == Operator::Add => self.concatenated(l, r),
            (Kind::Str(Some(text)), _) if op == Operator::Mod => self.percent(&text, r),
            (Kind::Str(_), _) => Kind::Str(None),
            (Kind::Seq { items: a, list }, Kind::Seq { items: b, .. }) if op == Operator::Add => {
                Kind::Seq { items: a.iter().chain(b.iter()).copied().collect(), list }
            }
            (Kind::Seq { items, list }, Kind::Int(n)) if op == Operator::Mult => {
                match n.and_then(|n| usize::try_from(n).ok()).filter(|n| n * items.len() <= 64) {
                    Some(n) => Kind::Seq {
                        items: items.iter().copied().cycle().take(n * items.len()).collect(),
                        list,
                    },
                    None => {
                        let e = items.iter().fold(V::UNBOUND, |acc, i| self.join(acc, *i));
                        Kind::ListOf(if e == V::UNBOUND { V::UNKNOWN } else { e })
                    }
                }
            }
            (Kind::ListOf(_), Kind::Seq { items, list })
                if op == Operator::Add && self.grown.contains_key(&l) && self.loops.is_empty() =>
            {
                let known = self.grown.get(&l).into_iter().flatten();
                Kind::Seq { items: known.chain(items.iter()).copied().collect(), list }
            }
            (Kind::ListOf(e), _) | (_, Kind::ListOf(e)) if op == Operator::Add || op == Operator::Mult => {
                Kind::ListOf(e)
            }
            (Kind::Shape(_), _) | (_, Kind::Shape(_)) if op == Operator::Add => Kind::ListOf(V::UNKNOWN),
            (Kind::Clock, Kind::Clock) if op == Operator::Sub => {
                if let Some((started, lazy)) = self.clock_lazy.get(&l).copied() {
                    self.emit(&Event::Elapsed { range, started, lazy });
                }
                Kind::Float(None)
            }
            // Of an unknown and a number nothing is known: the unknown may be an array.
            _ => Kind::Unknown,
        };
        self.make(kind, range, sym, [l, r])
    }

    /// The dtype of an array, or "the same as this value".
    pub(super) fn dtype_or_same(&self, v: V, a: &Array) -> DtypeFact {
        if a.dtype == DtypeFact::Unknown && self.value(v).op == Sym::PARAMETER {
            DtypeFact::SameAs(v)
        } else {
            a.dtype
        }
    }

    fn with_scalar(&self, a: Array, dtype: DtypeFact, other: &Kind, op: Operator) -> Array {
        let dtype = match other {
            Kind::Int(_) | Kind::Float(_) | Kind::Bool(_) | Kind::NumpyScalar => {
                if op == Operator::Div || matches!(other, Kind::Float(_)) {
                    if dtype.exact() == Some(Dt::Bool) && op != Operator::Div {
                        DtypeFact::Exact(Dt::F32)
                    } else {
                        dtype.floating()
                    }
                } else {
                    dtype
                }
            }
            _ => DtypeFact::Unknown,
        };
        let known = matches!(other, Kind::Int(_) | Kind::Float(_) | Kind::Bool(_) | Kind::NumpyScalar);
        if known { Array { dtype, ..a } } else { Array { dtype, ..a.shapeless() } }
    }

    fn note_lazy_if(&mut self, a: &Array, range: TextRange) {
        if a.lib == Lib::Mlx {
            self.note_lazy(range);
        }
    }

    /// Lazy work was recorded since the clock was read.
    pub(super) fn note_lazy(&mut self, range: TextRange) {
        if let Some(timer) = &mut self.frame.state.timer {
            timer.lazy = timer.lazy.or(Some(range));
        }
    }
}

fn int_op(op: Operator, x: i64, y: i64) -> Option<i64> {
    match op {
        Operator::Add => x.checked_add(y),
        Operator::Sub => x.checked_sub(y),
        Operator::Mult => x.checked_mul(y),
        Operator::FloorDiv if y != 0 => {
            let q = x.checked_div(y)?;
            Some(if x % y != 0 && (x < 0) != (y < 0) { q - 1 } else { q })
        }
        Operator::Mod if y != 0 => {
            let r = x.checked_rem(y)?;
            Some(if r != 0 && (r < 0) != (y < 0) { r + y } else { r })
        }
        Operator::Pow => u32::try_from(y).ok().and_then(|y| x.checked_pow(y)),
        Operator::LShift => u32::try_from(y).ok().filter(|y| *y < 62).and_then(|y| x.checked_mul(1 << y)),
        Operator::RShift => u32::try_from(y).ok().and_then(|y| x.checked_shr(y)),
        Operator::BitAnd => Some(x & y),
        Operator::BitOr => Some(x | y),
        Operator::BitXor => Some(x ^ y),
        _ => None,
    }
}

fn float_op(op: Operator, x: f64, y: f64) -> Option<f64> {
    let z = match op {
        Operator::Add => x + y,
        Operator::Sub => x - y,
        Operator::Mult => x * y,
        Operator::Div if y != 0.0 => x / y,
        Operator::Pow => x.powf(y),
        _ => return None,
    };
    z.is_finite().then_some(z)
}

/// Rank and extents of an elementwise operation.
fn broadcast(a: &Array, b: &Array, op: Operator) -> (Option<u8>, [i64; 4]) {
    let rank = match (a.rank, b.rank) {
        (Some(m), Some(n)) => Some(m.max(n)),
        _ => None,
    };
    if op == Operator::MatMult {
        return (if a.rank == b.rank { a.rank } else { rank.filter(|r| *r > 2) }, [-1; 4]);
    }
    if a.rank == b.rank && a.dims == b.dims {
        return (rank, a.dims);
    }
    match (a.rank, b.rank) {
        (_, Some(0)) => (rank, a.dims),
        (Some(0), _) => (rank, b.dims),
        _ => (rank, [-1; 4]),
    }
}
