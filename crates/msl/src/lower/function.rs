//! Functions: their declarations, and calls expanded in place.
//!
//! A call opens a frame, binds parameters to values or places and lowers the body where the call stands. A `return` at
//! the end of the straight path gives its value directly; any other sets result variables and leaves a block around
//! the body.

use super::Lower;
use super::overload::Candidate;
use super::resolve::Declared;
use super::scan::Scan;
use super::scope::ScopeId;
use super::stmt::Flow;
use super::types::Type;
use super::value::{Constness, Parts, Place, PlaceKind, Poison, Result, TemplateArgValue, Value};
use crate::syntax::ast::{self, FunctionName, TypeKind};
use emberforge_base::{Diagnostic, Severity, Span};
use emberforge_ir as ir;
use ir::{LabelId, Op, Space, Stmt, VarId};
use std::rc::Rc;

/// Deepest nesting of expanded calls.
const MAX_CALL_DEPTH: usize = 64;
/// Most calls expanded in one kernel.
const MAX_EXPANSIONS: u32 = 50_000;

/// Findings that are the text's mistakes even in a function that is never called.
const MISTAKES: [&str; 12] = [
    "undeclared-name",
    "undeclared-function",
    "unknown-type",
    "unknown-member",
    "argument-count",
    "no-matching-function",
    "type-mismatch",
    "redefinition",
    "missing-return",
    "return-value",
    "jump",
    "read-only",
];

/// A function declaration's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FunctionId(pub(crate) u32);

/// A function or method as declared.
#[derive(Debug)]
pub(crate) struct FunctionDecl<'a> {
    pub(crate) ast: &'a ast::Function,
    /// Where its names are looked up.
    pub(crate) scope: ScopeId,
    /// Declared in a struct.
    pub(crate) is_member: bool,
    /// Parameter types of a function that is no template, once resolved.
    pub(crate) params: Option<Rc<Vec<Declared>>>,
    /// Expanded at least once.
    pub(crate) used: bool,
}

/// An argument before it meets a parameter.
#[derive(Clone, Debug)]
pub(crate) enum CallArg<'a> {
    /// An evaluated expression and its text.
    Place(Place, Span),
    /// `{a, b}`.
    List(&'a [ast::Expr], Span),
}

impl CallArg<'_> {
    /// Its text.
    pub(crate) fn span(&self) -> Span {
        match self {
            CallArg::Place(_, span) | CallArg::List(_, span) => *span,
        }
    }
}

/// What is being expanded.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    /// The object of a method.
    pub(crate) this: Option<Rc<Place>>,
    /// What the body does to its variables.
    pub(crate) scan: Rc<Scan<'a>>,
    /// Where `return` goes; `None` in the kernel's body.
    pub(crate) returning: Option<Returning>,
    /// Template arguments, to tell expansions of one declaration apart.
    pub(crate) template: Rc<Vec<TemplateArgValue>>,
    /// Enclosing loops and switches of the body.
    pub(crate) loops: Vec<LoopTarget>,
    /// While above 0, statements are lowered for their diagnostics only: jumps and results do not count.
    pub(crate) dead: u32,
}

/// An enclosing loop or switch.
#[derive(Clone, Debug)]
pub(crate) struct LoopTarget {
    /// Left by `break`.
    pub(crate) on_break: LabelId,
    /// Left by `continue`; a switch has none of its own.
    pub(crate) on_continue: Option<LabelId>,
    /// Some `continue` went there.
    pub(crate) continue_used: bool,
    /// Some `break` went there.
    pub(crate) break_used: bool,
}

/// Where the `return`s of an expanded function go.
#[derive(Debug)]
pub(crate) struct Returning {
    /// The declared type; `None` for `auto`.
    declared: Option<Declared>,
    /// The block around the body.
    label: LabelId,
    label_used: bool,
    /// Nesting of statement lists at the function's own level.
    depth: u32,
    /// Result variables, once some `return` needed them.
    vars: Option<(Type, Rc<[VarId]>)>,
    /// The result of a `return` on the straight path.
    direct: Option<Place>,
}

/// A call on the way to the current place.
#[derive(Clone, Debug)]
pub(crate) struct CallRecord {
    id: FunctionId,
    template: Rc<Vec<TemplateArgValue>>,
    span: Span,
}

impl CallRecord {
    /// The call's text.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// What is called.
    pub(crate) fn id(&self) -> FunctionId {
        self.id
    }
}

impl<'a> Lower<'a> {
    /// Adds a function declared in `scope`.
    pub(crate) fn add_function(
        &mut self,
        ast: &'a ast::Function,
        scope: ScopeId,
        is_member: bool,
    ) -> FunctionId {
        self.functions.push(FunctionDecl { ast, scope, is_member, params: None, used: false });
        FunctionId(self.functions.len() as u32 - 1)
    }

    /// The body and parameters to expand for a function: a method's may stand outside its struct, another function's
    /// in a later declaration.
    fn definition(&self, id: FunctionId) -> &'a ast::Function {
        let decl = &self.functions[id.0 as usize];
        if decl.ast.body.is_some() {
            return decl.ast;
        }
        let same_name = |f: &ast::Function| match (&f.name, &decl.ast.name) {
            (FunctionName::Plain(a), FunctionName::Plain(b))
            | (FunctionName::Operator(a), FunctionName::Operator(b))
            | (FunctionName::Constructor(a), FunctionName::Constructor(b)) => a.name == b.name,
            _ => false,
        };
        let fits =
            |f: &ast::Function| f.params.len() == decl.ast.params.len() && same_name(f) && f.body.is_some();
        if decl.is_member {
            let owner = self
                .instance_of_scope
                .get(&decl.scope)
                .and_then(|&i| self.instances.get(i as usize))
                .map(|i| self.structs[i.decl.0 as usize].name);
            self.outside
                .iter()
                .find(|(of, f, _)| Some(&*of.last().ident.name) == owner && fits(f))
                .map_or(decl.ast, |(_, f, _)| f)
        } else {
            decl.ast
        }
    }

    /// Expands a call of a chosen function and yields its result, a place for functions that return references.
    pub(crate) fn expand(
        &mut self,
        candidate: Candidate,
        args: Vec<CallArg<'a>>,
        this: Option<Place>,
        span: Span,
    ) -> Result<Place> {
        let Candidate { id, scope, params, template, .. } = candidate;
        let f = self.definition(id);
        self.functions[id.0 as usize].used = true;
        let name = function_name(f);
        let Some(body) = &f.body else {
            return Err(self.error(
                Diagnostic::error(
                    "undefined-function",
                    span,
                    format!("`{name}` is declared but never defined"),
                )
                .also(f.span, "declared here"),
            ));
        };
        if let Some(at) = self.calls.iter().position(|c| c.id == id && c.template == template) {
            let mut d = Diagnostic::error(
                "recursion",
                span,
                format!("`{name}` calls itself: kernels cannot recurse"),
            );
            for call in &self.calls[at + 1..] {
                let through = function_name(self.functions[call.id.0 as usize].ast);
                d = d.also(call.span, format!("through `{through}`"));
            }
            return Err(self.error(d.help("rewrite it with a loop")));
        }
        self.expansions += 1;
        if self.calls.len() >= MAX_CALL_DEPTH + 4 * template.len().min(1) * MAX_CALL_DEPTH {
            return Err(self.error(Diagnostic::error(
                "call-depth",
                span,
                format!("calls nest more than {MAX_CALL_DEPTH} deep"),
            )));
        }
        if self.expansions > MAX_EXPANSIONS || self.builder.len() > super::emit::MAX_INSTRUCTIONS {
            return Err(self.too_large(span));
        }
        // Arguments are converted in the caller's frame, and bound in a scope of their own.
        let scan = self.scan(&body.stmts);
        let inner = self.new_scope(Some(scope));
        let is_constructor = matches!(f.name, FunctionName::Constructor(_));
        let mut args = args.into_iter();
        for (param, declared) in f.params.iter().zip(params.iter()) {
            let arg = match (args.next(), &param.default) {
                (Some(arg), _) => arg,
                (None, Some(default)) => {
                    let place = self.in_scope(inner, |cx| match &default.kind {
                        ast::ExprKind::InitList(_) => cx.value_as(default, &declared.ty).map(Place::value),
                        _ => cx.eval(default),
                    })?;
                    CallArg::Place(place, default.span)
                }
                (None, None) => return Err(Poison),
            };
            let place = self.bind_argument(param, declared, arg, &scan)?;
            if let Some(ident) = &param.name {
                self.in_scope(inner, |cx| cx.declare_place(ident, place));
            }
        }
        let declared = match &f.name {
            _ if is_constructor => {
                Some(Declared { ty: Type::Void, reference: None, is_const: false, space: None })
            }
            FunctionName::Conversion(ty) => Some(self.in_scope(inner, |cx| cx.resolve_type(ty))?),
            _ if is_auto(&f.ret) => None,
            _ => Some(self.in_scope(inner, |cx| cx.resolve_type(&f.ret))?),
        };
        let frame = Frame {
            this: this.map(Rc::new),
            scan,
            returning: None,
            template: template.clone(),
            loops: Vec::new(),
            dead: 0,
        };
        self.calls.push(CallRecord { id, template, span });
        let result = self.expand_body(frame, declared, inner, span, &name, |cx| {
            if is_constructor {
                cx.constructor_initialisers(f)?;
            }
            Ok(cx.statements(&body.stmts))
        });
        self.calls.pop();
        result
    }

    /// Expands a body in a fresh frame: opens its lists, runs `f`, collects the result.
    pub(crate) fn expand_body(
        &mut self,
        frame: Frame<'a>,
        declared: Option<Declared>,
        scope: ScopeId,
        span: Span,
        name: &str,
        f: impl FnOnce(&mut Self) -> Result<Flow>,
    ) -> Result<Place> {
        let label = self.builder.label();
        let outer_frame = std::mem::replace(&mut self.frame, frame);
        self.open_list();
        self.frame.returning = Some(Returning {
            declared,
            label,
            label_used: false,
            depth: self.depth,
            vars: None,
            direct: None,
        });
        let flow = self.in_scope(scope, f);
        let list = self.close_list();
        let returning = std::mem::replace(&mut self.frame, outer_frame).returning;
        let flow = flow?;
        let Some(returning) = returning else { return Err(Poison) };
        if !returning.label_used {
            self.splice(list);
            if let Some(place) = returning.direct {
                return Ok(place);
            }
            return match returning.declared {
                Some(d) if d.ty != Type::Void => {
                    if flow == Flow::Next && !self.constant_mode {
                        return Err(self.missing_return(name, &d.ty, span));
                    }
                    Err(Poison)
                }
                _ => Ok(Place::value(Value::void())),
            };
        }
        let Some((ty, vars)) = returning.vars else {
            self.builder.push(Stmt::Block { label, body: list });
            return Ok(Place::value(Value::void()));
        };
        for &var in vars.iter() {
            self.builder.push(Stmt::Declare(var));
        }
        self.builder.push(Stmt::Block { label, body: list });
        let result = Place { ty, kind: PlaceKind::Vars { vars, first: 0 }, constness: Constness::Temporary };
        self.load(&result, span).map(Place::value)
    }

    fn missing_return(&mut self, name: &str, ty: &Type, span: Span) -> Poison {
        self.error(
            Diagnostic::error("missing-return", span, format!("`{name}` can end without returning a `{ty}`"))
                .help("add a `return` at its end"),
        )
    }

    /// A parameter bound to its argument.
    pub(crate) fn bind_argument(
        &mut self,
        param: &'a ast::Param,
        declared: &Declared,
        arg: CallArg<'a>,
        scan: &Scan<'a>,
    ) -> Result<Place> {
        let span = arg.span();
        let is_reference = declared.reference.is_some();
        let place = match arg {
            CallArg::List(list, span) => Place::value(self.list_value(&declared.ty, list, span)?),
            CallArg::Place(place, _) => place,
        };
        if let Some(space) = declared.reference {
            if place.ty == declared.ty && (declared.is_const || !place.is_temporary()) {
                let actual = place_space(&place);
                if actual == space || declared.is_const && !matches!(place.ty, Type::Atomic(_)) {
                    let mut bound = place;
                    if declared.is_const && bound.constness == Constness::Mutable {
                        bound.constness = Constness::Const(None);
                    }
                    return Ok(bound);
                }
                return Err(self.error(Diagnostic::error(
                    "address-space",
                    span,
                    format!(
                        "a reference to `{}` memory cannot refer to an object in `{}` memory",
                        super::types::space_name(space),
                        super::types::space_name(actual)
                    ),
                )));
            }
            if declared.is_const {
                let value = self.convert_place(&place, &declared.ty, span)?;
                return Ok(Place {
                    ty: value.ty,
                    kind: PlaceKind::Value(value.parts),
                    constness: Constness::Const(None),
                });
            }
            let d = if place.ty == declared.ty {
                Diagnostic::error(
                    "reference-to-value",
                    span,
                    "a non-const reference needs a variable, not a value",
                )
            } else {
                Diagnostic::error(
                    "type-mismatch",
                    span,
                    format!("a `{}&` cannot refer to a `{}`", declared.ty, place.ty),
                )
            };
            return Err(self.error(d.also(param.span, "the parameter")));
        }
        let value = self.convert_place(&place, &declared.ty, span)?;
        debug_assert!(!is_reference);
        let name: &'a str = param.name.as_ref().map_or("", |n| &n.name);
        self.local(name, value, declared.is_const, scan, span)
    }

    /// `: a(x), b{y}` and the default initialisers of the other members.
    fn constructor_initialisers(&mut self, f: &'a ast::Function) -> Result<()> {
        let Some(this) = self.frame.this.clone() else { return Err(Poison) };
        let Type::Struct(ty) = &this.ty else { return Err(Poison) };
        let inits = self.instances[ty.id as usize].inits.clone();
        for (i, field) in ty.fields.iter().enumerate() {
            let written = f.initialisers.iter().find(|(name, _)| name.name == field.name);
            let value = match written {
                Some((name, args)) => self.construct(&field.ty, args, false, name.span)?,
                None => match inits.iter().find(|(n, _)| *n == i) {
                    Some((_, init)) => self.initial_value(&field.ty, init, f.span)?,
                    None if self.needs_construction(&field.ty) => self.default_value(&field.ty, f.span)?,
                    None => continue,
                },
            };
            let target = self.part_of(&this, field.ty.clone(), field.offset, field.first_part);
            self.write(&target, &value, f.span)?;
        }
        for (name, args) in &f.initialisers {
            if ty.field(&name.name).is_some() {
                continue;
            }
            // A delegating constructor or a base's.
            let value = self.base_initialiser(ty, name, args)?;
            let target = self.part_of(&this, value.ty.clone(), 0, 0);
            self.write(&target, &value, name.span)?;
        }
        Ok(())
    }

    fn base_initialiser(
        &mut self,
        ty: &Rc<super::types::StructType>,
        name: &'a ast::Ident,
        args: &'a [ast::Expr],
    ) -> Result<Value> {
        let found = self.lookup(&name.name).map(|b| b.entity.clone());
        let base = match found {
            Some(super::scope::Entity::Struct(id)) => match self.enclosing_instance_type(id) {
                Some(ty) => ty,
                None => self.instantiate(id, Vec::new(), name.span)?,
            },
            Some(super::scope::Entity::Type(base)) => base,
            _ => {
                return Err(self.error(
                    Diagnostic::error(
                        "unknown-member",
                        name.span,
                        format!("`{}` has no member `{}`", ty.name, name.name),
                    )
                    .also(ty.span, "declared here"),
                ));
            }
        };
        self.construct(&base, args, false, name.span)
    }

    /// `return e;`
    pub(crate) fn return_statement(&mut self, e: Option<&'a ast::Expr>, span: Span) -> Flow {
        let Some(returning) = &self.frame.returning else {
            if let Some(e) = e
                && let Ok(place) = self.eval(e)
                && place.ty != Type::Void
            {
                self.report(
                    Diagnostic::error("return-value", e.span, "a kernel returns nothing")
                        .help("write the result to an output and use a plain `return;`"),
                );
            }
            if self.constant_mode {
                return Flow::Return;
            }
            self.builder.push(Stmt::Return);
            return Flow::Return;
        };
        let declared = returning.declared.clone();
        match self.return_place(declared, e, span) {
            Ok(result) => {
                if self.finish_return(result, span).is_err() {
                    self.poison_result();
                }
            }
            Err(Poison) => self.poison_result(),
        }
        Flow::Return
    }

    /// After a reported mistake in a `return`: the result is an error value, so that the call reports nothing more.
    fn poison_result(&mut self) {
        if self.frame.dead > 0 {
            return;
        }
        if let Some(returning) = &mut self.frame.returning {
            returning.direct = Some(Place::error());
            returning.vars = Some((Type::Error, Rc::new([])));
        }
    }

    fn return_place(
        &mut self,
        declared: Option<Declared>,
        e: Option<&'a ast::Expr>,
        span: Span,
    ) -> Result<Place> {
        match (declared, e) {
            (Some(d), None) if d.ty == Type::Void => Ok(Place::value(Value::void())),
            (None, None) => Ok(Place::value(Value::void())),
            (Some(d), None) => Err(self.error(Diagnostic::error(
                "return-value",
                span,
                format!("this function must return a `{}`", d.ty),
            ))),
            (Some(d), Some(e)) if d.ty == Type::Void => {
                let place = self.eval(e)?;
                if place.ty != Type::Void {
                    return Err(self.error(Diagnostic::error(
                        "return-value",
                        e.span,
                        "a `void` function returns no value",
                    )));
                }
                Ok(Place::value(Value::void()))
            }
            (Some(d), Some(e)) if d.reference.is_some() => {
                let place = self.eval(e)?;
                if place.ty != d.ty && !d.is_const {
                    return Err(self.error(Diagnostic::error(
                        "type-mismatch",
                        e.span,
                        format!("a `{}&` cannot refer to a `{}`", d.ty, place.ty),
                    )));
                }
                Ok(place)
            }
            (Some(d), Some(e)) => self.value_as(e, &d.ty).map(Place::value),
            (None, Some(e)) => self.value(e).map(Place::value),
        }
    }

    fn finish_return(&mut self, result: Place, span: Span) -> Result<()> {
        if self.frame.dead > 0 {
            return Ok(());
        }
        let depth = self.depth;
        let constant_mode = self.constant_mode;
        let Some(returning) = &mut self.frame.returning else { return Err(Poison) };
        if returning.declared.is_none() && returning.vars.is_none() {
            // `auto`: the first return decides.
            returning.declared =
                Some(Declared { ty: result.ty.clone(), reference: None, is_const: false, space: None });
        }
        if constant_mode || depth == returning.depth && !returning.label_used {
            returning.direct = Some(result);
            return Ok(());
        }
        returning.label_used = true;
        let label = returning.label;
        let is_reference = returning.declared.as_ref().is_some_and(|d| d.reference.is_some() && !d.is_const);
        if result.ty != Type::Void {
            if is_reference {
                return Err(self.error(
                    Diagnostic::error(
                        "reference-result",
                        span,
                        "a function that returns a reference can only have one `return`, at its end",
                    )
                    .help("return a pointer or an index instead"),
                ));
            }
            let vars = match &returning.vars {
                Some((_, vars)) => vars.clone(),
                None => {
                    let ty = result.ty.clone();
                    let vars = self.floating_vars("result", &ty, span)?;
                    if let Some(returning) = &mut self.frame.returning {
                        returning.vars = Some((ty, vars.clone()));
                    }
                    vars
                }
            };
            let value = self.load(&result, span)?;
            let target = Place {
                ty: value.ty.clone(),
                kind: PlaceKind::Vars { vars, first: 0 },
                constness: Constness::Mutable,
            };
            self.write(&target, &value, span)?;
        }
        if self.frame.returning.as_ref().is_some_and(|r| depth > r.depth) {
            self.builder.push(Stmt::Break(label));
        }
        Ok(())
    }

    /// Variables for the parts of a type, to be declared by the caller where they belong.
    pub(crate) fn floating_vars(&mut self, name: &str, ty: &Type, span: Span) -> Result<Rc<[VarId]>> {
        if ty.part_count() > 64 {
            return Err(self.error(Diagnostic::error(
                "too-large",
                span,
                format!("a `{ty}` is too large for a result chosen at run time"),
            )));
        }
        self.builder.open();
        let vars: Rc<[VarId]> = ty.leaves().iter().map(|leaf| self.builder.declare(name, leaf.ty)).collect();
        self.builder.close();
        Ok(vars)
    }

    /// Expands a conversion operator.
    pub(crate) fn call_conversion(
        &mut self,
        id: FunctionId,
        scope: Option<ScopeId>,
        _ty: &Type,
        this: Place,
        span: Span,
    ) -> Result<Value> {
        let scope = scope.unwrap_or(self.functions[id.0 as usize].scope);
        let candidate = Candidate {
            id,
            scope,
            params: Rc::new(Vec::new()),
            template: self.no_template(),
            ranks: Vec::new(),
        };
        let result = self.expand(candidate, Vec::new(), Some(this), span)?;
        self.load(&result, span)
    }

    /// Lowers functions that nothing called into a kernel that is thrown away, for their diagnostics.
    pub(crate) fn check_unused(&mut self, first: usize) {
        let mut id = first;
        while id < self.functions.len() {
            let decl = &self.functions[id];
            let (f, scope) = (decl.ast, decl.scope);
            let skip = decl.used
                || decl.is_member
                || !f.template.is_empty()
                || f.specialisation.is_some()
                || f.body.is_none();
            if !skip && self.builder.len() < super::emit::MAX_INSTRUCTIONS / 2 {
                self.check_function(FunctionId(id as u32), f, scope);
            }
            id += 1;
        }
    }

    fn check_function(&mut self, id: FunctionId, f: &'a ast::Function, scope: ScopeId) {
        let kernel = std::mem::replace(&mut self.builder, ir::Builder::new("check"));
        let depth = std::mem::replace(&mut self.depth, 0);
        let objects = std::mem::take(&mut self.objects);
        let tables = self.forget_tables();
        let span = f.span;
        if let Ok(params) = self.param_types(id, scope) {
            let args: Vec<CallArg<'a>> =
                params.iter().map(|p| CallArg::Place(self.opaque(p, span), span)).collect();
            let candidate = Candidate { id, scope, params, template: self.no_template(), ranks: Vec::new() };
            let before = self.diagnostics.len();
            let _ = self.expand(candidate, args, None, span);
            // What this front end lacks does not matter in a function that is never called.
            for diagnostic in self.diagnostics.iter_mut().skip(before) {
                if !MISTAKES.contains(&diagnostic.code) {
                    diagnostic.severity = Severity::Warning;
                    diagnostic.notes.push(format!("`{}` is never called", function_name(f)));
                }
            }
        }
        self.restore_tables(&tables);
        self.objects = objects;
        self.depth = depth;
        self.builder = kernel;
    }

    /// A place of a parameter's type about whose content nothing is known.
    fn opaque(&mut self, param: &Declared, span: Span) -> Place {
        let space = param.reference;
        let ty = match (&param.ty, space) {
            (ty, None | Some(Space::Thread)) if !matches!(ty, Type::Array(..)) => ty.clone(),
            (ty, space) => {
                let space = space.unwrap_or(Space::Thread);
                let var = self.builder.declare("argument", ir::Type::Pointer(space));
                let pointer = self.builder.inst(Op::Get(var), Some(ir::Type::Pointer(space)), span);
                return Place {
                    ty: ty.clone(),
                    kind: PlaceKind::Memory { pointer, offset: 0, space },
                    constness: Constness::Mutable,
                };
            }
        };
        let vars: Rc<[VarId]> =
            ty.leaves().iter().map(|leaf| self.builder.declare("argument", leaf.ty)).collect();
        Place { ty, kind: PlaceKind::Vars { vars, first: 0 }, constness: Constness::Mutable }
    }

    /// The shared empty list of template arguments.
    pub(crate) fn no_template(&self) -> Rc<Vec<TemplateArgValue>> {
        self.no_template.clone()
    }

    /// The scan of a body, made once.
    pub(crate) fn scan(&mut self, stmts: &'a [ast::Stmt]) -> Rc<Scan<'a>> {
        let key = stmts.as_ptr() as usize;
        if let Some(scan) = self.scans.get(&key) {
            return scan.clone();
        }
        let scan = Rc::new(Scan::of(stmts, &self.takers));
        self.scans.insert(key, scan.clone());
        scan
    }

    /// A local variable that starts with `value`.
    pub(crate) fn local(
        &mut self,
        name: &'a str,
        value: Value,
        is_const: bool,
        scan: &Scan<'a>,
        span: Span,
    ) -> Result<Place> {
        let constness = if is_const { Constness::Const(Some(span)) } else { Constness::Mutable };
        if self.constant_mode {
            return Ok(self.cell(value, constness));
        }
        let is_pointer = matches!(value.ty, Type::Pointer(_));
        if scan.is_addressed(name, is_pointer) && !is_pointer && value.ty.is_plain() {
            let place = self.private_object(name, &value.ty, span);
            self.write(&place, &value, span)?;
            return Ok(Place { constness, ..place });
        }
        if !scan.is_written(name, is_pointer) || is_const || matches!(value.ty, Type::Closure(_)) {
            let parts: Parts = value.parts;
            return Ok(Place { ty: value.ty, kind: PlaceKind::Value(parts), constness });
        }
        let place = self.variable_object(name, &value.ty)?;
        self.write(&place, &value, span)?;
        Ok(Place { constness, ..place })
    }

    /// A known value that can change while a constant is being evaluated.
    pub(crate) fn cell(&mut self, value: Value, constness: Constness) -> Place {
        self.cells.push(value.parts.to_vec());
        let cell = self.cells.len() as u32 - 1;
        Place { ty: value.ty, kind: PlaceKind::Cell { cell, first: 0 }, constness }
    }

    /// Fresh IR variables for a type, declared here.
    pub(crate) fn variable_object(&mut self, name: &str, ty: &Type) -> Result<Place> {
        let vars: Rc<[VarId]> = match ty {
            Type::Scalar(s) => Rc::new([self.builder.declare(name, *s)]),
            _ => ty.leaves().iter().map(|leaf| self.builder.declare(name, leaf.ty)).collect(),
        };
        Ok(Place { ty: ty.clone(), kind: PlaceKind::Vars { vars, first: 0 }, constness: Constness::Mutable })
    }

    /// A fresh private array for a type.
    pub(crate) fn private_object(&mut self, name: &str, ty: &Type, span: Span) -> Place {
        let bytes = u32::try_from(ty.size()).unwrap_or(u32::MAX);
        let array =
            self.builder.private_array(ir::Array { name: name.to_string(), bytes, cell: ty.cell(), span });
        let pointer =
            self.builder.inst(Op::PrivateArray(array), Some(ir::Type::Pointer(Space::Thread)), span);
        Place {
            ty: ty.clone(),
            kind: PlaceKind::Memory { pointer, offset: 0, space: Space::Thread },
            constness: Constness::Mutable,
        }
    }

    /// The place itself if it lies in memory, else a copy of it in a private array.
    pub(crate) fn in_memory(&mut self, place: &Place, span: Span) -> Result<Place> {
        if matches!(place.kind, PlaceKind::Memory { .. }) {
            return Ok(place.clone());
        }
        let value = self.load(place, span)?;
        let copy = self.private_object("copy", &place.ty, span);
        self.write(&copy, &value, span)?;
        Ok(Place { constness: Constness::Const(None), ..copy })
    }

    /// Reports that the kernel grows beyond all measure.
    pub(crate) fn too_large(&mut self, span: Span) -> Poison {
        self.error(
            Diagnostic::error(
                "too-large",
                span,
                format!("the kernel expands to more than {} instructions", super::emit::MAX_INSTRUCTIONS),
            )
            .help("every call is expanded where it stands; use loops and fewer nested calls"),
        )
    }
}

/// Where a place lies; variables and values count as `thread`.
pub(crate) fn place_space(place: &Place) -> Space {
    match &place.kind {
        PlaceKind::Memory { space, .. } => *space,
        PlaceKind::Swizzle { base, .. } | PlaceKind::Dynamic { base, .. } => place_space(base),
        _ => Space::Thread,
    }
}

/// The name of a function for messages.
pub(crate) fn function_name(f: &ast::Function) -> String {
    match &f.name {
        FunctionName::Plain(name) | FunctionName::Constructor(name) => name.name.to_string(),
        FunctionName::Operator(name) => format!("operator{}", name.name),
        FunctionName::Conversion(_) => "conversion operator".to_string(),
    }
}

/// `auto` and `auto&`.
pub(crate) fn is_auto(ty: &ast::TypeExpr) -> bool {
    matches!(ty.kind, TypeKind::Auto)
}
