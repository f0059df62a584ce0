//! Template parameters: deducing them from arguments and binding them in a scope.

use super::Lower;
use super::function::CallArg;
use super::scope::{Entity, ScopeId};
use super::types::Type;
use super::value::{Place, Poison, Result, TemplateArgValue, Value};
use crate::syntax::ast::{self, ExprKind, TemplateArg, TemplateParam, TemplateParamKind, TypeExpr, TypeKind};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{Scalar, Space};
use std::rc::Rc;

/// Deepest nesting of template instantiations.
const MAX_TEMPLATE_DEPTH: u32 = 200;

impl<'a> Lower<'a> {
    /// Notes that a template is being instantiated; fails when they nest too deeply.
    pub(crate) fn enter_template(&mut self, span: Span) -> Result<()> {
        self.template_depth += 1;
        if self.template_depth > MAX_TEMPLATE_DEPTH {
            self.template_depth -= 1;
            return Err(self.error(
                Diagnostic::error(
                    "template-depth",
                    span,
                    format!("templates nest more than {MAX_TEMPLATE_DEPTH} deep"),
                )
                .help("a recursive template needs a specialisation or an `if constexpr` that ends it"),
            ));
        }
        Ok(())
    }

    /// Ends what [`Lower::enter_template`] began.
    pub(crate) fn leave_template(&mut self) {
        self.template_depth -= 1;
    }

    /// Binds template parameters to arguments, then to defaults, in `scope`.
    pub(crate) fn bind_template_params(
        &mut self,
        scope: ScopeId,
        params: &'a [TemplateParam],
        args: &[TemplateArgValue],
        span: Span,
    ) -> Result<()> {
        if args.len() > params.len() {
            return Err(self.error(Diagnostic::error(
                "template-arguments",
                span,
                format!("{} template arguments given, at most {} expected", args.len(), params.len()),
            )));
        }
        for (i, param) in params.iter().enumerate() {
            self.bind_template_param(scope, param, args.get(i), span)?;
        }
        Ok(())
    }

    fn bind_template_param(
        &mut self,
        scope: ScopeId,
        param: &'a TemplateParam,
        arg: Option<&TemplateArgValue>,
        span: Span,
    ) -> Result<()> {
        let name: &'a str = &param.name.name;
        let entity = match (&param.kind, arg) {
            (TemplateParamKind::Type(_), Some(TemplateArgValue::Type(ty))) => Entity::Type(ty.clone()),
            (TemplateParamKind::Type(Some(default)), None) => {
                Entity::Type(self.in_scope(scope, |cx| cx.resolve_type(default))?.ty)
            }
            (TemplateParamKind::Value(ty, _), Some(TemplateArgValue::Value(value))) => {
                let value = self.template_value(scope, ty, value.clone(), span)?;
                Entity::Place(Rc::new(constant_place(value)))
            }
            (TemplateParamKind::Value(ty, Some(default)), None) => {
                let value = self.in_scope(scope, |cx| cx.constant_value(default))?;
                let value = self.template_value(scope, ty, value, span)?;
                Entity::Place(Rc::new(constant_place(value)))
            }
            (_, None) => {
                return Err(self.error(Diagnostic::error(
                    "template-arguments",
                    span,
                    format!("the template parameter `{name}` has no argument and cannot be deduced"),
                )));
            }
            (TemplateParamKind::Type(_), Some(_)) => {
                return Err(self.error(Diagnostic::error(
                    "template-arguments",
                    span,
                    format!("the template parameter `{name}` is a type, the argument is a value"),
                )));
            }
            (TemplateParamKind::Value(..), Some(_)) => {
                return Err(self.error(Diagnostic::error(
                    "template-arguments",
                    span,
                    format!("the template parameter `{name}` is a value, the argument is a type"),
                )));
            }
        };
        self.bind(scope, name, entity, param.name.span);
        Ok(())
    }

    fn template_value(
        &mut self,
        scope: ScopeId,
        ty: &'a TypeExpr,
        value: Value,
        span: Span,
    ) -> Result<Value> {
        if matches!(ty.kind, TypeKind::Auto) {
            return Ok(value);
        }
        let declared = self.in_scope(scope, |cx| cx.resolve_type(ty))?;
        self.convert(value, &declared.ty, span)
    }

    /// What the parameters are bound to in `scope`.
    pub(crate) fn bound_args(&self, scope: ScopeId, params: &[TemplateParam]) -> Vec<TemplateArgValue> {
        params
            .iter()
            .enumerate()
            .map(|(i, _)| match self.nth_binding(scope, i) {
                Some(Entity::Type(ty)) => TemplateArgValue::Type(ty),
                Some(Entity::Place(place)) => match &place.kind {
                    super::value::PlaceKind::Value(parts) => {
                        TemplateArgValue::Value(Value { ty: place.ty.clone(), parts: parts.clone() })
                    }
                    _ => TemplateArgValue::Type(Type::Error),
                },
                _ => TemplateArgValue::Type(Type::Error),
            })
            .collect()
    }

    /// Deduces a function template's arguments; yields the scope in which they are bound.
    pub(crate) fn deduce(
        &mut self,
        f: &'a ast::Function,
        scope: ScopeId,
        explicit: &[TemplateArgValue],
        args: &[CallArg<'a>],
        span: Span,
    ) -> Result<(ScopeId, Rc<Vec<TemplateArgValue>>)> {
        let params = &f.template[..];
        if explicit.len() > params.len() {
            return Err(self.error(Diagnostic::error(
                "template-arguments",
                span,
                format!("{} template arguments given, at most {} expected", explicit.len(), params.len()),
            )));
        }
        let mut bindings: Vec<Option<TemplateArgValue>> = explicit.iter().cloned().map(Some).collect();
        bindings.resize(params.len(), None);
        let inner = self.new_scope(Some(scope));
        // What is given explicitly may stand in the types that are deduced.
        for (param, binding) in params.iter().zip(&bindings) {
            if binding.is_some() {
                self.bind_template_param(inner, param, binding.as_ref(), span)?;
            }
        }
        for (param, arg) in f.params.iter().zip(args) {
            let CallArg::Place(place, _) = arg else { continue };
            // What is given is not deduced again: arguments convert to it.
            let mut found = bindings.clone();
            found[..explicit.len()].fill(None);
            let fits = self.in_scope(inner, |cx| cx.match_param(&param.ty, place, params, &mut found));
            bindings[explicit.len()..].clone_from_slice(&found[explicit.len()..]);
            if !fits && explicit.len() < params.len() {
                let d = Diagnostic::error(
                    "deduction",
                    arg.span(),
                    format!(
                        "a `{}` does not fit the template parameter types of `{}`",
                        place.ty,
                        super::function::function_name(f)
                    ),
                );
                let d = match (&place.ty, &param.ty.kind) {
                    (Type::Pointer(p), TypeKind::Pointer(to))
                        if matches!(p.space, Space::Constant | Space::Device)
                            && to.space.map(super::resolve::space_of) != Some(p.space) =>
                    {
                        self.size_rule(d, &p.to, p.space)
                            .help("make the pointer's type the template parameter: `template <typename P> ... f(P p)`")
                    }
                    _ => d,
                };
                return Err(self.error(d));
            }
        }
        self.enter_template(span)?;
        let mut result = Ok(());
        for (i, param) in params.iter().enumerate() {
            if i >= explicit.len() {
                result = self.bind_template_param(inner, param, bindings[i].as_ref(), span);
                if result.is_err() {
                    break;
                }
            }
        }
        self.leave_template();
        result?;
        Ok((inner, Rc::new(self.bound_args(inner, params))))
    }

    fn match_param(
        &mut self,
        pattern: &'a TypeExpr,
        place: &Place,
        params: &'a [TemplateParam],
        bindings: &mut [Option<TemplateArgValue>],
    ) -> bool {
        match &pattern.kind {
            TypeKind::Reference(to) => self.match_type(to, &place.ty, params, bindings),
            _ => match &place.ty {
                Type::Array(of, _) => {
                    let space = super::function::place_space(place);
                    let is_const = place.constness != super::value::Constness::Mutable;
                    let pointer = Type::pointer((**of).clone(), space, is_const);
                    self.match_type(pattern, &pointer, params, bindings)
                }
                ty => self.match_type(pattern, &ty.clone(), params, bindings),
            },
        }
    }

    /// Deduces from one type; false only when the pattern cannot fit. What is not deduced from is not checked here.
    fn match_type(
        &mut self,
        pattern: &'a TypeExpr,
        ty: &Type,
        params: &'a [TemplateParam],
        bindings: &mut [Option<TemplateArgValue>],
    ) -> bool {
        match &pattern.kind {
            TypeKind::Named(path) => {
                if let Some(name) = path.simple() {
                    let Some(i) = params.iter().position(|p| p.name.name == name.name) else { return true };
                    let ty = match ty {
                        Type::Null => return true,
                        other => other.clone(),
                    };
                    return bind(&mut bindings[i], TemplateArgValue::Type(ty));
                }
                let segment = path.last();
                let Some(args) = &segment.args else { return true };
                self.match_template(path, args, ty, params, bindings)
            }
            TypeKind::Pointer(to) => match ty {
                Type::Pointer(p) => {
                    let space = to.space.map_or(Space::Thread, super::resolve::space_of);
                    space == p.space && self.match_type(to, &p.to.clone(), params, bindings)
                }
                Type::Null => true,
                _ => false,
            },
            TypeKind::Array(of, size) => match ty {
                Type::Array(element, n) => {
                    if let Some(size) = size
                        && let Some(i) = param_named(size, params)
                        && !bind(
                            &mut bindings[i],
                            TemplateArgValue::Value(Value::constant(Scalar::U64, *n as u64)),
                        )
                    {
                        return false;
                    }
                    self.match_type(of, &(**element).clone(), params, bindings)
                }
                Type::Pointer(p) => self.match_type(of, &p.to.clone(), params, bindings),
                _ => false,
            },
            TypeKind::Reference(to) => self.match_type(to, ty, params, bindings),
            _ => true,
        }
    }

    fn match_template(
        &mut self,
        path: &'a ast::Path,
        args: &'a [TemplateArg],
        ty: &Type,
        params: &'a [TemplateParam],
        bindings: &mut [Option<TemplateArgValue>],
    ) -> bool {
        let mentions = args.iter().any(|a| mentions(a, params));
        if !mentions {
            return true;
        }
        let number = |n: usize| TemplateArgValue::Value(Value::int(n as i32));
        let actual: Vec<TemplateArgValue> = match (&*path.last().ident.name, ty) {
            ("vec", Type::Vector { of, n, packed: false })
            | ("packed_vec", Type::Vector { of, n, packed: true }) => {
                vec![TemplateArgValue::Type(Type::Scalar(*of)), number(*n as usize)]
            }
            ("matrix", Type::Matrix { of, columns, rows }) => {
                vec![
                    TemplateArgValue::Type(Type::Scalar(*of)),
                    number(*columns as usize),
                    number(*rows as usize),
                ]
            }
            ("atomic", Type::Atomic(of)) => vec![TemplateArgValue::Type(Type::Scalar(*of))],
            ("simdgroup_matrix", Type::SimdMatrix(of)) => {
                vec![TemplateArgValue::Type(Type::Scalar(*of)), number(8), number(8)]
            }
            ("array", Type::Array(of, n)) => vec![TemplateArgValue::Type((**of).clone()), number(*n)],
            (_, Type::Struct(s)) => {
                let instance = &self.instances[s.id as usize];
                let same = match self.lookup(&path.last().ident.name).map(|b| &b.entity) {
                    Some(Entity::Struct(id)) => *id == instance.decl,
                    // An alias template or a qualified name: not deduced through.
                    _ => {
                        path.segments.len() > 1
                            && self.structs[instance.decl.0 as usize].name == &*path.last().ident.name
                    }
                };
                if !same {
                    return path.segments.len() > 1;
                }
                instance.args.clone()
            }
            // `enable_if_t<...>` and the like are not deduced from.
            _ => {
                return !matches!(&*path.last().ident.name, "vec" | "atomic" | "simdgroup_matrix" | "matrix");
            }
        };
        args.iter().zip(&actual).all(|(p, a)| self.match_template_arg(p, a, params, bindings))
    }

    /// Deduces from one template argument.
    pub(crate) fn match_template_arg(
        &mut self,
        pattern: &'a TemplateArg,
        actual: &TemplateArgValue,
        params: &'a [TemplateParam],
        bindings: &mut [Option<TemplateArgValue>],
    ) -> bool {
        match (pattern, actual) {
            (TemplateArg::Type(pattern), TemplateArgValue::Type(ty)) => {
                self.match_type(pattern, ty, params, bindings) && self.same_if_closed(pattern, ty, params)
            }
            (TemplateArg::Value(e), actual) => {
                if let Some(i) = param_named(e, params) {
                    return bind(&mut bindings[i], actual.clone());
                }
                // A constant of the pattern must be the actual one.
                match (actual, self.quietly(|cx| cx.template_args(std::slice::from_ref(pattern)))) {
                    (_, Err(Poison)) => true,
                    (TemplateArgValue::Type(ty), Ok(found)) => {
                        found.first().and_then(|f| f.as_type()) == Some(ty)
                    }
                    (TemplateArgValue::Value(v), Ok(found)) => match found.first() {
                        Some(TemplateArgValue::Value(w)) => v.as_constant() == w.as_constant(),
                        _ => false,
                    },
                }
            }
            _ => false,
        }
    }

    fn same_if_closed(&mut self, pattern: &'a TypeExpr, ty: &Type, params: &'a [TemplateParam]) -> bool {
        let open = match &pattern.kind {
            TypeKind::Named(path) => match path.simple() {
                Some(name) => params.iter().any(|p| p.name.name == name.name),
                None => {
                    path.segments.iter().flat_map(|s| s.args.iter().flatten()).any(|a| mentions(a, params))
                }
            },
            TypeKind::Pointer(to) | TypeKind::Reference(to) | TypeKind::Array(to, _) => {
                return match (&pattern.kind, ty) {
                    (TypeKind::Pointer(_), Type::Pointer(p)) => {
                        self.same_if_closed(to, &p.to.clone(), params)
                    }
                    (TypeKind::Array(..), Type::Array(of, _)) => {
                        self.same_if_closed(to, &(**of).clone(), params)
                    }
                    _ => false,
                };
            }
            _ => true,
        };
        open || self.quietly(|cx| cx.resolve_type(pattern)).is_ok_and(|d| d.ty == *ty)
    }
}

fn constant_place(value: Value) -> Place {
    Place { constness: super::value::Constness::Const(None), ..Place::value(value) }
}

fn bind(slot: &mut Option<TemplateArgValue>, found: TemplateArgValue) -> bool {
    match slot {
        None => {
            *slot = Some(found);
            true
        }
        Some(TemplateArgValue::Value(old)) => match &found {
            TemplateArgValue::Value(new) => old.as_constant() == new.as_constant(),
            TemplateArgValue::Type(_) => false,
        },
        Some(old) => *old == found,
    }
}

/// The parameter that an expression is just the name of.
fn param_named(e: &ast::Expr, params: &[TemplateParam]) -> Option<usize> {
    match &e.kind {
        ExprKind::Name(path) => {
            let name = path.simple()?;
            params.iter().position(|p| p.name.name == name.name)
        }
        _ => None,
    }
}

fn mentions(arg: &TemplateArg, params: &[TemplateParam]) -> bool {
    fn ty(t: &TypeExpr, params: &[TemplateParam]) -> bool {
        match &t.kind {
            TypeKind::Named(path) => match path.simple() {
                Some(name) => params.iter().any(|p| p.name.name == name.name),
                None => {
                    path.segments.iter().flat_map(|s| s.args.iter().flatten()).any(|a| mentions(a, params))
                }
            },
            TypeKind::Pointer(to) | TypeKind::Reference(to) | TypeKind::Array(to, _) => ty(to, params),
            _ => false,
        }
    }
    match arg {
        TemplateArg::Type(t) => ty(t, params),
        TemplateArg::Value(e) => match &e.kind {
            ExprKind::Name(path) => match path.simple() {
                Some(name) => params.iter().any(|p| p.name.name == name.name),
                None => {
                    path.segments.iter().flat_map(|s| s.args.iter().flatten()).any(|a| mentions(a, params))
                }
            },
            _ => false,
        },
    }
}
