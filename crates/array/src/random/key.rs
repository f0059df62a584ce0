//! Keys, their children, and the thread's own sequence of them.

use super::bits::{bits, checked, fill, words_of};
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::value::Value;
use crate::{Array, Spec, shape};
use emberforge_base::{DType, Error, Result};
use smallvec::{SmallVec, smallvec};
use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};

thread_local! {
    /// The key from which this thread's next one is made. Unpredictable until [`seed`].
    static SEQUENCE: Cell<[u32; 2]> = Cell::new(words(RandomState::new().hash_one(0)));
}

/// High and low word.
fn words(seed: u64) -> [u32; 2] {
    [(seed >> 32) as u32, seed as u32]
}

fn array(words: [u32; 2]) -> Result<Array> {
    Array::from_slice(&words, &[2])
}

/// The key of a seed.
///
/// ```
/// use emberforge_array::random;
///
/// assert_eq!(random::key(7).to_vec::<u32>()?, [0, 7]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
pub fn key(seed: u64) -> Array {
    array(words(seed)).unwrap_or_else(Array::failed)
}

/// Begins this thread's sequence of keys anew. Functions that are given no key take the next of it.
///
/// ```
/// use emberforge_array::{DType, random};
///
/// random::seed(3);
/// let first = random::uniform(0.0, 1.0, &[], DType::F32, None)?.item::<f32>()?;
/// random::seed(3);
/// assert_eq!(random::uniform(0.0, 1.0, &[], DType::F32, None)?.item::<f32>()?, first);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
pub fn seed(seed: u64) {
    SEQUENCE.set(words(seed));
}

/// The next key of this thread's sequence: of the two children of the present one, the second; the first takes its place.
pub(super) fn next_key() -> Array {
    let mut children = [0; 4];
    fill(SEQUENCE.get(), &mut children);
    let [a, b, c, d] = children;
    SEQUENCE.set([a, b]);
    array([c, d]).unwrap_or_else(Array::failed)
}

/// `num` keys that a key gives birth to, as a `u32` array of shape (num, 2).
///
/// # Errors
/// When `key` is no key.
pub fn split(key: &Array, num: usize) -> Result<Array> {
    bits(&[num, 2], DType::U32, Some(key))
}

/// The rows of [`split`] as separate keys: `let [a, b] = random::keys(&key)?`.
///
/// # Errors
/// When `key` is no key.
pub fn keys<const N: usize>(key: &Array) -> Result<[Array; N]> {
    let rows = Array::outputs(
        SplitKeys,
        smallvec![checked(key)?.clone()],
        SmallVec::from_elem(Spec::new(DType::U32, &[2]), N),
    );
    rows.try_into().map_err(|_| Error::internal("a split gave another number of keys"))
}

/// The children of a key, each an output of its own.
#[derive(Clone, Copy, Debug)]
struct SplitKeys;

impl Primitive for SplitKeys {
    fn name(&self) -> &'static str {
        "random_keys"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let mut children = vec![0; 2 * outputs.len()];
        fill(words_of(&inputs[0])?, &mut children);
        let all = Value::from_elements(DType::U32, &[children.len()], &children)?;
        let row = |i: usize| Value { shape: shape::Shape::from_slice(&[2]), offset: 2 * i, ..all.clone() };
        Ok((0..outputs.len()).map(row).collect())
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        call.none()
    }
}
