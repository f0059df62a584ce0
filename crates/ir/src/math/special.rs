//! The error function and its inverse.

use super::exponential::exp;
use super::poly::{ln_wide, poly, poly32};

/// erf(x) / x - 1 in powers of x^2, on [0, 1]; error 2^-29.7.
const ERF_SMALL: [f32; 7] =
    [0.128_379_17, -0.376_126_26, 0.112_836, -0.026_854_444, 0.005_189_535, -8.020_841e-4, 7.889_117e-5];

/// ln(1 - erf(1 + t)) on [0, 3]; error of 1 - erf 2^-35.1.
const ERF_LARGE: [f32; 8] = [
    -1.849_605_6,
    -2.638_967_5,
    -0.843_107_1,
    -0.041_563_48,
    0.010_046_453,
    -0.002_011_967_4,
    2.895_284_3e-4,
    -2.168_685e-5,
];

/// Error function.
#[inline(always)]
pub fn erf(x: f32) -> f32 {
    let a = x.abs();
    // erf(4) is 1 - 1.5e-8, which is 1. NaN passes.
    let a = if a > 4.0 { 4.0 } else { a };
    let small = a.mul_add(poly32(a * a, &ERF_SMALL), a);
    let large = 1.0 - exp(poly32(a - 1.0, &ERF_LARGE));
    (if a < 1.0 { small } else { large }).copysign(x)
}

/// erfinv(x) / x in powers of w - 5/2, where w = -ln(1 - x^2) is in [0, 5]; error 2^-33.9.
const ERFINV_SMALL: [f64; 13] = [
    1.501_409_351_110_792,
    0.246_640_276_785_267_76,
    -0.004_177_317_810_140_035,
    -0.001_252_708_083_622_281,
    0.000_218_250_649_399_95,
    -4.995_881_448_760_06e-6,
    -3.417_115_232_745_010_4e-6,
    4.786_448_243_400_271e-7,
    1.369_149_601_519_915_2e-8,
    -1.085_439_709_311_237_6e-8,
    8.327_000_821_030_813e-10,
    1.230_288_897_312_080_5e-10,
    -2.120_356_513_181_900_3e-11,
];

/// the same in powers of sqrt(w) - 25/8, for |t| <= 9/10; error 2^-35.5.
const ERFINV_LARGE: [f64; 14] = [
    2.958_320_150_229_414_3,
    1.003_718_691_823_943_4,
    0.007_047_885_743_503_884,
    -0.005_301_013_755_766_198,
    0.003_794_394_936_476_231,
    -0.002_519_820_589_259_044,
    0.001_260_839_137_491_740_6,
    -0.000_329_121_120_083_822_37,
    -9.004_564_408_768_486e-5,
    0.000_137_715_862_592_973_26,
    -5.831_562_881_901_874_6e-5,
    -6.997_971_317_979_326e-7,
    1.161_966_884_970_999e-5,
    -3.765_919_365_781_323e-6,
];

/// Inverse error function; infinite at +-1, NaN beyond. The variable is M. Giles' ("Approximating the erfinv function",
/// GPU Computing Gems 2, 2011).
#[inline(always)]
pub fn erfinv(x: f32) -> f32 {
    let a = x.abs() as f64;
    let w = -ln_wide((1.0 - a) * (1.0 + a));
    let small = poly(w - 2.5, &ERFINV_SMALL);
    let large = poly(w.sqrt() - 3.125, &ERFINV_LARGE);
    let v = (a * if w < 5.0 { small } else { large }) as f32;
    let v = if a == 1.0 { f32::INFINITY } else { v };
    let v = if a <= 1.0 { v } else { f32::NAN };
    v.copysign(x)
}
