//! Expressions.

use super::Lower;
use super::builtins;
use super::operators::promoted;
use super::resolve::Named;
use super::scope::Entity;
use super::types::Type;
use super::value::{Constness, Part, Place, PlaceKind, Poison, Result, TemplateArgValue, Value};
use crate::syntax::ast::{self, CastStyle, Expr, ExprKind, FloatSuffix, InfixOp, PrefixOp};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{BinaryOp, Op, Scalar, Stmt, UnaryOp};

/// Deepest nesting of expressions, statements and calls together.
const MAX_NESTING: u32 = 3000;
/// Most instructions of an arm of `?:` or of a right side of `&&` that is computed whether needed or not.
const MAX_SPECULATION: usize = 12;

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
        let result = if self.nesting > MAX_NESTING {
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

    /// What a name stands for.
    fn name(&mut self, path: &'a ast::Path) -> Result<Place> {
        match self.path(path)? {
            Named::Entity(entity, declared) => match entity {
                Entity::Place(place) => {
                    if place.ty.is_error() {
                        return Err(Poison);
                    }
                    if self.constant_mode && place.constness == Constness::Mutable {
                        return Ok(self.as_variable(&place, path.span));
                    }
                    Ok((*place).clone())
                }
                Entity::Global(id) => self.global(id, path.span),
                Entity::Field => self.own_field(&path.last().ident),
                Entity::Functions(_) => Err(self.error(
                    Diagnostic::error(
                        "function-as-value",
                        path.span,
                        format!("`{}` is a function; it can only be called", path.last().ident.name),
                    )
                    .also(declared, "declared here"),
                )),
                _ => Err(self.error(
                    Diagnostic::error(
                        "type-as-value",
                        path.span,
                        format!("`{}` is not a value", path.last().ident.name),
                    )
                    .also(declared, "declared here"),
                )),
            },
            Named::Value(value) => Ok(Place::value(value)),
            Named::Library(_, name) => self.library_name(&name, path),
            Named::LibraryMember(name, args, member) => {
                match builtins::meta(self, &name, &args, Some(&member), path.span) {
                    Some(Ok(TemplateArgValue::Value(value))) => Ok(Place::value(value)),
                    Some(Err(Poison)) => Err(Poison),
                    _ => Err(self.undeclared(path)),
                }
            }
        }
    }

    /// A variable seen by a constant expression: not a constant, even where its value happens to be known.
    fn as_variable(&mut self, place: &Place, span: Span) -> Place {
        let PlaceKind::Value(parts) = &place.kind else { return place.clone() };
        let parts: Vec<Part> = parts
            .iter()
            .enumerate()
            .map(|(i, &part)| match place.ty.part_type(i) {
                ir::Type::Scalar(scalar) => Part::Ir(self.ir_value(part, scalar, span)),
                ir::Type::Pointer(_) => part,
            })
            .collect();
        Place { kind: PlaceKind::Value(parts.into()), ..place.clone() }
    }

    fn library_name(&mut self, name: &str, path: &'a ast::Path) -> Result<Place> {
        if let Some(value) = builtins::constant(name) {
            return Ok(Place::value(value));
        }
        if let Some(args) = &path.last().args {
            let args = self.template_args(args)?;
            if let Some(found) = builtins::meta(self, name, &args, None, path.span) {
                return match found? {
                    TemplateArgValue::Value(value) => Ok(Place::value(value)),
                    TemplateArgValue::Type(_) => Err(Poison),
                };
            }
        }
        if builtins::is_function(name) {
            return Err(self.error(Diagnostic::error(
                "function-as-value",
                path.span,
                format!("`{name}` is a function; it can only be called"),
            )));
        }
        Err(self.undeclared(path))
    }

    /// Reports a name that means nothing here.
    pub(crate) fn undeclared(&mut self, path: &'a ast::Path) -> Poison {
        let name = &path.last().ident.name;
        let mut d = Diagnostic::error("undeclared-name", path.span, format!("`{name}` is not declared"))
            .label("not found");
        for suffix in ["_shape", "_strides", "_ndim"] {
            if let Some(input) = name.strip_suffix(suffix)
                && let Some(found) = self.signature.inputs.iter().find(|i| i.name == input)
            {
                d = if found.ndim == 0 {
                    d.note(format!("`{input}` is a 0-d array: it has no `{suffix}`"))
                        .help(format!("use its value, `{input}`, directly"))
                } else {
                    d.note("only the body's own text makes MLX generate this parameter")
                        .help("pass it from the body to the function that needs it")
                };
                return self.error(d);
            }
            if let Some(output) = name.strip_suffix(suffix)
                && self.signature.outputs.iter().any(|o| o.name == output)
            {
                d = d
                    .note(format!("`{output}` is an output; only inputs have `{suffix}`"))
                    .help("pass the size as an input or a template argument");
                return self.error(d);
            }
        }
        if crate::facts::ATTRIBUTES.iter().any(|(n, _)| *n == &**name) {
            d = d
                .note(
                    "thread attributes are parameters of the kernel: functions of the header do not see them",
                )
                .help("pass it from the body to the function");
            return self.error(d);
        }
        if self.signature.inputs.iter().any(|i| i.name == **name)
            || self.signature.outputs.iter().any(|o| o.name == **name)
        {
            d = d
                .note("arrays are parameters of the kernel: functions of the header do not see them")
                .help("pass it from the body to the function");
            return self.error(d);
        }
        if let Some((attribute, _)) = crate::facts::ATTRIBUTES
            .iter()
            .find(|(n, _)| n.replace('_', "") == name.replace('_', "").to_lowercase())
        {
            return self.error(d.help(format!("did you mean `{attribute}`?")));
        }
        if let Some(similar) = self.similar_name(name) {
            d = d.help(format!("did you mean `{similar}`?"));
        }
        self.error(d)
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

    /// `++x`, `x--` and the like.
    fn step(&mut self, operand: &'a Expr, increment: bool, postfix: bool, span: Span) -> Result<Place> {
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

    fn infix_expression(&mut self, op: InfixOp, a: &'a Expr, b: &'a Expr, span: Span) -> Result<Place> {
        if matches!(op, InfixOp::LogicalAnd | InfixOp::LogicalOr) {
            return self.logical(op, a, b, span).map(Place::value);
        }
        let left = self.eval(a)?;
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

    /// `a && b`, `a || b`.
    fn logical(&mut self, op: InfixOp, a: &'a Expr, b: &'a Expr, span: Span) -> Result<Value> {
        let left = self.value(a)?;
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

    fn unevaluated_truth(&mut self, e: &'a Expr) -> Result<()> {
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
    fn ternary(&mut self, c: &'a Expr, a: &'a Expr, b: &'a Expr, span: Span) -> Result<Place> {
        let value = self.value(c)?;
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

    fn arm(&mut self, e: &'a Expr) -> Result<Place> {
        let place = self.eval(e)?;
        if matches!(place.ty, Type::Array(..)) && !matches!(place.kind, PlaceKind::Value(_)) {
            return self.decay(&place, e.span).map(Place::value);
        }
        if place.ty == Type::Void {
            return Ok(place);
        }
        self.take(place, e.span).map(Place::value)
    }

    fn arms_type(&mut self, a: &Type, b: &Type, span: Span) -> Result<Type> {
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

    fn assign(
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
            let right = self.eval(value)?;
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
        let right = self.eval(value)?;
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

    fn assignment_target(&mut self, target: &'a Expr) -> Result<Place> {
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

    fn assign_struct(
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

    /// True when a user-defined conversion exists.
    fn has_conversion(&mut self, from: &Type, to: &Type) -> bool {
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

    /// The place of the current object.
    pub(crate) fn this_place(&mut self, span: Span) -> Result<Place> {
        match &self.frame.this {
            Some(this) => Ok((**this).clone()),
            None => Err(self.error(Diagnostic::error("this", span, "there is no `this` outside methods"))),
        }
    }

    fn this_pointer(&mut self, span: Span) -> Result<Place> {
        let place = self.this_place(span)?;
        self.address_of(&place, span).map(Place::value)
    }

    fn own_field(&mut self, ident: &'a ast::Ident) -> Result<Place> {
        let Some(this) = self.frame.this.clone() else {
            return Err(self.error(Diagnostic::error(
                "this",
                ident.span,
                format!("`{}` is a member; it needs an object", ident.name),
            )));
        };
        self.field(&this, &ident.name, ident.span)
    }

    /// A data member of a struct place.
    pub(crate) fn field(&mut self, base: &Place, name: &str, span: Span) -> Result<Place> {
        let Type::Struct(ty) = &base.ty else { return Err(Poison) };
        let Some((_, field)) = ty.field(name) else {
            return Err(self.error(
                Diagnostic::error("unknown-member", span, format!("`{}` has no member `{name}`", ty.name))
                    .also(ty.span, "declared here"),
            ));
        };
        let mut place = self.part_of(base, field.ty.clone(), field.offset, field.first_part);
        if field.is_const && place.constness == Constness::Mutable {
            place.constness = Constness::Const(Some(ty.span));
        }
        Ok(place)
    }
}
