//! # OPS-SCALAR-STRICT scalar-operator
//!
//! An operator with a number on either side, outside of subscripts.
//!
//! Why: a code of the first generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: Of 1,023 such operands 12 % were arrays at all, and for those the Python number is the right choice. Obeying with `mx.array(c, dtype=mx.float32)` would widen half models.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: DTY401.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile original`.

rule!(ops_scalar_strict, "OPS-SCALAR-STRICT", "scalar-operator", Error, Certain, None, Original, []);
