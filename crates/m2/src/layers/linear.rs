//! Dense linear maps and layer normalisation.

use crate::Scope;
use emberforge_array::{Array, PackedMatrix, Result, layer_norm, transpose_all};

/// `y = x W^T + b`, W `[out, in]`.
#[derive(Clone, Debug)]
pub struct Linear {
    /// `W^T`.
    weight: PackedMatrix,
    bias: Option<Array>,
}

impl Linear {
    /// Takes `weight` `[outputs, inputs]`, and `bias` `[outputs]` if it has one.
    ///
    /// # Errors
    /// When a tensor is a failed array.
    pub fn load(scope: &Scope<'_>, inputs: usize, outputs: usize, bias: bool) -> Result<Linear> {
        let weight = PackedMatrix::new(&transpose_all(&scope.tensor("weight", &[outputs, inputs])?)?)?;
        let bias = if bias { Some(scope.tensor("bias", &[outputs])?) } else { None };
        Ok(Linear { weight, bias })
    }

    /// `x` `[.., inputs]` to `[.., outputs]`.
    ///
    /// # Errors
    /// When the last axis has another size.
    pub fn forward(&self, x: &Array) -> Result<Array> {
        self.weight.multiply(x, self.bias.as_ref())
    }

    /// [`forward`](Linear::forward), plus `residual` `[.., outputs]`.
    ///
    /// # Errors
    /// When the last axis has another size, or `residual` another shape.
    pub fn forward_add(&self, x: &Array, residual: &Array) -> Result<Array> {
        self.weight.multiply_add(x, self.bias.as_ref(), Some(residual))
    }
}

/// `(x - mean) / sqrt(variance + eps) * weight + bias` over the last axis.
#[derive(Clone, Debug)]
pub struct LayerNorm {
    weight: Array,
    bias: Array,
    eps: f64,
}

impl LayerNorm {
    /// Takes `weight` and `bias` `[d]`.
    ///
    /// # Errors
    /// When a tensor is a failed array.
    pub fn load(scope: &Scope<'_>, d: usize, eps: f64) -> Result<LayerNorm> {
        Ok(LayerNorm { weight: scope.tensor("weight", &[d])?, bias: scope.tensor("bias", &[d])?, eps })
    }

    /// `x` `[.., d]`, normalised.
    ///
    /// # Errors
    /// When the last axis has another size.
    pub fn forward(&self, x: &Array) -> Result<Array> {
        layer_norm(x, Some(&self.weight), Some(&self.bias), self.eps)
    }
}
