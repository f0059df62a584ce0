//! The layers, each in a file of its own, with the formula it computes.

mod block_diagonal;
mod butterfly;
mod embeddings;
mod filter;
mod linear;
mod mixer;
mod mlp;

pub use block_diagonal::BlockDiagonal;
pub use butterfly::Butterfly;
pub use embeddings::Embeddings;
pub use filter::{HyenaFilter, modulation_deltas, position_features};
pub use linear::{LayerNorm, Linear};
pub use mixer::MonarchMixer;
pub use mlp::{Factor, Mlp};
