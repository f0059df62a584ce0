//! Refuses texts whose expressions nest so deep that they would exhaust the stack.
//!
//! No one writes such code, and CPython does not compile it either. The text is scanned once, before
//! it is parsed: brackets are counted, and the words and operators of one expression, since chains
//! such as `1 + 1 + ...` nest as well. Strings and comments are skipped.

use ruff_text_size::{TextRange, TextSize};

/// Brackets deeper than this are refused.
const MAX_BRACKETS: usize = 1_000;
/// Expressions of more words and operators than this are refused.
const MAX_CHAIN: usize = 50_000;

/// Where a text nests too deep, and what to say.
pub(crate) fn too_deep(source: &str) -> Option<(TextRange, String)> {
    let bytes = source.as_bytes();
    let place = |at: usize| TextRange::at(TextSize::try_from(at).unwrap_or_default(), TextSize::new(1));
    // The length of the expression so far, for every open bracket and the line itself.
    let mut chains = vec![0usize];
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let start = at;
        at += 1;
        match byte {
            b'#' => at = find(bytes, at, |b| b == b'\n'),
            b'"' | b'\'' => at = end_of_string(bytes, start),
            b'(' | b'[' | b'{' => {
                *chains.last_mut()? += 1;
                chains.push(0);
                if chains.len() > MAX_BRACKETS {
                    let message =
                        format!("brackets nest deeper than {MAX_BRACKETS}; the file is not analysed");
                    return Some((place(start), message));
                }
            }
            b')' | b']' | b'}' if chains.len() > 1 => {
                chains.pop();
            }
            b',' | b';' => *chains.last_mut()? = 0,
            b'\n' => {
                let goes_on = bytes[..start].last() == Some(&b'\\');
                if chains.len() == 1 && !goes_on {
                    chains[0] = 0;
                }
            }
            _ if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 => {
                *chains.last_mut()? += 1;
                at = find(bytes, at, |b| !(b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80));
            }
            _ if byte.is_ascii_punctuation() => *chains.last_mut()? += 1,
            _ => {}
        }
        if chains.last().is_some_and(|n| *n > MAX_CHAIN) {
            let message = format!(
                "an expression of more than {MAX_CHAIN} words and operators nests too deep; the file is not analysed"
            );
            return Some((place(start), message));
        }
    }
    None
}

/// The first place from here on where a byte is as wanted, or the end.
fn find(bytes: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|b| wanted(*b)).map_or(bytes.len(), |i| from + i)
}

/// The place after a string literal that begins here; an open one ends with its line.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let triple = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if triple { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' if !triple => return at,
            b if b == quote && !triple => return at + 1,
            b if b == quote && bytes[at..].starts_with(&[quote; 3]) => return at + 3,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_passes() {
        let list = format!("x = [{}]\n", "1, ".repeat(200_000));
        let text = format!("x = f('''{}''')\n", "a + b.c(".repeat(100_000));
        let lines = "y = 1 + 2  # (((\n".repeat(100_000);
        for source in [list, text, lines, "x = '(' * 3\n".repeat(5_000), "\"\\\"(\"\n".repeat(5_000)] {
            assert!(too_deep(&source).is_none(), "{}", &source[..40]);
        }
    }

    #[test]
    fn brackets_and_chains_are_refused_where_they_become_too_deep() {
        let (at, message) = too_deep(&"(".repeat(2_000)).expect("refused");
        assert_eq!(usize::from(at.start()), MAX_BRACKETS - 1);
        assert!(message.contains("1000"), "{message}");
        for piece in ["1 + ", "-", "not ", "f()", "x.a", "lambda: ", "1 + \\\n"] {
            assert!(too_deep(&format!("x = {}1\n", piece.repeat(60_000))).is_some(), "{piece}");
        }
    }
}
