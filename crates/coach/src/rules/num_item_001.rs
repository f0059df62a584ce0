//! # NUM-ITEM-001 item-call
//!
//! Any `.item()`.
//!
//! Why: a code of the first generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: About 3 of 20 sampled findings useful. Nothing is destroyed; it evaluates and waits.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: SYN101, SYN103, SYN104, which look at the context.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile original`.

rule!(num_item_001, "NUM-ITEM-001", "item-call", Warn, Certain, None, Original, []);
