//! Reductions of rows: softmax and layer normalisation.

use crate::common::{Run, UNIT, array, close, normal, scalar};
use emberforge_kernel::{DType, HostArray};

/// Rows and their length: one, below and around a simdgroup, primes, long ones.
const SIZES: [[usize; 2]; 8] = [[1, 1], [3, 2], [5, 31], [7, 33], [1, 1009], [3, 1024], [70, 100], [2, 5003]];

fn softmax_bound(row: &[f64], x: f64) -> (f64, f64) {
    let top = row.iter().fold(f64::NEG_INFINITY, |m, v| m.max(*v));
    let total: f64 = row.iter().map(|v| (v - top).exp()).sum();
    let want = (x - top).exp() / total;
    // The argument of exp is rounded once, at its own size, here and (weighted, at most |log of its weight|) in the sum;
    // exp, reciprocal and product have about five units, and the partial sums round log2 and length / threads times.
    let depth = (row.len() as f64 / 32.0).ceil() + 10.0;
    (want, ((top - x) + 3.0 + 5.0 + depth) * UNIT * want + 1e-44)
}

#[test]
fn softmax() {
    for [r, d] in SIZES {
        for threads in [32usize, 64, 256, 1024] {
            let x = array(&format!("f32({r},{d}):normal(0, 6, 1)"));
            let run = Run::new("softmax").input(&x).output(&[r, d]).template("T", DType::F32);
            let y = run.launch([r * threads, 1, 1], [threads, 1, 1]);
            let x = x.to_f64();
            close("softmax", &y[0], |i| softmax_bound(&x[i / d * d..][..d], x[i]));
        }
    }
}

#[test]
fn softmax_by_simdgroups() {
    for [r, d] in SIZES {
        if d > 1024 {
            continue;
        }
        for group in [32, 256] {
            let x = array(&format!("f32({r},{d}):normal(0, 6, 1)"));
            let run = Run::new("softmax_simd").input(&x).output(&[r, d]).template("T", DType::F32);
            let run = run.template("PER", d.div_ceil(32) as i64);
            let y = run.launch([32 * r, 1, 1], [group, 1, 1]);
            let x = x.to_f64();
            close("softmax_simd", &y[0], |i| softmax_bound(&x[i / d * d..][..d], x[i]));
        }
    }
}

#[test]
fn softmax_of_unusual_rows() {
    let inf = f32::INFINITY;
    let x = [[0.0, -inf, 0.0, -inf], [1e30, 1e30, -1e30, 0.0], [-inf; 4], [88.0, 89.0, 90.0, 500.0]].concat();
    let x = HostArray::new(&x, &[4, 4]).unwrap();
    for (name, per) in [("softmax", None), ("softmax_simd", Some(1))] {
        let mut run = Run::new(name).input(&x).output(&[4, 4]).template("T", DType::F32);
        if let Some(per) = per {
            run = run.template("PER", per);
        }
        let y = run.launch([128, 1, 1], [32, 1, 1]);
        let y = y[0].as_slice::<f32>().unwrap();
        assert_eq!(y[..8], [0.5, 0.0, 0.5, 0.0, 0.5, 0.5, 0.0, 0.0], "{name}");
        assert!(y[8..12].iter().all(|v| v.is_nan()), "{name}: a row without any weight is NaN");
        assert_eq!(y[12..], [0.0, 0.0, 0.0, 1.0], "{name}");
    }
}

#[test]
fn layer_norm() {
    for [r, d] in SIZES {
        for threads in [32usize, 256, 1024] {
            let x = array(&format!("f32({r},{d}):normal(5, 2, 1)"));
            let (weight, bias, eps) = (normal(&[d], 2), normal(&[d], 3), 1e-5f32);
            let run = Run::new("layer_norm").input(&x).input(&weight).input(&bias).input(&scalar(eps));
            let run = run.output(&[r, d]).template("T", DType::F32);
            let y = run.launch([r * threads, 1, 1], [threads, 1, 1]);
            let (x, weight, bias) = (x.to_f64(), weight.to_f64(), bias.to_f64());
            close("layer_norm", &y[0], |i| {
                let row = &x[i / d * d..][..d];
                let mean = row.iter().sum::<f64>() / d as f64;
                let size = row.iter().map(|v| v.abs()).sum::<f64>() / d as f64;
                let variance = row.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / d as f64;
                let deviation = (variance + f64::from(eps)).sqrt();
                let normal = (x[i] - mean) / deviation;
                let want = normal * weight[i % d] + bias[i % d];
                // The mean is off by its depth of additions at the size of the data, which shifts every element; the
                // variance, by as much relative to itself (and the square of the shift).
                let depth = (d as f64 / 32.0).ceil() + 10.0;
                let shift = depth * UNIT * size / deviation;
                let bound = shift + (depth + 4.0) * UNIT * normal.abs() + shift * shift * normal.abs();
                (want, bound * weight[i % d].abs() + 2.0 * UNIT * (want.abs() + bias[i % d].abs()))
            });
        }
    }
}

#[test]
fn a_constant_row_normalises_to_its_bias() {
    let (d, eps) = (1000, 1e-12f32);
    let x = array("f32(2, 1000):full(16777217)");
    let (weight, bias) = (normal(&[d], 2), normal(&[d], 3));
    let run = Run::new("layer_norm").input(&x).input(&weight).input(&bias).input(&scalar(eps));
    let y = run.output(&[2, d]).template("T", DType::F32).launch([512, 1, 1], [256, 1, 1]);
    let bias = bias.to_f64();
    close("layer_norm", &y[0], |i| (bias[i % d], 0.0));
}
