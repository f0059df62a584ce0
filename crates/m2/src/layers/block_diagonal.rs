//! Block-diagonal linear maps: one factor of a Monarch matrix.

use crate::Scope;
use emberforge_array::{Array, PackedMatrix, PadMode, Result, pad, reshape, s, swapaxes};
use emberforge_base::Error;

/// `y[i q + o] = sum_e weight[i, o, e] x[i p + e] (+ bias)`: `blocks` dense maps side by side.
///
/// p = ceil(in / blocks), q = ceil(out / blocks); the input is padded with zeros to `blocks p`, the output cut to `out`.
#[derive(Clone, Debug)]
pub struct BlockDiagonal {
    /// `[blocks, p, q]`.
    weight: PackedMatrix,
    /// blocks, q, p.
    sizes: [usize; 3],
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
        let sizes = [weight.shape()[0], weight.shape()[1], weight.shape()[2]];
        Ok(BlockDiagonal {
            weight: PackedMatrix::new(&swapaxes(weight, 1, 2)?)?,
            sizes,
            bias,
            inputs,
            outputs,
            shuffle,
        })
    }

    /// `x` `[.., in]` to `[.., out]`.
    ///
    /// # Errors
    /// When the last axis has another size.
    pub fn forward(&self, x: &Array) -> Result<Array> {
        self.summed(x, None)
    }

    /// [`forward`](BlockDiagonal::forward), plus `residual` `[.., out]`.
    ///
    /// # Errors
    /// When the last axis has another size, or `residual` another shape.
    pub fn forward_add(&self, x: &Array, residual: &Array) -> Result<Array> {
        self.summed(x, Some(residual))
    }

    fn summed(&self, x: &Array, residual: Option<&Array>) -> Result<Array> {
        // Without padding to cut off, the product adds all.
        if self.outputs == self.sizes[0] * self.sizes[1] {
            return self.padded(x, self.bias.as_ref(), residual);
        }
        let y = self.padded(x, None, None)?.slice(s![..., ..self.outputs as i64])?;
        let y = self.bias.as_ref().map_or_else(|| y.clone(), |bias| &y + bias);
        Ok(residual.map_or_else(|| y.clone(), |x| &y + x))
    }

    /// The blocks' products side by side, `[.., blocks q]`: padding is not cut off.
    pub(super) fn padded(&self, x: &Array, bias: Option<&Array>, residual: Option<&Array>) -> Result<Array> {
        if x.shape().last() != Some(&self.inputs) {
            return Err(Error::invalid(format!(
                "a block-diagonal map of {} channels was given an array of shape {:?}",
                self.inputs,
                x.shape()
            )));
        }
        let mut x = x.clone();
        let [blocks, _, p] = self.sizes;
        let missing = blocks * p - self.inputs;
        if missing > 0 {
            let mut sides = vec![(0, 0); x.ndim()];
            sides[x.ndim() - 1].1 = missing;
            x = pad(&x, &sides[..], PadMode::Constant(0.into()))?;
        }
        if self.shuffle {
            let shape: Vec<i64> = x.shape().iter().map(|n| *n as i64).collect();
            let groups = reshape(&x, &[-1, p as i64, blocks as i64])?;
            x = reshape(&swapaxes(&groups, 1, 2)?, &shape)?;
        }
        self.weight.multiply_add(&x, bias, residual)
    }
}
