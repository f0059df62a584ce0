//! Text to token ids and back.

use emberforge_base::{Error, Result};
use serde_json::{Map, Value, json};
use std::path::Path;

/// A tokenizer of `[CLS] text [SEP]` sequences, from a `tokenizer.json`, or as BERT's WordPiece from a `vocab.txt`.
///
/// What a `tokenizer.json` says about truncation and padding is not obeyed: [`LengthPolicy`](crate::LengthPolicy) is the
/// one place that decides about lengths.
#[derive(Debug)]
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    special: Special,
}

/// Ids of the tokens that have a meaning here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Special {
    pad: u32,
    sep: u32,
    mask: Option<u32>,
}

impl Tokenizer {
    /// From `tokenizer.json` in a folder, else from `vocab.txt`, lower-cased unless `tokenizer_config.json` says
    /// `"do_lower_case": false`; or from one of these files.
    ///
    /// # Errors
    /// When neither is there, or the file is no tokenizer with `[SEP]` and `[PAD]`.
    pub fn open(path: impl AsRef<Path>) -> Result<Tokenizer> {
        let path = path.as_ref();
        let file = if path.is_dir() {
            let files = ["tokenizer.json", "vocab.txt"].map(|name| path.join(name));
            files.into_iter().find(|file| file.is_file()).ok_or_else(|| {
                Error::io(format!(
                    "no tokenizer lies in `{}`: put the model's tokenizer.json or vocab.txt there (M2-BERT's is that of \
                     bert-base-uncased), or name another place with --tokenizer",
                    path.display()
                ))
            })?
        } else {
            path.to_path_buf()
        };
        let within = |e: Error| Error::new(e.kind(), format!("`{}`: {e}", file.display()));
        let bytes =
            std::fs::read(&file).map_err(|e| Error::io(format!("cannot read `{}`: {e}", file.display())))?;
        if file.extension().is_some_and(|e| e == "txt") {
            let text = String::from_utf8(bytes)
                .map_err(|e| within(Error::invalid(format!("a vocabulary is UTF-8 text: {e}"))))?;
            return Tokenizer::from_vocabulary(&text, lower_case(&file)?).map_err(within);
        }
        Tokenizer::from_json(&bytes).map_err(within)
    }

    /// From the text of a `tokenizer.json`.
    ///
    /// # Errors
    /// When the text is no tokenizer, or it has no `[SEP]` or `[PAD]`.
    pub fn from_json(text: &[u8]) -> Result<Tokenizer> {
        let mut inner = tokenizers::Tokenizer::from_bytes(text)
            .map_err(|e| Error::invalid(format!("it is no tokenizer.json: {e}")))?;
        inner.with_padding(None);
        inner
            .with_truncation(None)
            .map_err(|e| Error::internal(format!("a tokenizer keeps its truncation ({e})")))?;
        let need = |token: &str| {
            inner.token_to_id(token).ok_or_else(|| Error::invalid(format!("its vocabulary has no `{token}`")))
        };
        let special = Special { pad: need("[PAD]")?, sep: need("[SEP]")?, mask: inner.token_to_id("[MASK]") };
        Ok(Tokenizer { inner, special })
    }

    /// BERT's WordPiece with this vocabulary, a word on each line.
    ///
    /// # Errors
    /// When the vocabulary lacks one of BERT's special tokens, or has a word twice.
    pub fn from_vocabulary(text: &str, lower_case: bool) -> Result<Tokenizer> {
        let mut vocabulary = Map::new();
        for (id, word) in text.lines().enumerate() {
            if vocabulary.insert(word.to_string(), json!(id)).is_some() {
                return Err(Error::invalid(format!("line {}: `{word}` is there twice", id + 1)));
            }
        }
        let id = |token: &str| {
            vocabulary.get(token).cloned().ok_or_else(|| {
                Error::invalid(format!(
                    "its vocabulary has no `{token}`; a vocab.txt has a word on each line, among them [PAD], [UNK], [CLS] \
                     and [SEP]"
                ))
            })
        };
        let mut added = Vec::new();
        for token in ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] {
            if token == "[MASK]" && !vocabulary.contains_key(token) {
                continue;
            }
            added.push(json!({
                "id": id(token)?, "content": token, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true,
            }));
        }
        let tokenizer = json!({
            "version": "1.0",
            "truncation": null,
            "padding": null,
            "added_tokens": added,
            "normalizer": {
                "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
                "lowercase": lower_case,
            },
            "pre_tokenizer": { "type": "BertPreTokenizer" },
            "post_processor": {
                "type": "BertProcessing", "sep": ["[SEP]", id("[SEP]")?], "cls": ["[CLS]", id("[CLS]")?],
            },
            "decoder": { "type": "WordPiece", "prefix": "##", "cleanup": true },
            "model": {
                "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100, "vocab": vocabulary,
            },
        });
        Tokenizer::from_json(tokenizer.to_string().as_bytes())
    }

    /// Ids of `[CLS] text [SEP]`, not cut.
    ///
    /// # Errors
    /// When the tokenizer has no token for a piece of the text and none for unknown ones.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>> {
        let encoding = self
            .inner
            .encode_fast(text, true)
            .map_err(|e| Error::invalid(format!("the text cannot be tokenized: {e}")))?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The token of an id.
    pub fn token(&self, id: u32) -> Option<String> {
        self.inner.id_to_token(id)
    }

    /// One more than the largest id.
    pub fn vocabulary_size(&self) -> usize {
        self.inner.get_vocab(true).values().map(|id| *id as usize + 1).max().unwrap_or(0)
    }

    /// The id of `[PAD]`.
    pub fn pad(&self) -> u32 {
        self.special.pad
    }

    /// The id of `[SEP]`.
    pub fn sep(&self) -> u32 {
        self.special.sep
    }

    /// The id of `[MASK]`, if there is one.
    pub fn mask(&self) -> Option<u32> {
        self.special.mask
    }
}

/// What the `tokenizer_config.json` beside a vocabulary says.
fn lower_case(vocabulary: &Path) -> Result<bool> {
    let path = vocabulary.with_file_name("tokenizer_config.json");
    let Ok(text) = std::fs::read_to_string(&path) else { return Ok(true) };
    let config: Value = serde_json::from_str(&text)
        .map_err(|e| Error::invalid(format!("`{}` is no JSON: {e}", path.display())))?;
    Ok(config["do_lower_case"].as_bool().unwrap_or(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str =
        "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nworld\n##s\n\n,\n!\nna\n##ive\ncafe\nHello\n世\n";

    fn ids(text: &str, lower_case: bool) -> Vec<u32> {
        Tokenizer::from_vocabulary(WORDS, lower_case)
            .and_then(|tokenizer| tokenizer.encode(text))
            .expect("a tokenizer")
    }

    #[test]
    fn a_vocabulary_gives_berts_wordpiece() {
        assert_eq!(ids("Hello, worlds!", true), [2, 5, 9, 6, 7, 10, 3]);
        assert_eq!(ids("Hello", false), [2, 14, 3]);
        // Lower-casing takes accents off.
        assert_eq!(ids("na\u{ef}ve caf\u{e9}", true), [2, 11, 12, 13, 3]);
        assert_eq!(ids("", true), [2, 3]);
        assert_eq!(ids("[MASK] hello", true), [2, 4, 5, 3]);
    }

    #[test]
    fn odd_characters_are_tokens_or_nothing() {
        // NUL is removed as BERT does, Chinese characters stand alone, what is not in the vocabulary is unknown.
        assert_eq!(ids("hello\0 world", true), [2, 5, 6, 3]);
        assert_eq!(ids("hel\0lo", true), [2, 5, 3]);
        assert_eq!(ids("世world", true), [2, 15, 6, 3]);
        assert_eq!(ids("\u{1f600}\u{1f600} hello", true), [2, 1, 5, 3]);
    }

    #[test]
    fn a_vocabulary_without_special_tokens_is_refused() {
        let error = Tokenizer::from_vocabulary("a\nb\n", true).expect_err("no special tokens");
        assert!(error.to_string().contains("no `[PAD]`"), "{error}");
        let error = Tokenizer::from_vocabulary(&format!("{WORDS}world\n"), true).expect_err("a word twice");
        assert!(error.to_string().contains("line 17: `world` is there twice"), "{error}");
    }
}
