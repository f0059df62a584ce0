//! # ASSIGN-SCALAR-STRICT scalar-assignment
//!
//! `x = 1`, also in a tuple or list.
//!
//! Why: a code of the first generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: Misguided: 1,215 of 2,651 findings, all counters, flags and defaults.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: nothing.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile original`.

rule!(assign_scalar_strict, "ASSIGN-SCALAR-STRICT", "scalar-assignment", Error, Certain, None, Original, []);
