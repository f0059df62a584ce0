//! x
mod formula;
mod expect;
