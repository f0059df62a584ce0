//! The kernel facade: build, check, specialise, launch; signatures as MLX generates them.
