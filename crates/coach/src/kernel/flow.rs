//! Uniformity: which values of a kernel are the same for all threads of a launch, a threadgroup or a simdgroup, and
//! which barriers stand where not all threads come by.
//!
//! The doubt is the kernel's benefit: what a load from threadgroup memory at a uniform address gives is taken for
//! uniform, and so are positions along an axis whose extent is not known to exceed one, but for x.

mod walk;

use emberforge_ir::{ArrayId, Block, BufferId, Kernel, LabelId, Op, Stmt, ValueId, VarId};

use walk::Walker;

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

/// Whether a launch is known to have more than one threadgroup.
pub fn many_groups(launch: &Launch) -> bool {
    (0..3).any(|a| match (launch.grid[a], launch.threadgroup[a]) {
        (Dim::Known(g), Dim::Known(t)) => g > t,
        (Dim::RoundedUp, _) => true,
        _ => false,
    })
}
