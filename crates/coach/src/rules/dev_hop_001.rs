//! # DEV-HOP-001 device-hop
//!
//! Any `.cpu()` or `.to()`.
//!
//! Why: a code of the first generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: 0 of 20 useful: dtype casts, torch.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: ARR708 for MLX arrays.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile original`.

rule!(dev_hop_001, "DEV-HOP-001", "device-hop", Info, Certain, None, Original, []);
