//! Matrix products against their defining sums.

use crate::common::{Run, UNIT, close, normal, sum};
use emberforge_kernel::{DType, HostArray};

/// `m`, `n`, `k`: one, primes, multiples of the tile, one beside them, and thin ones.
const SIZES: [[usize; 3]; 7] =
    [[1, 1, 1], [2, 3, 5], [16, 16, 16], [33, 29, 31], [15, 17, 47], [1, 128, 96], [129, 64, 1]];

fn tiled(name: &str, shape: [[usize; 2]; 3], tile: usize, dtype: DType) -> (HostArray, HostArray, HostArray) {
    let [a_shape, b_shape, out] = shape;
    let a = normal(&a_shape, 1).convert(dtype).unwrap();
    let b = normal(&b_shape, 2).convert(dtype).unwrap();
    let run = Run::new(name).input(&a).input(&b).output_of(dtype, &out);
    let run = run.template("T", dtype).template("TILE", tile as i64);
    let up = |n: usize| n.next_multiple_of(tile);
    let c = run.launch([up(out[1]), up(out[0]), 1], [tile, tile, 1]);
    (a, b, c.into_iter().next().unwrap())
}

#[test]
fn gemm_av() {
    for name in ["gemm_av", "gemm_av_db"] {
        for tile in [8, 16, 32] {
            for [m, n, k] in SIZES {
                let (a, v, c) = tiled(name, [[m, n], [n, k], [m, k]], tile, DType::F32);
                let (a, v) = (a.to_f64(), v.to_f64());
                close(name, &c, |i| {
                    let (s, magnitude) = sum((0..n).map(|j| a[i / k * n + j] * v[j * k + i % k]));
                    // n fused steps, each rounding a partial sum.
                    (s, n as f64 * UNIT * magnitude)
                });
            }
        }
    }
}

#[test]
fn gemm_at_b() {
    for name in ["gemm_at_b", "gemm_at_b_db"] {
        for tile in [8, 16, 32] {
            for [n, m, k] in SIZES {
                let (a, b, z) = tiled(name, [[m, n], [m, k], [n, k]], tile, DType::F32);
                let (a, b) = (a.to_f64(), b.to_f64());
                close(name, &z, |i| {
                    let (s, magnitude) = sum((0..m).map(|j| a[j * n + i / k] * b[j * k + i % k]));
                    (s, m as f64 * UNIT * magnitude)
                });
            }
        }
    }
}

#[test]
fn gemm_in_half_precision_accumulates_in_single() {
    for (dtype, unit) in [(DType::F16, 1.0 / 2048.0), (DType::BF16, 1.0 / 256.0)] {
        let (m, n, k) = (19, 300, 21);
        let (a, v, c) = tiled("gemm_av", [[m, n], [n, k], [m, k]], 16, dtype);
        let (a, v) = (a.to_f64(), v.to_f64());
        close("gemm_av", &c, |i| {
            let (s, magnitude) = sum((0..n).map(|j| a[i / k * n + j] * v[j * k + i % k]));
            (s, n as f64 * UNIT * magnitude + unit * s.abs() * (1.0 + 1e-6))
        });
    }
}

#[test]
fn block_diagonal() {
    // Rows, blocks, outputs and inputs per block, inputs and outputs cut from the last block.
    for [r, nb, q, p, less_in, less_out] in [
        [1, 1, 1, 1, 0, 0],
        [3, 4, 4, 3, 2, 1],
        [2, 4, 384, 48, 0, 0],
        [5, 3, 17, 33, 1, 16],
        [17, 6, 16, 16, 15, 0],
        [33, 2, 5, 100, 0, 4],
    ] {
        let (inputs, outputs) = (nb * p - less_in, nb * q - less_out);
        let (x, w) = (normal(&[r, inputs], 1), normal(&[nb, q, p], 2));
        let tile = 16usize;
        let y = Run::new("block_diagonal")
            .input(&x)
            .input(&w)
            .input(&HostArray::scalar(outputs as i32))
            .output(&[r, outputs])
            .template("T", DType::F32)
            .template("TILE", tile as i64)
            .launch([q.next_multiple_of(tile), r.next_multiple_of(tile), nb], [tile, tile, 1]);
        let (x, w) = (x.to_f64(), w.to_f64());
        close("block_diagonal", &y[0], |i| {
            let (row, column) = (i / outputs, i % outputs);
            let (block, o) = (column / q, column % q);
            let terms = (0..p).filter(|e| block * p + e < inputs);
            let terms = terms.map(|e| w[(block * q + o) * p + e] * x[row * inputs + block * p + e]);
            let (s, magnitude) = sum(terms);
            (s, p as f64 * UNIT * magnitude)
        });
    }
}
