//! Expectations: `y = [1, 2, 3]`, `y = exp(x) within 2 ulp`, `sum(y) = 10 within 1e-3`, `y < 1`, `y = golden.npy`.

use super::formula::{Formula, Parser, Scope, Values};
use crate::data::{self, Cursor};
use crate::host::literal;
use crate::{HostArray, Number};
use emberforge_base::{DType, Error, Result};
use std::path::Path;

/// How one expectation fared.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The expectation as written.
    pub text: String,
    /// Its line in the file, one-based.
    pub line: usize,
    /// Whether it holds.
    pub passed: bool,
    /// The largest error where it holds, the first and largest difference where it does not.
    pub detail: String,
}

/// One admitted difference.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Bound {
    Ulp(f64),
    Absolute(f64),
    Relative(f64),
    /// Of the largest expected magnitude.
    OfMax(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Equal,
    Different,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What is looked at.
enum Subject {
    /// Elements of an output.
    Elements { array: usize, from: usize, to: usize },
    /// One number.
    Value(Formula),
}

/// What it is compared with.
enum Reference {
    List(Vec<Number>),
    Array(HostArray),
    Formula(Formula),
}

/// Checks an expectation against the arrays of a run.
pub(crate) fn check(text: &str, line: usize, scope: &Scope<'_>, folder: &Path) -> Result<Outcome> {
    let mut cursor = Cursor::new(text);
    let subject = subject(scope, &mut cursor)?;
    let relation = relation(&mut cursor)?;
    let (reference, bounds) = reference(scope, &mut cursor, folder, &subject)?;
    let comparison = Comparison { scope, values: Values::new(scope), relation, bounds };
    let (passed, detail) = comparison.run(&subject, &reference)?;
    Ok(Outcome { text: text.to_string(), line, passed, detail })
}

/// `y`, `y[2..5]`, `y[3]` (as one element of `y`), or a formula such as `sum(y)`.
fn subject(scope: &Scope<'_>, cursor: &mut Cursor<'_>) -> Result<Subject> {
    let start = cursor.clone();
    if let Some(name) = cursor.ident()
        && let Some(array) = scope.arrays.iter().position(|(n, _)| *n == name)
    {
        let len = scope.arrays[array].1.len();
        let whole = Subject::Elements { array, from: 0, to: len };
        if cursor.peek("=") || cursor.peek("<") || cursor.peek(">") || cursor.peek("!=") {
            return Ok(whole);
        }
        if cursor.eat("[") {
            let from = cursor.integer(scope.lets);
            if let Ok(from) = from {
                let to = if cursor.eat("..") { cursor.integer(scope.lets)? } else { from.saturating_add(1) };
                if cursor.eat("]")
                    && (cursor.peek("=") || cursor.peek("<") || cursor.peek(">") || cursor.peek("!="))
                {
                    let inside = |n: i64| usize::try_from(n).ok().filter(|n| *n <= len);
                    let (Some(from), Some(to)) = (inside(from), inside(to)) else {
                        return Err(Error::invalid(format!(
                            "`{name}` has {len} elements; {from}..{to} is not inside"
                        )));
                    };
                    return Ok(Subject::Elements { array, from, to });
                }
            }
        }
    }
    *cursor = start;
    Parser::new(scope, cursor).sum().map(Subject::Value)
}

fn relation(cursor: &mut Cursor<'_>) -> Result<Relation> {
    let relations = [
        ("==", Relation::Equal),
        ("=", Relation::Equal),
        ("!=", Relation::Different),
        ("<=", Relation::LessOrEqual),
        (">=", Relation::GreaterOrEqual),
        ("<", Relation::Less),
        (">", Relation::Greater),
    ];
    relations
        .into_iter()
        .find(|(symbol, _)| cursor.eat(symbol))
        .map(|(_, relation)| relation)
        .ok_or_else(|| cursor.error("one of `=`, `!=`, `<`, `<=`, `>`, `>=`"))
}

fn reference(
    scope: &Scope<'_>,
    cursor: &mut Cursor<'_>,
    folder: &Path,
    subject: &Subject,
) -> Result<(Reference, Vec<Bound>)> {
    let reference = if cursor.peek("[") {
        Reference::List(data::list(cursor, scope.lets)?.0)
    } else if let Some(word) = cursor.rest().split_whitespace().next().filter(|w| data::looks_like_file(w)) {
        cursor.advance(word.len());
        Reference::Array(data::read_named(word, folder)?)
    } else {
        let start = cursor.clone();
        // An input by name is compared element by element in its own precision, not through `f64`.
        let named = cursor.ident().and_then(|name| scope.arrays.iter().find(|(n, _)| *n == name));
        let alone = cursor.at_end() || cursor.peek("within");
        match (named, subject) {
            (Some((_, array)), Subject::Elements { from: 0, array: own, .. })
                if alone && array.len() == scope.arrays[*own].1.len() =>
            {
                Reference::Array((*array).clone())
            }
            _ => {
                *cursor = start;
                Reference::Formula(Parser::new(scope, cursor).formula()?)
            }
        }
    };
    let mut bounds = Vec::new();
    if cursor.eat("within") {
        loop {
            let tolerance = cursor.number().and_then(|n| n.parse::<f64>().ok());
            let tolerance = tolerance.ok_or_else(|| cursor.error("a tolerance, for example `2 ulp`"))?;
            bounds.push(if cursor.eat("ulp") {
                Bound::Ulp(tolerance)
            } else if cursor.eat("relative") {
                Bound::Relative(tolerance)
            } else if cursor.eat("of") {
                cursor.require("max")?;
                Bound::OfMax(tolerance)
            } else {
                cursor.eat("absolute");
                Bound::Absolute(tolerance)
            });
            if !cursor.eat("or") {
                break;
            }
        }
    }
    cursor.finish()?;
    Ok((reference, bounds))
}

struct Comparison<'a> {
    scope: &'a Scope<'a>,
    values: Values,
    relation: Relation,
    bounds: Vec<Bound>,
}

impl Comparison<'_> {
    fn run(&self, subject: &Subject, reference: &Reference) -> Result<(bool, String)> {
        let (array, from, to) = match subject {
            Subject::Elements { array, from, to } => (*array, *from, *to),
            Subject::Value(formula) => return Ok(self.one_value(formula, reference)),
        };
        let (name, subject) = self.scope.arrays[array];
        let count = to - from;
        let given = match reference {
            Reference::List(list) => list.len(),
            Reference::Array(array) => array.len(),
            Reference::Formula(_) => count,
        };
        if given != count {
            return Ok((false, format!("{given} elements are expected and `{name}` has {count} here")));
        }
        let expected = |i: usize| match reference {
            Reference::List(list) => list[i - from],
            Reference::Array(array) => array.get(i - from),
            Reference::Formula(formula) => Number::Float(self.values.at(formula, i)),
        };
        let scale = self.scale((from..to).map(|i| expected(i).to_f64()));
        let mut worst = (0.0f64, from);
        let (mut failures, mut first) = (0usize, None);
        for i in from..to {
            let (got, wanted) = (subject.get(i), expected(i));
            let (ok, error) = self.element(subject.dtype(), got, wanted, scale);
            if error > worst.0 {
                worst = (error, i);
            }
            if !ok {
                failures += 1;
                first.get_or_insert((i, got, wanted));
            }
        }
        let dtype = subject.dtype();
        let Some((i, got, wanted)) = first else {
            return Ok((true, self.success(worst, dtype)));
        };
        let largest = if self.relation == Relation::Equal && worst.0 > 0.0 {
            format!("; largest error {}", self.measure(worst, dtype))
        } else {
            String::new()
        };
        let wanted_text = match reference {
            Reference::Formula(_) => literal(DType::F64, wanted),
            _ => literal(if dtype.is_float() { dtype } else { DType::F64 }, wanted),
        };
        Ok((
            false,
            format!(
                "`{name}[{i}]` is {} and should be {}{wanted_text} ({failures} of {count} elements fail{largest})",
                literal(dtype, got),
                self.words()
            ),
        ))
    }

    fn words(&self) -> &'static str {
        match self.relation {
            Relation::Equal => "",
            Relation::Different => "different from ",
            Relation::Less => "less than ",
            Relation::LessOrEqual => "at most ",
            Relation::Greater => "greater than ",
            Relation::GreaterOrEqual => "at least ",
        }
    }

    fn one_value(&self, formula: &Formula, reference: &Reference) -> (bool, String) {
        let got = self.values.at(formula, 0);
        let wanted = match reference {
            Reference::List(list) if list.len() == 1 => list[0],
            Reference::Formula(formula) => Number::Float(self.values.at(formula, 0)),
            _ => {
                return (
                    false,
                    "one number is compared with a list; compare an array, or one element".to_string(),
                );
            }
        };
        let scale = self.scale(std::iter::once(wanted.to_f64()));
        // One number is an `f64`, but it was computed from `f32`: that is what its ulps mean.
        let dtype = if self.bounds.is_empty() { DType::F64 } else { DType::F32 };
        let (ok, error) = self.element(dtype, Number::Float(got), wanted, scale);
        if ok {
            return (true, self.success((error, 0), dtype));
        }
        (false, format!("it is {got} and should be {}{}", self.words(), literal(DType::F64, wanted)))
    }

    fn scale(&self, expected: impl Iterator<Item = f64>) -> f64 {
        if !self.bounds.iter().any(|b| matches!(b, Bound::OfMax(_))) {
            return 0.0;
        }
        expected.filter(|e| e.is_finite()).fold(0.0, |m, e| m.max(e.abs()))
    }

    /// Whether one element holds, and its error in the unit of the first bound.
    fn element(&self, dtype: DType, got: Number, wanted: Number, scale: f64) -> (bool, f64) {
        let (g, w) = (got.to_f64(), wanted.to_f64());
        match self.relation {
            Relation::Equal => {}
            Relation::Different => return (!same(dtype, got, wanted), 0.0),
            Relation::Less => return (g < w, 0.0),
            Relation::LessOrEqual => return (g <= w, 0.0),
            Relation::Greater => return (g > w, 0.0),
            Relation::GreaterOrEqual => return (g >= w, 0.0),
        }
        if let (Number::Complex(gr, gi), true) = (got, !self.bounds.is_empty()) {
            let (wr, wi) = match wanted {
                Number::Complex(re, im) => (re, im),
                other => (other.to_f64(), 0.0),
            };
            let (re, im) = (self.close(DType::F32, gr, wr, scale), self.close(DType::F32, gi, wi, scale));
            return (re.0 && im.0, re.1.max(im.1));
        }
        if self.bounds.is_empty() {
            let ok = same(dtype, got, wanted);
            return (ok, if ok { 0.0 } else { ulps(dtype, g, w) });
        }
        self.close(dtype, g, w, scale)
    }

    fn close(&self, dtype: DType, got: f64, wanted: f64, scale: f64) -> (bool, f64) {
        if got.is_nan() || wanted.is_nan() {
            let ok = got.is_nan() && wanted.is_nan();
            return (ok, if ok { 0.0 } else { f64::INFINITY });
        }
        let rounded = round_to(dtype, wanted);
        if got == wanted || got == rounded && !rounded.is_finite() {
            return (true, 0.0);
        }
        let difference = (got - wanted).abs();
        let ok = self.bounds.iter().any(|bound| match bound {
            Bound::Ulp(n) => ulps(dtype, got, wanted) <= *n,
            Bound::Absolute(n) => difference <= *n,
            Bound::Relative(n) => difference <= *n * wanted.abs(),
            Bound::OfMax(n) => difference <= *n * scale,
        });
        let error = match self.bounds[0] {
            Bound::Ulp(_) => ulps(dtype, got, wanted),
            Bound::Absolute(_) => difference,
            Bound::Relative(_) => difference / wanted.abs(),
            Bound::OfMax(_) => difference / scale,
        };
        (ok, if error.is_nan() { f64::INFINITY } else { error })
    }

    fn success(&self, worst: (f64, usize), dtype: DType) -> String {
        match (self.relation, self.bounds.is_empty()) {
            (Relation::Equal, true) => "exact".to_string(),
            (Relation::Equal, false) => format!("largest error {}", self.measure(worst, dtype)),
            _ => "holds".to_string(),
        }
    }

    fn measure(&self, (error, index): (f64, usize), dtype: DType) -> String {
        let unit = match self.bounds.first() {
            Some(Bound::Ulp(_)) => " ulp",
            None if dtype.is_float() => " ulp",
            Some(Bound::Relative(_)) => " relative",
            Some(Bound::OfMax(_)) => " of max",
            _ => "",
        };
        let number = if error == 0.0 || (0.001..1e6).contains(&error) {
            format!("{error:.3}")
        } else {
            format!("{error:.3e}")
        };
        format!("{number}{unit} at [{index}]")
    }
}

/// Equal as values of `dtype`: the expectation is rounded to it; NaN equals NaN; zeros of different sign differ.
fn same(dtype: DType, got: Number, wanted: Number) -> bool {
    let float = |g: f64, w: f64| g.to_bits() == w.to_bits() || g.is_nan() && w.is_nan();
    match (got, wanted) {
        (Number::Int(g), Number::Int(w)) => g == w,
        (Number::Int(g), Number::Float(w)) => w.fract() == 0.0 && g as f64 == w,
        (Number::Bool(g), w) => g == w.is_true(),
        (Number::Float(g), Number::Int(w)) => float(g, round_to(dtype, w as f64)),
        (Number::Float(g), w) => float(g, round_to(dtype, w.to_f64())),
        (Number::Complex(re, im), Number::Complex(wr, wi)) => {
            float(re, f64::from(wr as f32)) && float(im, f64::from(wi as f32))
        }
        (Number::Complex(re, im), w) => float(re, f64::from(w.to_f64() as f32)) && im == 0.0,
        (g, w) => g.to_f64() == w.to_f64(),
    }
}

fn round_to(dtype: DType, value: f64) -> f64 {
    match dtype {
        DType::F16 => half::f16::from_f64(value).to_f64(),
        DType::BF16 => half::bf16::from_f64(value).to_f64(),
        DType::F32 | DType::Complex64 => f64::from(value as f32),
        _ => value,
    }
}

/// The error in units of the last place of the expected value, in `dtype`.
fn ulps(dtype: DType, got: f64, wanted: f64) -> f64 {
    if got == wanted {
        return 0.0;
    }
    // Digits of the significand and the exponent of the least normal number.
    let (digits, least) = match dtype {
        DType::F16 => (11, -14),
        DType::BF16 => (8, -126),
        DType::F64 => (53, -1022),
        DType::F32 | DType::Complex64 => (24, -126),
        _ => return (got - wanted).abs(),
    };
    if !got.is_finite() || !wanted.is_finite() {
        return f64::INFINITY;
    }
    let exponent = if wanted == 0.0 { least } else { libm::ilogb(wanted).max(least) };
    (got - wanted).abs() / libm::ldexp(1.0, exponent - (digits - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Lets;

    fn holds(text: &str) -> (bool, String) {
        let x = HostArray::vector(&[1.0f32, 2.0, 3.0]);
        let y = HostArray::vector(&[2.0f32, 4.0, f32::from_bits(6.0f32.to_bits() + 1)]);
        let n = HostArray::vector(&[u64::MAX, 0]);
        let z = HostArray::vector(&[[1.0f32, -2.0]]);
        let lets = Lets::default();
        let scope = Scope { arrays: vec![("y", &y), ("n", &n), ("z", &z), ("x", &x)], lets: &lets };
        let outcome = check(text, 1, &scope, Path::new(".")).unwrap_or_else(|e| panic!("{text}: {e}"));
        (outcome.passed, outcome.detail)
    }

    #[test]
    fn expectations_hold_or_say_why_not() {
        for text in [
            "y = [2, 4, 6] within 1 ulp",
            "y = x * 2 within 1 ulp",
            "y = [2, 4, 6] within 1e-6",
            "y = [2, 4, 6] within 1e-30 or 1e-6 relative",
            "y[0..2] = [2, 4]",
            "y[1] = 4",
            "y[1] = [4]",
            "x = x",
            "y > 1",
            "y != 3",
            "sum(x) = 6",
            "sum(y) = 12 within 1e-6",
            "max(y) < 7",
            "n = [18446744073709551615, 0]",
            "z = [1-2j]",
            "z.im[0] = -2",
            "y = (i < 2 ? x * 2 : 6) within 1e-6 of max",
        ] {
            let (ok, detail) = holds(text);
            assert!(ok, "{text}: {detail}");
        }
        let fails = |text: &str, part: &str| {
            let (ok, detail) = holds(text);
            assert!(!ok && detail.contains(part), "{text}: {detail}");
        };
        fails(
            "y = [2, 4, 6]",
            "`y[2]` is 6.0000005 and should be 6 (1 of 3 elements fail; largest error 1.000 ulp at [2])",
        );
        fails("y = [2, 4]", "2 elements are expected and `y` has 3");
        fails("y < 4", "`y[1]` is 4 and should be less than 4");
        fails("sum(x) = 7", "it is 6 and should be 7");
        fails("n = [18446744073709551614, 0]", "should be 18446744073709551614");
    }
}
