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
use super::value::{Constness, Place, PlaceKind, Poison, Result, TemplateArgValue, Value};
use crate::syntax::ast::{self, FunctionName, TypeKind};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{LabelId, Space, Stmt, VarId};
use std::rc::Rc;

/// Deepest nesting of expanded calls.
const MAX_CALL_DEPTH: usize = 64;
/// Most calls expanded in one kernel.
const MAX_EXPANSIONS: u32 = 50_000;

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
    pub(crate) declared: Option<Declared>,
    /// The block around the body.
    pub(crate) label: LabelId,
    pub(crate) label_used: bool,
    /// Nesting of statement lists at the function's own level.
    pub(crate) depth: u32,
    /// Result variables, once some `return` needed them.
    pub(crate) vars: Option<(Type, Rc<[VarId]>)>,
    /// The result of a `return` on the straight path.
    pub(crate) direct: Option<Place>,
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
        let body: &'a [ast::Stmt] = match (&f.body, f.given) {
            (Some(body), _) => &body.stmts,
            (None, ast::Given::Default) => &[],
            (None, given) => {
                let deleted = given == ast::Given::Delete;
                let (code, what) = if deleted {
                    ("deleted-function", "is deleted: it cannot be called")
                } else {
                    ("undefined-function", "is declared but never defined")
                };
                let d = Diagnostic::error(code, span, format!("`{name}` {what}"));
                return Err(self.error(d.also(f.span, "declared here")));
            }
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
        if self.calls.len() >= MAX_CALL_DEPTH + 4 * template.len().min(1) * MAX_CALL_DEPTH {
            return Err(self.error(Diagnostic::error(
                "call-depth",
                span,
                format!("calls nest more than {MAX_CALL_DEPTH} deep"),
            )));
        }
        self.count_expansion(span)?;
        // Arguments are converted in the caller's frame, and bound in a scope of their own.
        let scan = self.scan(body);
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
            Ok(cx.statements(body))
        });
        self.calls.pop();
        result
    }

    /// Notes that a call is being expanded; fails when there are too many.
    pub(crate) fn count_expansion(&mut self, span: Span) -> Result<()> {
        self.expansions += 1;
        if self.expansions > MAX_EXPANSIONS || self.builder.len() > super::emit::MAX_INSTRUCTIONS {
            return Err(self.too_large(span));
        }
        Ok(())
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

    /// Reports that the kernel grows beyond all measure.
    pub(crate) fn too_large(&mut self, span: Span) -> Poison {
        // Everything that follows is too large as well.
        if self.diagnostics.iter().any(|d| d.code == "too-large") {
            return Poison;
        }
        let (calls, instructions) = (MAX_EXPANSIONS, super::emit::MAX_INSTRUCTIONS);
        self.error(
            Diagnostic::error("too-large", span, "the kernel grows too large when its calls are expanded")
                .note(format!("at most {calls} calls are expanded, and {instructions} instructions are made"))
                .help("use loops and fewer nested calls"),
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
