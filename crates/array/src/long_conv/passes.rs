//! The passes of the transform over one row: splitting, multiplying at the leaves, and the way back.
//!
//! A complex vector is a pair of registers, real parts and imaginary parts, which also lie side by side in memory. The
//! way back is the adjoint of the way there (every pass is a multiple of a unitary matrix); it scales by the number
//! of vectors, which spectra divide by when they are made.

use super::plan::{Complex, Level, PAIR, Plan};
use super::real::{Real, lanes};
use bytemuck::{Pod, cast_slice, cast_slice_mut};
use pulp::Simd;

/// A complex vector.
pub(super) type Pair<S, T> = [<T as Real>::Vector<S>; 2];

/// Bytes of a piece that is taken through all its passes while it is in the first-level cache.
const PIECE: usize = 16 << 10;

#[inline(always)]
fn splat<S: Simd, T: Real>(simd: S, c: Complex<T>) -> Pair<S, T> {
    [T::splat(simd, c[0]), T::splat(simd, c[1])]
}

#[inline(always)]
fn mul<S: Simd, T: Real>(simd: S, a: Pair<S, T>, b: Pair<S, T>) -> Pair<S, T> {
    [
        T::sub_mul(simd, a[1], b[1], T::times(simd, a[0], b[0])),
        T::mul_add(simd, a[0], b[1], T::times(simd, a[1], b[0])),
    ]
}

/// `a * b + c`.
#[inline(always)]
fn mul_add<S: Simd, T: Real>(simd: S, a: Pair<S, T>, b: Pair<S, T>, c: Pair<S, T>) -> Pair<S, T> {
    [
        T::sub_mul(simd, a[1], b[1], T::mul_add(simd, a[0], b[0], c[0])),
        T::mul_add(simd, a[0], b[1], T::mul_add(simd, a[1], b[0], c[1])),
    ]
}

/// `a` times the conjugate of `b`.
#[inline(always)]
fn mul_conj<S: Simd, T: Real>(simd: S, a: Pair<S, T>, b: Pair<S, T>) -> Pair<S, T> {
    [
        T::mul_add(simd, a[1], b[1], T::times(simd, a[0], b[0])),
        T::sub_mul(simd, a[0], b[1], T::times(simd, a[1], b[0])),
    ]
}

#[inline(always)]
fn add<S: Simd, T: Real>(simd: S, a: Pair<S, T>, b: Pair<S, T>) -> Pair<S, T> {
    [T::plus(simd, a[0], b[0]), T::plus(simd, a[1], b[1])]
}

#[inline(always)]
fn sub<S: Simd, T: Real>(simd: S, a: Pair<S, T>, b: Pair<S, T>) -> Pair<S, T> {
    [T::minus(simd, a[0], b[0]), T::minus(simd, a[1], b[1])]
}

/// `a + i b`.
#[inline(always)]
fn add_i<S: Simd, T: Real>(simd: S, a: Pair<S, T>, b: Pair<S, T>) -> Pair<S, T> {
    [T::minus(simd, a[0], b[1]), T::plus(simd, a[1], b[0])]
}

/// `a - i b`.
#[inline(always)]
fn sub_i<S: Simd, T: Real>(simd: S, a: Pair<S, T>, b: Pair<S, T>) -> Pair<S, T> {
    [T::plus(simd, a[0], b[1]), T::minus(simd, a[1], b[0])]
}

/// Splits each of `data`'s nodes, the first of which is number `node` of its level.
#[inline(always)]
pub(super) fn split<S: Simd, T: Real>(
    simd: S,
    level: &Level<T>,
    node: usize,
    data: &mut [Pair<S, T>],
    nodes: usize,
) {
    let size = data.len() / nodes;
    for (data, roots) in data.chunks_exact_mut(size).zip(&level.roots[node..]) {
        if level.radix == 2 {
            let (a, b) = data.split_at_mut(size / 2);
            let root = splat(simd, roots[0]);
            for (a, b) in a.iter_mut().zip(b) {
                let (x, y) = (*a, mul::<S, T>(simd, *b, root));
                (*a, *b) = (add::<S, T>(simd, x, y), sub::<S, T>(simd, x, y));
            }
            continue;
        }
        let (a, rest) = data.split_at_mut(size / 4);
        let (b, rest) = rest.split_at_mut(size / 4);
        let (c, d) = rest.split_at_mut(size / 4);
        let [r1, r2, r3] = [splat(simd, roots[0]), splat(simd, roots[1]), splat(simd, roots[2])];
        for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
            let (x, y) = (mul::<S, T>(simd, *b, r1), mul::<S, T>(simd, *c, r2));
            let z = mul::<S, T>(simd, *d, r3);
            let (even, odd) = (add::<S, T>(simd, *a, y), sub::<S, T>(simd, *a, y));
            let (sum, difference) = (add::<S, T>(simd, x, z), sub::<S, T>(simd, x, z));
            (*a, *c) = (add::<S, T>(simd, even, sum), sub::<S, T>(simd, even, sum));
            (*b, *d) = (add_i::<S, T>(simd, odd, difference), sub_i::<S, T>(simd, odd, difference));
        }
    }
}

/// The adjoint of [`split`].
#[inline(always)]
pub(super) fn join<S: Simd, T: Real>(
    simd: S,
    level: &Level<T>,
    node: usize,
    data: &mut [Pair<S, T>],
    nodes: usize,
) {
    let size = data.len() / nodes;
    for (data, roots) in data.chunks_exact_mut(size).zip(&level.roots[node..]) {
        if level.radix == 2 {
            let (a, b) = data.split_at_mut(size / 2);
            let root = splat(simd, roots[0]);
            for (a, b) in a.iter_mut().zip(b) {
                let (x, y) = (*a, *b);
                (*a, *b) = (add::<S, T>(simd, x, y), mul_conj::<S, T>(simd, sub::<S, T>(simd, x, y), root));
            }
            continue;
        }
        let (a, rest) = data.split_at_mut(size / 4);
        let (b, rest) = rest.split_at_mut(size / 4);
        let (c, d) = rest.split_at_mut(size / 4);
        let [r1, r2, r3] = [splat(simd, roots[0]), splat(simd, roots[1]), splat(simd, roots[2])];
        for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
            let (even, odd) = (add::<S, T>(simd, *a, *c), sub::<S, T>(simd, *a, *c));
            let (sum, difference) = (add::<S, T>(simd, *b, *d), sub::<S, T>(simd, *b, *d));
            *a = add::<S, T>(simd, even, sum);
            *c = mul_conj::<S, T>(simd, sub::<S, T>(simd, even, sum), r2);
            *b = mul_conj::<S, T>(simd, sub_i::<S, T>(simd, odd, difference), r1);
            *d = mul_conj::<S, T>(simd, add_i::<S, T>(simd, odd, difference), r3);
        }
    }
}

/// Multiplies each leaf by the kernel's: polynomials of `lanes` coefficients, modulo `z^lanes - root`.
#[inline(always)]
pub(super) fn multiply<S: Simd, T: Real>(
    simd: S,
    roots: &[Complex<T>],
    data: &mut [Pair<S, T>],
    kernel: &[Pair<S, T>],
) {
    /// Leaves whose kernels are laid out before the first is used: the loads then find the stores completed.
    const GROUP: usize = 16;
    let zero = T::splat(simd, T::default());
    let n = lanes::<S, T>();
    // The kernel behind its multiple by the root: shifted by j, what wraps around carries the root.
    let mut shifts = [[[zero; 2]; 2]; GROUP];
    for ((data, kernel), roots) in data.chunks_mut(GROUP).zip(kernel.chunks(GROUP)).zip(roots.chunks(GROUP)) {
        for ((shifts, &kernel), &root) in shifts.iter_mut().zip(kernel).zip(roots) {
            let wrapped = mul::<S, T>(simd, kernel, splat(simd, root));
            *shifts = [[wrapped[0], kernel[0]], [wrapped[1], kernel[1]]];
        }
        for (data, shifts) in data.iter_mut().zip(&shifts) {
            let [re, im] = *data;
            let (re, im): (&[T], &[T]) = (elements(&re), elements(&im));
            let (k_re, k_im): (&[T], &[T]) = (cast_slice(&shifts[0]), cast_slice(&shifts[1]));
            let mut sums = [zero; 4];
            // Even and odd coefficients apart, so that four sums run beside each other. Summing x k and y l apart instead
            // would lose digits where both are large and nearly equal.
            for first in (0..n).step_by(2) {
                for (half, j) in (first..n.min(first + 2)).enumerate() {
                    let (x, y) = (T::splat(simd, re[j]), T::splat(simd, im[j]));
                    let (k, l) = (load::<S, T>(k_re, n - j), load::<S, T>(k_im, n - j));
                    sums[half] = T::sub_mul(simd, y, l, T::mul_add(simd, x, k, sums[half]));
                    sums[2 + half] = T::mul_add(simd, y, k, T::mul_add(simd, x, l, sums[2 + half]));
                }
            }
            *data = [T::plus(simd, sums[0], sums[1]), T::plus(simd, sums[2], sums[3])];
        }
    }
}

/// Multiplies leaves of [`PAIR`] elements, each a vector, modulo `z^2 - root`.
#[inline(always)]
fn multiply_pairs<S: Simd, T: Real>(
    simd: S,
    roots: &[Complex<T>],
    data: &mut [Pair<S, T>],
    kernel: &[Pair<S, T>],
) {
    let pairs = data.as_chunks_mut::<PAIR>().0.iter_mut().zip(kernel.as_chunks::<PAIR>().0);
    for (([x, y], [k, l]), root) in pairs.zip(roots) {
        let wrapped = mul::<S, T>(simd, *l, splat(simd, *root));
        let (a, b) = (*x, *y);
        *x = mul_add::<S, T>(simd, b, wrapped, mul::<S, T>(simd, a, *k));
        *y = mul_add::<S, T>(simd, b, *k, mul::<S, T>(simd, a, *l));
    }
}

/// The leaves of the kernel with its lags negated: coefficient `j` moves to `-j`, which wraps to `lanes - j` with the
/// conjugate of the root; everything is conjugated.
#[inline(always)]
pub(super) fn star<S: Simd, T: Real>(simd: S, plan: &Plan<T>, kernel: &[Pair<S, T>], out: &mut [Pair<S, T>]) {
    let n = lanes::<S, T>();
    let one = [T::splat(simd, T::of(1.0)), T::splat(simd, T::default())];
    for ((out, &kernel), &root) in out.iter_mut().zip(kernel).zip(&plan.leaves) {
        let conjugate = mul_conj::<S, T>(simd, one, kernel);
        let wrapped = mul_conj::<S, T>(simd, conjugate, splat(simd, root));
        for part in 0..2 {
            let (from, to) =
                (elements::<_, T>(&wrapped[part]), cast_slice_mut::<_, T>(&mut out[part..=part]));
            to[0] = elements(&conjugate[part])[0];
            for j in 1..n {
                to[n - j] = from[j];
            }
        }
    }
}

/// Multiplies by `-i`.
#[inline(always)]
pub(super) fn minus_i<S: Simd, T: Real>(simd: S, data: &mut [Pair<S, T>]) {
    let zero = T::splat(simd, T::default());
    for pair in data {
        *pair = [pair[1], T::minus(simd, zero, pair[0])];
    }
}

#[inline(always)]
fn elements<V: Pod, T: Pod>(vector: &V) -> &[T] {
    cast_slice(std::slice::from_ref(vector))
}

/// The vector that starts at element `start`.
#[inline(always)]
pub(super) fn load<S: Simd, T: Real>(data: &[T], start: usize) -> T::Vector<S> {
    bytemuck::pod_read_unaligned(cast_slice(&data[start..start + lanes::<S, T>()]))
}

/// The first pass: `rows` parts of real `input`, zeros behind its end.
#[inline(always)]
pub(super) fn first<S: Simd, T: Real>(simd: S, plan: &Plan<T>, input: &[T], data: &mut [Pair<S, T>]) {
    macro_rules! with {
        ($($rows:literal),*) => {
            match plan.rows {
                $($rows => first_of::<S, T, $rows>(simd, plan, input, data),)*
                _ => {}
            }
        };
    }
    with!(1, 2, 3, 4, 5, 6, 7);
}

#[inline(always)]
#[allow(clippy::needless_range_loop, reason = "the indices are the formula's")]
fn first_of<S: Simd, T: Real, const ROWS: usize>(
    simd: S,
    plan: &Plan<T>,
    input: &[T],
    data: &mut [Pair<S, T>],
) {
    let (part, n) = (data.len() / ROWS, lanes::<S, T>());
    let zero = T::splat(simd, T::default());
    let mut matrix = [[[zero; 2]; ROWS]; ROWS];
    for j in 0..ROWS {
        for q in 0..ROWS {
            matrix[j][q] = splat(simd, plan.matrix[j * ROWS + q]);
        }
    }
    for v in 0..part {
        let mut x = [zero; ROWS];
        for q in 0..ROWS {
            let start = (q * part + v) * n;
            if start + n <= input.len() {
                x[q] = load::<S, T>(input, start);
            } else if start < input.len() {
                let mut padded = [zero];
                let rest = &input[start..];
                cast_slice_mut::<_, T>(&mut padded)[..rest.len()].copy_from_slice(rest);
                x[q] = padded[0];
            }
        }
        for j in 0..ROWS {
            let mut sum = [x[0], zero];
            for q in 1..ROWS {
                let c = matrix[j][q];
                sum = [T::mul_add(simd, x[q], c[0], sum[0]), T::mul_add(simd, x[q], c[1], sum[1])];
            }
            data[j * part + v] = sum;
        }
    }
}

/// The last pass, the adjoint of [`first`]: real parts of the result, plus `skip` times what `output` held.
#[inline(always)]
pub(super) fn last<S: Simd, T: Real>(
    simd: S,
    plan: &Plan<T>,
    data: &[Pair<S, T>],
    skip: T::Vector<S>,
    output: &mut [T],
) {
    macro_rules! with {
        ($($rows:literal),*) => {
            match plan.rows {
                $($rows => last_of::<S, T, $rows>(simd, plan, data, skip, output),)*
                _ => {}
            }
        };
    }
    with!(1, 2, 3, 4, 5, 6, 7);
}

#[inline(always)]
#[allow(clippy::needless_range_loop, reason = "the indices are the formula's")]
fn last_of<S: Simd, T: Real, const ROWS: usize>(
    simd: S,
    plan: &Plan<T>,
    data: &[Pair<S, T>],
    skip: T::Vector<S>,
    output: &mut [T],
) {
    let (part, n) = (data.len() / ROWS, lanes::<S, T>());
    let zero = T::splat(simd, T::default());
    let mut matrix = [[[zero; 2]; ROWS]; ROWS];
    for j in 0..ROWS {
        for q in 0..ROWS {
            matrix[q][j] = splat(simd, plan.matrix[j * ROWS + q]);
        }
    }
    for v in 0..part {
        let mut y = [[zero; 2]; ROWS];
        for j in 0..ROWS {
            y[j] = data[j * part + v];
        }
        for q in 0..ROWS {
            let start = (q * part + v) * n;
            let Some(output) = output.get_mut(start..) else { continue };
            let mut sum = zero;
            for j in 0..ROWS {
                let c = matrix[q][j];
                sum = T::mul_add(simd, y[j][1], c[1], T::mul_add(simd, y[j][0], c[0], sum));
            }
            if let Some(output) = output.get_mut(..n) {
                let sum = T::mul_add(simd, skip, load::<S, T>(output, 0), sum);
                output.copy_from_slice(elements(&sum));
            } else {
                let mut padded = [zero];
                cast_slice_mut::<_, T>(&mut padded)[..output.len()].copy_from_slice(output);
                let sum = T::mul_add(simd, skip, padded[0], sum);
                output.copy_from_slice(&elements(&sum)[..output.len()]);
            }
        }
    }
}

/// What happens between the way there and the way back.
#[derive(Clone, Copy)]
pub(super) enum Middle<'a, V> {
    /// Nothing: the way there only.
    Forward,
    /// Nothing: the way back only.
    Back,
    /// The product with this spectrum, and the way back.
    Multiply(&'a [[V; 2]]),
    /// The same where leaves are pairs of vectors.
    Points(&'a [[V; 2]]),
}

/// All passes but the first and the last.
#[inline(always)]
pub(super) fn middle<S: Simd, T: Real>(
    simd: S,
    plan: &Plan<T>,
    data: &mut [Pair<S, T>],
    what: Middle<'_, T::Vector<S>>,
) {
    // Passes over everything, until a node is a piece that fits the cache.
    let (mut outer, mut nodes) = (0, plan.rows);
    while outer < plan.levels.len() && size_of_val(data) / nodes > PIECE {
        if !matches!(what, Middle::Back) {
            split(simd, &plan.levels[outer], 0, data, nodes);
        }
        nodes *= plan.levels[outer].radix;
        outer += 1;
    }
    let size = data.len() / nodes;
    for (i, data) in data.chunks_exact_mut(size).enumerate() {
        let (mut node, mut count) = (i, 1);
        for level in &plan.levels[outer..] {
            if !matches!(what, Middle::Back) {
                split(simd, level, node, data, count);
            }
            (node, count) = (node * level.radix, count * level.radix);
        }
        if let Middle::Points(kernel) = what {
            multiply_pairs(simd, &plan.leaves[i * size / PAIR..], data, &kernel[i * size..]);
        }
        if let Middle::Multiply(kernel) = what {
            multiply(simd, &plan.leaves[i * size..][..size], data, &kernel[i * size..][..size]);
        }
        for level in plan.levels[outer..].iter().rev() {
            (node, count) = (node / level.radix, count / level.radix);
            if !matches!(what, Middle::Forward) {
                join(simd, level, node, data, count);
            }
        }
    }
    for level in plan.levels[..outer].iter().rev() {
        nodes /= level.radix;
        if !matches!(what, Middle::Forward) {
            join(simd, level, 0, data, nodes);
        }
    }
}
