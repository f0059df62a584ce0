//! Convolution of rows with kernels as long as they are, by transforms made for it.
//!
//! A row `u` of `L` real elements and its kernel are polynomials in the ring modulo `z^M - i`, `M >= L`: the product's real
//! part is the linear convolution, its imaginary part what would be added by a longer row. So one complex transform
//! of length `M` serves where the textbook takes a real one of length `2 L`, and no separate packing of real rows is
//! needed. The ring is split by passes of radix 4 (`plan`, `passes`) down to polynomials with as many coefficients as a
//! vector register has lanes; those are multiplied as polynomials, so no element ever changes its lane. The spectrum stays in the
//! order in which the passes leave it; nobody outside this folder can look at it, or pair it with another
//! transform's normalisation.
//!
//! Order of reading: `plan`, `passes` (one row, vectors), `row` (one row, from outside), `operand` (strided operands),
//! `spectrum` and `conv` (the primitives), `ops` (the public functions).

mod conv;
mod operand;
mod ops;
mod passes;
mod plan;
mod real;
mod row;
mod spectrum;

pub use ops::{LongConvKernel, LongConvLayout, LongConvOptions, LongKernel, long_conv};
