//! Lines per second of the whole analysis on one core.
fn main() {}
