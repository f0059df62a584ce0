//! Products, exponentials and the soft cap, element by element.

use crate::common::{Run, UNIT, array, close, normal, scalar};
use emberforge_kernel::{DType, HostArray};

const COUNTS: [usize; 6] = [1, 7, 256, 257, 4099, 20_011];

fn complex(n: usize, seed: u64) -> HostArray {
    array(&format!("c64({n}):normal({seed})"))
}

fn multiply(name: &str, a: &HostArray, b: &HostArray) -> Vec<[f32; 2]> {
    let n = a.len();
    let out =
        Run::new(name).input(a).input(b).output_of(DType::Complex64, &[n]).launch([n, 1, 1], [256, 1, 1]);
    out[0].as_slice::<[f32; 2]>().unwrap().to_vec()
}

#[test]
fn complex_products_are_not_contracted() {
    for n in COUNTS {
        let (a, b) = (complex(n, 1), complex(n, 2));
        let out = multiply("complex_mul", &a, &b);
        let (a, b) = (a.as_slice::<[f32; 2]>().unwrap(), b.as_slice::<[f32; 2]>().unwrap());
        for ((a, b), out) in a.iter().zip(b).zip(out) {
            // Two roundings in f32, the second of a sum: Rust does not contract, so the bits are those.
            let re = a[0] * b[0] - a[1] * b[1];
            let im = a[0] * b[1] + a[1] * b[0];
            assert_eq!([re.to_bits(), im.to_bits()], [out[0].to_bits(), out[1].to_bits()]);
            let exact = f64::from(a[0]) * f64::from(b[0]) - f64::from(a[1]) * f64::from(b[1]);
            let magnitude =
                (f64::from(a[0]) * f64::from(b[0])).abs() + (f64::from(a[1]) * f64::from(b[1])).abs();
            assert!((f64::from(out[0]) - exact).abs() <= 2.0 * UNIT * magnitude * (1.0 + 1e-6));
        }
    }
}

/// The error of `got` against `p + q`, in units of the last place of the exact sum. Products of two f32 are exact in
/// f64; their sum is taken as an exact pair.
fn ulps(got: f32, p: f64, q: f64) -> f64 {
    let s = p + q;
    let v = s - p;
    let rest = (p - (s - v)) + (q - v);
    let got = f64::from(got);
    if s == 0.0 {
        return if got == rest { 0.0 } else { f64::INFINITY };
    }
    // The exponent of the exact sum, which `rest` can only lower when `s` is a power of two.
    let mut exponent = ((s.abs().to_bits() >> 52) as i32) - 1023;
    if s.abs().to_bits().trailing_zeros() >= 52 && rest * s < 0.0 {
        exponent -= 1;
    }
    // `got - s` is exact: both are near, and `got` has few digits.
    ((got - s) - rest).abs() / 2f64.powi(exponent - 23)
}

#[test]
fn complex_products_in_double_double_are_rounded_once() {
    let check = |a: &HostArray, b: &HostArray| {
        let out = multiply("complex_mul_dd", a, b);
        let (a, b) = (a.as_slice::<[f32; 2]>().unwrap(), b.as_slice::<[f32; 2]>().unwrap());
        let mut worst = 0.0f64;
        for ((a, b), out) in a.iter().zip(b).zip(out) {
            let [ar, ai, br, bi] = [a[0], a[1], b[0], b[1]].map(f64::from);
            let (re, im) = (ulps(out[0], ar * br, -(ai * bi)), ulps(out[1], ar * bi, ai * br));
            assert!(re <= 0.500_000_1 && im <= 0.500_000_1, "{a:?} * {b:?} is {out:?}: {re} and {im} ulp");
            worst = worst.max(re).max(im);
        }
        worst
    };
    for n in COUNTS {
        check(&complex(n, 1), &complex(n, 2));
    }
    // Many, to come near the bound.
    assert!(check(&complex(300_000, 3), &complex(300_000, 4)) > 0.4999);

    // Components that cancel: b is the conjugate of a, or i times it, off by a few units of the last place, or with
    // factors of very different size; and small integers, whose products tie and cancel to zero.
    let base = complex(50_000, 5);
    let base = base.as_slice::<[f32; 2]>().unwrap();
    let nudge = |x: f32, by: usize| f32::from_bits(x.to_bits().wrapping_add_signed(by as i32 % 7 - 3));
    let near: Vec<[f32; 2]> =
        base.iter().enumerate().map(|(i, z)| [nudge(z[0], i), -nudge(z[1], i / 7)]).collect();
    let turned: Vec<[f32; 2]> =
        base.iter().enumerate().map(|(i, z)| [nudge(z[1], i), nudge(z[0], i / 7)]).collect();
    let scaled: Vec<[f32; 2]> = base
        .iter()
        .enumerate()
        .map(|(i, z)| [z[0] * 2f32.powi(i as i32 % 81 - 40), z[1] * 2f32.powi(i as i32 % 37 - 18)])
        .collect();
    let small: Vec<[f32; 2]> =
        (0..50_000).map(|i| [(i % 17) as f32 - 8.0, (i / 17 % 4099) as f32 - 2049.0]).collect();
    let odd: Vec<[f32; 2]> =
        (0..50_000).map(|i| [(i % 8191) as f32 + 8193.0, (i % 13) as f32 - 6.0]).collect();
    let base = HostArray::vector(base);
    for other in [near, turned, scaled] {
        check(&base, &HostArray::vector(&other));
    }
    check(&HostArray::vector(&small), &HostArray::vector(&odd));
    check(&HostArray::vector(&odd), &HostArray::vector(&odd));
}

#[test]
fn exponentials_in_every_dtype() {
    for n in COUNTS {
        let x = array(&format!("f32({n}):normal(0, 20, 1)"));
        let y = Run::new("exp").input(&x).output(&[n]).template("T", DType::F32);
        let y = y.launch([n, 1, 1], [256, 1, 1]);
        let x = x.to_f64();
        // Two units of the last place, one of the least normal number below it.
        close("exp", &y[0], |i| (x[i].exp(), 4.0 * UNIT * x[i].exp() + 1e-44));
    }
    let x = array("f32(5):[0, -0, inf, -inf, nan]");
    let y = Run::new("exp").input(&x).output(&[5]).template("T", DType::F32).launch([5, 1, 1], [256, 1, 1]);
    let y = y[0].as_slice::<f32>().unwrap();
    assert_eq!(y[..4], [1.0, 1.0, f32::INFINITY, 0.0]);
    assert!(y[4].is_nan());

    for (dtype, unit) in [(DType::F16, 1.0 / 2048.0), (DType::BF16, 1.0 / 256.0)] {
        let x = normal(&[1009], 1).convert(dtype).unwrap();
        let y = Run::new("exp").input(&x).output_of(dtype, &[1009]).template("T", dtype);
        let y = y.launch([1009, 1, 1], [256, 1, 1]);
        let x = x.to_f64();
        close("exp", &y[0], |i| (x[i].exp(), 2.0 * unit * x[i].exp()));
    }
}

#[test]
fn strided_exponentials() {
    for shape in [vec![1], vec![257], vec![3, 5], vec![2, 3, 5, 7], vec![2, 1, 3, 1, 5, 2]] {
        let n = shape.iter().product();
        let x = normal(&shape, 1);
        let y = Run::new("exp_strided").input(&x).output(&shape).template("T", DType::F32);
        let y = y.launch([n, 1, 1], [256, 1, 1]);
        let x = x.to_f64();
        close("exp_strided", &y[0], |i| (x[i].exp(), 4.0 * UNIT * x[i].exp()));
    }
    // Extents, strides and offset of views of 60 elements: plain, transposed, broadcast, reversed, every third.
    let views: [(&[i32], &[i64], i32); 6] = [
        (&[60], &[1], 0),
        (&[5, 12], &[1, 5], 0),
        (&[7, 60], &[0, 1], 0),
        (&[60], &[-1], 59),
        (&[2, 3, 5], &[30, -3, 3], 9),
        (&[1, 4, 1, 13], &[99, 1, 99, 4], 1),
    ];
    let base = normal(&[60], 2);
    for (extent, stride, offset) in views {
        let shape: Vec<usize> = extent.iter().map(|n| *n as usize).collect();
        let n = shape.iter().product();
        let y = Run::new("exp_view")
            .input(&base)
            .input(&HostArray::vector(extent))
            .input(&HostArray::vector(stride))
            .input(&HostArray::scalar(offset))
            .output(&shape)
            .launch([n, 1, 1], [256, 1, 1]);
        let base = base.to_f64();
        close("exp_view", &y[0], |i| {
            let (mut rest, mut at) = (i as i64, i64::from(offset));
            for (extent, stride) in extent.iter().zip(stride).rev() {
                at += rest % i64::from(*extent) * stride;
                rest /= i64::from(*extent);
            }
            let want = base[at as usize].exp();
            (want, 4.0 * UNIT * want)
        });
    }
}

#[test]
fn soft_caps() {
    for n in COUNTS {
        let x = array(&format!("f32({n}):normal(0, 60, 1)"));
        let cap = 30.0f32;
        let y =
            Run::new("soft_cap").input(&x).input(&scalar(cap)).output(&[n]).launch([n, 1, 1], [256, 1, 1]);
        let x = x.to_f64();
        let cap = f64::from(cap);
        // tanh shrinks the relative error of its argument; it has a few units itself.
        close("soft_cap", &y[0], |i| {
            let want = cap * (x[i] / cap).tanh();
            (want, 8.0 * UNIT * want.abs())
        });
    }
}

#[test]
fn exponential_modulation() {
    for (d, l) in [(1, 1), (5, 3), (7, 257), (3, 4099)] {
        let (h, delta) = (normal(&[d, l], 1), array(&format!("f32({d}):linspace(-3.07, -15.35)")));
        let t = array(&format!("f32({l}):linspace(0, 1)"));
        let shift = 0.01f32;
        let run = Run::new("exp_modulation").input(&h).input(&t).input(&delta).input(&scalar(shift));
        let k = run.output(&[d, l]).launch([l, d, 1], [256, 1, 1]);
        let (h, t, delta) = (h.to_f64(), t.to_f64(), delta.to_f64());
        close("exp_modulation", &k[0], |i| {
            let decay = (-t[i % l] * delta[i / l].abs()).exp();
            let want = h[i] * (decay + f64::from(shift));
            // The argument is rounded once, at its own size; exp has two units, sum and product half a unit each.
            (want, (t[i % l] * delta[i / l].abs() + 6.0) * UNIT * want.abs())
        });
    }
}
