//! `f16` and `bf16`: conversions, single roundings, and the functions that depend on spacing.

use emberforge_ir::math;
use half::{bf16, f16};

/// f32 bit patterns: a sample of all, and around every value and every halfway point of both types.
fn patterns() -> impl Iterator<Item = u32> {
    let sample = (0..=u32::MAX).step_by(1021);
    let near = (0..=u16::MAX).flat_map(|h| {
        let wide = [f16::from_bits(h).to_f32().to_bits(), (h as u32) << 16];
        wide.into_iter().flat_map(|b| {
            // Half a unit of: normal f16, bf16; subnormal f16 halves depend on the exponent, so all powers of two.
            (10..24).flat_map(move |s| {
                let half = b.wrapping_add(1 << s);
                [b, half, half.wrapping_sub(1), half.wrapping_add(1)]
            })
        })
    });
    sample.chain(near)
}

#[test]
fn rounding_equals_the_half_crate() {
    for bits in patterns() {
        let x = f32::from_bits(bits);
        let (h, b) = (f16::from_f32_const(x), bf16::from_f32(x));
        if x.is_nan() {
            assert!(math::round_f16(x).is_nan() && math::round_bf16(x).is_nan());
            assert!(
                f16::from_bits(math::f32_to_f16(x)).is_nan()
                    && bf16::from_bits(math::f32_to_bf16(x)).is_nan()
            );
            continue;
        }
        assert_eq!(math::f32_to_f16(x), h.to_bits(), "{bits:#x}");
        assert_eq!(math::round_f16(x).to_bits(), h.to_f32_const().to_bits(), "{bits:#x}");
        assert_eq!(math::f32_to_bf16(x), b.to_bits(), "{bits:#x}");
        assert_eq!(math::round_bf16(x).to_bits(), b.to_f32().to_bits(), "{bits:#x}");
    }
}

#[test]
fn widening_is_exact() {
    for bits in 0..=u16::MAX {
        let (h, b) = (f16::from_bits(bits), bf16::from_bits(bits));
        if h.is_nan() {
            assert!(math::f16_to_f32(bits).is_nan());
        } else {
            assert_eq!(math::f16_to_f32(bits).to_bits(), h.to_f32_const().to_bits());
        }
        if b.is_nan() {
            assert!(math::bf16_to_f32(bits).is_nan());
        } else {
            assert_eq!(math::bf16_to_f32(bits).to_bits(), b.to_f32().to_bits());
        }
    }
}

/// `got` is the value of the 16-bit type nearest to `x`, ties to the even pattern; `widen` decodes a pattern.
fn is_nearest(x: f64, got: f32, narrow: fn(f32) -> u16, widen: fn(u16) -> f32) -> bool {
    let bits = narrow(got);
    if widen(bits).to_bits() != got.to_bits() || got.is_sign_negative() != x.is_sign_negative() {
        return false;
    }
    let magnitude = bits & 0x7fff;
    // Infinity stands one step after the largest finite value.
    let value = |m: u16| {
        let v = widen(m) as f64;
        if v.is_finite() { v } else { 2.0 * widen(m - 1) as f64 - widen(m - 2) as f64 }
    };
    let (a, here) = (x.abs(), value(magnitude));
    let distance = (a - here).abs();
    let even = magnitude & 1 == 0;
    let wins = |other: f64| distance < (a - other).abs() || (even && distance == (a - other).abs());
    let infinite = widen(magnitude).is_infinite();
    (magnitude == 0 || wins(value(magnitude - 1))) && (infinite || wins(value(magnitude + 1)))
        || infinite && a >= here
}

#[test]
fn f64_rounds_once() {
    for h in 0..0x7fffu16 {
        for (widen, narrow, round) in [
            (
                math::f16_to_f32 as fn(u16) -> f32,
                math::f32_to_f16 as fn(f32) -> u16,
                math::round_f64_to_f16 as fn(f64) -> f32,
            ),
            (math::bf16_to_f32, math::f32_to_bf16, math::round_f64_to_bf16),
        ] {
            let (a, b) = (widen(h) as f64, widen(h + 1) as f64);
            if !a.is_finite() || !b.is_finite() {
                continue;
            }
            let middle = a + (b - a) * 0.5;
            let unit = |x: f64, by: i64| f64::from_bits((x.to_bits() as i64 + by) as u64);
            // The neighbours of a halfway point in f64 vanish in f32.
            for x in [a, middle, unit(middle, 1), unit(middle, -1), unit(a, 1), a + (b - a) * 0.3] {
                for x in [x, -x] {
                    assert!(is_nearest(x, round(x), narrow, widen), "{x:e} -> {:e}", round(x));
                }
            }
        }
    }
    assert_eq!(math::round_f64_to_f16(1e300), f32::INFINITY);
    assert_eq!(math::round_f64_to_f16(65519.99999999999), 65504.0);
    assert_eq!(math::round_f64_to_f16(65520.0), f32::INFINITY);
    assert_eq!(math::round_f64_to_bf16(-1e300), f32::NEG_INFINITY);
    assert_eq!(math::round_f64_to_bf16(1e-300).to_bits(), 0);
    assert!(math::round_f64_to_f16(f64::NAN).is_nan() && math::round_f64_to_bf16(f64::NAN).is_nan());
}

#[test]
fn fma_rounds_once() {
    // Exactly halfway plus or minus next to nothing: rounding to f64 first would forget it.
    // 1.0078125 * 1.5 = 1.51171875, halfway between 1.5078125 and 1.515625: even is 1.515625 (odd below).
    let down = math::fma_bf16(1.0078125, 1.5, -1e-30);
    let exact = math::fma_bf16(1.0078125, 1.5, 0.0);
    let up = math::fma_bf16(1.0078125, 1.5, 1e-30);
    assert_eq!((down, up), (1.5078125, 1.515625));
    assert!(exact == down || exact == up);
    assert_eq!(math::fma_bf16(-1.0078125, 1.5, 1e-30), -1.5078125);
    // Specials.
    assert_eq!(math::fma_f16(65504.0, 2.0, f32::NEG_INFINITY), f32::NEG_INFINITY);
    assert!(math::fma_f16(f32::INFINITY, 0.0, 1.0).is_nan());
    assert_eq!(math::fma_bf16(3e38, 3e38, 0.0), f32::INFINITY);
    // Random f16 triples against exact integer arithmetic: all values are multiples of 2^-24, products of 2^-48.
    let mut state = 7u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as u16
    };
    for _ in 0..500_000 {
        let (a, b, c) = (math::f16_to_f32(next()), math::f16_to_f32(next()), math::f16_to_f32(next()));
        if !(a.is_finite() && b.is_finite() && c.is_finite()) {
            continue;
        }
        let fixed = |x: f32| (x as f64 * 16_777_216.0) as i128;
        let exact = fixed(a) * fixed(b) + (fixed(c) << 24);
        let got = math::fma_f16(a, b, c);
        if exact == 0 {
            assert_eq!(got, 0.0);
            continue;
        }
        // Rounded to odd at 53 bits, then checked to be nearest.
        let magnitude = exact.unsigned_abs();
        let drop = (128 - magnitude.leading_zeros()).saturating_sub(53);
        let sticky = (magnitude & ((1 << drop) - 1) != 0) as u128;
        let odd = ((magnitude >> drop | sticky) << drop) as f64 / 2f64.powi(48);
        let x = if exact < 0 { -odd } else { odd };
        assert!(is_nearest(x, got, math::f32_to_f16, math::f16_to_f32), "fma({a:e}, {b:e}, {c:e}) = {got:e}");
    }
}

#[test]
fn neighbours() {
    for h in 0..=u16::MAX {
        let x = f16::from_bits(h);
        if !x.is_finite() {
            continue;
        }
        let up = math::nextafter_f16(x.to_f32(), f32::INFINITY);
        assert!(up > x.to_f32());
        let back = math::nextafter_f16(up, f32::NEG_INFINITY);
        assert_eq!(back, x.to_f32());
        let y = bf16::from_bits(h);
        if y.is_finite() {
            let up = math::nextafter_bf16(y.to_f32(), f32::INFINITY);
            assert!(up > y.to_f32());
            assert_eq!(math::nextafter_bf16(up, f32::NEG_INFINITY), y.to_f32());
        }
    }
    assert_eq!(math::nextafter_f16(65504.0, f32::INFINITY), f32::INFINITY);
    assert_eq!(math::nextafter_f16(0.0, -1.0), -5.9604645e-8);
    assert!(math::nextafter_bf16(f32::NAN, 1.0).is_nan() && math::nextafter_f16(1.0, f32::NAN).is_nan());
    assert_eq!(math::nextafter_f16(1.0, 1.0), 1.0);
}

#[test]
fn fractions_and_classes() {
    assert_eq!(math::fract_f16(-5.9604645e-8), 1.0 - 1.0 / 2048.0);
    assert_eq!(math::fract_bf16(-1e-20), 1.0 - 1.0 / 256.0);
    assert_eq!(math::fract_f16(-0.25), 0.75);
    assert!(math::fract_f16(f32::NAN).is_nan());
    assert!(math::is_normal_f16(6.1035156e-5) && !math::is_normal_f16(6.0976e-5));
    assert!(
        !math::is_normal_f16(f32::INFINITY) && !math::is_normal_f16(f32::NAN) && !math::is_normal_f16(0.0)
    );
}
