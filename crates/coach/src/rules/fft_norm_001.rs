//! # FFT-NORM-001 rfft-normalisation
//!
//! Every `rfft` of MLX or torch: mind the 1/n of the pair.
//!
//! Why: a code of both generations of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: True that it matters; the original looks at one side only. 1 hit in a random sample of 60, useful.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: FFT602 looks at both sides and counts manual scaling.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile guide`.

rule!(fft_norm_001, "FFT-NORM-001", "rfft-normalisation", Info, Certain, None, Both, []);
