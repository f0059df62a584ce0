//! EmberCoach: the linter for MLX and PyTorch Python and for kernel bodies.
