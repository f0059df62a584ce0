//! # FFT-NORM-002 irfft-normalisation
//!
//! `irfft`: in the first generation only with `norm='forward'`, in the second always.
//!
//! Why: a code of both generations of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: One-sided; the default pair needs no care.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: FFT602.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile guide`.

rule!(fft_norm_002, "FFT-NORM-002", "irfft-normalisation", Info, Certain, None, Both, []);
