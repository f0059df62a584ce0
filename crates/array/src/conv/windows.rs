//! Windows of an array, and their sum back into it.

use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::region::{self, Region, Update};
use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use crate::{Array, Spec};
use emberforge_base::Result;
use emberforge_device::BufferMut;
use smallvec::smallvec;

/// From `[n, spatial.., c]` to `[n, places.., taps.., c]`, without copying: window `p` begins at `p * stride` and its
/// tap `t` lies `t * dilation` further.
#[derive(Clone, Debug)]
struct Windows {
    stride: Vec<usize>,
    dilation: Vec<usize>,
}

/// The reverse of [`Windows`], which adds up what lies on the same place.
#[derive(Clone, Debug)]
struct Fold(Windows);

impl Primitive for Windows {
    fn name(&self) -> &'static str {
        "windows"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let x = &inputs[0];
        let axes = self.stride.len();
        let spatial = &x.strides[1..=axes];
        let times = |by: &[usize]| spatial.iter().zip(by).map(|(s, n)| s * *n as i64).collect::<Strides>();
        let mut strides = Strides::from_slice(&[x.strides[0]]);
        strides.extend(times(&self.stride));
        strides.extend(times(&self.dilation));
        strides.push(x.strides[axes + 1]);
        Ok(smallvec![Value { shape: outputs[0].shape.clone(), strides, ..x.clone() }])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let spec = call.inputs[0].spec();
        call.one(|g| Ok(Array::build(Fold(self.clone()), smallvec![g.clone()], spec.clone())))
    }
}

impl Primitive for Fold {
    fn name(&self) -> &'static str {
        "fold"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let (windows, Spec { dtype, shape }) = (&inputs[0], &outputs[0]);
        let mut buffer = BufferMut::zeroed(outputs[0].len() * dtype.size())?;
        let axes = self.0.stride.len();
        let dense = shape::row_major(shape);
        let (places, taps) = (&windows.shape[1..=axes], &windows.shape[axes + 1..=2 * axes]);
        let outer = |list: &[i64], middle: &[i64]| -> Strides {
            [list[0]].into_iter().chain(middle.iter().copied()).chain([list[list.len() - 1]]).collect()
        };
        let part: Shape =
            [shape[0]].into_iter().chain(places.iter().copied()).chain([shape[axes + 1]]).collect();
        let steps: Strides = (0..axes).map(|a| dense[a + 1] * self.0.stride[a] as i64).collect();
        let spread: Strides = (0..axes).map(|a| dense[a + 1] * self.0.dilation[a] as i64).collect();
        for tap in 0..taps.iter().product() {
            let region = Region {
                offset: shape::offset(tap, taps, &spread) as usize,
                shape: part.clone(),
                strides: outer(&dense, &steps),
            };
            let from = shape::offset(tap, taps, &windows.strides[axes + 1..=2 * axes]);
            let source = Value {
                shape: part.clone(),
                strides: outer(&windows.strides, &windows.strides[1..=axes]),
                offset: (windows.offset as i64 + from) as usize,
                ..windows.clone()
            };
            region::write(buffer.bytes_mut(), *dtype, &region, &source, Update::Add)?;
        }
        Ok(smallvec![Value::dense(buffer, *dtype, shape)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let spec = call.inputs[0].spec();
        call.one(|g| Ok(Array::build(self.0.clone(), smallvec![g.clone()], spec.clone())))
    }
}

/// The windows of `x`; all of them lie inside it.
pub(super) fn windows(
    x: &Array,
    places: &[usize],
    taps: &[usize],
    stride: &[usize],
    dilation: &[usize],
) -> Array {
    let mut shape = Shape::from_slice(&x.shape()[..1]);
    shape.extend_from_slice(places);
    shape.extend_from_slice(taps);
    shape.push(x.shape()[x.ndim() - 1]);
    let primitive = Windows { stride: stride.to_vec(), dilation: dilation.to_vec() };
    Array::build(primitive, smallvec![x.clone()], Spec { dtype: x.dtype(), shape })
}
