//! Which nodes an evaluation needs, in an order in which each follows its inputs.

use crate::Array;
use crate::array::{Node, Recipe, State};
use emberforge_base::{Error, Result};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A node to be evaluated.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) node: Arc<Node>,
    pub(crate) recipe: Arc<Recipe>,
    /// Its data is wanted: somebody outside the plan holds an array of it, the caller at least.
    pub(crate) kept: bool,
}

/// Entries after their inputs, and where each node stands among them.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// `None` once computed: the plan must not keep alive what nobody needs any more.
    pub(crate) entries: Vec<Option<Entry>>,
    pub(crate) index: FxHashMap<*const Node, usize>,
}

impl Plan {
    /// The entry of an array's node, if it was not evaluated when the plan was made.
    pub(crate) fn entry_of(&self, array: &Array) -> Option<usize> {
        self.index.get(&Arc::as_ptr(array.inner())).copied()
    }
}

/// Plans the evaluation of `roots`.
///
/// # Errors
/// The error of a failed array among the inputs.
pub(crate) fn plan(roots: &[Array]) -> Result<Plan> {
    let mut plan = Plan::default();
    for root in roots {
        visit(root.inner(), &mut plan)?;
    }
    let mut uses = vec![0usize; plan.entries.len()];
    for entry in plan.entries.iter().flatten() {
        for input in &entry.recipe.inputs {
            if let Some(input) = plan.entry_of(input) {
                uses[input] += 1;
            }
        }
    }
    for (entry, uses) in plan.entries.iter_mut().flatten().zip(uses) {
        // The plan itself holds one.
        entry.kept = Arc::strong_count(&entry.node) > uses + 1;
    }
    Ok(plan)
}

/// A walk in post-order with its own stack: a graph may be a million nodes deep.
fn visit(root: &Arc<Node>, plan: &mut Plan) -> Result<()> {
    let mut stack: Vec<(Arc<Node>, Arc<Recipe>, usize)> = Vec::new();
    // A node is in the index from when it is first met, so that it is entered once.
    let open = |node: &Arc<Node>, plan: &mut Plan, stack: &mut Vec<_>| -> Result<()> {
        if plan.index.contains_key(&Arc::as_ptr(node)) {
            return Ok(());
        }
        let recipe = match &*node.state() {
            // What another thread is evaluating is waited for where its data is needed; its inputs are that thread's.
            State::Ready(..) | State::Running(_) => return Ok(()),
            State::Failed(error) => return Err(error.clone()),
            State::Pending(recipe) => recipe.clone(),
        };
        plan.index.insert(Arc::as_ptr(node), usize::MAX);
        stack.push((node.clone(), recipe, 0));
        Ok(())
    };
    open(root, plan, &mut stack)?;
    while let Some((_, recipe, next)) = stack.last_mut() {
        if let Some(input) = recipe.inputs.get(*next) {
            *next += 1;
            let input = input.inner().clone();
            open(&input, plan, &mut stack)?;
            continue;
        }
        let Some((node, recipe, _)) = stack.pop() else {
            return Err(Error::internal("the walk lost its place"));
        };
        plan.index.insert(Arc::as_ptr(&node), plan.entries.len());
        plan.entries.push(Some(Entry { node, recipe, kept: false }));
    }
    Ok(())
}
