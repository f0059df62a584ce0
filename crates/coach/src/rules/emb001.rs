//! # EMB001 unused-suppression
//!
//! A comment `ember: ignore[CODE]` that hides no finding, or names no rule.
//!
//! Why: a suppression that outlives its reason hides the next real finding.
//! Bad: `x = 1  # ember: ignore[SYN101]`
//! Good: no comment, or one that covers a finding, with a reason after the bracket.
//! Fix: safe; the comment is removed.
//! How sure: certain; only codes whose rules ran are judged.

rule!(emb001, "EMB001", "unused-suppression", Warn, Certain, Safe, Default, []);
