//! Jointly normal numbers: normal ones times the square root of a covariance.

use super::distributions::normal;
use crate::element::Binary;
use crate::element::node::{binary, cast};
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::value::Value;
use crate::view::{expand_dims, squeeze};
use crate::{Array, Spec, matmul, rows, shape};
use emberforge_base::{DType, Error, ErrorKind, Result};
use emberforge_device::BufferMut;
use smallvec::smallvec;

/// `f32` vectors that are jointly normal with the given mean `[.., n]` and covariance `[.., n, n]`, which is symmetric
/// without negative eigenvalues. `size` is the shape of the batch: what the batch axes of `mean` and `cov` broadcast to,
/// or what they can be broadcast to; the result is `[size.., n]`. An empty `size` is the former.
///
/// The numbers are `mean + z R`, where `z` are [`normal`](super::normal) numbers of the same key and `R R = cov`. MLX
/// computes the same symmetric root by a singular value decomposition in `f32`; here it is computed in `f64` by
/// Jacobi's rotations (Golub and Van Loan, "Matrix computations", 8.5) and rounded, so that results agree with MLX's to
/// a few units of the last place of `R`, not bit for bit. Time grows with `n^3`. Gradients reach the mean, not the
/// covariance.
///
/// ```
/// use emberforge_array::{Array, random};
///
/// let mean = Array::from_slice(&[1.0f32, -1.0], &[2])?;
/// let cov = Array::from_slice(&[1.0f32, 1.0, 1.0, 1.0], &[2, 2])?;
/// let x = random::multivariate_normal(&mean, &cov, &[5], None)?.to_vec::<f32>()?;
/// assert!(x.chunks(2).all(|x| (x[0] - 1.0 - (x[1] + 1.0)).abs() < 1e-5)); // wholly dependent
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the shapes do not fit, or a parameter is complex; at evaluation when `cov` is not symmetric or has a negative
/// eigenvalue.
pub fn multivariate_normal(mean: &Array, cov: &Array, size: &[usize], key: Option<&Array>) -> Result<Array> {
    let (mean, cov) = (real("mean", mean)?, real("cov", cov)?);
    let ([batch @ .., n], [of_cov @ .., rows, columns]) = (mean.shape(), cov.shape()) else {
        return Err(Error::invalid(format!(
            "`multivariate_normal` takes a mean [.., n] and a covariance [.., n, n]; these have shapes {} and {}",
            shape::text(mean.shape()),
            shape::text(cov.shape())
        )));
    };
    if [rows, columns] != [n, n] {
        return Err(Error::invalid(format!(
            "a mean of {n} numbers goes with a covariance of shape ({n}, {n}); this one ends in ({rows}, {columns})"
        )));
    }
    let least = shape::broadcast(batch, of_cov)?;
    let size = if size.is_empty() { least.as_slice() } else { size };
    if shape::broadcast(size, &least)?.as_slice() != size {
        return Err(Error::invalid(format!(
            "`multivariate_normal` cannot give a batch of shape {} when the parameters' is {}; it broadcasts to the shape",
            shape::text(size),
            shape::text(&least)
        )));
    }
    let shape: Vec<usize> = size.iter().copied().chain([*n]).collect();
    let z = normal(&shape, DType::F32, key)?;
    let spec = cov.spec().clone();
    let root = Array::build(SymmetricRoot, smallvec![cov], spec);
    let scaled = squeeze(&matmul(&expand_dims(&z, -2)?, &root)?, -2)?;
    binary(Binary::Add, &mean, &scaled)
}

fn real(name: &str, x: &Array) -> Result<Array> {
    x.check()?;
    if x.dtype() == DType::Complex64 {
        return Err(Error::invalid(format!(
            "`{name}` of `multivariate_normal` is complex64; it must be real"
        )));
    }
    Ok(cast(x, DType::F32))
}

/// The symmetric square root of symmetric matrices `[.., n, n]`.
#[derive(Clone, Copy, Debug)]
struct SymmetricRoot;

impl Primitive for SymmetricRoot {
    fn name(&self) -> &'static str {
        "symmetric_root"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let (x, spec) = (inputs[0].to_dense()?, &outputs[0]);
        let n = spec.shape[spec.shape.len() - 1];
        let mut buffer = BufferMut::new(spec.len() * size_of::<f32>())?;
        if spec.len() > 0 {
            let matrices = rows::elements::<f32>(&x)?.chunks_exact(n * n);
            let out = rows::elements_mut::<f32>(buffer.bytes_mut())?.chunks_exact_mut(n * n);
            matrices.zip(out).try_for_each(|(matrix, out)| symmetric_root(matrix, n, out))?;
        }
        Ok(smallvec![Value::dense(buffer, spec.dtype, &spec.shape)])
    }

    fn vjp(&self, _: &Vjp<'_>) -> Result<Gradients> {
        Err(Error::new(
            ErrorKind::Unsupported,
            "`multivariate_normal` has no gradient with respect to the covariance; `stop_gradient` it, or draw `normal` \
             numbers and multiply them by a factor of the covariance that you compute",
        ))
    }
}

fn symmetric_root(matrix: &[f32], n: usize, out: &mut [f32]) -> Result<()> {
    if matrix.iter().any(|x| !x.is_finite()) {
        out.fill(f32::NAN);
        return Ok(());
    }
    let largest = matrix.iter().fold(0.0f64, |m, x| m.max(f64::from(x.abs())));
    /// Of the largest element: what `f32` arithmetic on the way to a covariance may leave.
    const TOLERANCE: f64 = 1e-4;
    for (i, j) in (0..n).flat_map(|i| (0..i).map(move |j| (i, j))) {
        let (a, b) = (matrix[i * n + j], matrix[j * n + i]);
        if f64::from((a - b).abs()) > TOLERANCE * largest {
            return Err(Error::invalid(format!(
                "a covariance is symmetric, and this one holds {a} at ({i}, {j}) and {b} at ({j}, {i}); average it with its transpose"
            )));
        }
    }
    let (values, vectors) = eigen(matrix, n);
    if let Some(value) = values.iter().find(|v| **v < -TOLERANCE * largest) {
        return Err(Error::invalid(format!(
            "a covariance has no negative eigenvalue, and this one has {value:.3e}; add that much to its diagonal"
        )));
    }
    for i in 0..n {
        for j in 0..n {
            let sum = (0..n).map(|k| vectors[i * n + k] * values[k].max(0.0).sqrt() * vectors[j * n + k]);
            out[i * n + j] = sum.sum::<f64>() as f32;
        }
    }
    Ok(())
}

/// Eigenvalues of a symmetric matrix, and the eigenvectors as columns.
fn eigen(matrix: &[f32], n: usize) -> (Vec<f64>, Vec<f64>) {
    /// Convergence is quadratic at the end; real matrices take less than a dozen.
    const SWEEPS: usize = 64;
    let mut a: Vec<f64> = matrix.iter().map(|x| f64::from(*x)).collect();
    let mut vectors = vec![0.0; n * n];
    (0..n).for_each(|i| vectors[i * n + i] = 1.0);
    let total: f64 = a.iter().map(|x| x * x).sum();
    for _ in 0..SWEEPS {
        let off: f64 = (0..n * n).filter(|i| i / n != i % n).map(|i| a[i] * a[i]).sum();
        if off <= f64::EPSILON * f64::EPSILON * total {
            break;
        }
        for (p, q) in (0..n).flat_map(|q| (0..q).map(move |p| (p, q))) {
            let between = 0.5 * (a[p * n + q] + a[q * n + p]);
            if between == 0.0 {
                continue;
            }
            let theta = (a[q * n + q] - a[p * n + p]) / (2.0 * between);
            let tan = theta.signum() / (theta.abs() + theta.hypot(1.0));
            let cos = 1.0 / tan.hypot(1.0);
            let sin = tan * cos;
            let turn = |x: &mut [f64], i: usize, j: usize| {
                (x[i], x[j]) = (cos * x[i] - sin * x[j], sin * x[i] + cos * x[j])
            };
            for k in 0..n {
                turn(&mut a, k * n + p, k * n + q);
                turn(&mut vectors, k * n + p, k * n + q);
            }
            for k in 0..n {
                turn(&mut a, p * n + k, q * n + k);
            }
        }
    }
    ((0..n).map(|i| a[i * n + i]).collect(), vectors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    fn close(x: &Array, expected: &[f32]) {
        let x = x.to_vec::<f32>().expect("evaluates");
        assert_eq!(x.len(), expected.len());
        for (x, y) in x.iter().zip(expected) {
            assert!((x - y).abs() <= 3e-6 * y.abs().max(1.0), "{x} is not {y}");
        }
    }

    fn array(elements: &[f32], shape: &[usize]) -> Array {
        Array::from_slice(elements, shape).expect("fits")
    }

    /// Recorded from `mlx.core.random.multivariate_normal` 0.32.4 with `mx.random.key(7)` on the CPU.
    #[test]
    fn numbers_are_those_of_mlx() -> Result<()> {
        let key = random::key(7);
        let mean = array(&[1.0, -2.0, 0.5], &[3]);
        let cov = array(&[2.0, 0.5, 0.1, 0.5, 1.0, -0.3, 0.1, -0.3, 0.7], &[3, 3]);
        let x = multivariate_normal(&mean, &cov, &[4], Some(&key))?;
        assert_eq!(x.shape(), [4, 3]);
        close(
            &x,
            &[
                1.123_842_7,
                -2.932_311_5,
                -0.037_316_084,
                0.205_902_81,
                -2.462_495_6,
                1.725_216_9,
                1.763_367,
                -3.184_594_6,
                -0.896_767_4,
                -0.162_577_63,
                -3.031_172_5,
                0.063_493_97,
            ],
        );
        let batch = multivariate_normal(
            &array(&[0.0, 0.0, 1.0, 2.0], &[2, 2]),
            &array(&[4.0, 0.0, 0.0, 9.0], &[2, 2]),
            &[],
            Some(&key),
        )?;
        close(&batch, &[-1.510_932_4, -2.213_212, 0.766_905_3, -0.056_994_2]);
        let ones =
            multivariate_normal(&array(&[0.0; 2], &[2]), &array(&[1.0; 4], &[2, 2]), &[2], Some(&key))?;
        close(&ones, &[-1.055_854_4, -1.055_854_3, -0.567_249_6, -0.567_249_6]);
        Ok(())
    }

    #[test]
    fn the_root_times_itself_is_the_matrix() -> Result<()> {
        for n in [1, 2, 5, 40] {
            let x = random::normal(&[n, n], DType::F32, Some(&random::key(n as u64)))?;
            let cov = matmul(&x, &crate::swapaxes(&x, 0, 1)?)?;
            let root = Array::build(SymmetricRoot, smallvec![cov.clone()], cov.spec().clone());
            let (back, cov) = (matmul(&root, &root)?.to_vec::<f32>()?, cov.to_vec::<f32>()?);
            let largest = cov.iter().fold(0.0f32, |m, x| m.max(x.abs()));
            assert!(back.iter().zip(&cov).all(|(a, b)| (a - b).abs() <= 1e-5 * largest), "{n}");
        }
        Ok(())
    }

    #[test]
    fn bad_parameters_are_explained() -> Result<()> {
        let message = |mean: &[usize], cov: &[usize], size: &[usize]| {
            let (mean, cov) = (crate::zeros(mean, DType::F32), crate::zeros(cov, DType::F32));
            multivariate_normal(&mean.expect("small"), &cov.expect("small"), size, None)
                .expect_err("wrong")
                .to_string()
        };
        assert!(message(&[2], &[3, 3], &[]).contains("goes with a covariance of shape (2, 2)"));
        assert!(message(&[2], &[2], &[]).contains("takes a mean [.., n] and a covariance [.., n, n]"));
        assert!(message(&[3, 2], &[2, 2], &[2]).contains("(2,)"));
        let of = |cov: &[f32]| {
            let x = multivariate_normal(&array(&[0.0; 2], &[2]), &array(cov, &[2, 2]), &[], None)?;
            x.to_vec::<f32>()
        };
        assert!(of(&[1.0, 0.5, -0.5, 1.0]).expect_err("asymmetric").to_string().contains("is symmetric"));
        assert!(of(&[1.0, 2.0, 2.0, 1.0]).expect_err("indefinite").to_string().contains("-1.000e0"));
        assert!(of(&[f32::NAN, 0.0, 0.0, 1.0])?.iter().all(|x| x.is_nan()));
        Ok(())
    }
}
