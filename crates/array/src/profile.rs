//! Precision profiles.

use crate::Array;
use crate::element::node::cast;
use emberforge_base::{DType, Error, Result};
use std::cell::Cell;
use std::{fmt, str};

/// How carefully this thread's new nodes compute. A node remembers the profile under which it was built.
///
/// FFT, [`long_conv`](crate::long_conv), reductions, cumulative sums and products, and products and convolutions honour it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// What the device likes best. On the CPU results already are the same bits on every run and for every number of
    /// threads.
    #[default]
    Fast,
    /// Fixed orders of summation: the same bits on every run, for every number of threads, and for a row of a batch alone
    /// or among others.
    Deterministic,
    /// `f32` and half results are computed in `f64` and rounded once: at most 1 ulp from the correctly rounded result
    /// for 99.9 % of outputs. An output of 32 bits cannot hold more: its own rounding is `2^-24` relative.
    Extended,
}

thread_local! {
    static CURRENT: Cell<Profile> = const { Cell::new(Profile::Fast) };
}

impl Profile {
    /// The profile of this thread; [`Profile::Fast`] until [`Profile::within`] says otherwise.
    pub fn current() -> Profile {
        CURRENT.get()
    }

    /// Runs `f` with this profile as the thread's own.
    ///
    /// ```
    /// use emberforge_array::{Array, Profile, sum};
    ///
    /// let x = Array::from_slice(&[1.0f32, 1e8, -1e8], &[3])?;
    /// let total = Profile::Extended.within(|| sum(&x, (), false))?;
    /// assert_eq!(total.item::<f32>()?, 1.0);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    pub fn within<T>(self, f: impl FnOnce() -> T) -> T {
        /// Puts the old profile back, also when `f` panics.
        struct Restore(Profile);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(self.0);
            }
        }
        let _restore = Restore(CURRENT.replace(self));
        f()
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Profile::Fast => "fast",
            Profile::Deterministic => "deterministic",
            Profile::Extended => "extended",
        })
    }
}

impl str::FromStr for Profile {
    type Err = Error;

    /// The names that `Display` gives.
    fn from_str(name: &str) -> Result<Profile> {
        let all = [Profile::Fast, Profile::Deterministic, Profile::Extended];
        all.into_iter().find(|p| p.to_string() == name).ok_or_else(|| {
            Error::invalid(format!(
                "profile `{name}` does not exist; use `fast`, `deterministic` or `extended`"
            ))
        })
    }
}

/// The dtype to accumulate in where `dtype` would do: `f64` of real floats in the extended profile.
pub(crate) fn accumulation(dtype: DType) -> DType {
    if Profile::current() == Profile::Extended && dtype.is_float() { DType::F64 } else { dtype }
}

/// `f` of `x`; in the extended profile of an `f64` copy of a narrower real float, its result rounded to `x`'s dtype.
pub(crate) fn widened(x: &Array, f: impl FnOnce(&Array) -> Result<Array>) -> Result<Array> {
    let wide = accumulation(x.dtype());
    if wide == x.dtype() { f(x) } else { Ok(cast(&f(&cast(x, wide))?, x.dtype())) }
}
