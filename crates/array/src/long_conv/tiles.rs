//! Convolutions of tiles: a few channels side by side in the lanes, whatever the order of the axes in memory.

use super::operand::{Meet, Operand};
use super::plan::Plan;
use super::real::Real;
use super::{side_by_side, transpose};
use emberforge_base::{DType, Result};
use emberforge_device::BufferMut;
use rayon::prelude::*;

/// Whether tiles are faster than rows one by one, although lanes may stay empty in the last tile.
pub(super) fn pay(channels: usize, dtype: DType) -> bool {
    let width = match dtype {
        DType::F64 => side_by_side::channels::<f64>(),
        _ => side_by_side::channels::<f32>(),
    };
    width > 1 && 4 * channels >= 3 * width
}
/// Bytes of the tiles that are gathered together where channels are neighbours in memory: the longer the pieces of each
/// moment, the faster they are fetched.
const GATHERED: usize = 8 << 20;
/// Below this many elements of output the work stays on one thread.
pub(super) const PARALLEL: usize = 1 << 15;

/// Everything that a convolution reads.
pub(super) struct Reads<'a, T> {
    pub(super) plan: &'a Plan<T>,
    /// The spectra of the tiles, one after the other.
    pub(super) kernels: &'a [T],
    pub(super) skip: Option<&'a [T]>,
    pub(super) u: Operand<'a, T>,
    pub(super) pre: Option<Operand<'a, T>>,
    pub(super) post: Option<Operand<'a, T>>,
    pub(super) residual: Option<Operand<'a, T>>,
    pub(super) channels: usize,
    pub(super) length: usize,
}

impl<T: Real> Reads<'_, T> {
    /// True when channels are neighbours in every operand.
    pub(super) fn is_by_moments(&self) -> bool {
        let rest = [&self.pre, &self.post, &self.residual].into_iter().flatten();
        rest.chain([&self.u]).all(Operand::is_by_moments)
    }

    /// Convolves the moments of the tile from channel `first` on, in place.
    fn convolve(&self, first: usize, work: &mut [T], moments: &mut [T]) {
        /// More lanes than any register has.
        const MOST: usize = 64;
        let points = &self.plan.points().plan;
        let n = work.len();
        let mut skip = [T::default(); MOST];
        if let Some(given) = self.skip {
            let tile = &given[first..given.len().min(first + side_by_side::channels::<T>())];
            skip[..tile.len()].copy_from_slice(tile);
        }
        let kernel = &self.kernels[first / side_by_side::channels::<T>() * n..][..n];
        side_by_side::convolve(points, kernel, &skip, work, moments);
    }

    /// Elements of the spectra of a tile.
    fn spectrum_len(&self) -> usize {
        self.plan.spectrum_len() * side_by_side::channels::<T>()
    }

    /// The result with dense rows: `[batch, channels, length]`.
    pub(super) fn by_rows(&self, out: &mut [T]) -> Result<()> {
        let (width, length, n) = (side_by_side::channels::<T>(), self.length, self.spectrum_len());
        // One tile's kernels after the other, each over the whole batch while its spectra are in the cache.
        let parallel = out.len() >= PARALLEL;
        let mut batch: Vec<_> = out
            .chunks_exact_mut(self.channels * length)
            .map(|rows| rows.chunks_mut(width * length))
            .collect();
        let mut tiles: Vec<(usize, usize, &mut [T])> = Vec::new();
        for first in (0..self.channels).step_by(width) {
            for (b, rows) in batch.iter_mut().enumerate() {
                tiles.extend(rows.next().map(|rows| (first, b, rows)));
            }
        }
        let work =
            |scratch: &mut Result<BufferMut>, (first, b, rows): (usize, usize, &mut [T])| -> Result<()> {
                let scratch: &mut [T] =
                    bytemuck::cast_slice_mut(scratch.as_mut().map_err(|e| e.clone())?.bytes_mut());
                let (work, moments) = scratch.split_at_mut(n);
                let direct: Option<Vec<&[T]>> = match self.pre {
                    None => (first..first + rows.len() / length).map(|c| self.u.row(b, c, length)).collect(),
                    Some(_) => None,
                };
                match direct {
                    Some(direct) => transpose::to_columns(&direct, moments, width),
                    None => {
                        self.u.bring(Meet::Replace, b, first, length, rows);
                        if let Some(pre) = &self.pre {
                            pre.bring(Meet::Multiply, b, first, length, rows);
                        }
                        let gated: Vec<&[T]> = rows.chunks_exact(length).collect();
                        transpose::to_columns(&gated, moments, width);
                    }
                }
                self.convolve(first, work, moments);
                transpose::to_rows(moments, width, rows, length);
                if let Some(post) = &self.post {
                    post.bring(Meet::Multiply, b, first, length, rows);
                }
                if let Some(residual) = &self.residual {
                    residual.bring(Meet::Add, b, first, length, rows);
                }
                Ok(())
            };
        let scratch = || BufferMut::new((n + width * length) * size_of::<T>());
        if parallel {
            return tiles.into_par_iter().map_init(scratch, work).collect();
        }
        let mut scratch = scratch();
        tiles.into_iter().try_for_each(|tile| work(&mut scratch, tile))
    }

    /// The result with dense moments: `[batch, length, channels]`.
    pub(super) fn by_moments(&self, out: &mut [T]) -> Result<()> {
        let (width, length, n) = (side_by_side::channels::<T>(), self.length, self.spectrum_len());
        let parallel = out.len() >= PARALLEL;
        let pitch = side_by_side::pitch(length) * width;
        let group = (GATHERED / (pitch * size_of::<T>())).clamp(1, self.channels.div_ceil(width));
        let batch = out.len() / (length * self.channels);
        // Channels are spread over cores where there are fewer batch entries than those.
        let ranges = rayon::current_num_threads().div_ceil(batch);
        let range = self.channels.div_ceil(ranges).next_multiple_of(width);
        let mut tasks: Vec<(usize, usize, Vec<&mut [T]>)> = Vec::new();
        for (b, out) in out.chunks_exact_mut(length * self.channels).enumerate() {
            let mut parts: Vec<Vec<&mut [T]>> = Vec::new();
            parts.resize_with(self.channels.div_ceil(range), || Vec::with_capacity(length));
            for moment in out.chunks_exact_mut(self.channels) {
                parts.iter_mut().zip(moment.chunks_mut(range)).for_each(|(part, some)| part.push(some));
            }
            tasks.extend(parts.into_iter().enumerate().map(|(i, part)| (b, i * range, part)));
        }
        let work = |scratch: &mut Result<BufferMut>,
                    (b, start, mut moments): (usize, usize, Vec<&mut [T]>)|
         -> Result<()> {
            let scratch: &mut [T] =
                bytemuck::cast_slice_mut(scratch.as_mut().map_err(|e| e.clone())?.bytes_mut());
            let (work, tiles) = scratch.split_at_mut(n);
            let own = moments[0].len();
            for at in (0..own).step_by(group * width) {
                let (first, channels) = (start + at, (own - at).min(group * width));
                let [pre, post, residual] = [&self.pre, &self.post, &self.residual]
                    .map(|operand| operand.as_ref().map(|o| o.columns(b, first)));
                side_by_side::gather(self.u.columns(b, first), pre, channels, length, tiles);
                for (i, tile) in tiles.chunks_exact_mut(pitch).take(channels.div_ceil(width)).enumerate() {
                    self.convolve(first + i * width, work, &mut tile[..width * length]);
                }
                side_by_side::scatter(tiles, post, residual, channels, at, &mut moments);
            }
            Ok(())
        };
        let scratch = || BufferMut::new((n + group * pitch) * size_of::<T>());
        if parallel {
            return tasks.into_par_iter().map_init(scratch, work).collect();
        }
        let mut scratch = scratch();
        tasks.into_iter().try_for_each(|task| work(&mut scratch, task))
    }
}
