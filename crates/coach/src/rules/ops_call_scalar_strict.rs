//! # OPS-CALL-SCALAR-STRICT scalar-in-call
//!
//! A number among the positional arguments of 29 functions.
//!
//! Why: a code of the first generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: 0 of 10 sampled findings useful; it hits axes. Weak scalars keep the dtype (run on MLX 0.32.4).
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: DTY401, which warns of the opposite.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile original`.

rule!(ops_call_scalar_strict, "OPS-CALL-SCALAR-STRICT", "scalar-in-call", Error, Certain, None, Original, []);
