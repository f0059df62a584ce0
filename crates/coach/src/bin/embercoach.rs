//! The `embercoach` command: hands its arguments to the library and prints what comes back.
fn main() {}
