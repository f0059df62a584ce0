//! Every kernel of `kernels/` against an independent reference in f64, over several sizes, with a bound per element
//! that is derived beside the reference. Every run is made with one thread and with two and must give the same bits.

#[path = "shipped/common.rs"]
mod common;
#[path = "shipped/convolution.rs"]
mod convolution;
#[path = "shipped/elementwise.rs"]
mod elementwise;
#[path = "shipped/filter.rs"]
mod filter;
#[path = "shipped/matrix.rs"]
mod matrix;
#[path = "shipped/orthogonal.rs"]
mod orthogonal;
#[path = "shipped/rows.rs"]
mod rows;
#[path = "shipped/sampling.rs"]
mod sampling;
#[path = "shipped/search.rs"]
mod search;
#[path = "shipped/xlstm.rs"]
mod xlstm;
