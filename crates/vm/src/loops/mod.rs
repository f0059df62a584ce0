//! The inner loops: one operation over a block of lanes, each compiled for several instruction sets.
//!
//! Registers hold `f16`, `bf16` and `f32` as f32, integers of up to 32 bits as their 32-bit extension, 64-bit integers and
//! pointers as u64, `f64` as itself, and `bool` as bytes 0 and 1.

pub(crate) mod convert;
pub(crate) mod float;
pub(crate) mod integer;
pub(crate) mod lanes;
pub(crate) mod rows;
pub(crate) mod select;

/// An operand: one value per lane, or one for all.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Src<'a, T> {
    Lanes(&'a [T]),
    All(T),
}

impl<T: Copy> Src<'_, T> {
    /// The value in lane `i` of the slice.
    #[inline(always)]
    pub(crate) fn at(&self, i: usize) -> T {
        match self {
            Src::Lanes(s) => s[i],
            Src::All(v) => *v,
        }
    }
}

/// `dst[i] = f(a[i])`.
#[inline(always)]
pub(crate) fn map<T: Copy, R>(dst: &mut [R], a: Src<'_, T>, f: impl Fn(T) -> R) {
    match a {
        Src::Lanes(a) => {
            for (d, &a) in dst.iter_mut().zip(a) {
                *d = f(a);
            }
        }
        Src::All(a) => {
            for d in dst {
                *d = f(a);
            }
        }
    }
}

/// [`map`] by `usual`, then by `whole` where `covers` says that `usual` is not meant for the operand.
#[inline(always)]
pub(crate) fn map_mostly<T: Copy, R>(
    dst: &mut [R],
    a: Src<'_, T>,
    covers: impl Fn(T) -> bool,
    usual: impl Fn(T) -> R,
    whole: impl Fn(T) -> R,
) {
    let Src::Lanes(lanes) = a else { return map(dst, a, whole) };
    map(dst, a, usual);
    if lanes.iter().take(dst.len()).fold(true, |all, &a| all & covers(a)) {
        return;
    }
    for (d, &a) in dst.iter_mut().zip(lanes) {
        if !covers(a) {
            *d = whole(a);
        }
    }
}

/// `dst[i] = f(a[i], b[i])`.
#[inline(always)]
pub(crate) fn zip<T: Copy, U: Copy, R>(dst: &mut [R], a: Src<'_, T>, b: Src<'_, U>, f: impl Fn(T, U) -> R) {
    match (a, b) {
        (Src::Lanes(a), Src::Lanes(b)) => {
            for ((d, &a), &b) in dst.iter_mut().zip(a).zip(b) {
                *d = f(a, b);
            }
        }
        (Src::Lanes(a), Src::All(b)) => {
            for (d, &a) in dst.iter_mut().zip(a) {
                *d = f(a, b);
            }
        }
        (Src::All(a), Src::Lanes(b)) => {
            for (d, &b) in dst.iter_mut().zip(b) {
                *d = f(a, b);
            }
        }
        (Src::All(a), Src::All(b)) => {
            for d in dst {
                *d = f(a, b);
            }
        }
    }
}

/// `dst[i] = a[i]`.
#[inline]
pub(crate) fn copy<T: Copy>(dst: &mut [T], a: Src<'_, T>) {
    match a {
        Src::Lanes(a) => dst.copy_from_slice(&a[..dst.len()]),
        Src::All(v) => dst.fill(v),
    }
}
