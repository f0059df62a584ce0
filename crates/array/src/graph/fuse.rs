//! Which elementwise nodes are computed together.
//!
//! A node joins the group of its consumers when all of them are in one group, nobody else wants its data, and its
//! shape is theirs. A reduction closes a group: it takes its input's elements as they are made. Everything inside a group stays in registers; a group is one kernel. Constants join every group
//! that uses them. Fusing changes no bit: the kernel performs the same operations in the same precision.

use super::plan::{Entry, Plan};
use crate::Array;
use crate::array::Node;
use crate::element::kernel::{Arg, Expression, Step};
use emberforge_base::DType;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// More operations than this in one kernel gain nothing and cost registers.
const MOST_STEPS: usize = 48;

/// The group of each entry: the number of the entry that is its result. An entry that is its own group is computed.
pub(crate) fn groups(plan: &Plan) -> Vec<usize> {
    /// What is known of an entry's consumers.
    #[derive(Clone, Copy, PartialEq)]
    enum Consumers {
        None,
        One(usize),
        Several,
    }
    let count = plan.entries.len();
    let mut consumers = vec![Consumers::None; count];
    let mut groups: Vec<usize> = (0..count).collect();
    let mut sizes = vec![1usize; count];
    for i in (0..count).rev() {
        let Some(entry) = &plan.entries[i] else { continue };
        let elementwise = entry.recipe.primitive.element().is_some();
        if let Consumers::One(group) = consumers[i]
            && elementwise
            && !entry.kept
            && plan.entries[group].as_ref().is_some_and(|g| group_shape(g) == &*entry.node.specs[0].shape)
            && sizes[group] < MOST_STEPS
        {
            groups[i] = group;
            sizes[group] += 1;
        }
        let opens = elementwise || entry.recipe.primitive.absorbs();
        let mine = if opens { Consumers::One(groups[i]) } else { Consumers::Several };
        for input in &entry.recipe.inputs {
            if let Some(input) = plan.entry_of(input) {
                consumers[input] = match consumers[input] {
                    Consumers::None => mine,
                    same if same == mine => same,
                    _ => Consumers::Several,
                };
            }
        }
    }
    groups
}

/// The shape of the elements that a group computes.
fn group_shape(result: &Entry) -> &[usize] {
    if result.recipe.primitive.absorbs() {
        result.recipe.inputs[0].shape()
    } else {
        &result.node.specs[0].shape
    }
}

/// True for a constant that only elementwise nodes use: it is a parameter of their kernels and never computed.
pub(crate) fn inlined_constants(plan: &Plan) -> Vec<bool> {
    let constant = |e: &Entry| e.recipe.primitive.constant().is_some() && !e.kept;
    let mut inlined: Vec<bool> = plan.entries.iter().map(|e| e.as_ref().is_some_and(constant)).collect();
    for entry in plan.entries.iter().flatten() {
        if entry.recipe.primitive.element().is_none() {
            for input in &entry.recipe.inputs {
                if let Some(input) = plan.entry_of(input) {
                    inlined[input] = false;
                }
            }
        }
    }
    inlined
}

/// A group as one expression.
#[derive(Debug)]
pub(crate) struct Fused {
    pub(crate) expression: Expression,
    /// What it reads.
    pub(crate) leaves: Vec<Array>,
    /// The entries it computes beside its result.
    pub(crate) members: Vec<usize>,
}

/// The expression that the group of `result` computes, if it is one: an elementwise node, or a reduction whose input
/// joined it. `entry` is the result's (taken from the plan).
pub(crate) fn expression(plan: &Plan, groups: &[usize], result: usize, entry: &Entry) -> Option<Fused> {
    let root = entry;
    if root.recipe.primitive.element().is_none() && !root.recipe.primitive.absorbs() {
        return None;
    }
    let mut fused = Fused { expression: Expression::default(), leaves: Vec::new(), members: Vec::new() };
    let mut known: FxHashMap<(*const Node, usize), Arg> = FxHashMap::default();
    let key = |x: &Array| (Arc::as_ptr(x.inner()), x.output_index());
    // Operands before operations, with a stack of our own.
    let mut stack = vec![(entry, 0usize)];
    while let Some((entry, next)) = stack.pop() {
        let inputs = &entry.recipe.inputs;
        let mut inner = None;
        for (k, input) in inputs.iter().enumerate().skip(next) {
            if known.contains_key(&key(input)) {
                continue;
            }
            if let Some(bits) = constant(input) {
                known.insert(key(input), Arg::Constant(fused.expression.constants.len() as u32));
                fused.expression.constants.push((input.dtype(), bits));
                continue;
            }
            let member = plan.entry_of(input).filter(|m| groups[*m] == result);
            if let Some((m, operand)) = member.and_then(|m| Some((m, plan.entries[m].as_ref()?))) {
                fused.members.push(m);
                inner = Some((k, operand));
                break;
            }
            known.insert(key(input), Arg::Leaf(fused.leaves.len() as u32));
            fused.expression.leaves.push(input.dtype());
            fused.leaves.push(input.clone());
        }
        if let Some((k, operand)) = inner {
            stack.push((entry, k));
            stack.push((operand, 0));
            continue;
        }
        let Some(op) = entry.recipe.primitive.element() else { continue };
        let args = inputs.iter().map(|x| known[&key(x)]).collect();
        let from = inputs.last().map_or(DType::Bool, Array::dtype);
        known.insert((Arc::as_ptr(&entry.node), 0), Arg::Step(fused.expression.steps.len() as u32));
        fused.expression.steps.push(Step { op, from, to: entry.node.specs[0].dtype, args });
    }
    (root.recipe.primitive.element().is_some() || !fused.members.is_empty()).then_some(fused)
}

/// The bits of an unevaluated constant's element.
fn constant(array: &Array) -> Option<u64> {
    array.inner().recipe()?.primitive.constant()
}
