//! Donation: a fused chain overwrites an input that nobody can read any more, and needs no memory of its own.
//!
//! Whether an array is dead is a question of handles. Only recipes can still hold it: those of the chain, which is being
//! computed and never again. Another thread could reach a recipe of the chain by a plan made before the chain was claimed,
//! and then holds a handle that is counted here; once the chain is claimed, plans stop at it (see [`super::plan`]).

use super::fuse::Fused;
use super::plan::{Entry, Plan};
use crate::Array;
use crate::array::{Node, State};
use crate::value::Value;
use emberforge_device::{Buffer, BufferMut};
use std::sync::Arc;

/// Smaller inputs are not worth a kernel of their own.
const SMALLEST: usize = 64 << 10;

/// The memory of a dead input.
#[derive(Debug)]
pub(crate) struct Donated {
    /// Which input it was.
    pub(crate) leaf: usize,
    pub(crate) memory: BufferMut,
}

/// Takes the memory of a dead input out of the graph: dense, as large as the result, with no other owner. `entry` is the
/// claimed result of the chain, `leaves` the values of its inputs.
pub(super) fn take(plan: &Plan, entry: &Entry, fused: &Fused, leaves: &mut [Value]) -> Option<Donated> {
    let spec = &entry.node.specs[0];
    let bytes = spec.len() * spec.dtype.size();
    if bytes < SMALLEST || entry.node.tracer || !unreachable(plan, entry, fused) {
        return None;
    }
    (0..leaves.len()).find_map(|leaf| {
        let x = &leaves[leaf];
        let fits = x.dtype.size() == spec.dtype.size() && x.buffer.bytes().len() == bytes;
        // The last handle is that of `fused.leaves`.
        let handles = uses(plan, entry, fused, fused.leaves[leaf].inner()) + 1;
        let node = fused.leaves[leaf].inner();
        if !fits || x.offset != 0 || !x.is_dense() || Arc::strong_count(node) != handles {
            return None;
        }
        let memory = last_owner(&fused.leaves[leaf], &mut leaves[leaf])?;
        Some(Donated { leaf, memory })
    })
}

/// True when no other thread has got hold of a recipe of the chain.
fn unreachable(plan: &Plan, entry: &Entry, fused: &Fused) -> bool {
    // The result's is held by its state, the entry and the claim; the others' by their states and entries.
    Arc::strong_count(&entry.recipe) == 3
        && fused.members.iter().all(|member| match &plan.entries[*member] {
            Some(m) => {
                Arc::strong_count(&m.recipe) == 2
                    && Arc::strong_count(&m.node) == uses(plan, entry, fused, &m.node) + 1
            }
            None => false,
        })
}

/// How many handles of the node the recipes of the chain hold.
fn uses(plan: &Plan, entry: &Entry, fused: &Fused, node: &Arc<Node>) -> usize {
    let members = fused.members.iter().filter_map(|m| plan.entries[*m].as_ref());
    let inputs = members.chain([entry]).flat_map(|e| &e.recipe.inputs);
    inputs.filter(|x| Arc::ptr_eq(x.inner(), node)).count()
}

/// The memory of `value`, the array's data, when the array holds it alone; the array is left without data.
fn last_owner(array: &Array, value: &mut Value) -> Option<BufferMut> {
    let nothing = BufferMut::new(0).ok()?.freeze();
    let mut state = array.inner().state();
    let State::Ready(values, None) = &mut *state else { return None };
    if values.len() != 1 {
        return None;
    }
    // Between here and the end of the lock nobody can copy it from the array.
    let held = std::mem::replace(&mut values[0].buffer, nothing.clone());
    drop(held);
    match std::mem::replace(&mut value.buffer, nothing).into_unique() {
        Ok(memory) => {
            values.clear();
            Some(memory)
        }
        Err(shared) => {
            let back: Buffer = shared;
            values[0].buffer = back.clone();
            value.buffer = back;
            None
        }
    }
}
