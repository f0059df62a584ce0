//! Expressions.

use super::Lower;
use super::operators::promoted;
use super::types::Type;
use super::value::{Part, Place, PlaceKind, Poison, Result, Value};
use crate::syntax::ast::{self, CastStyle, Expr, ExprKind, FloatSuffix, InfixOp, PrefixOp};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{Scalar, UnaryOp};

/// Most expressions of one kernel, those of expanded calls and constant loops each time they are evaluated.
const MAX_STEPS: u32 = 1 << 22;
/// Deepest nesting of expressions, statements and calls together.
const MAX_NESTING: u32 = 3000;

impl<'a> Lower<'a> {
    /// The value of an expression; arrays become pointers.
    pub(crate) fn value(&mut self, e: &'a Expr) -> Result<Value> {
        let place = self.eval(e)?;
        if matches!(place.ty, Type::Array(..))
            && !matches!(place.kind, PlaceKind::Value(_) | PlaceKind::Cell { .. })
        {
            return self.decay(&place, e.span);
        }
        self.take(place, e.span)
    }

    /// [`Lower::load`] of a place that is not needed afterwards.
    pub(crate) fn take(&mut self, place: Place, span: Span) -> Result<Value> {
        match place.kind {
            PlaceKind::Value(parts) if !place.ty.is_error() => Ok(Value { ty: place.ty, parts }),
            _ => self.load(&place, span),
        }
    }

    /// The value of an expression, converted to `ty`; initialiser lists take their type from it.
    pub(crate) fn value_as(&mut self, e: &'a Expr, ty: &Type) -> Result<Value> {
        match &e.kind {
            ExprKind::InitList(list) => self.list_value(ty, list, e.span),
            _ => {
                let place = self.eval(e)?;
                if place.ty == *ty {
                    return self.take(place, e.span);
                }
                self.convert_place(&place, ty, e.span)
            }
        }
    }

    /// An expression as a place: an lvalue, or a temporary with its value.
    pub(crate) fn eval(&mut self, e: &'a Expr) -> Result<Place> {
        self.nesting += 1;
        self.steps += 1;
        let result = if self.steps > MAX_STEPS {
            self.steps = MAX_STEPS;
            Err(self.too_large(e.span))
        } else if self.nesting > MAX_NESTING {
            Err(self.error(Diagnostic::error("too-deep", e.span, "expressions and calls nest too deeply")))
        } else {
            self.eval_kind(e)
        };
        self.nesting -= 1;
        result
    }

    fn eval_kind(&mut self, e: &'a Expr) -> Result<Place> {
        let span = e.span;
        let value = match &e.kind {
            ExprKind::Int { value, suffix, decimal } => {
                let (value, unsigned, long) = (*value, suffix.unsigned, suffix.long);
                let fits = |max: u64| value <= max;
                let scalar = match (unsigned, long) {
                    (false, false) if fits(i32::MAX as u64) => Scalar::I32,
                    (_, false) if fits(u32::MAX as u64) && (unsigned || !decimal) => Scalar::U32,
                    (false, _) if fits(i64::MAX as u64) => Scalar::I64,
                    _ => Scalar::U64,
                };
                Value::constant(scalar, value)
            }
            ExprKind::Float { value, suffix } => {
                let scalar = match suffix {
                    FloatSuffix::None | FloatSuffix::F => Scalar::F32,
                    FloatSuffix::H => Scalar::F16,
                    FloatSuffix::BF => Scalar::BF16,
                };
                Value::constant(scalar, ir::scalar::from_f64(scalar, *value))
            }
            ExprKind::Bool(b) => Value::bool(*b),
            ExprKind::Char(c) => Value::constant(Scalar::I8, *c as i8 as i64 as u64),
            ExprKind::Str(_) => {
                return Err(self.error(Diagnostic::error("string", span, "kernels have no strings")));
            }
            ExprKind::Nullptr => Value::new(Type::Null, Part::Const(0)),
            ExprKind::This => return self.this_pointer(span),
            ExprKind::Name(path) => return self.name(path),
            ExprKind::Prefix(op, operand) => return self.prefix(*op, operand, span),
            ExprKind::Postfix(operand, increment) => return self.step(operand, *increment, true, span),
            ExprKind::Infix(op, a, b) => return self.infix_expression(*op, a, b, span),
            ExprKind::Assign(op, target, value) => return self.assign(*op, target, value, span),
            ExprKind::Ternary(c, a, b) => return self.ternary(c, a, b, span),
            ExprKind::Comma(a, b) => {
                self.eval(a)?;
                return self.eval(b);
            }
            ExprKind::Call(callee, args) => return self.call(callee, args, span),
            ExprKind::Index(base, index) => return self.index(base, index, span),
            ExprKind::Member { base, member, arrow } => {
                return self.member_expression(base, member, *arrow, span);
            }
            ExprKind::Cast(style, ty, operand) => return self.cast_expression(*style, ty, operand, span),
            ExprKind::Construct { ty, args, brace } => {
                let declared = self.resolve_type(ty)?;
                self.construct(&declared.ty, args, *brace, span)?
            }
            ExprKind::InitList(_) | ExprKind::Designated(..) => {
                return Err(self.error(
                    Diagnostic::error("init-list", span, "a list in braces has no type here")
                        .help("write the type before it: `float4{...}`"),
                ));
            }
            ExprKind::SizeofType { ty, align } => {
                let ty = self.resolve_type(ty)?.ty;
                Value::constant(Scalar::U64, if *align { ty.align() } else { ty.size() } as u64)
            }
            ExprKind::SizeofExpr(e) => {
                // `sizeof(x)` of a name that the parser could not tell from a type.
                if let ExprKind::Name(path) = &e.kind
                    && let Some(ty) = self.quietly(|cx| cx.try_path_type(path)).ok().flatten()
                {
                    Value::constant(Scalar::U64, ty.size() as u64)
                } else {
                    let place = self.unevaluated(e)?;
                    Value::constant(Scalar::U64, place.ty.size() as u64)
                }
            }
            ExprKind::Lambda(lambda) => self.closure(lambda),
            ExprKind::Error => return Err(Poison),
        };
        Ok(Place::value(value))
    }

    fn prefix(&mut self, op: PrefixOp, operand: &'a Expr, span: Span) -> Result<Place> {
        match op {
            PrefixOp::Increment | PrefixOp::Decrement => {
                return self.step(operand, op == PrefixOp::Increment, false, span);
            }
            PrefixOp::AddressOf => {
                let place = self.eval(operand)?;
                if place.ty.is_error() {
                    return Err(Poison);
                }
                return self.address_of(&place, span).map(Place::value);
            }
            PrefixOp::Deref => {
                // `*this` needs no pointer.
                if matches!(operand.kind, ExprKind::This) {
                    return self.this_place(span);
                }
                let place = self.eval(operand)?;
                if let Type::Struct(_) = place.ty {
                    return self.prefix_operator("*", place, span);
                }
                let place = self.rvalue(place, operand.span)?;
                if place.ty.as_pointer().is_none() {
                    return Err(self.error(
                        Diagnostic::error(
                            "not-a-pointer",
                            span,
                            format!("`*` needs a pointer, not `{}`", place.ty),
                        )
                        .help("arrays with 0 dimensions are passed as plain values"),
                    ));
                }
                return self.deref(&place, span);
            }
            _ => {}
        }
        let place = self.eval(operand)?;
        if let Type::Struct(_) = place.ty {
            let symbol = match op {
                PrefixOp::Plus => "+",
                PrefixOp::Minus => "-",
                PrefixOp::Not => "!",
                _ => "~",
            };
            return self.prefix_operator(symbol, place, span);
        }
        let value = self.rvalue(place, operand.span)?;
        self.prefix_value(op, value, span).map(Place::value)
    }

    /// A place's value, arrays as pointers.
    pub(crate) fn rvalue(&mut self, place: Place, span: Span) -> Result<Value> {
        if matches!(place.ty, Type::Array(..)) && !matches!(place.kind, PlaceKind::Value(_)) {
            return self.decay(&place, span);
        }
        self.take(place, span)
    }

    fn prefix_value(&mut self, op: PrefixOp, value: Value, span: Span) -> Result<Value> {
        if op == PrefixOp::Not {
            if let Type::Vector { of, n, .. } = value.ty {
                let parts: Vec<Part> = value
                    .parts
                    .iter()
                    .map(|&p| {
                        let truth = self.convert_scalar(of, Scalar::Bool, p, span);
                        self.unary(UnaryOp::Not, Scalar::Bool, truth, span)
                    })
                    .collect();
                return Ok(Value::new(Type::vector(Scalar::Bool, n), parts));
            }
            let truth = self.condition(value, span)?;
            return Ok(Value::new(Type::BOOL, self.unary(UnaryOp::Not, Scalar::Bool, truth, span)));
        }
        let Some(element) = value.ty.element().filter(|_| !matches!(value.ty, Type::SimdMatrix(_))) else {
            if value.ty.is_error() {
                return Err(Poison);
            }
            return Err(self.error(Diagnostic::error(
                "operand-type",
                span,
                format!("this operator cannot be applied to `{}`", value.ty),
            )));
        };
        let work = if value.parts.len() == 1 { promoted(element) } else { element };
        let unary = match op {
            PrefixOp::Plus => None,
            PrefixOp::Minus => Some(UnaryOp::Neg),
            _ if work.is_float() => {
                return Err(self.error(Diagnostic::error(
                    "operand-type",
                    span,
                    format!("`~` needs an integer, not `{}`", value.ty),
                )));
            }
            _ => Some(UnaryOp::Not),
        };
        let parts: Vec<Part> = value
            .parts
            .iter()
            .map(|&p| {
                let p = self.convert_scalar(element, work, p, span);
                unary.map_or(p, |op| self.unary(op, work, p, span))
            })
            .collect();
        Ok(Value::new(value.ty.with_element(work), parts))
    }

    fn infix_expression(&mut self, op: InfixOp, a: &'a Expr, b: &'a Expr, span: Span) -> Result<Place> {
        if matches!(op, InfixOp::LogicalAnd | InfixOp::LogicalOr) {
            return self.logical(op, a, b, span).map(Place::value);
        }
        let Some(left) = self.eval(a).ok().filter(|left| !left.ty.is_error()) else {
            // The right operand may have a mistake of its own.
            let _ = self.eval(b);
            return Err(Poison);
        };
        // The left operand is read before the right one is evaluated, unless it is an object.
        if matches!(left.ty, Type::Struct(_)) {
            let right = self.eval(b)?;
            return self.infix_operator(op.symbol(), left, a.span, right, b.span, span);
        }
        let left = self.rvalue(left, a.span)?;
        let right = self.eval(b)?;
        if matches!(right.ty, Type::Struct(_)) {
            return self.infix_operator(op.symbol(), Place::value(left), a.span, right, b.span, span);
        }
        let right = self.rvalue(right, b.span)?;
        self.infix(op, left, right, span).map(Place::value)
    }

    fn cast_expression(
        &mut self,
        style: CastStyle,
        ty: &'a ast::TypeExpr,
        operand: &'a Expr,
        span: Span,
    ) -> Result<Place> {
        let declared = self.resolve_type(ty)?;
        if let ExprKind::InitList(list) = &operand.kind {
            return self.list_value(&declared.ty, list, span).map(Place::value);
        }
        if declared.reference.is_some() {
            // `(thread T&)x`: the same object, under another type if asked to reinterpret.
            let place = self.eval(operand)?;
            if place.ty == declared.ty {
                return Ok(place);
            }
            let mut place = self.in_memory(&place, span)?;
            place.ty = declared.ty;
            return Ok(place);
        }
        let place = self.eval(operand)?;
        if place.ty == Type::Void && declared.ty == Type::Void {
            return Ok(place);
        }
        if declared.ty == Type::Void {
            return Ok(Place::value(Value::void()));
        }
        if style == CastStyle::Reinterpret
            && declared.ty.as_pointer().is_none()
            && place.ty.as_pointer().is_none()
        {
            return Err(self.error(
                Diagnostic::error("cast", span, "`reinterpret_cast` converts between pointers")
                    .help(format!("to reinterpret bits use `as_type<{}>(x)`", declared.ty)),
            ));
        }
        let value = self.rvalue(place, operand.span)?;
        self.cast(value, &declared.ty, span).map(Place::value)
    }
}
