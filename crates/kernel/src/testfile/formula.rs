//! Formulas of expectations, evaluated in `f64`: `exp(x)`, `a[i] * 2`, `sum(j in 0..K: a[i*K+j] * b[j])`.
//!
//! A formula has one value per element of what it is compared with. `i` is the flat index of that element, an array's
//! name alone is its element `i` (its only element, if it has one), `x[e]` and `x[r, c]` are other elements, `x.re` and
//! `x.im` the parts of complex ones, names of sizes are integers. Reading outside an array gives NaN.

use crate::HostArray;
use crate::data::{Cursor, Lets};
use emberforge_base::{DType, Error, Result};

/// The arrays and sizes a formula may name.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) arrays: Vec<(&'a str, &'a HostArray)>,
    pub(crate) lets: &'a Lets,
}

/// A formula whose names are resolved.
#[derive(Clone, Debug)]
pub(crate) enum Formula {
    Number(f64),
    /// A variable by its depth: 0 is `i`.
    Variable(usize),
    /// The current element of an array.
    Element(usize, Part),
    /// Another element.
    At(usize, Part, Vec<Formula>),
    Negate(Box<Formula>),
    Not(Box<Formula>),
    Binary(Op, Box<Formula>, Box<Formula>),
    Choose(Box<[Formula; 3]>),
    Call1(fn(f64) -> f64, Box<Formula>),
    Call2(fn(f64, f64) -> f64, Box<Formula>, Box<Formula>),
    Fold {
        fold: Fold,
        depth: usize,
        from: Box<Formula>,
        to: Box<Formula>,
        body: Box<Formula>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Re,
    Im,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
    And,
    Or,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    Sum,
    Product,
    Min,
    Max,
    Mean,
}

/// A name and the function of one number it stands for.
type Named1 = (&'static str, fn(f64) -> f64);
/// A name and the function of two numbers it stands for.
type Named2 = (&'static str, fn(f64, f64) -> f64);

const FUNCTIONS_1: &[Named1] = &[
    ("abs", libm::fabs),
    ("acos", libm::acos),
    ("acosh", libm::acosh),
    ("asin", libm::asin),
    ("asinh", libm::asinh),
    ("atan", libm::atan),
    ("atanh", libm::atanh),
    ("bf16", |x| half::bf16::from_f64(x).to_f64()),
    ("cbrt", libm::cbrt),
    ("ceil", libm::ceil),
    ("cos", libm::cos),
    ("cosh", libm::cosh),
    ("erf", libm::erf),
    ("exp", libm::exp),
    ("exp10", libm::exp10),
    ("exp2", libm::exp2),
    ("expm1", libm::expm1),
    ("f16", |x| half::f16::from_f64(x).to_f64()),
    ("f32", |x| f64::from(x as f32)),
    ("floor", libm::floor),
    ("i16", |x| f64::from(wrap(x) as i16)),
    ("i32", |x| f64::from(wrap(x) as i32)),
    ("i8", |x| f64::from(wrap(x) as i8)),
    ("isfinite", |x| f64::from(u8::from(x.is_finite()))),
    ("isnan", |x| f64::from(u8::from(x.is_nan()))),
    ("log", libm::log),
    ("log10", libm::log10),
    ("log1p", libm::log1p),
    ("log2", libm::log2),
    ("rint", libm::rint),
    ("round", libm::round),
    ("rsqrt", |x| 1.0 / libm::sqrt(x)),
    ("sign", |x| {
        if x > 0.0 {
            1.0
        } else if x < 0.0 {
            -1.0
        } else {
            x
        }
    }),
    ("sin", libm::sin),
    ("sinh", libm::sinh),
    ("sqrt", libm::sqrt),
    ("tan", libm::tan),
    ("tanh", libm::tanh),
    ("trunc", libm::trunc),
    ("u16", |x| f64::from(wrap(x) as u16)),
    ("u32", |x| f64::from(wrap(x) as u32)),
    ("u8", |x| f64::from(wrap(x) as u8)),
];

const FUNCTIONS_2: &[Named2] = &[
    ("and", |a, b| (wrap(a) & wrap(b)) as f64),
    ("atan2", libm::atan2),
    ("copysign", libm::copysign),
    ("div", |a, b| libm::floor(a / b)),
    ("fdim", libm::fdim),
    ("fmod", libm::fmod),
    ("hypot", libm::hypot),
    ("ldexp", |a, b| libm::ldexp(a, b as i32)),
    ("or", |a, b| (wrap(a) | wrap(b)) as f64),
    ("pow", libm::pow),
    ("shl", |a, b| (wrap(a) << (b as u32 & 63)) as f64),
    ("shr", |a, b| (wrap(a) >> (b as u32 & 63)) as f64),
    ("xor", |a, b| (wrap(a) ^ wrap(b)) as f64),
];

/// The integer part, for the functions that look at bits.
fn wrap(x: f64) -> i128 {
    x as i128
}

/// Reads formulas.
pub(crate) struct Parser<'s, 'c, 't> {
    pub(crate) scope: &'s Scope<'s>,
    pub(crate) cursor: &'c mut Cursor<'t>,
    /// Variables in scope, outermost first.
    variables: Vec<String>,
}

impl<'s, 'c, 't> Parser<'s, 'c, 't> {
    pub(crate) fn new(scope: &'s Scope<'s>, cursor: &'c mut Cursor<'t>) -> Self {
        Parser { scope, cursor, variables: vec!["i".to_string()] }
    }

    /// A whole formula, with comparisons and `?:`.
    pub(crate) fn formula(&mut self) -> Result<Formula> {
        self.deeper(|p| {
            let condition = p.either()?;
            if !p.cursor.eat("?") {
                return Ok(condition);
            }
            let yes = p.formula()?;
            p.cursor.require(":")?;
            let no = p.formula()?;
            Ok(Formula::Choose(Box::new([condition, yes, no])))
        })
    }

    fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.cursor.depth += 1;
        if self.cursor.depth > 48 {
            return Err(Error::invalid("the formula is nested too deeply; write it flatter"));
        }
        let result = f(self);
        self.cursor.depth -= 1;
        result
    }

    fn either(&mut self) -> Result<Formula> {
        let mut left = self.both()?;
        while self.cursor.eat("||") {
            left = Formula::Binary(Op::Or, Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Formula> {
        let mut left = self.comparison()?;
        while self.cursor.eat("&&") {
            left = Formula::Binary(Op::And, Box::new(left), Box::new(self.comparison()?));
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Result<Formula> {
        let left = self.sum()?;
        let ops =
            [("<=", Op::Le), (">=", Op::Ge), ("==", Op::Eq), ("!=", Op::Ne), ("<", Op::Lt), (">", Op::Gt)];
        for (symbol, op) in ops {
            if self.cursor.eat(symbol) {
                return Ok(Formula::Binary(op, Box::new(left), Box::new(self.sum()?)));
            }
        }
        Ok(left)
    }

    /// A formula without comparisons outside parentheses.
    pub(crate) fn sum(&mut self) -> Result<Formula> {
        let mut left = self.product()?;
        loop {
            let op = if self.cursor.eat("+") {
                Op::Add
            } else if self.cursor.eat("-") {
                Op::Sub
            } else {
                return Ok(left);
            };
            left = Formula::Binary(op, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Formula> {
        let mut left = self.prefix()?;
        loop {
            let op = if self.cursor.eat("*") {
                Op::Mul
            } else if self.cursor.eat("/") {
                Op::Div
            } else if self.cursor.eat("%") {
                Op::Rem
            } else {
                return Ok(left);
            };
            left = Formula::Binary(op, Box::new(left), Box::new(self.prefix()?));
        }
    }

    fn prefix(&mut self) -> Result<Formula> {
        if self.cursor.eat("-") {
            return self.deeper(|p| Ok(Formula::Negate(Box::new(p.prefix()?))));
        }
        if self.cursor.peek("!") && !self.cursor.peek("!=") {
            self.cursor.eat("!");
            return self.deeper(|p| Ok(Formula::Not(Box::new(p.prefix()?))));
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<Formula> {
        if self.cursor.eat("(") {
            let inner = self.formula()?;
            self.cursor.require(")")?;
            return Ok(inner);
        }
        let start = self.cursor.clone();
        if let Some(text) = self.cursor.number() {
            let value = match text.strip_prefix("0x") {
                Some(hex) => u64::from_str_radix(hex, 16).ok().map(|n| n as f64),
                None => text.parse().ok(),
            };
            return value.map(Formula::Number).ok_or_else(|| start.clone().error("a number"));
        }
        let Some(name) = self.cursor.ident() else { return Err(self.cursor.error("a number, name or `(`")) };
        if self.cursor.eat("(") {
            return self.call(name);
        }
        if let Some(depth) = self.variables.iter().rposition(|v| v == name) {
            return Ok(Formula::Variable(depth));
        }
        if let Some(array) = self.scope.arrays.iter().position(|(n, _)| *n == name) {
            let part = if self.cursor.eat(".im") {
                Part::Im
            } else {
                self.cursor.eat(".re");
                Part::Re
            };
            if !self.cursor.eat("[") {
                return Ok(Formula::Element(array, part));
            }
            let mut indices = Vec::new();
            loop {
                indices.push(self.formula()?);
                if self.cursor.eat("]") {
                    break;
                }
                self.cursor.require(",")?;
            }
            let ndim = self.scope.arrays[array].1.ndim();
            if indices.len() != 1 && indices.len() != ndim {
                return Err(Error::invalid(format!(
                    "`{name}` has {ndim} dimensions and is read with {} indices; write one flat index or {ndim}",
                    indices.len()
                )));
            }
            return Ok(Formula::At(array, part, indices));
        }
        let constant = match name {
            "inf" => f64::INFINITY,
            "nan" => f64::NAN,
            "pi" => std::f64::consts::PI,
            "true" => 1.0,
            "false" => 0.0,
            _ => match self.scope.lets.get(name) {
                Some(n) => n as f64,
                None => return Err(self.unknown(name)),
            },
        };
        Ok(Formula::Number(constant))
    }

    fn unknown(&self, name: &str) -> Error {
        let arrays = self.scope.arrays.iter().map(|(n, _)| format!("`{n}`")).collect::<Vec<_>>().join(", ");
        Error::invalid(format!(
            "`{name}` is not known in an expectation; the arrays are {arrays}, `i` is the flat index, and sizes come from `let`"
        ))
    }

    fn call(&mut self, name: &str) -> Result<Formula> {
        let fold = match name {
            "sum" => Some(Fold::Sum),
            "product" => Some(Fold::Product),
            "min" => Some(Fold::Min),
            "max" => Some(Fold::Max),
            "mean" => Some(Fold::Mean),
            _ => None,
        };
        if let Some(fold) = fold {
            // `sum(j in 0..K: body)` binds a variable.
            let back = self.cursor.clone();
            if let Some(variable) = self.cursor.ident()
                && self.cursor.eat("in")
            {
                let from = Box::new(self.sum()?);
                self.cursor.require("..")?;
                let to = Box::new(self.sum()?);
                self.cursor.require(":")?;
                self.variables.push(variable.to_string());
                let body = self.formula()?;
                self.variables.pop();
                self.cursor.require(")")?;
                let depth = self.variables.len();
                return Ok(Formula::Fold { fold, depth, from, to, body: Box::new(body) });
            }
            *self.cursor = back;
        }
        let mut args = Vec::new();
        while !self.cursor.eat(")") {
            args.push(self.formula()?);
            if !self.cursor.eat(",") && !self.cursor.peek(")") {
                return Err(self.cursor.error("`,` or `)`"));
            }
        }
        match (fold, args.len()) {
            (Some(Fold::Min), 2) => return two(|a, b| a.min(b), args),
            (Some(Fold::Max), 2) => return two(|a, b| a.max(b), args),
            (Some(fold), 1) => return Ok(self.over_all(fold, args.remove(0))),
            _ => {}
        }
        if let Some((_, f)) = FUNCTIONS_1.iter().find(|(n, _)| *n == name)
            && args.len() == 1
        {
            return Ok(Formula::Call1(*f, Box::new(args.remove(0))));
        }
        if let Some((_, f)) = FUNCTIONS_2.iter().find(|(n, _)| *n == name)
            && args.len() == 2
        {
            return two(*f, args);
        }
        let names: Vec<&str> =
            FUNCTIONS_1.iter().map(|(n, _)| *n).chain(FUNCTIONS_2.iter().map(|(n, _)| *n)).collect();
        Err(Error::invalid(format!(
            "`{name}` with {} arguments is not a function of expectations; there are sum, product, min, max, mean, {}",
            args.len(),
            names.join(", ")
        )))
    }

    /// `sum(y)`: over every element of the arrays named without an index.
    fn over_all(&self, fold: Fold, body: Formula) -> Formula {
        let mut count = 0;
        body.visit(&mut |f| {
            if let Formula::Element(array, _) = f {
                count = count.max(self.scope.arrays[*array].1.len());
            }
        });
        // The body was read with `i` as its variable; the fold binds it anew.
        let to = Box::new(Formula::Number(count.max(1) as f64));
        Formula::Fold { fold, depth: 0, from: Box::new(Formula::Number(0.0)), to, body: Box::new(body) }
    }
}

fn two(f: fn(f64, f64) -> f64, mut args: Vec<Formula>) -> Result<Formula> {
    let right = args.pop().unwrap_or(Formula::Number(0.0));
    let left = args.pop().unwrap_or(Formula::Number(0.0));
    Ok(Formula::Call2(f, Box::new(left), Box::new(right)))
}

/// The arrays of a scope as `f64`, ready to evaluate formulas.
#[derive(Debug)]
pub(crate) struct Values {
    /// Real parts, imaginary parts (empty for real arrays), shape.
    arrays: Vec<(Vec<f64>, Vec<f64>, Vec<usize>)>,
}

impl Values {
    pub(crate) fn new(scope: &Scope<'_>) -> Values {
        let parts = |array: &HostArray| {
            let imaginary = if array.dtype() == DType::Complex64 {
                let slice = array.as_slice::<[f32; 2]>().unwrap_or(&[]);
                slice.iter().map(|[_, im]| f64::from(*im)).collect()
            } else {
                Vec::new()
            };
            (array.to_f64(), imaginary, array.shape().to_vec())
        };
        Values { arrays: scope.arrays.iter().map(|(_, array)| parts(array)).collect() }
    }

    /// The formula's value for flat index `i`.
    pub(crate) fn at(&self, formula: &Formula, i: usize) -> f64 {
        self.eval(formula, &mut vec![i as f64])
    }

    fn read(&self, array: usize, part: Part, index: f64) -> f64 {
        let (re, im, _) = &self.arrays[array];
        if index < 0.0 || index.fract() != 0.0 || index as usize >= re.len() {
            return f64::NAN;
        }
        match part {
            Part::Re => re[index as usize],
            Part::Im => im.get(index as usize).copied().unwrap_or(0.0),
        }
    }

    fn eval(&self, formula: &Formula, vars: &mut Vec<f64>) -> f64 {
        let truth = |b: bool| f64::from(u8::from(b));
        match formula {
            Formula::Number(n) => *n,
            Formula::Variable(depth) => vars[*depth],
            Formula::Element(array, part) => {
                let index = if self.arrays[*array].0.len() == 1 { 0.0 } else { vars[0] };
                self.read(*array, *part, index)
            }
            Formula::At(array, part, indices) => {
                let mut flat = self.eval(&indices[0], vars);
                let shape = &self.arrays[*array].2;
                for (index, extent) in indices.iter().zip(shape).skip(1) {
                    flat = flat * *extent as f64 + self.eval(index, vars);
                }
                self.read(*array, *part, flat)
            }
            Formula::Negate(a) => -self.eval(a, vars),
            Formula::Not(a) => truth(self.eval(a, vars) == 0.0),
            Formula::Binary(op, a, b) => {
                let a = self.eval(a, vars);
                // The right side may read out of range when the left one decides.
                match op {
                    Op::And if a == 0.0 => return 0.0,
                    Op::Or if a != 0.0 => return 1.0,
                    _ => {}
                }
                let b = self.eval(b, vars);
                match op {
                    Op::Add => a + b,
                    Op::Sub => a - b,
                    Op::Mul => a * b,
                    Op::Div => a / b,
                    Op::Rem => a % b,
                    Op::Lt => truth(a < b),
                    Op::Le => truth(a <= b),
                    Op::Gt => truth(a > b),
                    Op::Ge => truth(a >= b),
                    Op::Eq => truth(a == b),
                    Op::Ne => truth(a != b),
                    Op::And | Op::Or => truth(b != 0.0),
                }
            }
            Formula::Choose(parts) => {
                let yes = self.eval(&parts[0], vars) != 0.0;
                self.eval(&parts[if yes { 1 } else { 2 }], vars)
            }
            Formula::Call1(f, a) => f(self.eval(a, vars)),
            Formula::Call2(f, a, b) => {
                let a = self.eval(a, vars);
                f(a, self.eval(b, vars))
            }
            Formula::Fold { fold, depth, from, to, body } => {
                let (from, to) = (self.eval(from, vars), self.eval(to, vars));
                let kept = vars.clone();
                vars.resize(depth + 1, 0.0);
                let mut total = match fold {
                    Fold::Sum | Fold::Mean => 0.0,
                    Fold::Product => 1.0,
                    Fold::Min => f64::INFINITY,
                    Fold::Max => f64::NEG_INFINITY,
                };
                let mut k = from;
                while k < to {
                    vars[*depth] = k;
                    let value = self.eval(body, vars);
                    total = match fold {
                        Fold::Sum | Fold::Mean => total + value,
                        Fold::Product => total * value,
                        Fold::Min => {
                            if value.is_nan() {
                                value
                            } else {
                                total.min(value)
                            }
                        }
                        Fold::Max => {
                            if value.is_nan() {
                                value
                            } else {
                                total.max(value)
                            }
                        }
                    };
                    k += 1.0;
                }
                *vars = kept;
                if *fold == Fold::Mean { total / (to - from) } else { total }
            }
        }
    }
}

impl Formula {
    /// Calls `f` for every part outside nested folds over all elements.
    fn visit(&self, f: &mut impl FnMut(&Formula)) {
        f(self);
        match self {
            Formula::At(_, _, parts) => parts.iter().for_each(|p| p.visit(f)),
            Formula::Negate(a) | Formula::Not(a) | Formula::Call1(_, a) => a.visit(f),
            Formula::Binary(_, a, b) | Formula::Call2(_, a, b) => {
                a.visit(f);
                b.visit(f);
            }
            Formula::Choose(parts) => parts.iter().for_each(|p| p.visit(f)),
            Formula::Fold { depth, from, to, body, .. } if *depth > 0 => {
                from.visit(f);
                to.visit(f);
                body.visit(f);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_evaluate() {
        let x = HostArray::new(&[1.0f32, 2.0, 3.0, 4.0], &[2, 2]).unwrap();
        let s = HostArray::scalar(10.0f32);
        let c = HostArray::vector(&[[1.0f32, 5.0], [2.0, 6.0]]);
        let mut lets = Lets::default();
        lets.set("K", 4);
        let scope = Scope { arrays: vec![("x", &x), ("s", &s), ("c", &c)], lets: &lets };
        let values = Values::new(&scope);
        let eval = |text: &str, i| {
            let mut cursor = Cursor::new(text);
            let formula =
                Parser::new(&scope, &mut cursor).formula().unwrap_or_else(|e| panic!("{text}: {e}"));
            cursor.finish().unwrap();
            values.at(&formula, i)
        };
        assert_eq!(eval("x * 2 + s", 1), 14.0);
        assert_eq!(eval("x[1, 0] - x[0]", 0), 2.0);
        assert_eq!(eval("sum(x)", 3), 10.0);
        assert_eq!(eval("sum(j in 0..K: x[j] * j)", 0), 20.0);
        assert_eq!(eval("max(x) - max(x, 3)", 0), 1.0);
        assert_eq!(eval("i >= 1 ? x[i-1] : -1", 0), -1.0);
        assert_eq!(eval("c.re[1] + c.im", 0), 7.0);
        assert_eq!(eval("sum(j in 0..2: sum(k in 0..2: x[j, k] * x[k, j]))", 0), 29.0);
        assert_eq!(eval("x - mean(x)", 3), 1.5);
        assert_eq!(eval("u32(-1)", 0), 4294967295.0);
        assert!(eval("x[7]", 0).is_nan());
    }
}
