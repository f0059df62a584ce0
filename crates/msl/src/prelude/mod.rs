//! What every body may use without declaring it: the names MLX's own headers put in front of a kernel, and the class
//! templates of the Metal library that are easier said in Metal than in Rust.
//!
//! The text is ours, written from the names, signatures and meanings that `metal_kernel` documents and shows. It is
//! parsed once per process, as a header that stands before the user's. Functions over numbers (`exp`, `simd_sum`, ...)
//! and named constants (`INFINITY`, `M_PI_F`, ...) are not here: they are
//! [builtins](crate::lower).

/// The text, as Metal.
pub const PRELUDE: &str = include_str!("mlx.metal");

#[cfg(test)]
mod tests {
    use super::PRELUDE;

    #[test]
    fn the_text_stays_small_and_balanced() {
        assert!(PRELUDE.len() < 24 << 10, "{} bytes are parsed by every process", PRELUDE.len());
        assert!(PRELUDE.is_ascii());
        for (open, close) in [('{', '}'), ('(', ')')] {
            assert_eq!(PRELUDE.matches(open).count(), PRELUDE.matches(close).count(), "{open}{close}");
        }
    }
}
