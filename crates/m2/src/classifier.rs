//! The heads that judge a whole text: classes, several labels, or numbers.

use crate::layers::Linear;
use crate::{Config, Encoder, Pooling, Weights};
use emberforge_array::{
    Array, DType, Result, Scalar, expand_dims, logaddexp, logsumexp, mean, reshape, sigmoid, softmax, square,
    take_along_axis,
};
use emberforge_base::Error;

/// What the outputs of a [`Classifier`] mean, and with that its loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Each output is a number; mean squared error.
    Regression,
    /// One class of several; cross entropy of the softmax.
    SingleLabel,
    /// Any of several labels, each by itself; cross entropy of each sigmoid.
    MultiLabel,
}

impl Problem {
    /// By the rule of the reference: one output is a regression, integer labels are classes, others are several labels.
    pub fn of(outputs: usize, labels: DType) -> Problem {
        match (outputs, labels.is_float()) {
            (1, _) => Problem::Regression,
            (_, false) => Problem::SingleLabel,
            (_, true) => Problem::MultiLabel,
        }
    }
}

/// The encoder, its pooler, and one linear map: `logits = W tanh(Wp h[:, 0] + bp) + b`.
#[derive(Debug)]
pub struct Classifier {
    encoder: Encoder,
    classifier: Linear,
    outputs: usize,
}

impl Classifier {
    /// Takes the tensors of a whole model; `classifier.weight` `[outputs, d]` says how many outputs there are.
    ///
    /// # Errors
    /// As [`Encoder::load`], and when the checkpoint has no `classifier.weight` of two axes or no pooler.
    pub fn load(weights: &Weights, config: &Config) -> Result<Classifier> {
        let outputs = weights.tensors().get("classifier.weight").map(Array::shape);
        let Some(&[outputs, _]) = outputs else {
            return Err(Error::invalid(
                "the checkpoint has no `classifier.weight` [outputs, channels]: it was not made for classification or \
                 regression",
            ));
        };
        let encoder = Encoder::load(&weights.root().at("bert"), config)?;
        let d = encoder.config().hidden_size;
        // A classifier reads the pooler, so its absence is a missing tensor and not another model.
        if !weights.root().at("bert").has("pooler.dense.weight") {
            weights.root().at("bert").tensor("pooler.dense.weight", &[d, d])?;
        }
        let classifier = Linear::load(&weights.root().at("classifier"), d, outputs, true)?;
        Ok(Classifier { encoder, classifier, outputs })
    }

    /// The encoder.
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// How many outputs there are.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Token ids `[B, L]` to logits `[B, outputs]`; `mask` as for [`Classifier::logits`].
    ///
    /// # Errors
    /// As [`Encoder::vectors`].
    pub fn forward(&self, ids: &Array, mask: Option<&Array>) -> Result<Array> {
        self.classifier.forward(&self.encoder.vectors(ids, mask, Pooling::Pooler)?)
    }

    /// Hidden states `[B, L, d]` to `[B, outputs]`. `mask` `[B, L]` is read only where the configuration has `pool_all`.
    ///
    /// # Errors
    /// As [`Encoder::pool`].
    pub fn logits(&self, hidden: &Array, mask: Option<&Array>) -> Result<Array> {
        self.classifier.forward(&self.encoder.pool(hidden, mask, Pooling::Pooler)?)
    }

    /// What the logits `[B, outputs]` say: numbers, or probabilities.
    ///
    /// # Errors
    /// When `logits` is a failed array.
    pub fn predictions(logits: &Array, problem: Problem) -> Result<Array> {
        match problem {
            Problem::Regression => Ok(logits.clone()),
            Problem::SingleLabel => softmax(logits, -1),
            Problem::MultiLabel => sigmoid(logits),
        }
    }

    /// The mean loss of logits `[B, outputs]` against labels: classes `[B]`, or numbers or truths `[B, outputs]` (`[B]` if
    /// there is one output).
    ///
    /// # Errors
    /// When the labels have another shape; at evaluation, when a class is out of range.
    pub fn loss(logits: &Array, labels: &Array, problem: Problem) -> Result<Array> {
        let &[batch, outputs] = logits.shape() else {
            return Err(Error::invalid(format!(
                "logits are [batch, outputs]; these are {:?}",
                logits.shape()
            )));
        };
        let wanted: &[usize] = match problem {
            Problem::SingleLabel => &[batch],
            _ if outputs == 1 && labels.ndim() == 1 => &[batch],
            _ => &[batch, outputs],
        };
        if labels.shape() != wanted {
            return Err(Error::invalid(format!(
                "labels of shape {:?} do not fit logits {:?} of {problem:?}; they have to be {wanted:?}",
                labels.shape(),
                logits.shape()
            )));
        }
        let losses = match problem {
            Problem::SingleLabel => {
                let right = take_along_axis(logits, &expand_dims(labels, -1)?, -1)?;
                logsumexp(logits, -1, true)? - right
            }
            Problem::Regression | Problem::MultiLabel => {
                let labels = reshape(labels, &[batch as i64, outputs as i64])?.astype(logits.dtype())?;
                if problem == Problem::Regression {
                    square(&(logits - labels))?
                } else {
                    // -z ln(s(x)) - (1 - z) ln(1 - s(x)) without a logarithm of 0.
                    logaddexp(logits, Scalar::from(0.0))? - logits * labels
                }
            }
        };
        mean(&losses, (), false)
    }
}
