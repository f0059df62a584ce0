//! Local variables: which form each takes.
//!
//! A variable that never changes is just its value. One that changes lives in IR variables, one per scalar. Arrays,
//! and variables whose address is taken, lie in a private array; `threadgroup` variables in a threadgroup array;
//! constant arrays in a table.

use super::Lower;
use super::globals::bytes_of;
use super::resolve::Declared;
use super::structs::innermost_quals;
use super::types::Type;
use super::value::{Constness, Part, Place, PlaceKind, Poison, Result, TemplateArgValue, Value};
use crate::syntax::ast::{self, ExprKind, Init, TypeKind};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{ArrayId, Op, Space};
use std::rc::Rc;

/// A threadgroup array and the declaration it belongs to.
#[derive(Debug)]
pub(crate) struct Object {
    declaration: usize,
    template: Rc<Vec<TemplateArgValue>>,
    array: ArrayId,
}

/// Largest array of threadgroup memory, in bytes.
const MAX_THREADGROUP_BYTES: usize = 32 << 10;
/// Largest private array, in bytes.
pub(crate) const MAX_PRIVATE_BYTES: usize = 1 << 20;

impl<'a> Lower<'a> {
    /// Declares a local variable. After a mistake the name stands for an error value.
    pub(crate) fn declare_variable(&mut self, variable: &'a ast::Variable) {
        // The name is visible only after its initialiser here; `int x = x;` is never meant.
        let place = match self.local_variable(variable) {
            Ok(place) => place,
            Err(Poison) => Place::error(),
        };
        self.declare_place(&variable.name, place);
    }

    fn local_variable(&mut self, variable: &'a ast::Variable) -> Result<Place> {
        let span = variable.span;
        let quals = innermost_quals(&variable.ty);
        if let Some(place) = self.auto_variable(variable)? {
            return Ok(place);
        }
        let declared = self.variable_type(variable)?;
        let ty = declared.ty.clone();
        if declared.reference.is_some() {
            return self.reference_variable(variable, &declared);
        }
        if ty == Type::Void {
            return Err(self.error(Diagnostic::error("void-variable", span, "a variable cannot be `void`")));
        }
        match declared.space {
            Some(Space::Threadgroup) => return self.threadgroup_variable(variable, ty),
            Some(Space::Device) => {
                return Err(self.error(
                    Diagnostic::error(
                        "address-space",
                        span,
                        "a local variable cannot lie in `device` memory",
                    )
                    .help("drop `device`, or declare a pointer: `device T*`"),
                ));
            }
            _ => {}
        }
        if let Type::Atomic(_) = ty {
            return Err(self.error(
                Diagnostic::error("atomic-variable", span, "an atomic variable of one thread has no use")
                    .help("declare it `threadgroup`, or use a plain variable"),
            ));
        }
        if quals.is_static
            && !quals.is_constexpr
            && !declared.is_const
            && declared.space != Some(Space::Constant)
        {
            return Err(self.error(
                Diagnostic::error(
                    "static-variable",
                    variable.name.span,
                    "a `static` variable must be in the `constant` address space",
                )
                .help("threads share nothing between launches: use an output array, or `constexpr` for a constant"),
            ));
        }
        let is_constant = quals.is_constexpr || quals.is_static || declared.space == Some(Space::Constant);
        let constness = if declared.is_const || is_constant {
            Constness::Const(Some(variable.name.span))
        } else {
            Constness::Mutable
        };
        if is_constant {
            return self.constant_variable(variable, ty, constness);
        }
        let in_memory = !self.constant_mode && self.lives_in_memory(&variable.name.name, &ty);
        if in_memory {
            return self.memory_variable(variable, ty, constness);
        }
        let scan = self.frame.scan.clone();
        let Some(init) = &variable.init else {
            if declared.is_const && !matches!(ty, Type::Struct(_)) {
                return Err(self.error(
                    Diagnostic::error(
                        "uninitialised-constant",
                        variable.name.span,
                        format!("`{}` is a constant without a value", variable.name.name),
                    )
                    .help("initialise it, or drop `const`"),
                ));
            }
            if self.needs_construction(&ty) {
                let mut value = self.default_value(&ty, span)?;
                for (part, leaf) in value.parts.iter_mut().zip(ty.leaves()) {
                    if matches!(leaf.ty, ir::Type::Pointer(_)) && *part == Part::Const(0) {
                        *part = super::memory::UNDEFINED_POINTER;
                    }
                }
                return self.local(&variable.name.name, value, declared.is_const, &scan, variable.name.span);
            }
            if let Type::Struct(s) = &ty
                && self.instances[s.id as usize].has_constructor
                && !self.has_default_constructor(self.struct_scope(s.id))
            {
                return Err(self.error(
                    Diagnostic::error(
                        "no-constructor",
                        span,
                        format!("`{ty}` needs arguments to be constructed"),
                    )
                    .also(s.span, "declared here"),
                ));
            }
            if self.constant_mode {
                let zeros = Value::new(ty.clone(), vec![Part::Const(0); ty.part_count()]);
                return Ok(self.cell(zeros, constness));
            }
            // Undefined until written: a variable all the same.
            return Ok(Place { constness, ..self.variable_object(&variable.name.name, &ty)? });
        };
        let value = self.initial_value(&ty, init, span)?;
        self.local(&variable.name.name, value, declared.is_const, &scan, variable.name.span)
    }

    fn lives_in_memory(&self, name: &str, ty: &Type) -> bool {
        if !ty.is_plain() {
            return false;
        }
        ty.has_array() || self.frame.scan.is_addressed(name, false)
    }

    /// `auto x = e;`, `auto* p = e;`, `auto& r = e;` and the like; `None` for other types.
    fn auto_variable(&mut self, variable: &'a ast::Variable) -> Result<Option<Place>> {
        let (is_const, reference) = match &variable.ty.kind {
            TypeKind::Auto => (variable.ty.quals.is_const, None),
            TypeKind::Pointer(to) if matches!(to.kind, TypeKind::Auto) => (variable.ty.quals.is_const, None),
            TypeKind::Reference(to) if matches!(to.kind, TypeKind::Auto) => (to.quals.is_const, Some(())),
            _ => return Ok(None),
        };
        let span = variable.span;
        let init = match &variable.init {
            Some(Init::Assign(e)) => e,
            Some(Init::Paren(list) | Init::Brace(list, _)) if list.len() == 1 => &list[0],
            _ => {
                return Err(self.error(
                    Diagnostic::error("auto", span, "`auto` needs an initialiser to take its type from")
                        .help("write the type, or initialise the variable"),
                ));
            }
        };
        let quals = innermost_quals(&variable.ty);
        if reference.is_some() {
            let mut place = self.eval(init)?;
            if place.is_temporary() {
                place.constness = Constness::Const(Some(variable.name.span));
            }
            if is_const && place.constness == Constness::Mutable {
                place.constness = Constness::Const(Some(variable.name.span));
            }
            return Ok(Some(place));
        }
        let value = if quals.is_constexpr { self.constant_value(init)? } else { self.value(init)? };
        match &value.ty {
            Type::Void => {
                return Err(self.error(Diagnostic::error(
                    "void-value",
                    init.span,
                    "this call returns nothing",
                )));
            }
            Type::Null => {
                return Err(self.error(Diagnostic::error(
                    "null-pointer",
                    init.span,
                    "`nullptr` has no type of its own",
                )));
            }
            ty if matches!(variable.ty.kind, TypeKind::Pointer(_)) && ty.as_pointer().is_none() => {
                let text = format!("`auto*` needs a pointer, not `{ty}`");
                return Err(self.error(Diagnostic::error("type-mismatch", init.span, text)));
            }
            _ => {}
        }
        let scan = self.frame.scan.clone();
        self.local(&variable.name.name, value, is_const || quals.is_constexpr, &scan, variable.name.span)
            .map(Some)
    }

    /// A variable's type; `T[]` takes its size from the initialiser.
    pub(crate) fn variable_type(&mut self, variable: &'a ast::Variable) -> Result<Declared> {
        if let (TypeKind::Auto, Some(Init::Assign(e))) = (&variable.ty.kind, &variable.init) {
            let ty = self.unevaluated(e)?.ty;
            return Ok(Declared { ty, reference: None, is_const: true, space: None });
        }
        let mut declared = self.resolve_type(&variable.ty)?;
        let quals = innermost_quals(&variable.ty);
        declared.is_const |= declared.reference.is_none()
            && (quals.is_const || quals.is_constexpr)
            && !matches!(declared.ty, Type::Pointer(_))
            || variable.ty.quals.is_const && declared.reference.is_none();
        if let Type::Array(of, 0) = &declared.ty {
            let n = match &variable.init {
                Some(Init::Brace(list, _)) => list.len(),
                Some(Init::Assign(ast::Expr { kind: ExprKind::InitList(list), .. })) => list.len(),
                _ => 0,
            };
            if n == 0 {
                return Err(self.error(Diagnostic::error(
                    "array-size",
                    variable.span,
                    "an array without a size needs an initialiser list",
                )));
            }
            // `int a[][2] = {1, 2, 3, 4}` with inner braces left out is not worth guessing at.
            declared.ty = Type::Array(of.clone(), n);
        }
        Ok(declared)
    }

    fn reference_variable(&mut self, variable: &'a ast::Variable, declared: &Declared) -> Result<Place> {
        let init = match &variable.init {
            Some(Init::Assign(e)) => e,
            Some(Init::Paren(list) | Init::Brace(list, _)) if list.len() == 1 => &list[0],
            _ => {
                return Err(self.error(Diagnostic::error(
                    "reference",
                    variable.span,
                    format!("the reference `{}` must be initialised", variable.name.name),
                )));
            }
        };
        let mut place = self.eval(init)?;
        if place.ty.is_error() {
            return Err(Poison);
        }
        let named = Constness::Const(Some(variable.name.span));
        if place.ty != declared.ty || place.is_temporary() {
            if !declared.is_const {
                let text = if place.is_temporary() {
                    "a non-const reference needs a variable, not a value".to_string()
                } else {
                    format!("a `{}&` cannot refer to a `{}`", declared.ty, place.ty)
                };
                return Err(self.error(Diagnostic::error("type-mismatch", init.span, text)));
            }
            let value = self.convert_place(&place, &declared.ty, init.span)?;
            return Ok(Place { ty: value.ty, kind: PlaceKind::Value(value.parts), constness: named });
        }
        let actual = super::function::place_space(&place);
        let wanted = declared.reference.unwrap_or(Space::Thread);
        if actual != wanted && !declared.is_const {
            return Err(self.error(
                Diagnostic::error(
                    "address-space",
                    variable.span,
                    format!(
                        "a reference to `{}` memory cannot refer to an object in `{}` memory",
                        super::types::space_name(wanted),
                        super::types::space_name(actual)
                    ),
                )
                .help(format!(
                    "declare it `{} {}&`",
                    super::types::space_name(actual),
                    declared.ty
                )),
            ));
        }
        if declared.is_const && place.constness == Constness::Mutable {
            place.constness = named;
        }
        Ok(place)
    }

    fn threadgroup_variable(&mut self, variable: &'a ast::Variable, ty: Type) -> Result<Place> {
        if variable.init.is_some() {
            return Err(self.error(
                Diagnostic::error(
                    "threadgroup-initialiser",
                    variable.span,
                    "threadgroup memory cannot be initialised",
                )
                .help("let one thread write it, then `threadgroup_barrier(mem_flags::mem_threadgroup)`"),
            ));
        }
        if self.frame.returning.is_some() {
            let name = &variable.name.name;
            let d = Diagnostic::error(
                "threadgroup-variable",
                variable.span,
                format!("`{name}` is `threadgroup` memory, which only the kernel's body can declare"),
            );
            let d = d.note("Apple's compiler: variables in the threadgroup address space cannot be declared in a non-qualified function");
            return Err(self.error(
                d.help("declare it in the body and pass a pointer: `threadgroup T* name` as a parameter"),
            ));
        }
        let size = ty.size();
        if size > MAX_THREADGROUP_BYTES {
            return Err(self.error(
                Diagnostic::error(
                    "threadgroup-size",
                    variable.span,
                    format!(
                        "`{}` needs {size} bytes of threadgroup memory; there are {MAX_THREADGROUP_BYTES}",
                        variable.name.name
                    ),
                )
                .help("use a smaller tile"),
            ));
        }
        let key = std::ptr::from_ref(variable) as usize;
        let template = self.frame.template.clone();
        let known =
            self.objects.iter().find(|o| o.declaration == key && o.template == template).map(|o| o.array);
        let array = match known {
            Some(array) => array,
            None => {
                let array = self.builder.threadgroup_array(ir::Array {
                    name: variable.name.name.to_string(),
                    bytes: size as u32,
                    cell: ty.cell(),
                    span: variable.name.span,
                });
                self.objects.push(Object { declaration: key, template, array });
                let all: usize = self.builder.kernel().threadgroup.iter().map(|a| a.bytes as usize).sum();
                if all > MAX_THREADGROUP_BYTES && all - size <= MAX_THREADGROUP_BYTES {
                    let message = format!(
                        "the kernel needs {all} bytes of threadgroup memory together; Apple's GPUs have {MAX_THREADGROUP_BYTES}"
                    );
                    let d = Diagnostic::warning("threadgroup-size", variable.span, message);
                    self.report(d.help("use smaller tiles, or one array for several purposes"));
                }
                array
            }
        };
        let pointer = self.builder.inst(
            Op::ThreadgroupArray(array),
            Some(ir::Type::Pointer(Space::Threadgroup)),
            variable.span,
        );
        Ok(Place {
            ty,
            kind: PlaceKind::Memory { pointer, offset: 0, space: Space::Threadgroup },
            constness: Constness::Mutable,
        })
    }

    /// `constexpr`, `static` and `constant` locals.
    fn constant_variable(
        &mut self,
        variable: &'a ast::Variable,
        ty: Type,
        constness: Constness,
    ) -> Result<Place> {
        let Some(init) = &variable.init else {
            return Err(self.error(Diagnostic::error(
                "uninitialised-constant",
                variable.span,
                format!("`{}` is a constant without a value", variable.name.name),
            )));
        };
        let value = self.constantly(variable.span, |cx| cx.initial_value(&ty, init, variable.span))?;
        if !value.is_constant() {
            return Err(self.not_constant(init_span(init, variable.span)));
        }
        if self.constant_mode || matches!(value.ty, Type::Pointer(_)) {
            return Ok(Place { ty, kind: PlaceKind::Value(value.parts), constness });
        }
        if matches!(ty, Type::Array(..)) {
            if self.frame.scan.escapes(&variable.name.name) && !has_constant_space(&variable.ty) {
                // Used as a pointer: it must lie in `thread` memory.
                let place = self.private_object(&variable.name.name, &ty, variable.span);
                self.write(&place, &value, variable.span)?;
                return Ok(Place { constness, ..place });
            }
            let table = self.builder.table(&*variable.name.name, bytes_of(&value));
            let place = self.table_place(table, ty, constness, variable.span);
            if let PlaceKind::Memory { pointer, .. } = place.kind {
                self.known_tables.insert(pointer, value.parts);
            }
            return Ok(place);
        }
        if self.frame.scan.is_addressed(&variable.name.name, false) && value.ty.is_plain() {
            let place = self.private_object(&variable.name.name, &ty, variable.span);
            self.write(&place, &value, variable.span)?;
            return Ok(Place { constness, ..place });
        }
        Ok(Place { ty, kind: PlaceKind::Value(value.parts), constness })
    }

    /// Arrays and variables whose address is taken.
    fn memory_variable(
        &mut self,
        variable: &'a ast::Variable,
        ty: Type,
        constness: Constness,
    ) -> Result<Place> {
        let size = ty.size();
        if size > MAX_PRIVATE_BYTES {
            return Err(self.error(
                Diagnostic::error(
                    "private-size",
                    variable.span,
                    format!("`{}` needs {size} bytes for every thread", variable.name.name),
                )
                .help("use `threadgroup` memory, or an output as scratch space"),
            ));
        }
        // A constant array that is only indexed is a table.
        if let (Constness::Const(_), Type::Array(..), Some(init)) = (constness, &ty, &variable.init)
            && !self.frame.scan.escapes(&variable.name.name)
        {
            self.open_list();
            let value = self.quietly(|cx| cx.initial_value(&ty, init, variable.span));
            self.close_list();
            if let Ok(value) = value
                && value.is_constant()
            {
                let table = self.builder.table(&*variable.name.name, bytes_of(&value));
                return Ok(self.table_place(table, ty, constness, variable.span));
            }
        }
        // An initialiser is evaluated before the object exists, but arrays are filled in place.
        let needs_construction = self.needs_construction(&ty);
        let is_array = matches!(ty, Type::Array(..));
        let early = match &variable.init {
            Some(init) if !is_array => Some(self.initial_value(&ty, init, variable.span)?),
            None if needs_construction => Some(self.default_value(&ty, variable.span)?),
            _ => None,
        };
        let place = self.private_object(&variable.name.name, &ty, variable.name.span);
        match (early, &variable.init) {
            (Some(value), _) => self.write(&place, &value, variable.span)?,
            (None, Some(init)) => self.initialise_memory(&place, init, variable.span)?,
            (None, None) => {}
        }
        Ok(Place { constness, ..place })
    }
}

fn has_constant_space(ty: &ast::TypeExpr) -> bool {
    let mut at = ty;
    loop {
        if at.space == Some(ast::AddressSpace::Constant) {
            return true;
        }
        match &at.kind {
            TypeKind::Array(of, _) => at = of,
            _ => return false,
        }
    }
}

fn init_span(init: &Init, span: Span) -> Span {
    match init {
        Init::Assign(e) => e.span,
        Init::Brace(_, span) => *span,
        Init::Paren(list) => list.first().map_or(span, |e| e.span),
    }
}
