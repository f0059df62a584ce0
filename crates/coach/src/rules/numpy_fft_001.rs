//! # NUMPY-FFT-001 numpy-fft
//!
//! As FFT-DTYPE-001, in the second generation.
//!
//! Why: a code of the guide and the second generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: Dead in the same way.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: nothing.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile guide`.

rule!(numpy_fft_001, "NUMPY-FFT-001", "numpy-fft", Error, Certain, None, Guide, []);
