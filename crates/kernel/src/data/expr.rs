//! Names for sizes (`let B = 2`) and the integer expressions over them that stand where a size is expected; the
//! cursor that all small languages of this crate read with.

use emberforge_base::{Error, Result};

/// Names for integers, in the order given; a later definition of a name replaces an earlier one.
///
/// ```
/// use emberforge_kernel::data::Lets;
///
/// let mut lets = Lets::default();
/// lets.define_all("B = 2, L = 128")?;
/// lets.define_all("N = B * (L + 1)")?;
/// assert_eq!(lets.get("N"), Some(258));
/// # Ok::<(), emberforge_kernel::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lets(Vec<(String, i64)>);

impl Lets {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<i64> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| *v)
    }

    /// Sets a name.
    pub fn set(&mut self, name: &str, value: i64) {
        match self.0.iter_mut().find(|(n, _)| n == name) {
            Some((_, v)) => *v = value,
            None => self.0.push((name.to_string(), value)),
        }
    }

    /// Reads `A = 1, B = A * 2`.
    pub fn define_all(&mut self, text: &str) -> Result<()> {
        let mut cursor = Cursor::new(text);
        loop {
            let name = cursor.ident().ok_or_else(|| cursor.error("a name such as `B`"))?.to_string();
            cursor.require("=")?;
            let value = cursor.integer(self)?;
            self.set(&name, value);
            if !cursor.eat(",") {
                return cursor.finish();
            }
        }
    }

    /// Reads comma-separated integer expressions.
    pub fn list(&self, text: &str) -> Result<Vec<i64>> {
        let mut cursor = Cursor::new(text);
        let mut values = Vec::new();
        loop {
            values.push(cursor.integer(self)?);
            if !cursor.eat(",") {
                cursor.finish()?;
                return Ok(values);
            }
        }
    }
}

/// Deepest nesting of parentheses and lists.
pub(crate) const DEPTH: usize = 64;

/// A position in a short text, read token by token.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    pub(crate) depth: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Cursor { text, at: 0, depth: 0 }
    }

    /// What has not been read, without leading blanks.
    pub(crate) fn rest(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed
    }

    /// The text from here to a later position, without leading blanks.
    pub(crate) fn between(&self, later: &Cursor<'_>) -> &'a str {
        self.text[self.at..later.at].trim_start()
    }

    pub(crate) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    pub(crate) fn peek(&mut self, token: &str) -> bool {
        let rest = self.rest();
        // A word must not be the beginning of a longer one.
        rest.starts_with(token)
            && !(token.ends_with(|c: char| c.is_ascii_alphanumeric())
                && rest[token.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    }

    pub(crate) fn eat(&mut self, token: &str) -> bool {
        let found = self.peek(token);
        if found {
            self.at += token.len();
        }
        found
    }

    pub(crate) fn require(&mut self, token: &str) -> Result<()> {
        if self.eat(token) { Ok(()) } else { Err(self.error(&format!("`{token}`"))) }
    }

    pub(crate) fn ident(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return None;
        }
        let len = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        self.at += len;
        Some(&rest[..len])
    }

    /// An unsigned number: decimal, with fraction and exponent, or hexadecimal. The text as written.
    pub(crate) fn number(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let mut len = 0;
        let digits = |len: &mut usize, hex: bool| {
            while bytes.get(*len).is_some_and(|b| b.is_ascii_digit() || hex && b.is_ascii_hexdigit()) {
                *len += 1;
            }
        };
        if rest.starts_with("0x") || rest.starts_with("0X") {
            len = 2;
            digits(&mut len, true);
        } else {
            digits(&mut len, false);
            // `0..4` is a range, not a fraction.
            if bytes.get(len) == Some(&b'.') && bytes.get(len + 1) != Some(&b'.') {
                len += 1;
                digits(&mut len, false);
            }
            if len > 0 && matches!(bytes.get(len), Some(b'e' | b'E')) {
                let mut end = len + 1;
                if matches!(bytes.get(end), Some(b'+' | b'-')) {
                    end += 1;
                }
                let exponent = end;
                digits(&mut end, false);
                if end > exponent {
                    len = end;
                }
            }
        }
        if len == 0 || &rest[..len] == "." {
            return None;
        }
        self.at += len;
        Some(&rest[..len])
    }

    pub(crate) fn at_end(&mut self) -> bool {
        self.rest().is_empty()
    }

    pub(crate) fn finish(&mut self) -> Result<()> {
        if self.at_end() { Ok(()) } else { Err(self.error("the end")) }
    }

    /// `expected X, found Y`.
    pub(crate) fn error(&mut self, expected: &str) -> Error {
        let rest = self.rest();
        let found = if rest.is_empty() {
            "the end".to_string()
        } else {
            format!("`{}`", rest.chars().take(20).collect::<String>())
        };
        Error::invalid(format!("expected {expected}, found {found} in `{}`", shorten(self.text)))
    }

    /// Runs `f` one level deeper; refuses absurd nesting.
    pub(crate) fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= DEPTH {
            return Err(Error::invalid(format!("more than {DEPTH} levels of nesting; write it flatter")));
        }
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        result
    }

    /// An integer expression: `+ - * / %`, parentheses, names.
    pub(crate) fn integer(&mut self, lets: &Lets) -> Result<i64> {
        let mut value = self.product(lets)?;
        loop {
            let minus = if self.eat("+") {
                false
            } else if self.eat("-") {
                true
            } else {
                return Ok(value);
            };
            let right = self.product(lets)?;
            let sum = if minus { value.checked_sub(right) } else { value.checked_add(right) };
            value = sum.ok_or_else(overflow)?;
        }
    }

    /// An integer expression without sums outside parentheses.
    pub(crate) fn product(&mut self, lets: &Lets) -> Result<i64> {
        let mut value = self.factor(lets)?;
        loop {
            if self.eat("*") {
                value = value.checked_mul(self.factor(lets)?).ok_or_else(overflow)?;
            } else if self.eat("/") {
                let right = self.factor(lets)?;
                value =
                    value.checked_div(right).ok_or_else(|| Error::invalid("division by zero in a size"))?;
            } else if self.eat("%") {
                let right = self.factor(lets)?;
                value =
                    value.checked_rem(right).ok_or_else(|| Error::invalid("division by zero in a size"))?;
            } else {
                return Ok(value);
            }
        }
    }

    fn factor(&mut self, lets: &Lets) -> Result<i64> {
        if self.eat("-") {
            return self.nested(|c| c.factor(lets))?.checked_neg().ok_or_else(overflow);
        }
        if self.eat("(") {
            let value = self.nested(|c| c.integer(lets))?;
            self.require(")")?;
            return Ok(value);
        }
        let start = self.clone();
        if let Some(text) = self.number() {
            let value = match text.strip_prefix("0x") {
                Some(hex) => i64::from_str_radix(hex, 16).ok(),
                None => text.parse().ok(),
            };
            return value.ok_or_else(|| start.clone().error("a 64-bit integer"));
        }
        if let Some(name) = self.ident() {
            return lets.get(name).ok_or_else(|| {
                Error::invalid(format!(
                    "`{name}` is not defined; write an integer, or define it: `--let {name}=4` or \
                     `// ember: let {name} = 4`"
                ))
            });
        }
        Err(self.error("an integer"))
    }
}

fn overflow() -> Error {
    Error::invalid("a size does not fit 64 bits; use smaller numbers")
}

pub(crate) fn shorten(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_string(),
    }
}
