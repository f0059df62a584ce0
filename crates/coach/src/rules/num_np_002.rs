//! # NUM-NP-002 numpy-call
//!
//! Any `.numpy()`.
//!
//! Why: a code of the first generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: 0 of 20 useful: torch tensors in converters.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: SYN106, SYN107.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile original`.

rule!(num_np_002, "NUM-NP-002", "numpy-call", Warn, Certain, None, Original, []);
