//! How long a sequence is made: padding is part of the model's input, so it is never chosen behind the caller's back.

use crate::Tokenizer;
use emberforge_base::{Error, Result};
use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

/// What happens to a text of n tokens in a model for M.
///
/// Padding tokens are ordinary tokens to the mixer, so the same text has another vector under another policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LengthPolicy {
    /// Padded to M, as the reference's retrieval inference and the hosted service do; these models were trained so. A
    /// longer text is cut after M tokens, which loses its `[SEP]`, as there.
    #[default]
    Reference,
    /// Not padded: M tokens of computation only for texts that have them. A longer text is cut and keeps its `[SEP]`.
    Exact,
    /// Padded to the next multiple of this number, at most M. A longer text is cut and keeps its `[SEP]`.
    Bucket(usize),
}

impl FromStr for LengthPolicy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match (text, text.strip_prefix("bucket:").map(str::parse)) {
            ("reference", _) => Ok(LengthPolicy::Reference),
            ("exact", _) => Ok(LengthPolicy::Exact),
            (_, Some(Ok(n @ 1..))) => Ok(LengthPolicy::Bucket(n)),
            _ => Err(Error::invalid(format!(
                "`{text}` is no length policy; there are `reference`, `exact` and `bucket:N`, for example bucket:64"
            ))),
        }
    }
}

impl fmt::Display for LengthPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LengthPolicy::Reference => f.write_str("reference"),
            LengthPolicy::Exact => f.write_str("exact"),
            LengthPolicy::Bucket(n) => write!(f, "bucket:{n}"),
        }
    }
}

/// The tokens of one text, ready for the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// With padding.
    pub ids: Vec<u32>,
    /// How many of them are the text's.
    pub tokens: usize,
    /// How many tokens of the text were cut off, `[CLS]` and `[SEP]` counted.
    pub cut: usize,
}

impl LengthPolicy {
    /// Makes `ids` of a whole text fit a model for `m` tokens.
    pub fn fit(self, mut ids: Vec<u32>, m: usize, tokenizer: &Tokenizer) -> Sequence {
        let cut = ids.len().saturating_sub(m);
        ids.truncate(m);
        if let (true, true, Some(last)) = (cut > 0, self != LengthPolicy::Reference, ids.last_mut()) {
            *last = tokenizer.sep();
        }
        let tokens = ids.len();
        let length = match self {
            LengthPolicy::Reference => m,
            LengthPolicy::Exact => tokens,
            LengthPolicy::Bucket(n) => tokens.max(1).next_multiple_of(n).min(m),
        };
        ids.resize(length, tokenizer.pad());
        Sequence { ids, tokens, cut }
    }
}

/// Which sequences are computed together: those of one length, at most `batch_tokens` tokens (one sequence at least),
/// shortest first. Every index stands in exactly one batch.
pub fn batches<S: Borrow<Sequence>>(sequences: &[S], batch_tokens: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..sequences.len()).collect();
    let length = |i: usize| sequences[i].borrow().ids.len();
    order.sort_by_key(|i| length(*i));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for i in order {
        match batches.last_mut() {
            Some(batch) if length(batch[0]) == length(i) && (batch.len() + 1) * length(i) <= batch_tokens => {
                batch.push(i);
            }
            _ => batches.push(vec![i]),
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(policy: &str, tokens: usize, m: usize) -> (Vec<u32>, usize, usize) {
        let tokenizer =
            Tokenizer::from_vocabulary("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n", true).expect("a tokenizer");
        let ids = tokenizer.encode(&"a ".repeat(tokens - 2)).expect("tokens");
        let sequence = policy.parse::<LengthPolicy>().expect("a policy").fit(ids, m, &tokenizer);
        (sequence.ids, sequence.tokens, sequence.cut)
    }

    #[test]
    fn short_texts_are_padded_as_the_policy_says() {
        assert_eq!(fit("reference", 3, 6), (vec![2, 4, 3, 0, 0, 0], 3, 0));
        assert_eq!(fit("exact", 3, 6), (vec![2, 4, 3], 3, 0));
        assert_eq!(fit("bucket:4", 3, 6), (vec![2, 4, 3, 0], 3, 0));
        assert_eq!(fit("bucket:4", 5, 6), (vec![2, 4, 4, 4, 3, 0], 5, 0), "at most M");
    }

    #[test]
    fn long_texts_are_cut_and_it_is_said_by_how_much() {
        assert_eq!(fit("reference", 7, 4), (vec![2, 4, 4, 4], 4, 3), "the reference cuts the end off");
        assert_eq!(fit("exact", 7, 4), (vec![2, 4, 4, 3], 4, 3));
        assert_eq!(fit("bucket:64", 7, 4), (vec![2, 4, 4, 3], 4, 3));
    }

    #[test]
    fn policies_are_read_as_they_are_written() {
        for text in ["reference", "exact", "bucket:64"] {
            assert_eq!(text.parse::<LengthPolicy>().map(|p| p.to_string()), Ok(text.to_string()));
        }
        for text in ["", "bucket", "bucket:", "bucket:0", "bucket:-1", "bucket:x", "Exact"] {
            assert!(text.parse::<LengthPolicy>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_batch_has_one_length_and_a_bounded_number_of_tokens() {
        let sequence = |n| Sequence { ids: vec![0; n], tokens: n, cut: 0 };
        let list: Vec<Sequence> = [4, 2, 4, 9, 4, 2].into_iter().map(sequence).collect();
        assert_eq!(batches(&list, 8), [vec![1, 5], vec![0, 2], vec![4], vec![3]]);
        assert!(batches::<Sequence>(&[], 8).is_empty());
    }
}
