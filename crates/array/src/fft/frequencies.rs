//! Which frequency stands where.

use crate::value::Value;
use crate::{Array, rows, shape};
use emberforge_base::{DType, Error, Result};
use emberforge_device::BufferMut;

/// The frequencies of the first `count` numerators over `n d`.
fn frequencies(
    name: &str,
    n: usize,
    d: f64,
    count: usize,
    numerators: impl Iterator<Item = i64>,
) -> Result<Array> {
    if n == 0 || d == 0.0 {
        return Err(Error::invalid(format!(
            "`{name}` of n = {n} and spacing d = {d} is not defined; n must be at least 1 and d not 0"
        )));
    }
    shape::count(&[count])?;
    let mut buffer = BufferMut::new(count.saturating_mul(size_of::<f32>()))?;
    let out = rows::elements_mut::<f32>(buffer.bytes_mut())?;
    out.iter_mut().zip(numerators).for_each(|(x, k)| *x = (k as f64 / (n as f64 * d)) as f32);
    Ok(Array::ready(Value::dense(buffer, DType::F32, &[count])))
}

/// Frequencies of the results of [`fft()`](super::fft()) of `n` samples `d` apart: 0 and up, then the negative ones.
///
/// ```
/// use emberforge_array::fft;
///
/// assert_eq!(fft::fftfreq(5, 0.5)?.to_vec::<f32>()?, [0.0, 0.4, 0.8, -0.8, -0.4]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `n` or `d` is 0.
pub fn fftfreq(n: usize, d: f64) -> Result<Array> {
    let size = n as i64;
    let half = (size + 1) / 2;
    frequencies("fftfreq", n, d, n, (0..half).chain(half - size..0))
}

/// Frequencies of the results of [`rfft`](super::rfft()): from 0 to the highest.
///
/// ```
/// use emberforge_array::fft;
///
/// assert_eq!(fft::rfftfreq(4, 1.0)?.to_vec::<f32>()?, [0.0, 0.25, 0.5]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When `n` or `d` is 0.
pub fn rfftfreq(n: usize, d: f64) -> Result<Array> {
    frequencies("rfftfreq", n, d, n / 2 + 1, 0..=n as i64 / 2)
}
