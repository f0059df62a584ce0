//! # GRAPH-BREAK-001 graph-break
//!
//! Any `.item()` or `.numpy()`.
//!
//! Why: a code of the guide and the second generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: It evaluates and waits; the buffer is not destroyed (run on MLX 0.32.4). An error only under compile or vmap, silent under grad.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: SYN101, SYN103, SYN104.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile guide`.

rule!(graph_break_001, "GRAPH-BREAK-001", "graph-break", Error, Certain, None, Guide, []);
