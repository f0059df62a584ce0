//! The convolution of rows with the kernels of spectra, and its gradients.

use super::operand::{Meet, Operand, TILE, spectra};
use super::points::Convert;
use super::real::Real;
use super::row;
use super::tiles::{PARALLEL, Reads};
use crate::element::Binary;
use crate::element::node::binary;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::value::Value;
use crate::{Array, Spec};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use rayon::prelude::*;
use smallvec::{SmallVec, smallvec};

/// `post * (K(pre * u) + skip * pre * u) + residual`, with `K` the convolution or its adjoint.
///
/// Inputs: `u` `[B, d, L]`, the spectra `[d, n]` (or those of tiles, `points`), then those of skip `[d]`, pre-gate, post-gate and residual (the shape of
/// `u`) that there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct LongConv {
    /// Transform length is that of rows of this many elements.
    pub(super) length: usize,
    /// The spectra are those of tiles, split to points.
    pub(super) points: bool,
    pub(super) adjoint: bool,
    pub(super) skip: bool,
    pub(super) pre: bool,
    pub(super) post: bool,
    pub(super) residual: bool,
}

/// Inputs of a [`LongConv`] by name.
#[derive(Clone, Debug)]
pub(super) struct Inputs<'a> {
    pub(super) u: &'a Array,
    pub(super) spectra: &'a Array,
    pub(super) skip: Option<&'a Array>,
    pub(super) pre: Option<&'a Array>,
    pub(super) post: Option<&'a Array>,
    pub(super) residual: Option<&'a Array>,
}

impl Inputs<'_> {
    pub(super) fn build(&self, length: usize, points: bool, adjoint: bool) -> Array {
        let node = LongConv {
            length,
            points,
            adjoint,
            skip: self.skip.is_some(),
            pre: self.pre.is_some(),
            post: self.post.is_some(),
            residual: self.residual.is_some(),
        };
        let optional = [self.skip, self.pre, self.post, self.residual];
        let inputs: SmallVec<[Array; 2]> =
            [self.u, self.spectra].into_iter().chain(optional.into_iter().flatten()).cloned().collect();
        Array::build(node, inputs, self.u.spec().clone())
    }
}

impl LongConv {
    /// The optional inputs in their order; `None` where there is none.
    fn optional<'a, X>(&self, inputs: &'a [X]) -> [Option<&'a X>; 4] {
        let mut rest = inputs[2..].iter();
        [self.skip, self.pre, self.post, self.residual].map(|there| if there { rest.next() } else { None })
    }

    fn compute<T: Real>(&self, inputs: &[Value], out: &Spec) -> Result<Value> {
        let [batch, channels, length] = [out.shape[0], out.shape[1], out.shape[2]];
        let mut buffer = BufferMut::new(out.len() * size_of::<T>())?;
        if out.len() == 0 {
            return Ok(Value::dense(buffer, out.dtype, &out.shape));
        }
        let plan = row::plan::<T>(self.length);
        let n = plan.spectrum_len();
        let [skip, pre, post, residual] = self.optional(inputs);
        let pre = pre.map(Operand::<T>::new).transpose()?;
        let post = post.map(Operand::<T>::new).transpose()?;
        let residual = residual.map(Operand::<T>::new).transpose()?;
        let u = Operand::<T>::new(&inputs[0])?;
        let kernels = spectra(&inputs[1])?;
        let kernels =
            kernels.dense_slice::<T>().ok_or_else(|| Error::internal("a spectrum is misaligned"))?;
        let skip = skip.map(Value::to_dense).transpose()?;
        let skip = skip.as_ref().and_then(|s| s.dense_slice::<T>());
        if self.points {
            let plan = &*plan;
            let reads = Reads { plan, kernels, skip, u, pre, post, residual, channels, length };
            let out_of: &mut [T] = bytemuck::cast_slice_mut(buffer.bytes_mut());
            if !reads.is_by_moments() {
                reads.by_rows(out_of)?;
                return Ok(Value::dense(buffer, out.dtype, &out.shape));
            }
            // The order of the axes in memory is the operands', which the next operation will like best.
            reads.by_moments(out_of)?;
            let mut value = Value::dense(buffer, out.dtype, &[batch, length, channels]);
            value.shape.swap(1, 2);
            value.strides.swap(1, 2);
            return Ok(value);
        }
        // One kernel after the other, each over the whole batch while its spectrum is in the cache.
        let by_rows = [Some(&u), pre.as_ref(), post.as_ref(), residual.as_ref()];
        let tile = if by_rows.into_iter().flatten().all(Operand::is_by_rows) { 1 } else { TILE };
        let rows: &mut [T] = bytemuck::cast_slice_mut(buffer.bytes_mut());
        let mut tiles: Vec<(usize, usize, &mut [T])> = Vec::new();
        for (b, rows) in rows.chunks_exact_mut(channels * length).enumerate() {
            tiles.extend(rows.chunks_mut(tile * length).enumerate().map(|(i, rows)| (i * tile, b, rows)));
        }
        tiles.sort_by_key(|(channel, b, _)| (*channel, *b));
        let scratch = || BufferMut::new(2 * n * size_of::<T>());
        let work =
            |scratch: &mut Result<BufferMut>, (channel, b, rows): (usize, usize, &mut [T])| -> Result<()> {
                let scratch = scratch.as_mut().map_err(|e| e.clone())?;
                let scratch: &mut [T] = bytemuck::cast_slice_mut(scratch.bytes_mut());
                let (work, turned) = scratch.split_at_mut(n);
                u.bring(Meet::Replace, b, channel, length, rows);
                if let Some(pre) = &pre {
                    pre.bring(Meet::Multiply, b, channel, length, rows);
                }
                for (c, row) in rows.chunks_exact_mut(length).enumerate() {
                    let mut kernel = &kernels[(channel + c) * n..][..n];
                    if self.adjoint {
                        row::adjoint(&plan, kernel, turned);
                        kernel = turned;
                    }
                    let skip = skip.map_or(T::default(), |s| s[channel + c]);
                    row::convolve(&plan, kernel, skip, work, row);
                }
                if let Some(post) = &post {
                    post.bring(Meet::Multiply, b, channel, length, rows);
                }
                if let Some(residual) = &residual {
                    residual.bring(Meet::Add, b, channel, length, rows);
                }
                Ok(())
            };
        if batch * channels * length < PARALLEL {
            let mut scratch = scratch();
            tiles.into_iter().try_for_each(|t| work(&mut scratch, t))?;
        } else {
            tiles.into_par_iter().map_init(scratch, work).collect::<Result<()>>()?;
        }
        Ok(Value::dense(buffer, out.dtype, &out.shape))
    }
}

impl Primitive for LongConv {
    fn name(&self) -> &'static str {
        if self.adjoint { "long_conv_adjoint" } else { "long_conv" }
    }

    fn detail(&self) -> String {
        let parts = [
            (self.skip, "skip"),
            (self.pre, "pre-gate"),
            (self.post, "post-gate"),
            (self.residual, "residual"),
        ];
        parts.iter().filter(|p| p.0).map(|p| p.1).collect::<Vec<_>>().join(", ")
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let value = match outputs[0].dtype {
            DType::F64 => self.compute::<f64>(inputs, &outputs[0])?,
            _ => self.compute::<f32>(inputs, &outputs[0])?,
        };
        Ok(smallvec![value])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let (u, spectra, g) = (&call.inputs[0], &call.inputs[1], &call.cotangents[0]);
        let [skip, pre, post, residual] = self.optional(call.inputs);
        let times = |a: &Array, gate: Option<&Array>| match gate {
            Some(gate) => binary(Binary::Multiply, a, gate),
            None => Ok(a.clone()),
        };
        // Gradients are computed row by row.
        let tiles =
            self.points.then(|| Convert { points: false, length: self.length, channels: u.shape()[1] });
        let of_rows = tiles.map(|tiles| tiles.build(spectra));
        let nothing = Inputs {
            u,
            spectra: of_rows.as_ref().unwrap_or(spectra),
            skip,
            pre: None,
            post: None,
            residual: None,
        };
        let (sent, gated) = (times(g, post)?, times(u, pre)?);
        // d(pre * u): needed on its own by both u and the gate, else in one pass with the gates.
        let through = |post: Option<&Array>| {
            Inputs { u: &sent, post, ..nothing.clone() }.build(self.length, false, !self.adjoint)
        };
        let mut list: Gradients = smallvec![];
        let mut wanted = call.wanted.iter();
        let mut want = || wanted.next() == Some(&true);
        let (want_u, want_spectra) = (want(), want());
        list.push(if want_u { Some(through(pre)) } else { None });
        list.push(if want_spectra {
            let (g, u) = if self.adjoint { (&gated, &sent) } else { (&sent, &gated) };
            let of_rows = Correlate { length: self.length }.build(g, u, nothing.spectra.spec());
            Some(match tiles {
                Some(tiles) => tiles.transposed(&of_rows)?,
                None => of_rows,
            })
        } else {
            None
        });
        if skip.is_some() {
            let both = || crate::sum(&binary(Binary::Multiply, &sent, &gated)?, [0, 2], false);
            list.push(if want() { Some(both()?) } else { None });
        }
        if pre.is_some() {
            list.push(if want() { Some(through(Some(u))) } else { None });
        }
        if post.is_some() {
            let open = || {
                binary(
                    Binary::Multiply,
                    g,
                    Inputs { pre, ..nothing.clone() }.build(self.length, false, self.adjoint),
                )
            };
            list.push(if want() { Some(open()?) } else { None });
        }
        if residual.is_some() {
            list.push(if want() { Some(g.clone()) } else { None });
        }
        Ok(list)
    }
}

/// For each channel the spectrum whose kernel is the correlation of `g` with `u` (both `[B, d, L]`), summed over the
/// batch: the gradient of a convolution with respect to its kernel's spectrum.
#[derive(Clone, Copy, Debug)]
struct Correlate {
    length: usize,
}

impl Correlate {
    fn build(self, g: &Array, u: &Array, spectra: &Spec) -> Array {
        Array::build(self, smallvec![g.clone(), u.clone()], spectra.clone())
    }

    fn compute<T: Real>(&self, inputs: &[Value], out: &Spec) -> Result<Value> {
        let (g, u) = (Operand::<T>::new(&inputs[0])?, Operand::<T>::new(&inputs[1])?);
        let [batch, _, length] = [inputs[0].shape[0], inputs[0].shape[1], inputs[0].shape[2]];
        let plan = row::plan::<T>(self.length);
        let n = plan.spectrum_len();
        let mut buffer = BufferMut::zeroed(out.len() * size_of::<T>())?;
        let sums: &mut [T] = bytemuck::cast_slice_mut(buffer.bytes_mut());
        // Rows are padded to vector boundaries, so that the spectra behind them lie on such.
        let padded = length.next_multiple_of(TILE);
        let scratch = || BufferMut::new((padded + 3 * n) * size_of::<T>());
        let work = |scratch: &mut Result<BufferMut>, (channel, sum): (usize, &mut [T])| -> Result<()> {
            let scratch = scratch.as_mut().map_err(|e| e.clone())?;
            let scratch: &mut [T] = bytemuck::cast_slice_mut(scratch.bytes_mut());
            let (row, scratch) = scratch.split_at_mut(padded);
            let (of_g, scratch) = scratch.split_at_mut(n);
            let (of_u, turned) = scratch.split_at_mut(n);
            let row = &mut row[..length];
            for b in 0..batch {
                g.bring(Meet::Replace, b, channel, length, row);
                row::forward(&plan, row, of_g);
                u.bring(Meet::Replace, b, channel, length, row);
                row::forward(&plan, row, of_u);
                row::adjoint(&plan, of_u, turned);
                row::product(&plan, of_g, turned);
                row::accumulate(sum, of_g);
            }
            Ok(())
        };
        if length > 0 && n > 0 {
            if inputs[0].len() < PARALLEL {
                let mut scratch = scratch();
                sums.chunks_exact_mut(n).enumerate().try_for_each(|c| work(&mut scratch, c))?;
            } else {
                sums.par_chunks_exact_mut(n).enumerate().map_init(scratch, work).collect::<Result<()>>()?;
            }
        }
        Ok(Value::dense(buffer, out.dtype, &out.shape))
    }
}

impl Primitive for Correlate {
    fn name(&self) -> &'static str {
        "long_conv_correlate"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let value = match outputs[0].dtype {
            DType::F64 => self.compute::<f64>(inputs, &outputs[0])?,
            _ => self.compute::<f32>(inputs, &outputs[0])?,
        };
        Ok(smallvec![value])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let (g, u) = (&call.inputs[0], &call.inputs[1]);
        let conv = |u: &Array, spectra: &Array, adjoint: bool| {
            Inputs { u, spectra, skip: None, pre: None, post: None, residual: None }.build(
                self.length,
                false,
                adjoint,
            )
        };
        call.each(&[&|c| Ok(conv(u, c, false)), &|c| Ok(conv(g, c, true))])
    }
}
