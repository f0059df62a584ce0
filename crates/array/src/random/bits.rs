//! Random bits: a counter, encrypted.

use super::key::next_key;
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::value::Value;
use crate::{Array, Spec, shape};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;
use rayon::prelude::*;
use smallvec::smallvec;

/// Words below which one thread is faster than several.
const PARALLEL: usize = 1 << 15;

/// Random bits under a key.
#[derive(Clone, Copy, Debug)]
struct RandomBits;

impl Primitive for RandomBits {
    fn name(&self) -> &'static str {
        "random_bits"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let Spec { dtype, shape } = &outputs[0];
        // Whole words are made; narrow elements may leave a part of the last one unused.
        let words = (shape::count(shape)? * dtype.size()).div_ceil(4);
        let mut buffer = BufferMut::new(words * 4)?;
        fill(words_of(&inputs[0])?, bytemuck::cast_slice_mut(buffer.bytes_mut()));
        Ok(smallvec![Value::dense(buffer, *dtype, shape)])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        call.none()
    }
}

/// The two words of an evaluated key.
pub(super) fn words_of(key: &Value) -> Result<[u32; 2]> {
    let key = key.to_dense()?;
    match key.dense_bytes().and_then(|b| b.split_first_chunk::<4>()) {
        Some((first, rest)) if rest.len() == 4 => {
            Ok([u32::from_le_bytes(*first), bytemuck::pod_read_unaligned(rest)])
        }
        _ => Err(Error::internal("a key has not two words")),
    }
}

/// The order of MLX: the counters `(i, i + n)` of the first half give word `i` and word `i + n`; of an odd number of
/// words, the one in the middle is the first of the pair `(middle, 0)`.
pub(super) fn fill(key: [u32; 2], words: &mut [u32]) {
    let half = words.len() / 2;
    let odd = words.len() % 2;
    let (low, high) = words.split_at_mut(half + odd);
    let (low, middle) = low.split_at_mut(half);
    for word in middle {
        *word = threefry(key, [half as u32, 0])[0];
    }
    let pairs = |first: usize, low: &mut [u32], high: &mut [u32]| {
        for (i, (a, b)) in low.iter_mut().zip(high).enumerate() {
            let counter = first + i;
            [*a, *b] = threefry(key, [counter as u32, (counter + half + odd) as u32]);
        }
    };
    if words_are_few(half) {
        return pairs(0, low, high);
    }
    const CHUNK: usize = 1 << 12;
    low.par_chunks_mut(CHUNK)
        .zip(high.par_chunks_mut(CHUNK))
        .enumerate()
        .for_each(|(n, (low, high))| pairs(n * CHUNK, low, high));
}

fn words_are_few(pairs: usize) -> bool {
    2 * pairs < PARALLEL
}

/// Threefry-2x32 with 20 rounds.
#[inline]
pub(super) fn threefry(key: [u32; 2], counter: [u32; 2]) -> [u32; 2] {
    /// Rotations of the rounds, in groups of four.
    const ROTATIONS: [[u32; 4]; 2] = [[13, 15, 26, 6], [17, 29, 16, 24]];
    /// The parity constant of the key schedule.
    const PARITY: u32 = 0x1bd1_1bda;
    let schedule = [key[0], key[1], key[0] ^ key[1] ^ PARITY];
    let mut x = counter[0].wrapping_add(schedule[0]);
    let mut y = counter[1].wrapping_add(schedule[1]);
    for group in 0..5 {
        for rotation in ROTATIONS[group % 2] {
            x = x.wrapping_add(y);
            y = y.rotate_left(rotation) ^ x;
        }
        x = x.wrapping_add(schedule[(group + 1) % 3]);
        y = y.wrapping_add(schedule[(group + 2) % 3]).wrapping_add(group as u32 + 1);
    }
    [x, y]
}

/// An array of random bits: `u32`, `u16` or `u8`, all values equally likely.
///
/// ```
/// use emberforge_array::{DType, random};
///
/// let x = random::bits(&[3], DType::U32, Some(&random::key(1)))?;
/// assert_eq!((x.shape(), x.dtype()), (&[3][..], DType::U32));
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the dtype is another, the shape too large, or `key` no key.
pub fn bits(shape: &[usize], dtype: DType, key: Option<&Array>) -> Result<Array> {
    if !matches!(dtype, DType::U8 | DType::U16 | DType::U32) {
        return Err(Error::invalid(format!(
            "random bits come as u8, u16 or u32, not as {dtype}; convert them afterwards"
        )));
    }
    shape::count(shape)?;
    let key = match key {
        Some(key) => checked(key)?.clone(),
        None => next_key(),
    };
    Ok(Array::build(RandomBits, smallvec![key], Spec::new(dtype, shape)))
}

/// The array, if it is a key.
pub(super) fn checked(key: &Array) -> Result<&Array> {
    key.check()?;
    if key.dtype() != DType::U32 || key.shape() != [2] {
        return Err(Error::invalid(format!(
            "a random key is a u32 array of shape (2,), and this is {}{}; make one with `random::key(seed)` or \
             `random::keys(&key)`",
            key.dtype(),
            shape::text(key.shape())
        )));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threefry_gives_the_published_test_vectors() {
        // The known answers of the Random123 distribution, 20 rounds.
        assert_eq!(threefry([0; 2], [0; 2]), [0x6b20_0159, 0x99ba_4efe]);
        assert_eq!(threefry([u32::MAX; 2], [u32::MAX; 2]), [0x1cb9_96fc, 0xbb00_2be7]);
        assert_eq!(
            threefry([0x1319_8a2e, 0x0370_7344], [0x243f_6a88, 0x85a3_08d3]),
            [0xc492_3a9c, 0x483d_f7a0]
        );
    }

    #[test]
    fn threads_change_no_bit() {
        let mut words = vec![0; 2 * PARALLEL + 1];
        fill([7, 9], &mut words);
        let half = PARALLEL;
        for i in [0, 1, 4095, 4096, half - 1] {
            let pair = threefry([7, 9], [i as u32, (i + half + 1) as u32]);
            assert_eq!([words[i], words[i + half + 1]], pair, "pair {i}");
        }
        assert_eq!(words[half], threefry([7, 9], [half as u32, 0])[0]);
    }
}
