//! Evaluated data: a strided view of a buffer.

use crate::element::kernel::Expression;
use crate::element::run;
use crate::shape::{self, Shape, Strides};
use emberforge_base::{DType, Result};
use emberforge_device::{Buffer, BufferMut};

/// Data of one array: `buffer` holds elements of `dtype`; element `[i, j]` is number `offset + i * strides[0] + ...`.
///
/// Views (slices, transposes, broadcasts) share the buffer. Nothing writes a buffer that a value holds.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) buffer: Buffer,
    pub(crate) dtype: DType,
    pub(crate) shape: Shape,
    pub(crate) strides: Strides,
    /// In elements.
    pub(crate) offset: usize,
}

impl Value {
    /// A dense row-major value over all of `buffer`.
    pub(crate) fn dense(buffer: BufferMut, dtype: DType, shape: &[usize]) -> Value {
        Value {
            buffer: buffer.freeze(),
            dtype,
            shape: Shape::from_slice(shape),
            strides: shape::row_major(shape),
            offset: 0,
        }
    }

    /// A dense value from elements in row-major order.
    pub(crate) fn from_elements<T: bytemuck::NoUninit>(
        dtype: DType,
        shape: &[usize],
        elements: &[T],
    ) -> Result<Value> {
        let bytes: &[u8] = bytemuck::cast_slice(elements);
        let mut buffer = BufferMut::new(bytes.len())?;
        buffer.bytes_mut().copy_from_slice(bytes);
        Ok(Value::dense(buffer, dtype, shape))
    }

    /// Number of elements.
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// True when the elements lie dense in row-major order (axes of size 1 may have any stride).
    pub(crate) fn is_dense(&self) -> bool {
        let mut expected = 1;
        for (&size, &stride) in self.shape.iter().zip(&self.strides).rev() {
            if size != 1 {
                if stride != expected {
                    return self.shape.contains(&0);
                }
                expected *= size as i64;
            }
        }
        true
    }

    /// The same elements, dense in row-major order: itself when it is, else a copy.
    pub(crate) fn to_dense(&self) -> Result<Value> {
        if self.is_dense() {
            return Ok(Value { strides: shape::row_major(&self.shape), ..self.clone() });
        }
        let copy = Expression { leaves: vec![self.dtype], ..Expression::default() };
        run::run(&copy, std::slice::from_ref(self), &self.shape)
    }

    /// The bytes of a dense value.
    pub(crate) fn dense_bytes(&self) -> Option<&[u8]> {
        let size = self.dtype.size();
        let start = self.offset * size;
        self.is_dense().then(|| &self.buffer.bytes()[start..start + self.len() * size])
    }

    /// The elements of a dense value of the type `T`; `None` when it is not dense or (in a mapped file) not aligned.
    pub(crate) fn dense_slice<T: bytemuck::AnyBitPattern>(&self) -> Option<&[T]> {
        bytemuck::try_cast_slice(self.dense_bytes()?).ok()
    }

    /// The whole buffer as elements, for strided access; `None` when it is a mapped file that is not aligned.
    pub(crate) fn elements<T: bytemuck::AnyBitPattern>(&self) -> Option<&[T]> {
        let bytes = self.buffer.bytes();
        bytemuck::try_cast_slice(&bytes[..bytes.len() / size_of::<T>() * size_of::<T>()]).ok()
    }
}
