//! # FFT-DTYPE-001 numpy-fft-dtype
//!
//! `np.fft(...)`, `np.rfft(...)`: names that NumPy does not have.
//!
//! Why: a code of the first generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: Dead: real code is `np.fft.rfft`, which never matches. Kept dead, so that results are equal. NumPy 2 keeps float32 anyway.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: nothing.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile original`.

rule!(fft_dtype_001, "FFT-DTYPE-001", "numpy-fft-dtype", Warn, Certain, None, Original, []);
