//! Spectra of rows to those of tiles, and back.

use super::operand::spectra;
use super::plan::PAIR;
use super::real::Real;
use super::spectrum::spectrum_len;
use super::{row, side_by_side};
use crate::element::Binary;
use crate::element::node::binary;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::value::Value;
use crate::{Array, Spec};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use rayon::prelude::*;
use smallvec::smallvec;

/// The spectra `[tiles, n]` of rows of at most `length` elements, for kernels of this dtype.
pub(super) fn spec(dtype: DType, length: usize, channels: usize) -> Spec {
    let width = width(dtype);
    Spec::new(dtype, &[channels.div_ceil(width), width * spectrum_len(dtype, length)])
}

/// Channels of a tile.
fn width(dtype: DType) -> usize {
    match dtype {
        DType::F64 => side_by_side::channels::<f64>(),
        _ => side_by_side::channels::<f32>(),
    }
}

/// From spectra of rows to those of tiles (`points`), or back.
///
/// The way to tiles is a unitary map, divided by the square root of the parts that leaves split into; so each direction is
/// a multiple of the other's adjoint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Convert {
    pub(super) points: bool,
    pub(super) length: usize,
    pub(super) channels: usize,
}

impl Convert {
    pub(super) fn build(self, x: &Array) -> Array {
        let spec = match self.points {
            true => spec(x.dtype(), self.length, self.channels),
            false => Spec::new(x.dtype(), &[self.channels, spectrum_len(x.dtype(), self.length)]),
        };
        Array::build(self, smallvec![x.clone()], spec)
    }

    /// The adjoint: from gradients with respect to the result to those with respect to `x`.
    pub(super) fn transposed(self, g: &Array) -> Result<Array> {
        let back = Convert { points: !self.points, ..self }.build(g);
        // A leaf of a row has as many elements as a tile has channels.
        let parts = (width(g.dtype()) / PAIR) as f64;
        binary(Binary::Multiply, &back, if self.points { 1.0 / parts } else { parts })
    }

    fn compute<T: Real>(&self, x: &Value, out: &Spec) -> Result<Value> {
        let plan = row::plan::<T>(self.length);
        let (n, width) = (plan.spectrum_len(), side_by_side::channels::<T>());
        let x = spectra(x)?;
        let x = x.dense_slice::<T>().ok_or_else(|| Error::internal("a spectrum is misaligned"))?;
        let mut buffer = BufferMut::new(out.len() * size_of::<T>())?;
        let all: &mut [T] = bytemuck::cast_slice_mut(buffer.bytes_mut());
        let tiles = all.par_chunks_mut(width * n).zip(x.par_chunks(width * n));
        if self.points {
            tiles.for_each(|(tile, rows)| {
                let rows: Vec<&[T]> = rows.chunks_exact(n).collect();
                side_by_side::to_points(plan.points(), &rows, tile);
            });
        } else {
            let back = |scratch: &mut Result<BufferMut>, (rows, tile): (&mut [T], &[T])| -> Result<()> {
                let scratch: &mut [T] =
                    bytemuck::cast_slice_mut(scratch.as_mut().map_err(|e| e.clone())?.bytes_mut());
                scratch.copy_from_slice(tile);
                side_by_side::to_rows(plan.points(), scratch, rows);
                Ok(())
            };
            let scratch = || BufferMut::new(width * n * size_of::<T>());
            tiles.map_init(scratch, back).collect::<Result<()>>()?;
        }
        Ok(Value::dense(buffer, out.dtype, &out.shape))
    }
}

impl Primitive for Convert {
    fn name(&self) -> &'static str {
        if self.points { "long_conv_tiles" } else { "long_conv_rows" }
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        Ok(smallvec![match outputs[0].dtype {
            DType::F64 => self.compute::<f64>(&inputs[0], &outputs[0])?,
            _ => self.compute::<f32>(&inputs[0], &outputs[0])?,
        }])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        call.one(|g| self.transposed(g))
    }
}
