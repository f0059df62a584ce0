//! The two steps of Gram-Schmidt.

use crate::common::{Run, UNIT, close, normal, sum};

/// Rows and columns: one, primes, multiples of a simdgroup, one beside them.
const SIZES: [[usize; 2]; 6] = [[1, 1], [5, 3], [32, 32], [33, 31], [127, 65], [1009, 16]];

#[test]
fn column_dots() {
    for [m, k] in SIZES {
        let (q, v) = (normal(&[m, k], 1), normal(&[m], 2));
        let run = Run::new("qr_col_dot").input(&q).input(&v).output(&[k]);
        let c = run.launch([k.next_multiple_of(32), 32, 1], [32, 32, 1]);
        let (q, v) = (q.to_f64(), v.to_f64());
        close("qr_col_dot", &c[0], |i| {
            let (s, magnitude) = sum((0..m).map(|r| q[r * k + i] * v[r]));
            // A thread's fused steps, then five levels of a simdgroup's sum.
            (s, ((m as f64 / 32.0).ceil() + 5.0) * UNIT * magnitude)
        });
    }
}

#[test]
fn updates() {
    for [m, k] in SIZES {
        let (q, v, c) = (normal(&[m, k], 1), normal(&[m], 2), normal(&[k], 3));
        let run = Run::new("qr_update").input(&q).input(&v).input(&c).output(&[m]);
        let r = run.launch([32 * m, 1, 1], [256, 1, 1]);
        let (q, v, c) = (q.to_f64(), v.to_f64(), c.to_f64());
        close("qr_update", &r[0], |i| {
            let terms = (0..k).map(|j| -q[i * k + j] * c[j]);
            let (s, magnitude) = sum(terms.chain([v[i]]));
            (s, ((k as f64 / 32.0).ceil() + 6.0) * UNIT * magnitude)
        });
    }
}
