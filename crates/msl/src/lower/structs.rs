//! Structs: declaration, instantiation, layout, members, constructors.

use super::Lower;
use super::access::{hidden_names, member_name};
use super::function::{CallArg, FunctionId};
use super::scope::{Entity, ScopeId};
use super::types::{EnumType, Field, StructTraits, StructType, Type};
use super::value::{Place, Poison, Result, TemplateArgValue, Value};
use crate::syntax::ast::{self, FunctionName, Item};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use std::rc::Rc;
use std::sync::Arc;

/// A struct declaration's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StructId(pub(crate) u32);

/// Largest struct, in bytes.
const MAX_STRUCT_BYTES: usize = 1 << 20;

/// Name under which constructors are kept; no identifier can be it.
pub(crate) const CONSTRUCTOR: &str = "<constructor>";
/// Name under which conversion operators are kept.
pub(crate) const CONVERSION: &str = "<conversion>";

/// A struct or struct template with its specialisations.
#[derive(Debug)]
pub(crate) struct StructDecl<'a> {
    pub(crate) primary: Option<&'a ast::Struct>,
    pub(crate) specialisations: Vec<&'a ast::Struct>,
    pub(crate) name: &'a str,
    scope: ScopeId,
}

/// A struct with its template arguments bound.
#[derive(Debug)]
pub(crate) struct Instance<'a> {
    pub(crate) decl: StructId,
    pub(crate) args: Vec<TemplateArgValue>,
    pub(crate) ty: Rc<StructType>,
    pub(crate) scope: ScopeId,
    /// Default member initialisers by field.
    pub(crate) inits: Vec<(usize, &'a ast::Init)>,
    pub(crate) has_constructor: bool,
    /// Names that not everyone may use.
    pub(crate) hidden: Vec<(&'a str, ast::Access)>,
    pub(crate) bases: Vec<u32>,
}

impl<'a> Lower<'a> {
    /// Declares a struct in the current scope.
    pub(crate) fn declare_struct(&mut self, decl: &'a ast::Struct) {
        if decl.is_union {
            self.report(
                Diagnostic::error("unsupported", decl.name.span, "unions are not supported")
                    .help("use `as_type<T>(x)` to reinterpret bits, or a struct"),
            );
            if !decl.name.name.is_empty() {
                self.bind(self.scope, &decl.name.name, Entity::Type(Type::Error), decl.name.span);
            }
            return;
        }
        let known = match self.own(self.scope, &decl.name.name).map(|b| b.entity.clone()) {
            Some(Entity::Struct(id)) => Some(id),
            _ => None,
        };
        let id = match known {
            Some(id) => id,
            None => {
                let id = StructId(self.structs.len() as u32);
                self.structs.push(StructDecl {
                    primary: None,
                    specialisations: Vec::new(),
                    name: &decl.name.name,
                    scope: self.scope,
                });
                self.bind(self.scope, &decl.name.name, Entity::Struct(id), decl.name.span);
                id
            }
        };
        let entry = &mut self.structs[id.0 as usize];
        if decl.specialisation.is_some() {
            entry.specialisations.push(decl);
        } else if entry.primary.is_none_or(|p| p.is_forward) {
            entry.primary = Some(decl);
        } else if !decl.is_forward {
            let old = entry.primary.map_or(decl.name.span, |p| p.name.span);
            self.report(
                Diagnostic::error(
                    "redefinition",
                    decl.name.span,
                    format!("`{}` is already declared in this scope", decl.name.name),
                )
                .also(old, "declared here first"),
            );
        }
    }

    /// Declares an enumeration in the current scope.
    pub(crate) fn declare_enum(&mut self, decl: &'a ast::Enum) {
        let underlying = match &decl.underlying {
            Some(ty) => match self.resolve_type(ty) {
                Ok(d) => d.ty.scalar().unwrap_or(ir::Scalar::I32),
                Err(Poison) => ir::Scalar::I32,
            },
            None => ir::Scalar::I32,
        };
        let mut next = 0u64;
        let mut variants: Vec<(Arc<str>, u64)> = Vec::new();
        let inner = self.new_scope(Some(self.scope));
        for (name, value) in &decl.variants {
            if let Some(e) = value {
                let bits = self.in_scope(inner, |cx| {
                    let value = cx.constant_value(e)?;
                    cx.convert(value, &Type::Scalar(underlying), e.span)
                });
                if let Ok(value) = bits {
                    next = value.as_constant().unwrap_or(next);
                }
            }
            variants.push((name.name.clone(), next));
            self.bind(
                inner,
                &name.name,
                Entity::Place(Rc::new(Place::value(Value::constant(underlying, next)))),
                name.span,
            );
            next = ir::scalar::binary(ir::BinaryOp::Add, work(underlying), next, 1);
        }
        let ty = Rc::new(EnumType {
            id: self.next_enum,
            name: decl.name.name.clone(),
            underlying,
            scoped: decl.scoped,
            variants,
        });
        self.next_enum += 1;
        if !decl.scoped {
            for ((name, _), (_, bits)) in decl.variants.iter().zip(&ty.variants) {
                let value = Value::new(Type::Enum(ty.clone()), super::value::Part::Const(*bits));
                self.declare_place(name, Place::value(value));
            }
        }
        if !decl.name.name.is_empty() {
            self.declare(&decl.name, Entity::Type(Type::Enum(ty)));
        }
    }

    /// The type of a struct with these arguments.
    pub(crate) fn instantiate(
        &mut self,
        id: StructId,
        args: Vec<TemplateArgValue>,
        span: Span,
    ) -> Result<Type> {
        let decl = &self.structs[id.0 as usize];
        let (name, scope, primary) = (decl.name, decl.scope, decl.primary);
        let Some(primary) = primary else {
            return Err(self.error(Diagnostic::error(
                "incomplete-type",
                span,
                format!("`{name}` is specialised but never declared"),
            )));
        };
        // Defaults and conversions of values happen in a scope of the parameters.
        let bound = self.new_scope(Some(scope));
        let args = if primary.template.is_empty() && args.is_empty() {
            args
        } else {
            self.bind_template_params(bound, &primary.template, &args, span)?;
            self.bound_args(bound, &primary.template)
        };
        if let Some(found) = self.instances.iter().find(|i| i.decl == id && i.args == args) {
            return Ok(Type::Struct(found.ty.clone()));
        }
        if self.instantiating.iter().any(|(i, a)| *i == id && *a == args) {
            return Err(self.error(
                Diagnostic::error("incomplete-type", span, format!("`{name}` is used before it is complete"))
                    .help("a struct cannot contain itself"),
            ));
        }
        self.enter_template(span)?;
        self.instantiating.push((id, args.clone()));
        let result =
            self.choose_specialisation(id, primary, &args, bound, span).and_then(|(chosen, scope)| {
                if chosen.is_forward {
                    return Err(self.error(
                        Diagnostic::error(
                            "incomplete-type",
                            span,
                            format!("`{name}` is declared but never defined"),
                        )
                        .also(chosen.name.span, "declared here"),
                    ));
                }
                self.build_instance(id, chosen, args.clone(), scope)
            });
        self.instantiating.pop();
        self.leave_template();
        result
    }

    fn choose_specialisation(
        &mut self,
        id: StructId,
        primary: &'a ast::Struct,
        args: &[TemplateArgValue],
        bound: ScopeId,
        span: Span,
    ) -> Result<(&'a ast::Struct, ScopeId)> {
        let scope = self.structs[id.0 as usize].scope;
        let candidates = self.structs[id.0 as usize].specialisations.clone();
        let mut best: Option<(&'a ast::Struct, ScopeId)> = None;
        for candidate in candidates {
            let Some(patterns) = &candidate.specialisation else { continue };
            let mut bindings = vec![None; candidate.template.len()];
            let inner = self.new_scope(Some(scope));
            let fits = patterns.len() <= args.len()
                && self.in_scope(inner, |cx| {
                    patterns
                        .iter()
                        .zip(args)
                        .all(|(p, a)| cx.match_template_arg(p, a, &candidate.template, &mut bindings))
                });
            if !fits {
                continue;
            }
            let found: Option<Vec<TemplateArgValue>> = bindings.into_iter().collect();
            let Some(found) = found else { continue };
            if self.bind_template_params(inner, &candidate.template, &found, span).is_err() {
                continue;
            }
            // Fewer parameters left open is the more special one.
            if best.is_none_or(|(b, _)| candidate.template.len() < b.template.len()) {
                best = Some((candidate, inner));
            }
        }
        Ok(best.unwrap_or((primary, bound)))
    }

    fn build_instance(
        &mut self,
        decl: StructId,
        ast: &'a ast::Struct,
        args: Vec<TemplateArgValue>,
        bound: ScopeId,
    ) -> Result<Type> {
        let scope = self.new_namespace(Some(bound));
        let mut fields: Vec<Field> = Vec::new();
        let (mut size, mut align, mut part) = (0usize, 1usize, 0usize);
        let mut inits = Vec::new();
        let mut bases = Vec::new();
        let mut has_constructor = false;
        for base in &ast.bases {
            let ty = self.in_scope(bound, |cx| cx.try_path_type(base))?;
            let Some(Type::Struct(base_type)) = ty else {
                return Err(self.error(Diagnostic::error(
                    "base-class",
                    base.span,
                    "this base is not a struct",
                )));
            };
            for field in &base_type.fields {
                let mut field = field.clone();
                field.offset += size;
                field.first_part += part;
                fields.push(field);
            }
            size += base_type.size;
            align = align.max(base_type.align);
            part += Type::Struct(base_type.clone()).part_count();
            let instance = &self.instances[base_type.id as usize];
            let first = fields.len() - base_type.fields.len();
            inits.extend(instance.inits.iter().map(|(i, init)| (first + i, *init)));
            let base_scope = instance.scope;
            bases.push(base_type.id);
            self.scopes[scope.0 as usize].also.push(base_scope);
        }
        self.instance_of_scope.insert(scope, u32::MAX);
        let others = ast.members.iter().any(|m| matches!(m, Item::Function(f) if is_own_constructor(f)));
        for member in &ast.members {
            match member {
                Item::Variables(list) => {
                    for variable in list {
                        let quals = innermost_quals(&variable.ty);
                        if quals.is_static || quals.is_constexpr {
                            let id = self.add_global(variable, scope);
                            self.bind(scope, &variable.name.name, Entity::Global(id), variable.name.span);
                            continue;
                        }
                        let declared = self.in_scope(scope, |cx| cx.resolve_type(&variable.ty))?;
                        if declared.reference.is_some() {
                            return Err(self.error(
                                Diagnostic::error(
                                    "unsupported",
                                    variable.span,
                                    "reference members are not supported",
                                )
                                .help("use a pointer, or pass the object to the methods that need it"),
                            ));
                        }
                        let ty = declared.ty;
                        size = size.next_multiple_of(ty.align());
                        align = align.max(ty.align());
                        if let Some(init) = &variable.init {
                            inits.push((fields.len(), init));
                        }
                        self.bind(scope, &variable.name.name, Entity::Field, variable.name.span);
                        let (bytes, parts) = (ty.size(), ty.part_count());
                        fields.push(Field {
                            name: variable.name.name.clone(),
                            ty,
                            offset: size,
                            first_part: part,
                            is_const: declared.is_const,
                        });
                        size = size.saturating_add(bytes);
                        part = part.saturating_add(parts);
                    }
                }
                Item::Function(f) => {
                    has_constructor |= is_own_constructor(f);
                    // What the language does anyway needs no function; a constructor without arguments does where
                    // others would keep it from being there.
                    if f.given == ast::Given::Default && (!others || !f.params.is_empty()) {
                        continue;
                    }
                    let id = self.add_function(f, scope, true);
                    self.bind_function(scope, member_name(f), id, f.span);
                }
                other => self.in_scope(scope, |cx| cx.declare_item(other)),
            }
        }
        let id = self.instances.len() as u32;
        let size = size.next_multiple_of(align).max(1);
        let name = self.instance_name(decl, &args);
        if size > MAX_STRUCT_BYTES {
            return Err(self.error(Diagnostic::error(
                "too-large",
                ast.name.span,
                format!("`{name}` takes {size} bytes; a struct may take {MAX_STRUCT_BYTES}"),
            )));
        }
        let traits = StructTraits {
            plain: fields.iter().all(|f| f.ty.is_plain()),
            has_array: fields.iter().any(|f| f.ty.has_array()),
            cell: fields.iter().map(|f| f.ty.cell()).min().unwrap_or(4),
            needs_construction: !inits.is_empty()
                || has_constructor && self.has_default_constructor(scope)
                || fields.iter().any(|f| self.needs_construction(&f.ty)),
        };
        let ty = Rc::new(StructType { id, name, fields, size, align, traits, span: ast.name.span });
        self.instances.push(Instance {
            decl,
            args,
            ty: ty.clone(),
            scope,
            inits,
            has_constructor,
            hidden: hidden_names(ast),
            bases,
        });
        self.instance_of_scope.insert(scope, id);
        Ok(Type::Struct(ty))
    }

    fn instance_name(&self, decl: StructId, args: &[TemplateArgValue]) -> Arc<str> {
        let name = self.structs[decl.0 as usize].name;
        if args.is_empty() {
            return name.into();
        }
        let words: Vec<String> = args.iter().map(describe_arg).collect();
        format!("{name}<{}>", words.join(", ")).into()
    }

    /// The scope of a struct type's members.
    pub(crate) fn struct_scope(&self, id: u32) -> ScopeId {
        self.instances[id as usize].scope
    }

    /// The scope of the instance of `id` whose members are being lowered, if one is.
    pub(crate) fn enclosing_instance(&self, id: StructId) -> Option<ScopeId> {
        let mut at = Some(self.scope);
        while let Some(scope) = at {
            if let Some(&instance) = self.instance_of_scope.get(&scope) {
                let same = match self.instances.get(instance as usize) {
                    Some(found) => found.decl == id,
                    None => self.instantiating.last().is_some_and(|(i, _)| *i == id),
                };
                if same {
                    return Some(scope);
                }
            }
            at = self.parent_scope(scope);
        }
        None
    }

    /// The type of the instance of `id` whose members are being lowered, if one is complete.
    pub(crate) fn enclosing_instance_type(&self, id: StructId) -> Option<Type> {
        let scope = self.enclosing_instance(id)?;
        let instance = *self.instance_of_scope.get(&scope)?;
        self.instances.get(instance as usize).map(|i| Type::Struct(i.ty.clone()))
    }

    /// True when struct `base` is a base of `derived` and its fields stand first in it.
    pub(crate) fn is_base(&self, base: u32, derived: u32) -> bool {
        let bases = &self.instances[derived as usize].bases;
        bases.first().is_some_and(|&b| b == base || self.is_base(base, b))
    }

    /// A struct made from constructor arguments.
    pub(crate) fn construct_struct(
        &mut self,
        ty: &Rc<StructType>,
        args: Vec<CallArg<'a>>,
        span: Span,
    ) -> Result<Value> {
        let scope = self.struct_scope(ty.id);
        let whole = Type::Struct(ty.clone());
        if args.is_empty() && self.find_constructor(scope, 0).is_none() {
            return self.default_value(&whole, span);
        }
        if let [CallArg::Place(place, at)] = &args[..] {
            if place.ty == whole {
                return self.load(place, *at);
            }
            if self.standard_rank(&place.ty, &whole).is_some() {
                return self.convert_place(place, &whole, *at);
            }
        }
        let constructors = match self.own(scope, CONSTRUCTOR).map(|b| b.entity.clone()) {
            Some(Entity::Functions(list)) => list,
            _ => Rc::new(Vec::new()),
        };
        if constructors.is_empty() {
            return Err(self.error(
                Diagnostic::error(
                    "no-constructor",
                    span,
                    format!("`{}` has no constructor that takes {} arguments", ty.name, args.len()),
                )
                .also(ty.span, "declared here")
                .help(format!("list its members in braces: `{}{{...}}`", ty.name)),
            ));
        }
        self.check_access(scope, CONSTRUCTOR, span)?;
        let this = self.temporary_object(&whole, span);
        self.call_overloads(&ty.name, &constructors, &[], args, Some(this.clone()), span)?;
        self.load(&this, span)
    }

    fn find_constructor(&self, scope: ScopeId, _count: usize) -> Option<FunctionId> {
        match self.own(scope, CONSTRUCTOR).map(|b| &b.entity) {
            Some(Entity::Functions(list)) => list.first().copied(),
            _ => None,
        }
    }

    /// A value for a declaration without initialiser: default member initialisers, constructors, zeros elsewhere.
    pub(crate) fn default_value(&mut self, ty: &Type, span: Span) -> Result<Value> {
        match ty {
            Type::Struct(s) => {
                let instance = &self.instances[s.id as usize];
                let (scope, inits) = (instance.scope, instance.inits.clone());
                if instance.has_constructor {
                    let takes_none = self.has_default_constructor(scope);
                    if takes_none {
                        return self.construct_struct(s, Vec::new(), span);
                    }
                }
                let mut parts = Vec::with_capacity(ty.part_count());
                for (i, field) in s.fields.iter().enumerate() {
                    let value = match inits.iter().rev().find(|(n, _)| *n == i) {
                        Some((_, init)) => {
                            self.in_scope(scope, |cx| cx.initial_value(&field.ty, init, span))?
                        }
                        None => self.default_value(&field.ty, span)?,
                    };
                    parts.extend(value.parts.iter().copied());
                }
                Ok(Value::new(ty.clone(), parts))
            }
            Type::Array(of, n) if matches!(**of, Type::Struct(_)) => {
                let one = self.default_value(of, span)?;
                let mut parts = Vec::new();
                for _ in 0..*n {
                    parts.extend(one.parts.iter().copied());
                }
                Ok(Value::new(ty.clone(), parts))
            }
            _ => Ok(Value::new(ty.clone(), vec![super::value::Part::Const(0); ty.part_count()])),
        }
    }

    /// Some constructor can be called without arguments.
    pub(crate) fn has_default_constructor(&self, scope: ScopeId) -> bool {
        match self.own(scope, CONSTRUCTOR).map(|b| &b.entity) {
            Some(Entity::Functions(list)) => list.iter().any(|&id| {
                let f = self.functions[id.0 as usize].ast;
                f.params.iter().all(|p| p.default.is_some())
            }),
            _ => false,
        }
    }

    /// True when a declaration without initialiser must run code.
    pub(crate) fn needs_construction(&self, ty: &Type) -> bool {
        match ty {
            Type::Struct(s) => s.traits.needs_construction,
            Type::Array(of, _) => self.needs_construction(of),
            _ => false,
        }
    }

    /// User-defined conversion to `to`: a constructor of it, or a conversion operator of the value's struct.
    pub(crate) fn convert_by_user(&mut self, value: Value, to: &Type, span: Span) -> Option<Result<Value>> {
        if let Type::Struct(target) = to
            && self.instances[target.id as usize].has_constructor
        {
            let scope = self.struct_scope(target.id);
            let list = match self.own(scope, CONSTRUCTOR).map(|b| b.entity.clone()) {
                Some(Entity::Functions(list)) => list,
                _ => return None,
            };
            let args = vec![CallArg::Place(Place::value(value.clone()), span)];
            let this =
                Place::value(Value::new(to.clone(), vec![super::value::Part::Const(0); to.part_count()]));
            if self.depth_of_user_conversions < 2 {
                self.depth_of_user_conversions += 1;
                let viable = self.viable(&list, &[], &args, Some(&this), span);
                self.depth_of_user_conversions -= 1;
                if !viable.is_empty() {
                    return Some(self.construct_struct(target, args, span));
                }
            }
        }
        if let Type::Struct(source) = &value.ty {
            let scope = self.struct_scope(source.id);
            let list = self.visible_members(scope, CONVERSION);
            let mut fallback = None;
            for id in list {
                let decl = &self.functions[id.0 as usize];
                let (ast, function_scope) = (decl.ast, decl.scope);
                let FunctionName::Conversion(ty) = &ast.name else { continue };
                if !ast.template.is_empty() {
                    // `template <typename T> operator T()`: T is the target.
                    let inner = self.new_scope(Some(function_scope));
                    let args = [TemplateArgValue::Type(to.clone())];
                    if self.bind_template_params(inner, &ast.template, &args, span).is_ok() {
                        let ret = self.in_scope(inner, |cx| cx.quietly(|cx| cx.resolve_type(ty)));
                        if ret.is_ok_and(|r| r.ty == *to) {
                            fallback = Some((id, Some(inner), to.clone()));
                        }
                    }
                    continue;
                }
                let Ok(declared) = self.in_scope(function_scope, |cx| cx.resolve_type(ty)) else { continue };
                if declared.ty == *to {
                    fallback = Some((id, None, declared.ty));
                    break;
                }
                if fallback.is_none() && self.standard_rank(&declared.ty, to).is_some() {
                    fallback = Some((id, None, declared.ty));
                }
            }
            if let Some((id, scope, ty)) = fallback {
                let this = Place::value(value);
                let result =
                    self.call_conversion(id, scope, &ty, this, span).and_then(|v| self.convert(v, to, span));
                return Some(result);
            }
        }
        None
    }

    /// The functions called `name` in a struct and its bases.
    pub(crate) fn visible_members(&self, scope: ScopeId, name: &str) -> Vec<FunctionId> {
        match self.member(scope, name).map(|b| &b.entity) {
            Some(Entity::Functions(list)) => list.to_vec(),
            _ => Vec::new(),
        }
    }
}

/// A constructor that does something of its own.
fn is_own_constructor(f: &ast::Function) -> bool {
    matches!(f.name, FunctionName::Constructor(_)) && f.given != ast::Given::Default
}

fn work(s: ir::Scalar) -> ir::Scalar {
    if s.has_arithmetic() { s } else { ir::Scalar::I32 }
}

/// The qualifiers written before a declaration: those of its element type.
pub(crate) fn innermost_quals(ty: &ast::TypeExpr) -> ast::Qualifiers {
    let mut quals = ty.quals;
    let mut at = ty;
    while let ast::TypeKind::Array(of, _) = &at.kind {
        at = of;
        quals.is_static |= at.quals.is_static;
        quals.is_constexpr |= at.quals.is_constexpr;
        quals.is_const |= at.quals.is_const;
    }
    quals
}

/// A template argument as one would write it.
pub(crate) fn describe_arg(arg: &TemplateArgValue) -> String {
    match arg {
        TemplateArgValue::Type(ty) => ty.to_string(),
        TemplateArgValue::Value(v) => match (v.as_constant(), &v.ty) {
            (Some(bits), Type::Scalar(ir::Scalar::Bool)) => (bits != 0).to_string(),
            (Some(bits), ty) if ty.scalar().is_some_and(|s| s.is_float()) => {
                let s = ty.scalar().unwrap_or(ir::Scalar::F32);
                ir::scalar::to_f64(s, bits).to_string()
            }
            (Some(bits), ty) if ty.scalar().is_some_and(|s| s.is_signed()) => (bits as i64).to_string(),
            (Some(bits), _) => bits.to_string(),
            (None, _) => "?".to_string(),
        },
    }
}
