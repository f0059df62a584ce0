//! Geometric functions of vectors, and those of matrices.

use super::super::types::Type;
use super::super::value::{Part, Result, Value};
use super::args::{Call, Class};
use super::each::Scalars;
use emberforge_ir as ir;
use ir::{CompareOp, MathOp, UnaryOp};

/// The functions.
pub(super) const NAMES: &[&str] = &[
    "cross",
    "determinant",
    "distance",
    "distance_squared",
    "dot",
    "faceforward",
    "length",
    "length_squared",
    "normalize",
    "reflect",
    "refract",
    "transpose",
];

/// Lowers a call.
pub(super) fn call(call: &mut Call<'_, '_>) -> Result<Value> {
    if matches!(call.name, "determinant" | "transpose") {
        return matrix(call);
    }
    let (vectors, scalars, usage) = match call.name {
        "cross" => (2, 0, "T3 cross(T3 x, T3 y)"),
        "distance" | "distance_squared" => (2, 0, "T distance(TN x, TN y)"),
        "dot" => (2, 0, "T dot(TN x, TN y)"),
        "faceforward" => (3, 0, "TN faceforward(TN n, TN i, TN reference)"),
        "reflect" => (2, 0, "TN reflect(TN i, TN n)"),
        "refract" => (2, 1, "TN refract(TN i, TN n, T eta)"),
        "normalize" => (1, 0, "TN normalize(TN x)"),
        _ => (1, 0, "T length(TN x)"),
    };
    call.arity(vectors + scalars, vectors + scalars, usage)?;
    for i in 0..vectors {
        let of_integers = matches!(&call.args[i].place.ty, Type::Vector { of, .. } if !of.is_float());
        if of_integers {
            return Err(call.refuse(i, "vectors of floats"));
        }
    }
    let args = call.unify(Class::Float, &(0..vectors).collect::<Vec<_>>())?;
    if args.n.is_none() || (call.name == "cross" && args.n != Some(3)) {
        let wanted = if call.name == "cross" { "vectors of 3 floats" } else { "vectors of floats" };
        return Err(call.refuse(0, wanted));
    }
    let ty = args.element;
    let eta = match scalars {
        0 => Part::Const(0),
        _ => call.scalar(vectors, ty, "a ratio of type `float` or `half`")?,
    };
    let mut s = Scalars::new(call.cx, ty, call.span);
    let x = &args.parts;
    let one = |part| Ok(Value::new(Type::Scalar(ty), vec![part]));
    let all = |parts: Vec<Part>| Ok(Value::new(args.shape(ty), parts));
    match call.name {
        "dot" => one(dot(&mut s, &x[0], &x[1])),
        "length_squared" => one(dot(&mut s, &x[0], &x[0])),
        "length" => one(length(&mut s, &x[0])),
        "distance" | "distance_squared" => {
            let d: Vec<Part> = x[0].iter().zip(&x[1]).map(|(a, b)| s.sub(*a, *b)).collect();
            one(if call.name == "distance" { length(&mut s, &d) } else { dot(&mut s, &d, &d) })
        }
        "normalize" => {
            let size = length(&mut s, &x[0]);
            all(x[0].iter().map(|a| s.div(*a, size)).collect())
        }
        "cross" => all([(1, 2), (2, 0), (0, 1)]
            .map(|(i, j)| {
                let (a, b) = (s.mul(x[0][i], x[1][j]), s.mul(x[0][j], x[1][i]));
                s.sub(a, b)
            })
            .to_vec()),
        "faceforward" => {
            let d = dot(&mut s, &x[2], &x[1]);
            let zero = s.number(0.0);
            let front = s.compare(CompareOp::Lt, d, zero);
            let turned = x[0].iter().map(|n| {
                let back = s.unary(UnaryOp::Neg, *n);
                s.select(front, *n, back)
            });
            all(turned.collect())
        }
        "reflect" => {
            let d = dot(&mut s, &x[1], &x[0]);
            let two = s.number(2.0);
            let twice = s.mul(two, d);
            let turned = x[0].iter().zip(&x[1]).map(|(i, n)| {
                let part = s.mul(twice, *n);
                s.sub(*i, part)
            });
            all(turned.collect())
        }
        _ => all(refract(&mut s, &x[0], &x[1], eta)),
    }
}

/// The sum of the products, first to last.
fn dot(s: &mut Scalars<'_, '_>, x: &[Part], y: &[Part]) -> Part {
    let mut sum = None;
    for (a, b) in x.iter().zip(y) {
        let product = s.mul(*a, *b);
        sum = Some(sum.map_or(product, |sum| s.add(sum, product)));
    }
    sum.unwrap_or(Part::Const(0))
}

fn length(s: &mut Scalars<'_, '_>, x: &[Part]) -> Part {
    let square = dot(s, x, x);
    s.math(MathOp::Sqrt, square, None)
}

/// Snell's law; 0 where all is reflected.
fn refract(s: &mut Scalars<'_, '_>, i: &[Part], n: &[Part], eta: Part) -> Vec<Part> {
    let (zero, one) = (s.number(0.0), s.number(1.0));
    let d = dot(s, n, i);
    let dd = s.mul(d, d);
    let across = s.sub(one, dd);
    let ratio = s.mul(eta, eta);
    let bent = s.mul(ratio, across);
    let k = s.sub(one, bent);
    let total = s.compare(CompareOp::Lt, k, zero);
    let root = s.math(MathOp::Sqrt, k, None);
    let along = s.mul(eta, d);
    let factor = s.add(along, root);
    i.iter()
        .zip(n)
        .map(|(i, n)| {
            let (a, b) = (s.mul(eta, *i), s.mul(factor, *n));
            let ray = s.sub(a, b);
            s.select(total, zero, ray)
        })
        .collect()
}

fn matrix(call: &mut Call<'_, '_>) -> Result<Value> {
    call.arity(
        1,
        1,
        if call.name == "transpose" { "TRxC transpose(TCxR m)" } else { "T determinant(TNxN m)" },
    )?;
    let m = call.value(0)?;
    let Type::Matrix { of, columns, rows } = m.ty else { return Err(call.refuse(0, "a matrix")) };
    let (c, r) = (columns as usize, rows as usize);
    let at = |column: usize, row: usize| m.parts.get(column * r + row).copied().unwrap_or(Part::Const(0));
    if call.name == "transpose" {
        let parts: Vec<Part> = (0..r * c).map(|i| at(i % c, i / c)).collect();
        return Ok(Value::new(Type::Matrix { of, columns: rows, rows: columns }, parts));
    }
    if c != r {
        return Err(call.refuse(0, "a square matrix"));
    }
    let table: Vec<Vec<Part>> = (0..c).map(|i| (0..r).map(|j| at(i, j)).collect()).collect();
    let value = determinant(&mut Scalars::new(call.cx, of, call.span), &table);
    Ok(Value::new(Type::Scalar(of), vec![value]))
}

/// By the first column.
fn determinant(s: &mut Scalars<'_, '_>, m: &[Vec<Part>]) -> Part {
    if let [only] = m {
        return only.first().copied().unwrap_or(Part::Const(0));
    }
    let mut sum = None;
    for i in 0..m.len() {
        let minor: Vec<Vec<Part>> =
            m.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, c)| c[1..].to_vec()).collect();
        let rest = determinant(s, &minor);
        let term = s.mul(m[i][0], rest);
        sum = Some(match sum {
            None => term,
            Some(sum) if i % 2 == 1 => s.sub(sum, term),
            Some(sum) => s.add(sum, term),
        });
    }
    sum.unwrap_or(Part::Const(0))
}
