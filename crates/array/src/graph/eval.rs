//! Evaluation.

use super::donate;
use super::fuse::{self, Fused};
use super::plan::{Entry, Plan, plan};
use super::times::timed;
use crate::Array;
use crate::array::{Node, Recipe, State};
use crate::autodiff::tracing;
use crate::primitive::Values;
use crate::value::Value;
use emberforge_base::{Error, Result};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Evaluates arrays: afterwards their data exists, and the graph behind them is gone.
///
/// Everything the arrays have in common is computed once. Nodes on the way whose arrays somebody still holds are kept,
/// too.
///
/// ```
/// use emberforge_array::{Array, eval};
///
/// let x = Array::from_slice(&[1.0f32, 4.0], &[2])?;
/// let (a, b) = (&x + 1.0, &x * 3.0);
/// eval([&a, &b])?;
/// assert_eq!(b.to_vec::<f32>()?, [3.0, 12.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// The error of a failed array, or of a device that cannot serve a request (memory, an operation it lacks).
pub fn eval<'a>(arrays: impl IntoIterator<Item = &'a Array>) -> Result<()> {
    let roots: Vec<Array> = arrays.into_iter().cloned().collect();
    run(&roots)
}

/// Evaluates the roots on this thread.
pub(crate) fn run(roots: &[Array]) -> Result<()> {
    if roots.iter().all(|a| matches!(&*a.inner().state(), State::Ready(..))) {
        return Ok(());
    }
    let mut plan = plan(roots)?;
    let groups = fuse::groups(&plan);
    let inlined = fuse::inlined_constants(&plan);
    for i in 0..plan.entries.len() {
        if groups[i] == i && !inlined[i] {
            step(&mut plan, &groups, i)?;
        }
    }
    roots.iter().try_for_each(settled)
}

/// Waits for an array that another thread was evaluating when this evaluation was planned.
fn settled(array: &Array) -> Result<()> {
    wait(array.inner());
    array.check().map(drop)
}

/// Computes one entry, or the group whose result it is, and lets go of what only the plan still held.
fn step(plan: &mut Plan, groups: &[usize], i: usize) -> Result<()> {
    let Some(entry) = plan.entries[i].take() else { return Ok(()) };
    let fused = fuse::expression(plan, groups, i, &entry);
    if let Some(claim) = Claim::take(&entry.node)? {
        let values = timed(&entry, fused.as_ref(), || compute(plan, &entry, fused.as_ref()));
        claim.settle(values)?;
    }
    for member in fused.iter().flat_map(|f| &f.members) {
        plan.entries[*member] = None;
    }
    Ok(())
}

fn compute(plan: &Plan, entry: &Entry, fused: Option<&Fused>) -> Result<Values> {
    let (node, recipe) = (&entry.node, &entry.recipe);
    let Some(executor) = node.device.executor() else { return Ok(Values::new()) };
    let values = |arrays: &[Array]| arrays.iter().map(value).collect::<Result<Vec<Value>>>();
    match fused {
        Some(fused) if recipe.primitive.absorbs() => executor.absorbed(
            &*recipe.primitive,
            &fused.expression,
            &values(&fused.leaves)?,
            recipe.inputs[0].shape(),
            &node.specs,
        ),
        Some(fused) => {
            let mut leaves = values(&fused.leaves)?;
            let donated = donate::take(plan, entry, fused, &mut leaves);
            executor.fused(&fused.expression, &leaves, &node.specs[0], donated)
        }
        None => executor.primitive(&*recipe.primitive, &values(&recipe.inputs)?, &node.specs),
    }
}

/// The data of an evaluated array; waits when another thread is at it.
pub(crate) fn value(array: &Array) -> Result<Value> {
    let node = array.inner();
    loop {
        // The lock ends with this statement: waiting takes it again.
        let running = match &*node.state() {
            State::Ready(values, _) => {
                return values.get(array.output_index()).cloned().ok_or_else(no_data);
            }
            State::Failed(error) => return Err(error.clone()),
            State::Pending(_) => false,
            State::Running(_) => true,
        };
        if running {
            wait(node);
        } else {
            // Not part of this evaluation's plan.
            run(std::slice::from_ref(array))?;
        }
    }
}

fn no_data() -> Error {
    Error::invalid(
        "this array was built on the null device, which knows shapes and has no data; build it on `Device::Cpu`",
    )
}

/// Signalled whenever some node settles.
static SETTLED: (Mutex<()>, Condvar) = (Mutex::new(()), Condvar::new());

/// Waits until the node is no longer being evaluated by another thread.
fn wait(node: &Node) {
    let mut guard = SETTLED.0.lock().unwrap_or_else(PoisonError::into_inner);
    while matches!(&*node.state(), State::Running(_)) {
        guard = SETTLED.1.wait(guard).unwrap_or_else(PoisonError::into_inner);
    }
}

/// The right to compute a node. Dropped without a result (a panic), it fails the node rather than leave others waiting.
struct Claim {
    node: Arc<Node>,
    recipe: Arc<Recipe>,
    settled: bool,
}

impl Claim {
    /// Claims the node; `None` when it is evaluated, by us earlier or by another thread now.
    fn take(node: &Arc<Node>) -> Result<Option<Claim>> {
        loop {
            let mut state = node.state();
            match &*state {
                State::Ready(..) => return Ok(None),
                State::Failed(error) => return Err(error.clone()),
                State::Pending(recipe) => {
                    let recipe = recipe.clone();
                    *state = State::Running(recipe.clone());
                    return Ok(Some(Claim { node: node.clone(), recipe, settled: false }));
                }
                State::Running(_) => {}
            }
            drop(state);
            wait(node);
        }
    }

    fn settle(mut self, values: Result<Values>) -> Result<()> {
        self.settled = true;
        let (state, result) = match values {
            Ok(values) => (
                State::Ready(Box::new(values), (self.node.tracer && tracing()).then(|| self.recipe.clone())),
                Ok(()),
            ),
            Err(error) => (State::Failed(error.clone()), Err(error)),
        };
        self.put(state);
        result
    }

    fn put(&self, state: State) {
        // The old state, and the graph that hangs on it, is dropped after the lock.
        let old = std::mem::replace(&mut *self.node.state(), state);
        drop(SETTLED.0.lock());
        SETTLED.1.notify_all();
        drop(old);
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if !self.settled {
            self.put(State::Failed(Error::internal("an evaluation panicked")));
        }
    }
}
