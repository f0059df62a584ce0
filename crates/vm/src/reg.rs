//! What a register holds for a block of lanes, and arithmetic that stays symbolic.
//!
//! A register is uniform, an arithmetic progression of the lane (plain or by rows, within threadgroups), a contiguous truth range, a view of
//! read-only memory, or a vector. The first three cost a few nanoseconds whatever the block's width; that is where the
//! machine's speed on index arithmetic comes from.

use emberforge_ir::{CompareOp, Scalar};

/// Rows of lanes within a threadgroup: index `i` stands in row `(i + phase) / width`, column `(i + phase) % width`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) width: u32,
    pub(crate) phase: u32,
}

/// Content of a register over the lanes of a block.
///
/// A block is one or more threadgroups of `group` lanes: lane `l` has index `l % group` in threadgroup number `l / group`.
/// (A block of independent lanes counts as one threadgroup.)
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reg {
    /// The same canonical bits in every lane (see `emberforge_ir::Op::Const`).
    Uniform(u64),
    /// `base + step * index + group * threadgroup number`: exact integers within the register's type for all active lanes.
    Linear { base: i64, step: i64, group: i64 },
    /// `base + col * column + row * row number + group * threadgroup number`, exact as `Linear`.
    Grid { base: i64, col: i64, row: i64, group: i64, rows: Rows },
    /// `bool`: lanes in `lo..hi` hold `inside`, others its opposite.
    Range { lo: u32, hi: u32, inside: bool },
    /// Lane `l` is the element at byte `offset + l * size` of read-only region `region`.
    View { region: u32, offset: i64 },
    /// Values stand in memory that is not written until the register's last use, see `machine::rows`.
    Lazy,
    /// Values stand in the register's buffer.
    Vector,
}

/// The lanes a question is about (`lo < hi`), in threadgroups of `group` lanes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) lo: u32,
    pub(crate) hi: u32,
    pub(crate) group: u32,
}

impl Window {
    /// First and last threadgroup number.
    #[inline]
    fn groups(self) -> (u32, u32) {
        // Blocks of one threadgroup are the commonest; divisions are slow.
        if self.hi <= self.group { (0, 0) } else { (self.lo / self.group, (self.hi - 1) / self.group) }
    }

    /// Least and greatest index within a threadgroup.
    #[inline]
    fn indices(self) -> (u32, u32) {
        if self.hi <= self.group {
            return (self.lo, self.hi - 1);
        }
        let (first, last) = self.groups();
        if first == last { (self.lo % self.group, (self.hi - 1) % self.group) } else { (0, self.group - 1) }
    }
}

/// Limit of symbolic values: sums and comparisons of two of them cannot overflow an `i64`.
const LIMIT: i64 = 1 << 61;

/// Coefficients of a symbolic register over given rows.
#[derive(Clone, Copy)]
struct Parts {
    base: i64,
    col: i64,
    row: i64,
    group: i64,
}

impl Parts {
    fn zip(self, other: Parts, f: impl Fn(i64, i64) -> Option<i64>) -> Option<Parts> {
        Some(Parts {
            base: f(self.base, other.base)?,
            col: f(self.col, other.col)?,
            row: f(self.row, other.row)?,
            group: f(self.group, other.group)?,
        })
    }

    /// The simplest register with these coefficients.
    fn reg(self, rows: Option<Rows>) -> Option<Reg> {
        let Parts { base, col, row, group } = self;
        match rows {
            None if col == 0 && group == 0 => Some(Reg::Uniform(base as u64)),
            None => Some(Reg::Linear { base, step: col, group }),
            Some(_) if col == 0 && row == 0 => Parts { row: 0, ..self }.reg(None),
            Some(rows) if Some(row) == col.checked_mul(i64::from(rows.width)) => {
                let base = base.checked_add(col.checked_mul(i64::from(rows.phase))?)?;
                Parts { base, row: 0, ..self }.reg(None)
            }
            Some(rows) => Some(Reg::Grid { base, col, row, group, rows }),
        }
    }
}

impl Reg {
    fn rows(self) -> Option<Rows> {
        match self {
            Reg::Grid { rows, .. } => Some(rows),
            _ => None,
        }
    }

    /// The coefficients over `rows`; `None` when the register has none such.
    #[inline]
    fn parts(self, rows: Option<Rows>) -> Option<Parts> {
        match (self, rows) {
            (Reg::Uniform(bits), _) => Some(Parts { base: bits as i64, col: 0, row: 0, group: 0 }),
            (Reg::Linear { base, step, group }, None) => Some(Parts { base, col: step, row: 0, group }),
            (Reg::Linear { base, step, group }, Some(r)) => Some(Parts {
                base: base.checked_sub(step.checked_mul(i64::from(r.phase))?)?,
                col: step,
                row: step.checked_mul(i64::from(r.width))?,
                group,
            }),
            (Reg::Grid { base, col, row, group, rows }, Some(r)) if rows == r => {
                Some(Parts { base, col, row, group })
            }
            _ => None,
        }
    }

    /// Base and distances by column, row and threadgroup over `rows`.
    pub(crate) fn by_rows(self, rows: Rows) -> Option<[i64; 4]> {
        self.parts(Some(rows)).map(|p| [p.base, p.col, p.row, p.group])
    }

    /// Uniform, linear or grid.
    #[inline]
    pub(crate) fn is_symbolic(self) -> bool {
        matches!(self, Reg::Uniform(_) | Reg::Linear { .. } | Reg::Grid { .. })
    }

    /// The step from lane to lane when the register is one progression over the whole window.
    #[inline]
    pub(crate) fn straight(self, w: Window) -> Option<i64> {
        match self {
            Reg::Linear { step, group, .. } => {
                let (first, last) = w.groups();
                (first == last || Some(group) == step.checked_mul(i64::from(w.group))).then_some(step)
            }
            _ => None,
        }
    }

    /// Value in lane `lane` (symbolic registers and ranges only).
    #[inline]
    pub(crate) fn at(self, lane: u32, group_lanes: u32) -> i64 {
        let (index, number) =
            if lane < group_lanes { (lane, 0) } else { (lane % group_lanes, i64::from(lane / group_lanes)) };
        match self {
            Reg::Uniform(bits) => bits as i64,
            Reg::Linear { base, step, group } => base
                .wrapping_add(step.wrapping_mul(i64::from(index)))
                .wrapping_add(group.wrapping_mul(number)),
            Reg::Grid { base, col, row, group, rows } => {
                let at = index + rows.phase;
                base.wrapping_add(col.wrapping_mul(i64::from(at % rows.width)))
                    .wrapping_add(row.wrapping_mul(i64::from(at / rows.width)))
                    .wrapping_add(group.wrapping_mul(number))
            }
            Reg::Range { lo, hi, inside } => i64::from((lo <= lane && lane < hi) == inside),
            Reg::View { .. } | Reg::Lazy | Reg::Vector => 0,
        }
    }

    /// Least and greatest value over a window, or bounds that are wider. The whole range of `i64` when they overflow or
    /// the register is not symbolic.
    #[inline]
    pub(crate) fn bounds(self, w: Window) -> (i64, i64) {
        match self {
            Reg::Uniform(bits) => return (bits as i64, bits as i64),
            Reg::Linear { base, step, .. } if w.hi <= w.group => {
                let ends = step.checked_mul(i64::from(w.lo)).zip(step.checked_mul(i64::from(w.hi - 1)));
                if let Some((first, last)) = ends
                    && let (Some(x), Some(y)) = (base.checked_add(first), base.checked_add(last))
                {
                    return (x.min(y), x.max(y));
                }
            }
            _ => {}
        }
        self.wide_bounds(w).unwrap_or((i64::MIN, i64::MAX))
    }

    fn wide_bounds(self, w: Window) -> Option<(i64, i64)> {
        let (i0, i1) = w.indices();
        let (g0, g1) = w.groups();
        let span = |k: i64, a: u32, b: u32| -> Option<(i64, i64)> {
            let (x, y) = (k.checked_mul(i64::from(a))?, k.checked_mul(i64::from(b))?);
            Some((x.min(y), x.max(y)))
        };
        let sum = |base: i64, parts: [(i64, i64); 3]| -> Option<(i64, i64)> {
            parts
                .iter()
                .try_fold((base, base), |(lo, hi), p| Some((lo.checked_add(p.0)?, hi.checked_add(p.1)?)))
        };
        match self {
            Reg::Uniform(bits) => Some((bits as i64, bits as i64)),
            Reg::Linear { base, step, .. } if self.straight(w).is_some() && g0 != g1 => {
                sum(base, [span(step, w.lo, w.hi - 1)?, (0, 0), (0, 0)])
            }
            Reg::Linear { base, step, group } => {
                sum(base, [span(step, i0, i1)?, span(group, g0, g1)?, (0, 0)])
            }
            Reg::Grid { base, col, row, group, rows } => {
                let (r0, r1) = ((i0 + rows.phase) / rows.width, (i1 + rows.phase) / rows.width);
                let (c0, c1) = if r0 == r1 {
                    ((i0 + rows.phase) % rows.width, (i1 + rows.phase) % rows.width)
                } else {
                    (0, rows.width - 1)
                };
                sum(base, [span(col, c0, c1)?, span(row, r0, r1)?, span(group, g0, g1)?])
            }
            _ => None,
        }
    }

    /// Calls `f(lanes, first value, step)` for each run of lanes of the window over which the register is one progression;
    /// lanes count from the window's start.
    pub(crate) fn runs(self, w: Window, mut f: impl FnMut(std::ops::Range<usize>, i64, i64)) {
        if let Some(step) = self.straight(w) {
            return f(0..(w.hi - w.lo) as usize, self.at(w.lo, w.group), step);
        }
        let (width, phase, step, by_row) = match self {
            Reg::Grid { col, row, rows, .. } => (rows.width, rows.phase, col, row),
            Reg::Linear { step, .. } => (u32::MAX, 0, step, 0),
            _ => (u32::MAX, 0, 0, 0),
        };
        let mut lane = w.lo;
        while lane < w.hi {
            let index = lane % w.group;
            let stop = w.hi.min(lane - index + w.group);
            // Rows are counted from here: a division takes as long as a short row.
            let mut column = (index + phase) % width;
            let mut first = self.at(lane, w.group);
            while lane < stop {
                let end = stop.min(lane.saturating_add(width - column));
                f((lane - w.lo) as usize..(end - w.lo) as usize, first, step);
                first = first.wrapping_sub(step.wrapping_mul(i64::from(column))).wrapping_add(by_row);
                (lane, column) = (end, 0);
            }
        }
    }

    /// After how many lanes from the start of a threadgroup the values repeat; `None` when they do not.
    pub(crate) fn period(self, w: Window) -> Option<u32> {
        match self {
            Reg::Grid { row: 0, group: 0, rows, .. }
                if rows.phase == 0 && (w.hi <= w.group || w.group.is_multiple_of(rows.width)) =>
            {
                Some(rows.width)
            }
            Reg::Linear { group: 0, .. } | Reg::Grid { group: 0, .. } => Some(w.group),
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

/// The register brought into its type's range over a window: unchanged when it fits, moved by a whole multiple of the
/// type's modulus when all lanes wrap alike, `None` when only some wrap.
#[inline]
pub(crate) fn fit(reg: Reg, ty: Scalar, w: Window) -> Option<Reg> {
    let (min, max) = type_range(ty);
    let (least, greatest) = reg.bounds(w);
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
    add(reg, Reg::Uniform(shift as u64), -1)
}

/// `a + sign * b`, when both are symbolic over compatible rows.
#[inline]
pub(crate) fn add(a: Reg, b: Reg, sign: i64) -> Option<Reg> {
    // A progression moved by a constant, the commonest case by far.
    if let (Reg::Linear { base, step, group }, Reg::Uniform(bits)) = (a, b) {
        let base = base.checked_add((bits as i64).checked_mul(sign)?)?;
        return Some(Reg::Linear { base, step, group });
    }
    let rows = a.rows().or(b.rows());
    let (a, b) = (a.parts(rows)?, b.parts(rows)?);
    a.zip(b, |x, y| x.checked_add(y.checked_mul(sign)?))?.reg(rows)
}

/// `a * factor`.
#[inline]
pub(crate) fn scale(a: Reg, factor: i64) -> Option<Reg> {
    if let Reg::Linear { base, step, group } = a
        && factor != 0
    {
        let [base, step, group] =
            [base.checked_mul(factor)?, step.checked_mul(factor)?, group.checked_mul(factor)?];
        return Some(Reg::Linear { base, step, group });
    }
    let rows = a.rows();
    let a = a.parts(rows)?;
    a.zip(a, |x, _| x.checked_mul(factor))?.reg(rows)
}

/// `a * b` when one of them is uniform.
#[inline]
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

/// Divides non-negative values over a window by `divisor`. Progressions of step 1 become rows; where the quotient changes
/// only after `long` lanes or more and `may_end` allows it, [`Divided::Ends`] asks the caller to end the block there.
pub(crate) fn divide(a: Reg, divisor: i64, w: Window, may_end: bool, long: i64) -> Divided {
    let (least, greatest) = a.bounds(w);
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
    if let Reg::Linear { base, step: 1, .. } = a
        && may_end
        && divisor >= long
    {
        let end = ((base + i64::from(w.lo)) / divisor + 1) * divisor - base;
        return u32::try_from(end).map_or(Divided::No, Divided::Ends);
    }
    divide_parts(a, divisor, w)
        .map_or(Divided::No, |(quotient, remainder)| Divided::Symbolic { quotient, remainder })
}

/// The cases of [`divide`] whose quotient varies from lane to lane.
fn divide_parts(a: Reg, divisor: i64, w: Window) -> Option<(Reg, Reg)> {
    let rows = a.rows();
    let parts = a.parts(rows)?;
    if parts.group % divisor != 0 {
        return None;
    }
    // Threadgroups are whole multiples of the divisor apart: divide within one, add the rest back.
    let between = Reg::Linear { base: 0, step: 0, group: parts.group / divisor };
    let inside = Parts { group: 0, ..parts };
    let (quotient, remainder) = if [inside.base, inside.col, inside.row].iter().all(|v| v % divisor == 0) {
        let quotient = inside.zip(inside, |v, _| Some(v / divisor))?.reg(rows)?;
        (quotient, Reg::Uniform(0))
    } else if let Reg::Linear { base, step: 1, .. } = a {
        // Index i stands at base + i; write it as (i + phase) with base = phase + width * k.
        let (Ok(width), Ok(phase)) = (u32::try_from(divisor), u32::try_from(base.rem_euclid(divisor))) else {
            return None;
        };
        if width > 1 << 20 {
            return None;
        }
        let rows = Rows { width, phase };
        let quotient = Reg::Grid { base: base.div_euclid(divisor), col: 0, row: 1, group: 0, rows };
        (quotient, Reg::Grid { base: 0, col: 1, row: 0, group: 0, rows })
    } else if let Some((least, greatest)) = inside.reg(rows).map(|r| r.bounds(w))
        && least >= 0
        && least / divisor == greatest / divisor
    {
        // All threadgroups alike: only the threadgroup's number moves the quotient.
        let quotient = Reg::Uniform((least / divisor) as u64);
        (quotient, add(inside.reg(rows)?, Reg::Uniform((least / divisor * divisor) as u64), -1)?)
    } else {
        return None;
    };
    let quotient = if parts.group == 0 { quotient } else { add(quotient, between, 1)? };
    Some((quotient, remainder))
}

/// The remainder alone, for cases where the quotient has no symbolic form: columns of rows whose width the divisor
/// divides.
pub(crate) fn remainder_of_columns(a: Reg, divisor: i64) -> Option<Reg> {
    match a {
        Reg::Grid { base: 0, col: 1, row, group, rows }
            if divisor > 0
                && i64::from(rows.width) % divisor == 0
                && row >= 0
                && group >= 0
                && row % divisor == 0
                && group % divisor == 0 =>
        {
            let width = u32::try_from(divisor).ok()?;
            let rows = Rows { width, phase: rows.phase % width };
            Some(Reg::Grid { base: 0, col: 1, row: 0, group: 0, rows })
        }
        _ => None,
    }
}

/// Compares two symbolic registers over a window; `None` when the truth does not form one range.
pub(crate) fn compare(op: CompareOp, ty: Scalar, a: Reg, b: Reg, w: Window) -> Option<Reg> {
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
    let (least, greatest) = difference.bounds(w);
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
    let step = difference.straight(w)?;
    if step == 0 {
        return None;
    }
    // Written over lanes: base + step * lane.
    let base = i128::from(difference.at(w.lo, w.group)) - i128::from(step) * i128::from(w.lo);
    let step = i128::from(step);
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
                    CompareOp::Ge => CompareOp::Le,
                    other => other,
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
        Reg::Linear { base, step: 1, group: 0 }
    }

    fn window(hi: u32, group: u32) -> Window {
        Window { lo: 0, hi, group }
    }

    /// Every lane of a symbolic result equals the plain computation.
    #[test]
    fn quotients_and_remainders_agree_with_plain_division() {
        for (base, group) in [(0i64, 0i64), (1, 0), (5, 0), (36, 0), (37, 74), (100, 1000)] {
            for divisor in [1i64, 2, 3, 37, 64, 500] {
                let a = Reg::Linear { base, step: 1, group };
                let w = window(300, 60);
                let Divided::Symbolic { quotient, remainder } = divide(a, divisor, w, false, 256) else {
                    assert_ne!(group % divisor, 0, "no symbolic quotient for {base} / {divisor}");
                    continue;
                };
                let back = add(scale(quotient, divisor).unwrap(), remainder, 1).unwrap();
                assert_eq!(back, a, "rows rejoin to the progression");
                for lane in 0..300u32 {
                    let value = a.at(lane, 60);
                    assert_eq!(quotient.at(lane, 60), value / divisor);
                    assert_eq!(remainder.at(lane, 60), value % divisor);
                }
            }
        }
    }

    #[test]
    fn runs_cover_every_lane_with_its_value() {
        let rows = Rows { width: 7, phase: 3 };
        for reg in [
            Reg::Linear { base: 4, step: 3, group: 0 },
            Reg::Linear { base: 4, step: 3, group: 60 },
            Reg::Grid { base: 1, col: 2, row: -5, group: 9, rows },
        ] {
            let w = Window { lo: 5, hi: 77, group: 20 };
            let (least, greatest) = reg.bounds(w);
            let mut seen = 0;
            reg.runs(w, |lanes, start, step| {
                assert_eq!(lanes.start, seen);
                for (i, lane) in lanes.clone().enumerate() {
                    let value = reg.at(lane as u32 + w.lo, w.group);
                    assert_eq!(value, start + step * i as i64);
                    assert!(least <= value && value <= greatest);
                }
                seen = lanes.end;
            });
            assert_eq!(seen, 72);
        }
    }

    #[test]
    fn comparisons_agree_lane_by_lane() {
        use CompareOp::*;
        for (base, step) in [(0i64, 1i64), (-5, 2), (40, -3), (7, 5)] {
            for limit in [-4i64, 0, 1, 7, 13, 100] {
                for op in [Eq, Ne, Lt, Le, Gt, Ge] {
                    let (a, b) = (Reg::Linear { base, step, group: step * 8 }, Reg::Uniform(limit as u64));
                    let truth = compare(op, Scalar::I32, a, b, window(32, 8)).unwrap();
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
                        let actual = truth.at(lane, 8) != 0;
                        assert_eq!(actual, expected, "{base}+{step}*{lane} {op:?} {limit}");
                    }
                }
            }
        }
    }

    #[test]
    fn values_that_wrap_together_are_rebased_and_mixed_ones_refused() {
        let w = window(8, 8);
        let far = Reg::Linear { base: 1 << 32, step: 1, group: 0 };
        assert_eq!(fit(far, Scalar::U32, w), Some(linear(0)));
        assert_eq!(fit(linear(-1), Scalar::U32, w), None);
        assert_eq!(fit(linear(-1), Scalar::U32, Window { lo: 1, ..w }), Some(linear(-1)));
    }
}
