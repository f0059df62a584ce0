//! The exact GELU of a vector of sums.

/// log2(2 Phi(-a)) / a in powers of a, Phi the normal distribution, on [0, 9]; error of a Phi(-a) 2^-25.2, relative to a.
const TAIL: [f32; 10] = [
    -1.151_107_1,
    -0.459_187_6,
    -0.052_565_593,
    0.007_163_073_4,
    -2.009_520_1e-4,
    -1.731_529e-4,
    4.356_714e-5,
    -5.150_01e-6,
    3.138_518e-7,
    -7.875_476e-9,
];

/// (2^r - 1) / r on [-1/2, 1/2]; error 2^-28.9.
const EXP2: [f32; 6] =
    [std::f32::consts::LN_2, 0.240_226_48, 0.055_503_324, 0.009_618_437, 0.001_339_887_5, 1.535_336_2e-4];

/// Adding and subtracting 1.5 * 2^23 rounds to an integer, which is then also in the low bits.
const ROUND: f32 = 12_582_912.0;

/// `x * Phi(x)` = `max(x, 0) - a * Phi(-a)`, a = |x|. Errors are at most 2^-23.3 of a, and 1.8 ulp for x > 0: those of
/// `x * (1 + erf(x / sqrt(2))) / 2` in f32.
#[inline(always)]
pub(super) fn gelu(x: f32) -> f32 {
    // Written so that NaN passes. From 40 on, the tail is 0 for every purpose; infinity times 0 would not be.
    let a = x.abs();
    let a = if a > 40.0 { 40.0 } else { a };
    let exponent = a * polynomial(a, &TAIL);
    let exponent = if exponent < -125.0 { -125.0 } else { exponent };
    let shifted = exponent + ROUND;
    let r = exponent - (shifted - ROUND);
    let twice = r.mul_add(polynomial(r, &EXP2), 1.0);
    let twice = f32::from_bits(twice.to_bits().wrapping_add(shifted.to_bits() << 23));
    (-0.5 * a).mul_add(twice, x.max(0.0))
}

#[inline(always)]
fn polynomial<const N: usize>(x: f32, coefficients: &[f32; N]) -> f32 {
    let mut sum = coefficients[N - 1];
    for c in coefficients[..N - 1].iter().rev() {
        sum = sum.mul_add(x, *c);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_those_of_the_formula_in_f32() {
        // Every 512th bit pattern up to 64, of both signs.
        for x in (0..0x4280_0000u32).step_by(512).flat_map(|b| [f32::from_bits(b), -f32::from_bits(b)]) {
            let right = x as f64 * libm::erfc(-x as f64 * std::f64::consts::FRAC_1_SQRT_2) / 2.0;
            let error = (gelu(x) as f64 - right).abs();
            let ulp = (right as f32).abs().next_up() as f64 - (right as f32).abs() as f64;
            assert!(error <= x.abs() as f64 * 2f64.powf(-23.3) + 1e-36, "{x}: {error}");
            assert!(x < 0.0 || error <= 1.8 * ulp, "{x}: {error}");
        }
    }

    #[test]
    fn what_is_not_finite_goes_to_its_limit() {
        assert_eq!((gelu(f32::INFINITY), gelu(f32::MAX)), (f32::INFINITY, f32::MAX));
        assert!(gelu(f32::NEG_INFINITY).abs() < 1e-35 && gelu(f32::MIN).abs() < 1e-35);
        assert!(gelu(f32::NAN).is_nan());
    }
}
