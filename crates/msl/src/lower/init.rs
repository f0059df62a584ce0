//! Initialisers and constructions: `= e`, `(a, b)`, `{a, b}`, `T(a, b)`.

use super::Lower;
use super::function::CallArg;
use super::types::Type;
use super::value::{Part, Place, PlaceKind, Poison, Result, Value};
use crate::syntax::ast::{Expr, ExprKind, Init};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{CompareOp, Scalar, Stmt};

/// What an initialiser list yields one after another.
enum Item<'a> {
    Expr(&'a Expr),
    Value(Place, Span),
}

/// Longest run of zeros that is stored one by one.
const MAX_UNROLLED_ZEROS: usize = 16;

impl<'a> Lower<'a> {
    /// The value an initialiser gives to an object of type `ty`.
    pub(crate) fn initial_value(&mut self, ty: &Type, init: &'a Init, span: Span) -> Result<Value> {
        match init {
            Init::Assign(e) => self.value_as(e, ty),
            Init::Paren(args) => self.construct(ty, args, false, span),
            Init::Brace(args, at) => self.list_value(ty, args, *at),
        }
    }

    /// `T{a, b}` and `= {a, b}`.
    pub(crate) fn list_value(&mut self, ty: &Type, list: &'a [Expr], span: Span) -> Result<Value> {
        match ty {
            Type::Error => return Err(Poison),
            Type::Struct(s) => {
                let instance = &self.instances[s.id as usize];
                if instance.has_constructor {
                    let args = self.arguments(list)?;
                    return self.construct_struct(s, args, span);
                }
                if let [only] = list
                    && !matches!(only.kind, ExprKind::InitList(_) | ExprKind::Designated(..))
                {
                    // Copying: `S{other}`.
                    let place = self.eval(only)?;
                    if place.ty == *ty {
                        return self.take(place, span);
                    }
                    let mut items = vec![Item::Value(place, only.span)];
                    return self.aggregate(ty, &mut items, span);
                }
            }
            Type::Array(..) | Type::Vector { .. } | Type::Matrix { .. } => {
                if let [only] = list
                    && !matches!(only.kind, ExprKind::InitList(_) | ExprKind::Designated(..))
                {
                    let place = self.eval(only)?;
                    if place.ty == *ty {
                        return self.take(place, span);
                    }
                    if matches!(ty, Type::Vector { .. }) && matches!(place.ty, Type::Vector { .. }) {
                        return self.convert_place(&place, ty, only.span);
                    }
                    let mut items = vec![Item::Value(place, only.span)];
                    return self.aggregate(ty, &mut items, span);
                }
            }
            _ => {
                // A scalar in braces.
                return match list {
                    [] => Ok(Value::new(ty.clone(), vec![Part::Const(0); ty.part_count()])),
                    [only] => self.value_as(only, ty),
                    _ => Err(self.error(Diagnostic::error(
                        "init-list",
                        span,
                        format!("a `{ty}` takes one value, {} given", list.len()),
                    ))),
                };
            }
        }
        let mut items: Vec<Item<'a>> = list.iter().rev().map(Item::Expr).collect();
        self.aggregate(ty, &mut items, span)
    }

    /// An array, struct or vector from a list in which inner braces may be left out; `items` is the list reversed.
    /// All of it must be used.
    fn aggregate(&mut self, ty: &Type, items: &mut Vec<Item<'a>>, span: Span) -> Result<Value> {
        let total = items.len();
        let value = self.aggregate_part(ty, items, span)?;
        if !items.is_empty() {
            return Err(self.error(Diagnostic::error(
                "init-list",
                span,
                format!("too many initialisers: {} do not fit into `{ty}`", total),
            )));
        }
        Ok(value)
    }

    fn aggregate_part(&mut self, ty: &Type, items: &mut Vec<Item<'a>>, span: Span) -> Result<Value> {
        let mut parts: Vec<Part> = Vec::with_capacity(ty.part_count().min(1 << 16));
        match ty {
            Type::Array(of, n) => {
                if *n > 1 << 16 {
                    return Err(self.too_large(span));
                }
                for _ in 0..*n {
                    if items.is_empty() && !self.needs_construction(of) {
                        parts.extend(std::iter::repeat_n(Part::Const(0), of.part_count()));
                    } else {
                        parts.extend(self.aggregate_element(of, items, span)?.parts.iter().copied());
                    }
                }
            }
            Type::Struct(s) => {
                let instance = &self.instances[s.id as usize];
                let (inits, scope) = (instance.inits.clone(), instance.scope);
                let is_designated =
                    matches!(items.last(), Some(Item::Expr(Expr { kind: ExprKind::Designated(..), .. })));
                for (i, field) in s.fields.iter().enumerate() {
                    let value = if is_designated {
                        let at = items.iter().position(|item| {
                            matches!(item, Item::Expr(Expr { kind: ExprKind::Designated(name, _), .. }) if name.name == field.name)
                        });
                        match at.map(|at| items.remove(at)) {
                            Some(Item::Expr(Expr { kind: ExprKind::Designated(_, e), .. })) => {
                                Some(self.value_as(e, &field.ty)?)
                            }
                            _ => None,
                        }
                    } else if items.is_empty() {
                        None
                    } else {
                        Some(self.aggregate_element(&field.ty, items, span)?)
                    };
                    let value = match (value, inits.iter().find(|(n, _)| *n == i)) {
                        (Some(value), _) => value,
                        (None, Some((_, init))) => {
                            self.in_scope(scope, |cx| cx.initial_value(&field.ty, init, span))?
                        }
                        (None, None) => self.default_value(&field.ty, span)?,
                    };
                    parts.extend(value.parts.iter().copied());
                }
                if is_designated
                    && let Some(Item::Expr(Expr { kind: ExprKind::Designated(name, _), .. })) = items.last()
                {
                    return Err(self.error(
                        Diagnostic::error(
                            "unknown-member",
                            name.span,
                            format!("`{}` has no member `{}`", s.name, name.name),
                        )
                        .also(s.span, "declared here"),
                    ));
                }
            }
            Type::Vector { of, n, .. } => {
                while parts.len() < *n as usize && !items.is_empty() {
                    let Some(item) = items.pop() else { break };
                    let (place, at) = self.item_place(item)?;
                    let value = self.rvalue(place, at)?;
                    self.push_components(&value, *of, &mut parts, at)?;
                }
                if parts.len() > *n as usize {
                    return Err(self.error(Diagnostic::error(
                        "init-list",
                        span,
                        format!("too many components for `{ty}`"),
                    )));
                }
                parts.resize(*n as usize, Part::Const(0));
            }
            Type::Matrix { of, columns, rows } => {
                for _ in 0..*columns {
                    let column = self.aggregate_element(&Type::vector(*of, *rows), items, span)?;
                    parts.extend(column.parts.iter().copied());
                }
            }
            _ => {
                return match items.pop() {
                    Some(Item::Expr(e)) => self.value_as(e, ty),
                    Some(Item::Value(place, at)) => self.convert_place(&place, ty, at),
                    None => Ok(Value::new(ty.clone(), vec![Part::Const(0); ty.part_count()])),
                };
            }
        }
        Ok(Value::new(ty.clone(), parts))
    }

    /// One element of an aggregate: its own braces, a value of its type, or the next items of the outer list.
    fn aggregate_element(&mut self, ty: &Type, items: &mut Vec<Item<'a>>, span: Span) -> Result<Value> {
        let Some(item) = items.pop() else { return self.default_value(ty, span) };
        match item {
            Item::Expr(Expr { kind: ExprKind::InitList(inner), span: at }) => self.list_value(ty, inner, *at),
            Item::Expr(e)
                if !matches!(
                    ty,
                    Type::Array(..) | Type::Struct(_) | Type::Vector { .. } | Type::Matrix { .. }
                ) =>
            {
                self.value_as(e, ty)
            }
            item => {
                let (place, at) = self.item_place(item)?;
                if place.ty == *ty {
                    return self.take(place, at);
                }
                let converts = match ty {
                    Type::Vector { .. } => matches!(place.ty, Type::Vector { .. }),
                    Type::Struct(s) => {
                        self.instances[s.id as usize].has_constructor || matches!(place.ty, Type::Struct(_))
                    }
                    Type::Array(..) | Type::Matrix { .. } => false,
                    _ => true,
                };
                if converts {
                    return self.convert_place(&place, ty, at);
                }
                items.push(Item::Value(place, at));
                self.aggregate_part(ty, items, span)
            }
        }
    }

    fn item_place(&mut self, item: Item<'a>) -> Result<(Place, Span)> {
        match item {
            Item::Expr(e) => Ok((self.eval(e)?, e.span)),
            Item::Value(place, span) => Ok((place, span)),
        }
    }

    fn push_components(
        &mut self,
        value: &Value,
        of: Scalar,
        parts: &mut Vec<Part>,
        span: Span,
    ) -> Result<()> {
        let Some(element) = value.ty.element() else {
            if value.ty.is_error() {
                return Err(Poison);
            }
            // A struct may convert to a number.
            let number = self.convert(value.clone(), &Type::Scalar(of), span)?;
            parts.push(number.part());
            return Ok(());
        };
        for &part in value.parts.iter() {
            parts.push(self.convert_scalar(element, of, part, span));
        }
        Ok(())
    }

    /// `T(a, b)` and, with `brace`, `T{a, b}`.
    pub(crate) fn construct(
        &mut self,
        ty: &Type,
        args: &'a [Expr],
        brace: bool,
        span: Span,
    ) -> Result<Value> {
        if brace {
            return self.list_value(ty, args, span);
        }
        match ty {
            Type::Error => Err(Poison),
            Type::Struct(s) => {
                if let [Expr { kind: ExprKind::InitList(list), span: at }] = args {
                    return self.list_value(ty, list, *at);
                }
                let args = self.arguments(args)?;
                self.construct_struct(s, args, span)
            }
            Type::Vector { of, n, .. } => {
                let (of, n) = (*of, *n as usize);
                let args = self.arguments(args)?;
                let mut parts = Vec::with_capacity(n);
                let count = args.len();
                for arg in args {
                    let CallArg::Place(place, at) = arg else { return Err(self.list_argument(arg.span())) };
                    let value = self.rvalue(place, at)?;
                    if count == 1 {
                        return match value.ty {
                            Type::Vector { n: m, .. } if m as usize != n => Err(self.error(
                                Diagnostic::error(
                                    "vector-size",
                                    span,
                                    format!("a `{ty}` cannot be made from a `{}`", value.ty),
                                )
                                .help("take the components you mean, such as `.xyz`"),
                            )),
                            Type::Vector { .. } | Type::Scalar(_) | Type::Enum(_) => {
                                Ok(self.convert_numbers(&value, ty, span))
                            }
                            _ => {
                                if self.standard_rank(&value.ty, ty).is_none()
                                    && let Some(result) = self.convert_by_user(value.clone(), ty, at)
                                {
                                    return result;
                                }
                                let number = self.convert(value, &Type::Scalar(of), at)?;
                                Ok(self.convert_numbers(&number, ty, span))
                            }
                        };
                    }
                    self.push_components(&value, of, &mut parts, at)?;
                }
                if count == 0 {
                    parts.resize(n, Part::Const(0));
                }
                if parts.len() != n {
                    return Err(self.error(Diagnostic::error(
                        "vector-size",
                        span,
                        format!("a `{ty}` needs {n} components, {} given", parts.len()),
                    )));
                }
                Ok(Value::new(ty.clone(), parts))
            }
            Type::Matrix { of, columns, rows } => {
                let (of, columns, rows) = (*of, *columns as usize, *rows as usize);
                let args = self.arguments(args)?;
                let mut parts = Vec::new();
                let count = args.len();
                for arg in args {
                    let CallArg::Place(place, at) = arg else { return Err(self.list_argument(arg.span())) };
                    let value = self.rvalue(place, at)?;
                    if count == 1 && matches!(value.ty, Type::Scalar(_) | Type::Matrix { .. }) {
                        return self.cast(value, ty, span);
                    }
                    self.push_components(&value, of, &mut parts, at)?;
                }
                if count == 0 {
                    parts.resize(columns * rows, Part::Const(0));
                }
                if parts.len() != columns * rows {
                    return Err(self.error(Diagnostic::error(
                        "vector-size",
                        span,
                        format!("a `{ty}` needs {} components, {} given", columns * rows, parts.len()),
                    )));
                }
                Ok(Value::new(ty.clone(), parts))
            }
            Type::SimdMatrix(of) => match args {
                [] => Ok(Value::new(ty.clone(), vec![Part::Const(0); 2])),
                [only] => {
                    let value = self.value(only)?;
                    if value.ty == *ty {
                        return Ok(value);
                    }
                    // `simdgroup_float8x8(x)` puts x on the diagonal.
                    let number = self.convert(value, &Type::Scalar(*of), only.span)?;
                    self.simd_diagonal(*of, number.part(), span)
                }
                _ => Err(self.error(Diagnostic::error(
                    "argument-count",
                    span,
                    format!("`{ty}` takes one value"),
                ))),
            },
            _ => match args {
                [] => Ok(Value::new(ty.clone(), vec![Part::Const(0); ty.part_count()])),
                [Expr { kind: ExprKind::InitList(list), span: at }] => self.list_value(ty, list, *at),
                [only] => {
                    let place = self.eval(only)?;
                    if place.ty == *ty {
                        return self.take(place, span);
                    }
                    if place.ty.is_error() {
                        return Err(Poison);
                    }
                    let value = self.rvalue(place, only.span)?;
                    self.cast(value, ty, span)
                }
                _ => Err(self.error(Diagnostic::error(
                    "argument-count",
                    span,
                    format!("a `{ty}` is made from one value, {} given", args.len()),
                ))),
            },
        }
    }

    fn list_argument(&mut self, span: Span) -> Poison {
        self.error(Diagnostic::error("init-list", span, "a list in braces has no type here"))
    }

    /// The 8x8 matrix with `x` on its diagonal, as this lane's two elements.
    fn simd_diagonal(&mut self, of: Scalar, x: Part, span: Span) -> Result<Value> {
        let zero = Part::Const(0);
        if x == zero {
            return Ok(Value::new(Type::SimdMatrix(of), vec![zero, zero]));
        }
        let lane = self.emit(ir::Op::Attribute(ir::Attribute::ThreadIndexInSimdgroup, 0), Scalar::U32, span);
        let constant = |n: u64| Part::Const(n);
        let op = |cx: &mut Self, op, a, b| cx.binary(op, Scalar::U32, a, b, span);
        use ir::BinaryOp::{Add, And, Mul, Shr};
        // row = ((l / 4) & 4) + (l / 2) % 4; column = ((l / 4) & 2) * 2 + (l % 2) * 2 + {0, 1}
        let quarter = op(self, Shr, lane, constant(2));
        let high = op(self, And, quarter, constant(4));
        let half = op(self, Shr, lane, constant(1));
        let low = op(self, And, half, constant(3));
        let row = op(self, Add, high, low);
        let block = op(self, And, quarter, constant(2));
        let block = op(self, Mul, block, constant(2));
        let odd = op(self, And, lane, constant(1));
        let odd = op(self, Mul, odd, constant(2));
        let column = op(self, Add, block, odd);
        let next = op(self, Add, column, constant(1));
        let mut parts = Vec::with_capacity(2);
        for column in [column, next] {
            let here = self.compare(CompareOp::Eq, Scalar::U32, row, column, span);
            parts.push(self.select(of, here, x, zero, span));
        }
        Ok(Value::new(Type::SimdMatrix(of), parts))
    }

    /// Initialises an array object in memory from a list, without building its value first.
    pub(crate) fn initialise_memory(&mut self, place: &Place, init: &'a Init, span: Span) -> Result<()> {
        let list = match init {
            Init::Brace(list, _) => Some(&list[..]),
            Init::Assign(Expr { kind: ExprKind::InitList(list), .. }) => Some(&list[..]),
            _ => None,
        };
        if let (Some(list), Type::Array(of, n)) = (list, &place.ty)
            && matches!(**of, Type::Scalar(_))
            && list.len() <= *n
            && !list.iter().any(|e| matches!(e.kind, ExprKind::Designated(..)))
        {
            for (i, e) in list.iter().enumerate() {
                let value = self.value_as(e, of)?;
                let target = self.component(place, i);
                self.write(&target, &value, e.span)?;
            }
            return self.zero_from(place, list.len(), span);
        }
        if let (Some([]), Type::Array(_, n)) = (list, &place.ty)
            && *n > MAX_UNROLLED_ZEROS
            && !self.needs_construction(&place.ty)
        {
            return self.zero_from(place, 0, span);
        }
        let value = match list {
            Some(list) => self.list_value(&place.ty, list, span)?,
            None => self.initial_value(&place.ty, init, span)?,
        };
        // Many zeros in a row are written by a loop.
        if let (Type::Array(of, n), true) = (&place.ty, value.parts.len() > 4 * MAX_UNROLLED_ZEROS) {
            let each = of.part_count().max(1);
            let zeros = value.parts.iter().rev().take_while(|p| **p == Part::Const(0)).count() / each;
            let first = n - zeros.min(*n);
            for i in 0..first {
                let target = self.component(place, i);
                let parts: Vec<Part> = value.parts[i * each..(i + 1) * each].to_vec();
                let element = Value::new(target.ty.clone(), parts);
                self.write(&target, &element, span)?;
            }
            return self.zero_from(place, first, span);
        }
        self.write(place, &value, span)
    }

    /// Writes zeros to the elements of an array in memory from number `first` on.
    fn zero_from(&mut self, place: &Place, first: usize, span: Span) -> Result<()> {
        let Type::Array(of, n) = &place.ty else { return Err(Poison) };
        let zero = Value::new((**of).clone(), vec![Part::Const(0); of.part_count()]);
        if n - first <= MAX_UNROLLED_ZEROS {
            for i in first..*n {
                let target = self.component(place, i);
                self.write(&target, &zero, span)?;
            }
            return Ok(());
        }
        let PlaceKind::Memory { pointer, offset, space } = place.kind else {
            return Err(Poison);
        };
        let base = self.address(pointer, offset, span);
        let var = self.builder.declare("i", Scalar::U32);
        let start = self.builder.constant(Scalar::U32, first as u64, span);
        self.builder.push(Stmt::Set(var, start));
        let label = self.builder.label();
        self.open_list();
        let i = self.emit(ir::Op::Get(var), Scalar::U32, span);
        let more = self.compare(CompareOp::Lt, Scalar::U32, i, Part::Const(*n as u64), span);
        let cond = self.ir_value(more, Scalar::Bool, span);
        self.builder.push(Stmt::If { cond, then: Vec::new(), otherwise: vec![Stmt::Break(label)], span });
        let pointer = self.offset(base, i, Scalar::U32, of.size(), span);
        let target = Place {
            ty: (**of).clone(),
            kind: PlaceKind::Memory { pointer, offset: 0, space },
            constness: place.constness,
        };
        self.write(&target, &zero, span)?;
        let next = self.binary(ir::BinaryOp::Add, Scalar::U32, i, Part::Const(1), span);
        let next = self.ir_value(next, Scalar::U32, span);
        self.builder.push(Stmt::Set(var, next));
        let body = self.close_list();
        self.builder.push(Stmt::Loop { label, body, span });
        Ok(())
    }
}
