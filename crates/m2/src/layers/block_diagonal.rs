//! Block-diagonal linear maps: one factor of a Monarch matrix.

use crate::Scope;
use emberforge_array::{Array, Result, contiguous, matmul, moveaxis, pad, reshape, s, swapaxes};
use emberforge_base::Error;

/// `y[i q + o] = sum_e weight[i, o, e] x[i p + e] (+ bias)`: `blocks` dense maps side by side.
///
/// p = ceil(in / blocks), q = ceil(out / blocks); the input is padded with zeros to `blocks p`, the output cut to `out`.
#[derive(Clone, Debug)]
pub struct BlockDiagonal {
    /// `[blocks, p, q]`, dense: each block transposed, as products read it fastest. It is made at the first use.
    transposed: Array,
    bias: Option<Array>,
    inputs: usize,
    outputs: usize,
    /// Input channels (g, c) are read as (c, g) first; no released model does.
    shuffle: bool,
}

impl BlockDiagonal {
    /// Takes `weight` `[blocks, q, p]`, and `bias` `[outputs]` if it has one.
    ///
    /// # Errors
    /// When a tensor is a failed array, or `shuffle` is asked of an input that the blocks do not divide.
    pub fn load(
        scope: &Scope<'_>,
        inputs: usize,
        outputs: usize,
        blocks: usize,
        bias: bool,
        shuffle: bool,
    ) -> Result<BlockDiagonal> {
        if shuffle && !inputs.is_multiple_of(blocks) {
            return Err(Error::invalid(format!(
                "{inputs} channels cannot be shuffled into {blocks} equal groups"
            )));
        }
        let weight = scope.tensor("weight", &[blocks, outputs.div_ceil(blocks), inputs.div_ceil(blocks)])?;
        let bias = if bias { Some(scope.tensor("bias", &[outputs])?) } else { None };
        BlockDiagonal::new(&weight, bias, inputs, outputs, shuffle)
    }

    /// A map of a given `weight` `[blocks, q, p]`, whose blocks hold `inputs` and `outputs`.
    pub(super) fn new(
        weight: &Array,
        bias: Option<Array>,
        inputs: usize,
        outputs: usize,
        shuffle: bool,
    ) -> Result<BlockDiagonal> {
        let transposed = contiguous(&swapaxes(weight, 1, 2)?)?;
        Ok(BlockDiagonal { transposed, bias, inputs, outputs, shuffle })
    }

    /// `x` `[.., in]` to `[.., out]`.
    ///
    /// # Errors
    /// When the last axis has another size.
    pub fn forward(&self, x: &Array) -> Result<Array> {
        let y = self.blocks(x)?;
        let mut shape: Vec<i64> = x.shape().iter().map(|n| *n as i64).collect();
        shape.pop();
        shape.push(-1);
        // [blocks, rows, q] -> [.., blocks q] -> [.., out]
        let y = reshape(&moveaxis(&y, 0, 1)?, &shape)?;
        let y = y.slice(s![..., ..self.outputs as i64])?;
        Ok(match &self.bias {
            Some(bias) => y + bias,
            None => y,
        })
    }

    /// The products of the blocks, `[blocks, rows, q]`, without padding cut off and without bias.
    pub(super) fn blocks(&self, x: &Array) -> Result<Array> {
        let &[blocks, p, _] = self.transposed.shape() else {
            return Err(Error::internal("a block-diagonal weight has three axes"));
        };
        if x.shape().last() != Some(&self.inputs) {
            return Err(Error::invalid(format!(
                "a block-diagonal map of {} channels was given an array of shape {:?}",
                self.inputs,
                x.shape()
            )));
        }
        let mut x = reshape(x, &[-1, self.inputs as i64])?;
        if blocks * p > self.inputs {
            x = pad(
                &x,
                [(0, 0), (0, blocks * p - self.inputs)],
                emberforge_array::PadMode::Constant(0.into()),
            )?;
        }
        let x = if self.shuffle {
            moveaxis(&reshape(&x, &[-1, p as i64, blocks as i64])?, 2, 0)?
        } else {
            moveaxis(&reshape(&x, &[-1, blocks as i64, p as i64])?, 1, 0)?
        };
        matmul(&x, &self.transposed)
    }
}
