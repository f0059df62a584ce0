//! # MLX-METAL-KERNEL-001 metal-kernel
//!
//! Every `mx.fast.metal_kernel(...)`: a reminder.
//!
//! Why: a code of the guide and the second generation of the original EmberCoach, kept finding for finding so that old results can be compared.
//! Evidence: The original's advice to count the grid in groups is wrong: 1/256 of the work ran (mlx#4534). Body only and built once is right.
//! Bad: what the original reported; see `tests/legacy.rs` for its golden lines.
//! Good: for real defects: KRN801, KRN802, KRN805, KRN812, KRN820.
//! Fix: none.
//! How sure: it is purely syntactic; run it with `--profile guide`.

rule!(mlx_metal_kernel_001, "MLX-METAL-KERNEL-001", "metal-kernel", Info, Certain, None, Guide, []);
