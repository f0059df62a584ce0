//! # PYTHON-SCALAR-002 scalar-in-expression
//!
//! An operator with a number on either side, outside of subscripts.
//!
//! Why: a code of the guide and the second generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: Misguided: `x * 2` keeps dtype and laziness, bit for bit the same graph (run on MLX 0.32.4). Of 1,023 operands 12 % were arrays.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: DTY401.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile guide`.

rule!(python_scalar_002, "PYTHON-SCALAR-002", "scalar-in-expression", Error, Certain, None, Guide, []);
