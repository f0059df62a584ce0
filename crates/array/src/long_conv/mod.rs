//! Convolution of rows with kernels as long as they are, by transforms made for it.
//!
//! A row `u` of `L` real elements and its kernel are polynomials in the ring modulo `z^M - i`, `M >= L`: the product's real
//! part is the linear convolution, its imaginary part what would be added by a longer row. So one complex transform
//! of length `M` serves where the textbook takes a real one of length `2 L`, and no separate packing of real rows is
//! needed. The ring is split by passes of radix 4 (`plan`, `passes`) down to polynomials with as many coefficients as a
//! vector register has lanes; those are multiplied as polynomials, so no element ever changes its lane. Where there are
//! several channels, they lie side by side in the lanes, and the ring is split further, to points: that is faster, and
//! serves channels that are neighbours in memory as they are. Spectra stay in the order in which the passes leave them; nobody
//! outside this folder can look at them, or pair them with another transform's normalisation.
//!
//! Order of reading: `plan`, `passes` (the transform, on vectors), `row` (one row), `side_by_side` (several channels),
//! `transpose` and `operand` (strided operands), `tiles` (the loop over tiles), `spectrum`, `points` and `conv` (the
//! primitives), `ops` (the public functions).

mod conv;
mod operand;
mod ops;
mod passes;
mod plan;
mod points;
mod real;
mod row;
mod side_by_side;
mod spectrum;
mod tiles;
mod transpose;

pub use ops::{LongConvKernel, LongConvLayout, LongConvOptions, LongKernel, long_conv};
