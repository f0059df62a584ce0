//! In the deterministic profile a row of a matrix product does not depend on the rows beside it.

use emberforge_array::{Array, DType, Profile, Result, matmul, random, s, swapaxes};

fn bits(x: &Array) -> Result<Vec<u32>> {
    Ok(x.to_vec::<f32>()?.into_iter().map(f32::to_bits).collect())
}

#[test]
fn a_row_has_the_same_bits_in_a_matrix_of_any_height() -> Result<()> {
    let [ka, kb]: [Array; 2] = random::keys(&random::key(1))?;
    for (inner, columns) in [(1, 1), (17, 5), (192, 1536), (768, 33)] {
        let a = random::normal(&[150, inner], DType::F32, Some(&ka))?;
        let b = random::normal(&[columns, inner], DType::F32, Some(&kb))?;
        let product = |a: &Array| Profile::Deterministic.within(|| matmul(a, &swapaxes(&b, 0, 1)?));
        let whole = bits(&product(&a)?)?;
        for (first, last) in [(0, 1), (149, 150), (3, 66), (64, 128), (10, 140)] {
            let part = bits(&product(&a.slice(s![first as i64..last as i64])?)?)?;
            assert_eq!(
                part,
                whole[first * columns..last * columns],
                "rows {first}..{last} of {inner} elements"
            );
        }
    }
    Ok(())
}

#[test]
fn a_matrix_has_the_same_bits_alone_and_in_a_batch() -> Result<()> {
    let [ka, kb]: [Array; 2] = random::keys(&random::key(2))?;
    let a = random::normal(&[4, 100, 48], DType::F32, Some(&ka))?;
    let b = random::normal(&[4, 48, 20], DType::F32, Some(&kb))?;
    Profile::Deterministic.within(|| {
        let whole = bits(&matmul(&a, &b)?)?;
        for i in 0..4usize {
            let at = s![i as i64];
            let alone = bits(&matmul(&a.slice(at)?.slice(s![..7])?, &b.slice(at)?)?)?;
            assert_eq!(alone, whole[i * 2000..][..140], "matrix {i}");
        }
        Ok(())
    })
}
