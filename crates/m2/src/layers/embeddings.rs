//! Word, token-type and position embeddings.

use super::LayerNorm;
use crate::{Config, Scope};
use emberforge_array::{Array, Result, equal, expand_dims, s, stop_gradient, take, where_};
use emberforge_base::Error;

/// `LN(word[id] + type[tt] + position[0..L])`.
#[derive(Clone, Debug)]
pub struct Embeddings {
    word: Array,
    token_type: Array,
    position: Option<Array>,
    norm: LayerNorm,
}

impl Embeddings {
    /// Takes the tensors of an `embeddings` scope.
    ///
    /// # Errors
    /// When a tensor is a failed array.
    pub fn load(scope: &Scope<'_>, config: &Config) -> Result<Embeddings> {
        let d = config.hidden_size;
        scope.known("position_ids");
        let position = if config.use_positional_encodings {
            Some(scope.tensor("position_embeddings.weight", &[config.max_position_embeddings, d])?)
        } else {
            scope.known("position_embeddings.weight");
            None
        };
        Ok(Embeddings {
            word: scope.tensor("word_embeddings.weight", &[config.vocab_size, d])?,
            token_type: scope.tensor("token_type_embeddings.weight", &[config.type_vocab_size, d])?,
            position,
            norm: LayerNorm::load(&scope.at("LayerNorm"), d, config.layer_norm_eps)?,
        })
    }

    /// The word table `[V, d]`, which the MLM head uses again.
    pub fn word(&self) -> &Array {
        &self.word
    }

    /// `ids` `[B, L]` (integers below V), and token types `[B, L]` or all 0, to `[B, L, d]`.
    ///
    /// # Errors
    /// When L exceeds the number of positions; at evaluation, when an id is not in the table.
    pub fn forward(&self, ids: &Array, token_types: Option<&Array>) -> Result<Array> {
        let &[_, l] = ids.shape() else {
            return Err(Error::invalid(format!(
                "token ids have shape [batch, length]; these have {:?}",
                ids.shape()
            )));
        };
        let token_type = match token_types {
            Some(types) => take(&self.token_type, types, 0)?,
            None => self.token_type.slice(s![0])?,
        };
        let mut sum = words(&self.word, ids)? + token_type;
        if let Some(position) = &self.position {
            if l > position.shape()[0] {
                return Err(Error::invalid(format!(
                    "a sequence of {l} tokens is longer than the model's {} positions; truncate it",
                    position.shape()[0]
                )));
            }
            sum = sum + position.slice(s![..l as i64])?;
        }
        self.norm.forward(&sum)
    }
}

/// Rows of the word table. Looking up id 0, the padding, sends no gradient to its row, as in the reference.
fn words(table: &Array, ids: &Array) -> Result<Array> {
    let rows = take(table, ids, 0)?;
    where_(&expand_dims(&equal(ids, 0)?, -1)?, &stop_gradient(&rows)?, &rows)
}
