//! Where values and variables are last read, in the order of the compiling walk; a value that a loop reads stays alive
//! to the loop's end.

use crate::simplify::Simplified;
use emberforge_ir::{Block, Kernel, Op, Stmt, ValueId};
use std::collections::HashSet;

/// Where values and variables are last read, in the order of the walk.
pub(crate) struct Liveness<'k> {
    kernel: &'k Kernel,
    simple: &'k Simplified,
    pub(crate) position: u32,
    pub(crate) used: Vec<bool>,
    /// Offsets folded into their only access.
    pub(crate) folded: Vec<bool>,
    defined: Vec<u32>,
    pub(crate) last: Vec<u32>,
    var_first: Vec<u32>,
    pub(crate) var_last: Vec<u32>,
    /// Positions of writes, ascending.
    var_sets: Vec<Vec<u32>>,
    /// Positions where memory changes or control parts, ascending.
    hazards: Vec<u32>,
    loops: Vec<OpenLoop>,
}

struct OpenLoop {
    start: u32,
    values: Vec<ValueId>,
    vars: Vec<usize>,
}

impl<'k> Liveness<'k> {
    pub(crate) fn new(kernel: &'k Kernel, simple: &'k Simplified) -> Self {
        let values = kernel.insts.len();
        let vars = kernel.vars.len();
        let mut live = Liveness {
            kernel,
            simple,
            position: 0,
            used: vec![false; values],
            folded: vec![false; values],
            defined: vec![0; values],
            last: vec![0; values],
            var_first: vec![u32::MAX; vars],
            var_last: vec![0; vars],
            var_sets: vec![Vec::new(); vars],
            hazards: Vec::new(),
            loops: Vec::new(),
        };
        live.mark(&kernel.body);
        live
    }

    /// Marks what is reachable from effects, and the offsets that fold.
    fn mark(&mut self, body: &Block) {
        let mut uses = vec![0u32; self.kernel.insts.len()];
        let mut roots = Vec::new();
        collect_roots(self.kernel, self.simple, body, &mut roots);
        let mut work = roots;
        for v in &mut work {
            *v = self.simple.of(*v);
            uses[v.index()] += 1;
        }
        while let Some(v) = work.pop() {
            if std::mem::replace(&mut self.used[v.index()], true) {
                continue;
            }
            for operand in self.simple.op(v).operands() {
                uses[operand.index()] += 1;
                work.push(operand);
            }
        }
        self.fold(body, &uses);
    }

    /// An offset used once, by an access of the same statement list, is computed by that access.
    fn fold(&mut self, body: &Block, uses: &[u32]) {
        let mut here: HashSet<ValueId> = HashSet::new();
        for stmt in body {
            match stmt {
                Stmt::Inst(v) if self.used[v.index()] => {
                    let op = self.simple.op(*v);
                    if let Op::Offset { .. } = op
                        && uses[v.index()] == 1
                        && !self.simple.is_invariant(*v)
                    {
                        here.insert(*v);
                    }
                    let pointer = match op {
                        Op::Load(p) | Op::Store(p, _) => Some(p),
                        Op::Atomic { pointer, .. } => Some(pointer),
                        // A chain of offsets keeps only its last link folded.
                        _ => None,
                    };
                    if let Some(p) = pointer
                        && here.contains(&p)
                    {
                        self.folded[p.index()] = true;
                    }
                }
                Stmt::If { then, otherwise, .. } => {
                    self.fold(then, uses);
                    self.fold(otherwise, uses);
                }
                Stmt::Loop { body, .. } | Stmt::Block { body, .. } => self.fold(body, uses),
                _ => {}
            }
        }
    }

    fn read(&mut self, value: ValueId) {
        let value = self.simple.of(value);
        if self.folded[value.index()] {
            for operand in self.simple.op(value).operands() {
                self.read(operand);
            }
            return;
        }
        self.last[value.index()] = self.last[value.index()].max(self.position);
        if let Some(open) = self.loops.last_mut() {
            open.values.push(value);
        }
        // The value may be read in the variable's own slot.
        if let Op::Get(var) = self.simple.op(value) {
            self.touch(var.index());
        }
    }

    fn touch(&mut self, var: usize) {
        self.var_first[var] = self.var_first[var].min(self.position);
        self.var_last[var] = self.var_last[var].max(self.position);
        if let Some(open) = self.loops.last_mut() {
            open.vars.push(var);
        }
    }

    pub(crate) fn block(&mut self, body: &Block) {
        for stmt in body {
            self.position += 1;
            match stmt {
                Stmt::Declare(_) | Stmt::Set(..) => {}
                Stmt::Inst(v) if !self.kernel.inst(*v).op.has_effect() => {}
                _ => self.hazards.push(self.position),
            }
            match stmt {
                Stmt::Inst(v) => {
                    if !self.used[v.index()] || self.folded[v.index()] {
                        continue;
                    }
                    self.defined[v.index()] = self.position;
                    self.last[v.index()] = self.position;
                    let op = self.simple.op(*v);
                    for operand in op.operands() {
                        self.read(operand);
                    }
                    if let Op::Get(var) = op {
                        self.touch(var.index());
                    }
                }
                Stmt::Declare(var) | Stmt::Set(var, _) if self.simple.is_name(*var) => {}
                Stmt::Declare(var) => self.touch(var.index()),
                Stmt::Set(var, value) => {
                    self.read(*value);
                    self.touch(var.index());
                    self.var_sets[var.index()].push(self.position);
                }
                Stmt::If { cond, then, otherwise, .. } => {
                    self.read(*cond);
                    self.block(then);
                    self.block(otherwise);
                }
                Stmt::Loop { body, .. } => {
                    self.loops.push(OpenLoop { start: self.position, values: Vec::new(), vars: Vec::new() });
                    self.block(body);
                    self.position += 1;
                    self.close_loop();
                }
                Stmt::Block { body, .. } => self.block(body),
                Stmt::Break(_) | Stmt::Return => {}
            }
        }
    }

    /// What the loop reads from before it lives to its end.
    fn close_loop(&mut self) {
        let Some(mut open) = self.loops.pop() else { return };
        open.values.sort_unstable();
        open.values.dedup();
        open.vars.sort_unstable();
        open.vars.dedup();
        for v in open.values {
            if self.defined[v.index()] < open.start {
                self.last[v.index()] = self.position;
                if let Some(outer) = self.loops.last_mut() {
                    outer.values.push(v);
                }
            }
        }
        for var in open.vars {
            if self.var_first[var] < open.start {
                self.var_last[var] = self.position;
                if let Some(outer) = self.loops.last_mut() {
                    outer.vars.push(var);
                }
            }
        }
    }

    /// True when nothing is stored and control does not part between a load and its value's last use.
    pub(crate) fn loads_lazily(&self, value: ValueId) -> bool {
        let (from, to) = (self.defined[value.index()], self.last[value.index()]);
        let next = self.hazards.partition_point(|&p| p <= from);
        self.hazards.get(next).is_none_or(|&p| p >= to)
    }

    /// True when no write to the variable happens between the read at `from` and the value's last use.
    pub(crate) fn reads_in_place(&self, var: usize, value: ValueId) -> bool {
        let (from, to) = (self.defined[value.index()], self.last[value.index()]);
        let sets = &self.var_sets[var];
        let next = sets.partition_point(|&p| p <= from);
        // A write at `to` itself is the statement that consumes the value.
        sets.get(next).is_none_or(|&p| p >= to)
    }
}

/// The values that statements and effects use directly.
fn collect_roots(kernel: &Kernel, simple: &Simplified, body: &Block, roots: &mut Vec<ValueId>) {
    for stmt in body {
        match stmt {
            Stmt::Inst(v) if kernel.inst(*v).op.has_effect() => roots.push(*v),
            Stmt::Set(var, v) if !simple.is_name(*var) => roots.push(*v),
            Stmt::If { cond, then, otherwise, .. } => {
                roots.push(*cond);
                collect_roots(kernel, simple, then, roots);
                collect_roots(kernel, simple, otherwise, roots);
            }
            Stmt::Loop { body, .. } | Stmt::Block { body, .. } => collect_roots(kernel, simple, body, roots),
            _ => {}
        }
    }
}
