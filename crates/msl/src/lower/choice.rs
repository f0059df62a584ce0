//! `&&`, `||` and `?:`: sides that may not run.
//!
//! A side of a few plain instructions is computed whether needed or not and chosen by a `select`; any other runs under
//! an `if`.

use super::Lower;
use super::types::Type;
use super::value::{Part, Place, PlaceKind, Poison, Result, Value};
use crate::syntax::ast::{Expr, InfixOp};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{BinaryOp, Op, Scalar, Stmt};

/// Most instructions of an arm of `?:` or of a right side of `&&` that is computed whether needed or not.
const MAX_SPECULATION: usize = 12;

impl<'a> Lower<'a> {
    /// `a && b`, `a || b`.
    pub(crate) fn logical(&mut self, op: InfixOp, a: &'a Expr, b: &'a Expr, span: Span) -> Result<Value> {
        let Ok(left) = self.value(a) else {
            let _ = self.eval(b);
            return Err(Poison);
        };
        if matches!(left.ty, Type::Vector { .. }) {
            let right = self.value(b)?;
            return self.infix(op, left, right, span);
        }
        let is_and = op == InfixOp::LogicalAnd;
        let left = self.condition(left, a.span)?;
        if let Part::Const(known) = left
            && (known != 0) != is_and
        {
            // The right side is only checked.
            self.unevaluated_truth(b)?;
            return Ok(Value::bool(!is_and));
        }
        self.open_list();
        let right = self.value(b).and_then(|v| self.condition(v, b.span));
        let list = self.close_list();
        let right = right?;
        if let Part::Const(_) = left {
            self.splice(list);
            return Ok(Value::new(Type::BOOL, right));
        }
        if self.is_cheap(&list) {
            self.splice(list);
            let op = if is_and { BinaryOp::And } else { BinaryOp::Or };
            return Ok(Value::new(Type::BOOL, self.binary(op, Scalar::Bool, left, right, span)));
        }
        let Part::Ir(condition) = left else { return Err(Poison) };
        let var = self.builder.declare(if is_and { "and" } else { "or" }, Scalar::Bool);
        self.builder.push(Stmt::Set(var, condition));
        self.open_list();
        self.splice(list);
        let right = self.ir_value(right, Scalar::Bool, span);
        self.builder.push(Stmt::Set(var, right));
        let list = self.close_list();
        let (then, otherwise) = if is_and { (list, Vec::new()) } else { (Vec::new(), list) };
        self.builder.push(Stmt::If { cond: condition, then, otherwise, span });
        Ok(Value::new(Type::BOOL, self.emit(Op::Get(var), Scalar::Bool, span)))
    }

    pub(crate) fn unevaluated_truth(&mut self, e: &'a Expr) -> Result<()> {
        self.open_list();
        let result = self.value(e).and_then(|v| self.condition(v, e.span));
        self.close_list();
        result.map(|_| ())
    }

    /// Few instructions, none of which loads, writes, waits or takes long.
    pub(crate) fn is_cheap(&self, list: &[Stmt]) -> bool {
        list.len() <= MAX_SPECULATION
            && list.iter().all(|stmt| match stmt {
                Stmt::Inst(id) => match self.builder.kernel().inst(*id).op {
                    Op::Load(_)
                    | Op::Store(..)
                    | Op::Atomic { .. }
                    | Op::Lane { .. }
                    | Op::MatrixMultiply { .. }
                    | Op::Barrier(..) => false,
                    Op::Math(op, ..) => matches!(
                        op,
                        ir::MathOp::Floor
                            | ir::MathOp::Ceil
                            | ir::MathOp::Trunc
                            | ir::MathOp::Rint
                            | ir::MathOp::Round
                            | ir::MathOp::IsNan
                            | ir::MathOp::IsInf
                            | ir::MathOp::IsFinite
                            | ir::MathOp::Copysign
                    ),
                    _ => true,
                },
                _ => false,
            })
    }

    /// `c ? a : b`.
    pub(crate) fn ternary(&mut self, c: &'a Expr, a: &'a Expr, b: &'a Expr, span: Span) -> Result<Place> {
        let Ok(value) = self.value(c) else {
            // The arms may have mistakes of their own.
            let _ = (self.eval(a), self.eval(b));
            return Err(Poison);
        };
        if matches!(value.ty, Type::Vector { .. }) {
            return Err(self.error(
                Diagnostic::error(
                    "vector-condition",
                    c.span,
                    format!("`?:` cannot choose by a `{}`", value.ty),
                )
                .help("use `select(b, a, condition)`, which chooses each component"),
            ));
        }
        let condition = self.condition(value, c.span)?;
        // An arm that is a list takes the other's type; it is rare enough to evaluate the other one for it.
        self.open_list();
        let left = self.arm(a);
        let left_list = self.close_list();
        self.open_list();
        let right = self.arm(b);
        let right_list = self.close_list();
        let (left, right) = (left?, right?);
        if let Part::Const(known) = condition {
            let (taken, list, other, at) =
                if known != 0 { (left, left_list, right, a.span) } else { (right, right_list, left, b.span) };
            self.splice(list);
            if taken.ty == other.ty || matches!(taken.ty, Type::Closure(_)) {
                return Ok(taken);
            }
            let ty = self.arms_type(&taken.ty, &other.ty, span)?;
            return self.convert_place(&taken, &ty, at).map(Place::value);
        }
        let Part::Ir(cond) = condition else { return Err(Poison) };
        let ty = self.arms_type(&left.ty, &right.ty, span)?;
        if ty == Type::Void {
            self.builder.push(Stmt::If { cond, then: left_list, otherwise: right_list, span });
            return Ok(Place::value(Value::void()));
        }
        // Each arm is finished in its own list.
        self.open_list();
        self.splice(left_list);
        let left = self.convert_place(&left, &ty, a.span);
        let left_list = self.close_list();
        self.open_list();
        self.splice(right_list);
        let right = self.convert_place(&right, &ty, b.span);
        let right_list = self.close_list();
        let (left, right) = (left?, right?);
        let ty = left.ty.clone();
        if ty.part_count() <= 4 && self.is_cheap(&left_list) && self.is_cheap(&right_list) {
            self.splice(left_list);
            self.splice(right_list);
            let mut parts = Vec::with_capacity(left.parts.len());
            for (i, leaf) in ty.leaves().iter().enumerate() {
                let (x, y) = (left.parts[i], right.parts[i]);
                parts.push(self.select_leaf(leaf.ty, condition, x, y, span));
            }
            return Ok(Place::value(Value::new(ty, parts)));
        }
        let result = self.variable_object("chosen", &ty)?;
        self.open_list();
        self.splice(left_list);
        self.write(&result, &left, span)?;
        let then = self.close_list();
        self.open_list();
        self.splice(right_list);
        self.write(&result, &right, span)?;
        let otherwise = self.close_list();
        self.builder.push(Stmt::If { cond, then, otherwise, span });
        self.load(&result, span).map(Place::value)
    }

    pub(crate) fn arm(&mut self, e: &'a Expr) -> Result<Place> {
        let place = self.eval(e)?;
        if matches!(place.ty, Type::Array(..)) && !matches!(place.kind, PlaceKind::Value(_)) {
            return self.decay(&place, e.span).map(Place::value);
        }
        if place.ty == Type::Void {
            return Ok(place);
        }
        self.take(place, e.span).map(Place::value)
    }

    pub(crate) fn arms_type(&mut self, a: &Type, b: &Type, span: Span) -> Result<Type> {
        if a.is_error() || b.is_error() {
            return Err(Poison);
        }
        // Arms of one narrow type keep it, unlike operands of arithmetic.
        if a == b {
            return Ok(a.clone());
        }
        if let Some(common) = self.common_type(a, b) {
            return Ok(common);
        }
        if self.standard_rank(a, b).is_some() || self.has_conversion(a, b) {
            return Ok(b.clone());
        }
        if self.standard_rank(b, a).is_some() || self.has_conversion(b, a) {
            return Ok(a.clone());
        }
        Err(self.error(
            Diagnostic::error("type-mismatch", span, format!("the arms of `?:` have types `{a}` and `{b}`"))
                .help("convert one of them to the other's type"),
        ))
    }

    /// True when a user-defined conversion exists.
    pub(crate) fn has_conversion(&mut self, from: &Type, to: &Type) -> bool {
        if !matches!(from, Type::Struct(_)) && !matches!(to, Type::Struct(_)) {
            return false;
        }
        let value = Value::new(from.clone(), vec![Part::Const(0); from.part_count()]);
        let span = self.signature_span;
        self.open_list();
        let result = self.quietly(|cx| cx.convert_by_user(value, to, span));
        self.close_list();
        matches!(result, Some(Ok(_)))
    }
}
