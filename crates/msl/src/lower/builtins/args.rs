//! A call of a library function: its arguments, their conversion, and what to say when they do not fit.

use super::super::Lower;
use super::super::types::Type;
use super::super::value::{Arg, Part, Place, PlaceKind, Poison, Result, TemplateArgValue, Value};
use super::Precision;
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{Op, Scalar};

/// A call being lowered.
pub(super) struct Call<'c, 'a> {
    /// Where code goes.
    pub(super) cx: &'c mut Lower<'a>,
    /// The function's name.
    pub(super) name: &'static str,
    /// Its explicit template arguments.
    pub(super) template: &'c [TemplateArgValue],
    /// `fast::`, `precise::` or neither.
    pub(super) precision: Precision,
    /// Its arguments.
    pub(super) args: Vec<Arg>,
    /// The whole call.
    pub(super) span: Span,
}

/// What numbers a function computes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Floats; integers become `float`.
    Float,
    /// Floats and integers; `bool` becomes `int`.
    Number,
    /// Integers; `bool` becomes `int`, floats are refused.
    Integer,
    /// Any scalar, `bool` too.
    Any,
}

/// Arguments brought to one type.
pub(super) struct Unified {
    /// Type of a component.
    pub(super) element: Scalar,
    /// Number of components; `None` for scalars.
    pub(super) n: Option<u8>,
    /// The components of each argument, as many as `n` (or one).
    pub(super) parts: Vec<Vec<Part>>,
}

impl Unified {
    /// Number of components, 1 for scalars.
    pub(super) fn len(&self) -> usize {
        self.n.map_or(1, usize::from)
    }

    /// The type of a result of the same shape.
    pub(super) fn shape(&self, of: Scalar) -> Type {
        shape(of, self.n)
    }

    /// Component `i` of every argument.
    pub(super) fn column(&self, i: usize) -> Vec<Part> {
        self.parts.iter().filter_map(|p| p.get(i).copied()).collect()
    }
}

/// A scalar or vector type.
pub(super) fn shape(of: Scalar, n: Option<u8>) -> Type {
    n.map_or(Type::Scalar(of), |n| Type::vector(of, n))
}

/// The type C's usual arithmetic conversions give two operands.
pub(super) fn common_type(a: Scalar, b: Scalar) -> Scalar {
    if a == b {
        return a;
    }
    match (a.is_float(), b.is_float()) {
        // `half` with `bfloat` meets in `float`, as does anything with `float`.
        (true, true) => Scalar::F32,
        (true, false) => a,
        (false, true) => b,
        (false, false) => {
            let (a, b) = (promote(a), promote(b));
            match a.size().cmp(&b.size()) {
                std::cmp::Ordering::Greater => a,
                std::cmp::Ordering::Less => b,
                std::cmp::Ordering::Equal if a == b => a,
                std::cmp::Ordering::Equal if a.size() == 8 => Scalar::U64,
                std::cmp::Ordering::Equal => Scalar::U32,
            }
        }
    }
}

/// Integer promotion.
pub(super) fn promote(a: Scalar) -> Scalar {
    if a.has_arithmetic() { a } else { Scalar::I32 }
}

/// The unsigned integer of the same size.
pub(super) fn unsigned(a: Scalar) -> Scalar {
    match a.size() {
        1 => Scalar::U8,
        2 => Scalar::U16,
        4 => Scalar::U32,
        _ => Scalar::U64,
    }
}

fn count(n: usize) -> String {
    match n {
        0 => "no argument".to_string(),
        1 => "1 argument".to_string(),
        n => format!("{n} arguments"),
    }
}

impl Call<'_, '_> {
    /// Gives an error about the call.
    pub(super) fn error(&mut self, code: &'static str, message: impl Into<String>) -> Poison {
        let diagnostic = Diagnostic::error(code, self.span, message);
        self.cx.error(diagnostic)
    }

    /// Says that argument `i` is not what the function takes.
    pub(super) fn refuse(&mut self, i: usize, wanted: &str) -> Poison {
        let Some(arg) = self.args.get(i) else { return Poison };
        if arg.place.ty.is_error() {
            return Poison;
        }
        let message = format!("`{}` takes {wanted}, got `{}`", self.name, arg.place.ty);
        let diagnostic = Diagnostic::error("bad-argument", arg.span, message);
        self.cx.error(diagnostic)
    }

    /// Checks the number of arguments; `usage` is the function as declared.
    pub(super) fn arity(&mut self, min: usize, max: usize, usage: &str) -> Result<()> {
        let got = self.args.len();
        if (min..=max).contains(&got) {
            return Ok(());
        }
        let wanted = if min == max { count(min) } else { format!("{min} to {}", count(max)) };
        let message = format!("`{}` takes {wanted}, got {got}", self.name);
        let diagnostic =
            Diagnostic::error("argument-count", self.span, message).note(format!("it is `{usage}`"));
        Err(self.cx.error(diagnostic))
    }

    /// `fast::` and `precise::` hold mathematical functions only.
    pub(super) fn check_precision(&mut self, precision: Precision) -> Result<()> {
        let namespace = match precision {
            Precision::Unspecified => return Ok(()),
            Precision::Fast => "fast",
            Precision::Precise => "precise",
        };
        let collective = ["simd", "quad", "atomic", "threadgroup_", "as_type", "make_"];
        if collective.iter().any(|prefix| self.name.starts_with(prefix)) {
            let message = format!("there is no `{namespace}::{}`", self.name);
            let diagnostic = Diagnostic::error("undeclared-name", self.span, message)
                .help(format!("write `{}`", self.name));
            return Err(self.cx.error(diagnostic));
        }
        Ok(())
    }

    /// The value of argument `i`.
    pub(super) fn value(&mut self, i: usize) -> Result<Value> {
        let Some(arg) = self.args.get(i) else { return Err(Poison) };
        let (place, span) = (arg.place.clone(), arg.span);
        if place.ty.is_error() {
            return Err(Poison);
        }
        if let Type::Array(of, _) = &place.ty
            && let PlaceKind::Memory { pointer, offset, space } = place.kind
        {
            // An array stands for the address of its first element.
            let is_const = !matches!(place.constness, super::super::value::Constness::Mutable);
            let address = self.cx.address(pointer, offset, span);
            return Ok(Value::new(Type::pointer((**of).clone(), space, is_const), Part::Ir(address)));
        }
        self.cx.load(&place, span)
    }

    /// Argument `i` as a scalar of type `to`; `wanted` says what it is ("a lane number").
    pub(super) fn scalar(&mut self, i: usize, to: Scalar, wanted: &str) -> Result<Part> {
        let value = self.value(i)?;
        let Some(from) = value.ty.scalar() else { return Err(self.refuse(i, wanted)) };
        let span = self.args[i].span;
        Ok(self.cx.convert_scalar(from, to, value.part(), span))
    }

    /// The bits of argument `i`, which must be a constant integer; `wanted` says what it is.
    pub(super) fn constant(&mut self, i: usize, wanted: &str) -> Result<u64> {
        let value = self.value(i)?;
        let Some(from) = value.ty.scalar() else { return Err(self.refuse(i, wanted)) };
        match value.as_constant() {
            Some(bits) => Ok(ir::scalar::convert(from, Scalar::I64, bits)),
            None => {
                let span = self.args[i].span;
                let message = format!("`{}` takes {wanted}, known when the kernel is compiled", self.name);
                Err(self.cx.error(Diagnostic::error("not-constant", span, message)))
            }
        }
    }

    /// Writes to argument `i`, a `thread T&` where `T` is `ty`.
    pub(super) fn write(&mut self, i: usize, ty: Type, parts: Vec<Part>) -> Result<()> {
        let Some(arg) = self.args.get(i) else { return Err(Poison) };
        let (place, span) = (arg.place.clone(), arg.span);
        if place.ty != ty {
            return Err(self.refuse(i, &format!("a variable of type `{ty}` here")));
        }
        self.cx.store(&place, &Value::new(ty, parts), span)
    }

    /// Brings arguments `list` to one type. Vectors decide where there are any, and scalars are repeated.
    pub(super) fn unify(&mut self, class: Class, list: &[usize]) -> Result<Unified> {
        let mut values = Vec::with_capacity(list.len());
        for &i in list {
            values.push((i, self.value(i)?));
        }
        let mut n = None;
        let mut element: Option<Scalar> = None;
        for (i, value) in &values {
            let (of, width) = match &value.ty {
                Type::Scalar(s) => (*s, None),
                Type::Enum(e) => (e.underlying, None),
                Type::Vector { of, n, .. } => (*of, Some(*n)),
                _ => return Err(self.refuse(*i, "numbers and vectors of them")),
            };
            match (n, width) {
                (None, Some(_)) => (n, element) = (width, Some(of)),
                (Some(_), None) => {}
                (Some(a), Some(b)) if a != b => {
                    return Err(self.refuse(*i, &format!("vectors of one length, here {a}")));
                }
                _ => element = Some(element.map_or(of, |e| common_type(e, of))),
            }
        }
        let mut element = element.unwrap_or(Scalar::I32);
        match class {
            Class::Float if !element.is_float() => element = Scalar::F32,
            Class::Integer if element.is_float() => {
                let first = values.iter().find(|(_, v)| v.ty.element().is_some_and(Scalar::is_float));
                let i = first.map_or(0, |(i, _)| *i);
                return Err(self.refuse(i, "integers"));
            }
            Class::Number | Class::Integer if element == Scalar::Bool => element = Scalar::I32,
            _ => {}
        }
        let width = n.map_or(1, usize::from);
        let mut parts = Vec::with_capacity(values.len());
        for (i, value) in values {
            let (from, span) = (value.ty.element().unwrap_or(element), self.args[i].span);
            let mut row: Vec<Part> =
                value.parts.iter().map(|p| self.cx.convert_scalar(from, element, *p, span)).collect();
            if let [one] = row[..] {
                row = vec![one; width];
            }
            parts.push(row);
        }
        Ok(Unified { element, n, parts })
    }

    /// Argument `i` as components of type `to`, as many as `width` (a scalar is repeated).
    pub(super) fn components(
        &mut self,
        i: usize,
        to: Scalar,
        width: usize,
        wanted: &str,
    ) -> Result<Vec<Part>> {
        let value = self.value(i)?;
        let (from, n) = match &value.ty {
            Type::Vector { of, n, .. } => (*of, usize::from(*n)),
            other => match other.scalar() {
                Some(s) => (s, 1),
                None => return Err(self.refuse(i, wanted)),
            },
        };
        if n != width && n != 1 {
            return Err(self.refuse(i, wanted));
        }
        let span = self.args[i].span;
        let row: Vec<Part> = value.parts.iter().map(|p| self.cx.convert_scalar(from, to, *p, span)).collect();
        Ok(if n == width { row } else { row.into_iter().cycle().take(width).collect() })
    }

    /// This thread's lane number in its simdgroup or quad, a `u32`.
    pub(super) fn lane(&mut self, group: ir::LaneGroup) -> Part {
        let attribute = match group {
            ir::LaneGroup::Simd => ir::Attribute::ThreadIndexInSimdgroup,
            ir::LaneGroup::Quad => ir::Attribute::ThreadIndexInQuadgroup,
        };
        self.cx.emit(Op::Attribute(attribute, 0), Scalar::U32, self.span)
    }

    /// The object that argument `i`, a pointer, points to.
    pub(super) fn pointee(&mut self, i: usize) -> Result<Place> {
        let pointer = self.value(i)?;
        let span = self.args[i].span;
        if pointer.ty.as_pointer().is_none() {
            return Err(self.refuse(i, "a pointer here"));
        }
        self.cx.deref(&pointer, span)
    }
}
