//! Leaves out of a kernel what nothing needs: instructions whose results are not used, variables that are not read,
//! objects that are not named. Lowering drops whole statement lists, whose instructions would otherwise remain.

use emberforge_ir as ir;
use ir::{ArrayId, Block, Kernel, Op, Stmt, TableId, ValueId, VarId};

/// The kernel without what nothing needs, instructions numbered in the order they stand.
pub(crate) fn compact(kernel: Kernel) -> Kernel {
    let live = Liveness::of(&kernel);
    let Kernel { name, buffers, tables, threadgroup, private, vars, labels, insts, body } = kernel;
    let mut out = Compaction {
        old: insts,
        live,
        kernel: Kernel { name, buffers, labels, ..Kernel::default() },
        values: Vec::new(),
        vars: vec![None; vars.len()],
        tables: vec![None; tables.len()],
        threadgroup: vec![None; threadgroup.len()],
        private: vec![None; private.len()],
        old_vars: vars,
        old_tables: tables,
        old_threadgroup: threadgroup,
        old_private: private,
    };
    out.values = vec![ValueId(0); out.old.len()];
    let body = out.block(body);
    out.kernel.body = body;
    out.kernel
}

struct Liveness {
    values: Vec<bool>,
    vars: Vec<bool>,
}

impl Liveness {
    fn of(kernel: &Kernel) -> Liveness {
        let mut sets: Vec<Vec<ValueId>> = vec![Vec::new(); kernel.vars.len()];
        let mut work: Vec<ValueId> = Vec::new();
        collect(&kernel.body, kernel, &mut sets, &mut work);
        let mut live =
            Liveness { values: vec![false; kernel.insts.len()], vars: vec![false; kernel.vars.len()] };
        while let Some(value) = work.pop() {
            if std::mem::replace(&mut live.values[value.index()], true) {
                continue;
            }
            let op = &kernel.insts[value.index()].op;
            work.extend(op.operands());
            if let Op::Get(var) = op
                && !std::mem::replace(&mut live.vars[var.index()], true)
            {
                work.append(&mut sets[var.index()]);
            }
        }
        live
    }
}

/// What must stay whatever uses it, and what each variable is set to.
fn collect(block: &Block, kernel: &Kernel, sets: &mut [Vec<ValueId>], roots: &mut Vec<ValueId>) {
    for stmt in block {
        match stmt {
            Stmt::Inst(value) if kernel.insts[value.index()].op.has_effect() => roots.push(*value),
            Stmt::Set(var, value) => sets[var.index()].push(*value),
            Stmt::If { cond, then, otherwise, .. } => {
                roots.push(*cond);
                collect(then, kernel, sets, roots);
                collect(otherwise, kernel, sets, roots);
            }
            Stmt::Loop { body, .. } | Stmt::Block { body, .. } => collect(body, kernel, sets, roots),
            _ => {}
        }
    }
}

struct Compaction {
    old: Vec<ir::Inst>,
    live: Liveness,
    kernel: Kernel,
    values: Vec<ValueId>,
    vars: Vec<Option<VarId>>,
    tables: Vec<Option<TableId>>,
    threadgroup: Vec<Option<ArrayId>>,
    private: Vec<Option<ArrayId>>,
    old_vars: Vec<ir::Var>,
    old_tables: Vec<ir::Table>,
    old_threadgroup: Vec<ir::Array>,
    old_private: Vec<ir::Array>,
}

impl Compaction {
    fn block(&mut self, block: Block) -> Block {
        let mut out = Vec::with_capacity(block.len());
        for stmt in block {
            match stmt {
                Stmt::Inst(value) => {
                    if self.live.values[value.index()] {
                        out.push(Stmt::Inst(self.inst(value)));
                    }
                }
                Stmt::Declare(var) => {
                    if self.live.vars[var.index()] {
                        out.push(Stmt::Declare(self.var(var)));
                    }
                }
                Stmt::Set(var, value) => {
                    if self.live.vars[var.index()] {
                        out.push(Stmt::Set(self.var(var), self.values[value.index()]));
                    }
                }
                Stmt::If { cond, then, otherwise, span } => {
                    let cond = self.values[cond.index()];
                    let (then, otherwise) = (self.block(then), self.block(otherwise));
                    if !then.is_empty() || !otherwise.is_empty() {
                        out.push(Stmt::If { cond, then, otherwise, span });
                    }
                }
                Stmt::Loop { label, body, span } => {
                    let body = self.block(body);
                    out.push(Stmt::Loop { label, body, span });
                }
                Stmt::Block { label, body } => {
                    let body = self.block(body);
                    out.push(Stmt::Block { label, body });
                }
                other @ (Stmt::Break(_) | Stmt::Return) => out.push(other),
            }
        }
        out
    }

    fn var(&mut self, var: VarId) -> VarId {
        if let Some(known) = self.vars[var.index()] {
            return known;
        }
        let new = VarId(self.kernel.vars.len() as u32);
        self.kernel.vars.push(self.old_vars[var.index()].clone());
        self.vars[var.index()] = Some(new);
        new
    }

    fn inst(&mut self, value: ValueId) -> ValueId {
        let mut inst = self.old[value.index()].clone();
        inst.op = self.op(inst.op);
        self.kernel.insts.push(inst);
        let new = ValueId(self.kernel.insts.len() as u32 - 1);
        self.values[value.index()] = new;
        new
    }

    fn op(&mut self, op: Op) -> Op {
        let v = |value: ValueId| self.values[value.index()];
        match op {
            Op::Const(_) | Op::Buffer(_) | Op::Attribute(..) | Op::Barrier(..) => op,
            Op::Get(var) => Op::Get(self.var(var)),
            Op::Table(id) => {
                let slot = &mut self.tables[id.index()];
                let list = &mut self.kernel.tables;
                Op::Table(*slot.get_or_insert_with(|| {
                    list.push(std::mem::replace(
                        &mut self.old_tables[id.index()],
                        ir::Table { name: String::new(), data: Vec::new() },
                    ));
                    TableId(list.len() as u32 - 1)
                }))
            }
            Op::ThreadgroupArray(id) => Op::ThreadgroupArray(keep(
                &mut self.threadgroup[id.index()],
                &mut self.kernel.threadgroup,
                &self.old_threadgroup[id.index()],
            )),
            Op::PrivateArray(id) => Op::PrivateArray(keep(
                &mut self.private[id.index()],
                &mut self.kernel.private,
                &self.old_private[id.index()],
            )),
            Op::Unary(op, a) => Op::Unary(op, v(a)),
            Op::Binary(op, a, b) => Op::Binary(op, v(a), v(b)),
            Op::Compare(op, a, b) => Op::Compare(op, v(a), v(b)),
            Op::Select(a, b, c) => Op::Select(v(a), v(b), v(c)),
            Op::Fma(a, b, c) => Op::Fma(v(a), v(b), v(c)),
            Op::Math(op, a, b) => Op::Math(op, v(a), b.map(v)),
            Op::Convert(a) => Op::Convert(v(a)),
            Op::Bitcast(a) => Op::Bitcast(v(a)),
            Op::Offset { base, index, scale } => Op::Offset { base: v(base), index: v(index), scale },
            Op::Address(a) => Op::Address(v(a)),
            Op::Load(a) => Op::Load(v(a)),
            Op::Store(a, b) => Op::Store(v(a), v(b)),
            Op::Atomic { op, pointer, value, expected } => {
                Op::Atomic { op, pointer: v(pointer), value: value.map(v), expected: expected.map(v) }
            }
            Op::Lane { op, group, a, b } => Op::Lane { op, group, a: a.map(v), b: b.map(v) },
            Op::MatrixMultiply { element, a, b, c } => {
                Op::MatrixMultiply { element, a: a.map(v), b: b.map(v), c: v(c) }
            }
        }
    }
}

fn keep(slot: &mut Option<ArrayId>, list: &mut Vec<ir::Array>, old: &ir::Array) -> ArrayId {
    *slot.get_or_insert_with(|| {
        list.push(old.clone());
        ArrayId(list.len() as u32 - 1)
    })
}
