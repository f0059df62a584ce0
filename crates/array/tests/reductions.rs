//! Reductions over every set of axes, of dense, transposed, sliced-by-broadcast and fused inputs.

use emberforge_array::{
    Array, DType, Result, broadcast_to, eval, max, min, prod, random, reshape, s, square, sum, transpose,
};

/// Small whole numbers, so that sums are exact in every dtype.
fn data(shape: &[usize]) -> Result<Array> {
    let count: usize = shape.iter().product();
    let elements: Vec<f32> = (0..count).map(|i| ((i * 7 + i / 5) % 9) as f32 - 4.0).collect();
    Array::from_slice(&elements, shape)
}

/// The reduction by its definition, over the row-major elements.
fn reference(x: &Array, axes: &[usize], combine: fn(f64, f64) -> f64, start: f64) -> Result<Vec<f64>> {
    let (shape, elements) = (x.shape(), x.to_f64_vec()?);
    let kept: Vec<usize> = (0..shape.len()).filter(|a| !axes.contains(a)).collect();
    let mut out = vec![start; kept.iter().map(|a| shape[*a]).product()];
    for (i, value) in elements.iter().enumerate() {
        let (mut rest, mut place) = (i, vec![0; shape.len()]);
        for axis in (0..shape.len()).rev() {
            place[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        let index = kept.iter().fold(0, |n, a| n * shape[*a] + place[*a]);
        out[index] = combine(out[index], *value);
    }
    Ok(out)
}

fn every_set_of_axes(x: &Array) -> Result<()> {
    for set in 1u32..1 << x.ndim() {
        let axes: Vec<usize> = (0..x.ndim()).filter(|a| set >> a & 1 == 1).collect();
        let named: Vec<i32> = axes.iter().map(|a| *a as i32).collect();
        let of = |y: Result<Array>| y?.to_f64_vec();
        assert_eq!(
            of(sum(x, named.clone(), false))?,
            reference(x, &axes, |a, b| a + b, 0.0)?,
            "sum {axes:?}"
        );
        assert_eq!(
            of(max(x, named.clone(), false))?,
            reference(x, &axes, f64::max, f64::NEG_INFINITY)?,
            "max {axes:?}"
        );
        assert_eq!(of(min(x, named, true))?, reference(x, &axes, f64::min, f64::INFINITY)?, "min {axes:?}");
    }
    Ok(())
}

#[test]
fn every_set_of_axes_of_dense_transposed_and_repeated_arrays() -> Result<()> {
    for shape in [&[5][..], &[3, 4], &[2, 3, 4], &[3, 1, 2, 5], &[2, 3, 2, 2, 3]] {
        let x = data(shape)?;
        every_set_of_axes(&x)?;
        every_set_of_axes(&x.astype(DType::I16)?)?;
        every_set_of_axes(&x.astype(DType::F16)?)?;
        let backwards: Vec<i32> = (0..shape.len() as i32).rev().collect();
        every_set_of_axes(&transpose(&x, &backwards)?)?;
    }
    every_set_of_axes(&broadcast_to(&data(&[3, 1, 4])?, &[2, 3, 5, 4])?)
}

#[test]
fn a_reduction_absorbs_the_chain_before_it_without_changing_a_bit() -> Result<()> {
    // Rows, one long row, columns, repeated rows; each large enough to be cut into pieces.
    let x = data(&[512, 300])?;
    let repeated = broadcast_to(&data(&[1, 300])?, &[512, 300])?;
    let y = || (&x * 0.3 + 1.0) / (&repeated * &repeated + 0.7);
    let kept = y();
    eval([&kept])?;
    for axes in [vec![1], vec![0, 1], vec![0]] {
        let fused = sum(&y(), axes.clone(), false)?.to_vec::<f32>()?;
        assert_eq!(fused, sum(&kept, axes.clone(), false)?.to_vec::<f32>()?, "{axes:?}");
        let cube = |z: &Array| reshape(z, &[64, 8, 300]);
        let fused = max(&cube(&y())?, axes.clone(), false)?.to_vec::<f32>()?;
        assert_eq!(fused, max(&cube(&kept)?, axes, false)?.to_vec::<f32>()?);
    }
    Ok(())
}

#[test]
fn the_sum_of_many_floats_is_nearly_exact() -> Result<()> {
    let x = broadcast_to(&Array::from_slice(&[0.1f32], &[1])?, &[1 << 22])?;
    let exact = f64::from(0.1f32) * f64::from(1 << 22);
    let total = f64::from(sum(&x, (), false)?.item::<f32>()?);
    assert!((total / exact - 1.0).abs() < 1e-6, "pairwise: {total} of {exact}");
    let halves = sum(&x.astype(DType::F16)?, (), false)?;
    assert_eq!(halves.dtype(), DType::F16, "and overflows f16 only in the result");
    assert!(halves.to_f64_vec()?[0].is_infinite());
    Ok(())
}

#[test]
fn empty_and_scalar_arrays_have_their_identities() -> Result<()> {
    let empty = data(&[0, 3])?;
    assert_eq!(sum(&empty, 0, false)?.to_f64_vec()?, [0.0; 3]);
    assert_eq!(prod(&empty, (), false)?.to_f64_vec()?, [1.0]);
    assert!(max(&empty, 0, false).is_err());
    assert_eq!(sum(&Array::scalar(2.5), (), false)?.to_f64_vec()?, [2.5]);
    Ok(())
}

#[test]
fn short_rows_and_narrow_columns_of_every_size() -> Result<()> {
    for length in (1..=20).chain([24, 63, 64, 65, 127, 128, 129, 200]) {
        for rows in [1, 3, 64, 67] {
            let x = data(&[rows, length])?;
            every_set_of_axes(&x)?;
            every_set_of_axes(&x.astype(DType::I16)?)?;
            if rows * length < 500 {
                // No sum is beyond what an f16 holds exactly.
                every_set_of_axes(&x.astype(DType::F16)?)?;
            }
        }
        for columns in [2, 7, 8, 9, 31, 32, 33, 41, 127, 130] {
            every_set_of_axes(&data(&[3, length, columns])?)?;
        }
    }
    // Blocks that several cores share, with pieces of different lengths.
    for shape in [[1, 5003, 7], [1, 1009, 40], [2, 701, 200], [3, 130, 300]] {
        every_set_of_axes(&data(&shape)?)?;
    }
    Ok(())
}

#[test]
fn a_row_sums_to_the_same_bits_alone_and_among_others() -> Result<()> {
    for length in [2, 3, 5, 6, 8, 9, 13, 16, 100, 128, 129] {
        let x = random::normal(&[150, length], DType::F32, Some(&random::key(length as u64)))?;
        let together = sum(&x, 1, false)?.to_vec::<f32>()?;
        let columns = sum(&transpose(&x, &[1, 0])?, 0, false)?.to_vec::<f32>()?;
        for (row, total) in together.iter().enumerate() {
            let alone = sum(&x.slice(s![row as i64])?, (), false)?.item::<f32>()?;
            assert_eq!(alone.to_bits(), total.to_bits(), "row {row} of {length}");
        }
        assert_eq!(columns, together, "a transposed array is read as it lies");
    }
    Ok(())
}

#[test]
fn nan_is_the_extreme_of_its_row_at_every_place() -> Result<()> {
    for length in [2, 3, 7, 8, 11, 40, 200] {
        let mut elements = vec![1.0f32; 70 * length];
        for row in 0..70 {
            elements[row * length + row % length] = f32::NAN;
        }
        let x = Array::from_slice(&elements, &[70, length])?;
        for extreme in [max(&x, 1, false)?, min(&x, 1, false)?] {
            assert!(extreme.to_vec::<f32>()?.iter().all(|x| x.is_nan()), "rows of {length}");
        }
        let columns = max(&reshape(&x, &[length as i64, 70])?, 0, false)?.to_vec::<f32>()?;
        let expected: Vec<bool> =
            (0..70).map(|c| (0..length).any(|r| elements[r * 70 + c].is_nan())).collect();
        assert_eq!(columns.iter().map(|x| x.is_nan()).collect::<Vec<_>>(), expected, "columns of {length}");
    }
    Ok(())
}

#[test]
fn products_are_absorbed_without_changing_a_bit() -> Result<()> {
    for shape in [[1, 200_003], [700, 300], [3, 40_000], [30_000, 5]] {
        let [x, y] = [1, 2].map(|seed| random::normal(&shape, DType::F32, Some(&random::key(seed))));
        let (x, y) = (x?, y?);
        eval([&x, &y])?;
        let products = [|x: &Array, y: &Array| Ok(x * y), |x: &Array, _: &Array| square(x)];
        for product in products {
            let kept: Array = product(&x, &y)?;
            eval([&kept])?;
            for axes in [vec![1], vec![0, 1]] {
                // The product's handle is gone before the evaluation.
                let fused = [
                    sum(&product(&x, &y)?, axes.clone(), false)?,
                    max(&product(&x, &y)?, axes.clone(), false)?,
                ];
                let apart = [sum(&kept, axes.clone(), false)?, max(&kept, axes, false)?];
                for (fused, apart) in fused.iter().zip(&apart) {
                    assert_eq!(fused.to_vec::<f32>()?, apart.to_vec::<f32>()?, "{shape:?}");
                }
            }
        }
    }
    Ok(())
}
