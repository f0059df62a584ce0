//! Generated arrays. The numbers are part of the interface: they are the same on every platform and in every version.
//!
//! Element `i` of seed `s` draws from `random_bits(s, i)`, a 64-bit mix of both (SplitMix64's finaliser over
//! `s * 0xD1342543DE82EF95 + (i + 1) * 0x9E3779B97F4A7C15`), so arrays of different length share their beginning.
//! - `uniform(lo, hi, seed)`: `lo + (hi - lo) * u` with `u` the upper 24 bits over 2^24, computed in f64;
//! - `normal(seed)`: Box-Muller in f64 with `u1` the upper 32 bits plus one over 2^32 and `u2` the lower 32 bits over
//!   2^32: `sqrt(-2 ln u1) cos(2 pi u2)`;
//! - `randint(lo, hi, seed)`: `lo` plus the upper half of `bits * (hi - lo)` as a 128-bit product; `hi` is excluded.

use super::expr::Cursor;
use super::{Lets, spec};
use crate::{HostArray, Number};
use emberforge_base::{DType, Error, Result};

/// 64 random bits for a seed and a position.
///
/// ```
/// # use emberforge_kernel::data::random_bits;
/// assert_eq!(random_bits(0, 0), 0xE220A8397B1DCDAF);
/// ```
pub fn random_bits(seed: u64, index: u64) -> u64 {
    let mut z = seed
        .wrapping_mul(0xD134_2543_DE82_EF95)
        .wrapping_add(index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

const NAMES: &str = "zeros, ones, full(v), arange(start, step), linspace(first, last), normal(seed), uniform(lo, hi, seed), randint(lo, hi, seed)";

/// Reads a generator and makes the array: `normal(0)`, `uniform(-1, 1, 7)`, `zeros`.
pub(crate) fn generate(
    dtype: DType,
    shape: &[usize],
    cursor: &mut Cursor<'_>,
    lets: &Lets,
) -> Result<HostArray> {
    let name = cursor.ident().unwrap_or_default();
    let args = if cursor.eat("(") { arguments(cursor, lets)? } else { Vec::new() };
    let f = |i: usize| args.get(i).copied().map(Number::to_f64);
    let seed = |i: usize, default: u64| match args.get(i) {
        None => Ok(default),
        Some(Number::Int(s)) => Ok(*s as u64),
        Some(_) => Err(Error::invalid(format!("the seed of `{name}` must be an integer"))),
    };
    let arity = |allowed: &[usize], form: &str| {
        if allowed.contains(&args.len()) {
            return Ok(());
        }
        Err(Error::invalid(format!("`{name}` was given {} arguments; write {form}", args.len())))
    };
    let part = |value: f64| Number::Float(value);
    match name {
        "zeros" => {
            arity(&[0], "`zeros`")?;
            HostArray::zeros(dtype, shape)
        }
        "ones" => {
            arity(&[0], "`ones`")?;
            HostArray::full(dtype, shape, Number::Int(1))
        }
        "full" => {
            arity(&[1], "`full(value)`")?;
            HostArray::full(dtype, shape, args[0])
        }
        "arange" => {
            arity(&[0, 1, 2], "`arange(start, step)`")?;
            if let ([] | [Number::Int(_)] | [Number::Int(_), Number::Int(_)], false) =
                (&args[..], dtype.is_float())
            {
                let int = |i: usize, default| match args.get(i) {
                    Some(Number::Int(n)) => *n,
                    _ => default,
                };
                let (start, step) = (int(0, 0), int(1, 1));
                return HostArray::generate(dtype, shape, |i| Number::Int(start + step * i as i128));
            }
            let (start, step) = (f(0).unwrap_or(0.0), f(1).unwrap_or(1.0));
            HostArray::generate(dtype, shape, |i| part(start + step * i as f64))
        }
        "linspace" => {
            arity(&[2], "`linspace(first, last)`")?;
            let (first, last) = (f(0).unwrap_or(0.0), f(1).unwrap_or(0.0));
            let n = shape.iter().product::<usize>().max(2) - 1;
            HostArray::generate(dtype, shape, |i| part(first + (last - first) * (i as f64 / n as f64)))
        }
        "uniform" => {
            arity(&[0, 1, 2, 3], "`uniform(lo, hi, seed)`, `uniform(seed)` or `uniform`")?;
            let (lo, hi, seed) = match args.len() {
                0 | 1 => (0.0, 1.0, seed(0, 0)?),
                _ => (f(0).unwrap_or(0.0), f(1).unwrap_or(1.0), seed(2, 0)?),
            };
            let draw = move |i: u64| lo + (hi - lo) * ((random_bits(seed, i) >> 40) as f64 / 16_777_216.0);
            fill_random(dtype, shape, draw)
        }
        "normal" => {
            arity(&[0, 1, 2, 3], "`normal(seed)` or `normal(mean, deviation, seed)`")?;
            let (mean, deviation, seed) = match args.len() {
                0 | 1 => (0.0, 1.0, seed(0, 0)?),
                _ => (f(0).unwrap_or(0.0), f(1).unwrap_or(1.0), seed(2, 0)?),
            };
            fill_random(dtype, shape, move |i| mean + deviation * gauss(random_bits(seed, i)))
        }
        "randint" => {
            arity(&[2, 3], "`randint(lo, hi, seed)`")?;
            let (Number::Int(lo), Number::Int(hi)) = (args[0], args[1]) else {
                return Err(Error::invalid("the bounds of `randint` must be integers"));
            };
            let seed = seed(2, 0)?;
            if hi <= lo || hi - lo > i128::from(u64::MAX) {
                return Err(Error::invalid(format!(
                    "`randint({lo}, {hi})` has nothing to choose from; the upper bound is excluded and must be greater"
                )));
            }
            let width = (hi - lo) as u128;
            HostArray::generate(dtype, shape, |i| {
                let draw = (u128::from(random_bits(seed, i as u64)) * width) >> 64;
                Number::Int(lo + draw as i128)
            })
        }
        _ => Err(Error::invalid(format!("`{name}` does not make an array; use one of {NAMES}"))),
    }
}

/// Real dtypes take one draw per element, complex ones two.
fn fill_random(dtype: DType, shape: &[usize], draw: impl Fn(u64) -> f64 + Sync) -> Result<HostArray> {
    HostArray::generate_parallel(dtype, shape, |i| {
        let i = i as u64;
        if dtype == DType::Complex64 {
            Number::Complex(draw(2 * i), draw(2 * i + 1))
        } else {
            Number::Float(draw(i))
        }
    })
}

fn gauss(bits: u64) -> f64 {
    let u1 = ((bits >> 32) + 1) as f64 / 4_294_967_296.0;
    let u2 = (bits & 0xFFFF_FFFF) as f64 / 4_294_967_296.0;
    libm::sqrt(-2.0 * libm::log(u1)) * libm::cos(std::f64::consts::TAU * u2)
}

fn arguments(cursor: &mut Cursor<'_>, lets: &Lets) -> Result<Vec<Number>> {
    let mut args = Vec::new();
    if cursor.eat(")") {
        return Ok(args);
    }
    loop {
        args.push(spec::number(cursor, lets)?);
        if cursor.eat(")") {
            return Ok(args);
        }
        cursor.require(",")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(dtype: DType, n: usize, text: &str) -> HostArray {
        generate(dtype, &[n], &mut Cursor::new(text), &Lets::default()).unwrap()
    }

    /// These values are promised; a change of them breaks everybody's expectations.
    #[test]
    fn random_numbers_are_stable() {
        assert_eq!(random_bits(0, 0), 0xE220_A839_7B1D_CDAF);
        let x = make(DType::F32, 4, "normal(0)");
        assert_eq!(x.to_string(), "[-0.49457878  -0.8771413  -2.6955926 -0.22948998]");
    }

    #[test]
    fn distributions_have_their_moments() {
        let x = make(DType::F32, 100_000, "normal(3)").to_f64();
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        let variance = x.iter().map(|v| v * v).sum::<f64>() / x.len() as f64;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
        let x = make(DType::I32, 10_000, "randint(-3, 4, 1)").to_f64();
        assert!((-3..4).all(|v| x.contains(&f64::from(v))) && x.iter().all(|v| (-3.0..4.0).contains(v)));
        let x = make(DType::F32, 10_000, "uniform(2, 3, 1)").to_f64();
        assert!(x.iter().all(|v| (2.0..3.0).contains(v)));
    }
}
