//! EmberCoach: the linter for MLX and PyTorch Python and for kernel bodies.
//!
//! The way of a file: [`lint::lint`] parses it, [`engine`] interprets it and tells the [`rules`]
//! what happens, these make [`finding`]s, and [`tool`] shows or fixes them. The library prints
//! nothing; `tool::run` writes to the streams it is given, so that any binary can be the command.

pub mod engine;
pub mod finding;
pub mod kernel;
mod legacy;
pub mod lint;
mod nesting;
pub mod rules;
mod suppress;
pub mod tool;
