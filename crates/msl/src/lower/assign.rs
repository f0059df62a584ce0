//! Assignments, `++` and `--`.

use super::Lower;
use super::types::Type;
use super::value::{Place, Poison, Result, Value};
use crate::syntax::ast::{Expr, ExprKind, InfixOp};
use emberforge_base::{Diagnostic, Span};

impl<'a> Lower<'a> {
    /// `++x`, `x--` and the like.
    pub(crate) fn step(
        &mut self,
        operand: &'a Expr,
        increment: bool,
        postfix: bool,
        span: Span,
    ) -> Result<Place> {
        let place = self.eval(operand)?;
        if let Type::Struct(_) = place.ty {
            return self.prefix_operator(if increment { "++" } else { "--" }, place, span);
        }
        self.check_writable(&place, operand.span)?;
        let old = self.load(&place, span)?;
        let op = if increment { InfixOp::Add } else { InfixOp::Sub };
        if !matches!(old.ty, Type::Scalar(_) | Type::Pointer(_) | Type::Vector { .. }) {
            return Err(self.error(Diagnostic::error(
                "operand-type",
                span,
                format!("`{}` cannot be applied to `{}`", if increment { "++" } else { "--" }, old.ty),
            )));
        }
        let new = self.infix(op, old.clone(), Value::int(1), span)?;
        let new = self.convert(new, &old.ty, span)?;
        self.write(&place, &new, span)?;
        Ok(if postfix { Place::value(old) } else { place })
    }

    pub(crate) fn assign(
        &mut self,
        op: Option<InfixOp>,
        target: &'a Expr,
        value: &'a Expr,
        span: Span,
    ) -> Result<Place> {
        let Some(op) = op else {
            // The right side first, as C++17 has it; the left one is usually only an address.
            if let ExprKind::InitList(list) = &value.kind {
                let place = self.eval(target)?;
                self.check_writable(&place, target.span)?;
                let value = self.list_value(&place.ty, list, value.span)?;
                self.write(&place, &value, span)?;
                return Ok(place);
            }
            let Some(right) = self.eval(value).ok().filter(|right| !right.ty.is_error()) else {
                // The target may have a mistake of its own.
                let _ = self.assignment_target(target);
                return Err(Poison);
            };
            if let Type::Struct(_) = right.ty {
            } else {
                let right = self.rvalue(right, value.span)?;
                let place = self.assignment_target(target)?;
                if matches!(place.ty, Type::Struct(_)) {
                    return self.assign_struct(place, Place::value(right), target.span, value.span, span);
                }
                self.check_writable(&place, target.span)?;
                let right = self.convert(right, &place.ty, value.span)?;
                self.write(&place, &right, span)?;
                return Ok(place);
            }
            let place = self.assignment_target(target)?;
            return self.assign_struct(place, right, target.span, value.span, span);
        };
        let Some(right) = self.eval(value).ok().filter(|right| !right.ty.is_error()) else {
            let _ = self.assignment_target(target);
            return Err(Poison);
        };
        let right_is_struct = matches!(right.ty, Type::Struct(_));
        let right = if right_is_struct { right } else { Place::value(self.rvalue(right, value.span)?) };
        let place = self.assignment_target(target)?;
        if matches!(place.ty, Type::Struct(_)) || right_is_struct {
            let symbol = format!("{}=", op.symbol());
            if let Some(result) = self.try_operator(
                &symbol,
                place.clone(),
                target.span,
                Some((right.clone(), value.span)),
                span,
            ) {
                return result;
            }
            // `a += b` as `a = a + b` when only `operator+` is known for mixed operands such as complex numbers.
            let sum =
                self.infix_operator(op.symbol(), place.clone(), target.span, right, value.span, span)?;
            let sum = self.convert_place(&sum, &place.ty, span)?;
            self.store(&place, &sum, span)?;
            return Ok(place);
        }
        self.check_writable(&place, target.span)?;
        let right = self.take(right, value.span)?;
        let old = self.load(&place, target.span)?;
        let new = self.infix(op, old, right, span)?;
        let new = match (&new.ty, &place.ty) {
            (Type::Scalar(_), Type::Scalar(_)) => self.convert_numbers(&new, &place.ty, span),
            _ => self.convert(new, &place.ty, span)?,
        };
        self.write(&place, &new, span)?;
        Ok(place)
    }

    pub(crate) fn assignment_target(&mut self, target: &'a Expr) -> Result<Place> {
        let place = self.eval(target)?;
        match &place.ty {
            Type::Atomic(_) => Err(self.error(
                Diagnostic::error(
                    "atomic-access",
                    target.span,
                    "an atomic object cannot be assigned like a variable",
                )
                .help("use `atomic_store_explicit(&object, value, memory_order_relaxed)`"),
            )),
            Type::Array(..) => Err(self.error(
                Diagnostic::error("array-assignment", target.span, "arrays cannot be assigned as a whole")
                    .help("copy the elements in a loop"),
            )),
            Type::Error => Err(Poison),
            _ => Ok(place),
        }
    }

    pub(crate) fn assign_struct(
        &mut self,
        place: Place,
        right: Place,
        at: Span,
        value_at: Span,
        span: Span,
    ) -> Result<Place> {
        if matches!(place.ty, Type::Struct(_))
            && (place.ty != right.ty)
            && let Some(result) =
                self.try_operator("=", place.clone(), at, Some((right.clone(), value_at)), span)
        {
            return result;
        }
        self.check_writable(&place, at)?;
        let value = self.convert_place(&right, &place.ty, value_at)?;
        self.write(&place, &value, span)?;
        Ok(place)
    }
}
