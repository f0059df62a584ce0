//! Products with arranged matrices are products: values, gradients, dtypes, profiles and errors.

use emberforge_array::{
    Array, DType, PackedMatrix, Profile, Result, add, concatenate, matmul, random, reshape, s, sum, swapaxes,
    vjp,
};

/// Small integers, so that every order of summation gives the same sum.
fn integers(shape: &[usize], seed: u64) -> Result<Array> {
    random::randint(-4, 5, shape, DType::I32, Some(&random::key(seed)))?.astype(DType::F32)
}

/// The definition: block b takes part b of the last axis.
fn by_blocks(x: &Array, w: &Array, bias: &Array) -> Result<Array> {
    let [blocks, inner, _] = [w.shape()[0], w.shape()[1], w.shape()[2]];
    let parts = (0..blocks as i64).map(|b| {
        let n = inner as i64;
        matmul(&x.slice(s![.., b * n..(b + 1) * n])?, &w.slice(s![b])?)
    });
    let parts = parts.collect::<Result<Vec<_>>>()?;
    add(concatenate(&parts.iter().collect::<Vec<_>>(), -1)?, bias)
}

#[test]
fn a_packed_product_and_its_gradients_are_those_of_matmul() -> Result<()> {
    for (blocks, inner, columns, rows) in [(1, 7, 33, 5), (3, 16, 32, 20), (2, 40, 70, 130)] {
        let x = integers(&[rows, blocks * inner], 1)?;
        let w = integers(&[blocks, inner, columns], 2)?;
        let bias = integers(&[blocks * columns], 3)?;
        let g = integers(&[rows, blocks * columns], 4)?;
        let packed = |a: &[Array]| Ok(vec![PackedMatrix::new(&a[1])?.multiply(&a[0], Some(&a[2]))?]);
        let plain = |a: &[Array]| Ok(vec![by_blocks(&a[0], &a[1], &a[2])?]);
        let inputs = [x, w, bias];
        let (got, want) = (vjp(packed, &inputs, std::slice::from_ref(&g))?, vjp(plain, &inputs, &[g])?);
        for (got, want) in [(&got.0, &want.0), (&got.1, &want.1)] {
            for (got, want) in got.iter().zip(want) {
                assert_eq!(got.shape(), want.shape());
                assert_eq!(got.to_vec::<f32>()?, want.to_vec::<f32>()?);
            }
        }
    }
    Ok(())
}

#[test]
fn strided_operands_and_leading_axes_are_taken() -> Result<()> {
    let (x, w) = (integers(&[6, 4, 10], 5)?, integers(&[8, 6], 6)?);
    // Both transposed, x three-dimensional.
    let (x, w) = (swapaxes(&x, 0, 2)?, swapaxes(&w, 0, 1)?);
    let got = PackedMatrix::new(&w)?.multiply(&x, None)?;
    assert_eq!(got.shape(), [10, 4, 8]);
    assert_eq!(got.to_vec::<f32>()?, matmul(&x, &w)?.to_vec::<f32>()?);
    Ok(())
}

#[test]
fn every_dtype_and_profile_gives_what_matmul_gives() -> Result<()> {
    let (x, w) = (integers(&[3, 5], 7)?, integers(&[5, 4], 8)?);
    for profile in [Profile::Fast, Profile::Deterministic, Profile::Extended] {
        profile.within(|| -> Result<()> {
            for (a, b) in [
                (DType::F32, DType::F32),
                (DType::BF16, DType::BF16),
                (DType::F16, DType::F32),
                (DType::F64, DType::F32),
                (DType::F32, DType::F64),
                (DType::Complex64, DType::F32),
                (DType::F32, DType::Complex64),
            ] {
                let (x, w) = (x.astype(a)?, w.astype(b)?);
                let (got, want) = (PackedMatrix::new(&w)?.multiply(&x, None)?, matmul(&x, &w)?);
                assert_eq!(got.dtype(), want.dtype(), "{a} {b}");
                assert!(
                    sum(&emberforge_array::not_equal(&got, &want)?, (), false)?.item::<i32>()? == 0,
                    "{a} {b}"
                );
            }
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn empty_operands_give_empty_products_or_the_bias() -> Result<()> {
    let none = PackedMatrix::new(&integers(&[5, 4], 9)?)?.multiply(&integers(&[0, 5], 9)?, None)?;
    assert_eq!(none.shape(), [0, 4]);
    let bias = integers(&[4], 10)?;
    let start = PackedMatrix::new(&reshape(&integers(&[0], 9)?, &[0, 4])?)?;
    let rows = start.multiply(&reshape(&integers(&[0], 9)?, &[2, 0])?, Some(&bias))?;
    assert_eq!(rows.to_vec::<f32>()?, [bias.to_vec::<f32>()?, bias.to_vec::<f32>()?].concat());
    Ok(())
}

#[test]
fn what_does_not_fit_is_refused_when_the_node_is_built() -> Result<()> {
    let packed = PackedMatrix::new(&integers(&[5, 4], 11)?)?;
    let message = |r: Result<Array>| r.err().map(|e| e.to_string()).unwrap_or_default();
    let error = message(packed.multiply(&integers(&[3, 6], 11)?, None));
    assert!(error.contains("its last axis must have 5"), "{error}");
    let error = message(packed.multiply(&integers(&[3, 5], 11)?, Some(&integers(&[5], 11)?)));
    assert!(error.contains("must be (4,)"), "{error}");
    let error = PackedMatrix::new(&integers(&[3], 11)?).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(error.contains("2 axes"), "{error}");
    Ok(())
}

#[test]
fn gradients_of_bf16_products_are_those_of_matmul() -> Result<()> {
    let half = |shape: &[usize], seed| integers(shape, seed)?.astype(DType::BF16);
    // An odd inner axis: pairs are filled up.
    let inputs = [half(&[9, 7], 12)?, half(&[7, 5], 13)?, half(&[5], 14)?];
    let g = half(&[9, 5], 15)?;
    let packed = |a: &[Array]| Ok(vec![PackedMatrix::new(&a[1])?.multiply(&a[0], Some(&a[2]))?]);
    let plain = |a: &[Array]| Ok(vec![add(matmul(&a[0], &a[1])?, &a[2])?]);
    let (got, want) = (vjp(packed, &inputs, std::slice::from_ref(&g))?, vjp(plain, &inputs, &[g])?);
    for (got, want) in got.0.iter().chain(&got.1).zip(want.0.iter().chain(&want.1)) {
        assert_eq!((got.dtype(), got.shape()), (DType::BF16, want.shape()));
        let [got, want] = [got, want].map(|x| x.astype(DType::F32)?.to_vec::<f32>());
        for (got, want) in got?.into_iter().zip(want?) {
            assert!((got - want).abs() <= want.abs() / 128.0, "{got} and not {want}");
        }
    }
    Ok(())
}
