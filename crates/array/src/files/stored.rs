//! Elements that lie in a file.

use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use crate::{Array, Spec};
use emberforge_base::{DType, Error, Result};
use emberforge_device::{Buffer, BufferMut};
use emberforge_kernel::data::{Npz, to_native};
use smallvec::{SmallVec, smallvec};

/// Where an array's elements stand and how.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) source: Source,
    /// Byte at which the elements begin, in the file or in the archive's member.
    pub(super) start: usize,
    pub(super) big_endian: bool,
    /// The first axis varies fastest.
    pub(super) fortran: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A mapped file.
    File(Buffer),
    /// A member of a mapped archive.
    Member(Npz<Buffer>, usize),
}

impl Stored {
    /// The array: in place where that is possible, else a node that copies.
    pub(super) fn array(self, dtype: DType, shape: &[usize]) -> Result<Array> {
        // An empty array may claim any other extent; strides are computed from those, too.
        shape::count(&shape.iter().map(|n| (*n).max(1)).collect::<Shape>())?;
        let bytes = shape::count(shape)? * dtype.size();
        // The bytes of a `bool` in a file need not be 0 or 1.
        let plain = !self.big_endian && dtype != DType::Bool && self.start.is_multiple_of(dtype.size());
        match &self.source {
            Source::File(file) if file.bytes().len() < self.start + bytes => {
                Err(Error::internal("a file is shorter than its header was checked to say"))
            }
            Source::File(file) if plain => Ok(Array::ready(Value {
                buffer: file.clone(),
                dtype,
                shape: Shape::from_slice(shape),
                strides: self.strides(shape),
                offset: self.start / dtype.size(),
            })),
            _ => Ok(Array::build(self, SmallVec::new(), Spec::new(dtype, shape))),
        }
    }

    fn strides(&self, shape: &[usize]) -> Strides {
        if !self.fortran {
            return shape::row_major(shape);
        }
        let reversed: Shape = shape.iter().rev().copied().collect();
        shape::row_major(&reversed).into_iter().rev().collect()
    }
}

impl Primitive for Stored {
    fn name(&self) -> &'static str {
        "load"
    }

    fn run(&self, _: &[Value], outputs: &[Spec]) -> Result<Values> {
        let Spec { dtype, shape } = &outputs[0];
        let mut buffer = BufferMut::new(shape::count(shape)? * dtype.size())?;
        let data = buffer.bytes_mut();
        match &self.source {
            Source::File(file) => data.copy_from_slice(&file.bytes()[self.start..self.start + data.len()]),
            Source::Member(archive, index) => archive.clone().read_into(*index, self.start, data)?,
        }
        to_native(data, *dtype, self.big_endian);
        Ok(smallvec![Value { strides: self.strides(shape), ..Value::dense(buffer, *dtype, shape) }])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        call.none()
    }
}
