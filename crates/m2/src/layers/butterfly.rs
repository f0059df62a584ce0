//! Monarch linear maps of two factors: a butterfly.

use super::BlockDiagonal;
use crate::Scope;
use emberforge_array::{Array, Result, reshape, s, swapaxes};
use emberforge_base::Error;

/// `y = B2 P B1 x (+ bias)`: two block-diagonal factors with a permutation between them and one after them, so that every
/// input reaches every output.
///
/// With factors `blkdiag1` `[k, q, p]` and `blkdiag2` `[l, s, r]`, where `k q = l r`: the input, padded with zeros to
/// `k p`, goes through k blocks; element `j l + i` of the result is input j of block i of the second factor, and output
/// `o` of that block is output `o l + i` of the map, cut to `outputs`. Source: Dao et al., "Monarch: Expressive Structured
/// Matrices for Efficient and Accurate Training" (2022).
#[derive(Clone, Debug)]
pub struct Butterfly {
    first: BlockDiagonal,
    /// Its shuffle is the permutation between the factors.
    second: BlockDiagonal,
    bias: Option<Array>,
    /// l and s.
    blocks: i64,
    width: i64,
    outputs: usize,
}

impl Butterfly {
    /// Takes `blkdiag1` `[blocks, q, p]`, `blkdiag2` `[blocks, s, q]`, and `bias` `[outputs]` if it has one, with
    /// p = ceil(inputs / blocks), s = ceil(outputs / blocks) and q the smaller of the two.
    ///
    /// # Errors
    /// When a tensor is a failed array.
    pub fn load(
        scope: &Scope<'_>,
        inputs: usize,
        outputs: usize,
        blocks: usize,
        bias: bool,
    ) -> Result<Butterfly> {
        let (p, s) = (inputs.div_ceil(blocks), outputs.div_ceil(blocks));
        let q = p.min(s);
        let first = scope.tensor("blkdiag1", &[blocks, q, p])?;
        let second = scope.tensor("blkdiag2", &[blocks, s, q])?;
        let bias = if bias { Some(scope.tensor("bias", &[outputs])?) } else { None };
        Butterfly::new(first, second, bias, inputs, outputs)
    }

    /// A map of given factors.
    ///
    /// # Errors
    /// When the factors do not follow one another or do not fit `inputs` and `outputs`.
    pub fn new(
        first: Array,
        second: Array,
        bias: Option<Array>,
        inputs: usize,
        outputs: usize,
    ) -> Result<Butterfly> {
        let fits = match (first.shape(), second.shape()) {
            (&[k, q, p], &[l, s, r]) => k * q == l * r && inputs <= k * p && outputs <= l * s,
            _ => false,
        };
        if !fits || bias.as_ref().is_some_and(|b| b.shape() != [outputs]) {
            return Err(Error::invalid(format!(
                "factors {:?} and {:?} make no map of {inputs} to {outputs} channels; they are [k, q, p] and [l, s, r] with \
                 k q = l r, at most k p inputs and l s outputs, and a bias has one element per output",
                first.shape(),
                second.shape()
            )));
        }
        let middle = first.shape()[0] * first.shape()[1];
        let reached = second.shape()[0] * second.shape()[1];
        Ok(Butterfly {
            first: BlockDiagonal::new(&first, None, inputs, middle, false)?,
            second: BlockDiagonal::new(&second, None, middle, reached, true)?,
            bias,
            blocks: second.shape()[0] as i64,
            width: second.shape()[1] as i64,
            outputs,
        })
    }

    /// `x` `[.., inputs]` to `[.., outputs]`.
    ///
    /// # Errors
    /// When the last axis has another size.
    pub fn forward(&self, x: &Array) -> Result<Array> {
        let y = self.second.padded(&self.first.forward(x)?, None, None)?;
        let mut shape: Vec<i64> = x.shape().iter().map(|n| *n as i64).collect();
        shape.pop();
        shape.push(-1);
        // [rows, l s] -> [rows, s l]: the permutation after the factors.
        let y = swapaxes(&reshape(&y, &[-1, self.blocks, self.width])?, 1, 2)?;
        let y = reshape(&y, &shape)?.slice(s![..., ..self.outputs as i64])?;
        Ok(match &self.bias {
            Some(bias) => y + bias,
            None => y,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use emberforge_array::{DType, random};

    /// Element (o, i) of the dense matrix, from the definition in words, without any reshaping.
    fn dense(first: &[f64], second: &[f64], [k, q, p]: [usize; 3], [l, s, r]: [usize; 3]) -> Vec<f64> {
        let (inputs, outputs) = (k * p, l * s);
        let mut matrix = vec![0.0; outputs * inputs];
        for (a, b, c) in (0..k).flat_map(|a| (0..q).flat_map(move |b| (0..p).map(move |c| (a, b, c)))) {
            let middle = a * q + b;
            let (j, i) = (middle / l, middle % l);
            for o in 0..s {
                matrix[(o * l + i) * inputs + a * p + c] +=
                    second[(i * s + o) * r + j] * first[(a * q + b) * p + c];
            }
        }
        matrix
    }

    #[test]
    fn two_factors_are_the_dense_matrix_of_their_definition() -> Result<()> {
        for (one, two) in
            [([4, 3, 3], [4, 5, 3]), ([2, 6, 3], [3, 2, 4]), ([1, 2, 5], [2, 3, 1]), ([3, 2, 2], [3, 2, 2])]
        {
            let [ka, kb, kx]: [Array; 3] = random::keys(&random::key(7))?;
            let a = random::normal(&one, DType::F32, Some(&ka))?.astype(DType::F64)?;
            let b = random::normal(&two, DType::F32, Some(&kb))?.astype(DType::F64)?;
            // One input and one output less than the blocks hold: padded and cut.
            let (inputs, outputs) = (one[0] * one[2] - 1, two[0] * two[1] - 1);
            let x = random::normal(&[2, 3, inputs], DType::F32, Some(&kx))?.astype(DType::F64)?;
            let y = Butterfly::new(a.clone(), b.clone(), None, inputs, outputs)?.forward(&x)?;
            assert_eq!(y.shape(), [2, 3, outputs]);
            let matrix = dense(&a.to_vec::<f64>()?, &b.to_vec::<f64>()?, one, two);
            let (y, x) = (y.to_vec::<f64>()?, x.to_vec::<f64>()?);
            for (row, got) in y.chunks(outputs).enumerate() {
                for (o, got) in got.iter().enumerate() {
                    let weights = &matrix[o * (inputs + 1)..][..inputs];
                    let want: f64 = weights.iter().zip(&x[row * inputs..]).map(|(w, x)| w * x).sum();
                    assert!((got - want).abs() < 1e-12, "{one:?} {two:?} [{row}, {o}]: {got} and not {want}");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn factors_that_do_not_follow_one_another_are_refused() -> Result<()> {
        let zeros = |shape: &[usize]| emberforge_array::zeros(shape, DType::F32);
        let message = Butterfly::new(zeros(&[4, 3, 3])?, zeros(&[4, 5, 2])?, None, 12, 20)
            .expect_err("12 is not 8")
            .to_string();
        assert!(message.contains("[4, 3, 3] and [4, 5, 2] make no map of 12 to 20 channels"), "{message}");
        Ok(())
    }
}
