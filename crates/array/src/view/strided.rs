//! Arbitrary strides over the elements of an array, and dense copies.

use crate::element::node::constant;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::scalar::Scalar;
use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use crate::{Array, DType, Spec};
use emberforge_base::{Error, Result};
use smallvec::smallvec;

/// A view of the elements in row-major order by an offset and strides of its own.
#[derive(Clone, Debug)]
struct AsStrided {
    strides: Strides,
    offset: usize,
}

impl Primitive for AsStrided {
    fn name(&self) -> &'static str {
        "as_strided"
    }

    fn detail(&self) -> String {
        format!("strides {:?}, offset {}", &*self.strides, self.offset)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let x = inputs[0].to_dense()?;
        let offset = if outputs[0].len() == 0 { 0 } else { x.offset + self.offset };
        Ok(smallvec![Value { shape: outputs[0].shape.clone(), strides: self.strides.clone(), offset, ..x }])
    }

    /// Elements that several places show collect the gradients of all of them.
    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let (x, y) = (&call.inputs[0], &call.outputs[0]);
        call.one(|g| {
            let numbers = Array::from_slice(&(0..x.size() as i64).collect::<Vec<_>>(), &[x.size()])?;
            let numbers = Array::build(self.clone(), smallvec![numbers], Spec::new(DType::I64, y.shape()));
            let zeros = constant(Scalar::Int(0), x.dtype(), &[x.size()]);
            let mut updates = Shape::from_slice(y.shape());
            updates.push(1);
            let sums = crate::scatter_add(&zeros, &[&numbers], &super::to_shape(g, updates)?, &[0])?;
            super::to_shape(&sums, Shape::from_slice(x.shape()))
        })
    }
}

/// The elements of `x`, in row-major order as if they were dense, seen under other strides: element `[i, j]` of the
/// result is number `offset + i * strides[0] + j * strides[1]`.
///
/// ```
/// use emberforge_array::{Array, as_strided};
///
/// let x = Array::from_slice(&[0i32, 1, 2, 3, 4], &[5])?;
/// let windows = as_strided(&x, &[3, 3], &[1, 1], 0)?;
/// assert_eq!(windows.to_vec::<i32>()?, [0, 1, 2, 1, 2, 3, 2, 3, 4]);
/// assert!(as_strided(&x, &[3, 4], &[1, 1], 0).is_err());
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When there is not one stride per axis, or some element would lie outside `x`.
pub fn as_strided(x: &Array, shape: &[usize], strides: &[i64], offset: usize) -> Result<Array> {
    x.check()?;
    if shape.len() != strides.len() {
        return Err(Error::invalid(format!(
            "{} strides were given for {} axes; give one for each",
            strides.len(),
            shape.len()
        )));
    }
    if shape::count(shape)? > 0 {
        let ends = |f: fn(i128) -> bool| -> i128 {
            let reach = shape.iter().zip(strides).map(|(n, s)| (*n as i128 - 1) * i128::from(*s));
            offset as i128 + reach.filter(|r| f(*r)).sum::<i128>()
        };
        let (first, last) = (ends(|r| r < 0), ends(|r| r > 0));
        if first < 0 || last >= x.size() as i128 {
            return Err(Error::invalid(format!(
                "the strides reach from element {first} to {last} of {}; choose a shape, strides and offset that stay inside",
                x.size()
            )));
        }
    }
    let primitive = AsStrided { strides: strides.into(), offset };
    Ok(Array::build(primitive, smallvec![x.clone()], Spec::new(x.dtype(), shape)))
}

/// The same elements, dense in row-major order.
#[derive(Debug)]
struct Contiguous;

impl Primitive for Contiguous {
    fn name(&self) -> &'static str {
        "contiguous"
    }

    fn run(&self, inputs: &[Value], _: &[Spec]) -> Result<Values> {
        Ok(smallvec![inputs[0].to_dense()?])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        call.one(|g| Ok(g.clone()))
    }
}

/// `x` with its elements dense in row-major order: a copy when they are not.
///
/// ```
/// use emberforge_array::{Array, contiguous, transpose_all};
///
/// let x = Array::from_slice(&[1i32, 2, 3, 4], &[2, 2])?;
/// assert_eq!(contiguous(&transpose_all(&x)?)?.to_vec::<i32>()?, [1, 3, 2, 4]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `x` is a failed array.
pub fn contiguous(x: &Array) -> Result<Array> {
    x.check()?;
    Ok(Array::build(Contiguous, smallvec![x.clone()], x.spec().clone()))
}
