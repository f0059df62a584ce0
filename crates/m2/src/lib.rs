//! M2-BERT: an encoder whose layers mix the sequence by long convolutions instead of attention.
//!
//! ```text
//! ids[B,L] -> word + token type + position -> LayerNorm -> h
//! each of N layers:  a = mixer(h);  h = LN(a + mlp(a))
//! pooler: tanh(W h[:,0] + b), the embedding of the retrieval models;  MLM head: LN(gelu(W h + b)) E^T + b
//! ```
//!
//! B is the batch, L the length of its sequences, d the width; the other letters stand at [`Config`]. Padding tokens are
//! ordinary tokens to the mixer: the result depends on how many there are, and callers choose that openly.
//!
//! The order of reading: [`Config`], [`Weights`] (tensors by the checkpoint's names), [`layers`] (each file one layer,
//! written like its formula), [`Encoder`], [`MaskedLm`] and
//! [`Classifier`].

pub mod checkpoint;
mod classifier;
mod config;
pub mod hub;
mod initial;
pub mod layers;
mod length;
mod model;
mod optimizer;
mod pretrained;
mod tokenizer;
mod weights;

pub use classifier::{Classifier, Problem};
pub use config::Config;
pub use emberforge_base::{Error, Result};
pub use initial::{Head, initial_weights};
pub use length::{LengthPolicy, Sequence, batches};
pub use model::{Encoder, MaskedLm, Pooling, normalize};
pub use optimizer::{AdamW, WeightDecay, clip_gradients};
pub use pretrained::{Embedder, LoadOptions, Pretrained, longest, stacked};
pub use tokenizer::Tokenizer;
pub use weights::{Scope, Weights};

/// The user's page, whose blocks are doctests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/m2.md")]
struct UsersPage;
