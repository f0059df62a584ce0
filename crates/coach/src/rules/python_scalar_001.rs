//! # PYTHON-SCALAR-001 scalar-argument
//!
//! A number among the positional arguments of 8 functions.
//!
//! Why: a code of the guide and the second generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: Weak scalars keep the dtype (run on MLX 0.32.4); a float32 array in its place widens half arrays.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: DTY401.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile guide`.

rule!(python_scalar_001, "PYTHON-SCALAR-001", "scalar-argument", Error, Certain, None, Guide, []);
