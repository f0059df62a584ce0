//! The walk over a kernel that says which values differ between threads, and which barriers not all of them reach.

use emberforge_ir::{
    Attribute, Barrier, BinaryOp, Block, CompareOp, Kernel, LaneOp, Op, Space, Stmt, Type, ValueId,
};

use super::super::spec::Launch;
use super::{Cause, Divergence, Flow, Object, Vary, bare, constant, object};

pub(super) struct Walker<'k> {
    pub(super) kernel: &'k Kernel,
    pub(super) launch: Option<&'k Launch>,
}

impl Walker<'_> {
    fn threads(&self) -> Option<i64> {
        self.launch.and_then(Launch::threads)
    }

    fn group(&self, axis: u8) -> Option<i64> {
        self.launch.and_then(|l| l.group(usize::from(axis)))
    }

    /// What all of a simdgroup share is shared by a threadgroup of one simdgroup.
    fn settled(&self, vary: Vary) -> Vary {
        match (vary, self.threads()) {
            (Vary::Simd | Vary::Thread, Some(1)) => Vary::Group,
            (Vary::Simd, Some(n)) if n <= 32 => Vary::Group,
            _ => vary,
        }
    }

    fn attribute(&self, a: Attribute, axis: u8) -> Vary {
        use Attribute::*;
        let known_one = self.group(axis) == Some(1);
        let unknown = self.group(axis).is_none() && axis > 0;
        match a {
            ThreadPositionInGrid if known_one || unknown => Vary::Group,
            ThreadPositionInThreadgroup if known_one || unknown => Vary::Launch,
            ThreadPositionInGrid
            | ThreadPositionInThreadgroup
            | ThreadIndexInThreadgroup
            | ThreadIndexInSimdgroup
            | ThreadIndexInQuadgroup
            | QuadgroupIndexInThreadgroup => Vary::Thread,
            SimdgroupIndexInThreadgroup => Vary::Simd,
            ThreadgroupPositionInGrid
            | ThreadsPerThreadgroup
            | SimdgroupsPerThreadgroup
            | QuadgroupsPerThreadgroup => Vary::Group,
            ThreadsPerGrid
            | DispatchThreadsPerThreadgroup
            | ThreadgroupsPerGrid
            | DispatchSimdgroupsPerThreadgroup
            | DispatchQuadgroupsPerThreadgroup => Vary::Launch,
        }
    }

    /// `position / extent` is the same for a group or simdgroup.
    fn quotient(&self, a: ValueId, by: i64) -> Option<Vary> {
        let Op::Attribute(attribute, axis) = self.kernel.inst(bare(self.kernel, a)).op else { return None };
        let along =
            matches!(attribute, Attribute::ThreadPositionInGrid | Attribute::ThreadPositionInThreadgroup);
        let line = axis == 0 && matches!((self.group(1), self.group(2)), (Some(1) | None, Some(1) | None));
        match attribute {
            Attribute::ThreadIndexInThreadgroup if by % 32 == 0 => Some(Vary::Simd),
            _ if along => match self.group(axis) {
                Some(g) if by % g == 0 => Some(Vary::Group),
                Some(_) if by % 32 == 0 && line => Some(Vary::Simd),
                None if by % 32 == 0 && line => Some(if by == 32 { Vary::Simd } else { Vary::Group }),
                _ => None,
            },
            _ => None,
        }
    }

    fn value(&self, flow: &Flow, v: ValueId) -> Vary {
        let kernel = self.kernel;
        let of = |v: ValueId| flow.vary(v);
        let all = |list: &[ValueId]| list.iter().map(|v| of(*v)).max().unwrap_or_default();
        let inst = kernel.inst(v);
        match &inst.op {
            Op::Attribute(a, axis) => self.attribute(*a, *axis),
            Op::Get(var) => flow.vars[var.index()],
            Op::Load(p) => match object(kernel, *p) {
                Some(Object::Private(a)) => flow.private[a.index()].max(of(*p)),
                Some(Object::Buffer(b)) if !kernel.buffers[b.index()].writable => of(*p),
                None if kernel.ty(*p) == Type::Pointer(Space::Thread) => Vary::Thread,
                _ => of(*p).max(Vary::Group),
            },
            Op::Atomic { .. } | Op::MatrixMultiply { .. } => Vary::Thread,
            Op::Lane { op, a, b, .. } => {
                let a = a.map_or(Vary::Launch, of);
                match op {
                    LaneOp::Sum
                    | LaneOp::Product
                    | LaneOp::Min
                    | LaneOp::Max
                    | LaneOp::And
                    | LaneOp::Or
                    | LaneOp::Xor
                    | LaneOp::BroadcastFirst
                    | LaneOp::All
                    | LaneOp::Any
                    | LaneOp::Ballot => a.min(Vary::Simd),
                    LaneOp::Shuffle if b.is_some_and(|b| of(b) <= Vary::Simd) => a.min(Vary::Simd),
                    LaneOp::IsFirst
                    | LaneOp::PrefixInclusiveSum
                    | LaneOp::PrefixExclusiveSum
                    | LaneOp::PrefixInclusiveProduct
                    | LaneOp::PrefixExclusiveProduct => Vary::Thread,
                    _ => a,
                }
            }
            Op::Binary(BinaryOp::Div, a, b) => match constant(kernel, *b) {
                Some(by) if by > 0 => self.quotient(*a, by).map_or(of(*a), |q| q.min(of(*a))),
                _ => match (&kernel.inst(bare(kernel, *a)).op, &kernel.inst(bare(kernel, *b)).op) {
                    (
                        Op::Attribute(Attribute::ThreadPositionInGrid, x),
                        Op::Attribute(
                            Attribute::ThreadsPerThreadgroup | Attribute::DispatchThreadsPerThreadgroup,
                            y,
                        ),
                    ) if x == y => Vary::Group,
                    _ => all(&[*a, *b]),
                },
            },
            Op::Binary(BinaryOp::Shr, a, b) => match constant(kernel, *b) {
                Some(n) if (0..31).contains(&n) => {
                    self.quotient(*a, 1 << n).map_or(of(*a), |q| q.min(of(*a)))
                }
                _ => all(&[*a, *b]),
            },
            Op::Compare(op, a, b) if self.decided(*op, *a, *b) => Vary::Launch,
            op => all(&op.operands()),
        }
    }

    /// Whether a comparison of a position with a constant comes out the same for every thread of a known launch.
    fn decided(&self, op: CompareOp, a: ValueId, b: ValueId) -> bool {
        let kernel = self.kernel;
        let (Op::Attribute(attribute, axis), Some(n)) =
            (&kernel.inst(bare(kernel, a)).op, constant(kernel, b))
        else {
            return false;
        };
        let Some(launch) = self.launch else { return false };
        let extent = match attribute {
            Attribute::ThreadPositionInGrid => launch.grid[usize::from(*axis)].known(),
            Attribute::ThreadPositionInThreadgroup => launch.group(usize::from(*axis)),
            Attribute::ThreadIndexInThreadgroup => launch.threads(),
            Attribute::ThreadIndexInSimdgroup => Some(32),
            _ => None,
        };
        extent.is_some_and(|e| match op {
            CompareOp::Lt | CompareOp::Ge => n >= e,
            CompareOp::Le | CompareOp::Gt => n >= e - 1,
            CompareOp::Eq | CompareOp::Ne => n >= e,
        })
    }

    /// One round: values, variables, labels and arrays take the variation of what flows into them.
    pub(super) fn spread(&self, flow: &mut Flow, block: &Block, context: u32, next: &mut u32) {
        for stmt in block {
            match stmt {
                Stmt::Inst(v) => {
                    let vary = self.settled(self.value(flow, *v));
                    flow.changed |= Flow::raise(&mut flow.vary, v.index(), vary);
                    if let Op::Store(p, x) = kernel_op(self.kernel, *v)
                        && let Some(Object::Private(a)) = object(self.kernel, p)
                    {
                        let vary = flow.vary(x).max(flow.vary(p)).max(flow.control(context, 0).vary);
                        flow.changed |= Flow::raise(&mut flow.private, a.index(), vary);
                    }
                }
                Stmt::Set(var, v) => {
                    let control = flow.control(context, flow.var_context[var.index()]).vary;
                    let vary = flow.vary(*v).max(control);
                    flow.changed |= Flow::raise(&mut flow.vars, var.index(), vary);
                }
                Stmt::Break(label) => {
                    let control = flow.control(context, flow.label_context[label.index()]);
                    if Flow::raise(&mut flow.labels, label.index(), control.vary) {
                        flow.label_condition[label.index()] = control.condition;
                        flow.changed = true;
                    }
                }
                _ => {}
            }
            self.nested(stmt, next, |inner, context, next| self.spread(flow, inner, context, next));
        }
    }

    /// The blocks in a statement, with their contexts: numbered as [`Flow::collect`] numbers them.
    fn nested(&self, stmt: &Stmt, next: &mut u32, mut each: impl FnMut(&Block, u32, &mut u32)) {
        let mut enter = |block: &Block, next: &mut u32| {
            *next += 1;
            each(block, *next, next);
        };
        match stmt {
            Stmt::If { then, otherwise, .. } => {
                enter(then, next);
                enter(otherwise, next);
            }
            Stmt::Loop { body, .. } | Stmt::Block { body, .. } => enter(body, next),
            _ => {}
        }
    }

    /// Finds the barriers that not all threads reach.
    pub(super) fn barriers(
        &self,
        flow: &mut Flow,
        block: &Block,
        context: u32,
        next: &mut u32,
        gone: &mut Option<(Vary, ValueId)>,
    ) {
        for stmt in block {
            match stmt {
                Stmt::Inst(v) => {
                    let Op::Barrier(kind, _) = kernel_op(self.kernel, *v) else { continue };
                    let may = if kind == Barrier::Threadgroup { Vary::Group } else { Vary::Simd };
                    let control = flow.control(context, 0);
                    if control.vary > may
                        && let Some(condition) = control.condition
                    {
                        let cause = control.cause;
                        flow.divergences.push(Divergence { barrier: *v, condition, cause });
                    } else if let Some((vary, condition)) = *gone
                        && vary > may
                    {
                        flow.divergences.push(Divergence { barrier: *v, condition, cause: Cause::Return });
                    }
                }
                Stmt::Return => {
                    note_return(flow, context, gone);
                }
                Stmt::Loop { body, .. } => {
                    // Who returns in one turn is missing in the next.
                    let mut probe = *next + 1;
                    let context = probe;
                    self.returns(flow, body, context, &mut probe, gone);
                }
                _ => {}
            }
            self.nested(stmt, next, |inner, context, next| self.barriers(flow, inner, context, next, gone));
        }
    }

    fn returns(
        &self,
        flow: &Flow,
        block: &Block,
        context: u32,
        next: &mut u32,
        gone: &mut Option<(Vary, ValueId)>,
    ) {
        for stmt in block {
            if let Stmt::Return = stmt {
                note_return(flow, context, gone);
            }
            self.nested(stmt, next, |inner, context, next| self.returns(flow, inner, context, next, gone));
        }
    }
}

fn note_return(flow: &Flow, context: u32, gone: &mut Option<(Vary, ValueId)>) {
    let control = flow.control(context, 0);
    if let Some(condition) = control.condition
        && gone.is_none_or(|g| control.vary > g.0)
    {
        *gone = Some((control.vary, condition));
    }
}

fn kernel_op(kernel: &Kernel, v: ValueId) -> Op {
    kernel.inst(v).op
}
