//! The array: a handle to a node of the graph.

use crate::device::Device;
use crate::primitive::{Primitive, Values};
use crate::shape::{self, Shape};
use crate::value::Value;
use emberforge_base::{DType, Error, Result};
use smallvec::SmallVec;
use std::cell::RefCell;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A lazily evaluated array: shape and dtype are known at once, data appears at [`eval`](crate::eval) or when it is read.
///
/// Cloning copies a handle, never data. Operators build nodes; a node that cannot be built (shapes that do not fit)
/// becomes a *failed array*, which remembers why and where: every function given it, and every read of it, returns
/// that error. [`Array::check`] asks at once.
///
/// ```
/// use emberforge_array::Array;
///
/// let x = Array::from_slice(&[1.0f32, 2.0, 3.0], &[3])?;
/// let y = &x * 2.0 + 1.0;
/// assert_eq!(y.shape(), [3]);
/// assert_eq!(y.to_vec::<f32>()?, [3.0, 5.0, 7.0]);
///
/// let wrong = &x + Array::from_slice(&[1.0f32, 2.0], &[2])?;
/// assert!(wrong.check().is_err());
/// # Ok::<(), emberforge_array::Error>(())
/// ```
#[derive(Clone)]
pub struct Array {
    node: Arc<Node>,
    /// Which of the node's outputs.
    output: usize,
}

/// Shape and dtype of one output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spec {
    pub(crate) dtype: DType,
    pub(crate) shape: Shape,
}

impl Spec {
    pub(crate) fn new(dtype: DType, shape: &[usize]) -> Spec {
        Spec { dtype, shape: Shape::from_slice(shape) }
    }

    /// Number of elements.
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }
}

/// One application of a primitive.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) specs: SmallVec<[Spec; 1]>,
    /// Depends on an array that is being differentiated: the recipe is kept after evaluation.
    pub(crate) tracer: bool,
    pub(crate) device: Device,
    state: Mutex<State>,
}

/// Where a node stands.
#[derive(Clone, Debug)]
pub(crate) enum State {
    /// Not evaluated; the recipe says how.
    Pending(Arc<Recipe>),
    /// Some thread is evaluating it.
    Running(Arc<Recipe>),
    /// Evaluated. The recipe is dropped, and with it the graph behind it, unless the node is a tracer.
    Ready(Box<Values>, Option<Arc<Recipe>>),
    /// It could not be built or evaluated.
    Failed(Error),
}

/// How a node is computed.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) primitive: Box<dyn Primitive>,
    pub(crate) inputs: SmallVec<[Array; 2]>,
}

impl Drop for Recipe {
    /// A chain of a million nodes must not be dropped by a million nested calls: the first drop on a thread drains what
    /// the others put on its list.
    fn drop(&mut self) {
        thread_local! {
            static DROPPED: RefCell<Option<Vec<SmallVec<[Array; 2]>>>> = const { RefCell::new(None) };
        }
        let inputs = std::mem::take(&mut self.inputs);
        if inputs.is_empty() {
            return;
        }
        let queued = DROPPED.try_with(|list| match &mut *list.borrow_mut() {
            Some(list) => {
                list.push(inputs);
                true
            }
            none => {
                *none = Some(vec![inputs]);
                false
            }
        });
        if queued != Ok(false) {
            return;
        }
        while let Some(next) = DROPPED.with(|list| list.borrow_mut().as_mut().and_then(Vec::pop)) {
            drop(next);
        }
        DROPPED.with(|list| *list.borrow_mut() = None);
    }
}

impl Node {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A state is replaced whole, so it is valid even if a thread panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The recipe, if the node still has one.
    pub(crate) fn recipe(&self) -> Option<Arc<Recipe>> {
        match &*self.state() {
            State::Pending(recipe) | State::Running(recipe) | State::Ready(_, Some(recipe)) => {
                Some(recipe.clone())
            }
            _ => None,
        }
    }
}

impl Array {
    /// A node with several outputs.
    pub(crate) fn outputs(
        primitive: impl Primitive + 'static,
        inputs: SmallVec<[Array; 2]>,
        specs: SmallVec<[Spec; 1]>,
    ) -> Vec<Array> {
        let count = specs.len();
        let node = Array::node(primitive, inputs, specs);
        (0..count).map(|output| Array { node: node.clone(), output }).collect()
    }

    /// A node with one output.
    pub(crate) fn build(
        primitive: impl Primitive + 'static,
        inputs: SmallVec<[Array; 2]>,
        spec: Spec,
    ) -> Array {
        Array { node: Array::node(primitive, inputs, SmallVec::from_buf([spec])), output: 0 }
    }

    fn node(
        primitive: impl Primitive + 'static,
        inputs: SmallVec<[Array; 2]>,
        specs: SmallVec<[Spec; 1]>,
    ) -> Arc<Node> {
        let tracer = inputs.iter().any(|i| i.node.tracer);
        let recipe = Arc::new(Recipe { primitive: Box::new(primitive), inputs });
        Arc::new(Node { specs, tracer, device: Device::current(), state: Mutex::new(State::Pending(recipe)) })
    }

    /// An array of evaluated data.
    pub(crate) fn ready(value: Value) -> Array {
        let spec = Spec { dtype: value.dtype, shape: value.shape.clone() };
        Array::in_state(spec, State::Ready(Box::new(SmallVec::from_buf([value])), None))
    }

    /// An array that carries an error.
    #[track_caller]
    pub(crate) fn failed(error: Error) -> Array {
        let place = Location::caller();
        let error = Error::new(error.kind(), format!("{error} (at {}:{})", place.file(), place.line()));
        Array::in_state(Spec::new(DType::F32, &[]), State::Failed(error))
    }

    fn in_state(spec: Spec, state: State) -> Array {
        let node = Node {
            specs: SmallVec::from_buf([spec]),
            tracer: false,
            device: Device::current(),
            state: Mutex::new(state),
        };
        Array { node: Arc::new(node), output: 0 }
    }

    /// The same array as the subject of differentiation: a node of its own that `source` feeds.
    pub(crate) fn tracer(primitive: impl Primitive + 'static, source: Array) -> Array {
        Array::passing(primitive, source, true)
    }

    /// The same array cut off from differentiation.
    pub(crate) fn untraced(primitive: impl Primitive + 'static, source: Array) -> Array {
        Array::passing(primitive, source, false)
    }

    fn passing(primitive: impl Primitive + 'static, source: Array, tracer: bool) -> Array {
        let (spec, device) = (source.spec().clone(), source.node.device);
        let recipe =
            Arc::new(Recipe { primitive: Box::new(primitive), inputs: SmallVec::from_iter([source]) });
        let state = Mutex::new(State::Pending(recipe));
        Array { node: Arc::new(Node { specs: SmallVec::from_buf([spec]), tracer, device, state }), output: 0 }
    }

    pub(crate) fn inner(&self) -> &Arc<Node> {
        &self.node
    }

    /// Where it stands, in one word.
    pub(crate) fn state_name(&self) -> &'static str {
        match &*self.node.state() {
            State::Pending(_) => "pending",
            State::Running(_) => "running",
            State::Ready(..) => "ready",
            State::Failed(_) => "failed",
        }
    }

    /// Which of its node's outputs this is.
    pub(crate) fn output_index(&self) -> usize {
        self.output
    }

    pub(crate) fn from_node(node: Arc<Node>, output: usize) -> Array {
        Array { node, output }
    }

    pub(crate) fn spec(&self) -> &Spec {
        &self.node.specs[self.output]
    }

    /// Extents of the axes, outermost first; empty for a 0-d array.
    pub fn shape(&self) -> &[usize] {
        &self.spec().shape
    }

    /// Number of axes.
    pub fn ndim(&self) -> usize {
        self.shape().len()
    }

    /// Number of elements.
    pub fn size(&self) -> usize {
        self.spec().len()
    }

    /// Bytes that the elements take when dense.
    pub fn nbytes(&self) -> usize {
        self.size() * self.dtype().size()
    }

    /// Element type.
    pub fn dtype(&self) -> DType {
        self.spec().dtype
    }

    /// The error of a failed array, now rather than when it is read. Evaluates nothing.
    ///
    /// # Errors
    /// Why the array could not be built, or evaluated earlier.
    pub fn check(&self) -> Result<&Array> {
        match &*self.node.state() {
            State::Failed(error) => Err(error.clone()),
            _ => Ok(self),
        }
    }

    /// True while the array is differentiated through: what is computed from it is kept for the gradient.
    pub fn is_traced(&self) -> bool {
        self.node.tracer && crate::autodiff::tracing()
    }

    /// Extent of an axis; negative axes count from the end.
    ///
    /// # Errors
    /// When there is no such axis.
    pub fn dim(&self, axis: i32) -> Result<usize> {
        Ok(self.shape()[shape::axis(axis, self.ndim())?])
    }
}
