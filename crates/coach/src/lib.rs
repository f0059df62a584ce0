//! EmberCoach: the linter for MLX and PyTorch Python and for kernel bodies.
pub mod engine;
pub mod finding;
mod legacy;
pub mod lint;
pub mod rules;
mod suppress;
pub mod tool;
