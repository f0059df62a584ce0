//! Lambdas: closures that are expanded where they are called.

use super::Lower;
use super::function::{CallArg, Frame, is_auto};
use super::resolve::Declared;
use super::scan::Scan;
use super::scope::{Entity, ScopeId};
use super::types::Type;
use super::value::{Constness, Place, PlaceKind, Result, TemplateArgValue, Value};
use crate::syntax::ast;
use emberforge_base::{Diagnostic, Span};
use emberforge_ir::Space;
use std::collections::HashSet;
use std::rc::Rc;

/// A lambda with what it captured.
#[derive(Debug)]
pub(crate) struct Closure<'a> {
    ast: &'a ast::Lambda,
    /// Where its names are looked up; captures by value are bound there.
    scope: ScopeId,
    this: Option<Rc<Place>>,
    scan: Rc<Scan<'a>>,
    template: Rc<Vec<TemplateArgValue>>,
    running: bool,
}

impl<'a> Lower<'a> {
    /// A lambda expression.
    pub(crate) fn closure(&mut self, ast: &'a ast::Lambda) -> Value {
        let scope = self.new_scope(Some(self.scope));
        let mut copied: Vec<&'a str> = Vec::new();
        if ast.default_by_reference == Some(false) {
            let scan = self.scan(&ast.body.stmts);
            copied.extend(scan.names());
        }
        let plain = ast.captures.iter().filter(|c| !c.by_reference && c.init.is_none());
        copied.extend(plain.map(|c| &*c.name.name));
        copied.retain(|name| !ast.captures.iter().any(|c| c.by_reference && *c.name.name == **name));
        for name in copied {
            let Some(found) = self.lookup(name) else { continue };
            let (entity, span) = (found.entity.clone(), found.span);
            let Entity::Place(place) = entity else { continue };
            let changes = match place.kind {
                PlaceKind::Vars { .. } => true,
                PlaceKind::Memory { space: Space::Thread, .. } => place.ty.is_plain(),
                _ => ast.is_mutable,
            };
            if changes
                && let Ok(value) = self.load(&place, ast.span)
                && let Ok(copy) = self.captured_copy(ast, name, value, span)
            {
                self.bind(scope, name, Entity::Place(Rc::new(copy)), span);
            }
        }
        for capture in &ast.captures {
            let Some(init) = &capture.init else { continue };
            let (name, span): (&'a str, Span) = (&capture.name.name, capture.name.span);
            let place = if capture.by_reference {
                self.eval(init)
            } else {
                self.value(init).and_then(|value| self.captured_copy(ast, name, value, span))
            };
            self.bind(scope, name, Entity::Place(Rc::new(place.unwrap_or(Place::error()))), span);
        }
        if ast.default_by_reference.is_none() {
            self.check_captures(ast);
        }
        self.closures.push(Closure {
            ast,
            scope,
            this: self.frame.this.clone(),
            scan: self.frame.scan.clone(),
            template: self.frame.template.clone(),
            running: false,
        });
        Value::new(Type::Closure(self.closures.len() as u32 - 1), Vec::new())
    }

    /// What a capture by value stands for: the value, or with `mutable` a variable that holds it.
    fn captured_copy(
        &mut self,
        ast: &'a ast::Lambda,
        name: &'a str,
        value: Value,
        span: Span,
    ) -> Result<Place> {
        let scan = self.frame.scan.clone();
        if ast.is_mutable {
            return self.local(name, value, false, &scan, span);
        }
        let constness = Constness::Const(Some(span));
        if value.ty.has_array() && value.ty.is_plain() && !self.constant_mode {
            // Its elements may be chosen at run time.
            let place = self.private_object(name, &value.ty, span);
            self.write(&place, &value, span)?;
            return Ok(Place { constness, ..place });
        }
        Ok(Place { ty: value.ty, kind: PlaceKind::Value(value.parts), constness })
    }

    /// A lambda without `[&]` or `[=]` sees the variables that it captures by name, and constants.
    fn check_captures(&mut self, ast: &'a ast::Lambda) {
        let mut own: HashSet<&str> =
            ast.params.iter().filter_map(|p| p.name.as_ref()).map(|n| &*n.name).collect();
        own.extend(ast.captures.iter().map(|c| &*c.name.name));
        crate::doubtful::declared_names(&ast.body.stmts, &mut own);
        let mut uses = Vec::new();
        crate::doubtful::each_expr(&ast.body.stmts, &mut |e| {
            if let ast::ExprKind::Name(path) = &e.kind
                && let Some(name) = path.simple()
                && !own.contains(&*name.name)
            {
                uses.push(name);
            }
        });
        for name in uses {
            let Some(found) = self.lookup(&name.name) else { continue };
            let declared = found.span;
            let captured = match &found.entity {
                Entity::Place(place) => matches!(place.constness, Constness::Mutable | Constness::Input),
                _ => false,
            };
            if captured {
                let message = format!("`{}` is not captured by the lambda", name.name);
                let d = Diagnostic::error("missing-capture", name.span, message)
                    .help("capture everything by reference, `[&]`, or name it in the brackets");
                let d = if declared == self.signature_span { d } else { d.also(declared, "declared here") };
                self.report(d);
                return;
            }
        }
    }

    /// Expands a call of a lambda.
    pub(crate) fn call_closure(&mut self, id: u32, args: Vec<CallArg<'a>>, span: Span) -> Result<Place> {
        let closure = &self.closures[id as usize];
        let ast = closure.ast;
        let (scope, this, scan, template) =
            (closure.scope, closure.this.clone(), closure.scan.clone(), closure.template.clone());
        if closure.running {
            return Err(self.error(
                Diagnostic::error("recursion", span, "a lambda calls itself: kernels cannot recurse")
                    .also(ast.span, "the lambda"),
            ));
        }
        let required = ast.params.iter().take_while(|p| p.default.is_none()).count();
        if args.len() < required || args.len() > ast.params.len() {
            return Err(self.error(
                Diagnostic::error(
                    "argument-count",
                    span,
                    format!("this lambda takes {} arguments, {} given", ast.params.len(), args.len()),
                )
                .also(ast.span, "declared here"),
            ));
        }
        self.count_expansion(span)?;
        // Parameters written by the body are written in the frame's scan too, of which the lambda is a part.
        let inner = self.new_scope(Some(scope));
        let mut args = args.into_iter();
        for param in &ast.params {
            let arg = match (args.next(), &param.default) {
                (Some(arg), _) => arg,
                (None, Some(default)) => {
                    CallArg::Place(self.in_scope(inner, |cx| cx.eval(default))?, default.span)
                }
                (None, None) => continue,
            };
            let declared = self.in_scope(inner, |cx| cx.lambda_param(param, &arg))?;
            let place = self.bind_argument(param, &declared, arg, &scan)?;
            if let Some(ident) = &param.name {
                self.in_scope(inner, |cx| cx.declare_place(ident, place));
            }
        }
        let declared = match &ast.ret {
            Some(ty) if !is_auto(ty) => Some(self.in_scope(inner, |cx| cx.resolve_type(ty))?),
            _ => None,
        };
        let frame = Frame { this: this.clone(), scan, returning: None, template, loops: Vec::new(), dead: 0 };
        self.closures[id as usize].running = true;
        let result =
            self.expand_body(frame, declared, inner, span, "lambda", |cx| Ok(cx.statements(&ast.body.stmts)));
        self.closures[id as usize].running = false;
        result
    }

    /// A lambda's parameter type; `auto` is the argument's.
    fn lambda_param(&mut self, param: &'a ast::Param, arg: &CallArg<'a>) -> Result<Declared> {
        let (ty, reference) = match &param.ty.kind {
            ast::TypeKind::Reference(to) => (&**to, true),
            _ => (&param.ty, false),
        };
        if !is_auto(ty) {
            return self.resolve_type(&param.ty).map(super::overload::decayed);
        }
        let CallArg::Place(place, span) = arg else {
            return self.resolve_type(&param.ty);
        };
        let actual = if !reference && matches!(place.ty, Type::Array(..)) {
            self.decay(place, *span)?.ty
        } else {
            place.ty.clone()
        };
        Ok(Declared {
            ty: actual,
            reference: reference.then(|| super::function::place_space(place)),
            is_const: ty.quals.is_const,
            space: None,
        })
    }
}
