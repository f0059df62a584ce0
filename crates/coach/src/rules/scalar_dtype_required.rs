//! # SCALAR-DTYPE-REQUIRED scalar-dtype-required
//!
//! `mx.array(2.0)` without `dtype=`.
//!
//! Why: a code of the guide and the second generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: Half true: it is float32 and widens half arrays. The number itself, or `dtype=x.dtype`, is the way out, not `dtype=mx.float32`.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: DTY401.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile guide`.

rule!(scalar_dtype_required, "SCALAR-DTYPE-REQUIRED", "scalar-dtype-required", Error, Certain, None, Guide, []);
