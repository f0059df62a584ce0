//! # ASSIGN-SCALAR-001 bare-scalar-assignment
//!
//! `x = 1`.
//!
//! Why: a code of the guide and the second generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: Misguided: counters, flags and defaults; a Python number costs nothing.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: nothing.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile guide`.

rule!(assign_scalar_001, "ASSIGN-SCALAR-001", "bare-scalar-assignment", Error, Certain, None, Guide, []);
