//! What the figures are compared with: memcpy, and plain Rust loops compiled for the instruction sets that the machine's
//! loops are compiled for, chosen when they run.

use emberforge_ir::math;
use multiversion::multiversion;

/// A loop from `x` to `y` on a number of threads.
pub(crate) type Peer = fn(x: &[f32], y: &mut [f32], threads: usize);

/// The instruction set in use here.
pub(crate) fn level() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
            return "AVX-512";
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            return "AVX2";
        }
    }
    "the baseline instruction set"
}

/// Copies with `threads` threads.
pub(crate) fn memcpy(from: &[u8], to: &mut [u8], threads: usize) {
    split(from, to, threads, |from, to, _| to.copy_from_slice(from));
}

/// Calls `f(input, output, first index)` for equal parts, one on each thread.
fn split<T: Sync + Send>(
    from: &[T],
    to: &mut [T],
    threads: usize,
    f: impl Fn(&[T], &mut [T], usize) + Send + Copy,
) {
    if threads == 1 {
        return f(from, std::hint::black_box(to), 0);
    }
    let chunk = to.len().div_ceil(threads);
    std::thread::scope(|scope| {
        for (i, (to, from)) in to.chunks_mut(chunk).zip(from.chunks(chunk)).enumerate() {
            scope.spawn(move || f(from, std::hint::black_box(to), i * chunk));
        }
    });
}

/// `y[i] = exp(x[i])`, the project's own `exp`.
pub(crate) fn exp(x: &[f32], y: &mut [f32], threads: usize) {
    #[multiversion(targets(
        "x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma+f16c+bmi2",
        "x86_64+avx2+fma+f16c+bmi2"
    ))]
    fn part(x: &[f32], y: &mut [f32]) {
        for (y, x) in y.iter_mut().zip(x) {
            *y = math::exp(*x);
        }
    }
    split(x, y, threads, |x, y, _| part(x, y));
}

/// A number of 32 bits that looks random.
#[inline(always)]
fn hash(i: usize) -> u32 {
    (i as u32).wrapping_mul(2_654_435_761)
}

/// `y[i] = x[hash(i) % n]`.
pub(crate) fn gather(x: &[f32], y: &mut [f32], threads: usize) {
    let all = x;
    split(x, y, threads, |_, y, first| {
        for (i, y) in y.iter_mut().enumerate() {
            *y = all[hash(first + i) as usize % all.len()];
        }
    });
}

/// A loop of 0 to 31 trips for each element.
pub(crate) fn trips(x: &[f32], y: &mut [f32], threads: usize) {
    split(x, y, threads, |x, y, first| {
        for (i, (y, x)) in y.iter_mut().zip(x).enumerate() {
            let mut sum = 0.0;
            let mut k = hash(first + i) >> 27;
            while k > 0 {
                sum += x * k as f32;
                k -= 1;
            }
            *y = sum;
        }
    });
}

/// `exp` of half of the elements, twice the others.
pub(crate) fn branch(x: &[f32], y: &mut [f32], threads: usize) {
    #[multiversion(targets(
        "x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma+f16c+bmi2",
        "x86_64+avx2+fma+f16c+bmi2"
    ))]
    fn part(x: &[f32], y: &mut [f32], first: usize) {
        for (i, (y, x)) in y.iter_mut().zip(x).enumerate() {
            *y = if hash(first + i) >> 31 != 0 { math::exp(*x) } else { x * 2.0 };
        }
    }
    split(x, y, threads, part);
}

/// `y[i] = x[i / 7 * 7] + x[i % 7]`.
pub(crate) fn sevens(x: &[f32], y: &mut [f32], threads: usize) {
    let all = x;
    split(x, y, threads, |_, y, first| {
        for (i, y) in y.iter_mut().enumerate() {
            let i = first + i;
            *y = all[i / 7 * 7] + all[i % 7];
        }
    });
}

/// The sum of all elements in order, on one thread.
pub(crate) fn serial_sum(x: &[f32], y: &mut [f32], _: usize) {
    y[0] = x.iter().fold(0.0, |sum, x| sum + x);
}

/// `c = a v` for `v` of `n` rows and `k` columns: each row of `c` adds up multiples of the rows of `v`.
pub(crate) fn gemm(a: &[f32], v: &[f32], c: &mut [f32], [n, k]: [usize; 2], threads: usize) {
    #[multiversion(targets(
        "x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma+f16c+bmi2",
        "x86_64+avx2+fma+f16c+bmi2"
    ))]
    fn rows(a: &[f32], v: &[f32], c: &mut [f32], n: usize, k: usize) {
        for (a, c) in a.chunks_exact(n).zip(c.chunks_exact_mut(k)) {
            c.fill(0.0);
            for (a, v) in a.iter().zip(v.chunks_exact(k)) {
                for (c, v) in c.iter_mut().zip(v) {
                    *c = a.mul_add(*v, *c);
                }
            }
        }
    }
    let count = c.len() / k;
    let each = count.div_ceil(threads);
    std::thread::scope(|scope| {
        for (a, c) in a.chunks(each * n).zip(c.chunks_mut(each * k)) {
            scope.spawn(move || rows(a, v, c, n, k));
        }
    });
}
