//! `a[i]`, `a.b`, `a->b`, swizzles.

use super::Lower;
use super::types::Type;
use super::value::{Constness, Part, Place, PlaceKind, Poison, Result, Value};
use crate::syntax::ast::{self, Expr, ExprKind};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::Scalar;
use std::rc::Rc;

impl<'a> Lower<'a> {
    /// `base[index]`.
    pub(crate) fn index(&mut self, base: &'a Expr, index: &'a Expr, span: Span) -> Result<Place> {
        let Ok(object) = self.eval(base) else {
            let _ = self.eval(index);
            return Err(Poison);
        };
        if let Type::Struct(_) = object.ty {
            let right = self.eval(index)?;
            return match self.try_operator("[]", object.clone(), base.span, Some((right, index.span)), span) {
                Some(result) => result,
                None => Err(self.not_indexable(&object.ty, base.span)),
            };
        }
        let index_value = self.value(index)?;
        let index_value = self.index_value(&index_value, index.span)?;
        match object.ty.clone() {
            Type::Pointer(p) => {
                if p.to == Type::Void || p.to.size() == 0 {
                    return Err(self.not_indexable(&object.ty, base.span));
                }
                let pointer = self.take(object, base.span)?;
                let scalar = index_value.ty.scalar().unwrap_or(Scalar::I32);
                let address = self.pointer_ir(pointer.part(), p.space, base.span);
                let element = self.offset(address, index_value.part(), scalar, p.to.size(), span);
                self.deref(&Value::new(pointer.ty, Part::Ir(element)), span)
            }
            Type::Array(of, n) => self.element(object, (*of).clone(), n, &index_value, index.span),
            Type::Vector { of, n, .. } => {
                self.element(object, Type::Scalar(of), n as usize, &index_value, index.span)
            }
            Type::Matrix { of, columns, rows } => {
                self.element(object, Type::vector(of, rows), columns as usize, &index_value, index.span)
            }
            Type::SimdMatrix(of) => self.element(object, Type::Scalar(of), 2, &index_value, index.span),
            Type::Scalar(_)
                if matches!(index.kind, ExprKind::Int { value: 0, .. }) && self.is_zero_dimensional(base) =>
            {
                // `scale[0]` of a 0-d input: Metal refuses it; say what to write.
                Err(self.zero_dimensional(base, span))
            }
            Type::Error => Err(Poison),
            other => {
                if self.is_zero_dimensional(base) {
                    return Err(self.zero_dimensional(base, span));
                }
                Err(self.not_indexable(&other, base.span))
            }
        }
    }

    fn is_zero_dimensional(&self, base: &Expr) -> bool {
        match &base.kind {
            ExprKind::Name(path) => path.simple().is_some_and(|name| {
                self.signature.inputs.iter().any(|i| i.name == *name.name && i.ndim == 0)
            }),
            _ => false,
        }
    }

    fn zero_dimensional(&mut self, base: &Expr, span: Span) -> Poison {
        let name = match &base.kind {
            ExprKind::Name(path) => path.last().ident.name.to_string(),
            _ => String::new(),
        };
        self.error(
            Diagnostic::error(
                "zero-dimensional",
                span,
                format!("`{name}` is a 0-d array and is passed as a plain value"),
            )
            .help(format!("write `{name}`, or pass an array of shape (1,)")),
        )
    }

    fn not_indexable(&mut self, ty: &Type, span: Span) -> Poison {
        self.error(Diagnostic::error("not-indexable", span, format!("a `{ty}` cannot be indexed")))
    }

    fn element(&mut self, object: Place, ty: Type, count: usize, index: &Value, span: Span) -> Result<Place> {
        if let Part::Const(bits) = index.part() {
            let signed = index.ty.scalar().is_some_and(Scalar::is_signed);
            let known = if signed { bits as i64 } else { bits.min(i64::MAX as u64) as i64 };
            let memory = matches!(object.kind, PlaceKind::Memory { .. });
            if known < 0 || known as usize >= count {
                let text = format!("index {known} is outside of `{}`", object.ty);
                if !memory {
                    return Err(self.error(Diagnostic::error("index-range", span, text)));
                }
                self.report(Diagnostic::warning("index-range", span, text));
                if !(0..1 << 32).contains(&known) {
                    return Err(Poison);
                }
            }
            return Ok(self.component(&object, known as usize));
        }
        let object = match object.kind {
            PlaceKind::Memory { .. } => object,
            // A known array that is indexed at run time is a table.
            PlaceKind::Value(ref parts) if matches!(object.ty, Type::Array(..)) && object.ty.is_plain() => {
                let value = Value { ty: object.ty.clone(), parts: parts.clone() };
                if value.is_constant() && !self.constant_mode {
                    let table = self.builder.table("constants", super::globals::bytes_of(&value));
                    self.table_place(table, value.ty, object.constness, span)
                } else {
                    self.in_memory(&object, span)?
                }
            }
            _ => object,
        };
        if let PlaceKind::Memory { pointer, offset, space } = object.kind {
            let base = self.address(pointer, offset, span);
            let scalar = index.ty.scalar().unwrap_or(Scalar::I32);
            let pointer = self.offset(base, index.part(), scalar, ty.size(), span);
            return Ok(Place {
                ty,
                kind: PlaceKind::Memory { pointer, offset: 0, space },
                constness: object.constness,
            });
        }
        let scalar = index.ty.scalar().unwrap_or(Scalar::I32);
        let part = self.convert_scalar(scalar, Scalar::U32, index.part(), span);
        let index = self.ir_value(part, Scalar::U32, span);
        let constness = object.constness;
        Ok(Place { ty, kind: PlaceKind::Dynamic { base: Rc::new(object), index, count }, constness })
    }

    /// `base.member`, `base->member`, not called.
    pub(crate) fn member_expression(
        &mut self,
        base: &'a Expr,
        member: &'a ast::Segment,
        arrow: bool,
        span: Span,
    ) -> Result<Place> {
        let object = self.member_base(base, arrow)?;
        self.member_of(object, &member.ident, span)
    }

    /// The object before `.` or `->`.
    pub(crate) fn member_base(&mut self, base: &'a Expr, arrow: bool) -> Result<Place> {
        if arrow && matches!(base.kind, ExprKind::This) {
            return self.this_place(base.span);
        }
        let object = self.eval(base)?;
        if !arrow {
            if object.ty.as_pointer().is_some_and(|p| matches!(p.to, Type::Struct(_) | Type::Vector { .. })) {
                return Err(self.error(
                    Diagnostic::error(
                        "pointer-member",
                        base.span,
                        format!("this is a pointer, `{}`", object.ty),
                    )
                    .help("use `->` instead of `.`, or index it first"),
                ));
            }
            return Ok(object);
        }
        if let Type::Struct(_) = object.ty {
            return match self.try_operator("->", object.clone(), base.span, None, base.span) {
                Some(result) => {
                    let pointer = result?;
                    let pointer = self.take(pointer, base.span)?;
                    self.deref(&pointer, base.span)
                }
                None => Err(self.error(
                    Diagnostic::error(
                        "not-a-pointer",
                        base.span,
                        format!("`->` needs a pointer, not `{}`", object.ty),
                    )
                    .help("use `.`"),
                )),
            };
        }
        let pointer = self.rvalue(object, base.span)?;
        if pointer.ty.is_error() {
            return Err(Poison);
        }
        if pointer.ty.as_pointer().is_none() {
            return Err(self.error(
                Diagnostic::error(
                    "not-a-pointer",
                    base.span,
                    format!("`->` needs a pointer, not `{}`", pointer.ty),
                )
                .help("use `.`"),
            ));
        }
        self.deref(&pointer, base.span)
    }

    fn member_of(&mut self, object: Place, member: &'a ast::Ident, span: Span) -> Result<Place> {
        let name = &*member.name;
        match &object.ty {
            Type::Error => Err(Poison),
            Type::Struct(s) => {
                if s.field(name).is_none() {
                    // A static member through an object.
                    let scope = self.struct_scope(s.id);
                    self.check_access(scope, name, member.span)?;
                    match self.member(scope, name).map(|b| b.entity.clone()) {
                        Some(super::scope::Entity::Global(id)) => return self.global(id, span),
                        Some(super::scope::Entity::Place(place)) => return Ok((*place).clone()),
                        _ => {}
                    }
                    let fields: Vec<String> = s.fields.iter().map(|f| format!("`{}`", f.name)).collect();
                    let (of, declared) = (s.name.clone(), s.span);
                    let d = Diagnostic::error(
                        "unknown-member",
                        member.span,
                        format!("`{of}` has no member `{name}`"),
                    )
                    .also(declared, "declared here");
                    return Err(self.error(if fields.is_empty() {
                        d
                    } else {
                        d.note(format!("its members are {}", fields.join(", ")))
                    }));
                }
                self.field(&object, name, member.span)
            }
            Type::Vector { of, n, .. } => {
                let (of, n) = (*of, *n);
                let Some(components) = swizzle(name) else {
                    return Err(self.error(
                        Diagnostic::error(
                            "unknown-member",
                            member.span,
                            format!("`{}` has no member `{name}`", object.ty),
                        )
                        .help("components are `.x .y .z .w` or `.r .g .b .a`, also several at once"),
                    ));
                };
                if let Some(&bad) = components.iter().find(|&&c| c >= n) {
                    let letter = ["x", "y", "z", "w"][bad as usize];
                    return Err(self.error(Diagnostic::error(
                        "unknown-member",
                        member.span,
                        format!("`{}` has no component `{letter}`: it has {n}", object.ty),
                    )));
                }
                if let [one] = components[..] {
                    return Ok(self.component(&object, one as usize));
                }
                let ty = Type::vector(of, components.len() as u8);
                let repeated = (0..components.len()).any(|i| components[..i].contains(&components[i]));
                let constness = if repeated { Constness::Temporary } else { object.constness };
                if let PlaceKind::Value(parts) = &object.kind {
                    let parts: Vec<Part> =
                        components.iter().filter_map(|&c| parts.get(c as usize).copied()).collect();
                    return Ok(Place { ty, kind: PlaceKind::Value(parts.into()), constness });
                }
                let kind = PlaceKind::Swizzle {
                    base: Rc::new(object),
                    components: components.iter().map(|&c| c.into()).collect(),
                };
                Ok(Place { ty, kind, constness })
            }
            Type::Scalar(_) if matches!(name, "x" | "r") => {
                let d = Diagnostic::error(
                    "unknown-member",
                    member.span,
                    format!("this is a `{}`: it has no component `{name}`", object.ty),
                );
                Err(self.error(d.help("use it without the component")))
            }
            Type::Pointer(p) => {
                let d = Diagnostic::error(
                    "unknown-member",
                    member.span,
                    format!("a pointer has no member `{name}`"),
                )
                .label(format!("`{}`", object.ty));
                let d = if matches!(p.to, Type::Struct(_) | Type::Vector { .. }) {
                    d.help("use `->`, or index it first")
                } else {
                    d
                };
                Err(self.error(d))
            }
            other => {
                let text = format!("a `{other}` has no member `{name}`");
                Err(self.error(Diagnostic::error("unknown-member", member.span, text)))
            }
        }
    }
}

/// The component numbers of a swizzle such as `xy` or `bgr`.
fn swizzle(name: &str) -> Option<Vec<u8>> {
    if name.is_empty() || name.len() > 4 {
        return None;
    }
    let set = |letters: &str| -> Option<Vec<u8>> {
        name.chars().map(|c| letters.find(c).map(|i| i as u8)).collect()
    };
    set("xyzw").or_else(|| set("rgba"))
}
