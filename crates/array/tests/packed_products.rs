//! Products with arranged matrices are products: values, gradients, dtypes, profiles and errors.

use emberforge_array::{
    Array, DType, GatedMatrix, PackedMatrix, Profile, Result, add, concatenate, gelu, matmul, random,
    reshape, s, split, sum, swapaxes, vjp,
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

/// `gelu(x W1) * (x W2)` by its definition, block by block.
fn gated(x: &Array, w: &Array) -> Result<Array> {
    let w = if w.ndim() == 2 { emberforge_array::expand_dims(w, 0)? } else { w.clone() };
    let none = Array::scalar(0.0f32).astype(x.dtype())?;
    let halves = split(&by_blocks(x, &w, &none)?, 2, -1)?;
    Ok(gelu(&halves[0])? * &halves[1])
}

#[test]
fn a_gated_product_and_its_gradients_are_those_of_the_definition() -> Result<()> {
    // One block is two halves of columns; an even number of them two halves of blocks; an odd number shares one.
    for (blocks, inner, columns, rows) in
        [(1, 7, 66, 5), (4, 16, 32, 20), (2, 40, 70, 130), (3, 5, 8, 9), (4, 12, 5, 3)]
    {
        let x = integers(&[rows, blocks * inner], 21)? * 0.25;
        let w = integers(&[blocks, inner, columns], 22)? * 0.125;
        let g = integers(&[rows, blocks * columns / 2], 23)?;
        let fused = |a: &[Array]| Ok(vec![GatedMatrix::new(&a[1])?.multiply(&a[0])?]);
        let plain = |a: &[Array]| Ok(vec![gated(&a[0], &a[1])?]);
        let inputs = [x, w];
        let (got, want) = (vjp(fused, &inputs, std::slice::from_ref(&g))?, vjp(plain, &inputs, &[g])?);
        for (got, want) in got.0.iter().chain(&got.1).zip(want.0.iter().chain(&want.1)) {
            assert_eq!(got.shape(), want.shape());
            let size = want.to_vec::<f32>()?.into_iter().fold(1.0f32, |most, x| most.max(x.abs()));
            for (got, want) in got.to_vec::<f32>()?.into_iter().zip(want.to_vec::<f32>()?) {
                assert!((got - want).abs() <= 1e-6 * size, "{blocks} blocks: {got} and not {want}");
            }
        }
    }
    Ok(())
}

#[test]
fn a_gated_product_takes_every_dtype_profile_and_form() -> Result<()> {
    // 1024 columns: rows of the result are kept further apart than they are long.
    let (x, w) = (integers(&[2, 3, 8], 24)? * 0.25, integers(&[8, 1024], 25)? * 0.25);
    for profile in [Profile::Fast, Profile::Deterministic, Profile::Extended] {
        for (a, b, bound) in [
            (DType::F32, DType::F32, 1e-5),
            (DType::BF16, DType::BF16, 0.2),
            (DType::F16, DType::F16, 0.02),
            (DType::F64, DType::F32, 1e-12),
            (DType::F32, DType::F64, 1e-12),
        ] {
            profile.within(|| -> Result<()> {
                let (x, w) = (x.astype(a)?, w.astype(b)?);
                let (got, want) = (GatedMatrix::new(&w)?.multiply(&x)?, gated(&x.astype(DType::F64)?, &w)?);
                assert_eq!((got.shape(), got.dtype()), (&[2, 3, 512][..], matmul(&x, &w)?.dtype()));
                for (got, want) in got.to_f64_vec()?.into_iter().zip(want.to_f64_vec()?) {
                    assert!((got - want).abs() <= bound, "{profile} {a} {b}: {got} and not {want}");
                }
                // Rows that lie apart are rows like others to what comes after.
                let sums =
                    [sum(&got, (), false)?, sum(&reshape(&got, &[-1])?.astype(got.dtype())?, (), false)?];
                assert_eq!(sums[0].to_f64_vec()?, sums[1].to_f64_vec()?);
                Ok(())
            })?;
        }
    }
    Ok(())
}

#[test]
fn halves_and_addends_that_do_not_fit_are_refused() -> Result<()> {
    let message = |r: Result<Array>| r.err().map(|e| e.to_string()).unwrap_or_default();
    let odd = GatedMatrix::new(&integers(&[4, 3], 26)?).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(odd.contains("two halves") && odd.contains("3 columns"), "{odd}");
    let kind = GatedMatrix::new(&integers(&[4, 2], 26)?.astype(DType::I32)?);
    assert!(kind.err().is_some_and(|e| e.to_string().contains("floats")));
    let error = message(GatedMatrix::new(&integers(&[4, 6], 26)?)?.multiply(&integers(&[2, 5], 26)?));
    assert!(error.contains("its last axis must have 4"), "{error}");
    let packed = PackedMatrix::new(&integers(&[4, 6], 26)?)?;
    let error = message(packed.multiply_add(&integers(&[2, 4], 26)?, None, Some(&integers(&[6], 26)?)));
    assert!(error.contains("(6,)") && error.contains("(2, 6)"), "{error}");
    Ok(())
}

#[test]
fn an_addend_is_added_and_has_a_gradient() -> Result<()> {
    for dtype in [DType::F32, DType::BF16, DType::F64] {
        let of = |shape: &[usize], seed| integers(shape, seed)?.astype(dtype);
        let inputs = [of(&[2, 9, 7], 31)?, of(&[7, 5], 32)?, of(&[5], 33)?, of(&[2, 9, 5], 34)?];
        let g = of(&[2, 9, 5], 35)?;
        for bias in [true, false] {
            let packed = |a: &[Array]| {
                let bias = Some(&a[2]).filter(|_| bias);
                Ok(vec![PackedMatrix::new(&a[1])?.multiply_add(&a[0], bias, Some(&a[3]))?])
            };
            let plain = |a: &[Array]| {
                let y = matmul(&a[0], &a[1])?;
                Ok(vec![if bias { y + &a[2] } else { y } + &a[3]])
            };
            let (got, want) = (
                vjp(packed, &inputs, std::slice::from_ref(&g))?,
                vjp(plain, &inputs, std::slice::from_ref(&g))?,
            );
            for (got, want) in got.0.iter().chain(&got.1).zip(want.0.iter().chain(&want.1)) {
                assert_eq!((got.dtype(), got.shape()), (dtype, want.shape()));
                for (got, want) in got.to_f64_vec()?.into_iter().zip(want.to_f64_vec()?) {
                    assert!((got - want).abs() <= want.abs() / 64.0, "{dtype}: {got} and not {want}");
                }
            }
        }
    }
    Ok(())
}
