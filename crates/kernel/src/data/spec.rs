//! The words that describe an array: `f32(2,64,128):normal(0)`, `u32:[2,64,128]`, `7.5`, `weights.npz:k`.

use super::expr::{Cursor, shorten};
use super::{Lets, files, generate};
use crate::host::shape_text;
use crate::{HostArray, Number};
use emberforge_base::{DType, Error, Result};
use std::path::Path;

/// What an input is given as.
#[derive(Clone, Debug)]
pub enum Spec {
    /// Types only, as `check` and `show` need: `f32(2,64,128)`.
    Typed(DType, Vec<usize>),
    /// An array.
    Array(HostArray),
}

/// What an output is declared as: `f32(2,64,128)`; `f32()` or `f32` is 0-d.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputSpec {
    /// Element type.
    pub dtype: DType,
    /// Extents.
    pub shape: Vec<usize>,
}

impl Spec {
    /// Reads a spec; `folder` is where relative file names start.
    ///
    /// ```
    /// use emberforge_kernel::data::{Lets, Spec};
    /// use std::path::Path;
    ///
    /// let read = |text| Spec::read(text, &Lets::default(), Path::new("."))?.array("x");
    /// assert_eq!(read("f32(2,3):arange")?.to_string(), "[[0 1 2]\n [3 4 5]]");
    /// assert_eq!(read("u32:[2,64,128]")?.to_string(), "[  2  64 128]");
    /// assert_eq!(read("7.5")?.to_string(), "7.5");
    /// # Ok::<(), emberforge_kernel::Error>(())
    /// ```
    pub fn read(text: &str, lets: &Lets, folder: &Path) -> Result<Spec> {
        let text = text.trim();
        if let Some(number) = lone_number(text, lets) {
            return Ok(Spec::Array(number));
        }
        if files::looks_like_file(text) {
            return files::read_named(text, folder).map(Spec::Array);
        }
        let mut cursor = Cursor::new(text);
        let word = cursor.ident().unwrap_or_default();
        let dtype: DType = word.parse().map_err(|_| unknown(text, word))?;
        let shape = if cursor.eat("(") { Some(dims(&mut cursor, lets)?) } else { None };
        if cursor.at_end() {
            return Ok(Spec::Typed(dtype, shape.unwrap_or_default()));
        }
        cursor.require(":")?;
        let array = content(dtype, shape, &mut cursor, lets)?;
        cursor.finish()?;
        Ok(Spec::Array(array))
    }

    /// The array; an error when only types were given.
    pub fn array(self, name: &str) -> Result<HostArray> {
        match self {
            Spec::Array(array) => Ok(array),
            Spec::Typed(dtype, shape) => Err(Error::invalid(format!(
                "input `{name}` = {dtype}{} says nothing about the values; add them, for example \
                 `{dtype}{}:normal(0)` or `{dtype}{}:zeros`",
                shape_text(&shape),
                shape_text(&shape),
                shape_text(&shape)
            ))),
        }
    }

    /// Dtype and shape.
    pub fn types(&self) -> (DType, &[usize]) {
        match self {
            Spec::Typed(dtype, shape) => (*dtype, shape),
            Spec::Array(array) => (array.dtype(), array.shape()),
        }
    }
}

impl OutputSpec {
    /// Reads `f32(2,64,128)`.
    pub fn read(text: &str, lets: &Lets) -> Result<OutputSpec> {
        let mut cursor = Cursor::new(text);
        let word = cursor.ident().unwrap_or_default();
        let dtype = word.parse().map_err(|e| Error::invalid(format!("{e}, as in `f32(2, 64)`")))?;
        let shape = if cursor.eat("(") { dims(&mut cursor, lets)? } else { Vec::new() };
        cursor.finish()?;
        Ok(OutputSpec { dtype, shape })
    }
}

fn unknown(text: &str, word: &str) -> Error {
    let type_error = word.parse::<DType>().err().map_or(String::new(), |e| format!(": {e}"));
    let type_error = if word.is_empty() || word == text { String::new() } else { type_error };
    Error::invalid(format!(
        "`{}` does not describe an array{type_error}; write for example `f32(2,3):normal(0)`, `u32:[1,2,3]`, `7.5`, \
         `data.npy`, `data.npz:key` or `data.safetensors:key`",
        shorten(text)
    ))
}

/// The extents after an opening parenthesis, and the closing one.
fn dims(cursor: &mut Cursor<'_>, lets: &Lets) -> Result<Vec<usize>> {
    let mut dims = Vec::new();
    while !cursor.eat(")") {
        let n = cursor.integer(lets)?;
        dims.push(usize::try_from(n).map_err(|_| {
            Error::invalid(format!("dimension {n} is negative; every extent of a shape is at least 0"))
        })?);
        if !cursor.eat(",") && !cursor.peek(")") {
            return Err(cursor.error("`,` or `)`"));
        }
    }
    if dims.len() > 32 {
        return Err(Error::invalid(format!("{} dimensions are too many; at most 32", dims.len())));
    }
    Ok(dims)
}

/// What stands after `TYPE(DIMS):`.
fn content(
    dtype: DType,
    shape: Option<Vec<usize>>,
    cursor: &mut Cursor<'_>,
    lets: &Lets,
) -> Result<HostArray> {
    if cursor.peek("[") {
        let (values, listed) = list(cursor, lets)?;
        let array = from_values(dtype, &listed, &values)?;
        return match shape {
            Some(shape) => array.reshape(&shape),
            None => Ok(array),
        };
    }
    let start = cursor.clone();
    let starts_word = cursor
        .ident()
        .is_some_and(|w| !matches!(w, "true" | "false" | "inf" | "nan") && lets.get(w).is_none());
    *cursor = start;
    if starts_word {
        let Some(shape) = shape else {
            return Err(Error::invalid(format!(
                "a generated array needs a shape: write `{dtype}(2,3):{}`",
                cursor.rest()
            )));
        };
        return generate::generate(dtype, &shape, cursor, lets);
    }
    let value = number(cursor, lets)?;
    if shape.is_some_and(|s| !s.is_empty()) {
        return Err(Error::invalid(
            "one number does not fill a shape; write `full(number)` or a list in brackets",
        ));
    }
    from_values(dtype, &[], &[value])
}

/// An array of numbers that must be values of the dtype (integers in range).
pub(crate) fn from_values(dtype: DType, shape: &[usize], values: &[Number]) -> Result<HostArray> {
    if dtype.is_integer() || dtype == DType::Bool {
        for value in values {
            let kept = HostArray::full(dtype, &[], *value)?.get(0);
            let same = match (kept, value) {
                (Number::Bool(b), Number::Int(i)) => i128::from(b) == *i,
                (Number::Bool(b), Number::Bool(v)) => b == *v,
                (Number::Int(i), Number::Bool(v)) => i == i128::from(*v),
                (Number::Int(i), Number::Int(v)) => i == *v,
                (kept, value) => kept.to_f64() == value.to_f64() && !matches!(value, Number::Complex(..)),
            };
            if !same {
                return Err(Error::invalid(format!(
                    "{} is not a value of {dtype}; use a wider type or another number",
                    crate::host::literal(DType::F64, *value)
                )));
            }
        }
    }
    let mut values = values.iter();
    HostArray::generate(dtype, shape, |_| values.next().copied().unwrap_or(Number::Int(0)))
}

/// The numbers of a nested list, flattened, and its shape.
///
/// ```
/// use emberforge_kernel::{Number, data::{Lets, list_values}};
/// let (values, shape) = list_values("[[1, 2], [3, 4]]", &Lets::default())?;
/// assert_eq!((values.len(), shape), (4, vec![2, 2]));
/// # Ok::<(), emberforge_kernel::Error>(())
/// ```
pub fn list_values(text: &str, lets: &Lets) -> Result<(Vec<Number>, Vec<usize>)> {
    let mut cursor = Cursor::new(text);
    let result = list(&mut cursor, lets)?;
    cursor.finish()?;
    Ok(result)
}

/// Reads a nested list.
pub(crate) fn list(cursor: &mut Cursor<'_>, lets: &Lets) -> Result<(Vec<Number>, Vec<usize>)> {
    cursor.require("[")?;
    let mut values = Vec::new();
    let mut count = 0usize;
    let mut inner: Option<Vec<usize>> = None;
    while !cursor.eat("]") {
        let shape = if cursor.peek("[") {
            let (part, shape) = cursor.nested(|c| list(c, lets))?;
            values.extend(part);
            shape
        } else {
            let value = number(cursor, lets)?;
            let times = if cursor.eat("x") { cursor.integer(lets)? } else { 1 };
            let times = usize::try_from(times).ok().filter(|t| *t <= 1 << 24).ok_or_else(|| {
                Error::invalid(format!("an element cannot be repeated {times} times; at most 16777216"))
            })?;
            values.extend(std::iter::repeat_n(value, times));
            count += times.wrapping_sub(1);
            Vec::new()
        };
        count += 1;
        if inner.as_ref().is_some_and(|first| *first != shape) {
            return Err(Error::invalid("the rows of a nested list differ in length; make them equal"));
        }
        inner = Some(shape);
        if !cursor.eat(",") && !cursor.peek("]") {
            return Err(cursor.error("`,` or `]`"));
        }
    }
    let mut shape = vec![count];
    shape.extend(inner.unwrap_or_default());
    Ok((values, shape))
}

/// A signed number, truth value, or complex number `1+2j`; names of sizes count as integers.
pub(crate) fn number(cursor: &mut Cursor<'_>, lets: &Lets) -> Result<Number> {
    let first = real(cursor, lets)?;
    if cursor.eat("j") {
        return Ok(Number::Complex(0.0, first.to_f64()));
    }
    if cursor.peek("+") || cursor.peek("-") {
        let back = cursor.clone();
        cursor.eat("+");
        let second = real(cursor, lets)?;
        if cursor.eat("j") {
            return Ok(Number::Complex(first.to_f64(), second.to_f64()));
        }
        *cursor = back;
    }
    Ok(first)
}

fn real(cursor: &mut Cursor<'_>, lets: &Lets) -> Result<Number> {
    let negative = cursor.eat("-");
    let sign = |f: f64| if negative { -f } else { f };
    if cursor.eat("inf") {
        return Ok(Number::Float(sign(f64::INFINITY)));
    }
    if cursor.eat("nan") {
        return Ok(Number::Float(f64::NAN));
    }
    for (word, value) in [("true", true), ("false", false)] {
        if cursor.eat(word) {
            return Ok(Number::Bool(value));
        }
    }
    let start = cursor.clone();
    // `N`, `2*N`, `(N+1)/2`: an integer expression over named sizes.
    if let Ok(n) = cursor.product(lets)
        && start
            .between(cursor)
            .contains(|c: char| c == '*' || c == '/' || c == '(' || c.is_ascii_alphabetic())
        && !start.between(cursor).starts_with("0x")
    {
        return Ok(Number::Int(if negative { -i128::from(n) } else { n.into() }));
    }
    *cursor = start.clone();
    if let Some(text) = cursor.number() {
        // Negative zero exists in floating point only; `-0` keeps its sign there.
        if negative && text == "0" {
            return Ok(Number::Float(-0.0));
        }
        let int = match text.strip_prefix("0x") {
            Some(hex) => i128::from_str_radix(hex, 16).ok(),
            None => text.parse::<i128>().ok(),
        };
        if let Some(n) = int {
            return Ok(Number::Int(if negative { -n } else { n }));
        }
        return text
            .parse::<f64>()
            .map(|f| Number::Float(sign(f)))
            .map_err(|_| start.clone().error("a number"));
    }
    Err(start.clone().error("a number"))
}

/// `7.5`, `7`, `true`, `1+2j`: the 0-d array MLX makes of a host scalar.
fn lone_number(text: &str, lets: &Lets) -> Option<HostArray> {
    let mut cursor = Cursor::new(text);
    let value = number(&mut cursor, lets).ok()?;
    cursor.finish().ok()?;
    Some(match value {
        Number::Bool(b) => HostArray::scalar(b),
        Number::Int(i) => match i32::try_from(i) {
            Ok(i) => HostArray::scalar(i),
            Err(_) => HostArray::scalar(i64::try_from(i).ok()?),
        },
        Number::Float(f) => HostArray::scalar(f as f32),
        Number::Complex(re, im) => HostArray::scalar([re as f32, im as f32]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<HostArray> {
        let mut lets = Lets::default();
        lets.set("N", 3);
        Spec::read(text, &lets, Path::new("."))?.array("x")
    }

    #[test]
    fn specs_read_as_documented() {
        let check = |text: &str, dtype, shape: &[usize], printed: &str| {
            let x = read(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!((x.dtype(), x.shape(), &*x.to_string()), (dtype, shape, printed), "{text}");
        };
        check("7", DType::I32, &[], "7");
        check("-7.5", DType::F32, &[], "-7.5");
        check("true", DType::Bool, &[], "true");
        check("3000000000", DType::I64, &[], "3000000000");
        check("1-2j", DType::Complex64, &[], "1-2j");
        check("N", DType::I32, &[], "3");
        check("u8:200", DType::U8, &[], "200");
        check("i32(N):arange(5,-1)", DType::I32, &[3], "[5 4 3]");
        check("u64:[18446744073709551615]", DType::U64, &[1], "[18446744073709551615]");
        check("f32:[1, -0, nan, -inf]", DType::F32, &[4], "[   1   -0  nan -inf]");
        check("f32(2,2):[1,2,3,4]", DType::F32, &[2, 2], "[[1 2]\n [3 4]]");
        check("c64:[1+2j, 3]", DType::Complex64, &[2], "[1+2j 3+0j]");
        check("i8:[0 x 3, 1]", DType::I8, &[4], "[0 0 0 1]");
        check("f16():full(0.1)", DType::F16, &[], "0.1");
        check("u32:[N,N*2]", DType::U32, &[2], "[3 6]");
    }

    #[test]
    fn wrong_specs_say_what_to_write() {
        let check = |text: &str, part: &str| {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        };
        check("f8(2):zeros", "`f8` is not a dtype");
        check("f32(2)", "add them, for example `f32(2,):normal(0)`");
        check("f32(-2):zeros", "dimension -2 is negative");
        check("f32(2):gauss(0)", "`gauss` does not make an array");
        check("u8:[256]", "256 is not a value of u8");
        check("i32:[1.5]", "1.5 is not a value of i32");
        check("f32(3):[1,2]", "cannot become (3,)");
        check("f32:[[1,2],[3]]", "differ in length");
        check("f32:normal(0)", "needs a shape");
        check("f32(2", "expected `,` or `)`");
        check("f32(1099511627776,16777216):zeros", "than this machine can");
        check("nope.npy", "cannot be read");
        check("", "does not describe an array");
        check(&format!("f32:{}", "[".repeat(100_000)), "levels of nesting");
        check("f32(M):zeros", "`M` is not defined");
    }
}
