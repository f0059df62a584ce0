//! Overload resolution.

use super::Lower;
use super::convert::Rank;
use super::function::{CallArg, FunctionId, function_name, place_space};
use super::resolve::Declared;
use super::scope::ScopeId;
use super::types::Type;
use super::value::{Constness, Place, PlaceKind, Poison, Result, TemplateArgValue};
use crate::syntax::ast;
use emberforge_base::{Diagnostic, Span};
use emberforge_ir::Space;
use std::rc::Rc;

/// A function that can be called with the given arguments.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) id: FunctionId,
    /// The scope with its template parameters bound.
    pub(crate) scope: ScopeId,
    pub(crate) params: Rc<Vec<Declared>>,
    pub(crate) template: Rc<Vec<TemplateArgValue>>,
    /// One for each argument.
    pub(crate) ranks: Vec<Rank>,
}

impl Candidate {
    /// Every argument has exactly the parameter's type.
    pub(crate) fn is_exact(&self) -> bool {
        self.ranks.iter().all(|r| *r <= Rank::Qualified)
    }
}

impl<'a> Lower<'a> {
    /// Parameter types of a function; `scope` has its template parameters bound.
    pub(crate) fn param_types(&mut self, id: FunctionId, scope: ScopeId) -> Result<Rc<Vec<Declared>>> {
        let decl = &self.functions[id.0 as usize];
        let is_template = !decl.ast.template.is_empty();
        if let Some(params) = &decl.params {
            return Ok(params.clone());
        }
        let ast = decl.ast;
        let params = self.in_scope(scope, |cx| {
            ast.params.iter().map(|p| cx.resolve_type(&p.ty).map(decayed)).collect::<Result<Vec<_>>>()
        })?;
        let params = Rc::new(params);
        if !is_template {
            self.functions[id.0 as usize].params = Some(params.clone());
        }
        Ok(params)
    }

    /// Chooses among overloads and expands the call.
    pub(crate) fn call_overloads(
        &mut self,
        name: &str,
        ids: &[FunctionId],
        explicit: &[TemplateArgValue],
        args: Vec<CallArg<'a>>,
        this: Option<Place>,
        span: Span,
    ) -> Result<Place> {
        if args.iter().any(|a| matches!(a, CallArg::Place(p, _) if p.ty.is_error())) {
            return Err(Poison);
        }
        let candidates = self.viable(ids, explicit, &args, this.as_ref(), span);
        match self.best(candidates) {
            Ok(Some(best)) => self.expand(best, args, this, span),
            Ok(None) => Err(self.no_match(name, ids, explicit, &args, this.as_ref(), span)),
            Err(ambiguous) => {
                if let [a, b, ..] = &ambiguous[..]
                    && same_params(&a.params, &b.params)
                    && let (f, g) = (self.functions[a.id.0 as usize].ast, self.functions[b.id.0 as usize].ast)
                    && let (ast::FunctionName::Plain(first), ast::FunctionName::Plain(second)) =
                        (&f.name, &g.name)
                    && f.template.is_empty()
                    && g.template.is_empty()
                {
                    let message = format!("`{name}` is already defined with these parameters");
                    let d = Diagnostic::error("redefinition", second.span, message);
                    return Err(self.error(d.also(first.span, "defined here first")));
                }
                let mut d =
                    Diagnostic::error("ambiguous-call", span, format!("the call of `{name}` is ambiguous"));
                for c in ambiguous {
                    d = d.also(self.functions[c.id.0 as usize].ast.span, "candidate");
                }
                Err(self.error(d.help("convert the arguments to the parameter types of the one you mean")))
            }
        }
    }

    /// The overloads that can be called.
    pub(crate) fn viable(
        &mut self,
        ids: &[FunctionId],
        explicit: &[TemplateArgValue],
        args: &[CallArg<'a>],
        this: Option<&Place>,
        span: Span,
    ) -> Vec<Candidate> {
        let mut list: Vec<Candidate> = Vec::new();
        for &id in ids {
            let candidate = self.quietly(|cx| cx.candidate(id, explicit, args, this, span));
            if let Ok(candidate) = candidate {
                list.push(candidate);
            }
        }
        // A declaration without body gives way to its definition.
        if list.len() > 1 && list.iter().any(|c| self.functions[c.id.0 as usize].ast.body.is_some()) {
            list.retain(|c| {
                let f = &self.functions[c.id.0 as usize];
                f.ast.body.is_some() || f.is_member || f.ast.given != ast::Given::No
            });
        }
        list
    }

    fn candidate(
        &mut self,
        id: FunctionId,
        explicit: &[TemplateArgValue],
        args: &[CallArg<'a>],
        _this: Option<&Place>,
        span: Span,
    ) -> Result<Candidate> {
        let decl = &self.functions[id.0 as usize];
        let (f, scope) = (decl.ast, decl.scope);
        let required = f.params.iter().take_while(|p| p.default.is_none()).count();
        if args.len() < required || args.len() > f.params.len() {
            return Err(Poison);
        }
        let (scope, template) = if f.template.is_empty() {
            if let Some(own) = &f.specialisation {
                // An explicit specialisation stands for these arguments only.
                let own = self.in_scope(scope, |cx| cx.template_args(own))?;
                let n = explicit.len().min(own.len());
                if explicit[..n] != own[..n] {
                    return Err(Poison);
                }
                (scope, Rc::new(own))
            } else if explicit.is_empty() {
                (scope, self.no_template())
            } else {
                return Err(Poison);
            }
        } else {
            self.deduce(f, scope, explicit, args, span)?
        };
        let mut params = self.param_types(id, scope)?;
        let mut ranks = Vec::with_capacity(args.len());
        for (i, arg) in args.iter().enumerate() {
            let mut param = params.get(i).ok_or(Poison)?.clone();
            // `device T*` deduced from `const device float*` keeps the `const`.
            if !f.template.is_empty()
                && let CallArg::Place(place, _) = arg
                && let (Type::Pointer(a), Type::Pointer(b)) = (&place.ty, &param.ty)
                && a.is_const
                && !b.is_const
                && a.to == b.to
                && a.space == b.space
            {
                param.ty = place.ty.clone();
                let mut list = (*params).clone();
                list[i] = param.clone();
                params = Rc::new(list);
            }
            ranks.push(self.argument_rank(arg, &param)?);
        }
        if !f.template.is_empty() && may_fail(&f.ret) {
            // `enable_if_t<...>` that fails takes the function out.
            self.in_scope(scope, |cx| cx.resolve_type(&f.ret))?;
        }
        Ok(Candidate { id, scope, params, template, ranks })
    }

    fn argument_rank(&mut self, arg: &CallArg<'a>, param: &Declared) -> Result<Rank> {
        let place = match arg {
            CallArg::Place(place, _) => place,
            CallArg::List(..) => {
                return match &param.ty {
                    Type::Scalar(_) => Ok(Rank::Standard),
                    _ => Ok(Rank::Exact),
                };
            }
        };
        if let Some(space) = param.reference {
            if !param.is_const {
                let fits = place.ty == param.ty && !place.is_temporary() && place_space(place) == space;
                let writable = place.constness == super::value::Constness::Mutable;
                return if fits
                    && (writable || !matches!(space, Space::Device | Space::Thread | Space::Threadgroup))
                {
                    Ok(Rank::Exact)
                } else if fits {
                    // A const object: chosen only to be refused with a proper message.
                    Ok(Rank::Standard)
                } else {
                    Err(Poison)
                };
            }
            if place.ty == param.ty {
                return Ok(if place_space(place) == space { Rank::Exact } else { Rank::Qualified });
            }
        }
        // An array is a pointer into the space it lies in.
        let decayed = match (&place.ty, &param.ty, &place.kind) {
            (Type::Array(of, _), Type::Pointer(_), PlaceKind::Memory { space, .. }) => {
                Some(Type::pointer((**of).clone(), *space, place.constness != Constness::Mutable))
            }
            _ => None,
        };
        if let Some(rank) = self.standard_rank(decayed.as_ref().unwrap_or(&place.ty), &param.ty) {
            return Ok(rank);
        }
        let user = match (&place.ty, &param.ty) {
            (Type::Struct(_), _) | (_, Type::Struct(_)) => self.has_user_conversion(&place.ty, &param.ty),
            _ => false,
        };
        if user { Ok(Rank::User) } else { Err(Poison) }
    }

    fn has_user_conversion(&mut self, from: &Type, to: &Type) -> bool {
        if self.depth_of_user_conversions > 0 {
            return false;
        }
        self.depth_of_user_conversions += 1;
        let value =
            super::value::Value::new(from.clone(), vec![super::value::Part::Const(0); from.part_count()]);
        let span = self.signature_span;
        // Tried in a list that is thrown away.
        self.open_list();
        let result = self.quietly(|cx| cx.convert_by_user(value, to, span));
        self.close_list();
        self.depth_of_user_conversions -= 1;
        matches!(result, Some(Ok(_)))
    }

    /// The best candidate; the equally good ones when there are several.
    pub(crate) fn best(&self, mut candidates: Vec<Candidate>) -> Result<Option<Candidate>, Vec<Candidate>> {
        if candidates.len() <= 1 {
            return Ok(candidates.pop());
        }
        let better = |a: &Candidate, b: &Candidate| -> bool {
            let pairs = || a.ranks.iter().zip(&b.ranks);
            if pairs().any(|(x, y)| x > y) {
                return false;
            }
            if pairs().any(|(x, y)| x < y) {
                return true;
            }
            let (fa, fb) = (self.functions[a.id.0 as usize].ast, self.functions[b.id.0 as usize].ast);
            let kind = |f: &ast::Function| match (f.template.is_empty(), &f.specialisation) {
                (true, None) => 0,
                (true, Some(_)) => 1,
                _ => 2,
            };
            if kind(fa) != kind(fb) {
                return kind(fa) < kind(fb);
            }
            if fa.template.is_empty() {
                return false;
            }
            match specialness(fa).cmp(&specialness(fb)) {
                std::cmp::Ordering::Equal => fa.template.len() < fb.template.len(),
                order => order.is_gt(),
            }
        };
        let winner = (0..candidates.len())
            .find(|&i| (0..candidates.len()).all(|j| i == j || better(&candidates[i], &candidates[j])));
        if let Some(winner) = winner {
            return Ok(Some(candidates.swap_remove(winner)));
        }
        // The same function seen twice (a repeated definition) is no ambiguity.
        let first = candidates[0].id;
        if candidates.iter().all(|c| c.id == first) {
            return Ok(candidates.pop());
        }
        let mut best: Vec<Candidate> = candidates
            .iter()
            .filter(|c| !candidates.iter().any(|d| d.id != c.id && better(d, c)))
            .cloned()
            .collect();
        // Methods that differ only in `const` or in the space of their object: the one that allows most.
        let types = |c: &Candidate| -> Vec<Type> { c.params.iter().map(|p| p.ty.clone()).collect() };
        let same = best.windows(2).all(|w| types(&w[0]) == types(&w[1]));
        let members = best.iter().all(|c| self.functions[c.id.0 as usize].is_member);
        if same && members {
            let returns_const = |c: &Candidate| match &self.functions[c.id.0 as usize].ast.ret.kind {
                ast::TypeKind::Reference(to) | ast::TypeKind::Pointer(to) => to.quals.is_const,
                _ => false,
            };
            let chosen = best.iter().position(|c| !returns_const(c)).unwrap_or(0);
            return Ok(Some(best.swap_remove(chosen)));
        }
        Err(best)
    }

    fn no_match(
        &mut self,
        name: &str,
        ids: &[FunctionId],
        explicit: &[TemplateArgValue],
        args: &[CallArg<'a>],
        this: Option<&Place>,
        span: Span,
    ) -> Poison {
        let types: Vec<String> = args
            .iter()
            .map(|a| match a {
                CallArg::Place(p, _) => p.ty.to_string(),
                CallArg::List(..) => "{...}".to_string(),
            })
            .collect();
        if let [only] = ids {
            let f = self.functions[only.0 as usize].ast;
            let required = f.params.iter().take_while(|p| p.default.is_none()).count();
            let most = f.params.len();
            if args.len() < required || args.len() > most {
                let expected =
                    if required == most { format!("{most}") } else { format!("{required} to {most}") };
                return self.error(
                    Diagnostic::error(
                        "argument-count",
                        span,
                        format!("`{name}` takes {expected} arguments, {} given", args.len()),
                    )
                    .also(f.span, "declared here"),
                );
            }
            // Say what is wrong with the only candidate in its own words.
            let before = self.diagnostics.len();
            let attempt = self.candidate_loudly(*only, explicit, args, this, span);
            if self.diagnostics.len() > before {
                if let Some(d) = self.diagnostics.last_mut()
                    && d.secondary.is_empty()
                {
                    d.secondary.push(emberforge_base::Label {
                        span: f.span,
                        text: format!("`{name}` is declared here"),
                    });
                }
                return Poison;
            }
            let _ = attempt;
        }
        let mut d = Diagnostic::error(
            "no-matching-function",
            span,
            format!("no `{name}` can be called with ({})", types.join(", ")),
        );
        for &id in ids.iter().take(4) {
            let f = self.functions[id.0 as usize].ast;
            d = d.also(f.span, format!("candidate `{}`", function_name(f)));
        }
        self.error(d)
    }

    /// Reports why the one candidate does not fit.
    fn candidate_loudly(
        &mut self,
        id: FunctionId,
        explicit: &[TemplateArgValue],
        args: &[CallArg<'a>],
        _this: Option<&Place>,
        span: Span,
    ) -> Result<()> {
        let decl = &self.functions[id.0 as usize];
        let (f, scope) = (decl.ast, decl.scope);
        let scope =
            if f.template.is_empty() { scope } else { self.deduce(f, scope, explicit, args, span)?.0 };
        let params = self.param_types(id, scope)?;
        for (arg, param) in args.iter().zip(params.iter()) {
            if self.argument_rank(arg, param).is_ok() {
                continue;
            }
            if let CallArg::Place(place, at) = arg {
                let (place, at) = (place.clone(), *at);
                if param.reference.is_some() && !param.is_const {
                    let text = if place.ty != param.ty {
                        format!("a `{}&` cannot refer to a `{}`", param.ty, place.ty)
                    } else if place.is_temporary() {
                        "a non-const reference needs a variable, not a value".to_string()
                    } else {
                        format!(
                            "a reference to `{}` memory cannot refer to an object in `{}` memory",
                            super::types::space_name(param.reference.unwrap_or(Space::Thread)),
                            super::types::space_name(place_space(&place))
                        )
                    };
                    return Err(self.error(Diagnostic::error("type-mismatch", at, text)));
                }
                self.convert_place(&place, &param.ty, at)?;
            }
        }
        Ok(())
    }
}

fn same_params(a: &[Declared], b: &[Declared]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.ty == b.ty && a.reference == b.reference)
}

/// A return type whose substitution may fail without any use of the parameters.
fn may_fail(ty: &ast::TypeExpr) -> bool {
    match &ty.kind {
        ast::TypeKind::Named(path) => {
            path.segments.iter().any(|s| s.args.is_some())
                && path.segments.iter().all(|s| &*s.ident.name != "decltype")
        }
        ast::TypeKind::Pointer(to) | ast::TypeKind::Reference(to) => may_fail(to),
        _ => false,
    }
}

/// Arrays as parameters are pointers.
pub(crate) fn decayed(declared: Declared) -> Declared {
    match (&declared.ty, declared.reference) {
        (Type::Array(of, _), None) => {
            let space = declared.space.unwrap_or(Space::Thread);
            let ty = Type::pointer((**of).clone(), space, declared.is_const);
            Declared { ty, reference: None, is_const: false, space: None }
        }
        _ => declared,
    }
}

/// How much a template's parameter types say beyond their parameters.
fn specialness(f: &ast::Function) -> usize {
    fn of(ty: &ast::TypeExpr, template: &[ast::TemplateParam]) -> usize {
        match &ty.kind {
            ast::TypeKind::Pointer(to) | ast::TypeKind::Reference(to) | ast::TypeKind::Array(to, _) => {
                1 + of(to, template)
            }
            ast::TypeKind::Named(path) => match path.simple() {
                Some(name) if template.iter().any(|p| p.name.name == name.name) => 0,
                Some(_) => 2,
                None => {
                    1 + path
                        .segments
                        .iter()
                        .flat_map(|s| s.args.iter().flatten())
                        .map(|a| match a {
                            ast::TemplateArg::Type(ty) => of(ty, template),
                            ast::TemplateArg::Value(_) => 1,
                        })
                        .sum::<usize>()
                }
            },
            _ => 0,
        }
    }
    f.params.iter().map(|p| of(&p.ty, &f.template)).sum()
}
