//! What is done to one row, on the best instruction set of the CPU.

use super::passes::{Middle, Pair, first, last, middle, minus_i, multiply, star};
use super::plan::Plan;
use super::real::{Real, lanes};
use bytemuck::{cast_slice, cast_slice_mut};
use pulp::{Simd, WithSimd};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

/// Runs `op` with the vectors that are fastest here.
///
/// On x86 those of 256 bits: a leaf has as many coefficients as a vector has lanes, and multiplying leaves of 16 costs
/// more than the wider registers save.
pub(super) fn dispatch<Op: WithSimd>(op: Op) -> Op::Output {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return Simd::vectorize(simd, op);
    }
    pulp::Arch::new().dispatch(op)
}

/// The plan for rows of `length` elements, made once.
pub(super) fn plan<T: Real>(length: usize) -> Arc<Plan<T>> {
    type Plans = HashMap<(TypeId, usize), Arc<dyn Any + Send + Sync>>;
    static PLANS: Mutex<Option<Plans>> = Mutex::new(None);
    /// Beyond this many lengths the plans are forgotten: a program with that many repeats none of them often.
    const MOST: usize = 64;
    let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
    let plans = plans.get_or_insert_with(HashMap::new);
    let key = (TypeId::of::<T>(), length);
    if let Some(plan) = plans.get(&key).and_then(|p| p.clone().downcast::<Plan<T>>().ok()) {
        return plan;
    }
    let plan = Arc::new(Plan::<T>::new(length, dispatch(Lanes(PhantomData::<T>))));
    if plans.len() >= MOST {
        plans.clear();
    }
    plans.insert(key, plan.clone());
    plan
}

struct Lanes<T>(PhantomData<T>);

impl<T: Real> WithSimd for Lanes<T> {
    type Output = usize;
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        lanes::<S, T>()
    }
}

/// The spectrum of a real row: `spectrum` has `plan.spectrum_len()` elements, vectors of real and of imaginary parts in
/// turn, in the order in which the passes leave them.
pub(super) fn forward<T: Real>(plan: &Plan<T>, row: &[T], spectrum: &mut [T]) {
    struct Op<'a, T>(&'a Plan<T>, &'a [T], &'a mut [T]);
    impl<T: Real> WithSimd for Op<'_, T> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Op(plan, row, spectrum) = self;
            let data: &mut [Pair<S, T>] = cast_slice_mut(spectrum);
            first(simd, plan, row, data);
            middle(simd, plan, data, Middle::Forward);
        }
    }
    dispatch(Op(plan, row, spectrum));
}

/// `scale` times the spectrum of `row - i * ahead`, whose parts are real. `work` is as long as the spectrum.
pub(super) fn forward_both<T: Real>(
    plan: &Plan<T>,
    row: &[T],
    ahead: Option<&[T]>,
    scale: T,
    work: &mut [T],
    spectrum: &mut [T],
) {
    struct Op<'a, T>(&'a Plan<T>, &'a [T], Option<&'a [T]>, T, &'a mut [T], &'a mut [T]);
    impl<T: Real> WithSimd for Op<'_, T> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Op(plan, row, ahead, scale, work, spectrum) = self;
            let data: &mut [Pair<S, T>] = cast_slice_mut(spectrum);
            let scale = T::splat(simd, scale);
            first(simd, plan, row, data);
            // The first pass is linear; the others then serve both.
            if let Some(ahead) = ahead {
                let work: &mut [Pair<S, T>] = cast_slice_mut(work);
                first(simd, plan, ahead, work);
                for (a, b) in data.iter_mut().zip(work) {
                    *a = [T::plus(simd, a[0], b[1]), T::minus(simd, a[1], b[0])];
                }
            }
            for a in data.iter_mut() {
                *a = a.map(|part| T::times(simd, scale, part));
            }
            middle(simd, plan, data, Middle::Forward);
        }
    }
    dispatch(Op(plan, row, ahead, scale, work, spectrum));
}

/// Convolves a row in place with the kernel of a spectrum, and adds `skip` times the row. `work` is as long as the
/// spectrum.
pub(super) fn convolve<T: Real>(plan: &Plan<T>, kernel: &[T], skip: T, work: &mut [T], row: &mut [T]) {
    struct Op<'a, T>(&'a Plan<T>, &'a [T], T, &'a mut [T], &'a mut [T]);
    impl<T: Real> WithSimd for Op<'_, T> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Op(plan, kernel, skip, work, row) = self;
            let data: &mut [Pair<S, T>] = cast_slice_mut(work);
            first(simd, plan, row, data);
            middle(simd, plan, data, Middle::Multiply(cast_slice(kernel)));
            last(simd, plan, data, T::splat(simd, skip), row);
        }
    }
    dispatch(Op(plan, kernel, skip, work, row));
}

/// The adjoint of [`forward`]: the real parts of the way back into `re` (imaginary parts into `im`), which must hold
/// zeros. Overwrites the spectrum.
pub(super) fn backward<T: Real>(plan: &Plan<T>, spectrum: &mut [T], re: &mut [T], im: &mut [T]) {
    struct Op<'a, T>(&'a Plan<T>, &'a mut [T], &'a mut [T], &'a mut [T]);
    impl<T: Real> WithSimd for Op<'_, T> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Op(plan, spectrum, re, im) = self;
            let data: &mut [Pair<S, T>] = cast_slice_mut(spectrum);
            middle(simd, plan, data, Middle::Back);
            let zero = T::splat(simd, T::default());
            last(simd, plan, data, zero, re);
            // The imaginary part of z is the real part of -i z.
            minus_i::<S, T>(simd, data);
            last(simd, plan, data, zero, im);
        }
    }
    dispatch(Op(plan, spectrum, re, im));
}

/// `a + b` into `a`.
pub(super) fn accumulate<T: Real>(a: &mut [T], b: &[T]) {
    struct Op<'a, T>(&'a mut [T], &'a [T]);
    impl<T: Real> WithSimd for Op<'_, T> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            self.0.iter_mut().zip(self.1).for_each(|(a, b)| *a = *a + *b);
        }
    }
    dispatch(Op(a, b));
}

/// The spectrum of the adjoint: of the kernel with its lags negated.
pub(super) fn adjoint<T: Real>(plan: &Plan<T>, spectrum: &[T], out: &mut [T]) {
    struct Op<'a, T>(&'a Plan<T>, &'a [T], &'a mut [T]);
    impl<T: Real> WithSimd for Op<'_, T> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            star::<S, T>(simd, self.0, cast_slice(self.1), cast_slice_mut(self.2));
        }
    }
    dispatch(Op(plan, spectrum, out));
}

/// The product of two spectra, into the first.
pub(super) fn product<T: Real>(plan: &Plan<T>, a: &mut [T], b: &[T]) {
    struct Op<'a, T>(&'a Plan<T>, &'a mut [T], &'a [T]);
    impl<T: Real> WithSimd for Op<'_, T> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            multiply::<S, T>(simd, &self.0.leaves, cast_slice_mut(self.1), cast_slice(self.2));
        }
    }
    dispatch(Op(plan, a, b));
}
