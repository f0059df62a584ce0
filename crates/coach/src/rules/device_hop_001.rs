//! # DEVICE-HOP-001 device-hop-call
//!
//! Any `.cpu()` or `.to()`.
//!
//! Why: a code of the guide and the second generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: 0 of 20 useful: dtype casts, torch.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: ARR708 for MLX arrays.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile guide`.

rule!(device_hop_001, "DEVICE-HOP-001", "device-hop-call", Warn, Certain, None, Guide, []);
