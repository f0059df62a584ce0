//! Where local objects live: values, IR variables, private arrays, cells of a constant evaluation.

use super::Lower;
use super::declare::MAX_PRIVATE_BYTES;
use super::scan::Scan;
use super::types::Type;
use super::value::{Constness, Parts, Place, PlaceKind, Result, Value};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{Op, Space, VarId};
use std::rc::Rc;

impl<'a> Lower<'a> {
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
        let sum = |arrays: &[ir::Array]| arrays.iter().map(|a| a.bytes as usize).sum::<usize>();
        let before = sum(&self.builder.kernel().private);
        let after = before + bytes as usize;
        if before <= MAX_PRIVATE_BYTES && after > MAX_PRIVATE_BYTES {
            let message = format!(
                "the arrays of one thread need {after} bytes together; there are {MAX_PRIVATE_BYTES}"
            );
            let d = Diagnostic::error("private-size", span, message);
            self.report(d.help("use smaller arrays, `threadgroup` memory, or an output as scratch space"));
        }
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
}
