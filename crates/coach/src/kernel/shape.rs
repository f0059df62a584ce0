//! Questions about single instructions: where a value comes from, what it depends on, what guards it.

use emberforge_base::Span;
use emberforge_ir::{Attribute, BinaryOp, CompareOp, Kernel, LaneOp, Op, Scalar, UnaryOp, ValueId, VarId};

use emberforge_msl::syntax::ast::{Ident, Item, Stmt, StmtKind};

use super::flow::{ContextKind, Flow, Object, Vary, bare, constant, object};
use super::trace::{Race, RaceKind, Trace};

/// Whether a value depends on something that `is` names, through variables too.
pub fn depends(kernel: &Kernel, flow: &Flow, v: ValueId, is: &dyn Fn(&Op) -> bool) -> bool {
    let mut seen = vec![false; kernel.insts.len()];
    let mut vars: Vec<VarId> = Vec::new();
    let mut work = vec![v];
    while let Some(v) = work.pop() {
        if std::mem::replace(&mut seen[v.index()], true) {
            continue;
        }
        let op = kernel.inst(v).op;
        if is(&op) {
            return true;
        }
        work.extend(op.operands());
        if let Op::Get(var) = op
            && !vars.contains(&var)
        {
            vars.push(var);
            for set in flow.sets(var) {
                work.push(*set);
                // What decides whether it is set decides its value.
                work.extend(flow.around(*set).filter_map(condition));
            }
        }
    }
    false
}

/// The condition of a branch.
pub fn condition(context: ContextKind) -> Option<ValueId> {
    match context {
        ContextKind::Then(c) | ContextKind::Else(c) => Some(c),
        _ => None,
    }
}

/// Whether a value depends on which threadgroup runs.
pub fn depends_on_group(kernel: &Kernel, flow: &Flow, v: ValueId) -> bool {
    depends(kernel, flow, v, &|op| {
        matches!(
            op,
            Op::Attribute(Attribute::ThreadgroupPositionInGrid | Attribute::ThreadPositionInGrid, _)
                | Op::Atomic { .. }
        )
    })
}

/// Follows conversions and variables that are set once to what a value is.
pub fn origin(kernel: &Kernel, flow: &Flow, v: ValueId) -> ValueId {
    let mut at = bare(kernel, v);
    for _ in 0..16 {
        let next = match kernel.inst(at).op {
            Op::Get(var) => match flow.sets(var) {
                [only] => *only,
                _ => return at,
            },
            Op::Convert(a) => a,
            _ => return at,
        };
        at = bare(kernel, next);
    }
    at
}

/// The attribute that a value is, through conversions and variables.
pub fn attribute(kernel: &Kernel, flow: &Flow, v: ValueId) -> Option<(Attribute, u8)> {
    match kernel.inst(origin(kernel, flow, v)).op {
        Op::Attribute(a, axis) => Some((a, axis)),
        _ => None,
    }
}

/// The scalar type of a value.
pub fn scalar(kernel: &Kernel, v: ValueId) -> Scalar {
    kernel.ty(v).scalar().unwrap_or(Scalar::U64)
}

/// A condition as comparisons that all hold where it does (or, for `negated`, where it does not).
pub fn facts(
    kernel: &Kernel,
    flow: &Flow,
    cond: ValueId,
    holds: bool,
    out: &mut Vec<(CompareOp, ValueId, ValueId)>,
) {
    let at = match kernel.inst(cond).op {
        Op::Get(var) => match flow.sets(var) {
            [only] => *only,
            sets => {
                // `a && b` is a variable set to b where a holds, and to false elsewhere.
                let falses = sets.iter().filter(|s| constant(kernel, **s) == Some(0)).count();
                if holds && falses + 1 == sets.len() {
                    for set in sets.iter().filter(|s| constant(kernel, **s) != Some(0)) {
                        facts(kernel, flow, *set, true, out);
                        for c in flow.around(*set).take(4) {
                            match c {
                                ContextKind::Then(c) if c != cond => facts(kernel, flow, c, true, out),
                                ContextKind::Else(c) if c != cond => facts(kernel, flow, c, false, out),
                                _ => {}
                            }
                        }
                    }
                }
                let trues = sets.iter().filter(|s| constant(kernel, **s) == Some(1)).count();
                if !holds && trues + 1 == sets.len() {
                    for set in sets.iter().filter(|s| constant(kernel, **s) != Some(1)) {
                        facts(kernel, flow, *set, false, out);
                        for c in flow.around(*set).take(4) {
                            match c {
                                ContextKind::Then(c) if c != cond => facts(kernel, flow, c, true, out),
                                ContextKind::Else(c) if c != cond => facts(kernel, flow, c, false, out),
                                _ => {}
                            }
                        }
                    }
                }
                return;
            }
        },
        _ => cond,
    };
    match kernel.inst(at).op {
        Op::Compare(op, a, b) => out.push((if holds { op } else { inverse(op) }, a, b)),
        Op::Unary(UnaryOp::Not, a) => facts(kernel, flow, a, !holds, out),
        Op::Binary(BinaryOp::And, a, b) if holds => {
            facts(kernel, flow, a, true, out);
            facts(kernel, flow, b, true, out);
        }
        Op::Binary(BinaryOp::Or, a, b) if !holds => {
            facts(kernel, flow, a, false, out);
            facts(kernel, flow, b, false, out);
        }
        _ => {}
    }
}

fn inverse(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Eq => CompareOp::Ne,
        CompareOp::Ne => CompareOp::Eq,
        CompareOp::Lt => CompareOp::Ge,
        CompareOp::Le => CompareOp::Gt,
        CompareOp::Gt => CompareOp::Le,
        CompareOp::Ge => CompareOp::Lt,
    }
}

/// What is known to hold at an instruction from the branches around it.
pub fn guards(kernel: &Kernel, flow: &Flow, v: ValueId) -> Vec<(CompareOp, ValueId, ValueId)> {
    let mut out = Vec::new();
    for c in flow.around(v) {
        match c {
            ContextKind::Then(c) => facts(kernel, flow, c, true, &mut out),
            ContextKind::Else(c) => facts(kernel, flow, c, false, &mut out),
            _ => {}
        }
    }
    out
}

/// Whether two values are the same number: the same instruction, constants, or operations on the same.
pub fn same(kernel: &Kernel, flow: &Flow, a: ValueId, b: ValueId, depth: u32) -> bool {
    let (a, b) = (origin(kernel, flow, a), origin(kernel, flow, b));
    if a == b {
        return true;
    }
    if depth == 0 {
        return false;
    }
    let next = |a: ValueId, b: ValueId| same(kernel, flow, a, b, depth - 1);
    match (kernel.inst(a).op, kernel.inst(b).op) {
        (Op::Const(x), Op::Const(y)) => x == y,
        (Op::Get(x), Op::Get(y)) => x == y,
        (Op::Attribute(x, i), Op::Attribute(y, j)) => x == y && i == j,
        (Op::Binary(o, p, q), Op::Binary(r, s, t)) => o == r && next(p, s) && next(q, t),
        (Op::Load(p), Op::Load(q)) => next(p, q),
        (Op::Buffer(x), Op::Buffer(y)) => x == y,
        (Op::ThreadgroupArray(x), Op::ThreadgroupArray(y)) => x == y,
        (Op::PrivateArray(x), Op::PrivateArray(y)) => x == y,
        (Op::Offset { base: p, index: i, scale: s }, Op::Offset { base: q, index: j, scale: t }) => {
            s == t && next(p, q) && next(i, j)
        }
        _ => false,
    }
}

/// Whether a value is made by adding to what the same variable held: `s = s + x`.
pub fn accumulates(kernel: &Kernel, set: ValueId, var: VarId) -> bool {
    let holds = |v: ValueId| {
        let mut v = v;
        while let Op::Convert(a) = kernel.inst(v).op {
            v = a;
        }
        matches!(kernel.inst(v).op, Op::Get(g) if g == var)
    };
    let mut at = set;
    while let Op::Convert(a) = kernel.inst(at).op {
        at = a;
    }
    match kernel.inst(at).op {
        Op::Binary(BinaryOp::Add | BinaryOp::Sub, a, b) => holds(a) || holds(b),
        Op::Fma(_, _, c) => holds(c),
        _ => false,
    }
}

/// Whether a race is that of an update: the later write stores what was made from the earlier read of the same
/// address.
pub fn read_modify_write(kernel: &Kernel, flow: &Flow, trace: &Trace, race: &Race) -> bool {
    let (Op::Load(from), Op::Store(to, value)) = (kernel.inst(race.first).op, kernel.inst(race.second).op)
    else {
        return false;
    };
    let uses = |op: &Op| matches!(op, Op::Load(p) if *p == from);
    race.kind == RaceKind::WriteAfterRead
        && trace.shared_stores.contains(&race.second)
        && same(kernel, flow, from, to, 8)
        && depends(kernel, flow, value, &uses)
}

/// Whether a store stores what a reduction over a simdgroup gave, or something made of it.
pub fn stores_simd_reduction(kernel: &Kernel, flow: &Flow, store: ValueId) -> bool {
    let Op::Store(_, value) = kernel.inst(store).op else { return false };
    flow.vary(value) == Vary::Simd
        && depends(kernel, flow, value, &|op| {
            matches!(op, Op::Lane { op: LaneOp::Sum | LaneOp::Product | LaneOp::Min | LaneOp::Max, .. })
        })
}

/// Whether threads return by their position in the grid.
pub fn returns_by_group(kernel: &Kernel, flow: &Flow) -> bool {
    flow.return_conditions.iter().any(|c| depends_on_group(kernel, flow, *c))
}

/// Whether no instruction stores to an object.
pub fn never_stored(kernel: &Kernel, flow: &Flow, to: Object) -> bool {
    !flow.order().iter().any(|v| match kernel.inst(*v).op {
        Op::Store(p, _) | Op::Atomic { pointer: p, .. } => object(kernel, p).is_none_or(|o| o == to),
        _ => false,
    })
}

/// Whether an index is a loop variable whose bound comes from memory and nothing limits either.
pub fn unbounded_index(kernel: &Kernel, flow: &Flow, v: ValueId, pointer: ValueId) -> bool {
    let Op::Offset { index, .. } = kernel.inst(pointer).op else { return false };
    let index = bare(kernel, index);
    let Op::Get(var) = kernel.inst(index).op else { return false };
    let guards = guards(kernel, flow, v);
    let constant_guard = guards.iter().any(|(_, a, b)| {
        let about = |x: ValueId| matches!(kernel.inst(bare(kernel, x)).op, Op::Get(g) if g == var);
        (about(*a) && constant(kernel, *b).is_some()) || (about(*b) && constant(kernel, *a).is_some())
    });
    if constant_guard {
        return false;
    }
    flow.loop_tests(v).any(|(test, holds)| {
        let mut facts_of = Vec::new();
        facts(kernel, flow, test, holds, &mut facts_of);
        // A second limit in the same test is one.
        let [(op, a, b)] = facts_of[..] else { return false };
        let is_var = matches!(kernel.inst(bare(kernel, a)).op, Op::Get(g) if g == var);
        let bound = origin(kernel, flow, b);
        is_var && matches!(op, CompareOp::Lt | CompareOp::Le) && matches!(kernel.inst(bound).op, Op::Load(_))
    })
}

/// A sum in a half type.
#[derive(Clone, Debug)]
pub struct HalfSum {
    /// The variable.
    pub name: String,
    /// Where it is added to.
    pub span: Span,
    /// The type is a template type of unknown value.
    pub assumed: bool,
}

/// Variables of half types that a loop of more than 32 turns adds to.
pub fn half_sums(kernel: &Kernel, flow: &Flow, assumed: bool) -> Vec<HalfSum> {
    let mut out = Vec::new();
    for (i, var) in kernel.vars.iter().enumerate() {
        let id = VarId(i as u32);
        if !matches!(var.ty.scalar(), Some(Scalar::F16 | Scalar::BF16)) {
            continue;
        }
        for set in flow.sets(id) {
            if accumulates(kernel, *set, id) && flow.carried(id, *set) && !short_loop(kernel, flow, *set) {
                out.push(HalfSum { name: var.name.clone(), span: kernel.inst(*set).span, assumed });
                break;
            }
        }
    }
    out
}

/// Whether the loops around an instruction make at most 32 turns together.
fn short_loop(kernel: &Kernel, flow: &Flow, v: ValueId) -> bool {
    let mut turns = 1;
    let mut tests = 0;
    for (test, holds) in flow.loop_tests(v) {
        let mut facts_of = Vec::new();
        facts(kernel, flow, test, holds, &mut facts_of);
        let bound = facts_of.iter().find_map(|(op, _, b)| match op {
            CompareOp::Lt => constant(kernel, *b),
            CompareOp::Le => constant(kernel, *b).map(|n| n + 1),
            _ => None,
        });
        match bound {
            Some(n) => turns *= n.max(1),
            None => return false,
        }
        tests += 1;
    }
    tests > 0 && turns <= 32
}

/// Follows float conversions and variables that are set once to what a value is.
pub fn plain(kernel: &Kernel, flow: &Flow, v: ValueId) -> ValueId {
    let mut at = v;
    for _ in 0..16 {
        at = match kernel.inst(at).op {
            Op::Convert(a) => a,
            Op::Get(var) => match flow.sets(var) {
                [only] => *only,
                _ => return at,
            },
            _ => return at,
        };
    }
    at
}

/// The number of unknown factors of the longest product in an index.
pub fn factors(kernel: &Kernel, flow: &Flow, index: ValueId) -> usize {
    fn count(kernel: &Kernel, flow: &Flow, v: ValueId, depth: u32) -> usize {
        if depth == 0 {
            return 0;
        }
        let next = |v: ValueId| count(kernel, flow, v, depth - 1);
        match kernel.inst(origin(kernel, flow, v)).op {
            Op::Binary(BinaryOp::Mul, a, b) => next(a).max(1) + next(b).max(1),
            Op::Binary(BinaryOp::Add | BinaryOp::Sub, a, b) => next(a).max(next(b)),
            Op::Const(_) => 0,
            _ => 1,
        }
    }
    match count(kernel, flow, index, 12) {
        1 => 0,
        n => n,
    }
}

/// A use of a value.
#[derive(Clone, Copy, Debug)]
pub enum Use {
    /// By an instruction.
    By(ValueId),
    /// It is put into a variable of several values; the context of that.
    Set(u32),
}

/// The uses of a value, directly or through conversions and variables that hold nothing else.
pub fn uses(kernel: &Kernel, flow: &Flow, v: ValueId) -> Vec<Use> {
    let mut out = Vec::new();
    let mut work = vec![v];
    while let Some(v) = work.pop() {
        for w in flow.order() {
            let op = kernel.inst(*w).op;
            match op {
                Op::Convert(a) if a == v => work.push(*w),
                Op::Get(var) if flow.sets(var) == [v] => work.push(*w),
                _ if op.operands().contains(&v) => out.push(Use::By(*w)),
                _ => {}
            }
        }
        out.extend(flow.joined_sets(v).map(Use::Set));
        if out.len() > 64 {
            return out;
        }
    }
    out
}

/// Whether a condition is about the numbers that an index is made of.
pub fn bounds_index(kernel: &Kernel, flow: &Flow, cond: ValueId, index: ValueId) -> bool {
    let mut compared = Vec::new();
    let mut work = vec![cond];
    let mut seen = vec![false; kernel.insts.len()];
    while let Some(v) = work.pop() {
        if std::mem::replace(&mut seen[v.index()], true) {
            continue;
        }
        match kernel.inst(v).op {
            Op::Compare(op, a, b) if op != CompareOp::Eq && op != CompareOp::Ne => compared.extend([a, b]),
            Op::Get(var) => {
                for set in flow.sets(var) {
                    work.push(*set);
                    work.extend(flow.around(*set).filter_map(condition));
                }
            }
            op => work.extend(op.operands()),
        }
    }
    compared.into_iter().map(|v| origin(kernel, flow, v)).any(|side| {
        let op = kernel.inst(side).op;
        let moves = matches!(op, Op::Binary(BinaryOp::Add | BinaryOp::Sub, ..) | Op::Get(_) | Op::Convert(_));
        moves && depends(kernel, flow, index, &|o| *o == op)
    })
}

/// The constant by which an index grows from thread to thread, where it is `position * constant + ...`.
pub fn lane_stride(kernel: &Kernel, flow: &Flow, index: ValueId) -> Option<i64> {
    let position = |v: ValueId| {
        matches!(
            attribute(kernel, flow, v),
            Some((
                Attribute::ThreadPositionInThreadgroup
                    | Attribute::ThreadIndexInThreadgroup
                    | Attribute::ThreadIndexInSimdgroup,
                0
            ))
        )
    };
    match kernel.inst(origin(kernel, flow, index)).op {
        Op::Binary(BinaryOp::Add, a, b) => {
            lane_stride(kernel, flow, a).or_else(|| lane_stride(kernel, flow, b))
        }
        Op::Binary(BinaryOp::Mul, a, b) if position(a) => constant(kernel, b),
        Op::Binary(BinaryOp::Mul, a, b) if position(b) => constant(kernel, a),
        _ => None,
    }
}

/// The extent that a load from `x_shape` gives, where the call shows it.
pub fn known_size(
    spec: &super::Kernel,
    kernel: &Kernel,
    analysis: &super::Analysis,
    pointer: ValueId,
) -> Option<i64> {
    let Some(Object::Buffer(b)) = object(kernel, pointer) else { return None };
    let emberforge_msl::KernelArg::Shape(i) = *analysis.args.get(b.index())? else { return None };
    let at = match kernel.inst(pointer).op {
        Op::Offset { index, .. } => constant(kernel, index)?,
        _ => 0,
    };
    *spec.spec.inputs.get(i)?.dims.as_ref()?.get(usize::try_from(at).ok()?)?
}

/// Calls `each` with the names of the variables that statements declare, at any depth.
pub fn declared(stmts: &[Stmt], each: &mut dyn FnMut(&Ident)) {
    for stmt in stmts {
        match &stmt.kind {
            StmtKind::Item(Item::Variables(list)) => list.iter().for_each(|v| each(&v.name)),
            StmtKind::Block(block) | StmtKind::Switch(_, block) => declared(&block.stmts, each),
            StmtKind::If { init, then, otherwise, .. } => {
                for inner in [init.as_deref(), Some(&**then), otherwise.as_deref()].into_iter().flatten() {
                    declared(std::slice::from_ref(inner), each);
                }
            }
            StmtKind::For { init, body, .. } => {
                declared(std::slice::from_ref(init), each);
                declared(std::slice::from_ref(body), each);
            }
            StmtKind::While(_, body) | StmtKind::DoWhile(body, _) => {
                declared(std::slice::from_ref(body), each)
            }
            _ => {}
        }
    }
}
