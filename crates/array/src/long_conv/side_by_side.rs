//! What is done to a few channels side by side, one in each lane.

use super::passes::{Middle, Pair, first, join, last, load, middle, split};
use super::plan::{PAIR, Plan, Points};
use super::real::{Real, lanes};
use super::row::dispatch;
use bytemuck::{cast_slice, cast_slice_mut};
use pulp::{Simd, WithSimd};
use std::marker::PhantomData;

/// Channels that are convolved together: a tile.
pub(super) fn channels<T: Real>() -> usize {
    struct Lanes<T>(PhantomData<T>);
    impl<T: Real> WithSimd for Lanes<T> {
        type Output = usize;
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> usize {
            lanes::<S, T>()
        }
    }
    dispatch(Lanes(PhantomData::<T>))
}

/// Convolves moments, which hold one element for each lane, with the kernels of spectra that [`Leaves::to_points`] made,
/// in place, and adds `skip`, a factor for each lane, times what was there. `work` is as long as the spectra.
pub(super) fn convolve<T: Real>(plan: &Plan<T>, kernel: &[T], skip: &[T], work: &mut [T], moments: &mut [T]) {
    struct Op<'a, T>(&'a Plan<T>, &'a [T], &'a [T], &'a mut [T], &'a mut [T]);
    impl<T: Real> WithSimd for Op<'_, T> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Op(plan, kernel, skip, work, moments) = self;
            let data: &mut [Pair<S, T>] = cast_slice_mut(work);
            first(simd, plan, moments, data);
            middle(simd, plan, data, Middle::Points(cast_slice(kernel)));
            last(simd, plan, data, load::<S, T>(skip, 0), moments);
        }
    }
    dispatch(Op(plan, kernel, skip, work, moments));
}

/// The spectra of rows side by side: their leaves split into points. Of missing channels it is zero.
pub(super) fn to_points<T: Real>(points: &Points<T>, rows: &[&[T]], tile: &mut [T]) {
    struct Op<'a, T>(&'a Points<T>, &'a [&'a [T]], &'a mut [T]);
    impl<T: Real> WithSimd for Op<'_, T> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Op(Points { plan, leaf, last }, rows, tile) = self;
            let (n, leaf) = (lanes::<S, T>(), *leaf);
            // The way back scales by the number of leaves, of which there are more now.
            let scale = T::of(PAIR as f64 / leaf as f64);
            tile.fill(T::default());
            for (channel, row) in rows.iter().enumerate() {
                // Leaf by leaf, the real parts of its elements and then the imaginary ones.
                for (from, to) in row.chunks_exact(2 * leaf).zip(tile.chunks_exact_mut(2 * leaf * n)) {
                    for j in 0..leaf {
                        to[2 * j * n + channel] = scale * from[j];
                        to[(2 * j + 1) * n + channel] = scale * from[leaf + j];
                    }
                }
            }
            let data: &mut [Pair<S, T>] = cast_slice_mut(tile);
            let mut nodes = plan.vectors / leaf;
            for level in &plan.levels[plan.levels.len() - last..] {
                split(simd, level, 0, data, nodes);
                nodes *= level.radix;
            }
        }
    }
    dispatch(Op(points, rows, tile));
}

/// The inverse of [`to_points`]; overwrites the tile. `rows` holds one after the other.
pub(super) fn to_rows<T: Real>(points: &Points<T>, tile: &mut [T], rows: &mut [T]) {
    struct Op<'a, T>(&'a Points<T>, &'a mut [T], &'a mut [T]);
    impl<T: Real> WithSimd for Op<'_, T> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Op(Points { plan, leaf, last }, tile, rows) = self;
            let (n, leaf) = (lanes::<S, T>(), *leaf);
            let data: &mut [Pair<S, T>] = cast_slice_mut(tile);
            let mut nodes = plan.vectors / PAIR;
            for level in plan.levels[plan.levels.len() - last..].iter().rev() {
                nodes /= level.radix;
                join(simd, level, 0, data, nodes);
            }
            for (channel, row) in rows.chunks_exact_mut(2 * plan.vectors).enumerate() {
                for (to, from) in row.chunks_exact_mut(2 * leaf).zip(tile.chunks_exact(2 * leaf * n)) {
                    for j in 0..leaf {
                        to[j] = from[2 * j * n + channel];
                        to[leaf + j] = from[(2 * j + 1) * n + channel];
                    }
                }
            }
        }
    }
    dispatch(Op(points, tile, rows));
}

/// Some neighbouring channels at every moment of a batch entry.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a, T> {
    /// From the first element on.
    pub(super) data: &'a [T],
    /// Elements between moments.
    pub(super) stride: usize,
}

impl<'a, T> Columns<'a, T> {
    #[inline(always)]
    fn moment(&self, t: usize, channels: usize) -> &'a [T] {
        &self.data[t * self.stride..][..channels]
    }
}

/// Moments from one gathered tile to the next: were it a power of two, as lengths often are, equal moments of the tiles
/// would share the same few lines of a core's first cache.
pub(super) fn pitch(length: usize) -> usize {
    length + 1
}

/// `to = from * times + plus`. Inlined, so that of a register's elements the compiler knows their number.
#[inline(always)]
fn bring<T: Real>(to: &mut [T], from: &[T], times: Option<&[T]>, plus: Option<&[T]>) {
    to.copy_from_slice(from);
    if let Some(times) = times {
        to.iter_mut().zip(times).for_each(|(to, x)| *to = *to * *x);
    }
    if let Some(plus) = plus {
        to.iter_mut().zip(plus).for_each(|(to, x)| *to = *to + *x);
    }
}

/// `u`, times `pre`, into the moments of as many tiles as `channels` fill.
pub(super) fn gather<T: Real>(
    u: Columns<'_, T>,
    pre: Option<Columns<'_, T>>,
    channels: usize,
    length: usize,
    tiles: &mut [T],
) {
    struct Op<'a, T>(Columns<'a, T>, Option<Columns<'a, T>>, usize, usize, &'a mut [T]);
    impl<T: Real> WithSimd for Op<'_, T> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Op(u, pre, channels, length, tiles) = self;
            let n = lanes::<S, T>();
            let (whole, pitch) = (channels / n * n, pitch(length));
            for t in 0..length {
                let u = u.moment(t, channels);
                let pre = pre.map(|pre| pre.moment(t, channels));
                for at in (0..whole).step_by(n) {
                    let to = &mut tiles[at * pitch + t * n..][..n];
                    bring(to, &u[at..][..n], pre.map(|x| &x[at..][..n]), None);
                }
                if whole < channels {
                    let to = &mut tiles[whole * pitch + t * n..][..channels - whole];
                    bring(to, &u[whole..], pre.map(|x| &x[whole..]), None);
                }
            }
        }
    }
    dispatch(Op(u, pre, channels, length, tiles));
}

/// The way back from [`gather`]: times `post`, plus `residual`, into the channels from `first` on of each moment.
pub(super) fn scatter<T: Real>(
    tiles: &[T],
    post: Option<Columns<'_, T>>,
    residual: Option<Columns<'_, T>>,
    channels: usize,
    first: usize,
    moments: &mut [&mut [T]],
) {
    struct Op<'a, 'b, T>(&'a [T], [Option<Columns<'a, T>>; 2], usize, usize, &'a mut [&'b mut [T]]);
    impl<T: Real> WithSimd for Op<'_, '_, T> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Op(tiles, [post, residual], channels, first, moments) = self;
            let n = lanes::<S, T>();
            let (whole, pitch) = (channels / n * n, pitch(moments.len()));
            for (t, moment) in moments.iter_mut().enumerate() {
                let moment = &mut moment[first..][..channels];
                let [post, residual] = [post, residual].map(|x| x.map(|x| x.moment(t, channels)));
                for at in (0..whole).step_by(n) {
                    let [post, residual] = [post, residual].map(|x| x.map(|x| &x[at..][..n]));
                    bring(&mut moment[at..][..n], &tiles[at * pitch + t * n..][..n], post, residual);
                }
                if whole < channels {
                    let [post, residual] = [post, residual].map(|x| x.map(|x| &x[whole..]));
                    let from = &tiles[whole * pitch + t * n..][..channels - whole];
                    bring(&mut moment[whole..], from, post, residual);
                }
            }
        }
    }
    dispatch(Op(tiles, [post, residual], channels, first, moments));
}
