//! Names as expressions: variables, constants, members of the current object, and what to say about unknown ones.

use super::Lower;
use super::builtins;
use super::resolve::Named;
use super::scope::Entity;
use super::types::Type;
use super::value::{Constness, Part, Place, PlaceKind, Poison, Result, TemplateArgValue};
use crate::syntax::ast::{self};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;

impl<'a> Lower<'a> {
    /// What a name stands for.
    pub(crate) fn name(&mut self, path: &'a ast::Path) -> Result<Place> {
        match self.path(path)? {
            Named::Entity(entity, declared) => match entity {
                Entity::Place(place) => {
                    if place.ty.is_error() {
                        return Err(Poison);
                    }
                    if self.constant_mode && place.constness == Constness::Mutable {
                        return Ok(self.as_variable(&place, path.span));
                    }
                    if self.constant_mode
                        && let PlaceKind::Memory { pointer, offset: 0, .. } = place.kind
                        && let Some(parts) = self.known_tables.get(&pointer)
                    {
                        return Ok(Place { kind: PlaceKind::Value(parts.clone()), ..(*place).clone() });
                    }
                    Ok((*place).clone())
                }
                Entity::Global(id) => self.global(id, path.span),
                Entity::Field => self.own_field(&path.last().ident),
                Entity::Functions(_) => Err(self.error(
                    Diagnostic::error(
                        "function-as-value",
                        path.span,
                        format!("`{}` is a function; it can only be called", path.last().ident.name),
                    )
                    .also(declared, "declared here"),
                )),
                _ => Err(self.error(
                    Diagnostic::error(
                        "type-as-value",
                        path.span,
                        format!("`{}` is not a value", path.last().ident.name),
                    )
                    .also(declared, "declared here"),
                )),
            },
            Named::Value(value) => Ok(Place::value(value)),
            Named::Library(_, name) => self.library_name(&name, path),
            Named::LibraryMember(name, args, member) => {
                match builtins::meta(self, &name, &args, Some(&member), path.span) {
                    Some(Ok(TemplateArgValue::Value(value))) => Ok(Place::value(value)),
                    Some(Err(Poison)) => Err(Poison),
                    _ => Err(self.undeclared(path)),
                }
            }
        }
    }

    /// A variable seen by a constant expression: not a constant, even where its value happens to be known.
    pub(crate) fn as_variable(&mut self, place: &Place, span: Span) -> Place {
        let PlaceKind::Value(parts) = &place.kind else { return place.clone() };
        let parts: Vec<Part> = parts
            .iter()
            .enumerate()
            .map(|(i, &part)| match place.ty.part_type(i) {
                ir::Type::Scalar(scalar) => Part::Ir(self.ir_value(part, scalar, span)),
                ir::Type::Pointer(_) => part,
            })
            .collect();
        Place { kind: PlaceKind::Value(parts.into()), ..place.clone() }
    }

    pub(crate) fn library_name(&mut self, name: &str, path: &'a ast::Path) -> Result<Place> {
        if let Some(value) = builtins::constant(name) {
            return Ok(Place::value(value));
        }
        if let Some(args) = &path.last().args {
            let args = self.template_args(args)?;
            if let Some(found) = builtins::meta(self, name, &args, None, path.span) {
                return match found? {
                    TemplateArgValue::Value(value) => Ok(Place::value(value)),
                    TemplateArgValue::Type(_) => Err(Poison),
                };
            }
        }
        if builtins::is_function(name) {
            return Err(self.error(Diagnostic::error(
                "function-as-value",
                path.span,
                format!("`{name}` is a function; it can only be called"),
            )));
        }
        Err(self.undeclared(path))
    }

    /// Reports a name that means nothing here.
    pub(crate) fn undeclared(&mut self, path: &'a ast::Path) -> Poison {
        let name = &path.last().ident.name;
        if super::foreign::is_tensor_path(path) {
            return self.error(super::foreign::tensor(path.span));
        }
        let mut d = Diagnostic::error("undeclared-name", path.span, format!("`{name}` is not declared"))
            .label("not found");
        for suffix in ["_shape", "_strides", "_ndim"] {
            if let Some(input) = name.strip_suffix(suffix)
                && let Some(found) = self.signature.inputs.iter().find(|i| i.name == input)
            {
                d = if found.ndim == 0 {
                    d.note(format!("`{input}` is a 0-d array: it has no `{suffix}`"))
                        .help(format!("use its value, `{input}`, directly"))
                } else {
                    d.note("only the body's own text makes MLX generate this parameter")
                        .help("pass it from the body to the function that needs it")
                };
                return self.error(d);
            }
            if let Some(output) = name.strip_suffix(suffix)
                && self.signature.outputs.iter().any(|o| o.name == output)
            {
                d = d
                    .note(format!("`{output}` is an output; only inputs have `{suffix}`"))
                    .help("pass the size as an input or a template argument");
                return self.error(d);
            }
        }
        if crate::facts::ATTRIBUTES.iter().any(|(n, _)| *n == &**name) {
            d = d
                .note(
                    "thread attributes are parameters of the kernel: functions of the header do not see them",
                )
                .help("pass it from the body to the function");
            return self.error(d);
        }
        if self.signature.inputs.iter().any(|i| i.name == **name)
            || self.signature.outputs.iter().any(|o| o.name == **name)
        {
            d = d
                .note("arrays are parameters of the kernel: functions of the header do not see them")
                .help("pass it from the body to the function");
            return self.error(d);
        }
        if let Some(instead) = super::foreign::value(name) {
            return self.error(d.help(instead));
        }
        if let Some((attribute, _)) = crate::facts::ATTRIBUTES
            .iter()
            .find(|(n, _)| n.replace('_', "") == name.replace('_', "").to_lowercase())
        {
            return self.error(d.help(format!("did you mean `{attribute}`?")));
        }
        if let Some(similar) = self.similar_name(name) {
            d = d.help(format!("did you mean `{similar}`?"));
        }
        self.error(d)
    }

    /// The place of the current object.
    pub(crate) fn this_place(&mut self, span: Span) -> Result<Place> {
        match &self.frame.this {
            Some(this) => Ok((**this).clone()),
            None => Err(self.error(Diagnostic::error("this", span, "there is no `this` outside methods"))),
        }
    }

    pub(crate) fn this_pointer(&mut self, span: Span) -> Result<Place> {
        let place = self.this_place(span)?;
        self.address_of(&place, span).map(Place::value)
    }

    pub(crate) fn own_field(&mut self, ident: &'a ast::Ident) -> Result<Place> {
        let Some(this) = self.frame.this.clone() else {
            return Err(self.error(Diagnostic::error(
                "this",
                ident.span,
                format!("`{}` is a member; it needs an object", ident.name),
            )));
        };
        self.field(&this, &ident.name, ident.span)
    }

    /// A data member of a struct place.
    pub(crate) fn field(&mut self, base: &Place, name: &str, span: Span) -> Result<Place> {
        let Type::Struct(ty) = &base.ty else { return Err(Poison) };
        let Some((_, field)) = ty.field(name) else {
            return Err(self.error(
                Diagnostic::error("unknown-member", span, format!("`{}` has no member `{name}`", ty.name))
                    .also(ty.span, "declared here"),
            ));
        };
        self.check_access(self.struct_scope(ty.id), name, span)?;
        let mut place = self.part_of(base, field.ty.clone(), field.offset, field.first_part);
        if field.is_const && place.constness == Constness::Mutable {
            place.constness = Constness::Const(Some(ty.span));
        }
        Ok(place)
    }
}
