//! Top-k search against sorting all distances.

use crate::common::{Run, UNIT, close, normal};
use emberforge_kernel::{DType, HostArray};

struct Found {
    distance: HostArray,
    index: HostArray,
}

fn search(query: &HostArray, vectors: &HostArray, k: usize, groups: usize, simds: usize) -> Found {
    let mut out = Run::new("topk_l2")
        .input(query)
        .input(vectors)
        .output(&[groups, k])
        .output_of(DType::I32, &[groups, k])
        .template("K", k as i64)
        .template("SIMDS", simds as i64)
        .launch([32 * simds * groups, 1, 1], [32 * simds, 1, 1]);
    if groups > 1 {
        let n = groups * k;
        let flat = |a: &HostArray| a.clone().reshape(&[n]).unwrap();
        let merge = Run::new("topk_merge").input(&flat(&out[0])).input(&flat(&out[1]));
        let merge = merge.output(&[k]).output_of(DType::I32, &[k]).template("K", k as i64);
        out = merge.launch([n, 1, 1], [n, 1, 1]);
    }
    let index = out.pop().unwrap();
    Found { distance: out.pop().unwrap(), index }
}

fn distances(query: &HostArray, vectors: &HostArray) -> Vec<f64> {
    let (query, d) = (query.to_f64(), query.len());
    vectors.to_f64().chunks(d).map(|v| v.iter().zip(&query).map(|(a, b)| (a - b).powi(2)).sum()).collect()
}

#[test]
fn the_nearest_are_found() {
    for (m, d) in [(1, 1), (7, 3), (31, 32), (100, 33), (1009, 17), (5003, 5)] {
        for (k, groups, simds) in [(1, 1, 32), (5, 1, 4), (32, 1, 32), (10, 3, 8), (32, 32, 1)] {
            let (query, vectors) = (normal(&[d], 1), normal(&[m, d], 2));
            let found = search(&query, &vectors, k, groups, simds);
            let all = distances(&query, &vectors);
            let mut sorted = all.clone();
            sorted.sort_by(f64::total_cmp);
            let index = found.index.as_slice::<i32>().unwrap();
            // Sums of squares have no cancellation: a relative bound, difference, square and partial sums.
            let bound = (2.0 + (d as f64 / 32.0).ceil() + 6.0) * UNIT;
            close("distance", &found.distance, |i| match sorted.get(i) {
                Some(want) => (*want, bound * want),
                None => (f64::INFINITY, 0.0),
            });
            // Each index has the distance claimed for it, and none is given twice.
            close("distance of index", &found.distance, |i| match usize::try_from(index[i]) {
                Ok(j) => (all[j], bound * all[j]),
                Err(_) => (f64::INFINITY, 0.0),
            });
            let mut distinct: Vec<i32> = index.iter().copied().filter(|i| *i >= 0).collect();
            assert_eq!(distinct.len(), k.min(m));
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), k.min(m));
        }
    }
}

#[test]
fn ties_go_by_index_and_nan_goes_last() {
    let query = HostArray::vector(&[0.0f32]);
    let vectors = [1.0, f32::NAN, -1.0, 0.0, 2.0, 1.0, 0.0, f32::INFINITY];
    let vectors = HostArray::new(&vectors, &[8, 1]).unwrap();
    for (groups, simds) in [(1, 1), (1, 4), (3, 2)] {
        let found = search(&query, &vectors, 10, groups, simds);
        assert_eq!(found.index.as_slice::<i32>().unwrap(), [3, 6, 0, 2, 5, 4, 1, 7, -1, -1]);
        let inf = f32::INFINITY;
        let want = [0.0, 0.0, 1.0, 1.0, 1.0, 4.0, inf, inf, inf, inf];
        assert_eq!(found.distance.as_slice::<f32>().unwrap(), want);
    }
}
