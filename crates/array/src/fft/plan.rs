//! Plans, made once per length.

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftNum, FftPlanner};
use std::collections::HashSet;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Beyond this many lengths the plans are forgotten: a program with that many repeats none of them often.
const MOST: usize = 256;

/// The planners of one precision; they remember what they planned.
pub(super) struct Planners<T: FftNum> {
    real: RealFftPlanner<T>,
    complex: FftPlanner<T>,
    lengths: HashSet<usize>,
}

impl<T: FftNum> Planners<T> {
    fn new() -> Planners<T> {
        Planners { real: RealFftPlanner::new(), complex: FftPlanner::new(), lengths: HashSet::new() }
    }

    fn note(&mut self, n: usize) {
        if self.lengths.insert(n) && self.lengths.len() > MOST {
            *self = Planners::new();
        }
    }
}

/// A precision to transform in.
pub(super) trait Precision: FftNum + Default {
    fn planners() -> &'static Mutex<Planners<Self>>;
    fn widen(x: f32) -> Self;
    fn narrow(self) -> f32;
    fn of(x: f64) -> Self;
}

macro_rules! precision {
    ($($ty:ty),*) => {$(
        impl Precision for $ty {
            fn planners() -> &'static Mutex<Planners<$ty>> {
                static PLANNERS: LazyLock<Mutex<Planners<$ty>>> = LazyLock::new(|| Mutex::new(Planners::new()));
                &PLANNERS
            }
            #[inline(always)]
            fn widen(x: f32) -> $ty {
                x as $ty
            }
            #[inline(always)]
            fn narrow(self) -> f32 {
                self as f32
            }
            fn of(x: f64) -> $ty {
                x as $ty
            }
        }
    )*};
}
precision!(f32, f64);

fn with<T: Precision, R>(n: usize, f: impl FnOnce(&mut Planners<T>) -> R) -> R {
    let mut planners = T::planners().lock().unwrap_or_else(PoisonError::into_inner);
    planners.note(n);
    f(&mut planners)
}

pub(super) fn complex<T: Precision>(n: usize, inverse: bool) -> Arc<dyn Fft<T>> {
    with(n, |p| if inverse { p.complex.plan_fft_inverse(n) } else { p.complex.plan_fft_forward(n) })
}

pub(super) fn real<T: Precision>(n: usize) -> Arc<dyn RealToComplex<T>> {
    with(n, |p| p.real.plan_fft_forward(n))
}

pub(super) fn real_inverse<T: Precision>(n: usize) -> Arc<dyn ComplexToReal<T>> {
    with(n, |p| p.real.plan_fft_inverse(n))
}
