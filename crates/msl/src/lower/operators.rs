//! Operators on numbers, vectors, matrices and pointers.

use super::Lower;
use super::types::Type;
use super::value::{Part, Poison, Result, Value};
use crate::syntax::ast::InfixOp;
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{BinaryOp, CompareOp, Op, Scalar};

/// The type integer promotion gives.
pub(crate) const fn promoted(s: Scalar) -> Scalar {
    match s {
        Scalar::Bool | Scalar::I8 | Scalar::U8 | Scalar::I16 | Scalar::U16 => Scalar::I32,
        other => other,
    }
}

/// The usual arithmetic conversions on two scalar types; `None` for `half` with `bfloat`.
pub(crate) fn common_scalar(a: Scalar, b: Scalar) -> Option<Scalar> {
    let (a, b) = (promoted(a), promoted(b));
    if a == b {
        return Some(a);
    }
    match (a.is_float(), b.is_float()) {
        (true, true) => match (a, b) {
            (Scalar::F32, _) | (_, Scalar::F32) => Some(Scalar::F32),
            _ => None,
        },
        (true, false) => Some(a),
        (false, true) => Some(b),
        (false, false) => {
            let rank = |s: Scalar| (s.size(), !s.is_signed());
            Some(if rank(a) >= rank(b) { a } else { b })
        }
    }
}

impl Lower<'_> {
    /// The common type of two operands, as for arithmetic or the arms of `?:`; `None` when there is none.
    pub(crate) fn common_type(&self, a: &Type, b: &Type) -> Option<Type> {
        let strip = |t: &Type| match t {
            Type::Enum(e) if !e.scoped => Type::Scalar(e.underlying),
            Type::Vector { of, n, .. } => Type::vector(*of, *n),
            other => other.clone(),
        };
        let (a, b) = (strip(a), strip(b));
        match (&a, &b) {
            (Type::Scalar(x), Type::Scalar(y)) => common_scalar(*x, *y).map(Type::Scalar),
            (Type::Vector { .. }, Type::Scalar(_)) => Some(a),
            (Type::Scalar(_), Type::Vector { .. }) => Some(b),
            _ if a == b => Some(a),
            _ => None,
        }
    }

    /// `a op b` for operands that are not structs. Logical operators are handled before, for they do not always
    /// evaluate both.
    pub(crate) fn infix(&mut self, op: InfixOp, a: Value, b: Value, span: Span) -> Result<Value> {
        if a.ty.is_error() || b.ty.is_error() {
            return Err(Poison);
        }
        match (&a.ty, &b.ty) {
            (Type::Pointer(_) | Type::Null, _) | (_, Type::Pointer(_) | Type::Null) => {
                return self.infix_pointer(op, a, b, span);
            }
            (Type::Matrix { .. }, _) | (_, Type::Matrix { .. }) => return self.infix_matrix(op, a, b, span),
            (Type::SimdMatrix(x), Type::SimdMatrix(y)) if x == y && op == InfixOp::Mul => {
                return super::builtins::matrix::multiply(self, &a, &b, span).ok_or(Poison);
            }
            (Type::Enum(x), Type::Enum(y)) if x == y && comparison(op).is_some() => {
                let Some(compare) = comparison(op) else { return Err(Poison) };
                let part = self.compare(compare, x.underlying, a.part(), b.part(), span);
                return Ok(Value::new(Type::BOOL, part));
            }
            _ => {}
        }
        let usable = |t: &Type| match t {
            Type::Scalar(_) | Type::Vector { .. } => true,
            Type::Enum(e) => !e.scoped,
            _ => false,
        };
        if !usable(&a.ty) || !usable(&b.ty) {
            return Err(self.operand_error(op, &a.ty, &b.ty, span));
        }
        let (Some(ea), Some(eb)) = (a.ty.element(), b.ty.element()) else { return Err(Poison) };
        let (na, nb) = (a.parts.len(), b.parts.len());
        let n = na.max(nb);
        // What the operation is done in.
        let shift = matches!(op, InfixOp::Shl | InfixOp::Shr);
        let work = match (a.ty.as_vector(), b.ty.as_vector()) {
            (None, None) if shift => promoted(ea),
            (None, None) => match common_scalar(ea, eb) {
                Some(common) => common,
                None => {
                    return Err(self.error(
                        Diagnostic::error(
                            "type-mismatch",
                            span,
                            format!("`{}` and `{}` have no common type", a.ty, b.ty),
                        )
                        .help("convert one of them: `float(x)`"),
                    ));
                }
            },
            (Some((x, n)), Some((y, m))) => {
                let integer_shift = shift && !y.is_float();
                if n != m || x != y && !integer_shift {
                    return Err(self.operand_error(op, &a.ty, &b.ty, span));
                }
                x
            }
            (Some((x, _)), None) | (None, Some((x, _))) => {
                let scalar = if na == 1 { ea } else { eb };
                if !x.is_float() && scalar.is_float() {
                    return Err(self.operand_error(op, &a.ty, &b.ty, span));
                }
                x
            }
        };
        let is_bit = matches!(op, InfixOp::BitAnd | InfixOp::BitOr | InfixOp::BitXor);
        if work.is_float() && (is_bit || shift || op == InfixOp::Rem) || shift && eb.is_float() {
            let d = Diagnostic::error(
                "operand-type",
                span,
                format!("`{}` needs integers, not `{}` and `{}`", op.symbol(), a.ty, b.ty),
            );
            return Err(self.error(if op == InfixOp::Rem { d.help("use `fmod(a, b)`") } else { d }));
        }
        let mut parts = Vec::with_capacity(n);
        for i in 0..n {
            let x = self.convert_scalar(ea, work, a.parts[if na == 1 { 0 } else { i }], span);
            let mut y = self.convert_scalar(eb, work, b.parts[if nb == 1 { 0 } else { i }], span);
            if shift && work.size() < 4 {
                // Small elements are shifted in 32 bits; the amount counts modulo their own width.
                let mask = Part::Const(work.size() as u64 * 8 - 1);
                y = self.binary(BinaryOp::And, work, y, mask, span);
            }
            parts.push(self.infix_scalar(op, work, x, y, span));
        }
        let result = if comparison(op).is_some() || matches!(op, InfixOp::LogicalAnd | InfixOp::LogicalOr) {
            Scalar::Bool
        } else {
            work
        };
        let ty = if n == 1 { Type::Scalar(result) } else { Type::vector(result, n as u8) };
        Ok(Value::new(ty, parts))
    }

    /// `a op b` on scalars of type `ty`.
    pub(crate) fn infix_scalar(&mut self, op: InfixOp, ty: Scalar, a: Part, b: Part, span: Span) -> Part {
        if let Some(compare) = comparison(op) {
            return self.compare(compare, ty, a, b, span);
        }
        let binary = match op {
            InfixOp::Add => BinaryOp::Add,
            InfixOp::Sub => BinaryOp::Sub,
            InfixOp::Mul => BinaryOp::Mul,
            InfixOp::Div => BinaryOp::Div,
            InfixOp::Rem => BinaryOp::Rem,
            InfixOp::BitAnd => BinaryOp::And,
            InfixOp::BitOr => BinaryOp::Or,
            InfixOp::BitXor => BinaryOp::Xor,
            InfixOp::Shl => BinaryOp::Shl,
            InfixOp::Shr => BinaryOp::Shr,
            _ => {
                // `&&` and `||` of vectors.
                let zero = Part::Const(0);
                let a = self.compare(CompareOp::Ne, ty, a, zero, span);
                let b = self.compare(CompareOp::Ne, ty, b, zero, span);
                let op = if op == InfixOp::LogicalAnd { BinaryOp::And } else { BinaryOp::Or };
                return self.binary(op, Scalar::Bool, a, b, span);
            }
        };
        self.binary(binary, ty, a, b, span)
    }

    fn operand_error(&mut self, op: InfixOp, a: &Type, b: &Type, span: Span) -> Poison {
        let d = Diagnostic::error(
            "operand-type",
            span,
            format!("`{}` cannot combine `{a}` and `{b}`", op.symbol()),
        );
        let d = match (a.as_vector(), b.as_vector()) {
            (Some((_, n)), Some((_, m))) if n == m => {
                d.help(format!("convert one of them: `{a}(...)` or `{b}(...)`"))
            }
            (Some(_), Some(_)) => d.help("both vectors must have the same number of components"),
            (Some((_, n)), None) if b.scalar().is_some() => {
                d.help(format!("convert the vector first: `float{n}(...)`"))
            }
            (None, Some((_, n))) if a.scalar().is_some() => {
                d.help(format!("convert the vector first: `float{n}(...)`"))
            }
            _ if matches!(a, Type::Atomic(_)) || matches!(b, Type::Atomic(_)) => {
                d.help("use `atomic_load_explicit` and `atomic_store_explicit`")
            }
            _ if matches!(a, Type::SimdMatrix(_)) || matches!(b, Type::SimdMatrix(_)) => d.help(
                "two `simdgroup_matrix` of one type have `*`; for the rest change the elements: \
                 `a.thread_elements()[0] += ...`",
            ),
            _ => d,
        };
        self.error(d)
    }

    fn infix_pointer(&mut self, op: InfixOp, a: Value, b: Value, span: Span) -> Result<Value> {
        match (&a.ty, &b.ty) {
            (Type::Pointer(p), Type::Scalar(_) | Type::Enum(_))
                if matches!(op, InfixOp::Add | InfixOp::Sub) =>
            {
                let index = match op {
                    InfixOp::Sub => {
                        let wide = self.index_value(&b, span)?;
                        let ty = wide.ty.scalar().unwrap_or(Scalar::I64);
                        // An unsigned index is negated as a 64-bit number, as pointer arithmetic has it.
                        let part = self.convert_scalar(ty, Scalar::I64, wide.part(), span);
                        let part = self.unary(ir::UnaryOp::Neg, Scalar::I64, part, span);
                        Value::new(Type::LONG, part)
                    }
                    _ => self.index_value(&b, span)?,
                };
                if p.to == Type::Void {
                    return Err(self.operand_error(op, &a.ty, &b.ty, span));
                }
                let base = self.pointer_ir(a.part(), p.space, span);
                let scalar = index.ty.scalar().unwrap_or(Scalar::I32);
                let result = self.offset(base, index.part(), scalar, p.to.size(), span);
                Ok(Value::new(a.ty, Part::Ir(result)))
            }
            (Type::Scalar(_) | Type::Enum(_), Type::Pointer(_)) if op == InfixOp::Add => {
                self.infix_pointer(op, b, a, span)
            }
            (Type::Pointer(p), Type::Pointer(q)) if p.space == q.space => {
                if let Some(compare) = comparison(op) {
                    let (x, y) =
                        (self.pointer_ir(a.part(), p.space, span), self.pointer_ir(b.part(), p.space, span));
                    let part = self.emit(Op::Compare(compare, x, y), Scalar::Bool, span);
                    return Ok(Value::new(Type::BOOL, part));
                }
                if op != InfixOp::Sub || p.to != q.to || p.to.size() == 0 {
                    return Err(self.operand_error(op, &a.ty, &b.ty, span));
                }
                let (x, y) =
                    (self.pointer_ir(a.part(), p.space, span), self.pointer_ir(b.part(), p.space, span));
                let x = self.emit(Op::Address(x), Scalar::I64, span);
                let y = self.emit(Op::Address(y), Scalar::I64, span);
                let bytes = self.binary(BinaryOp::Sub, Scalar::I64, x, y, span);
                let size = Part::Const(p.to.size() as u64);
                let part = self.binary(BinaryOp::Div, Scalar::I64, bytes, size, span);
                Ok(Value::new(Type::LONG, part))
            }
            (Type::Pointer(p), Type::Null) | (Type::Null, Type::Pointer(p)) => {
                let Some(compare) = comparison(op) else {
                    return Err(self.operand_error(op, &a.ty, &b.ty, span));
                };
                if let (Part::Const(x), Part::Const(y)) = (a.part(), b.part()) {
                    return Ok(Value::bool((x == y) == (compare == CompareOp::Eq)));
                }
                let (x, y) =
                    (self.pointer_ir(a.part(), p.space, span), self.pointer_ir(b.part(), p.space, span));
                let part = self.emit(Op::Compare(compare, x, y), Scalar::Bool, span);
                Ok(Value::new(Type::BOOL, part))
            }
            (Type::Null, Type::Null) => Ok(Value::bool(op == InfixOp::Eq)),
            _ => Err(self.operand_error(op, &a.ty, &b.ty, span)),
        }
    }

    /// A value used as an index: an integer of 32 or 64 bits.
    pub(crate) fn index_value(&mut self, value: &Value, span: Span) -> Result<Value> {
        let Some(scalar) = value.ty.scalar() else {
            if value.ty.is_error() {
                return Err(Poison);
            }
            return Err(self.error(Diagnostic::error(
                "index-type",
                span,
                format!("an index must be an integer, not `{}`", value.ty),
            )));
        };
        if scalar.is_float() {
            return Err(self.error(
                Diagnostic::error(
                    "index-type",
                    span,
                    format!("an index must be an integer, not `{}`", value.ty),
                )
                .help("convert it: `int(...)`"),
            ));
        }
        let wide = promoted(scalar);
        let part = self.convert_scalar(scalar, wide, value.part(), span);
        Ok(Value::new(Type::Scalar(wide), part))
    }

    fn infix_matrix(&mut self, op: InfixOp, a: Value, b: Value, span: Span) -> Result<Value> {
        let cell = |columns_rows: u8, c: usize, r: usize| c * columns_rows as usize + r;
        match (a.ty.clone(), b.ty.clone(), op) {
            (Type::Matrix { of, columns, rows }, Type::Matrix { of: p, columns: n, rows: m }, _)
                if of == p =>
            {
                if op == InfixOp::Mul && columns == m {
                    let mut parts = Vec::new();
                    for c in 0..n as usize {
                        for r in 0..rows as usize {
                            let terms = (0..columns as usize)
                                .map(|k| (a.parts[cell(rows, k, r)], b.parts[cell(m, c, k)]))
                                .collect::<Vec<_>>();
                            parts.push(self.sum_of_products(of, &terms, span));
                        }
                    }
                    return Ok(Value::new(Type::Matrix { of, columns: n, rows }, parts));
                }
                if matches!(op, InfixOp::Add | InfixOp::Sub) && columns == n && rows == m {
                    let parts: Vec<Part> = a
                        .parts
                        .iter()
                        .zip(b.parts.iter())
                        .map(|(&x, &y)| self.infix_scalar(op, of, x, y, span))
                        .collect();
                    return Ok(Value::new(a.ty, parts));
                }
            }
            (Type::Matrix { of, columns, rows }, Type::Vector { of: p, n, .. }, InfixOp::Mul)
                if of == p && n == columns =>
            {
                let parts: Vec<Part> = (0..rows as usize)
                    .map(|r| {
                        let terms = (0..columns as usize)
                            .map(|k| (a.parts[cell(rows, k, r)], b.parts[k]))
                            .collect::<Vec<_>>();
                        self.sum_of_products(of, &terms, span)
                    })
                    .collect();
                return Ok(Value::new(Type::vector(of, rows), parts));
            }
            (Type::Vector { of: p, n, .. }, Type::Matrix { of, columns, rows }, InfixOp::Mul)
                if of == p && n == rows =>
            {
                let parts: Vec<Part> = (0..columns as usize)
                    .map(|c| {
                        let terms = (0..rows as usize)
                            .map(|k| (a.parts[k], b.parts[cell(rows, c, k)]))
                            .collect::<Vec<_>>();
                        self.sum_of_products(of, &terms, span)
                    })
                    .collect();
                return Ok(Value::new(Type::vector(of, columns), parts));
            }
            (Type::Matrix { of, .. }, Type::Scalar(s), InfixOp::Mul | InfixOp::Div) => {
                let x = self.convert_scalar(s, of, b.part(), span);
                let parts: Vec<Part> =
                    a.parts.iter().map(|&p| self.infix_scalar(op, of, p, x, span)).collect();
                return Ok(Value::new(a.ty, parts));
            }
            (Type::Scalar(_), Type::Matrix { .. }, InfixOp::Mul) => return self.infix_matrix(op, b, a, span),
            _ => {}
        }
        Err(self.operand_error(op, &a.ty, &b.ty, span))
    }

    fn sum_of_products(&mut self, of: Scalar, terms: &[(Part, Part)], span: Span) -> Part {
        let mut sum = None;
        for &(x, y) in terms {
            let product = self.binary(BinaryOp::Mul, of, x, y, span);
            sum = Some(match sum {
                None => product,
                Some(sum) => self.binary(BinaryOp::Add, of, sum, product, span),
            });
        }
        sum.unwrap_or(Part::Const(0))
    }
}

/// The comparison an operator is.
pub(crate) const fn comparison(op: InfixOp) -> Option<CompareOp> {
    Some(match op {
        InfixOp::Eq => CompareOp::Eq,
        InfixOp::Ne => CompareOp::Ne,
        InfixOp::Lt => CompareOp::Lt,
        InfixOp::Le => CompareOp::Le,
        InfixOp::Gt => CompareOp::Gt,
        InfixOp::Ge => CompareOp::Ge,
        _ => return None,
    })
}
