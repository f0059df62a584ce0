//! Declarations at file, namespace and struct level, and the constants among them.
//!
//! Namespace-scope variables are evaluated when first used. Scalars become known values; arrays become tables of the
//! kernel.

use super::Lower;
use super::scope::{Entity, ScopeId};
use super::types::Type;
use super::value::{Constness, Place, PlaceKind, Poison, Result, Value};
use crate::syntax::ast::{self, FunctionName, Item};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{Op, Space, TableId};

/// A namespace-scope variable's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GlobalId(u32);

/// A namespace-scope variable or static member.
#[derive(Debug)]
pub(crate) struct Global<'a> {
    pub(crate) variable: &'a ast::Variable,
    scope: ScopeId,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Untouched,
    Running,
    Failed,
    /// A known value, and its table in the current kernel once its address was needed.
    Known(Value, Option<TableId>),
}

impl<'a> Lower<'a> {
    /// Declares the items of a header.
    pub(crate) fn declare_items(&mut self, items: &'a [Item]) {
        for item in items {
            self.declare_item(item);
        }
    }

    /// Declares one item in the current scope.
    pub(crate) fn declare_item(&mut self, item: &'a Item) {
        match item {
            Item::Variables(list) => {
                for variable in list {
                    let id = self.add_global(variable, self.scope);
                    self.declare(&variable.name, Entity::Global(id));
                }
            }
            Item::Function(f) => self.declare_function(f),
            Item::Struct(s) => self.declare_struct(s),
            Item::Enum(e) => self.declare_enum(e),
            Item::Alias { name, template, ty } => {
                if !template.is_empty() {
                    self.bind(
                        self.scope,
                        &name.name,
                        Entity::AliasTemplate(template, ty, self.scope),
                        name.span,
                    );
                    return;
                }
                let ty = match self.resolve_type(ty) {
                    Ok(declared) => declared.ty,
                    Err(Poison) => Type::Error,
                };
                // Repeating a typedef is allowed.
                self.bind(self.scope, &name.name, Entity::Type(ty), name.span);
            }
            Item::Namespace { name, items } => {
                let scope = if name.name.is_empty() {
                    self.scope
                } else {
                    match self.own(self.scope, &name.name).map(|b| b.entity.clone()) {
                        Some(Entity::Namespace(scope)) => scope,
                        _ => {
                            let scope = self.new_namespace(Some(self.scope));
                            self.bind(self.scope, &name.name, Entity::Namespace(scope), name.span);
                            scope
                        }
                    }
                };
                self.in_scope(scope, |cx| cx.declare_items(items));
            }
            Item::UsingNamespace(path) => match self.path(path) {
                Ok(super::resolve::Named::Entity(Entity::Namespace(scope), _)) => {
                    if scope != self.scope {
                        self.scopes[self.scope.0 as usize].also.push(scope);
                    }
                }
                Ok(super::resolve::Named::Library(_, name)) if is_library_namespace(&name) => {}
                Ok(_) => {
                    let text = format!("`{}` is not a namespace", path.last().ident.name);
                    self.report(Diagnostic::error("not-a-namespace", path.span, text));
                }
                Err(Poison) => {}
            },
            Item::UsingName(path) => {
                if let Ok(super::resolve::Named::Entity(entity, _)) = self.path(path) {
                    self.bind(self.scope, &path.last().ident.name, entity, path.span);
                }
            }
            Item::StaticAssert(e, message) => self.static_assert(e, message.as_deref()),
            Item::Nothing | Item::Error => {}
        }
    }

    /// `static_assert(e, "...")`.
    pub(crate) fn static_assert(&mut self, e: &'a ast::Expr, message: Option<&str>) {
        let Ok(value) = self.constant_value(e) else { return };
        let Ok(truth) = self.convert(value, &Type::BOOL, e.span) else { return };
        if truth.as_constant() == Some(0) {
            let text = match message {
                Some(m) => format!("static assertion failed: {m}"),
                None => "static assertion failed".to_string(),
            };
            self.report(Diagnostic::error("static-assert", e.span, text));
        }
    }

    fn declare_function(&mut self, f: &'a ast::Function) {
        if f.is_kernel {
            self.report(
                Diagnostic::error("kernel-in-header", f.span, "a header cannot declare a kernel of its own")
                    .help("the signature is generated: put only the statements of the kernel into the body"),
            );
            return;
        }
        if let Some(of) = &f.of {
            self.outside.push((of, f, self.scope));
            return;
        }
        let name: &'a str = match &f.name {
            FunctionName::Plain(name) | FunctionName::Operator(name) | FunctionName::Constructor(name) => {
                &name.name
            }
            FunctionName::Conversion(_) => return,
        };
        let id = self.add_function(f, self.scope, false);
        self.bind_function(self.scope, name, id, f.span);
    }

    /// Adds a namespace-scope variable.
    pub(crate) fn add_global(&mut self, variable: &'a ast::Variable, scope: ScopeId) -> GlobalId {
        self.globals.push(Global { variable, scope, state: State::Untouched });
        GlobalId(self.globals.len() as u32 - 1)
    }

    /// The place of a namespace-scope variable.
    pub(crate) fn global(&mut self, id: GlobalId, span: Span) -> Result<Place> {
        let index = id.0 as usize;
        let variable = self.globals[index].variable;
        if let State::Untouched = self.globals[index].state {
            self.globals[index].state = State::Running;
            let scope = self.globals[index].scope;
            // A static member may need another instance of its template, and so on.
            let result = self.enter_template(span).and_then(|()| {
                let result = self.evaluate_global(variable, scope);
                self.leave_template();
                result
            });
            let state = match result {
                Ok(value) => State::Known(value, None),
                Err(Poison) => State::Failed,
            };
            self.globals[index].state = state;
        }
        let declared = variable.name.span;
        let (value, table) = match &self.globals[index].state {
            State::Known(value, table) => (value.clone(), *table),
            State::Running => {
                return Err(self.error(Diagnostic::error(
                    "circular-constant",
                    declared,
                    format!("`{}` depends on itself", variable.name.name),
                )));
            }
            _ => return Err(Poison),
        };
        let constness = Constness::Const(Some(declared));
        let in_memory = matches!(value.ty, Type::Array(..)) && value.ty.is_plain();
        if !in_memory || self.constant_mode {
            return Ok(Place { ty: value.ty, kind: PlaceKind::Value(value.parts), constness });
        }
        let table = match table {
            Some(table) => table,
            None => {
                let bytes = bytes_of(&value);
                let table = self.builder.table(&*variable.name.name, bytes);
                self.globals[index].state = State::Known(value.clone(), Some(table));
                table
            }
        };
        Ok(self.table_place(table, value.ty, constness, span))
    }

    /// The place of a table's content.
    pub(crate) fn table_place(
        &mut self,
        table: TableId,
        ty: Type,
        constness: Constness,
        span: Span,
    ) -> Place {
        let pointer = self.builder.inst(Op::Table(table), Some(ir::Type::Pointer(Space::Constant)), span);
        Place { ty, kind: PlaceKind::Memory { pointer, offset: 0, space: Space::Constant }, constness }
    }

    /// Forgets which tables the globals have: the kernel is another one now.
    pub(crate) fn forget_tables(&mut self) -> Vec<Option<TableId>> {
        self.globals
            .iter_mut()
            .map(|g| match &mut g.state {
                State::Known(_, table) => table.take(),
                _ => None,
            })
            .collect()
    }

    /// Undoes [`Lower::forget_tables`].
    pub(crate) fn restore_tables(&mut self, tables: &[Option<TableId>]) {
        for (i, global) in self.globals.iter_mut().enumerate() {
            if let State::Known(_, table) = &mut global.state {
                *table = tables.get(i).copied().flatten();
            }
        }
    }

    fn evaluate_global(&mut self, variable: &'a ast::Variable, scope: ScopeId) -> Result<Value> {
        let quals = super::structs::innermost_quals(&variable.ty);
        let space = {
            let mut at = &variable.ty;
            let mut space = at.space;
            while let ast::TypeKind::Array(of, _) = &at.kind {
                at = of;
                space = space.or(at.space);
            }
            space
        };
        let is_constant = space == Some(ast::AddressSpace::Constant) || quals.is_const || quals.is_constexpr;
        if !is_constant {
            return Err(self.error(
                Diagnostic::error(
                    "global-variable",
                    variable.span,
                    format!("`{}` must be in the `constant` address space", variable.name.name),
                )
                .help("declare it `constant constexpr`, or pass it to the functions that need it"),
            ));
        }
        let Some(init) = &variable.init else {
            return Err(self.error(
                Diagnostic::error(
                    "uninitialised-constant",
                    variable.span,
                    format!("`{}` is a constant without a value", variable.name.name),
                )
                .help("initialise it; function constants cannot be set through `metal_kernel`"),
            ));
        };
        self.outside_functions(scope, |cx| {
            let value = cx.constantly(variable.span, |cx| {
                let ty = cx.variable_type(variable)?;
                cx.initial_value(&ty.ty, init, variable.span)
            })?;
            if !value.is_constant() {
                return Err(cx.not_constant(variable.span));
            }
            Ok(value)
        })
    }

    /// Evaluates the namespace-scope variables of the user's header that nothing used, for their diagnostics.
    pub(crate) fn check_globals(&mut self, first: usize) {
        for i in first..self.globals.len() {
            // Static members of templates may be ill-formed until used.
            let scope = self.globals[i].scope;
            if matches!(self.globals[i].state, State::Untouched)
                && !self.instance_of_scope.contains_key(&scope)
            {
                let span = self.globals[i].variable.span;
                let _ = self.global(GlobalId(i as u32), span);
            }
        }
    }
}

/// The bytes of a known value as they lie in memory.
pub(crate) fn bytes_of(value: &Value) -> Vec<u8> {
    let mut bytes = vec![0u8; value.ty.size()];
    for (leaf, part) in value.ty.leaves().iter().zip(value.parts.iter()) {
        let (Some(scalar), Some(bits)) = (leaf.ty.scalar(), part.constant()) else { continue };
        let size = scalar.size();
        if let Some(slot) = bytes.get_mut(leaf.offset..leaf.offset + size) {
            slot.copy_from_slice(&bits.to_le_bytes()[..size]);
        }
    }
    bytes
}

fn is_library_namespace(name: &str) -> bool {
    matches!(name, "metal" | "std" | "fast" | "precise" | "simd" | "mlx" | "mlx::steel" | "raytracing")
        || matches!(name, "mpp" | "mpp::tensor_ops" | "tensor_ops")
}
