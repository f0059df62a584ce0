//! Rank and extents of results, as far as they can be known without running.

use super::Engine;
use super::event::Arg;
use super::results::argument;
use super::value::{Kind, V};

impl<'a> Engine<'a> {
    /// Extents of a shape argument.
    pub(super) fn extents(&self, v: V) -> Option<Vec<i64>> {
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

    pub(super) fn nested_extents(&self, v: V) -> Option<Vec<i64>> {
        match self.kind(v) {
            Kind::Int(_) | Kind::Float(_) | Kind::Bool(_) => Some(Vec::new()),
            Kind::Seq { items, .. } => {
                let mut out = vec![items.len() as i64];
                if let Some(first) = items.first() {
                    out.extend(self.nested_extents(*first)?);
                }
                Some(out)
            }
            Kind::ListOf(e) => {
                let mut out = vec![-1];
                out.extend(self.nested_extents(*e)?);
                Some(out)
            }
            Kind::Array(a) => {
                a.rank.map(|r| (0..r).map(|i| a.dims.get(usize::from(i)).copied().unwrap_or(-1)).collect())
            }
            _ => None,
        }
    }

    pub(super) fn result_shape(
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
            matches!(rule, "same" | "float" | "total" | "bool" | "u32")
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
                "same" | "float" | "total" => first.map_or(unknown, |a| {
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
}
