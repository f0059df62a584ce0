//! Reading and writing places, and the addresses of objects.

use super::Lower;
use super::types::Type;
use super::value::{Constness, Part, Parts, Place, PlaceKind, Poison, Result, Value};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{CompareOp, Op, Scalar, Space, Stmt, ValueId};
use std::rc::Rc;

/// Most scalars of an object that is copied as a value.
const MAX_COPIED_PARTS: usize = 4096;
/// A pointer that nothing has initialised.
pub(crate) const UNDEFINED_POINTER: Part = Part::Const(u64::MAX);
/// How far before an object of its space the null pointer lies.
const NULL_DISTANCE: i64 = 1 << 40;

impl Lower<'_> {
    /// The content of a place.
    pub(crate) fn load(&mut self, place: &Place, span: Span) -> Result<Value> {
        match &place.ty {
            Type::Error => return Err(Poison),
            Type::Atomic(_) => {
                return Err(self.error(
                    Diagnostic::error(
                        "atomic-access",
                        span,
                        "an atomic object cannot be read like a variable",
                    )
                    .help("use `atomic_load_explicit(&object, memory_order_relaxed)`"),
                ));
            }
            _ => {}
        }
        let count = place.ty.part_count();
        if count > MAX_COPIED_PARTS {
            return Err(self.error(Diagnostic::error(
                "too-large",
                span,
                format!("a value of type `{}` is too large to copy ({count} scalars)", place.ty),
            )));
        }
        let parts: Parts = match &place.kind {
            PlaceKind::Value(parts) => parts.clone(),
            PlaceKind::Vars { vars, first } => {
                let kernel_vars = vars[*first..(*first + count).min(vars.len())].to_vec();
                kernel_vars
                    .into_iter()
                    .map(|var| {
                        let ty = self.builder.kernel().vars[var.index()].ty;
                        self.emit(Op::Get(var), ty, span)
                    })
                    .collect()
            }
            PlaceKind::Cell { cell, first } => {
                let cell = &self.cells[*cell as usize];
                cell.iter().skip(*first).take(count).copied().collect()
            }
            PlaceKind::Memory { pointer, offset, .. } => {
                if count == 1 && !matches!(place.ty, Type::Struct(_) | Type::Array(..)) {
                    let ty = place.ty.part_type(0);
                    self.refuse_pointer_in_memory(ty, span)?;
                    let address = self.address(*pointer, *offset, span);
                    self.emit(Op::Load(address), ty, span).into()
                } else {
                    let mut parts = Vec::with_capacity(count);
                    for leaf in place.ty.leaves() {
                        self.refuse_pointer_in_memory(leaf.ty, span)?;
                        let address = self.address(*pointer, *offset + leaf.offset as i64, span);
                        parts.push(self.emit(Op::Load(address), leaf.ty, span));
                    }
                    parts.into()
                }
            }
            PlaceKind::Swizzle { base, components } => {
                let whole = self.load(base, span)?;
                components.iter().filter_map(|&c| whole.parts.get(c as usize).copied()).collect()
            }
            PlaceKind::Dynamic { base, index, count: n } => {
                let whole = self.load(base, span)?;
                let each = count.max(1);
                let mut result: Vec<Part> = whole.parts.iter().take(each).copied().collect();
                let leaves = place.ty.leaves();
                for i in 1..*n {
                    let here = self.is_index(*index, i, span);
                    for (part, slot) in result.iter_mut().enumerate() {
                        let candidate = whole.parts.get(i * each + part).copied().unwrap_or(*slot);
                        *slot = self.select_leaf(leaves[part].ty, here, candidate, *slot, span);
                    }
                }
                result.into()
            }
        };
        Ok(Value { ty: place.ty.clone(), parts })
    }

    /// Writes `value`, which must have the place's type already.
    pub(crate) fn store(&mut self, place: &Place, value: &Value, span: Span) -> Result<()> {
        if place.ty.is_error() || value.ty.is_error() {
            return Err(Poison);
        }
        self.check_writable(place, span)?;
        self.write(place, value, span)
    }

    /// [`Lower::store`] without the check for `const`, for initialisation.
    pub(crate) fn write(&mut self, place: &Place, value: &Value, span: Span) -> Result<()> {
        match &place.kind {
            PlaceKind::Value(_) => Ok(()),
            PlaceKind::Vars { vars, first } => {
                for (i, part) in value.parts.iter().enumerate() {
                    let Some(&var) = vars.get(*first + i) else { break };
                    let ir_value = match self.builder.kernel().vars[var.index()].ty {
                        ir::Type::Scalar(scalar) => self.ir_value(*part, scalar, span),
                        ir::Type::Pointer(_) if *part == UNDEFINED_POINTER => continue,
                        ir::Type::Pointer(space) => self.pointer_ir(*part, space, span),
                    };
                    self.builder.push(Stmt::Set(var, ir_value));
                }
                Ok(())
            }
            PlaceKind::Cell { cell, first } => {
                let cell = &mut self.cells[*cell as usize];
                for (slot, part) in cell.iter_mut().skip(*first).zip(value.parts.iter()) {
                    *slot = *part;
                }
                Ok(())
            }
            PlaceKind::Memory { pointer, offset, .. } => {
                let (pointer, offset) = (*pointer, *offset);
                if let [part] = value.parts[..] {
                    let ty = place.ty.part_type(0);
                    return self.store_leaf(pointer, offset, ty, part, span);
                }
                for (leaf, part) in place.ty.leaves().into_iter().zip(value.parts.iter()) {
                    self.store_leaf(pointer, offset + leaf.offset as i64, leaf.ty, *part, span)?;
                }
                Ok(())
            }
            PlaceKind::Swizzle { base, components } if !matches!(base.ty, Type::Vector { .. }) => {
                let mut whole = self.load(base, span)?;
                for (&c, part) in components.iter().zip(value.parts.iter()) {
                    if let Some(slot) = whole.parts.get_mut(c as usize) {
                        *slot = *part;
                    }
                }
                self.write(base, &whole, span)
            }
            PlaceKind::Swizzle { base, components } => {
                for (&c, part) in components.iter().zip(value.parts.iter()) {
                    let target = self.component(base, c as usize);
                    let element = Value::new(target.ty.clone(), *part);
                    self.write(&target, &element, span)?;
                }
                Ok(())
            }
            PlaceKind::Dynamic { base, index, count } => {
                let old = self.load(base, span)?;
                let each = value.parts.len();
                let leaves = place.ty.leaves();
                let mut parts = old.parts.to_vec();
                for i in 0..*count {
                    let here = self.is_index(*index, i, span);
                    for part in 0..each {
                        let Some(slot) = parts.get(i * each + part).copied() else { continue };
                        parts[i * each + part] =
                            self.select_leaf(leaves[part].ty, here, value.parts[part], slot, span);
                    }
                }
                self.write(base, &Value::new(old.ty, parts), span)
            }
        }
    }

    fn store_leaf(
        &mut self,
        pointer: ValueId,
        offset: i64,
        ty: ir::Type,
        part: Part,
        span: Span,
    ) -> Result<()> {
        self.refuse_pointer_in_memory(ty, span)?;
        let ir::Type::Scalar(scalar) = ty else { return Err(Poison) };
        let address = self.address(pointer, offset, span);
        let value = self.ir_value(part, scalar, span);
        self.emit_effect(Op::Store(address, value), span);
        Ok(())
    }

    /// `cond ? a : b` of numbers or pointers.
    pub(crate) fn select_leaf(&mut self, ty: ir::Type, cond: Part, a: Part, b: Part, span: Span) -> Part {
        let space = match ty {
            ir::Type::Scalar(scalar) => return self.select(scalar, cond, a, b, span),
            ir::Type::Pointer(space) => space,
        };
        match cond {
            Part::Const(0) => b,
            Part::Const(_) => a,
            Part::Ir(_) if a == b => a,
            Part::Ir(cond) => {
                let (a, b) = (self.pointer_ir(a, space, span), self.pointer_ir(b, space, span));
                self.emit(Op::Select(cond, a, b), ty, span)
            }
        }
    }

    fn is_index(&mut self, index: ValueId, i: usize, span: Span) -> Part {
        self.compare(CompareOp::Eq, Scalar::U32, Part::Ir(index), Part::Const(i as u64), span)
    }

    fn refuse_pointer_in_memory(&mut self, ty: ir::Type, span: Span) -> Result<()> {
        match ty {
            ir::Type::Scalar(_) => Ok(()),
            ir::Type::Pointer(_) => Err(self.error(
                Diagnostic::error(
                    "pointer-in-memory",
                    span,
                    "pointers cannot be kept in arrays or behind pointers",
                )
                .help("keep the index in an integer and add it to the base pointer where it is used"),
            )),
        }
    }

    /// `pointer + offset` bytes.
    pub(crate) fn address(&mut self, pointer: ValueId, offset: i64, span: Span) -> ValueId {
        self.offset(pointer, Part::Const(offset as u64), Scalar::I64, 1, span)
    }

    /// The IR value of a pointer part that must not be `nullptr`.
    pub(crate) fn pointer_value(&mut self, part: Part, span: Span) -> Result<ValueId> {
        match part {
            Part::Ir(value) => Ok(value),
            Part::Const(_) => {
                Err(self.error(Diagnostic::error("null-pointer", span, "this pointer is always `nullptr`")))
            }
        }
    }

    /// The IR value of a pointer part. `nullptr` becomes an address far outside of every object, so that reading there
    /// yields 0 and the validator reports it.
    pub(crate) fn pointer_ir(&mut self, part: Part, space: Space, span: Span) -> ValueId {
        let bits = match part {
            Part::Ir(value) => return value,
            Part::Const(bits) => bits,
        };
        let writable = |b: &ir::Buffer| b.space == Space::Device && b.writable;
        let output = self.builder.kernel().buffers.iter().position(writable);
        let null = |space| ir::Array { name: format!("null {space:?}"), bytes: 4, cell: 4, span };
        let object = match space {
            Space::Device => Op::Buffer(match output {
                Some(i) => ir::BufferId(i as u32),
                // Only while a header's function is checked without a kernel around it.
                None => self.builder.buffer("null", Space::Device, true),
            }),
            Space::Constant => Op::Table(self.builder.table("null", vec![0; 4])),
            Space::Threadgroup => Op::ThreadgroupArray(self.builder.threadgroup_array(null(space))),
            Space::Thread => Op::PrivateArray(self.builder.private_array(null(space))),
        };
        let base = self.builder.inst(object, Some(ir::Type::Pointer(space)), span);
        let far = Part::Const((bits as i64).wrapping_sub(NULL_DISTANCE) as u64);
        self.offset(base, far, Scalar::I64, 1, span)
    }

    /// The object a pointer points to.
    pub(crate) fn deref(&mut self, pointer: &Value, span: Span) -> Result<Place> {
        let Type::Pointer(p) = &pointer.ty else { return Err(Poison) };
        let address = self.pointer_ir(pointer.part(), p.space, span);
        let is_input = p.space == Space::Constant || p.is_const && p.space == Space::Device;
        let constness = if is_input {
            Constness::Input
        } else if p.is_const {
            Constness::Const(None)
        } else {
            Constness::Mutable
        };
        Ok(Place {
            ty: p.to.clone(),
            kind: PlaceKind::Memory { pointer: address, offset: 0, space: p.space },
            constness,
        })
    }

    /// Component `index` of a vector place, column `index` of a matrix place, element `index` of an array place.
    pub(crate) fn component(&mut self, base: &Place, index: usize) -> Place {
        let element = match &base.ty {
            Type::Vector { of, .. } | Type::SimdMatrix(of) => Type::Scalar(*of),
            Type::Matrix { of, rows, .. } => Type::vector(*of, *rows),
            Type::Array(of, _) => (**of).clone(),
            _ => Type::Error,
        };
        let (bytes, parts) = (index * element.size(), index * element.part_count());
        self.part_of(base, element, bytes, parts)
    }

    /// A part of an object: `bytes` and `parts` from its start.
    pub(crate) fn part_of(&mut self, base: &Place, ty: Type, bytes: usize, parts: usize) -> Place {
        let kind = match &base.kind {
            PlaceKind::Value(list) => {
                PlaceKind::Value(list.iter().skip(parts).take(ty.part_count()).copied().collect())
            }
            PlaceKind::Vars { vars, first } => PlaceKind::Vars { vars: vars.clone(), first: first + parts },
            PlaceKind::Cell { cell, first } => PlaceKind::Cell { cell: *cell, first: first + parts },
            PlaceKind::Memory { pointer, offset, space } => {
                PlaceKind::Memory { pointer: *pointer, offset: offset + bytes as i64, space: *space }
            }
            PlaceKind::Swizzle { base: inner, components } => {
                let range = parts..(parts + ty.part_count()).min(components.len());
                let Some(components) = components.get(range) else { return Place::error() };
                if let (&[c], Type::Vector { .. }) = (components, &inner.ty) {
                    let mut place = self.component(inner, c as usize);
                    place.constness = base.constness;
                    return place;
                }
                PlaceKind::Swizzle { base: inner.clone(), components: components.into() }
            }
            PlaceKind::Dynamic { .. } => PlaceKind::Swizzle {
                base: Rc::new(base.clone()),
                components: (parts..parts + ty.part_count()).map(|c| c as u16).collect(),
            },
        };
        Place { ty, kind, constness: base.constness }
    }

    /// Reports a write to something read-only.
    pub(crate) fn check_writable(&mut self, place: &Place, span: Span) -> Result<()> {
        let text = match place.constness {
            Constness::Mutable => return Ok(()),
            Constness::Input => Diagnostic::error("read-only", span, "inputs are read-only")
                .label("cannot be written")
                .help("write to an output, or copy the value to a local variable first"),
            Constness::Const(declared) => {
                let d = Diagnostic::error("read-only", span, "this is `const` and cannot be written")
                    .label("cannot be written");
                match declared {
                    Some(at) => d.also(at, "declared `const` here"),
                    None => d,
                }
            }
            Constness::Temporary => Diagnostic::error(
                "not-assignable",
                span,
                "this is a value, not something that can be assigned to",
            )
            .help(
                "assign to a variable, an element or a member; for `(c ? a : b) = x` write `if` and `else`",
            ),
        };
        Err(self.error(text))
    }
}
