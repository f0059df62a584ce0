//! Literals: the text of a number or character to its value.

use super::ast::{FloatSuffix, IntSuffix};

/// A number's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Literal {
    Int { value: u64, suffix: IntSuffix, decimal: bool },
    Float { value: f64, suffix: FloatSuffix },
}

/// Why a text is no number, and what would be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    pub(crate) message: String,
    pub(crate) instead: Option<String>,
}

fn problem(message: String) -> Problem {
    Problem { message, instead: None }
}

/// The value of a preprocessing number.
pub(crate) fn parse_number(text: &str) -> Result<Literal, Problem> {
    let clean: std::borrow::Cow<'_, str> =
        if text.contains('\'') { text.replace('\'', "").into() } else { text.into() };
    let lower = clean.to_ascii_lowercase();
    if let Some(rest) = lower.strip_prefix("0x") {
        return if rest.contains(['.', 'p']) { hex_float(text, rest) } else { integer(text, rest, 16) };
    }
    if let Some(rest) = lower.strip_prefix("0b") {
        return integer(text, rest, 2);
    }
    let digits = lower.bytes().take_while(u8::is_ascii_digit).count();
    if !matches!(lower.as_bytes().get(digits), Some(b'.' | b'e')) {
        let octal = lower.len() > 1 && lower.starts_with('0') && digits > 1;
        return integer(text, if octal { &lower[1..] } else { &lower }, if octal { 8 } else { 10 });
    }
    decimal_float(text, &lower)
}

fn integer(text: &str, digits: &str, radix: u32) -> Result<Literal, Problem> {
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    let (digits, suffix_text) = digits.split_at(end);
    if digits.is_empty() && !suffix_text.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(problem(format!("`{text}` has no digits")));
    }
    let suffix = match suffix_text {
        "" => IntSuffix::default(),
        "u" => IntSuffix { unsigned: true, long: false },
        "l" | "ll" => IntSuffix { unsigned: false, long: true },
        "ul" | "lu" | "ull" | "llu" => IntSuffix { unsigned: true, long: true },
        "f" | "h" | "bf" if radix == 10 => {
            return Err(Problem {
                message: format!(
                    "the suffix `{suffix_text}` needs a float literal, and `{digits}` is an integer"
                ),
                instead: Some(format!("{digits}.0{suffix_text}")),
            });
        }
        other if other.starts_with(|c: char| c.is_ascii_digit()) => {
            return Err(problem(format!("`{text}` has a digit that base {radix} does not have")));
        }
        other => return Err(problem(format!("`{other}` is not a suffix of an integer literal"))),
    };
    match u64::from_str_radix(digits, radix) {
        Ok(value) => Ok(Literal::Int { value, suffix, decimal: radix == 10 }),
        Err(_) => Err(problem(format!("`{text}` does not fit in 64 bits"))),
    }
}

fn float_suffix(text: &str, suffix: &str) -> Result<FloatSuffix, Problem> {
    match suffix {
        "" => Ok(FloatSuffix::None),
        "f" => Ok(FloatSuffix::F),
        "h" => Ok(FloatSuffix::H),
        "bf" => Ok(FloatSuffix::BF),
        "l" => Err(Problem {
            message: "Metal has no `long double`".to_string(),
            instead: Some(format!("{}f", &text[..text.len() - 1])),
        }),
        other => {
            Err(problem(format!("`{other}` is not a suffix of a float literal (`f`, `h` and `bf` are)")))
        }
    }
}

fn decimal_float(text: &str, lower: &str) -> Result<Literal, Problem> {
    let bytes = lower.as_bytes();
    let mut end = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if bytes.get(end) == Some(&b'.') {
        end += 1;
        end += bytes[end..].iter().take_while(|b| b.is_ascii_digit()).count();
    }
    if bytes.get(end) == Some(&b'e') {
        let mut after = end + 1;
        if matches!(bytes.get(after), Some(b'+' | b'-')) {
            after += 1;
        }
        let digits = bytes[after..].iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return Err(problem(format!("the exponent of `{text}` has no digits")));
        }
        end = after + digits;
    }
    let value = lower[..end].parse::<f64>().map_err(|_| problem(format!("`{text}` is not a number")))?;
    Ok(Literal::Float { value, suffix: float_suffix(text, &lower[end..])? })
}

/// `0x1.8p3`, without its `0x`.
fn hex_float(text: &str, rest: &str) -> Result<Literal, Problem> {
    let Some((mantissa, exponent)) = rest.split_once('p') else {
        return Err(problem(format!("the hexadecimal float `{text}` needs an exponent such as `p0`")));
    };
    let (mut bits, mut scale, mut digits, mut fraction) = (0u64, 0i64, 0usize, false);
    for c in mantissa.chars() {
        if c == '.' && !fraction {
            fraction = true;
            continue;
        }
        let Some(digit) = c.to_digit(16) else {
            return Err(problem(format!("`{c}` is not a hexadecimal digit")));
        };
        digits += 1;
        if bits >> 60 == 0 {
            bits = bits << 4 | u64::from(digit);
            scale -= if fraction { 4 } else { 0 };
        } else {
            // Digits past the sixteenth only matter for rounding.
            bits |= u64::from(digit != 0);
            scale += if fraction { 0 } else { 4 };
        }
    }
    if digits == 0 {
        return Err(problem(format!("`{text}` has no digits")));
    }
    let (negative, number) = match exponent.strip_prefix('-') {
        Some(number) => (true, number),
        None => (false, exponent.strip_prefix('+').unwrap_or(exponent)),
    };
    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    if end == 0 {
        return Err(problem(format!("the exponent of `{text}` has no digits")));
    }
    let size = number[..end].parse::<i64>().unwrap_or(100_000).min(100_000);
    let mut power = scale.saturating_add(if negative { -size } else { size });
    let mut value = bits as f64;
    while power != 0 && value != 0.0 && value.is_finite() {
        let step = power.clamp(-1000, 1000);
        value *= 2f64.powi(step as i32);
        power -= step;
    }
    Ok(Literal::Float { value, suffix: float_suffix(text, &number[end..])? })
}

/// The value of `'a'` with its quotes; `None` when it is not exactly one byte.
pub(crate) fn char_value(text: &str) -> Option<u8> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    let bytes = unescape(inner);
    match bytes[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// The content of a string literal with its quotes.
pub(crate) fn string_value(text: &str) -> String {
    let inner = text.strip_prefix('"').unwrap_or(text);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    String::from_utf8_lossy(&unescape(inner)).into_owned()
}

fn unescape(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        at += 1;
        if b != b'\\' {
            out.push(b);
            continue;
        }
        let Some(&escape) = bytes.get(at) else { break };
        at += 1;
        out.push(match escape {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'v' => 11,
            b'x' => {
                let mut value = 0u8;
                while let Some(digit) = bytes.get(at).and_then(|b| (*b as char).to_digit(16)) {
                    value = value.wrapping_mul(16).wrapping_add(digit as u8);
                    at += 1;
                }
                value
            }
            b'0'..=b'7' => {
                let mut value = escape - b'0';
                for _ in 0..2 {
                    let Some(digit) = bytes.get(at).filter(|b| matches!(b, b'0'..=b'7')) else { break };
                    value = value.wrapping_mul(8).wrapping_add(digit - b'0');
                    at += 1;
                }
                value
            }
            other => other,
        });
    }
    out
}
