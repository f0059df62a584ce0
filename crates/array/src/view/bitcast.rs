//! The same bytes as elements of another dtype.

use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::shape::{self, Shape};
use crate::value::Value;
use crate::{Array, Spec};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use smallvec::smallvec;

#[derive(Clone, Copy, Debug)]
struct Bitcast;

impl Primitive for Bitcast {
    fn name(&self) -> &'static str {
        "view"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let (x, Spec { dtype, shape }) = (&inputs[0], &outputs[0]);
        if *dtype == DType::Bool {
            return Ok(smallvec![truth(x, shape)?]);
        }
        if x.dtype.size() == dtype.size() {
            return Ok(smallvec![Value { dtype: *dtype, ..x.clone() }]);
        }
        let dense = x.to_dense()?;
        let start = dense.offset * x.dtype.size();
        let strides = shape::row_major(shape);
        if start.is_multiple_of(dtype.size()) {
            let offset = start / dtype.size();
            return Ok(smallvec![Value { dtype: *dtype, shape: shape.clone(), strides, offset, ..dense }]);
        }
        let bytes = dense.dense_bytes().ok_or_else(|| Error::internal("a copy is not dense"))?;
        Ok(smallvec![Value::from_elements(*dtype, shape, bytes)?])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let dtype = call.inputs[0].dtype();
        call.one(|g| view(g, dtype))
    }
}

/// Bytes as truth values: a `bool` is 0 or 1, whatever the bytes were.
fn truth(x: &Value, shape: &Shape) -> Result<Value> {
    let dense = x.to_dense()?;
    let bytes = dense.dense_bytes().ok_or_else(|| Error::internal("a copy is not dense"))?;
    let mut buffer = BufferMut::new(bytes.len())?;
    for (to, from) in buffer.bytes_mut().iter_mut().zip(bytes) {
        *to = u8::from(*from != 0);
    }
    Ok(Value::dense(buffer, DType::Bool, shape))
}

/// The bytes of `x` as elements of `dtype`; the last axis grows or shrinks where their sizes differ. As `bool`, a byte
/// other than 0 is `true`.
///
/// ```
/// use emberforge_array::{Array, DType, view};
///
/// let x = Array::from_slice(&[1.0f32, -2.0], &[2])?;
/// assert_eq!(view(&x, DType::U32)?.to_vec::<u32>()?, [0x3f80_0000, 0xc000_0000]);
/// assert_eq!(view(&x, DType::Complex64)?.to_vec::<[f32; 2]>()?, [[1.0, -2.0]]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the sizes differ and there is no last axis, or its bytes are no whole number of the new elements.
pub fn view(x: &Array, dtype: DType) -> Result<Array> {
    x.check()?;
    if x.dtype() == dtype {
        return Ok(x.clone());
    }
    let mut shape = Shape::from_slice(x.shape());
    if x.dtype().size() != dtype.size() {
        let bytes = shape.last().map(|n| n * x.dtype().size());
        let Some(bytes) = bytes.filter(|bytes| bytes.is_multiple_of(dtype.size())) else {
            return Err(Error::invalid(format!(
                "an array {}{} cannot be viewed as {dtype}: the last axis must exist and hold a multiple of {} bytes",
                x.dtype(),
                shape::text(x.shape()),
                dtype.size()
            )));
        };
        let last = shape.len() - 1;
        shape[last] = bytes / dtype.size();
    }
    Ok(Array::build(Bitcast, smallvec![x.clone()], Spec { dtype, shape }))
}
