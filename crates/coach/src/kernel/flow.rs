//! Uniformity: which values of a kernel are the same for all threads of a launch, a threadgroup or a simdgroup, and
//! which barriers stand where not all threads come by.
//!
//! The doubt is the kernel's benefit: what a load from threadgroup memory at a uniform address gives is taken for
//! uniform, and so are positions along an axis whose extent is not known to exceed one, but for x.

use emberforge_ir::{
    ArrayId, Attribute, Barrier, BinaryOp, Block, BufferId, CompareOp, Kernel, LabelId, LaneOp, Op, Space,
    Stmt, Type, ValueId, VarId,
};

use super::spec::{Dim, Launch};

/// Among which threads a value is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vary {
    /// All of the launch.
    #[default]
    Launch,
    /// Those of a threadgroup.
    Group,
    /// Those of a simdgroup.
    Simd,
    /// A single one.
    Thread,
}

/// The control flow around an instruction.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The context around it; the kernel's body is its own.
    pub parent: u32,
    /// What it is.
    pub kind: ContextKind,
}

/// Kinds of control flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextKind {
    /// The kernel's body.
    Body,
    /// Where a condition holds.
    Then(ValueId),
    /// Where it does not.
    Else(ValueId),
    /// The body of a loop.
    Loop(LabelId),
    /// A block that can be left.
    Block(LabelId),
}

/// Why a barrier is not reached by all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It stands in a branch.
    Branch,
    /// It stands in a loop that threads leave at different times.
    Loop,
    /// Threads have returned before.
    Return,
}

/// How the threads that reach a place differ from those around it.
#[derive(Clone, Copy)]
struct Control {
    vary: Vary,
    condition: Option<ValueId>,
    cause: Cause,
}

/// A barrier that not all threads reach.
#[derive(Clone, Copy, Debug)]
pub struct Divergence {
    /// The barrier.
    pub barrier: ValueId,
    /// The condition that differs between threads.
    pub condition: ValueId,
    /// Why.
    pub cause: Cause,
}

/// The memory object that a pointer points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Object {
    /// A buffer.
    Buffer(BufferId),
    /// A threadgroup array.
    Threadgroup(ArrayId),
    /// A private array.
    Private(ArrayId),
}

/// The result of the analysis.
#[derive(Debug, Default)]
pub struct Flow {
    /// Variation of each value.
    vary: Vec<Vary>,
    vars: Vec<Vary>,
    private: Vec<Vary>,
    labels: Vec<Vary>,
    label_condition: Vec<Option<ValueId>>,
    /// Contexts; the first is the body.
    contexts: Vec<Context>,
    context_of: Vec<u32>,
    var_context: Vec<u32>,
    label_context: Vec<u32>,
    /// What each variable is set to, in order.
    sets: Vec<Vec<ValueId>>,
    /// The context of each of them.
    set_contexts: Vec<Vec<u32>>,
    /// All instructions in order.
    order: Vec<ValueId>,
    /// Barriers that not all reach.
    pub divergences: Vec<Divergence>,
    /// The conditions under which threads return before the end.
    pub return_conditions: Vec<ValueId>,
    /// The conditions under which a loop goes on: the branch that breaks is taken where it does not hold (or does).
    tests: Vec<Vec<(ValueId, bool)>>,
    changed: bool,
}

impl Flow {
    /// Analyses a kernel.
    pub(super) fn of(kernel: &Kernel, launch: Option<&Launch>) -> Flow {
        let mut flow = Flow {
            vary: vec![Vary::Launch; kernel.insts.len()],
            vars: vec![Vary::Launch; kernel.vars.len()],
            private: vec![Vary::Launch; kernel.private.len()],
            labels: vec![Vary::Launch; kernel.labels as usize],
            label_condition: vec![None; kernel.labels as usize],
            contexts: vec![Context { parent: 0, kind: ContextKind::Body }],
            context_of: vec![0; kernel.insts.len()],
            var_context: vec![0; kernel.vars.len()],
            label_context: vec![0; kernel.labels as usize],
            sets: vec![Vec::new(); kernel.vars.len()],
            set_contexts: vec![Vec::new(); kernel.vars.len()],
            tests: vec![Vec::new(); kernel.labels as usize],
            ..Flow::default()
        };
        flow.collect(&kernel.body, 0);
        let walker = Walker { kernel, launch };
        for _ in 0..12 {
            flow.changed = false;
            let mut next = 0;
            walker.spread(&mut flow, &kernel.body, 0, &mut next);
            if !flow.changed {
                break;
            }
        }
        let mut next = 0;
        let mut gone = None;
        walker.barriers(&mut flow, &kernel.body, 0, &mut next, &mut gone);
        flow
    }

    fn collect(&mut self, block: &Block, context: u32) {
        for stmt in block {
            match stmt {
                Stmt::Inst(v) => {
                    self.context_of[v.index()] = context;
                    self.order.push(*v);
                }
                Stmt::Declare(var) => self.var_context[var.index()] = context,
                Stmt::Set(var, v) => {
                    self.sets[var.index()].push(*v);
                    self.set_contexts[var.index()].push(context);
                }
                Stmt::If { cond, then, otherwise, .. } => {
                    let inner = self.open(context, ContextKind::Then(*cond));
                    self.collect(then, inner);
                    let inner = self.open(context, ContextKind::Else(*cond));
                    self.collect(otherwise, inner);
                }
                Stmt::Loop { label, body, .. } => {
                    let inner = self.open(context, ContextKind::Loop(*label));
                    self.label_context[label.index()] = inner;
                    self.collect(body, inner);
                }
                Stmt::Block { label, body } => {
                    let inner = self.open(context, ContextKind::Block(*label));
                    self.label_context[label.index()] = inner;
                    self.collect(body, inner);
                }
                Stmt::Break(label) => match self.contexts[context as usize].kind {
                    ContextKind::Then(c) => self.tests[label.index()].push((c, false)),
                    ContextKind::Else(c) => self.tests[label.index()].push((c, true)),
                    _ => {}
                },
                Stmt::Return => {
                    let mut at = context;
                    while at != 0 {
                        if let ContextKind::Then(c) | ContextKind::Else(c) = self.contexts[at as usize].kind {
                            self.return_conditions.push(c);
                        }
                        at = self.contexts[at as usize].parent;
                    }
                }
            }
        }
    }

    fn open(&mut self, parent: u32, kind: ContextKind) -> u32 {
        self.contexts.push(Context { parent, kind });
        self.contexts.len() as u32 - 1
    }

    /// Among which threads a value is the same.
    pub fn vary(&self, v: ValueId) -> Vary {
        self.vary.get(v.index()).copied().unwrap_or(Vary::Thread)
    }

    /// All instructions in order.
    pub fn order(&self) -> &[ValueId] {
        &self.order
    }

    /// The contexts around an instruction, innermost first, without the body.
    pub fn around(&self, v: ValueId) -> impl Iterator<Item = ContextKind> + '_ {
        self.outwards(self.context_of.get(v.index()).copied().unwrap_or(0))
    }

    /// A context and those around it, innermost first, without the body.
    pub fn outwards(&self, context: u32) -> impl Iterator<Item = ContextKind> + '_ {
        let mut at = context;
        std::iter::from_fn(move || {
            let context = self.contexts.get(at as usize)?;
            at = context.parent;
            (context.kind != ContextKind::Body).then_some(context.kind)
        })
    }

    /// The contexts in which a value is put into a variable that others are put into too.
    pub fn joined_sets(&self, v: ValueId) -> impl Iterator<Item = u32> + '_ {
        self.sets.iter().zip(&self.set_contexts).filter(|(sets, _)| sets.len() > 1).flat_map(
            move |(sets, contexts)| {
                sets.iter().zip(contexts).filter(move |(set, _)| **set == v).map(|(_, context)| *context)
            },
        )
    }

    /// What a variable is set to.
    pub fn sets(&self, var: VarId) -> &[ValueId] {
        self.sets.get(var.index()).map_or(&[], Vec::as_slice)
    }

    /// The tests of the loops around an instruction: a condition, and whether it holds while the loop goes on.
    pub fn loop_tests(&self, v: ValueId) -> impl Iterator<Item = (ValueId, bool)> + '_ {
        self.around(v)
            .filter_map(|c| match c {
                ContextKind::Loop(l) => self.tests.get(l.index()),
                _ => None,
            })
            .flatten()
            .copied()
    }

    /// The loops around an instruction.
    pub fn loops(&self, v: ValueId) -> usize {
        self.around(v).filter(|c| matches!(c, ContextKind::Loop(_))).count()
    }

    /// Whether a variable is declared outside of the innermost loop around an instruction.
    pub fn carried(&self, var: VarId, at: ValueId) -> bool {
        let mut context = self.context_of[at.index()];
        let home = self.var_context[var.index()];
        loop {
            if context == home {
                return false;
            }
            if matches!(self.contexts[context as usize].kind, ContextKind::Loop(_)) {
                return true;
            }
            if context == 0 {
                return false;
            }
            context = self.contexts[context as usize].parent;
        }
    }

    /// How control varies between a context and one around it.
    fn control(&self, from: u32, to: u32) -> Control {
        let mut at = from;
        let mut most = Control { vary: Vary::Launch, condition: None, cause: Cause::Branch };
        while at != to && at != 0 {
            let context = self.contexts[at as usize];
            let here = match context.kind {
                ContextKind::Then(c) | ContextKind::Else(c) => {
                    Control { vary: self.vary(c), condition: Some(c), cause: Cause::Branch }
                }
                ContextKind::Loop(l) | ContextKind::Block(l) => Control {
                    vary: self.labels[l.index()],
                    condition: self.label_condition[l.index()],
                    cause: Cause::Loop,
                },
                ContextKind::Body => most,
            };
            if here.vary > most.vary {
                most = here;
            }
            at = context.parent;
        }
        most
    }

    fn raise(list: &mut [Vary], index: usize, to: Vary) -> bool {
        let old = &mut list[index];
        let grows = to > *old;
        *old = to.max(*old);
        grows
    }
}

/// The object that a pointer points into.
pub fn object(kernel: &Kernel, pointer: ValueId) -> Option<Object> {
    let mut at = pointer;
    loop {
        match kernel.inst(at).op {
            Op::Offset { base, .. } => at = base,
            Op::Buffer(b) => return Some(Object::Buffer(b)),
            Op::ThreadgroupArray(a) => return Some(Object::Threadgroup(a)),
            Op::PrivateArray(a) => return Some(Object::Private(a)),
            _ => return None,
        }
    }
}

/// The value of an integer constant.
pub fn constant(kernel: &Kernel, v: ValueId) -> Option<i64> {
    match kernel.inst(v).op {
        Op::Const(bits) if kernel.ty(v).scalar().is_some_and(|s| !s.is_float()) => Some(bits as i64),
        Op::Convert(a) if kernel.ty(v).scalar().is_some_and(|s| !s.is_float()) => constant(kernel, a),
        _ => None,
    }
}

/// A value without the integer conversions around it.
pub fn bare(kernel: &Kernel, v: ValueId) -> ValueId {
    match kernel.inst(v).op {
        Op::Convert(a) if integer(kernel, v) && integer(kernel, a) => bare(kernel, a),
        _ => v,
    }
}

fn integer(kernel: &Kernel, v: ValueId) -> bool {
    kernel.ty(v).scalar().is_some_and(|s| s.is_integer())
}

struct Walker<'k> {
    kernel: &'k Kernel,
    launch: Option<&'k Launch>,
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
    fn spread(&self, flow: &mut Flow, block: &Block, context: u32, next: &mut u32) {
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
    fn barriers(
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

/// Whether a launch is known to have more than one threadgroup.
pub fn many_groups(launch: &Launch) -> bool {
    (0..3).any(|a| match (launch.grid[a], launch.threadgroup[a]) {
        (Dim::Known(g), Dim::Known(t)) => g > t,
        (Dim::RoundedUp, _) => true,
        _ => false,
    })
}
