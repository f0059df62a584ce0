//! Random numbers from keys: the same key gives the same numbers, and the same ones as MLX 0.32.
//!
//! A key is a `u32` array of shape (2,). Bits are Threefry-2x32 (Salmon et al., "Parallel random numbers: as easy as
//! 1, 2, 3", SC 2011) of a counter under the key; every distribution is made of bits and ordinary lazy operations, so
//! nothing is computed until it is needed. Where no key is given, the next one of the thread's own sequence is taken,
//! which [`seed`] begins anew.
//!
//! ```
//! use emberforge_array::{DType, random};
//!
//! let key = random::key(0);
//! let x = random::uniform(0.0, 1.0, &[2], DType::F32, Some(&key))?;
//! assert_eq!(x.to_vec::<f32>()?, random::uniform(0.0, 1.0, &[2], DType::F32, Some(&key))?.to_vec::<f32>()?);
//!
//! let [a, b] = random::keys(&key)?; // independent of each other
//! let (x, y) = (random::normal(&[3], DType::F32, Some(&a))?, random::normal(&[3], DType::F32, Some(&b))?);
//! # assert_ne!(x.to_vec::<f32>()?, y.to_vec::<f32>()?);
//! # Ok::<(), emberforge_array::Error>(())
//! ```
//!
//! `uniform`, `bits`, `randint`, `bernoulli` and `split` are MLX's bits exactly. What goes through `log`,
//! `log1p`, `erf` or `erfinv` may differ from it in the last places, as those functions do;
//! [`multivariate_normal`] says where it does.

mod bits;
mod choices;
mod distributions;
mod key;
mod multivariate;

pub use bits::bits;
pub use choices::{Draws, categorical, permutation, permuted};
pub use distributions::{
    bernoulli, gumbel, laplace, normal, normal_with, randint, truncated_normal, uniform,
};
pub use key::{key, keys, seed, split};
pub use multivariate::multivariate_normal;
