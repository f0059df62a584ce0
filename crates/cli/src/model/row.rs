//! One embedding with what is known about it, as it stands in JSON lines.

use super::args::{EmbedArgs, name};
use emberforge_m2::Sequence;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a vector depends on besides its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    model: String,
    pub(crate) length_policy: String,
    pub(crate) pooling: String,
    pub(crate) normalized: bool,
    pub(crate) dtype: String,
    profile: String,
}

impl Settings {
    pub(crate) fn of(args: &EmbedArgs) -> Settings {
        Settings {
            model: args.model.model.clone(),
            length_policy: args.vectors.length_policy.to_string(),
            pooling: name(args.vectors.pooling),
            normalized: args.vectors.normalize,
            dtype: name(args.model.dtype),
            profile: args.model.profile.to_string(),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    /// The text's place, from 0.
    pub(crate) index: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Value>,
    /// Tokens of the text that the model read.
    pub(crate) tokens: u64,
    /// With padding.
    pub(crate) length: u64,
    /// Tokens of the text that were cut off.
    pub(crate) cut: u64,
    /// FNV-1a of the text in hexadecimal, to see that a resumed run has the same texts.
    pub(crate) text_hash: String,
    pub(crate) settings: Settings,
    pub(crate) embedding: Vec<f32>,
}

impl Row {
    /// A text's row, without its vector yet.
    pub(crate) fn new(index: u64, id: Option<Value>, hash: String, s: &Sequence, settings: &Settings) -> Row {
        Row {
            index,
            id,
            tokens: s.tokens as u64,
            length: s.ids.len() as u64,
            cut: s.cut as u64,
            text_hash: hash,
            settings: settings.clone(),
            embedding: Vec::new(),
        }
    }
}

/// 64-bit FNV-1a, <http://www.isthe.com/chongo/tech/comp/fnv>.
pub(crate) fn text_hash(text: &str) -> String {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_published_algorithm() {
        assert_eq!(text_hash(""), "cbf29ce484222325");
        assert_eq!(text_hash("a"), "af63dc4c8601ec8c");
        assert_eq!(text_hash("foobar"), "85944171f73967e8");
    }

    #[test]
    fn every_f32_survives_a_line_of_json() {
        let mut bits = 1u32;
        let mut numbers = vec![0.0f32, -0.0, f32::MIN_POSITIVE, f32::MAX, 1e-45];
        numbers.extend((0..100_000).filter_map(|_| {
            bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some(f32::from_bits(bits)).filter(|x| x.is_finite())
        }));
        let text = serde_json::to_string(&numbers).expect("numbers");
        let back: Vec<f32> = serde_json::from_str(&text).expect("numbers");
        assert!(numbers.iter().zip(&back).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
}
