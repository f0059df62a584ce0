//! How many threads: from the host, from an output's shape, or from the graph.

use crate::value::Value;
use crate::{Array, Spec, shape};
use emberforge_base::{DType, Error, Result};

/// Threads along x, y and z: of the grid, or of a threadgroup.
///
/// Made from three host integers, from the shape of an output, or from a `u32` array of shape (3,) that the graph
/// computes: the launch then waits for that array inside the evaluation, and the host never reads it.
#[derive(Clone, Debug)]
pub struct Extent(Source);

#[derive(Clone, Debug)]
enum Source {
    Host([i64; 3]),
    /// One thread per element of this output.
    Elements(usize),
    /// The last axis of this output along x, the one before along y, all others along z.
    Axes(usize),
    Graph(Array),
    /// That array, once it is an input of the node: a primitive holds no arrays.
    Input,
}

impl Extent {
    /// One thread per element of output number `output`, along x.
    pub fn elements_of(output: usize) -> Extent {
        Extent(Source::Elements(output))
    }

    /// One thread per element of output number `output`: its last axis along x, the one before along y, all others
    /// together along z.
    pub fn axes_of(output: usize) -> Extent {
        Extent(Source::Axes(output))
    }

    /// Takes the array out, to become an input of the node; its data comes back with [`Extent::resolve`].
    pub(super) fn detach(&mut self) -> Option<Array> {
        match std::mem::replace(&mut self.0, Source::Input) {
            Source::Graph(array) => Some(array),
            other => {
                self.0 = other;
                None
            }
        }
    }

    /// True when its data is an input of the node.
    pub(super) fn is_input(&self) -> bool {
        matches!(self.0, Source::Input)
    }

    /// What can be said without data; `None` for an array.
    pub(super) fn known(&self, what: &str, outputs: &[Spec]) -> Result<Option<[i64; 3]>> {
        let output = |number: usize| {
            outputs.get(number).map(|spec| &*spec.shape).ok_or_else(|| {
                Error::invalid(format!(
                    "the {what} is that of output {number}, and the call has {} outputs; outputs count from 0",
                    outputs.len()
                ))
            })
        };
        Ok(Some(match &self.0 {
            Source::Host(extent) => *extent,
            Source::Elements(number) => [shape::count(output(*number)?)? as i64, 1, 1],
            Source::Axes(number) => {
                let shape = output(*number)?;
                let from_end = |n: usize| shape.len().checked_sub(n).map_or(1, |i| shape[i]);
                let outer: usize = shape[..shape.len().saturating_sub(2)].iter().product();
                [from_end(1) as i64, from_end(2) as i64, outer as i64]
            }
            Source::Graph(array) => {
                array.check()?;
                if array.dtype() != DType::U32 || array.shape() != [3] {
                    return Err(Error::invalid(format!(
                        "the {what} is an array {}{}; an array that says how many threads run has dtype u32 and shape \
                         (3,): x, y and z",
                        array.dtype(),
                        shape::text(array.shape())
                    )));
                }
                return Ok(None);
            }
            Source::Input => return Ok(None),
        }))
    }

    /// True when it was computed, so that 0 means "nothing to do" rather than a mistake.
    pub(super) fn may_be_empty(&self) -> bool {
        !matches!(self.0, Source::Host(_))
    }

    /// The extent at a launch; `data` is the array's, when there is one.
    pub(super) fn resolve(&self, what: &str, outputs: &[Spec], data: Option<&Value>) -> Result<[i64; 3]> {
        if let Some(value) = data {
            let value = value.to_dense()?;
            let bytes = value.dense_bytes().unwrap_or_default();
            let words = bytes.chunks_exact(4).map(|b| i64::from(bytemuck::pod_read_unaligned::<u32>(b)));
            let mut extent = [0; 3];
            for (axis, n) in extent.iter_mut().zip(words) {
                *axis = n;
            }
            return Ok(extent);
        }
        self.known(what, outputs)?.ok_or_else(|| Error::internal(format_args!("the {what} has no data")))
    }
}

macro_rules! from_integers {
    ($($ty:ty),*) => {$(
        impl From<[$ty; 3]> for Extent {
            fn from(extent: [$ty; 3]) -> Self {
                // What does not fit is far beyond every limit, and reported as such.
                Extent(Source::Host(extent.map(|n| i64::try_from(n).unwrap_or(i64::MAX))))
            }
        }
    )*};
}
from_integers!(i32, u32, i64, usize);

impl From<&Array> for Extent {
    fn from(array: &Array) -> Self {
        Extent(Source::Graph(array.clone()))
    }
}

impl From<Array> for Extent {
    fn from(array: Array) -> Self {
        Extent(Source::Graph(array))
    }
}
