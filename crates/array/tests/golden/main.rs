//! What real MLX computes, replayed: one golden file and one module per family of operations.
//!
//! The files are recorded by `tests/oracle/arrays/FAMILY.py`, see `base.py` there.

mod base;
mod convolutions;
mod creation;
mod elementwise;
mod fft;
mod indexing;
mod joining;
mod nn;
mod ordering;
mod products;
mod random_numbers;
mod reductions;
