//! Depthwise and long convolutions against their defining sums.

use crate::common::{Run, UNIT, close, normal, sum};
use emberforge_kernel::{DType, HostArray};

/// `B`, `C`, `L`: one element, primes, around the threadgroup's 256, around a block of lanes.
const SIZES: [[usize; 3]; 7] =
    [[1, 1, 1], [1, 1, 2], [2, 3, 5], [3, 2, 255], [1, 5, 257], [2, 1, 1009], [1, 2, 4099]];

/// Element `t + offset` of the row of flat index `i`, zero outside it.
fn tap(x: &[f64], i: usize, length: usize, offset: isize) -> f64 {
    let t = (i % length) as isize + offset;
    if t < 0 || t >= length as isize { 0.0 } else { x[(i as isize + offset) as usize] }
}

#[test]
fn depthwise3() {
    for [b, c, l] in SIZES {
        let (x, k) = (normal(&[b, c, l], 1), normal(&[c, 3], 2));
        let params = HostArray::new(&[b as u32, c as u32, l as u32], &[3]).expect("three sizes");
        let run = Run::new("depthwise3").input(&params).input(&x).input(&k).output(&[b, c, l]);
        let y = run.launch([b * c * l, 1, 1], [256, 1, 1]);
        let (x, k) = (x.to_f64(), k.to_f64());
        close("depthwise3", &y[0], |i| {
            let channel = i / l % c;
            let terms = (0..3).map(|j| k[3 * channel + j] * tap(&x, i, l, j as isize - 1));
            let (s, magnitude) = sum(terms);
            // Three roundings, each of a partial sum that the magnitudes bound.
            (s, 3.0 * UNIT * magnitude)
        });
    }
}

#[test]
fn depthwise3_with_bias() {
    for [b, c, l] in SIZES {
        let (x, k, bias) = (normal(&[b, c, l], 1), normal(&[c, 3], 2), normal(&[c], 3));
        let run = Run::new("depthwise3_bias").input(&x).input(&k).input(&bias).output(&[b, c, l]);
        let y = run.launch([l, c, b], [256, 1, 1]);
        let (x, k, bias) = (x.to_f64(), k.to_f64(), bias.to_f64());
        close("depthwise3_bias", &y[0], |i| {
            let channel = i / l % c;
            let terms = (0..3).map(|j| k[3 * channel + j] * tap(&x, i, l, j as isize - 1));
            let (s, magnitude) = sum(terms.chain([bias[channel]]));
            // Four roundings, each of a partial sum that the magnitudes bound.
            (s, 4.0 * UNIT * magnitude)
        });
    }
}

#[test]
fn depthwise3_causal() {
    for [b, c, l] in SIZES {
        let (x, w, bias) = (normal(&[b, c, l], 1), normal(&[c, 3], 2), normal(&[c], 3));
        let run = Run::new("depthwise3_causal").input(&x).input(&w).input(&bias).output(&[b, c, l]);
        let y = run.launch([l, c, b], [256, 1, 1]);
        let (x, w, bias) = (x.to_f64(), w.to_f64(), bias.to_f64());
        close("depthwise3_causal", &y[0], |i| {
            let channel = i / l % c;
            let terms = (0..3).map(|j| w[3 * channel + j] * tap(&x, i, l, j as isize - 2));
            let (s, magnitude) = sum(terms.chain([bias[channel]]));
            (s, 4.0 * UNIT * magnitude)
        });
    }
}

#[test]
fn depthwise_centred_of_every_width_and_dtype() {
    for (dtype, last) in [(DType::F32, UNIT), (DType::F16, 1.0 / 2048.0), (DType::BF16, 1.0 / 256.0)] {
        for taps in [1usize, 3, 7] {
            for [b, c, l] in SIZES {
                let x = normal(&[b, c, l], 1).convert(dtype).unwrap();
                let w = normal(&[c, taps], 2).convert(dtype).unwrap();
                let run = Run::new("depthwise_centred")
                    .input(&x)
                    .input(&w)
                    .output_of(dtype, &[b, c, l])
                    .template("T", dtype)
                    .template("K", taps as i64);
                let y = run.launch([l, c, b], [256, 1, 1]);
                let (x, w) = (x.to_f64(), w.to_f64());
                close("depthwise_centred", &y[0], |i| {
                    let terms = (0..taps)
                        .map(|j| w[i / l % c * taps + j] * tap(&x, i, l, j as isize - (taps / 2) as isize));
                    let (s, magnitude) = sum(terms);
                    // The sum in f32, then one rounding to the dtype (its least subnormal for very small results).
                    (s, taps as f64 * UNIT * magnitude + last * s.abs() * (1.0 + 1e-6) + 3e-8)
                });
            }
        }
    }
}

#[test]
fn fft_convolution_of_every_length() {
    // L, N: the least transform, primes, powers of two, one past them, and the largest.
    for (l, n) in
        [(1, 4), (3, 4), (4, 4), (5, 8), (13, 16), (31, 64), (64, 64), (100, 128), (509, 512), (512, 1024)]
    {
        for reverse in [false, true] {
            fft_convolution(2, 3, l, n, 2, reverse);
        }
    }
    fft_convolution(3, 2, 97, 128, 1, true);
    fft_convolution(5, 1, 97, 128, 2, true);
    fft_convolution(1, 2, 2048, 2048, 1, true);
    fft_convolution(1, 1, 4096, 4096, 1, true);
    fft_convolution(1, 1, 4093, 4096, 1, false);
}

fn fft_convolution(b: usize, c: usize, l: usize, n: usize, groups: usize, reverse: bool) {
    let (u, k) = (normal(&[b, c, l], 1), normal(&[c, l], 2));
    let k_rev = if reverse { normal(&[c, l], 3) } else { normal(&[1], 3) };
    let d = normal(&[c], 4);
    let y = Run::new("fft_conv")
        .input(&u)
        .input(&k)
        .input(&k_rev)
        .input(&d)
        .output(&[b, c, l])
        .template("N", n as i64)
        .template("REVERSE", reverse)
        .launch([c * n / 4, groups, 1], [n / 4, 1, 1]);
    let (u, k, k_rev, d) = (u.to_f64(), k.to_f64(), k_rev.to_f64(), d.to_f64());
    let norm = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let share = close(&format!("fft_conv L={l} N={n} reverse={reverse}"), &y[0], |i| {
        let (row, t) = (i / l, i % l);
        let channel = row % c;
        let (u, k) = (&u[row * l..][..l], &k[channel * l..][..l]);
        let mut s = d[channel] * u[t] + (0..=t).map(|j| k[t - j] * u[j]).sum::<f64>();
        let mut filter = norm(k);
        if reverse {
            let k_rev = &k_rev[channel * l..][..l];
            s += (t + 1..l).map(|j| k_rev[j - t - 1] * u[j]).sum::<f64>();
            filter = filter.hypot(norm(k_rev));
        }
        // Each of the three transforms rounds log2(n) times, relative to the 2-norm of its data; the product of two
        // unit vectors has coefficients of at most 1. Three roundings per stage and transform is generous: errors of
        // different points are independent, and a tenth of it is seen.
        let stages = (n as f64).log2() + 2.0;
        (s, 3.0 * UNIT * stages * (norm(u) * filter) + 2.0 * UNIT * (d[channel] * u[t]).abs())
    });
    assert!(share < 1.0);
}
