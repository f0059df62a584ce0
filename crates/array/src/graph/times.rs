//! How long each node of an evaluation takes.

use super::eval::value;
use super::fuse::Fused;
use super::plan::Entry;
use crate::Array;
use crate::primitive::Values;
use crate::value::Value;
use emberforge_base::Result;
use std::cell::RefCell;
use std::time::{Duration, Instant};

/// One computed node, or group of fused nodes.
#[derive(Clone, Debug)]
pub struct NodeTime {
    /// The primitive's name; of fused nodes all names, in the order of computation.
    pub name: String,
    /// Shape of its first output.
    pub shape: Vec<usize>,
    /// Shapes of its inputs.
    pub inputs: Vec<Vec<usize>>,
    /// Bytes that it read and wrote, each element counted once; 0 for a view.
    pub bytes: usize,
    /// Time it took on this thread and those that it spread to.
    pub time: Duration,
}

thread_local! {
    static TIMES: RefCell<Option<Vec<NodeTime>>> = const { RefCell::new(None) };
}

/// Runs `f`, and lists every node that this thread evaluated meanwhile, in that order.
///
/// ```
/// use emberforge_array::{Array, eval, exp, node_times};
///
/// let x = Array::from_slice(&[0.0f32, 1.0], &[2])?;
/// let y = exp(&x)? + 1.0;
/// let (result, times) = node_times(|| eval([&y]));
/// result?;
/// assert_eq!(times.len(), 1); // one kernel
/// assert_eq!((times[0].name.as_str(), &times[0].shape), ("exp add", &vec![2]));
/// # Ok::<(), emberforge_array::Error>(())
/// ```
pub fn node_times<T>(f: impl FnOnce() -> T) -> (T, Vec<NodeTime>) {
    let outer = TIMES.replace(Some(Vec::new()));
    let result = f();
    let times = TIMES.replace(outer).unwrap_or_default();
    (result, times)
}

/// Runs the computation of `entry` and lists its time, if somebody asked for that.
pub(super) fn timed(
    entry: &Entry,
    fused: Option<&Fused>,
    compute: impl FnOnce() -> Result<Values>,
) -> Result<Values> {
    if TIMES.with_borrow(Option::is_none) {
        return compute();
    }
    let (node, recipe) = (&entry.node, &entry.recipe);
    let inputs: &[Array] = fused.map_or(&recipe.inputs, |f| &f.leaves);
    // Looked at before, and let go of: the computation may take its inputs' memory for its result.
    let values: Vec<Value> = inputs.iter().filter_map(|x| value(x).ok()).collect();
    let read: usize = values.iter().map(distinct_bytes).sum();
    let buffers: Vec<*const u8> = values.iter().map(|x| x.buffer.bytes().as_ptr()).collect();
    drop(values);
    let started = Instant::now();
    let result = compute();
    let time = started.elapsed();
    let mut names: Vec<&str> =
        fused.iter().flat_map(|f| &f.expression.steps).map(|step| step.op.name()).collect();
    if names.is_empty() || recipe.primitive.absorbs() {
        names.push(recipe.primitive.name());
    }
    let written = result.as_deref().unwrap_or_default();
    let view = fused.is_none() && written.iter().any(|y| buffers.contains(&y.buffer.bytes().as_ptr()));
    let record = NodeTime {
        name: names.join(" "),
        shape: node.specs[0].shape.to_vec(),
        inputs: inputs.iter().map(|x| x.shape().to_vec()).collect(),
        bytes: if view { 0 } else { read + written.iter().map(distinct_bytes).sum::<usize>() },
        time,
    };
    TIMES.with_borrow_mut(|times| times.iter_mut().for_each(|t| t.push(record.clone())));
    result
}

/// Bytes of the elements that a value shows, those that a broadcast repeats counted once.
fn distinct_bytes(x: &Value) -> usize {
    let sizes = x.shape.iter().zip(&x.strides).filter(|(_, stride)| **stride != 0).map(|(n, _)| n);
    sizes.product::<usize>() * x.dtype.size()
}
