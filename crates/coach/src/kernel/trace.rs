//! What the threads of one threadgroup do to memory between barriers: the kernel is executed for all of them at once,
//! with data unknown and indices known.
//!
//! Positions are those of the first threadgroup. A condition that is not known is taken both ways and the ways are
//! merged; a loop that is not known to end is left after a few turns, and what it may have written counts as written.
//! Accesses at unknown addresses conflict with nothing. So what is reported does happen, but for branches that the
//! data may exclude.

use std::collections::HashMap;
use std::rc::Rc;

use emberforge_ir::{
    Attribute, Barrier, Block, Kernel, LabelId, LaneOp, MemoryFlags, Op, Scalar, Stmt, Type, ValueId, scalar,
};

use super::flow::{Flow, Object};
use super::memory::{Access, Memory};
use super::spec::Launch;

/// Turns of a loop whose end is not known.
const UNKNOWN_TURNS: u32 = 3;
/// Turns of a loop whose end is known.
const MAX_TURNS: u32 = 72;
/// Work of one trace, in instructions times threads.
const FUEL: u64 = 3_000_000;
/// Threads of a threadgroup of unknown size: two simdgroups.
const SOME_THREADS: i64 = 64;

/// An order that two accesses lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RaceKind {
    /// Written by one thread, then read by another.
    ReadAfterWrite,
    /// Read by one thread, then written by another.
    WriteAfterRead,
    /// Written by two threads.
    WriteAfterWrite,
}

/// Two accesses of different threads without a barrier between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Race {
    /// Which order is missing.
    pub kind: RaceKind,
    /// Where.
    pub object: Object,
    /// The earlier access.
    pub first: ValueId,
    /// The later one.
    pub second: ValueId,
    /// A barrier between them whose flags do not order this memory.
    pub weak: Option<ValueId>,
    /// Both threads are of one simdgroup, as far as seen.
    pub same_simd: bool,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Trace {
    /// Unordered accesses, one for each pair of instructions.
    pub races: Vec<Race>,
    /// Reads of elements that nothing wrote, and of variables.
    pub unwritten: Vec<ValueId>,
    /// Stores by which several threads write one element.
    pub shared_stores: Vec<ValueId>,
    /// Accesses outside of an array.
    pub outside: Vec<ValueId>,
    /// Barriers at which all threads had something to order.
    pub threads: u32,
    /// The size of the threadgroup is that of the launch, not assumed.
    pub known_threads: bool,
    /// Everything was looked at.
    pub complete: bool,
}

/// A value of every thread.
#[derive(Clone, Debug)]
enum Val {
    Undefined,
    Unknown,
    All(u64),
    Each(Rc<[u64]>),
}

impl Val {
    fn lane(&self, i: usize) -> Option<u64> {
        match self {
            Val::All(x) => Some(*x),
            Val::Each(list) => list.get(i).copied(),
            _ => None,
        }
    }
}

/// A value and, for pointers, what it points into.
#[derive(Clone, Debug)]
struct Slot {
    val: Val,
    object: Option<Object>,
}

const UNKNOWN: Slot = Slot { val: Val::Unknown, object: None };

#[derive(Clone)]
struct State {
    vars: Vec<Slot>,
    memory: Memory,
}

type Mask = Rc<[bool]>;

/// Traces a kernel.
pub(super) fn run(kernel: &Kernel, flow: &Flow, launch: Option<&Launch>) -> Trace {
    let mut group = [0, 1, 2].map(|a| launch.and_then(|l| l.group(a)));
    let known = group.iter().all(Option::is_some) && group.iter().flatten().product::<i64>() <= 1024;
    if !known {
        let x = group[0].filter(|n| *n <= 512);
        group = match x {
            Some(x) => [Some(x), Some(group[1].unwrap_or(2).min(1024 / x)), Some(1)],
            None => [Some(SOME_THREADS), Some(1), Some(1)],
        };
    }
    let group = group.map(|g| g.unwrap_or(1).max(1) as u64);
    let threads = group.iter().product::<u64>() as usize;
    let mut runner = Runner {
        kernel,
        flow,
        launch,
        group,
        threads,
        values: vec![UNKNOWN; kernel.insts.len()],
        exits: HashMap::new(),
        forks: 0,
        fuel: FUEL,
        returned: vec![false; threads],
        trace: Trace { threads: threads as u32, known_threads: known, ..Trace::default() },
    };
    let mut state = State {
        vars: vec![Slot { val: Val::Undefined, object: None }; kernel.vars.len()],
        memory: Memory::new(kernel),
    };
    runner.block(&kernel.body, &mut state, vec![true; threads].into());
    runner.trace.complete = runner.fuel > 0;
    runner.trace
}

struct Exit {
    state: Option<State>,
    /// Open forks where the label stands.
    forks: u32,
    /// Left in a fork in this turn.
    undecided: bool,
}

struct Runner<'k> {
    kernel: &'k Kernel,
    flow: &'k Flow,
    launch: Option<&'k Launch>,
    group: [u64; 3],
    threads: usize,
    values: Vec<Slot>,
    exits: HashMap<LabelId, Exit>,
    forks: u32,
    fuel: u64,
    returned: Vec<bool>,
    trace: Trace,
}

fn any(mask: &Mask) -> bool {
    mask.iter().any(|b| *b)
}

impl Runner<'_> {
    fn block(&mut self, block: &Block, state: &mut State, mut mask: Mask) -> Mask {
        for stmt in block {
            if self.fuel == 0 || !any(&mask) {
                return mask;
            }
            match stmt {
                Stmt::Inst(v) => self.inst(*v, state, &mask),
                Stmt::Declare(var) => state.vars[var.index()] = Slot { val: Val::Undefined, object: None },
                Stmt::Set(var, v) => {
                    let new = self.values[v.index()].clone();
                    let old = &mut state.vars[var.index()];
                    *old = blend(old, new, &mask);
                }
                Stmt::If { cond, then, otherwise, .. } => {
                    mask = self.branch(self.values[cond.index()].val.clone(), then, otherwise, state, &mask);
                }
                Stmt::Loop { label, body, .. } => mask = self.repeat(*label, body, state, mask),
                Stmt::Block { label, body } => {
                    self.exits.insert(*label, Exit { state: None, forks: self.forks, undecided: false });
                    let entry = mask.clone();
                    let rest = self.block(body, state, mask);
                    self.leave(*label, state, any(&rest));
                    mask = self.remaining(&entry);
                }
                Stmt::Break(label) => {
                    let forks = self.forks;
                    if let Some(exit) = self.exits.get_mut(label)
                        && forks > exit.forks
                    {
                        exit.undecided = true;
                        match &mut exit.state {
                            Some(old) => merge(old, state),
                            None => exit.state = Some(state.clone()),
                        }
                    }
                    return vec![false; self.threads].into();
                }
                Stmt::Return => {
                    if self.forks == 0 {
                        for (gone, active) in self.returned.iter_mut().zip(mask.iter()) {
                            *gone |= active;
                        }
                    }
                    return vec![false; self.threads].into();
                }
            }
        }
        mask
    }

    /// The threads of a mask that have not returned.
    fn remaining(&self, mask: &Mask) -> Mask {
        mask.iter().zip(&self.returned).map(|(m, r)| *m && !r).collect()
    }

    fn branch(&mut self, cond: Val, then: &Block, otherwise: &Block, state: &mut State, mask: &Mask) -> Mask {
        match cond {
            Val::All(0) => self.block(otherwise, state, mask.clone()),
            Val::All(_) => self.block(then, state, mask.clone()),
            Val::Each(list) => {
                let split = |want: bool| -> Mask {
                    mask.iter().zip(list.iter()).map(|(m, c)| *m && (*c != 0) == want).collect()
                };
                let (yes, no) = (split(true), split(false));
                let a = self.block(then, state, yes);
                let b = self.block(otherwise, state, no);
                a.iter().zip(b.iter()).map(|(a, b)| *a || *b).collect()
            }
            Val::Unknown | Val::Undefined => {
                let mut other = state.clone();
                self.forks += 1;
                let a = self.block(then, state, mask.clone());
                let b = self.block(otherwise, &mut other, mask.clone());
                self.forks -= 1;
                match (any(&a), any(&b)) {
                    (true, true) => merge(state, &other),
                    (false, true) => *state = other,
                    _ => {}
                }
                a.iter().zip(b.iter()).map(|(a, b)| *a || *b).collect()
            }
        }
    }

    fn repeat(&mut self, label: LabelId, body: &Block, state: &mut State, entry: Mask) -> Mask {
        self.exits.insert(label, Exit { state: None, forks: self.forks, undecided: false });
        let mut mask = entry.clone();
        let (mut turns, mut unknown) = (0, 0);
        let mut cut = false;
        while any(&mask) && self.fuel > 0 {
            mask = self.block(body, state, mask);
            turns += 1;
            if let Some(exit) = self.exits.get_mut(&label) {
                unknown += u32::from(std::mem::take(&mut exit.undecided));
            }
            if any(&mask) && (turns >= MAX_TURNS || unknown >= UNKNOWN_TURNS) {
                havoc(self.kernel, body, state);
                cut = true;
                break;
            }
        }
        let decided = any(&mask) || cut || unknown == 0;
        self.leave(label, state, decided);
        self.remaining(&entry)
    }

    /// Joins what left a label in forks with what is here.
    fn leave(&mut self, label: LabelId, state: &mut State, here: bool) {
        if let Some(Exit { state: Some(left), .. }) = self.exits.remove(&label) {
            if here {
                merge(state, &left);
            } else {
                *state = left;
            }
        }
    }

    fn each(&self, f: impl Fn(u64) -> u64) -> Slot {
        let list: Rc<[u64]> = (0..self.threads as u64).map(f).collect();
        Slot { val: Val::Each(list), object: None }
    }

    fn attribute(&self, a: Attribute, axis: u8) -> Slot {
        use Attribute::*;
        let [gx, gy, _] = self.group;
        let all = |x: u64| Slot { val: Val::All(x), object: None };
        let grid = |axis: u8| self.launch.and_then(|l| l.grid[usize::from(axis)].known()).map(|n| n as u64);
        match a {
            ThreadPositionInGrid | ThreadPositionInThreadgroup => match axis {
                0 => self.each(|t| t % gx),
                1 => self.each(|t| t / gx % gy),
                _ => self.each(|t| t / (gx * gy)),
            },
            ThreadgroupPositionInGrid => all(0),
            ThreadsPerGrid => grid(axis).map_or(UNKNOWN, all),
            ThreadsPerThreadgroup | DispatchThreadsPerThreadgroup => all(self.group[usize::from(axis)]),
            ThreadgroupsPerGrid => match (self.trace.known_threads, grid(axis)) {
                (true, Some(n)) => all(n.div_ceil(self.group[usize::from(axis)])),
                _ => UNKNOWN,
            },
            ThreadIndexInThreadgroup => self.each(|t| t),
            ThreadIndexInSimdgroup => self.each(|t| t % 32),
            SimdgroupIndexInThreadgroup => self.each(|t| t / 32),
            SimdgroupsPerThreadgroup | DispatchSimdgroupsPerThreadgroup => {
                all((self.threads as u64).div_ceil(32))
            }
            ThreadIndexInQuadgroup => self.each(|t| t % 4),
            QuadgroupIndexInThreadgroup => self.each(|t| t / 4),
            QuadgroupsPerThreadgroup | DispatchQuadgroupsPerThreadgroup => {
                all((self.threads as u64).div_ceil(4))
            }
        }
    }

    fn inst(&mut self, v: ValueId, state: &mut State, mask: &Mask) {
        self.fuel = self.fuel.saturating_sub(self.threads as u64);
        let inst = self.kernel.inst(v);
        let of = |v: ValueId| &self.values[v.index()];
        let scalar_of = |v: ValueId| self.kernel.ty(v).scalar().unwrap_or(Scalar::U64);
        let ty = self.kernel.ty(v).scalar().unwrap_or(Scalar::U64);
        let at = |o: Object| Slot { val: Val::All(0), object: Some(o) };
        let slot = match inst.op {
            Op::Const(bits) => Slot { val: Val::All(bits), object: None },
            Op::Buffer(b) => at(Object::Buffer(b)),
            Op::ThreadgroupArray(a) => at(Object::Threadgroup(a)),
            Op::PrivateArray(a) => at(Object::Private(a)),
            Op::Attribute(a, axis) => self.attribute(a, axis),
            Op::Get(var) => {
                let slot = state.vars[var.index()].clone();
                if matches!(slot.val, Val::Undefined) {
                    if self.forks == 0 && !self.trace.unwritten.contains(&v) {
                        self.trace.unwritten.push(v);
                    }
                    UNKNOWN
                } else {
                    slot
                }
            }
            // Of floating point only what is constant is known, and nothing is computed.
            Op::Unary(op, a) if !ty.is_float() => self.one(of(a), |x| scalar::unary(op, ty, x)),
            Op::Binary(op, a, b) if !ty.is_float() => {
                self.two(of(a), of(b), |x, y| scalar::binary(op, ty, x, y))
            }
            Op::Compare(op, a, b) if !scalar_of(a).is_float() && self.kernel.ty(a).scalar().is_some() => {
                let ty = scalar_of(a);
                self.two(of(a), of(b), |x, y| u64::from(scalar::compare(op, ty, x, y)))
            }
            Op::Select(c, a, b) => self.select(of(c), of(a), of(b)),
            Op::Convert(a) if !ty.is_float() && !scalar_of(a).is_float() => {
                let from = scalar_of(a);
                self.one(of(a), |x| scalar::convert(from, ty, x))
            }
            Op::Bitcast(a) if !ty.is_float() && !scalar_of(a).is_float() => {
                let from = scalar_of(a);
                self.one(of(a), |x| scalar::bitcast(from, ty, x))
            }
            Op::Offset { base, index, scale } => {
                let signed = scalar_of(index);
                let wide = |i: u64| scalar::convert(signed, Scalar::I64, i).wrapping_mul(u64::from(scale));
                let moved = self.two(of(base), of(index), |p, i| p.wrapping_add(wide(i)));
                Slot { object: of(base).object, ..moved }
            }
            Op::Lane {
                op:
                    LaneOp::Shuffle
                    | LaneOp::ShuffleUp
                    | LaneOp::ShuffleDown
                    | LaneOp::ShuffleXor
                    | LaneOp::BroadcastFirst,
                a: Some(a),
                ..
            } => match &of(a).val {
                Val::All(x) => Slot { val: Val::All(*x), object: None },
                _ => UNKNOWN,
            },
            Op::Load(p) => {
                let pointer = of(p).clone();
                self.access(v, &pointer, ty.size(), None, state, mask);
                UNKNOWN
            }
            Op::Store(p, x) => {
                let pointer = of(p).clone();
                let size = scalar_of(x).size();
                self.access(v, &pointer, size, Some(x), state, mask);
                return;
            }
            Op::Atomic { pointer, .. } => {
                let pointer = of(pointer).clone();
                state.memory.initialise(pointer.object);
                UNKNOWN
            }
            Op::Barrier(kind, flags) => {
                state.memory.barrier(v, kind == Barrier::Threadgroup, flags);
                return;
            }
            _ => UNKNOWN,
        };
        if matches!(inst.ty, Some(Type::Scalar(_) | Type::Pointer(_))) {
            self.values[v.index()] = slot;
        }
    }

    fn one(&self, a: &Slot, f: impl Fn(u64) -> u64) -> Slot {
        let val = match &a.val {
            Val::All(x) => Val::All(f(*x)),
            Val::Each(list) => Val::Each(list.iter().map(|x| f(*x)).collect()),
            _ => Val::Unknown,
        };
        Slot { val, object: None }
    }

    fn two(&self, a: &Slot, b: &Slot, f: impl Fn(u64, u64) -> u64) -> Slot {
        let val = match (&a.val, &b.val) {
            (Val::All(x), Val::All(y)) => Val::All(f(*x, *y)),
            (Val::Unknown | Val::Undefined, _) | (_, Val::Unknown | Val::Undefined) => Val::Unknown,
            (a, b) => Val::Each(
                (0..self.threads).map(|i| f(a.lane(i).unwrap_or(0), b.lane(i).unwrap_or(0))).collect(),
            ),
        };
        Slot { val, object: None }
    }

    fn select(&self, c: &Slot, a: &Slot, b: &Slot) -> Slot {
        let val = match (&c.val, &a.val, &b.val) {
            (Val::All(0), _, b) => b.clone(),
            (Val::All(_), a, _) => a.clone(),
            (Val::Each(c), a @ (Val::All(_) | Val::Each(_)), b @ (Val::All(_) | Val::Each(_))) => Val::Each(
                c.iter()
                    .enumerate()
                    .map(|(i, c)| if *c != 0 { a.lane(i) } else { b.lane(i) }.unwrap_or(0))
                    .collect(),
            ),
            _ => Val::Unknown,
        };
        Slot { val, object: if a.object == b.object { a.object } else { None } }
    }

    /// A load, or a store of a value.
    fn access(
        &mut self,
        v: ValueId,
        pointer: &Slot,
        size: usize,
        stored: Option<ValueId>,
        state: &mut State,
        mask: &Mask,
    ) {
        let Some(object) = pointer.object else { return };
        let memory = &mut state.memory;
        if matches!(pointer.val, Val::Unknown | Val::Undefined) {
            if stored.is_some() {
                memory.initialise(Some(object));
            }
            return;
        }
        // One value for all threads: who wrote it last does not matter.
        let same = stored.is_some_and(|x| self.flow.vary(x) <= super::flow::Vary::Group);
        for (thread, _) in mask.iter().enumerate().filter(|(_, active)| **active) {
            let Some(offset) = pointer.val.lane(thread) else { continue };
            let access = Access {
                inst: v,
                thread: thread as u32,
                offset,
                size: size as u64,
                write: stored.is_some(),
                same,
            };
            let seen = memory.access(self.kernel, object, access);
            if seen.outside && self.forks == 0 && !self.trace.outside.contains(&v) {
                self.trace.outside.push(v);
            }
            if seen.unwritten && self.forks == 0 && !self.trace.unwritten.contains(&v) {
                self.trace.unwritten.push(v);
            }
            if seen.shared && !self.trace.shared_stores.contains(&v) {
                self.trace.shared_stores.push(v);
            }
            if let Some(race) = seen.race {
                match self
                    .trace
                    .races
                    .iter_mut()
                    .find(|r| r.first == race.first && r.second == race.second && r.kind == race.kind)
                {
                    Some(known) => known.same_simd &= race.same_simd,
                    None => self.trace.races.push(race),
                }
            }
        }
    }
}

/// A variable after some threads have set it.
fn blend(old: &Slot, new: Slot, mask: &Mask) -> Slot {
    let all = mask.iter().all(|m| *m);
    if all || matches!(old.val, Val::Undefined) {
        return new;
    }
    let val = match (&old.val, &new.val) {
        (Val::All(x), Val::All(y)) if x == y => Val::All(*x),
        (a @ (Val::All(_) | Val::Each(_)), b @ (Val::All(_) | Val::Each(_))) => Val::Each(
            mask.iter()
                .enumerate()
                .map(|(i, m)| if *m { b.lane(i) } else { a.lane(i) }.unwrap_or(0))
                .collect(),
        ),
        _ => Val::Unknown,
    };
    Slot { val, object: if old.object == new.object { old.object } else { None } }
}

/// Joins two ways into the first.
fn merge(into: &mut State, from: &State) {
    for (a, b) in into.vars.iter_mut().zip(&from.vars) {
        let same = match (&a.val, &b.val) {
            (Val::Undefined, Val::Undefined) | (Val::Unknown, _) => true,
            (Val::All(x), Val::All(y)) => x == y,
            (Val::Each(x), Val::Each(y)) => Rc::ptr_eq(x, y) || x == y,
            _ => false,
        };
        if !same {
            a.val = Val::Unknown;
        }
        if a.object != b.object {
            a.object = None;
        }
    }
    into.memory.merge(&from.memory);
}

/// What a loop may still do: its variables become unknown, its arrays written.
fn havoc(kernel: &Kernel, block: &Block, state: &mut State) {
    for stmt in block {
        match stmt {
            Stmt::Set(var, _) => state.vars[var.index()].val = Val::Unknown,
            Stmt::Inst(v) => {
                if let Op::Store(p, _) | Op::Atomic { pointer: p, .. } = kernel.inst(*v).op {
                    state.memory.initialise(super::flow::object(kernel, p));
                }
            }
            Stmt::If { then, otherwise, .. } => {
                havoc(kernel, then, state);
                havoc(kernel, otherwise, state);
            }
            Stmt::Loop { body, .. } | Stmt::Block { body, .. } => havoc(kernel, body, state),
            _ => {}
        }
    }
}

/// The flags of a barrier in words.
pub fn flag_words(flags: MemoryFlags) -> &'static str {
    match (flags.device, flags.threadgroup) {
        (false, false) => "mem_none",
        (true, false) => "mem_device",
        (false, true) => "mem_threadgroup",
        (true, true) => "mem_device | mem_threadgroup",
    }
}
