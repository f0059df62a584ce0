//! Implicit and explicit conversions.

use super::Lower;
use super::types::{PointerType, Type};
use super::value::{Part, Place, PlaceKind, Poison, Result, Value};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{CompareOp, Op, Scalar, Space};

/// How good an implicit conversion is; smaller is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// The same type.
    Exact,
    /// The same pointer with `const` added.
    Qualified,
    /// Integer promotion, `half` to `float`.
    Promotion,
    /// Any other standard conversion.
    Standard,
    /// A scalar spread over a vector.
    Splat,
    /// A constructor or conversion operator.
    User,
}

impl<'a> Lower<'a> {
    /// How `from` converts to `to` implicitly, without user-defined conversions.
    pub(crate) fn standard_rank(&self, from: &Type, to: &Type) -> Option<Rank> {
        if from == to || from.is_error() || to.is_error() {
            return Some(Rank::Exact);
        }
        match (from, to) {
            (Type::Scalar(a), Type::Scalar(b)) => Some(scalar_rank(*a, *b)),
            (Type::Enum(e), Type::Scalar(b)) if !e.scoped => {
                Some(if *b == Scalar::I32 { Rank::Promotion } else { Rank::Standard })
            }
            (Type::Scalar(_), Type::Vector { .. }) => Some(Rank::Splat),
            (Type::Enum(e), Type::Vector { .. }) if !e.scoped => Some(Rank::Splat),
            (Type::Vector { of: a, n, .. }, Type::Vector { of: b, n: m, .. }) if a == b && n == m => {
                Some(Rank::Promotion)
            }
            (Type::Null, Type::Pointer(_)) => Some(Rank::Standard),
            (Type::Pointer(_), Type::Scalar(Scalar::Bool)) => Some(Rank::Standard),
            (Type::Pointer(a), Type::Pointer(b)) => {
                if a.space != b.space || a.is_const && !b.is_const {
                    return None;
                }
                if a.to == b.to {
                    return Some(if a.is_const == b.is_const { Rank::Exact } else { Rank::Qualified });
                }
                if b.to == Type::Void {
                    return Some(Rank::Standard);
                }
                match (&a.to, &b.to) {
                    (Type::Struct(derived), Type::Struct(base)) if self.is_base(base.id, derived.id) => {
                        Some(Rank::Standard)
                    }
                    _ => None,
                }
            }
            (Type::Array(of, _), Type::Pointer(p)) if **of == p.to => Some(Rank::Exact),
            (Type::Struct(derived), Type::Struct(base)) if self.is_base(base.id, derived.id) => {
                Some(Rank::Standard)
            }
            _ => None,
        }
    }

    /// Implicit conversion of a value; user-defined conversions included.
    pub(crate) fn convert(&mut self, value: Value, to: &Type, span: Span) -> Result<Value> {
        if value.ty == *to {
            return Ok(value);
        }
        if value.ty.is_error() || to.is_error() {
            return Err(Poison);
        }
        if self.standard_rank(&value.ty, to).is_some() {
            return self.convert_standard(value, to, span);
        }
        if let (Type::Scalar(s), Type::Pointer(_)) = (&value.ty, to)
            && !s.is_float()
            && value.as_constant() == Some(0)
        {
            // `0` and `NULL` are null pointers.
            return Ok(Value::new(to.clone(), Part::Const(0)));
        }
        let from = value.ty.clone();
        if let Some(result) = self.convert_by_user(value, to, span) {
            return result;
        }
        Err(self.conversion_error(&from, to, span))
    }

    fn convert_standard(&mut self, value: Value, to: &Type, span: Span) -> Result<Value> {
        match (&value.ty, to) {
            (Type::Pointer(_) | Type::Null, Type::Scalar(Scalar::Bool)) => {
                let null = Value::new(Type::Null, Part::Const(0));
                self.infix(crate::syntax::ast::InfixOp::Ne, value, null, span)
            }
            (Type::Pointer(_) | Type::Null, Type::Pointer(_)) => Ok(Value::new(to.clone(), value.parts)),
            (Type::Struct(_), Type::Struct(base)) => {
                let n = Type::Struct(base.clone()).part_count();
                Ok(Value::new(to.clone(), value.parts.iter().take(n).copied().collect::<Vec<_>>()))
            }
            _ => Ok(self.convert_numbers(&value, to, span)),
        }
    }

    /// Componentwise conversion between scalars, enumerations, vectors and matrices; scalars spread.
    pub(crate) fn convert_numbers(&mut self, value: &Value, to: &Type, span: Span) -> Value {
        let (Some(a), Some(b)) = (value.ty.element(), to.element()) else { return Value::error() };
        let n = to.part_count();
        if let Type::Matrix { columns, rows, .. } = to
            && value.parts.len() == 1
        {
            let x = self.convert_scalar(a, b, value.part(), span);
            return self.diagonal(*columns, *rows, b, x);
        }
        if value.parts.len() == 1 {
            let part = self.convert_scalar(a, b, value.part(), span);
            return Value::new(
                to.clone(),
                if n == 1 { part.into() } else { super::value::Parts::from(vec![part; n]) },
            );
        }
        let parts: Vec<Part> =
            value.parts.iter().take(n).map(|p| self.convert_scalar(a, b, *p, span)).collect();
        Value::new(to.clone(), parts)
    }

    fn diagonal(&mut self, columns: u8, rows: u8, of: Scalar, x: Part) -> Value {
        let parts: Vec<Part> = (0..columns)
            .flat_map(|c| (0..rows).map(move |r| if c == r { x } else { Part::Const(0) }))
            .collect();
        Value::new(Type::Matrix { of, columns, rows }, parts)
    }

    /// The content of `place` as a `to`; arrays become pointers to their first element.
    pub(crate) fn convert_place(&mut self, place: &Place, to: &Type, span: Span) -> Result<Value> {
        if matches!(place.ty, Type::Array(..)) && !matches!(to, Type::Array(..)) {
            let pointer = self.decay(place, span)?;
            return self.convert(pointer, to, span);
        }
        let value = self.load(place, span)?;
        self.convert(value, to, span)
    }

    /// An explicit conversion: `(T)x`, `T(x)`, `static_cast<T>(x)`.
    pub(crate) fn cast(&mut self, value: Value, to: &Type, span: Span) -> Result<Value> {
        if value.ty == *to || *to == Type::Void {
            return Ok(if *to == Type::Void { Value::void() } else { value });
        }
        if value.ty.is_error() || to.is_error() {
            return Err(Poison);
        }
        match (&value.ty, to) {
            (Type::Scalar(_) | Type::Enum(_), Type::Scalar(_) | Type::Enum(_) | Type::Vector { .. }) => {
                Ok(self.convert_numbers(&value, to, span))
            }
            (Type::Vector { n, .. }, Type::Vector { n: m, .. }) if n == m => {
                Ok(self.convert_numbers(&value, to, span))
            }
            (Type::Matrix { columns, rows, .. }, Type::Matrix { columns: c, rows: r, .. })
                if columns == c && rows == r =>
            {
                Ok(self.convert_numbers(&value, to, span))
            }
            (Type::Scalar(_), Type::Matrix { .. }) => Ok(self.convert_numbers(&value, to, span)),
            (Type::Pointer(a), Type::Pointer(b)) => self.cast_pointer(value.clone(), a, b, to, span),
            (Type::Pointer(_), Type::Scalar(s)) if s.size() == 8 => {
                let space = value.ty.as_pointer().map_or(Space::Thread, |p| p.space);
                let pointer = self.pointer_ir(value.part(), space, span);
                let address = self.emit(Op::Address(pointer), Scalar::I64, span);
                let part = self.convert_scalar(Scalar::I64, *s, address, span);
                Ok(Value::new(to.clone(), part))
            }
            (Type::Scalar(_), Type::Pointer(_)) => {
                if value.as_constant() == Some(0) {
                    return Ok(Value::new(to.clone(), Part::Const(0)));
                }
                Err(self.error(
                    Diagnostic::error("integer-to-pointer", span, "an integer cannot become a pointer")
                        .help("add an offset to a pointer instead"),
                ))
            }
            _ => self.convert(value, to, span),
        }
    }

    fn cast_pointer(
        &mut self,
        value: Value,
        a: &PointerType,
        b: &PointerType,
        to: &Type,
        span: Span,
    ) -> Result<Value> {
        if a.space == b.space {
            return Ok(Value::new(to.clone(), value.parts));
        }
        // A constant table standing in for a thread array, and casts that leave the space out.
        if b.space == Space::Thread || a.space == Space::Constant && b.is_const {
            return Err(self.error(
                Diagnostic::error(
                    "address-space",
                    span,
                    format!("cannot cast `{}` to `{to}`: the address spaces differ", value.ty),
                )
                .help(format!(
                    "write the space: `({} {}*)`",
                    super::types::space_name(a.space),
                    b.to
                )),
            ));
        }
        let d = Diagnostic::error(
            "address-space",
            span,
            format!("cannot cast `{}` to `{to}`: the address spaces differ", value.ty),
        );
        let of_inputs = [a.space, b.space].iter().all(|s| [Space::Constant, Space::Device].contains(s));
        let d = if of_inputs { self.size_rule(d, &a.to, a.space) } else { d };
        Err(self.error(d))
    }

    /// A scalar condition: `value` as a `bool` part.
    pub(crate) fn condition(&mut self, value: Value, span: Span) -> Result<Part> {
        match &value.ty {
            Type::Error => Err(Poison),
            Type::Vector { of: Scalar::Bool, .. } => Err(self.error(
                Diagnostic::error(
                    "vector-condition",
                    span,
                    format!("a condition must be one `bool`, not a `{}`", value.ty),
                )
                .help("use `all(...)` or `any(...)`"),
            )),
            Type::Scalar(Scalar::Bool) => Ok(value.part()),
            Type::Scalar(s) => {
                let zero = Part::Const(0);
                Ok(self.compare(CompareOp::Ne, *s, value.part(), zero, span))
            }
            _ => Ok(self.convert(value, &Type::BOOL, span)?.part()),
        }
    }

    fn conversion_error(&mut self, from: &Type, to: &Type, span: Span) -> Poison {
        let d =
            Diagnostic::error("type-mismatch", span, format!("cannot convert `{from}` to `{to}` implicitly"))
                .label(format!("this is `{from}`"));
        let d = match (from, to) {
            (Type::Vector { n, .. }, Type::Vector { n: m, .. }) if n == m => {
                d.help(format!("write the conversion: `{to}(...)`"))
            }
            (Type::Vector { .. }, Type::Scalar(_)) => d.help("take one component, such as `.x`"),
            (Type::Pointer(a), Type::Pointer(b)) if a.space != b.space => {
                let mut d = d.note(format!(
                    "the address spaces differ: `{}` and `{}`",
                    super::types::space_name(a.space),
                    super::types::space_name(b.space)
                ));
                let of_inputs = [Space::Constant, Space::Device].contains(&a.space)
                    && [Space::Constant, Space::Device].contains(&b.space);
                if of_inputs {
                    d = self.size_rule(d, &a.to, a.space);
                }
                let way = "let the pointer's type be deduced: `auto p = ...`, or a template parameter `P p` for `P`";
                match a.space {
                    Space::Constant if of_inputs => {
                        d.help(format!("{way}; or pad the input to 8 elements on the host"))
                    }
                    _ => d.help(way),
                }
            }
            (Type::Pointer(a), Type::Pointer(b)) if a.is_const && !b.is_const && a.to == b.to => d
                .note("this would allow writing through a pointer to `const`")
                .help(format!("declare it as `const {} {}*`", super::types::space_name(b.space), b.to)),
            (Type::Pointer(a), Type::Pointer(b)) if a.to != b.to => d.help(format!(
                "write the cast: `({}{} {}*)`",
                if b.is_const { "const " } else { "" },
                super::types::space_name(a.space),
                b.to
            )),
            (Type::Pointer(p), Type::Scalar(_)) if p.to.scalar().is_some() => {
                d.help("read an element: `p[i]` or `*p`")
            }
            _ => d,
        };
        self.error(d)
    }

    /// Says which inputs lie in `constant` or `device` memory here, and why.
    pub(crate) fn size_rule(&self, d: Diagnostic, of: &Type, space: Space) -> Diagnostic {
        let inputs = self.signature.inputs.iter().filter(|i| {
            let small = i.size < 8;
            i.ndim > 0
                && small == (space == Space::Constant)
                && super::kernel::number_type(i.dtype).is_none_or(|ty| Type::Scalar(ty) == *of)
        });
        let list: Vec<String> = inputs.take(4).map(|i| format!("`{}`", i.name)).collect();
        let rule = "MLX passes inputs of fewer than 8 elements in `constant` memory and larger ones in `device` memory";
        match list.is_empty() {
            true => d.note(rule),
            false => d.note(format!("{rule}: this compiles for some sizes of {} only", list.join(", "))),
        }
    }

    /// A pointer to the first element of an array place.
    pub(crate) fn decay(&mut self, place: &Place, span: Span) -> Result<Value> {
        let Type::Array(of, _) = &place.ty else { return Err(Poison) };
        let first = Place { ty: (**of).clone(), ..self.in_memory(place, span)? };
        self.address_of(&first, span)
    }

    /// The pointer to a place in memory.
    pub(crate) fn address_of(&mut self, place: &Place, span: Span) -> Result<Value> {
        use super::value::Constness;
        match place.kind {
            PlaceKind::Memory { pointer, offset, space } => {
                let address = self.address(pointer, offset, span);
                let is_const = place.constness != Constness::Mutable;
                Ok(Value::new(Type::pointer(place.ty.clone(), space, is_const), Part::Ir(address)))
            }
            PlaceKind::Vars { .. } => {
                // The scan keeps what `&` names in memory; this is an address taken in some other way.
                Err(self.error(
                    Diagnostic::error(
                        "address-of",
                        span,
                        "the address of this variable cannot be taken here",
                    )
                    .help("copy it to a local variable and take the address of that by name"),
                ))
            }
            _ => Err(self.error(Diagnostic::error(
                "address-of",
                span,
                "this is a value, not an object: it has no address",
            ))),
        }
    }
}

fn scalar_rank(a: Scalar, b: Scalar) -> Rank {
    if a == b {
        return Rank::Exact;
    }
    let promotes = match b {
        Scalar::I32 => matches!(a, Scalar::Bool | Scalar::I8 | Scalar::U8 | Scalar::I16 | Scalar::U16),
        Scalar::F32 => matches!(a, Scalar::F16 | Scalar::BF16),
        _ => false,
    };
    if promotes { Rank::Promotion } else { Rank::Standard }
}
