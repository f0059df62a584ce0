//! Functions that work on each component of their arguments alone: one row of a table each.

use super::super::Lower;
use super::super::value::{Part, Result, Value};
use super::args::{Call, Class};
use emberforge_base::Span;
use emberforge_ir as ir;
use ir::{BinaryOp, CompareOp, MathOp, Scalar, UnaryOp};

/// What a result is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Out {
    /// What the arguments are made of.
    Same,
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// The unsigned integer of the arguments' size.
    Unsigned,
}

/// Computes one component from those of the arguments.
pub(super) type Formula = fn(&mut Scalars<'_, '_>, &[Part]) -> Part;

/// How a component is computed.
#[derive(Clone, Copy)]
pub(super) enum How {
    /// By one instruction with one operand.
    Math1(MathOp),
    /// By one instruction with two operands.
    Math2(MathOp),
    /// By one arithmetic instruction.
    Binary(BinaryOp),
    /// By a formula; the number of arguments.
    Formula(u8, Formula),
}

/// A function.
#[derive(Clone, Copy)]
pub(super) struct Each {
    /// Its name.
    pub(super) name: &'static str,
    /// What it takes.
    pub(super) class: Class,
    /// What it gives.
    pub(super) out: Out,
    /// How.
    pub(super) how: How,
}

impl Each {
    /// A function whose result has the type of its arguments.
    pub(super) const fn same(name: &'static str, class: Class, how: How) -> Each {
        Each { name, class, out: Out::Same, how }
    }

    fn arity(&self) -> usize {
        match self.how {
            How::Math1(_) => 1,
            How::Math2(_) | How::Binary(_) => 2,
            How::Formula(n, _) => n as usize,
        }
    }
}

/// Scalar operations in one type: what a formula is written with.
pub(super) struct Scalars<'l, 'a> {
    cx: &'l mut Lower<'a>,
    /// The type.
    pub(super) ty: Scalar,
    span: Span,
}

impl<'l, 'a> Scalars<'l, 'a> {
    /// Operations in type `ty`.
    pub(super) fn new(cx: &'l mut Lower<'a>, ty: Scalar, span: Span) -> Self {
        Scalars { cx, ty, span }
    }

    /// Operations in another type.
    pub(super) fn of(&mut self, ty: Scalar) -> Scalars<'_, 'a> {
        Scalars { cx: self.cx, ty, span: self.span }
    }

    /// A constant.
    pub(super) fn number(&self, x: f64) -> Part {
        Part::Const(ir::scalar::from_f64(self.ty, x))
    }

    /// A constant integer; exact.
    pub(super) fn integer(&self, x: i64) -> Part {
        Part::Const(ir::scalar::convert(Scalar::I64, self.ty, x as u64))
    }

    /// `op a`.
    pub(super) fn unary(&mut self, op: UnaryOp, a: Part) -> Part {
        self.cx.unary(op, self.ty, a, self.span)
    }

    /// `a op b`.
    pub(super) fn binary(&mut self, op: BinaryOp, a: Part, b: Part) -> Part {
        self.cx.binary(op, self.ty, a, b, self.span)
    }

    /// `a + b`.
    pub(super) fn add(&mut self, a: Part, b: Part) -> Part {
        self.binary(BinaryOp::Add, a, b)
    }

    /// `a - b`.
    pub(super) fn sub(&mut self, a: Part, b: Part) -> Part {
        self.binary(BinaryOp::Sub, a, b)
    }

    /// `a * b`.
    pub(super) fn mul(&mut self, a: Part, b: Part) -> Part {
        self.binary(BinaryOp::Mul, a, b)
    }

    /// `a / b`.
    pub(super) fn div(&mut self, a: Part, b: Part) -> Part {
        self.binary(BinaryOp::Div, a, b)
    }

    /// Smaller of two.
    pub(super) fn min(&mut self, a: Part, b: Part) -> Part {
        self.binary(BinaryOp::Min, a, b)
    }

    /// Larger of two.
    pub(super) fn max(&mut self, a: Part, b: Part) -> Part {
        self.binary(BinaryOp::Max, a, b)
    }

    /// `a op b`, a `bool`.
    pub(super) fn compare(&mut self, op: CompareOp, a: Part, b: Part) -> Part {
        self.cx.compare(op, self.ty, a, b, self.span)
    }

    /// `cond ? a : b`.
    pub(super) fn select(&mut self, cond: Part, a: Part, b: Part) -> Part {
        self.cx.select(self.ty, cond, a, b, self.span)
    }

    /// `a * b + c`, one rounding.
    pub(super) fn fma(&mut self, a: Part, b: Part, c: Part) -> Part {
        self.cx.fma(self.ty, a, b, c, self.span)
    }

    /// A mathematical function.
    pub(super) fn math(&mut self, op: MathOp, a: Part, b: Option<Part>) -> Part {
        self.cx.math(op, self.ty, a, b, self.span)
    }

    /// `a` of this type, converted to another.
    pub(super) fn to(&mut self, ty: Scalar, a: Part) -> Part {
        self.cx.convert_scalar(self.ty, ty, a, self.span)
    }

    /// `a` of another type, converted to this one.
    pub(super) fn from(&mut self, ty: Scalar, a: Part) -> Part {
        self.cx.convert_scalar(ty, self.ty, a, self.span)
    }

    /// The bits of `a` of this type as another type.
    pub(super) fn bitcast(&mut self, ty: Scalar, a: Part) -> Part {
        self.cx.bitcast(self.ty, ty, a, self.span)
    }
}

/// Lowers a call of a function in `table`; `None` when it is not there.
pub(super) fn call(call: &mut Call<'_, '_>, table: &'static [Each]) -> Option<Result<Value>> {
    let row = table.iter().find(|f| f.name == call.name)?;
    Some(lower(call, row))
}

fn lower(call: &mut Call<'_, '_>, row: &Each) -> Result<Value> {
    let arity = row.arity();
    let params =
        ["T x", "T x, T y", "T x, T y, T z"].get(arity.wrapping_sub(1)).copied().unwrap_or("T, T, ...");
    let ret = match row.out {
        Out::Same | Out::Unsigned => "T",
        Out::Bool => "bool",
        Out::Int => "int",
    };
    call.arity(arity, arity, &format!("{ret} {}({params})", row.name))?;
    let all: Vec<usize> = (0..arity).collect();
    let args = call.unify(row.class, &all)?;
    super::ambiguous::check(call, row.class, args.element);
    let out = match row.out {
        Out::Same => args.element,
        Out::Bool => Scalar::Bool,
        Out::Int => Scalar::I32,
        Out::Unsigned => super::args::unsigned(args.element),
    };
    let mut s = Scalars::new(call.cx, args.element, call.span);
    let mut parts = Vec::with_capacity(args.len());
    for i in 0..args.len() {
        let x = args.column(i);
        parts.push(match (row.how, &x[..]) {
            (How::Math1(op), [a]) => s.math(op, *a, None),
            (How::Math2(op), [a, b]) => s.math(op, *a, Some(*b)),
            (How::Binary(op), [a, b]) => s.binary(op, *a, *b),
            (How::Formula(_, f), _) => f(&mut s, &x),
            _ => return Err(super::super::value::Poison),
        });
    }
    Ok(Value::new(args.shape(out), parts))
}
