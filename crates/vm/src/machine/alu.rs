//! Arithmetic: each instruction picks the cheapest form its operands allow: one scalar operation when they are uniform,
//! symbolic arithmetic when they are progressions of the lane, a loop over lanes otherwise.

use super::{Form, Machine, bits_of, float_of, write_lane};
use crate::loops::{Src, convert, copy, float, integer, select};
use crate::program::{Action, Instr, Reuse, Slot};
use crate::reg::{self, Divided, Reg};
use emberforge_ir::{BinaryOp, CompareOp, MathOp, Scalar, UnaryOp, scalar};

/// Quotients that stay the same for at least this many lanes end the block instead of becoming rows.
const LONG_QUOTIENT: i64 = 512;

impl<'p> Machine<'p> {
    pub(super) fn instr(&mut self, instr: &Instr) {
        let Instr { action, ty, dst } = *instr;
        match action {
            Action::Copy(a) => self.copy(ty, dst, a),
            Action::Unary(op, a) => self.unary(op, ty, dst, a),
            Action::Binary(op, a, b) => self.binary(op, ty, dst, a, b),
            Action::Compare(op, of, a, b) => self.compare(op, of, dst, a, b),
            Action::Select(c, a, b) => self.select(ty, dst, c, a, b),
            Action::Fma(a, b, c, reuse) => self.fma(ty, dst, a, b, c, reuse),
            Action::Math(op, of, a, b) => self.math(op, of, ty, dst, a, b),
            Action::Convert(from, a) => self.convert(from, ty, dst, a),
            Action::Bitcast(from, a) => self.bitcast(from, ty, dst, a),
            Action::Offset(address) => self.offset(dst, address),
            Action::Load { address, lazy } => self.load(ty, dst, address, lazy),
            Action::Store(address, value) => self.store(ty, address, value),
            Action::Atomic { op, address, value, expected } => {
                self.atomic(op, ty, dst, address, value, expected);
            }
            Action::Lane { op, group, operand, a, b } => self.lane_op(op, group, operand, ty, dst, a, b),
            Action::MatrixMultiply { element, operand, a, b, c } => {
                self.matrix_multiply(element, operand, ty, dst, a, b, c);
            }
        }
    }

    fn copy(&mut self, ty: Scalar, dst: Slot, a: Slot) {
        self.settle(a, ty);
        match self.regs[a as usize] {
            Reg::Vector => self.copy_lanes(dst, a, ty),
            reg => self.put(dst, reg),
        }
    }

    fn reg(&self, slot: Slot) -> Reg {
        self.regs[slot as usize]
    }

    /// Sets `dst` to a symbolic result if it fits its type over the active lanes.
    fn put_symbolic(&mut self, dst: Slot, ty: Scalar, result: Option<Reg>) -> bool {
        let window = self.window();
        match result.and_then(|r| reg::fit(r, ty, window)) {
            Some(r) => {
                self.put(dst, r);
                true
            }
            None => false,
        }
    }

    fn binary(&mut self, op: BinaryOp, ty: Scalar, dst: Slot, a: Slot, b: Slot) {
        let (ra, rb) = (self.reg(a), self.reg(b));
        if let (Reg::Uniform(x), Reg::Uniform(y)) = (ra, rb) {
            self.put(dst, Reg::Uniform(uniform_binary(op, ty, x, y)));
            return;
        }
        match Form::of(ty) {
            Form::U32 | Form::U64 => {
                if ra.is_symbolic() && rb.is_symbolic() && self.symbolic(op, ty, dst, ra, rb) {
                    return;
                }
            }
            Form::Bool => {
                let result = match op {
                    BinaryOp::And => reg::and(ra, rb),
                    // a | b = !(!a & !b)
                    BinaryOp::Or => match (reg::not(ra), reg::not(rb)) {
                        (Some(na), Some(nb)) => reg::and(na, nb).and_then(reg::not),
                        _ => None,
                    },
                    _ => None,
                };
                if let Some(r) = result {
                    self.put(dst, r);
                    return;
                }
            }
            Form::F32 => {
                let by_rows = ty == Scalar::F32
                    && matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul)
                    && (ra == Reg::Lazy || rb == Reg::Lazy);
                if by_rows && self.arithmetic_by_rows(Some(op), dst, a, b, None) {
                    return;
                }
            }
            Form::F64 => {}
        }
        self.prepare(a, ty);
        self.prepare(b, ty);
        let hull = self.active.hull();
        let mut lanes = self.take_lanes(dst);
        match Form::of(ty) {
            Form::F32 => {
                let out = &mut bytemuck::cast_slice_mut::<u64, f32>(&mut lanes)[hull];
                float::binary_f32(op, out, self.floats(a, ty), self.floats(b, ty));
                float::round(ty, out);
            }
            Form::F64 => {
                let out = &mut bytemuck::cast_slice_mut::<u64, f64>(&mut lanes)[hull];
                float::binary_f64(op, out, self.doubles(a), self.doubles(b));
            }
            Form::U32 if ty == Scalar::I32 && integer::depends_on_sign(op) => {
                let out = &mut bytemuck::cast_slice_mut::<u64, i32>(&mut lanes)[hull];
                integer::binary_i32(op, out, self.ints(a, ty), self.ints(b, ty));
            }
            Form::U32 => {
                let out = &mut bytemuck::cast_slice_mut::<u64, u32>(&mut lanes)[hull];
                integer::binary_u32(op, out, self.words(a, ty), self.words(b, ty));
                if ty.size() < 4 {
                    renarrow(ty, out);
                }
            }
            Form::U64 if ty == Scalar::I64 && integer::depends_on_sign(op) => {
                let out = &mut bytemuck::cast_slice_mut::<u64, i64>(&mut lanes)[hull];
                integer::binary_i64(op, out, self.signed_longs(a), self.signed_longs(b));
            }
            Form::U64 => integer::binary_u64(op, &mut lanes[hull], self.longs(a), self.longs(b)),
            Form::Bool => {
                let out = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut lanes)[hull];
                integer::binary_bool(op, out, self.bools(a), self.bools(b));
            }
        }
        self.give_lanes(dst, lanes);
    }

    /// Integer arithmetic on progressions; false when the result has no symbolic form.
    fn symbolic(&mut self, op: BinaryOp, ty: Scalar, dst: Slot, a: Reg, b: Reg) -> bool {
        let window = self.window();
        let bits = 8 * ty.size() as u32;
        let result = match (op, b) {
            (BinaryOp::Add, _) => reg::add(a, b, 1),
            (BinaryOp::Sub, _) => reg::add(a, b, -1),
            (BinaryOp::Mul, _) => reg::multiply(a, b),
            (BinaryOp::Shl, Reg::Uniform(k)) => {
                let k = k as u32 & (bits - 1);
                if k < 40 { reg::scale(a, 1 << k) } else { None }
            }
            (BinaryOp::Div, Reg::Uniform(d)) => return self.divide(ty, dst, a, d as i64, false),
            (BinaryOp::Rem, Reg::Uniform(d)) => return self.divide(ty, dst, a, d as i64, true),
            (BinaryOp::Shr, Reg::Uniform(k)) => {
                let k = k as u32 & (bits - 1);
                return k < 40 && self.divide(ty, dst, a, 1 << k, false);
            }
            (BinaryOp::And, Reg::Uniform(m)) if m < u64::MAX && (m + 1).is_power_of_two() && m < 1 << 40 => {
                return self.divide(ty, dst, a, m as i64 + 1, true);
            }
            (BinaryOp::And, _) if matches!(a, Reg::Uniform(_)) && !matches!(b, Reg::Uniform(_)) => {
                return self.symbolic(op, ty, dst, b, a);
            }
            // Large unsigned constants do not read as symbolic values.
            (BinaryOp::Min | BinaryOp::Max, _) if ty == Scalar::U64 => return false,
            (BinaryOp::Min | BinaryOp::Max, _) => {
                let ((al, ah), (bl, bh)) = (a.bounds(window), b.bounds(window));
                let a_is_less = if ah <= bl {
                    true
                } else if bh <= al {
                    false
                } else {
                    return false;
                };
                Some(if a_is_less == (op == BinaryOp::Min) { a } else { b })
            }
            _ => None,
        };
        self.put_symbolic(dst, ty, result)
    }

    /// Quotient or remainder of a progression by a uniform value.
    fn divide(&mut self, ty: Scalar, dst: Slot, a: Reg, divisor: i64, remainder: bool) -> bool {
        let may_end = self.may_end && self.splits == 0 && self.active.mask.is_none() && self.active.lo == 0;
        match reg::divide(a, divisor, self.window(), may_end, LONG_QUOTIENT) {
            Divided::Symbolic { quotient, remainder: rest } => {
                self.put_symbolic(dst, ty, Some(if remainder { rest } else { quotient }))
            }
            Divided::Ends(lane) => self.end_block_at(lane) && self.divide(ty, dst, a, divisor, remainder),
            Divided::No if remainder => self.put_symbolic(dst, ty, reg::remainder_of_columns(a, divisor)),
            Divided::No => false,
        }
    }

    fn compare(&mut self, op: CompareOp, ty: Scalar, dst: Slot, a: Slot, b: Slot) {
        let (ra, rb) = (self.reg(a), self.reg(b));
        if let (Reg::Uniform(x), Reg::Uniform(y)) = (ra, rb) {
            self.put(dst, Reg::Uniform(u64::from(uniform_compare(op, ty, x, y))));
            return;
        }
        let form = Form::of(ty);
        if matches!(form, Form::U32 | Form::U64)
            && ra.is_symbolic()
            && rb.is_symbolic()
            && let Some(r) = reg::compare(op, ty, ra, rb, self.window())
        {
            self.put(dst, r);
            return;
        }
        self.prepare(a, ty);
        self.prepare(b, ty);
        let mut lanes = self.take_lanes(dst);
        let out = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut lanes)[self.active.hull()];
        match form {
            Form::F32 => float::compare_f32(op, out, self.floats(a, ty), self.floats(b, ty)),
            Form::F64 => float::compare_f64(op, out, self.doubles(a), self.doubles(b)),
            Form::U32 if ty.is_signed() => integer::compare_i32(op, out, self.ints(a, ty), self.ints(b, ty)),
            Form::U32 => integer::compare_u32(op, out, self.words(a, ty), self.words(b, ty)),
            Form::U64 if ty.is_signed() => {
                integer::compare_i64(op, out, self.signed_longs(a), self.signed_longs(b));
            }
            Form::U64 => integer::compare_u64(op, out, self.longs(a), self.longs(b)),
            Form::Bool => integer::compare_u8(op, out, self.bools(a), self.bools(b)),
        }
        self.give_lanes(dst, lanes);
    }

    fn unary(&mut self, op: UnaryOp, ty: Scalar, dst: Slot, a: Slot) {
        let ra = self.reg(a);
        if let Reg::Uniform(x) = ra {
            self.put(dst, Reg::Uniform(scalar::unary(op, ty, x)));
            return;
        }
        let form = Form::of(ty);
        if form == Form::Bool
            && op == UnaryOp::Not
            && let Some(r) = reg::not(ra)
        {
            self.put(dst, r);
            return;
        }
        if op == UnaryOp::Neg
            && matches!(form, Form::U32 | Form::U64)
            && self.put_symbolic(dst, ty, reg::scale(ra, -1))
        {
            return;
        }
        self.prepare(a, ty);
        let hull = self.active.hull();
        let mut lanes = self.take_lanes(dst);
        match form {
            Form::F32 => {
                let out = &mut bytemuck::cast_slice_mut::<u64, f32>(&mut lanes)[hull];
                float::unary_f32(op, out, self.floats(a, ty));
            }
            Form::F64 => {
                let out = &mut bytemuck::cast_slice_mut::<u64, f64>(&mut lanes)[hull];
                float::unary_f64(op, out, self.doubles(a));
            }
            Form::U32 => {
                let out = &mut bytemuck::cast_slice_mut::<u64, u32>(&mut lanes)[hull];
                if op == UnaryOp::Abs && !ty.is_signed() {
                    copy(out, self.words(a, ty));
                } else {
                    integer::unary_u32(op, out, self.words(a, ty));
                }
            }
            Form::U64 => {
                let out = &mut lanes[hull];
                if op == UnaryOp::Abs && !ty.is_signed() {
                    copy(out, self.longs(a));
                } else {
                    integer::unary_u64(op, out, self.longs(a));
                }
            }
            Form::Bool => {
                let out = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut lanes)[hull];
                integer::not_bool(out, self.bools(a));
            }
        }
        self.give_lanes(dst, lanes);
    }

    fn select(&mut self, ty: Scalar, dst: Slot, cond: Slot, a: Slot, b: Slot) {
        let (ra, rb) = (self.reg(a), self.reg(b));
        let taken = match self.reg(cond) {
            Reg::Uniform(bits) => Some(bits != 0),
            // A range that covers all active lanes, or none.
            Reg::Range { lo, hi, inside } if lo <= self.active.lo && self.active.hi <= hi => Some(inside),
            Reg::Range { lo, hi, inside } if hi <= self.active.lo || self.active.hi <= lo => Some(!inside),
            _ => None,
        };
        if let Some(first) = taken {
            return self.copy(ty, dst, if first { a } else { b });
        }
        if ra == rb && matches!(ra, Reg::Uniform(_)) {
            self.put(dst, ra);
            return;
        }
        self.prepare(a, ty);
        self.prepare(b, ty);
        self.prepare(cond, Scalar::Bool);
        let hull = self.active.hull();
        let mut lanes = self.take_lanes(dst);
        {
            let Src::Lanes(cond) = self.bools(cond) else { return };
            match Form::of(ty) {
                Form::Bool => {
                    let out = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut lanes)[hull];
                    select::select_u8(out, cond, self.bools(a), self.bools(b));
                }
                Form::F32 | Form::U32 => {
                    let out = &mut bytemuck::cast_slice_mut::<u64, u32>(&mut lanes)[hull];
                    select::select_u32(out, cond, self.words(a, ty), self.words(b, ty));
                }
                Form::U64 | Form::F64 => {
                    select::select_u64(&mut lanes[hull], cond, self.longs(a), self.longs(b));
                }
            }
        }
        self.give_lanes(dst, lanes);
    }

    fn fma(&mut self, ty: Scalar, dst: Slot, a: Slot, b: Slot, c: Slot, reuse: Reuse) {
        if let (Reg::Uniform(x), Reg::Uniform(y), Reg::Uniform(z)) = (self.reg(a), self.reg(b), self.reg(c)) {
            self.put(dst, Reg::Uniform(scalar::fma(ty, x, y, z)));
            return;
        }
        if ty == Scalar::F32 && self.arithmetic_by_rows(None, dst, a, b, Some((c, reuse))) {
            return;
        }
        for slot in [a, b, c] {
            self.prepare(slot, ty);
        }
        let hull = self.active.hull();
        if ty == Scalar::F32 && self.may_reuse(c, reuse) {
            let mut lanes = self.take_accumulator(dst, c, reuse);
            let out = &mut bytemuck::cast_slice_mut::<u64, f32>(&mut lanes)[hull];
            float::add_product_f32(out, self.floats(a, ty), self.floats(b, ty));
            return self.give_lanes(dst, lanes);
        }
        let mut lanes = self.take_lanes(dst);
        if ty == Scalar::F64 {
            let out = &mut bytemuck::cast_slice_mut::<u64, f64>(&mut lanes)[hull];
            float::fma_f64(out, self.doubles(a), self.doubles(b), self.doubles(c));
        } else {
            let out = &mut bytemuck::cast_slice_mut::<u64, f32>(&mut lanes)[hull];
            let (a, b, c) = (self.floats(a, ty), self.floats(b, ty), self.floats(c, ty));
            if ty == Scalar::F32 {
                float::fma_f32(out, a, b, c);
            } else {
                float::fma_narrow(ty, out, a, b, c);
            }
        }
        self.give_lanes(dst, lanes);
    }

    fn math(&mut self, op: MathOp, of: Scalar, ty: Scalar, dst: Slot, a: Slot, b: Option<Slot>) {
        let rb = b.map(|b| self.reg(b));
        if let (Reg::Uniform(x), None | Some(Reg::Uniform(_))) = (self.reg(a), rb) {
            let y = match rb {
                Some(Reg::Uniform(y)) => y,
                _ => 0,
            };
            self.put(dst, Reg::Uniform(scalar::math(op, of, x, y)));
            return;
        }
        let b_type = if op == MathOp::Ldexp { Scalar::I32 } else { of };
        self.prepare(a, of);
        if let Some(b) = b {
            self.prepare(b, b_type);
        }
        let hull = self.active.hull();
        let mut lanes = self.take_lanes(dst);
        if Form::of(of) == Form::F32 && float::is_plain_unary(op, of) {
            let out = &mut bytemuck::cast_slice_mut::<u64, f32>(&mut lanes)[hull];
            float::math_f32(op, out, self.floats(a, of));
            float::round(of, out);
        } else if let (Form::F32, true, Some(b)) = (Form::of(of), float::is_plain_binary(op), b) {
            let out = &mut bytemuck::cast_slice_mut::<u64, f32>(&mut lanes)[hull];
            float::math2_f32(op, out, self.floats(a, of), self.floats(b, of));
            float::round(of, out);
        } else if of == Scalar::F32 && float::is_classification(op) {
            let out = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut lanes)[hull];
            float::classify_f32(op, out, self.floats(a, of));
        } else {
            // The rest by the law, one lane at a time.
            for lane in hull {
                let x = self.bits(a, of, lane);
                let y = b.map_or(0, |b| self.bits(b, b_type, lane));
                write_lane(&mut lanes, ty, lane, scalar::math(op, of, x, y));
            }
        }
        self.give_lanes(dst, lanes);
    }

    fn convert(&mut self, from: Scalar, to: Scalar, dst: Slot, a: Slot) {
        let ra = self.reg(a);
        if let Reg::Uniform(x) = ra {
            self.put(dst, Reg::Uniform(scalar::convert(from, to, x)));
            return;
        }
        if from == to {
            return self.copy(to, dst, a);
        }
        if from.is_integer() && to.is_integer() && ra.is_symbolic() && self.put_symbolic(dst, to, Some(ra)) {
            return;
        }
        self.prepare(a, from);
        let hull = self.active.hull();
        let mut lanes = self.take_lanes(dst);
        let (source, target) = (Form::of(from), Form::of(to));
        let mut done = true;
        match (source, target) {
            (Form::F32, Form::F32) => {
                let out = &mut bytemuck::cast_slice_mut::<u64, f32>(&mut lanes)[hull.clone()];
                copy(out, self.floats(a, from));
                float::round(to, out);
            }
            (Form::U32, Form::F32) if to == Scalar::F32 || from.size() < 4 => {
                let out = &mut bytemuck::cast_slice_mut::<u64, f32>(&mut lanes)[hull.clone()];
                if from.is_signed() {
                    convert::i32_to_f32(out, self.ints(a, from));
                } else {
                    convert::u32_to_f32(out, self.words(a, from));
                }
                float::round(to, out);
            }
            (Form::F32, Form::U32) if to == Scalar::I32 => {
                let out = &mut bytemuck::cast_slice_mut::<u64, i32>(&mut lanes)[hull.clone()];
                convert::f32_to_i32(out, self.floats(a, from));
            }
            (Form::F32, Form::U32) if to == Scalar::U32 => {
                let out = &mut bytemuck::cast_slice_mut::<u64, u32>(&mut lanes)[hull.clone()];
                convert::f32_to_u32(out, self.floats(a, from));
            }
            (Form::F32, Form::Bool) => {
                let out = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut lanes)[hull.clone()];
                convert::f32_to_bool(out, self.floats(a, from));
            }
            (Form::U32, Form::Bool) => {
                let out = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut lanes)[hull.clone()];
                convert::u32_to_bool(out, self.words(a, from));
            }
            (Form::Bool, Form::U32) => {
                let out = &mut bytemuck::cast_slice_mut::<u64, u32>(&mut lanes)[hull.clone()];
                convert::bool_to_u32(out, self.bools(a));
            }
            (Form::Bool, Form::F32) => {
                let out = &mut bytemuck::cast_slice_mut::<u64, f32>(&mut lanes)[hull.clone()];
                convert::bool_to_f32(out, self.bools(a));
            }
            (Form::U32, Form::U32) => {
                let out = &mut bytemuck::cast_slice_mut::<u64, u32>(&mut lanes)[hull.clone()];
                convert::narrow(to, out, self.words(a, from));
            }
            (Form::U32, Form::U64) if from.is_signed() => {
                convert::i32_to_u64(&mut lanes[hull.clone()], self.ints(a, from));
            }
            (Form::U32, Form::U64) => convert::u32_to_u64(&mut lanes[hull.clone()], self.words(a, from)),
            (Form::U64, Form::U32) => {
                let out = &mut bytemuck::cast_slice_mut::<u64, u32>(&mut lanes)[hull.clone()];
                convert::u64_to_u32(out, self.longs(a));
                if to.size() < 4 {
                    renarrow(to, out);
                }
            }
            (Form::U64, Form::U64) => copy(&mut lanes[hull.clone()], self.longs(a)),
            (_, Form::F64) => {
                let out = &mut bytemuck::cast_slice_mut::<u64, f64>(&mut lanes)[hull.clone()];
                match source {
                    Form::F32 => convert::f32_to_f64(out, self.floats(a, from)),
                    Form::U32 if from.is_signed() => convert::i32_to_f64(out, self.ints(a, from)),
                    Form::U32 => convert::u32_to_f64(out, self.words(a, from)),
                    Form::U64 if from.is_signed() => convert::i64_to_f64(out, self.signed_longs(a)),
                    Form::U64 => convert::u64_to_f64(out, self.longs(a)),
                    Form::Bool => convert::bool_to_f64(out, self.bools(a)),
                    Form::F64 => done = false,
                }
            }
            (Form::F64, Form::F32) => {
                let out = &mut bytemuck::cast_slice_mut::<u64, f32>(&mut lanes)[hull.clone()];
                convert::f64_to_f32(to, out, self.doubles(a));
            }
            (Form::F64, Form::U32) => {
                let out = &mut bytemuck::cast_slice_mut::<u64, u32>(&mut lanes)[hull.clone()];
                convert::f64_to_u32(to, out, self.doubles(a));
            }
            (Form::F64, Form::U64) => convert::f64_to_u64(to, &mut lanes[hull.clone()], self.doubles(a)),
            (Form::F64, Form::Bool) => {
                let out = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut lanes)[hull.clone()];
                convert::f64_to_bool(out, self.doubles(a));
            }
            _ => done = false,
        }
        if !done {
            for lane in hull {
                let x = self.bits(a, from, lane);
                write_lane(&mut lanes, to, lane, scalar::convert(from, to, x));
            }
        }
        self.give_lanes(dst, lanes);
    }

    fn bitcast(&mut self, from: Scalar, to: Scalar, dst: Slot, a: Slot) {
        match self.reg(a) {
            Reg::Uniform(x) => return self.put(dst, Reg::Uniform(scalar::bitcast(from, to, x))),
            reg if from.is_integer()
                && to.is_integer()
                && reg.is_symbolic()
                && self.put_symbolic(dst, to, Some(reg)) =>
            {
                return;
            }
            _ => {}
        }
        self.prepare(a, from);
        let hull = self.active.hull();
        let mut lanes = self.take_lanes(dst);
        match from.size() {
            4 => {
                let out = &mut bytemuck::cast_slice_mut::<u64, u32>(&mut lanes)[hull];
                copy(out, self.words(a, from));
            }
            8 => copy(&mut lanes[hull], self.longs(a)),
            _ => {
                for lane in hull {
                    let x = self.bits(a, from, lane);
                    write_lane(&mut lanes, to, lane, scalar::bitcast(from, to, x));
                }
            }
        }
        self.give_lanes(dst, lanes);
    }
}

/// The law, with short cuts for the commonest index arithmetic (exact in 64 bits whatever the signs).
#[inline]
fn uniform_binary(op: BinaryOp, ty: Scalar, x: u64, y: u64) -> u64 {
    match (op, ty) {
        (BinaryOp::Add, Scalar::U32) => u64::from((x as u32).wrapping_add(y as u32)),
        (BinaryOp::Sub, Scalar::U32) => u64::from((x as u32).wrapping_sub(y as u32)),
        (BinaryOp::Mul, Scalar::U32) => u64::from((x as u32).wrapping_mul(y as u32)),
        (BinaryOp::Add, Scalar::I32) => (x as i32).wrapping_add(y as i32) as u64,
        (BinaryOp::Mul, Scalar::I32) => (x as i32).wrapping_mul(y as i32) as u64,
        _ => scalar::binary(op, ty, x, y),
    }
}

/// The law, with a short cut for integers: canonical bits order as 64-bit ones do.
#[inline]
fn uniform_compare(op: CompareOp, ty: Scalar, x: u64, y: u64) -> bool {
    if !ty.is_integer() {
        return scalar::compare(op, ty, x, y);
    }
    let order = if ty.is_signed() { (x as i64).cmp(&(y as i64)) } else { x.cmp(&y) };
    match op {
        CompareOp::Eq => order.is_eq(),
        CompareOp::Ne => order.is_ne(),
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
    }
}

/// Cuts 32-bit results to a narrower type in place.
fn renarrow(ty: Scalar, out: &mut [u32]) {
    for v in out {
        *v = scalar::canonical(ty, u64::from(*v)) as u32;
    }
}

/// One lane of an operation on canonical bits, for callers outside the loops.
pub(super) fn combine(op: BinaryOp, ty: Scalar, a: u64, b: u64) -> u64 {
    if Form::of(ty) == Form::F32 {
        let (x, y) = (float_of(ty, a), float_of(ty, b));
        let r = match op {
            BinaryOp::Add => x + y,
            BinaryOp::Mul => x * y,
            _ => return scalar::binary(op, ty, a, b),
        };
        return bits_of(ty, r);
    }
    scalar::binary(op, ty, a, b)
}
