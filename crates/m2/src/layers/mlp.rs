//! The dimension mixer: a gated or plain two-layer network with a residual and a layer norm.

use super::{BlockDiagonal, LayerNorm, Linear};
use crate::{Config, Scope};
use emberforge_array::{Array, GatedMatrix, Result, concatenate, gelu, reshape, s, split, swapaxes};

/// A linear map, dense or block-diagonal.
#[derive(Clone, Debug)]
pub enum Factor {
    /// Every input reaches every output.
    Dense(Linear),
    /// Blocks side by side.
    Blocks(BlockDiagonal),
}

impl Factor {
    /// Takes the tensors of a map `inputs` to `outputs` in the form that the configuration names.
    ///
    /// # Errors
    /// When a tensor is a failed array.
    pub fn load(
        scope: &Scope<'_>,
        config: &Config,
        inputs: usize,
        outputs: usize,
        bias: bool,
    ) -> Result<Factor> {
        Ok(if config.use_monarch_mlp {
            Factor::Blocks(BlockDiagonal::load(
                scope,
                inputs,
                outputs,
                config.monarch_mlp_nblocks,
                bias,
                false,
            )?)
        } else {
            Factor::Dense(Linear::load(scope, inputs, outputs, bias)?)
        })
    }

    /// `x` `[.., inputs]` to `[.., outputs]`.
    ///
    /// # Errors
    /// When the last axis has another size.
    pub fn forward(&self, x: &Array) -> Result<Array> {
        match self {
            Factor::Dense(linear) => linear.forward(x),
            Factor::Blocks(blocks) => blocks.forward(x),
        }
    }

    /// [`forward`](Factor::forward), plus `residual` `[.., outputs]`.
    ///
    /// # Errors
    /// When the last axis has another size, or `residual` another shape.
    pub fn forward_add(&self, x: &Array, residual: &Array) -> Result<Array> {
        match self {
            Factor::Dense(linear) => linear.forward_add(x, residual),
            Factor::Blocks(blocks) => blocks.forward_add(x, residual),
        }
    }
}

/// The first map, with what follows it.
#[derive(Clone, Debug)]
enum First {
    /// `gelu(g)`.
    Plain(Factor),
    /// `gelu(g[:I]) * g[I:]`, where blocks are filled up with zeros.
    Halves(Factor),
    /// The same in one operation.
    Gated(GatedMatrix),
}

impl First {
    fn load(scope: &Scope<'_>, config: &Config) -> Result<First> {
        let (d, i) = (config.hidden_size, config.intermediate_size);
        let factor = |wide| Factor::load(scope, config, d, wide, false);
        if !config.use_glu_mlp {
            return Ok(First::Plain(factor(i)?));
        }
        let wide = 2 * i;
        if !config.use_monarch_mlp {
            let w = swapaxes(&scope.tensor("weight", &[wide, d])?, 0, 1)?;
            return Ok(First::Gated(GatedMatrix::new(&w)?));
        }
        let blocks = config.monarch_mlp_nblocks;
        if d % blocks != 0 || wide % blocks != 0 {
            return Ok(First::Halves(factor(wide)?));
        }
        let w = scope.tensor("weight", &[blocks, wide / blocks, d / blocks])?;
        Ok(First::Gated(GatedMatrix::new(&swapaxes(&w, 1, 2)?)?))
    }

    fn forward(&self, x: &Array) -> Result<Array> {
        match self {
            First::Plain(factor) => gelu(&factor.forward(x)?),
            First::Halves(factor) => {
                let halves = split(&factor.forward(x)?, 2, -1)?;
                Ok(gelu(&halves[0])? * &halves[1])
            }
            First::Gated(w) => w.multiply(x),
        }
    }
}

/// Rows that go through the whole network together: the wide states between its maps then stay in the cache, and no more
/// than these rows' take memory.
const TILE: usize = 512;

/// `LN(wo(act) + x)`; gated: `act = gelu(g[:I]) * g[I:]`, plain: `act = gelu(g)`, with `g = gated_layers(x)` and the
/// exact (erf) GELU.
#[derive(Clone, Debug)]
pub struct Mlp {
    gated_layers: First,
    wo: Factor,
    norm: LayerNorm,
}

impl Mlp {
    /// Takes the tensors of an `mlp` scope.
    ///
    /// # Errors
    /// When a tensor is a failed array.
    pub fn load(scope: &Scope<'_>, config: &Config) -> Result<Mlp> {
        let (d, i) = (config.hidden_size, config.intermediate_size);
        Ok(Mlp {
            gated_layers: First::load(&scope.at("gated_layers"), config)?,
            wo: Factor::load(&scope.at("wo"), config, i, d, true)?,
            norm: LayerNorm::load(&scope.at("layernorm"), d, config.layer_norm_eps)?,
        })
    }

    /// `x` `[.., d]` to `[.., d]`.
    ///
    /// # Errors
    /// When the last axis has another size.
    pub fn forward(&self, x: &Array) -> Result<Array> {
        let width = x.shape().last().copied().unwrap_or(1);
        let rows = x.size() / width.max(1);
        if rows < 2 * TILE || x.is_traced() {
            return self.tile(x);
        }
        let shape: Vec<i64> = x.shape().iter().map(|n| *n as i64).collect();
        let x = reshape(x, &[rows as i64, width as i64])?;
        let tile = |first: usize| self.tile(&x.slice(s![first as i64..(first + TILE) as i64])?);
        let tiles = (0..rows).step_by(TILE).map(tile).collect::<Result<Vec<_>>>()?;
        reshape(&concatenate(&tiles.iter().collect::<Vec<_>>(), 0)?, &shape)
    }

    fn tile(&self, x: &Array) -> Result<Array> {
        self.norm.forward(&self.wo.forward_add(&self.gated_layers.forward(x)?, x)?)
    }
}
