//! `return`: results of expanded functions.

use super::Lower;
use super::resolve::Declared;
use super::stmt::Flow;
use super::types::Type;
use super::value::{Constness, Place, PlaceKind, Poison, Result, Value};
use crate::syntax::ast;
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{Stmt, VarId};
use std::rc::Rc;

impl<'a> Lower<'a> {
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
    pub(crate) fn poison_result(&mut self) {
        if self.frame.dead > 0 {
            return;
        }
        if let Some(returning) = &mut self.frame.returning {
            returning.direct = Some(Place::error());
            returning.vars = Some((Type::Error, Rc::new([])));
        }
    }

    pub(crate) fn return_place(
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

    pub(crate) fn finish_return(&mut self, result: Place, span: Span) -> Result<()> {
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
}
