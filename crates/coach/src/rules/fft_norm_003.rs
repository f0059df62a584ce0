//! # FFT-NORM-003 irfft-backward
//!
//! `irfft` with an explicit `norm='backward'`.
//!
//! Why: a code of the first generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: Never fires for the default, which is the same thing.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: FFT602.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile original`.

rule!(fft_norm_003, "FFT-NORM-003", "irfft-backward", Info, Certain, None, Original, []);
