//! # NUM-DUNDER-001 special-conversion
//!
//! `x.__float__()` and its like.
//!
//! Why: a code of the first generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: None seen in 610,835 lines.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: nothing.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile original`.

rule!(num_dunder_001, "NUM-DUNDER-001", "special-conversion", Warn, Certain, None, Original, []);
