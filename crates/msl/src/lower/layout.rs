//! Sizes, alignments and the scalars a type is made of, as Metal lays them out.

use super::types::Type;
use emberforge_ir as ir;
use ir::Scalar;

/// A scalar or pointer inside a type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Leaf {
    /// Its IR type.
    pub(crate) ty: ir::Type,
    /// Bytes from the start.
    pub(crate) offset: usize,
}

impl Type {
    /// Size in bytes; 0 for what has none.
    pub(crate) fn size(&self) -> usize {
        match self {
            Type::Error | Type::Void | Type::Closure(_) => 0,
            Type::Scalar(s) | Type::Atomic(s) => s.size(),
            Type::Vector { of, n, packed } => of.size() * if *n == 3 && !packed { 4 } else { *n as usize },
            Type::Matrix { of, columns, rows } => *columns as usize * Type::vector(*of, *rows).size(),
            Type::Array(of, n) => of.size().saturating_mul(*n),
            Type::Struct(s) => s.size,
            Type::Enum(e) => e.underlying.size(),
            Type::Pointer(_) | Type::Null => 8,
            Type::SimdMatrix(s) => 2 * s.size(),
        }
    }

    /// Alignment in bytes, at least 1.
    pub(crate) fn align(&self) -> usize {
        match self {
            Type::Vector { of, packed: true, .. } => of.size(),
            Type::Matrix { of, rows, .. } => Type::vector(*of, *rows).align(),
            Type::Array(of, _) => of.align(),
            Type::Struct(s) => s.align,
            _ => self.size().max(1),
        }
    }

    /// Number of scalars and pointers it is made of.
    pub(crate) fn part_count(&self) -> usize {
        match self {
            Type::Error | Type::Void | Type::Closure(_) => 0,
            Type::Scalar(_) | Type::Atomic(_) | Type::Enum(_) | Type::Pointer(_) | Type::Null => 1,
            Type::Vector { n, .. } => *n as usize,
            Type::Matrix { columns, rows, .. } => *columns as usize * *rows as usize,
            Type::Array(of, n) => of.part_count().saturating_mul(*n),
            Type::Struct(s) => s.fields.last().map_or(0, |f| f.first_part + f.ty.part_count()),
            Type::SimdMatrix(_) => 2,
        }
    }

    /// The scalars and pointers it is made of, in memory order.
    pub(crate) fn leaves(&self) -> Vec<Leaf> {
        let mut list = Vec::with_capacity(self.part_count());
        self.push_leaves(0, &mut list);
        list
    }

    fn push_leaves(&self, at: usize, list: &mut Vec<Leaf>) {
        let mut row = |s: Scalar, n: usize, at: usize| {
            list.extend((0..n).map(|i| Leaf { ty: s.into(), offset: at + i * s.size() }));
        };
        match self {
            Type::Error | Type::Void | Type::Closure(_) => {}
            Type::Scalar(s) | Type::Atomic(s) => row(*s, 1, at),
            Type::Enum(e) => row(e.underlying, 1, at),
            Type::Vector { of, n, .. } => row(*of, *n as usize, at),
            Type::Matrix { of, columns, rows } => {
                let column = Type::vector(*of, *rows).size();
                for c in 0..*columns as usize {
                    row(*of, *rows as usize, at + c * column);
                }
            }
            Type::Array(of, n) => {
                for i in 0..*n {
                    of.push_leaves(at + i * of.size(), list);
                }
            }
            Type::Struct(s) => {
                for field in &s.fields {
                    field.ty.push_leaves(at + field.offset, list);
                }
            }
            Type::Pointer(p) => list.push(Leaf { ty: ir::Type::Pointer(p.space), offset: at }),
            Type::Null => list.push(Leaf { ty: ir::Type::Pointer(ir::Space::Thread), offset: at }),
            Type::SimdMatrix(s) => row(*s, 2, at),
        }
    }

    /// The IR type of its `index`-th scalar or pointer.
    pub(crate) fn part_type(&self, index: usize) -> ir::Type {
        match self {
            Type::Struct(_) | Type::Array(..) => {
                let mut at = index;
                let mut ty = self;
                loop {
                    match ty {
                        Type::Array(of, _) => {
                            at %= of.part_count().max(1);
                            ty = of;
                        }
                        Type::Struct(s) => {
                            let Some(field) = s.fields.iter().rev().find(|f| f.first_part <= at) else {
                                return ir::Type::Scalar(Scalar::I32);
                            };
                            at -= field.first_part;
                            ty = &field.ty;
                        }
                        other => return other.part_type(at),
                    }
                }
            }
            Type::Pointer(p) => ir::Type::Pointer(p.space),
            Type::Atomic(s) => ir::Type::Scalar(*s),
            other => ir::Type::Scalar(other.element().unwrap_or(Scalar::I32)),
        }
    }

    /// The size of the scalars it is mostly made of, as a layout hint for arrays.
    pub(crate) fn cell(&self) -> u8 {
        match self {
            Type::Array(of, _) => of.cell(),
            Type::Struct(s) => s.traits.cell,
            Type::Atomic(s) => s.size() as u8,
            Type::Pointer(_) => 8,
            other => other.element().map_or(4, |s| s.size() as u8),
        }
    }

    /// True for arrays and structs with arrays in them.
    pub(crate) fn has_array(&self) -> bool {
        match self {
            Type::Array(..) => true,
            Type::Struct(s) => s.traits.has_array,
            _ => false,
        }
    }

    /// True when every part is a scalar (no pointers, closures or atomics): values of it can be copied through memory.
    pub(crate) fn is_plain(&self) -> bool {
        match self {
            Type::Array(of, _) => of.is_plain(),
            Type::Struct(s) => s.traits.plain,
            Type::Scalar(_)
            | Type::Vector { .. }
            | Type::Matrix { .. }
            | Type::Enum(_)
            | Type::SimdMatrix(_) => true,
            _ => false,
        }
    }
}
