//! # CAST-001 cast
//!
//! Any `float(...)` or `int(...)`.
//!
//! Why: a code of the guide and the second generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: 0 of 20 useful; fires on `int('3')`.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: SYN101, SYN103, SYN104.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile guide`.

rule!(cast_001, "CAST-001", "cast", Error, Certain, None, Guide, []);
