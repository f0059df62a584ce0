//! Paths and types: from what is written to what it means.

use super::Lower;
use super::builtins::{self, Precision};
use super::scope::{Entity, ScopeId};
use super::types::Type;
use super::value::{Poison, Result, TemplateArgValue, Value};
use crate::syntax::ast::{self, AddressSpace, ExprKind, TemplateArg, TypeExpr, TypeKind};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{Scalar, Space};
use std::rc::Rc;

/// What a path names.
#[derive(Clone, Debug)]
pub(crate) enum Named<'a> {
    /// Something declared in the text or the prelude.
    Entity(Entity<'a>, Span),
    /// A value: an enumerator or a static member.
    Value(Value),
    /// A name of the library, perhaps: the path without `metal::`, `fast::`, `precise::`.
    Library(Precision, String),
    /// A member of a library class template: `numeric_limits<T>::max`.
    LibraryMember(String, Vec<TemplateArgValue>, String),
}

/// A type in a declaration, with what is not part of the type.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    /// The type; for references, of what is referred to.
    pub(crate) ty: Type,
    /// `T&`, with the space it must lie in.
    pub(crate) reference: Option<Space>,
    /// `const` or `constexpr` at the outermost level (for references: of what is referred to).
    pub(crate) is_const: bool,
    /// Address space at the outermost level.
    pub(crate) space: Option<Space>,
}

/// The IR's name of an address space.
pub(crate) const fn space_of(space: AddressSpace) -> Space {
    match space {
        AddressSpace::Device => Space::Device,
        AddressSpace::Constant => Space::Constant,
        AddressSpace::Threadgroup => Space::Threadgroup,
        AddressSpace::Thread => Space::Thread,
    }
}

impl<'a> Lower<'a> {
    /// What a path means here.
    pub(crate) fn path(&mut self, path: &'a ast::Path) -> Result<Named<'a>> {
        let segments = &path.segments[..];
        if let [only] = segments {
            return Ok(match self.lookup(&only.ident.name) {
                Some(found) => Named::Entity(found.entity.clone(), found.span),
                None => Named::Library(Precision::Unspecified, only.ident.name.to_string()),
            });
        }
        let mut precision = Precision::Unspecified;
        let mut rest = segments;
        let mut scope = None;
        let mut stripped = false;
        while let [first, tail @ ..] = rest
            && !tail.is_empty()
            && first.args.is_none()
        {
            match &*first.ident.name {
                "metal" | "simd" => {}
                "fast" if self.lookup("fast").is_none() => precision = Precision::Fast,
                "precise" if self.lookup("precise").is_none() => precision = Precision::Precise,
                _ => break,
            }
            if &*first.ident.name == "metal"
                && let Some(found) = self.lookup("metal")
                && let Entity::Namespace(id) = found.entity
            {
                scope = Some(id);
            }
            stripped = true;
            rest = tail;
        }
        if stripped && let [last] = rest {
            let name = &*last.ident.name;
            if precision == Precision::Unspecified
                && let Some(found) = scope.and_then(|s| self.member(s, name))
            {
                return Ok(Named::Entity(found.entity.clone(), found.span));
            }
            return Ok(Named::Library(precision, name.to_string()));
        }
        let Some((first, tail)) = rest.split_first() else { return Err(Poison) };
        let found = match scope.and_then(|s| self.member(s, &first.ident.name)) {
            Some(found) => Some(found.entity.clone()),
            None => self.lookup(&first.ident.name).map(|b| b.entity.clone()),
        };
        let Some(mut entity) = found else {
            if let Some(args) = &first.args
                && let [member] = tail
            {
                let args = self.template_args(args)?;
                return Ok(Named::LibraryMember(
                    first.ident.name.to_string(),
                    args,
                    member.ident.name.to_string(),
                ));
            }
            let words: Vec<&str> = rest.iter().map(|s| &*s.ident.name).collect();
            return Ok(Named::Library(precision, words.join("::")));
        };
        let mut qualifier = first;
        let mut declared = first.ident.span;
        for (i, segment) in tail.iter().enumerate() {
            let name = &segment.ident.name;
            let inner = self.scope_of(&entity, qualifier)?;
            let inner = match inner {
                Container::Scope(scope) => scope,
                Container::Enum(e) => {
                    let Some((_, bits)) = e.variants.iter().find(|(n, _)| n == name) else {
                        return Err(self.no_member(&e.name, name, segment.ident.span));
                    };
                    return Ok(Named::Value(Value::new(
                        Type::Enum(e.clone()),
                        super::value::Part::Const(*bits),
                    )));
                }
            };
            let Some(found) = self.member(inner, name) else {
                // `ns::exp` may mean the library's through `using namespace metal`.
                if i + 1 == tail.len() && (builtins::is_function(name) || builtins::constant(name).is_some())
                {
                    return Ok(Named::Library(precision, name.to_string()));
                }
                return Err(self.no_member(&qualifier.ident.name, name, segment.ident.span));
            };
            (entity, declared) = (found.entity.clone(), found.span);
            self.check_access(inner, name, segment.ident.span)?;
            qualifier = segment;
        }
        Ok(Named::Entity(entity, declared))
    }

    fn no_member(&mut self, of: &str, name: &str, span: Span) -> Poison {
        self.error(Diagnostic::error("unknown-member", span, format!("`{of}` has no member `{name}`")))
    }

    /// The scope that `entity::` opens.
    fn scope_of(&mut self, entity: &Entity<'a>, segment: &'a ast::Segment) -> Result<Container> {
        let ty = match entity {
            Entity::Namespace(scope) => return Ok(Container::Scope(*scope)),
            Entity::Struct(id) => {
                let args = match &segment.args {
                    Some(args) => Some(self.template_args(args)?),
                    None => None,
                };
                // The name of a template inside itself means the instance.
                if args.is_none()
                    && let Some(scope) = self.enclosing_instance(*id)
                {
                    return Ok(Container::Scope(scope));
                }
                self.instantiate(*id, args.unwrap_or_default(), segment.ident.span)?
            }
            Entity::Type(ty) => ty.clone(),
            Entity::AliasTemplate(..) => self.entity_type(entity.clone(), segment)?,
            _ => {
                return Err(self.error(Diagnostic::error(
                    "not-a-scope",
                    segment.ident.span,
                    format!("`{}` is neither a namespace nor a type with members", segment.ident.name),
                )));
            }
        };
        match &ty {
            Type::Struct(s) => Ok(Container::Scope(self.struct_scope(s.id))),
            Type::Enum(e) => Ok(Container::Enum(e.clone())),
            Type::Error => Err(Poison),
            _ => Err(self.error(Diagnostic::error(
                "not-a-scope",
                segment.ident.span,
                format!("`{ty}` has no members to name with `::`"),
            ))),
        }
    }

    /// Template arguments, evaluated.
    pub(crate) fn template_args(&mut self, args: &'a [TemplateArg]) -> Result<Vec<TemplateArgValue>> {
        args.iter().map(|arg| self.template_arg(arg)).collect()
    }

    fn template_arg(&mut self, arg: &'a TemplateArg) -> Result<TemplateArgValue> {
        match arg {
            TemplateArg::Type(ty) => Ok(TemplateArgValue::Type(self.resolve_type(ty)?.ty)),
            TemplateArg::Value(e) => {
                if let ExprKind::Name(path) = &e.kind
                    && let Some(ty) = self.try_path_type(path)?
                {
                    return Ok(TemplateArgValue::Type(ty));
                }
                self.constant_value(e).map(TemplateArgValue::Value)
            }
        }
    }

    /// The type a path names; `None` when it names something else or nothing.
    pub(crate) fn try_path_type(&mut self, path: &'a ast::Path) -> Result<Option<Type>> {
        if let Some(ident) = path.simple()
            && let Some(ty) = keyword_type(&ident.name)
        {
            return Ok(Some(ty));
        }
        match self.path(path)? {
            Named::Entity(entity @ (Entity::Type(_) | Entity::Struct(_) | Entity::AliasTemplate(..)), _) => {
                self.entity_type(entity, path.last()).map(Some)
            }
            Named::Library(_, name) => {
                if let Some(ty) = library_type(&name).or_else(|| builtins::named_type(&name)) {
                    return Ok(Some(ty));
                }
                match &path.last().args {
                    Some(args) => self.library_template(&name, args, path.span),
                    None => Ok(None),
                }
            }
            Named::LibraryMember(name, args, member) => {
                match builtins::meta(self, &name, &args, Some(&member), path.span) {
                    Some(Ok(TemplateArgValue::Type(ty))) => Ok(Some(ty)),
                    Some(Err(poison)) => Err(poison),
                    _ => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }

    fn entity_type(&mut self, entity: Entity<'a>, segment: &'a ast::Segment) -> Result<Type> {
        match entity {
            Entity::Type(ty) => Ok(ty),
            Entity::Struct(id) => match &segment.args {
                Some(args) => {
                    let args = self.template_args(args)?;
                    self.instantiate(id, args, segment.ident.span)
                }
                None => match self.enclosing_instance_type(id) {
                    Some(ty) => Ok(ty),
                    None => self.instantiate(id, Vec::new(), segment.ident.span),
                },
            },
            Entity::AliasTemplate(params, ty, scope) => {
                let args = match &segment.args {
                    Some(args) => self.template_args(args)?,
                    None => Vec::new(),
                };
                self.enter_template(segment.ident.span)?;
                let inner = self.new_scope(Some(scope));
                let result = self
                    .bind_template_params(inner, params, &args, segment.ident.span)
                    .and_then(|()| self.in_scope(inner, |cx| cx.resolve_type(ty)));
                self.leave_template();
                Ok(result?.ty)
            }
            _ => Err(Poison),
        }
    }

    /// `vec<T, N>` and the other class templates of the library that are types of this front end.
    fn library_template(&mut self, name: &str, args: &'a [TemplateArg], span: Span) -> Result<Option<Type>> {
        let known = matches!(
            name,
            "vec" | "packed_vec" | "matrix" | "atomic" | "_atomic" | "simdgroup_matrix" | "array"
        );
        let args = self.template_args(args)?;
        if !known {
            return match builtins::meta(self, name, &args, None, span) {
                Some(Ok(TemplateArgValue::Type(ty))) => Ok(Some(ty)),
                Some(Err(poison)) => Err(poison),
                _ => Ok(None),
            };
        }
        let element = args.first().and_then(|a| a.as_type().cloned());
        let number = |i: usize| match args.get(i) {
            Some(TemplateArgValue::Value(v)) => v.as_constant(),
            _ => None,
        };
        let wrong = |cx: &mut Self, rule: &str| {
            Err(cx.error(Diagnostic::error(
                "template-arguments",
                span,
                format!("wrong template arguments for `{name}`: {rule}"),
            )))
        };
        let Some(element) = element else { return wrong(self, "the first must be a type") };
        if element.is_error() {
            return Err(Poison);
        }
        if name == "array" {
            return match number(1) {
                Some(n) if n > 0 && n < 1 << 24 => Ok(Some(Type::Array(Rc::new(element), n as usize))),
                _ => wrong(self, "the second must be a size"),
            };
        }
        let Type::Scalar(of) = element else {
            return wrong(self, "the first must be a number type");
        };
        let small = |n: Option<u64>| n.filter(|n| (2..=4).contains(n)).map(|n| n as u8);
        match name {
            "vec" | "packed_vec" => {
                match small(number(1)).or(number(1).filter(|n| [8, 16].contains(n)).map(|n| n as u8)) {
                    Some(n) => Ok(Some(Type::Vector { of, n, packed: name == "packed_vec" })),
                    None if number(1) == Some(1) => Ok(Some(Type::Scalar(of))),
                    None => wrong(self, "the size must be 2, 3, 4, 8 or 16"),
                }
            }
            "matrix" => match (small(number(1)), small(number(2))) {
                (Some(columns), Some(rows)) => Ok(Some(Type::Matrix { of, columns, rows })),
                _ => wrong(self, "columns and rows must be 2, 3 or 4"),
            },
            "simdgroup_matrix" => match (number(1).unwrap_or(8), number(2).unwrap_or(8)) {
                (8, 8) if of.is_float() => Ok(Some(Type::SimdMatrix(of))),
                _ => wrong(self, "only 8 by 8 matrices of float types exist"),
            },
            _ => Ok(Some(Type::Atomic(of))),
        }
    }

    /// A type as written.
    pub(crate) fn resolve_type(&mut self, ty: &'a TypeExpr) -> Result<Declared> {
        let is_const = ty.quals.is_const || ty.quals.is_constexpr;
        let space = ty.space.map(space_of);
        let plain = |ty: Type| Declared { ty, reference: None, is_const, space };
        match &ty.kind {
            TypeKind::Named(path) => {
                if let Some(found) = self.try_path_type(path)? {
                    return Ok(plain(found));
                }
                Err(self.unknown_type(path))
            }
            TypeKind::Auto => Err(self.error(
                Diagnostic::error("auto", ty.span, "`auto` needs an initialiser to take its type from")
                    .help("write the type, or initialise the variable"),
            )),
            TypeKind::Decltype(e) => {
                let place = self.unevaluated(e)?;
                Ok(plain(place.ty))
            }
            TypeKind::Pointer(to) => {
                let to_declared = self.resolve_type(to)?;
                let space = to_declared.space.unwrap_or(Space::Thread);
                Ok(plain(Type::pointer(to_declared.ty, space, to_declared.is_const)))
            }
            TypeKind::Reference(to) => {
                let inner = self.resolve_type(to)?;
                Ok(Declared {
                    ty: inner.ty,
                    reference: Some(inner.space.or(space).unwrap_or(Space::Thread)),
                    is_const: inner.is_const,
                    space: inner.space.or(space),
                })
            }
            TypeKind::Array(of, size) => {
                let of_declared = self.resolve_type(of)?;
                if let Type::Array(_, 0) = of_declared.ty {
                    return Err(self.error(Diagnostic::error(
                        "array-size",
                        of.span,
                        "only the first dimension of an array can be left out",
                    )));
                }
                let space = space.or(of_declared.space);
                let is_const = is_const || of_declared.is_const;
                let n = match size {
                    Some(size) => self.array_size(size)?,
                    None => 0,
                };
                Ok(Declared { ty: Type::Array(Rc::new(of_declared.ty), n), reference: None, is_const, space })
            }
            TypeKind::Error => Err(Poison),
        }
    }

    fn array_size(&mut self, size: &'a ast::Expr) -> Result<usize> {
        let value = self.constant_value(size)?;
        let Some(scalar) = value.ty.scalar().filter(|s| !s.is_float()) else {
            return Err(self.error(Diagnostic::error(
                "array-size",
                size.span,
                format!("an array size must be an integer, not `{}`", value.ty),
            )));
        };
        let n = value.as_constant().unwrap_or(0);
        if scalar.is_signed() && (n as i64) < 0 || n == 0 {
            return Err(self.error(Diagnostic::error(
                "array-size",
                size.span,
                format!("an array needs at least one element, not {}", n as i64),
            )));
        }
        if n > 1 << 28 {
            return Err(self.error(Diagnostic::error(
                "array-size",
                size.span,
                format!("an array of {n} elements is too large"),
            )));
        }
        Ok(n as usize)
    }

    fn unknown_type(&mut self, path: &'a ast::Path) -> Poison {
        let name = &path.last().ident.name;
        let text = match &**name {
            "double" | "double2" | "double3" | "double4" => {
                Diagnostic::error("no-double", path.span, "Metal has no `double`").help("use `float`")
            }
            "string" => Diagnostic::error("unknown-type", path.span, "Metal has no strings"),
            _ if super::foreign::is_tensor_path(path) => super::foreign::tensor(path.span),
            n if n.starts_with("texture") || n == "sampler" => Diagnostic::error(
                "unsupported",
                path.span,
                format!("textures and samplers (`{n}`) cannot be bound by `metal_kernel`"),
            )
            .help("read the data from an input array"),
            _ => {
                let mut d =
                    Diagnostic::error("unknown-type", path.span, format!("`{name}` is not a known type"));
                if let Some(similar) = self.similar_name(name) {
                    d = d.help(format!("did you mean `{similar}`?"));
                }
                d
            }
        };
        self.error(text)
    }
}

enum Container {
    Scope(ScopeId),
    Enum(Rc<super::types::EnumType>),
}

/// Types whose names are keywords, which nothing can hide.
fn keyword_type(name: &str) -> Option<Type> {
    let scalar = match name {
        "void" => return Some(Type::Void),
        "bool" => Scalar::Bool,
        "char" | "signed char" => Scalar::I8,
        "unsigned char" => Scalar::U8,
        "short" | "signed short" | "short int" => Scalar::I16,
        "unsigned short" | "unsigned short int" => Scalar::U16,
        "int" | "signed" | "signed int" => Scalar::I32,
        "unsigned" | "unsigned int" => Scalar::U32,
        "long" | "signed long" | "long int" | "long long" | "signed long long" | "long long int" => {
            Scalar::I64
        }
        "unsigned long" | "unsigned long int" | "unsigned long long" | "unsigned long long int" => {
            Scalar::U64
        }
        "half" => Scalar::F16,
        "bfloat" => Scalar::BF16,
        "float" => Scalar::F32,
        _ => return None,
    };
    Some(Type::Scalar(scalar))
}

/// The scalar types of the library.
fn library_scalar(name: &str) -> Option<Scalar> {
    Some(match name {
        "bool" => Scalar::Bool,
        "char" | "int8_t" => Scalar::I8,
        "uchar" | "uint8_t" => Scalar::U8,
        "short" | "int16_t" => Scalar::I16,
        "ushort" | "uint16_t" => Scalar::U16,
        "int" | "int32_t" => Scalar::I32,
        "uint" | "uint32_t" => Scalar::U32,
        "long" | "int64_t" | "ptrdiff_t" | "intptr_t" => Scalar::I64,
        "ulong" | "uint64_t" | "size_t" | "uintptr_t" => Scalar::U64,
        "half" | "float16_t" => Scalar::F16,
        "bfloat" | "bfloat16_t" => Scalar::BF16,
        "float" | "float32_t" => Scalar::F32,
        _ => return None,
    })
}

/// A type of the library that is not a template.
pub(crate) fn library_type(name: &str) -> Option<Type> {
    if let Some(ty) = keyword_type(name).or_else(|| library_scalar(name).map(Type::Scalar)) {
        return Some(ty);
    }
    let (packed, rest) = match name.strip_prefix("packed_") {
        Some(rest) => (true, rest),
        None => (false, name),
    };
    let digit = |b: u8| (b'2'..=b'4').contains(&b).then(|| b - b'0');
    let bytes = rest.as_bytes();
    if bytes.len() >= 2
        && let Some(n) = digit(bytes[bytes.len() - 1])
    {
        let stem = &rest[..rest.len() - 1];
        if matches!(
            stem,
            "bool"
                | "char"
                | "uchar"
                | "short"
                | "ushort"
                | "int"
                | "uint"
                | "long"
                | "ulong"
                | "half"
                | "bfloat"
                | "float"
        ) {
            return library_scalar(stem).map(|of| Type::Vector { of, n, packed });
        }
        if let Some(stem) = stem.strip_suffix('x')
            && let Some(columns) = stem.as_bytes().last().copied().and_then(digit)
            && let Some(of @ (Scalar::F32 | Scalar::F16 | Scalar::BF16)) =
                library_scalar(&stem[..stem.len() - 1])
        {
            return Some(Type::Matrix { of, columns, rows: n });
        }
    }
    Some(match name {
        "atomic_int" => Type::Atomic(Scalar::I32),
        "atomic_uint" => Type::Atomic(Scalar::U32),
        "atomic_bool" => Type::Atomic(Scalar::Bool),
        "atomic_float" => Type::Atomic(Scalar::F32),
        "atomic_ulong" => Type::Atomic(Scalar::U64),
        "simdgroup_float8x8" => Type::SimdMatrix(Scalar::F32),
        "simdgroup_half8x8" => Type::SimdMatrix(Scalar::F16),
        "simdgroup_bfloat8x8" => Type::SimdMatrix(Scalar::BF16),
        "nullptr_t" => Type::Null,
        _ => return None,
    })
}
