//! What a register holds for a block of lanes, and arithmetic that stays symbolic.
//!
//! A register is uniform, an arithmetic progression of the lane (plain or by rows), a contiguous truth range, a view of
//! read-only memory, or a vector. The first three cost a few nanoseconds whatever the block's width; that is where the
//! machine's speed on index arithmetic comes from.

use emberforge_ir::{CompareOp, Scalar};

/// Rows of lanes: lane `l` stands in row `(l + phase) / width`, column `(l + phase) % width`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) width: u32,
    pub(crate) phase: u32,
}

/// Content of a register over the lanes of a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reg {
    /// The same canonical bits in every lane (see `emberforge_ir::Op::Const`).
    Uniform(u64),
    /// `base + step * lane`: exact integers within the register's type for all active lanes.
    Linear { base: i64, step: i64 },
    /// `base + col * column + row * row number`, exact as `Linear`.
    Grid { base: i64, col: i64, row: i64, rows: Rows },
    /// `bool`: lanes in `lo..hi` hold `inside`, others its opposite.
    Range { lo: u32, hi: u32, inside: bool },
    /// Lane `l` is the element at byte `offset + l * size` of read-only region `region`.
    View { region: u32, offset: i64 },
    /// Values stand in the register's buffer.
    Vector,
}

/// Limit of symbolic values: sums and comparisons of two of them cannot overflow an `i64`.
const LIMIT: i64 = 1 << 61;

impl Reg {
    /// A uniform integer, pointer or symbolic register as `(base, col, row, rows)`; `None` for others.
    fn parts(self, rows: Option<Rows>) -> Option<(i64, i64, i64)> {
        match (self, rows) {
            (Reg::Uniform(bits), _) => Some((bits as i64, 0, 0)),
            (Reg::Linear { base, step }, None) => Some((base, step, 0)),
            (Reg::Linear { base, step }, Some(r)) => Some((
                base.checked_sub(step.checked_mul(i64::from(r.phase))?)?,
                step,
                step.checked_mul(i64::from(r.width))?,
            )),
            (Reg::Grid { base, col, row, rows }, Some(r)) if rows == r => Some((base, col, row)),
            _ => None,
        }
    }

    fn rows(self) -> Option<Rows> {
        match self {
            Reg::Grid { rows, .. } => Some(rows),
            _ => None,
        }
    }

    /// Uniform, linear or grid.
    pub(crate) fn is_symbolic(self) -> bool {
        matches!(self, Reg::Uniform(_) | Reg::Linear { .. } | Reg::Grid { .. })
    }

    /// The simplest form of a grid.
    fn normal(base: i64, col: i64, row: i64, rows: Rows) -> Option<Reg> {
        if col == 0 && row == 0 {
            return Some(Reg::Uniform(base as u64));
        }
        if Some(row) == col.checked_mul(i64::from(rows.width)) {
            let base = base.checked_add(col.checked_mul(i64::from(rows.phase))?)?;
            return Some(Reg::Linear { base, step: col });
        }
        Some(Reg::Grid { base, col, row, rows })
    }

    fn from_linear(base: i64, step: i64) -> Reg {
        if step == 0 { Reg::Uniform(base as u64) } else { Reg::Linear { base, step } }
    }

    /// Value in lane `lane` (symbolic registers only).
    pub(crate) fn at(self, lane: u32) -> i64 {
        match self {
            Reg::Uniform(bits) => bits as i64,
            Reg::Linear { base, step } => base.wrapping_add(step.wrapping_mul(i64::from(lane))),
            Reg::Grid { base, col, row, rows } => {
                let at = lane + rows.phase;
                base.wrapping_add(col.wrapping_mul(i64::from(at % rows.width)))
                    .wrapping_add(row.wrapping_mul(i64::from(at / rows.width)))
            }
            Reg::Range { lo, hi, inside } => i64::from((lo <= lane && lane < hi) == inside),
            Reg::View { .. } | Reg::Vector => 0,
        }
    }

    /// Least and greatest value over lanes `lo..hi` (`lo < hi`); of a grid, bounds that may be wider. The whole range of
    /// `i64` when they overflow or the register is not symbolic.
    #[inline]
    pub(crate) fn bounds(self, lo: u32, hi: u32) -> (i64, i64) {
        self.exact_bounds(lo, hi).unwrap_or((i64::MIN, i64::MAX))
    }

    #[inline]
    fn exact_bounds(self, lo: u32, hi: u32) -> Option<(i64, i64)> {
        let at = |k: i64, n: u32| k.checked_mul(i64::from(n));
        match self {
            Reg::Uniform(bits) => Some((bits as i64, bits as i64)),
            Reg::Linear { base, step } => {
                let a = base.checked_add(at(step, lo)?)?;
                let b = base.checked_add(at(step, hi - 1)?)?;
                Some((a.min(b), a.max(b)))
            }
            Reg::Grid { base, col, row, rows } => {
                let (r0, r1) = ((lo + rows.phase) / rows.width, (hi - 1 + rows.phase) / rows.width);
                let (c0, c1) = if r0 == r1 {
                    ((lo + rows.phase) % rows.width, (hi - 1 + rows.phase) % rows.width)
                } else {
                    (0, rows.width - 1)
                };
                let (ca, cb) = (at(col, c0)?, at(col, c1)?);
                let (ra, rb) = (at(row, r0)?, at(row, r1)?);
                let least = base.checked_add(ca.min(cb))?.checked_add(ra.min(rb))?;
                let greatest = base.checked_add(ca.max(cb))?.checked_add(ra.max(rb))?;
                Some((least, greatest))
            }
            _ => None,
        }
    }
}

/// The range of an integer type, or of symbolic 64-bit values.
#[inline]
fn type_range(ty: Scalar) -> (i64, i64) {
    match ty {
        Scalar::I8 => (i64::from(i8::MIN), i64::from(i8::MAX)),
        Scalar::U8 => (0, i64::from(u8::MAX)),
        Scalar::I16 => (i64::from(i16::MIN), i64::from(i16::MAX)),
        Scalar::U16 => (0, i64::from(u16::MAX)),
        Scalar::I32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
        Scalar::U32 => (0, i64::from(u32::MAX)),
        Scalar::U64 => (0, LIMIT),
        _ => (-LIMIT, LIMIT),
    }
}

/// The register brought into its type's range over lanes `lo..hi`: unchanged when it fits, moved by a whole multiple of
/// the type's modulus when all lanes wrap alike, `None` when only some wrap.
#[inline]
pub(crate) fn fit(reg: Reg, ty: Scalar, lo: u32, hi: u32) -> Option<Reg> {
    let (min, max) = type_range(ty);
    let (least, greatest) = reg.bounds(lo, hi);
    if min <= least && greatest <= max {
        return Some(reg);
    }
    wrap(reg, ty, least, greatest, min)
}

fn wrap(reg: Reg, ty: Scalar, least: i64, greatest: i64, min: i64) -> Option<Reg> {
    if let Reg::Uniform(bits) = reg {
        return Some(Reg::Uniform(emberforge_ir::scalar::canonical(ty, bits)));
    }
    if ty.size() > 4 {
        return None;
    }
    let modulus = 1i64 << (8 * ty.size());
    let turns = least.checked_sub(min)?.div_euclid(modulus);
    if greatest.checked_sub(min)?.div_euclid(modulus) != turns {
        return None;
    }
    let shift = turns.checked_mul(modulus)?;
    match reg {
        Reg::Linear { base, step } => Some(Reg::Linear { base: base.checked_sub(shift)?, step }),
        Reg::Grid { base, col, row, rows } => {
            Some(Reg::Grid { base: base.checked_sub(shift)?, col, row, rows })
        }
        _ => None,
    }
}

/// `a + sign * b`, when both are symbolic over compatible rows.
pub(crate) fn add(a: Reg, b: Reg, sign: i64) -> Option<Reg> {
    let rows = a.rows().or(b.rows());
    let (ab, ac, ar) = a.parts(rows)?;
    let (bb, bc, br) = b.parts(rows)?;
    let base = ab.checked_add(bb.checked_mul(sign)?)?;
    let col = ac.checked_add(bc.checked_mul(sign)?)?;
    match rows {
        None => Some(Reg::from_linear(base, col)),
        Some(rows) => Reg::normal(base, col, ar.checked_add(br.checked_mul(sign)?)?, rows),
    }
}

/// `a * factor`.
pub(crate) fn scale(a: Reg, factor: i64) -> Option<Reg> {
    match a {
        Reg::Uniform(bits) => Some(Reg::Uniform((bits as i64).checked_mul(factor)? as u64)),
        Reg::Linear { base, step } => {
            Some(Reg::from_linear(base.checked_mul(factor)?, step.checked_mul(factor)?))
        }
        Reg::Grid { base, col, row, rows } => {
            Reg::normal(base.checked_mul(factor)?, col.checked_mul(factor)?, row.checked_mul(factor)?, rows)
        }
        _ => None,
    }
}

/// `a * b` when one of them is uniform.
pub(crate) fn multiply(a: Reg, b: Reg) -> Option<Reg> {
    match (a, b) {
        (_, Reg::Uniform(bits)) => scale(a, bits as i64),
        (Reg::Uniform(bits), _) => scale(b, bits as i64),
        _ => None,
    }
}

/// Quotient and remainder of a symbolic register by a positive constant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Divided {
    /// Both stay symbolic over the lanes asked for.
    Symbolic { quotient: Reg, remainder: Reg },
    /// The first quotient ends at this lane; before it the quotient is uniform.
    Ends(u32),
    /// Neither.
    No,
}

/// Divides non-negative values of lanes `lo..hi` by `divisor`. Progressions of step 1 become rows; where the quotient
/// changes only after `long` lanes or more and `may_end` allows it, [`Divided::Ends`] asks the caller to end the block there.
pub(crate) fn divide(a: Reg, divisor: i64, lo: u32, hi: u32, may_end: bool, long: i64) -> Divided {
    let (least, greatest) = a.bounds(lo, hi);
    if divisor <= 0 || least < 0 || greatest > LIMIT {
        return Divided::No;
    }
    let (first, last) = (least / divisor, greatest / divisor);
    if first == last {
        return match add(a, Reg::Uniform((first * divisor) as u64), -1) {
            Some(remainder) => Divided::Symbolic { quotient: Reg::Uniform(first as u64), remainder },
            None => Divided::No,
        };
    }
    match a {
        Reg::Linear { base, step: 1 } => {
            let start = base + i64::from(lo);
            if may_end && divisor >= long {
                let end = (start / divisor + 1) * divisor - base;
                return u32::try_from(end).map_or(Divided::No, Divided::Ends);
            }
            // Lane l stands at base + l; write it as (l + phase) with base = phase + width * k.
            let quotient_base = base.div_euclid(divisor);
            let phase = base.rem_euclid(divisor);
            let (Ok(width), Ok(phase)) = (u32::try_from(divisor), u32::try_from(phase)) else {
                return Divided::No;
            };
            if width > 1 << 20 {
                return Divided::No;
            }
            let rows = Rows { width, phase };
            if width == 1 {
                return Divided::Symbolic { quotient: a, remainder: Reg::Uniform(0) };
            }
            Divided::Symbolic {
                quotient: Reg::Grid { base: quotient_base, col: 0, row: 1, rows },
                remainder: Reg::Grid { base: 0, col: 1, row: 0, rows },
            }
        }
        // A progression whose step and base are multiples of the divisor: `4 * i / 4`.
        Reg::Linear { base, step } if base % divisor == 0 && step % divisor == 0 => Divided::Symbolic {
            quotient: Reg::from_linear(base / divisor, step / divisor),
            remainder: Reg::Uniform(0),
        },
        Reg::Grid { base, col, row, rows }
            if base % divisor == 0 && col % divisor == 0 && row % divisor == 0 =>
        {
            match Reg::normal(base / divisor, col / divisor, row / divisor, rows) {
                Some(quotient) => Divided::Symbolic { quotient, remainder: Reg::Uniform(0) },
                None => Divided::No,
            }
        }
        _ => Divided::No,
    }
}

/// The remainder alone, for cases where the quotient has no symbolic form: columns of rows whose width the divisor
/// divides.
pub(crate) fn remainder_of_columns(a: Reg, divisor: i64) -> Option<Reg> {
    match a {
        Reg::Grid { base: 0, col: 1, row, rows }
            if divisor > 0 && i64::from(rows.width) % divisor == 0 && row % divisor == 0 =>
        {
            let width = u32::try_from(divisor).ok()?;
            let rows = Rows { width, phase: rows.phase % width };
            Some(Reg::Grid { base: 0, col: 1, row: 0, rows })
        }
        _ => None,
    }
}

/// Compares two symbolic registers over lanes `lo..hi`; `None` when the truth does not form one range.
pub(crate) fn compare(op: CompareOp, ty: Scalar, a: Reg, b: Reg, lo: u32, hi: u32) -> Option<Reg> {
    if let (Reg::Uniform(x), Reg::Uniform(y)) = (a, b) {
        return Some(Reg::Uniform(u64::from(emberforge_ir::scalar::compare(op, ty, x, y))));
    }
    // Unsigned 64-bit uniforms above the symbolic limit do not read as `i64`.
    for r in [a, b] {
        if let Reg::Uniform(bits) = r
            && ty == Scalar::U64
            && bits > LIMIT as u64
        {
            return None;
        }
    }
    // `a op b` is `a - b op 0`.
    let difference = add(a, b, -1)?;
    let (least, greatest) = difference.bounds(lo, hi);
    let always = |t: bool| Some(Reg::Uniform(u64::from(t)));
    match op {
        CompareOp::Lt if greatest < 0 => return always(true),
        CompareOp::Lt if least >= 0 => return always(false),
        CompareOp::Ge if least >= 0 => return always(true),
        CompareOp::Ge if greatest < 0 => return always(false),
        CompareOp::Le if greatest <= 0 => return always(true),
        CompareOp::Le if least > 0 => return always(false),
        CompareOp::Gt if least > 0 => return always(true),
        CompareOp::Gt if greatest <= 0 => return always(false),
        CompareOp::Eq if least > 0 || greatest < 0 => return always(false),
        CompareOp::Ne if least > 0 || greatest < 0 => return always(true),
        CompareOp::Eq if least == 0 && greatest == 0 => return always(true),
        CompareOp::Ne if least == 0 && greatest == 0 => return always(false),
        _ => {}
    }
    let Reg::Linear { base, step } = difference else { return None };
    let (base, step) = (i128::from(base), i128::from(step));
    let lanes = |lane: i128| lane.clamp(0, i128::from(u32::MAX)) as u32;
    match op {
        CompareOp::Eq | CompareOp::Ne => {
            let inside = op == CompareOp::Eq;
            if (-base) % step != 0 || (-base) / step < 0 {
                return always(!inside);
            }
            let lane = lanes((-base) / step);
            Some(Reg::Range { lo: lane, hi: lane.saturating_add(1), inside })
        }
        _ => {
            // First lane at which base + step * lane > 0 (strict) or >= 0, for rising progressions; mirrored for
            // falling ones.
            let (base, step, op) = if step > 0 {
                (base, step, op)
            } else {
                let mirrored = match op {
                    CompareOp::Lt => CompareOp::Gt,
                    CompareOp::Le => CompareOp::Ge,
                    CompareOp::Gt => CompareOp::Lt,
                    other => {
                        if other == CompareOp::Ge {
                            CompareOp::Le
                        } else {
                            other
                        }
                    }
                };
                (-base, -step, mirrored)
            };
            let first_ge = (-base).div_euclid(step) + i128::from((-base).rem_euclid(step) != 0);
            let first_gt = (-base).div_euclid(step) + 1;
            Some(match op {
                CompareOp::Lt => Reg::Range { lo: 0, hi: lanes(first_ge), inside: true },
                CompareOp::Le => Reg::Range { lo: 0, hi: lanes(first_gt), inside: true },
                CompareOp::Gt => Reg::Range { lo: 0, hi: lanes(first_gt), inside: false },
                _ => Reg::Range { lo: 0, hi: lanes(first_ge), inside: false },
            })
        }
    }
}

/// Logical `and` of truth registers that stay one range over lanes `lo..hi`.
pub(crate) fn and(a: Reg, b: Reg) -> Option<Reg> {
    match (a, b) {
        (Reg::Uniform(0), _) | (_, Reg::Uniform(0)) => Some(Reg::Uniform(0)),
        (Reg::Uniform(_), other) | (other, Reg::Uniform(_)) if other != Reg::Vector => Some(other),
        (Reg::Range { lo: a0, hi: a1, inside: true }, Reg::Range { lo: b0, hi: b1, inside: true }) => {
            let (lo, hi) = (a0.max(b0), a1.min(b1));
            Some(if lo < hi { Reg::Range { lo, hi, inside: true } } else { Reg::Uniform(0) })
        }
        // Prefixes and suffixes: `not 0..k` is `k..`.
        (Reg::Range { lo: 0, hi: k, inside: false }, Reg::Range { lo, hi, inside: true })
        | (Reg::Range { lo, hi, inside: true }, Reg::Range { lo: 0, hi: k, inside: false }) => {
            let lo = lo.max(k);
            Some(if lo < hi { Reg::Range { lo, hi, inside: true } } else { Reg::Uniform(0) })
        }
        (Reg::Range { lo: 0, hi: a, inside: false }, Reg::Range { lo: 0, hi: b, inside: false }) => {
            Some(Reg::Range { lo: 0, hi: a.max(b), inside: false })
        }
        _ => None,
    }
}

/// Logical `not` of a truth register that is not a vector.
pub(crate) fn not(a: Reg) -> Option<Reg> {
    match a {
        Reg::Uniform(bits) => Some(Reg::Uniform(u64::from(bits == 0))),
        Reg::Range { lo, hi, inside } => Some(Reg::Range { lo, hi, inside: !inside }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linear(base: i64) -> Reg {
        Reg::Linear { base, step: 1 }
    }

    /// Every lane of a symbolic result equals the plain computation.
    #[test]
    fn quotients_and_remainders_agree_with_plain_division() {
        for base in [0i64, 1, 5, 36, 37, 100] {
            for divisor in [1i64, 2, 3, 37, 64, 500] {
                let Divided::Symbolic { quotient, remainder } =
                    divide(linear(base), divisor, 0, 300, false, 256)
                else {
                    panic!("no symbolic quotient for {base} / {divisor}");
                };
                let back = add(scale(quotient, divisor).unwrap(), remainder, 1).unwrap();
                assert_eq!(back, linear(base), "rows rejoin to the progression");
                for lane in 0..300u32 {
                    let value = base + i64::from(lane);
                    assert_eq!(quotient.at(lane), value / divisor);
                    assert_eq!(remainder.at(lane), value % divisor);
                }
            }
        }
    }

    #[test]
    fn comparisons_agree_lane_by_lane() {
        use CompareOp::*;
        for (base, step) in [(0i64, 1i64), (-5, 2), (40, -3), (7, 5)] {
            for limit in [-4i64, 0, 1, 7, 13, 100] {
                for op in [Eq, Ne, Lt, Le, Gt, Ge] {
                    let (a, b) = (Reg::Linear { base, step }, Reg::Uniform(limit as u64));
                    let truth = compare(op, Scalar::I32, a, b, 0, 32).unwrap();
                    for lane in 0..32u32 {
                        let x = base + step * i64::from(lane);
                        let expected = match op {
                            Eq => x == limit,
                            Ne => x != limit,
                            Lt => x < limit,
                            Le => x <= limit,
                            Gt => x > limit,
                            Ge => x >= limit,
                        };
                        assert_eq!(truth.at(lane) != 0, expected, "{base}+{step}*{lane} {op:?} {limit}");
                    }
                }
            }
        }
    }

    #[test]
    fn values_that_wrap_together_are_rebased_and_mixed_ones_refused() {
        let wrapped = fit(Reg::Linear { base: 1 << 32, step: 1 }, Scalar::U32, 0, 8).unwrap();
        assert_eq!(wrapped, linear(0));
        assert_eq!(fit(linear(-1), Scalar::U32, 0, 8), None);
        assert_eq!(fit(linear(-1), Scalar::U32, 1, 8), Some(linear(-1)));
    }
}
