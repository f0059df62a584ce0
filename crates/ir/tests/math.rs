//! Every f32 function against an f64 reference, over the whole range, within its stated bound.

use emberforge_ir::MathOp;
use emberforge_ir::math::{self, ULP_BOUNDS, double};

/// Bit patterns visited: a stride through all 2^32 that is prime and leaves about a million.
const STRIDE: usize = 4093;

/// Values at which something changes.
const SPECIAL: [f32; 44] = [
    0.0,
    -0.0,
    f32::INFINITY,
    f32::NEG_INFINITY,
    f32::NAN,
    1e-45,
    -1e-45,
    1e-40,
    f32::MIN_POSITIVE,
    -f32::MIN_POSITIVE,
    f32::MAX,
    f32::MIN,
    1.0,
    -1.0,
    0.99999994,
    1.0000001,
    -0.99999994,
    0.5,
    -0.5,
    1.5,
    2.0,
    -2.0,
    2.5,
    3.0,
    -3.0,
    4.0,
    10.0,
    -10.0,
    0.25,
    0.75,
    88.72283,
    88.72284,
    -87.33655,
    -103.97208,
    -103.97209,
    128.0,
    -149.0,
    -150.0,
    8388607.5,
    16777216.0,
    16777215.0,
    2147483648.0,
    1e20,
    std::f32::consts::FRAC_PI_2,
];

fn bound(op: MathOp) -> f64 {
    ULP_BOUNDS.iter().find(|(o, _)| *o == op).expect("every function with a float result has a bound").1
        as f64
}

/// Units in the last place between an f32 and the true value; infinity counts as the power of two after the last value.
fn error(got: f32, want: f64) -> f64 {
    let top = 2f64.powi(128);
    if got.is_nan() || want.is_nan() {
        return if got.is_nan() && want.is_nan() { 0.0 } else { f64::INFINITY };
    }
    if want == 0.0 || got == 0.0 {
        // The sign of zero counts.
        if got.is_sign_negative() != want.is_sign_negative() {
            return f64::INFINITY;
        }
    }
    let want = want.clamp(-top, top);
    let got = (got as f64).clamp(-top, top);
    let exponent = double::ilogb(want).clamp(-126, 127);
    (got - want).abs() / double::ldexp(1.0, exponent - 23)
}

struct Worst {
    op: MathOp,
    at: (f32, f32),
    error: f64,
}

impl Worst {
    fn new(op: MathOp) -> Self {
        Worst { op, at: (0.0, 0.0), error: 0.0 }
    }

    fn see(&mut self, x: f32, y: f32, got: f32, want: f64) {
        let e = error(got, want);
        if e > self.error {
            (self.error, self.at) = (e, (x, y));
        }
    }

    /// None when within the bound.
    fn verdict(&self) -> Option<String> {
        let limit = bound(self.op);
        let (x, y) = self.at;
        (self.error > limit)
            .then(|| format!("{:?}({x:e}, {y:e}): {:.4} ulp, stated {limit}\n", self.op, self.error))
    }
}

type One = (MathOp, fn(f32) -> f32, fn(f64) -> f64);
type Two = (MathOp, fn(f32, f32) -> f32, fn(f64, f64) -> f64);

const ONE: &[One] = &[
    (MathOp::Acos, math::acos, double::acos),
    (MathOp::Acosh, math::acosh, double::acosh),
    (MathOp::Asin, math::asin, double::asin),
    (MathOp::Asinh, math::asinh, double::asinh),
    (MathOp::Atan, math::atan, double::atan),
    (MathOp::Atanh, math::atanh, double::atanh),
    (MathOp::Ceil, math::ceil, libm::ceil),
    (MathOp::Cos, math::cos, double::cos),
    (MathOp::Cosh, math::cosh, double::cosh),
    (MathOp::CosPi, math::cospi, double::cospi),
    (MathOp::Erf, math::erf, double::erf),
    (MathOp::ErfInv, math::erfinv, double::erfinv),
    (MathOp::Exp, math::exp, double::exp),
    (MathOp::Exp10, math::exp10, double::exp10),
    (MathOp::Exp2, math::exp2, double::exp2),
    (MathOp::Expm1, math::expm1, double::expm1),
    (MathOp::Floor, math::floor, libm::floor),
    (MathOp::FrexpMantissa, math::frexp_mantissa, double::frexp_mantissa),
    (MathOp::Log, math::log, double::log),
    (MathOp::Log10, math::log10, double::log10),
    (MathOp::Log1p, math::log1p, double::log1p),
    (MathOp::Log2, math::log2, double::log2),
    (MathOp::Rint, math::rint, libm::rint),
    (MathOp::Round, math::round, libm::round),
    (MathOp::Rsqrt, math::rsqrt, double::rsqrt),
    (MathOp::Sin, math::sin, double::sin),
    (MathOp::Sinh, math::sinh, double::sinh),
    (MathOp::SinPi, math::sinpi, double::sinpi),
    (MathOp::Sqrt, math::sqrt, libm::sqrt),
    (MathOp::Tan, math::tan, double::tan),
    (MathOp::Tanh, math::tanh, double::tanh),
    (MathOp::TanPi, math::tanpi, double::tanpi),
    (MathOp::Trunc, math::trunc, libm::trunc),
];

const TWO: &[Two] = &[
    (MathOp::Atan2, math::atan2, double::atan2),
    (MathOp::Copysign, math::copysign, libm::copysign),
    (MathOp::Fdim, math::fdim, double::fdim),
    (MathOp::Fmod, math::fmod, double::fmod),
    (MathOp::Hypot, math::hypot, double::hypot),
    (MathOp::NextAfter, math::nextafter, |x, y| libm::nextafterf(x as f32, y as f32) as f64),
    (MathOp::Pow, math::pow, double::pow),
    (MathOp::Powr, math::powr, double::powr),
];

/// Arguments where the functions are not trivial, as well as everywhere.
fn arguments() -> impl Iterator<Item = f32> {
    let everywhere = (0..=u32::MAX).step_by(STRIDE).map(f32::from_bits);
    let dense = (-100_000..100_000).flat_map(|i| {
        let t = i as f32 / 100_000.0;
        [t, 1.0 + t * 0.5, t * 20.0, t * 150.0]
    });
    // Close to multiples of pi/2 and of 1/2.
    let multiples = (1..200_000).flat_map(|i| {
        let a = (i as f64 * std::f64::consts::FRAC_PI_2) as f32;
        [a, f32::from_bits(a.to_bits() + 1), i as f32 * 0.5]
    });
    // The f32 closest to a multiple of pi/2 relative to its size: 16367173 * 2^72 (Muller, "Elementary Functions").
    let hardest = f32::from_bits(222 << 23 | (16_367_173 - (1 << 23)));
    SPECIAL.into_iter().chain([hardest, -hardest]).chain(everywhere).chain(dense).chain(multiples)
}

#[test]
fn one_operand() {
    let arguments: Vec<f32> = arguments().collect();
    let mut report = String::new();
    for &(op, f, reference) in ONE {
        let mut worst = Worst::new(op);
        for &x in &arguments {
            worst.see(x, 0.0, f(x), reference(x as f64));
        }
        if std::env::var_os("MATH_REPORT").is_some() {
            report += &format!("{op:?} {:.4} at {:e}\n", worst.error, worst.at.0);
        }
        report.extend(worst.verdict());
    }
    assert!(report.is_empty(), "\n{report}");
}

/// Pairs: special with special, random bits, and ordinary magnitudes.
fn pairs() -> Vec<(f32, f32)> {
    let mut list: Vec<_> = SPECIAL.iter().flat_map(|&x| SPECIAL.map(|y| (x, y))).collect();
    // Knuth's MMIX generator.
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 32) as u32
    };
    for _ in 0..300_000 {
        list.push((f32::from_bits(next()), f32::from_bits(next())));
        let unit = |b: u32| b as f32 / u32::MAX as f32;
        let (a, b, c) = (unit(next()), unit(next()), next());
        list.push((a * 4.0, b * 100.0 - 50.0));
        list.push((0.9 + 0.2 * a, b * 2000.0 - 1000.0));
        list.push((f32::from_bits(c & 0x7fff_ffff), b * 2.0 - 1.0));
        list.push((a * 8.0 - 4.0, (c % 41) as f32 * 0.5 - 10.0));
    }
    list
}

#[test]
fn two_operands() {
    let pairs = pairs();
    let mut report = String::new();
    for &(op, f, reference) in TWO {
        let mut worst = Worst::new(op);
        for &(x, y) in &pairs {
            worst.see(x, y, f(x, y), reference(x as f64, y as f64));
        }
        if std::env::var_os("MATH_REPORT").is_some() {
            report += &format!("{op:?} {:.4} at {:?}\n", worst.error, worst.at);
        }
        report.extend(worst.verdict());
    }
    assert!(report.is_empty(), "\n{report}");
}

/// All 2^32 arguments of the functions that matter most; some minutes.
#[test]
fn thinned_sweep_of_all_floats() {
    // Every 4099th of all bit patterns (a prime, so that all mantissas come by); `EMBER_EXHAUSTIVE=1` takes each one,
    // which needs minutes in release.
    let step = if std::env::var_os("EMBER_EXHAUSTIVE").is_some() { 1 } else { 4099 };
    let chosen = [
        MathOp::Exp,
        MathOp::Exp2,
        MathOp::Log,
        MathOp::Sin,
        MathOp::Cos,
        MathOp::Tan,
        MathOp::Tanh,
        MathOp::Erf,
    ];
    let mut report = String::new();
    for &(op, f, reference) in ONE.iter().filter(|(op, ..)| chosen.contains(op)) {
        let mut worst = Worst::new(op);
        for bits in (0..=u32::MAX).step_by(step) {
            let x = f32::from_bits(bits);
            worst.see(x, 0.0, f(x), reference(x as f64));
        }
        if std::env::var_os("MATH_REPORT").is_some() {
            report += &format!("{op:?} {:.4} at {:e}\n", worst.error, worst.at.0);
        }
        report.extend(worst.verdict());
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn fract_is_below_one() {
    for x in arguments() {
        let got = math::fract(x);
        let exact = x as f64 - (x as f64).floor();
        if x.is_infinite() {
            assert_eq!(got.to_bits(), 0);
        } else if x.is_nan() {
            assert!(got.is_nan());
        } else {
            assert!((0.0..1.0).contains(&got), "fract({x:e}) = {got:e}");
            assert!((got as f64 - exact).abs() <= f32::EPSILON as f64 / 2.0, "fract({x:e}) = {got:e}");
        }
    }
    assert_eq!(math::fract(-1e-20), 1.0 - f32::EPSILON / 2.0);
}

#[test]
fn ldexp_rounds_once() {
    let mut worst = Worst::new(MathOp::Ldexp);
    for x in arguments().step_by(17) {
        for n in
            [0, 1, -1, 23, -24, 100, -100, 126, -126, 149, -149, 277, -277, 400, -400, i32::MAX, i32::MIN]
        {
            worst.see(x, n as f32, math::ldexp(x, n), libm::ldexp(x as f64, n.clamp(-700, 700)));
        }
    }
    assert_eq!(worst.verdict(), None);
}

#[test]
fn exponents_and_classes() {
    for x in arguments() {
        let wide = x as f64;
        assert_eq!(math::frexp_exponent(x), double::frexp_exponent(wide), "{x:e}");
        assert_eq!(math::ilogb(x), double::ilogb(wide), "{x:e}");
        if x.is_finite() {
            assert_eq!(math::ldexp(math::frexp_mantissa(x), math::frexp_exponent(x)).to_bits(), x.to_bits());
        }
        assert_eq!(math::is_finite(x), x.is_finite());
        assert_eq!(math::is_inf(x), x.is_infinite());
        assert_eq!(math::is_nan(x), x.is_nan());
        assert_eq!(math::is_normal(x), x.is_normal());
        assert_eq!(math::sign_bit(x), x.to_bits() >> 31 == 1);
    }
}

#[test]
fn minimum_and_maximum() {
    let nan = f32::NAN;
    assert_eq!(math::min(1.0, nan), 1.0);
    assert_eq!(math::min(nan, 1.0), 1.0);
    assert_eq!(math::max(1.0, nan), 1.0);
    assert_eq!(math::max(nan, 1.0), 1.0);
    assert!(math::min(nan, nan).is_nan() && math::max(nan, nan).is_nan());
    assert_eq!((math::min(2.0, 3.0), math::max(2.0, 3.0)), (2.0, 3.0));
    // Equal operands: the first.
    assert!(math::min(0.0, -0.0).is_sign_positive() && math::max(-0.0, 0.0).is_sign_negative());
}

/// C99 Annex F and C23 for the functions whose reference is ours as well.
#[test]
fn special_values_of_our_own_references() {
    let same = |a: f32, b: f32| a.to_bits() == b.to_bits();
    for n in 0..2000 {
        let x = n as f32;
        assert!(same(math::sinpi(x), 0.0) && same(math::sinpi(-x), -0.0), "{x}");
        assert_eq!(math::cospi(x), if n % 2 == 0 { 1.0 } else { -1.0 });
        assert!(same(math::cospi(x + 0.5), 0.0) && same(math::cospi(-x - 0.5), 0.0), "{x}");
        assert_eq!(math::sinpi(x + 0.5), if n % 2 == 0 { 1.0 } else { -1.0 });
        assert_eq!(math::exp2(x - 149.0), libm::exp2(n as f64 - 149.0) as f32);
    }
    for x in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
        assert!(math::sinpi(x).is_nan() && math::cospi(x).is_nan() && math::tanpi(x).is_nan());
    }
    assert!(same(math::erfinv(-0.0), -0.0));
    assert_eq!((math::erfinv(1.0), math::erfinv(-1.0)), (f32::INFINITY, f32::NEG_INFINITY));
    assert!(math::erfinv(1.0000001).is_nan() && double::erfinv(-1.5).is_nan());
    assert!(math::powr(-1.0, 2.0).is_nan() && math::powr(f32::NAN, 0.0).is_nan());
    assert_eq!(
        (math::powr(0.0, 0.0), math::powr(0.0, -1.0), math::powr(-0.0, -1.0)),
        (1.0, f32::INFINITY, f32::INFINITY)
    );
}

/// The f64 reference of `erfinv` is ours: it must invert `erf`.
#[test]
fn erfinv_inverts_erf() {
    for i in 1..100_000 {
        let y = i as f64 * 5e-5;
        let x = libm::erf(y);
        if x > 0.999_999_9 {
            break;
        }
        // One unit of x moves y by 1 / erf'(y) units.
        let slope = 2.0 / std::f64::consts::PI.sqrt() * (-y * y).exp();
        let allowed = 4e-16 * (y + x / slope);
        assert!((double::erfinv(x) - y).abs() <= allowed, "erfinv(erf({y})) = {}", double::erfinv(x));
        assert_eq!(double::erfinv(-x), -double::erfinv(x));
    }
    // Tails, against values computed with mpmath at 40 digits.
    for (x, want) in TAILS {
        let got = double::erfinv(x);
        assert!((got - want).abs() <= 4e-15 * want, "erfinv({x:e}) = {got:e}");
    }
}

/// (x, erfinv(x)).
const TAILS: [(f64, f64); 10] = [
    (0.5, 0.4769362762044699),
    (0.9, 1.1630871536766743),
    (0.99, 1.8213863677184494),
    (0.999999, 3.458910737275499),
    (0.9999999403953552, 3.832506856900711),
    (0.9999999999990905, 5.05125408524939),
    (0.9999999999999999, 5.8635847487551676),
    (1e-05, 8.862269254759594e-06),
    (1e-09, 8.86226925452758e-10),
    (1e-300, 8.86226925452758e-301),
];
