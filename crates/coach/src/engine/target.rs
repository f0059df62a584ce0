//! The version of MLX that code is linted for.

use std::str::FromStr;

/// A version: major, minor, patch. The tables describe the newest one known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target(pub u32, pub u32, pub u32);

impl Target {
    /// The oldest version that any rule knows about.
    const OLDEST: Target = Target(0, 20, 0);
}

impl Default for Target {
    /// What the tables were generated from.
    fn default() -> Self {
        Target(0, 32, 4)
    }
}

impl FromStr for Target {
    type Err = String;

    /// Reads `0.32` (its newest patch) or `0.32.4`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no version of MLX; write one such as 0.32 or 0.31.1");
        let parts: Vec<u32> =
            text.split('.').map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong())?;
        let target = match parts[..] {
            [major, minor] => Target(major, minor, u32::MAX),
            [major, minor, patch] => Target(major, minor, patch),
            _ => return Err(wrong()),
        };
        if target < Target::OLDEST {
            return Err(format!("MLX {text} is older than any version the rules know about (0.20)"));
        }
        Ok(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_without_patch_is_the_newest_of_its_minor() {
        assert!("0.31".parse::<Target>() > "0.31.2".parse::<Target>());
        assert!("0.31".parse::<Target>() < "0.32.0".parse::<Target>());
    }

    #[test]
    fn what_is_no_version_is_refused_with_the_way_out() {
        for text in ["", "new", "0", "0.32.4.1", "0.5"] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }
}
