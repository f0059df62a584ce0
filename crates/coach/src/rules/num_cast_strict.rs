//! # NUM-CAST-STRICT number-cast
//!
//! Any `float(...)` or `int(...)`.
//!
//! Why: a code of the first generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: 0 of 20 useful; fires on `float('inf')`.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: SYN101, SYN103, SYN104.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile original`.

rule!(num_cast_strict, "NUM-CAST-STRICT", "number-cast", Error, Certain, None, Original, []);
