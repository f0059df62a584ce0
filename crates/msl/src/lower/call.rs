//! Calls: of functions, methods, lambdas, library functions and constructors, and overloaded operators.

use super::Lower;
use super::builtins::{self, Precision};
use super::function::{CallArg, FunctionId};
use super::resolve::{Named, library_type};
use super::scope::Entity;
use super::types::Type;
use super::value::{Arg, Constness, Part, Place, PlaceKind, Poison, Result, TemplateArgValue, Value};
use crate::syntax::ast::{self, Expr, ExprKind};
use emberforge_base::{Diagnostic, Span};

impl<'a> Lower<'a> {
    /// `callee(args)`.
    pub(crate) fn call(&mut self, callee: &'a Expr, args: &'a [Expr], span: Span) -> Result<Place> {
        match &callee.kind {
            ExprKind::Name(path) => self.call_name(path, args, span),
            ExprKind::Member { base, member, arrow } => self.call_member(base, member, *arrow, args, span),
            _ => {
                let object = self.eval(callee)?;
                self.call_object(object, callee.span, args, span)
            }
        }
    }

    /// Evaluates arguments; all of them, so that each gets its own diagnostics.
    pub(crate) fn arguments(&mut self, args: &'a [Expr]) -> Result<Vec<CallArg<'a>>> {
        let mut list = Vec::with_capacity(args.len());
        let mut failed = false;
        for arg in args {
            match &arg.kind {
                ExprKind::InitList(items) => list.push(CallArg::List(items, arg.span)),
                _ => match self.eval(arg) {
                    Ok(place) if place.ty.is_error() => failed = true,
                    Ok(place) if place.ty == Type::Void => {
                        failed = true;
                        self.report(Diagnostic::error("void-value", arg.span, "this call returns nothing"));
                    }
                    Ok(place) => list.push(CallArg::Place(place, arg.span)),
                    Err(Poison) => failed = true,
                },
            }
        }
        if failed { Err(Poison) } else { Ok(list) }
    }

    fn call_name(&mut self, path: &'a ast::Path, args: &'a [Expr], span: Span) -> Result<Place> {
        let named = self.path(path)?;
        let explicit = match &path.last().args {
            Some(args) => self.template_args(args)?,
            None => Vec::new(),
        };
        match named {
            Named::Entity(Entity::Functions(found), _) => {
                let name = &path.last().ident.name;
                let ids = match path.simple() {
                    _ if path.segments.len() > 1 => found.to_vec(),
                    _ => self.visible_functions(self.scope, name, false),
                };
                let args = self.arguments(args)?;
                self.call_functions(name, &ids, &explicit, args, span)
            }
            Named::Entity(Entity::Place(place), _) => {
                self.call_object((*place).clone(), path.span, args, span)
            }
            Named::Entity(Entity::Global(id), _) => {
                let place = self.global(id, path.span)?;
                self.call_object(place, path.span, args, span)
            }
            Named::Entity(Entity::Field, _) => {
                let this = self.this_place(path.span)?;
                let place = self.field(&this, &path.last().ident.name, path.span)?;
                self.call_object(place, path.span, args, span)
            }
            Named::Entity(Entity::Type(_) | Entity::Struct(_) | Entity::AliasTemplate(..), _) => {
                match self.try_path_type(path)? {
                    Some(ty) => self.construct(&ty, args, false, span).map(Place::value),
                    None => Err(Poison),
                }
            }
            Named::Library(precision, name) => {
                if path.last().args.is_none()
                    && let Some(ty) = library_type(&name)
                {
                    return self.construct(&ty, args, false, span).map(Place::value);
                }
                if builtins::is_function(&name) {
                    let is_text = |e: &Expr| matches!(e.kind, ExprKind::Str(_));
                    let args = match builtins::is_refused(&name) {
                        // That there is no such function needs no arguments.
                        true if args.iter().any(is_text) => Vec::new(),
                        true => self.arguments(args).unwrap_or_default(),
                        false => self.arguments(args)?,
                    };
                    return self.call_library(precision, &name, &explicit, args, span);
                }
                if let Some(ty) = self.try_path_type(path)? {
                    return self.construct(&ty, args, false, span).map(Place::value);
                }
                let poison = self.unknown_function(path, &name);
                let _ = self.arguments(args);
                Err(poison)
            }
            Named::LibraryMember(name, targs, member) => {
                let found = builtins::meta(self, &name, &targs, Some(&member), span);
                match found {
                    Some(Ok(TemplateArgValue::Value(value))) => Ok(Place::value(value)),
                    Some(Ok(TemplateArgValue::Type(ty))) => {
                        self.construct(&ty, args, false, span).map(Place::value)
                    }
                    Some(Err(Poison)) => Err(Poison),
                    None => Err(self.unknown_function(path, &name)),
                }
            }
            Named::Entity(..) | Named::Value(_) => Err(self.error(Diagnostic::error(
                "not-callable",
                path.span,
                format!("`{}` cannot be called", path.last().ident.name),
            ))),
        }
    }

    fn unknown_function(&mut self, path: &'a ast::Path, name: &str) -> Poison {
        if super::foreign::is_tensor_path(path) {
            return self.error(super::foreign::tensor(path.span));
        }
        let mut d =
            Diagnostic::error("undeclared-function", path.span, format!("there is no function `{name}`"))
                .label("not found");
        d = match name {
            "printf" | "assert" => d.help("kernels cannot print; write the value to an extra output instead"),
            "erf" | "erfinv" | "erfc" | "expm1" | "expm1f" | "lgamma" | "tgamma" | "cbrt" => {
                d.note(format!("Metal's library has no `{name}`")).help("define it in the header")
            }
            _ if super::foreign::function(name).is_some() => {
                d.help(super::foreign::function(name).unwrap_or_default())
            }
            _ => match self.similar_name(name) {
                Some(similar) => d.help(format!("did you mean `{similar}`?")),
                None => d,
            },
        };
        self.error(d)
    }

    /// A call of overloads in the text, of which the library may know more.
    fn call_functions(
        &mut self,
        name: &str,
        ids: &[FunctionId],
        explicit: &[TemplateArgValue],
        args: Vec<CallArg<'a>>,
        span: Span,
    ) -> Result<Place> {
        let this = match ids.first().map(|id| &self.functions[id.0 as usize]) {
            Some(f) if f.is_member && !f.ast.is_static => self.frame.this.as_ref().map(|t| (**t).clone()),
            _ => None,
        };
        if builtins::is_function(name) {
            let candidates = self.viable(ids, explicit, &args, this.as_ref(), span);
            let best = self.best(candidates).ok().flatten();
            let is_struct =
                |a: &CallArg<'a>| matches!(a, CallArg::Place(p, _) if matches!(p.ty, Type::Struct(_)));
            return match best {
                Some(best) if best.is_exact() || args.iter().any(is_struct) => {
                    self.expand(best, args, this, span)
                }
                _ if args.iter().any(is_struct) => self.call_overloads(name, ids, explicit, args, this, span),
                // A header's own function of that name, unless the library's fits better.
                Some(best) if !self.is_prelude(best.id) => self.expand(best, args, this, span),
                _ => self.call_library(Precision::Unspecified, name, explicit, args, span),
            };
        }
        self.call_overloads(name, ids, explicit, args, this, span)
    }

    /// A call of a library function.
    fn call_library(
        &mut self,
        precision: Precision,
        name: &str,
        explicit: &[TemplateArgValue],
        args: Vec<CallArg<'a>>,
        span: Span,
    ) -> Result<Place> {
        let mut list = Vec::with_capacity(args.len());
        for arg in args {
            match arg {
                CallArg::Place(place, span) => {
                    // Arrays are pointers to the library.
                    let place = if matches!(place.ty, Type::Array(..)) {
                        Place::value(self.decay(&place, span)?)
                    } else {
                        place
                    };
                    list.push(Arg { place, span });
                }
                CallArg::List(_, span) => {
                    return Err(self.error(
                        Diagnostic::error("init-list", span, "a list in braces has no type here")
                            .help("write the type before it: `float4{...}`"),
                    ));
                }
            }
        }
        match builtins::call(self, name, precision, explicit, list, span) {
            Some(result) => result.map(Place::value),
            None => {
                let d =
                    Diagnostic::error("undeclared-function", span, format!("there is no function `{name}`"));
                Err(self.error(d.label("not found")))
            }
        }
    }

    fn call_member(
        &mut self,
        base: &'a Expr,
        member: &'a ast::Segment,
        arrow: bool,
        args: &'a [Expr],
        span: Span,
    ) -> Result<Place> {
        let object = self.member_base(base, arrow)?;
        let name: &'a str = &member.ident.name;
        let ty = match &object.ty {
            Type::Struct(ty) => ty.clone(),
            Type::SimdMatrix(of) if name == "thread_elements" && args.is_empty() => {
                let ty = Type::vector(*of, 2);
                return Ok(Place { ty, ..object });
            }
            Type::Array(_, n) if name == "size" && args.is_empty() => {
                return Ok(Place::value(Value::constant(emberforge_ir::Scalar::U64, *n as u64)));
            }
            Type::Error => return Err(Poison),
            other => {
                let text = format!("a `{other}` has no methods");
                return Err(self.error(Diagnostic::error("unknown-member", member.ident.span, text)));
            }
        };
        let scope = self.struct_scope(ty.id);
        let explicit = match &member.args {
            Some(args) => self.template_args(args)?,
            None => Vec::new(),
        };
        match self.member(scope, name).map(|b| b.entity.clone()) {
            Some(Entity::Functions(ids)) => {
                self.check_access(scope, name, member.ident.span)?;
                let args = self.arguments(args)?;
                let this = self.method_object(object, span)?;
                self.call_overloads(name, &ids, &explicit, args, Some(this), span)
            }
            Some(Entity::Field) => {
                let place = self.field(&object, name, member.ident.span)?;
                self.call_object(place, member.ident.span, args, span)
            }
            _ => Err(self.error(
                Diagnostic::error(
                    "unknown-member",
                    member.ident.span,
                    format!("`{}` has no method `{name}`", ty.name),
                )
                .also(ty.span, "declared here"),
            )),
        }
    }

    /// An object as `this`: temporaries become variables, which a method may change.
    fn method_object(&mut self, object: Place, span: Span) -> Result<Place> {
        if !object.is_temporary() {
            return Ok(object);
        }
        let value = self.take(object, span)?;
        if self.constant_mode {
            return Ok(self.cell(value, Constness::Mutable));
        }
        if value.is_constant() && value.parts.is_empty() {
            return Ok(Place {
                ty: value.ty,
                kind: PlaceKind::Value(value.parts),
                constness: Constness::Mutable,
            });
        }
        let ty = value.ty.clone();
        let place = self.temporary_object(&ty, span);
        self.write(&place, &value, span)?;
        Ok(place)
    }

    /// An object for a temporary of type `ty`, content undefined.
    pub(crate) fn temporary_object(&mut self, ty: &Type, span: Span) -> Place {
        if self.constant_mode {
            let zeros = Value::new(ty.clone(), vec![Part::Const(0); ty.part_count()]);
            return self.cell(zeros, Constness::Mutable);
        }
        if ty.has_array() && ty.is_plain() {
            return self.private_object("object", ty, span);
        }
        match self.variable_object("object", ty) {
            Ok(place) => place,
            Err(Poison) => Place::error(),
        }
    }

    /// `object(args)`: a lambda or a struct with `operator()`.
    fn call_object(&mut self, object: Place, at: Span, args: &'a [Expr], span: Span) -> Result<Place> {
        match &object.ty {
            Type::Closure(id) => {
                let id = *id;
                let args = self.arguments(args)?;
                self.call_closure(id, args, span)
            }
            Type::Struct(ty) => {
                let (scope, name) = (self.struct_scope(ty.id), ty.name.clone());
                let ids = self.visible_members(scope, "()");
                if ids.is_empty() {
                    return Err(self.error(Diagnostic::error(
                        "not-callable",
                        at,
                        format!("a `{name}` cannot be called: it has no `operator()`"),
                    )));
                }
                let args = self.arguments(args)?;
                let this = self.method_object(object, span)?;
                self.call_overloads("operator()", &ids, &[], args, Some(this), span)
            }
            Type::Error => Err(Poison),
            other => {
                let text = format!("a `{other}` cannot be called");
                Err(self.error(Diagnostic::error("not-callable", at, text)))
            }
        }
    }

    /// An overloaded operator of structs, if there is one that fits.
    pub(crate) fn try_operator(
        &mut self,
        symbol: &str,
        left: Place,
        left_span: Span,
        right: Option<(Place, Span)>,
        span: Span,
    ) -> Option<Result<Place>> {
        if left.ty.is_error() || right.as_ref().is_some_and(|(r, _)| r.ty.is_error()) {
            return Some(Err(Poison));
        }
        let mut candidates = Vec::new();
        let mut members = Vec::new();
        if let Type::Struct(ty) = &left.ty {
            members = self.visible_members(self.struct_scope(ty.id), symbol);
            let args: Vec<CallArg<'a>> = right.iter().map(|(p, s)| CallArg::Place(p.clone(), *s)).collect();
            candidates = self.viable(&members, &[], &args, Some(&left), span);
            // The object counts as a first, exact argument.
            for c in &mut candidates {
                c.ranks.insert(0, super::convert::Rank::Exact);
            }
        }
        let free: Vec<FunctionId> = self
            .visible_functions(self.scope, symbol, true)
            .into_iter()
            .chain(self.operators_near(&left.ty, symbol))
            .chain(right.iter().flat_map(|(r, _)| self.operators_near(&r.ty, symbol)))
            .filter(|id| !self.functions[id.0 as usize].is_member)
            .collect();
        let mut unique: Vec<FunctionId> = Vec::with_capacity(free.len());
        for id in free {
            if !unique.contains(&id) {
                unique.push(id);
            }
        }
        let mut args = vec![CallArg::Place(left.clone(), left_span)];
        args.extend(right.iter().map(|(p, s)| CallArg::Place(p.clone(), *s)));
        candidates.extend(self.viable(&unique, &[], &args, None, span));
        match self.best(candidates) {
            Ok(Some(best)) if members.contains(&best.id) => {
                let this = match self.method_object(left, span) {
                    Ok(this) => this,
                    Err(Poison) => return Some(Err(Poison)),
                };
                args.remove(0);
                Some(self.expand(best, args, Some(this), span))
            }
            Ok(Some(best)) => Some(self.expand(best, args, None, span)),
            Ok(None) => None,
            Err(ambiguous) => {
                let mut d = Diagnostic::error(
                    "ambiguous-call",
                    span,
                    format!("the use of `operator{symbol}` is ambiguous"),
                );
                for c in ambiguous.iter().take(4) {
                    d = d.also(self.functions[c.id.0 as usize].ast.span, "candidate");
                }
                Some(Err(self.error(d)))
            }
        }
    }

    /// Operators declared in the namespace of a struct.
    fn operators_near(&self, ty: &Type, symbol: &str) -> Vec<FunctionId> {
        let Type::Struct(s) = ty else { return Vec::new() };
        let mut scope = self.parent_scope(self.struct_scope(s.id));
        // The struct's scope stands in one for its template parameters.
        for _ in 0..3 {
            let Some(at) = scope else { break };
            if let Some(Entity::Functions(list)) = self.own(at, symbol).map(|b| &b.entity) {
                return list.to_vec();
            }
            scope = self.parent_scope(at);
        }
        Vec::new()
    }

    /// A binary operator with a struct operand.
    pub(crate) fn infix_operator(
        &mut self,
        symbol: &str,
        left: Place,
        left_span: Span,
        right: Place,
        right_span: Span,
        span: Span,
    ) -> Result<Place> {
        let (a, b) = (left.ty.clone(), right.ty.clone());
        if let Some(result) =
            self.try_operator(symbol, left.clone(), left_span, Some((right.clone(), right_span)), span)
        {
            return result;
        }
        // Conversion operators may lead to numbers.
        let number = |cx: &mut Self, place: &Place| -> Option<Value> {
            if !matches!(place.ty, Type::Struct(_)) {
                return cx.load(place, span).ok();
            }
            let value = cx.quietly(|cx| cx.load(place, span)).ok()?;
            [Type::FLOAT, Type::INT, Type::UINT, Type::BOOL].iter().find_map(|ty| {
                cx.quietly(|cx| cx.convert_by_user(value.clone(), ty, span)).and_then(|r| r.ok())
            })
        };
        if let (Some(x), Some(y)) = (number(self, &left), number(self, &right))
            && let Some(op) = infix_of(symbol)
        {
            return self.infix(op, x, y, span).map(Place::value);
        }
        let d = Diagnostic::error("operand-type", span, format!("`{symbol}` cannot combine `{a}` and `{b}`"));
        Err(self.error(d.help(format!("define `operator{symbol}` for them"))))
    }

    /// A prefix operator on a struct.
    pub(crate) fn prefix_operator(&mut self, symbol: &str, operand: Place, span: Span) -> Result<Place> {
        let ty = operand.ty.clone();
        match self.try_operator(symbol, operand, span, None, span) {
            Some(result) => result,
            None => Err(self.error(Diagnostic::error(
                "operand-type",
                span,
                format!("`{symbol}` cannot be applied to `{ty}`"),
            ))),
        }
    }

    /// True for functions of the prelude.
    fn is_prelude(&self, id: FunctionId) -> bool {
        (id.0 as usize) < self.prelude_functions
    }
}

fn infix_of(symbol: &str) -> Option<ast::InfixOp> {
    use ast::InfixOp::*;
    [Add, Sub, Mul, Div, Rem, BitAnd, BitOr, BitXor, Shl, Shr, Eq, Ne, Lt, Le, Gt, Ge]
        .into_iter()
        .find(|op| op.symbol() == symbol)
}
