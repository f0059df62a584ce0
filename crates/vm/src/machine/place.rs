//! Blocks of lanes and where their threads stand in the grid.

use super::Machine;
use crate::reg::{self, Divided, Reg, Window};
use emberforge_ir::{Attribute, Scalar};

/// The launch a block belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Geometry {
    pub(crate) grid: [u32; 3],
    /// Threads of a full threadgroup, clamped to the grid.
    pub(crate) threadgroup: [u32; 3],
}

impl Geometry {
    /// Threadgroups along an axis.
    pub(crate) fn groups(&self, axis: usize) -> u32 {
        self.grid[axis].div_ceil(self.threadgroup[axis].max(1))
    }

    fn full_lanes(&self) -> u32 {
        self.threadgroup.iter().product()
    }
}

/// How a block's lanes map to threads.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lanes {
    /// Lane `l` is thread `first + l` of the grid in x-fastest order; all in one row (`row`), or one plane, or anywhere.
    Free { first: u64, within: Within },
    /// Lanes are whole threadgroups, consecutive along x from `first`, each of `size` threads, x fastest.
    Groups { first: [u32; 3], size: [u32; 3] },
}

/// How far a free block reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Within {
    Row,
    Plane,
    Grid,
}

/// Lanes executed together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub(crate) lanes: u32,
    /// Lanes are independent: the block may be ended early.
    pub(crate) may_end: bool,
    /// Threadgroups in the block, of `group_lanes` lanes each.
    pub(crate) groups: u32,
    pub(crate) group_lanes: u32,
    pub(crate) places: Lanes,
    pub(crate) geometry: Geometry,
}

impl Default for Block {
    fn default() -> Self {
        Block {
            lanes: 0,
            may_end: false,
            groups: 1,
            group_lanes: INDEPENDENT,
            places: Lanes::Free { first: 0, within: Within::Grid },
            geometry: Geometry::default(),
        }
    }
}

/// The size of the one threadgroup that independent lanes count as.
pub(crate) const INDEPENDENT: u32 = u32::MAX;

/// A thread's index in its threadgroup.
const INDEX: Reg = Reg::Linear { base: 0, step: 1, group: 0 };

impl Block {
    /// The number of a lane's threadgroup within the block.
    pub(crate) fn group_register(&self) -> Reg {
        if self.groups <= 1 { Reg::Uniform(0) } else { Reg::Linear { base: 0, step: 0, group: 1 } }
    }

    fn divided(&self, a: Reg, divisor: u32) -> Option<(Reg, Reg)> {
        let window = Window { lo: 0, hi: self.lanes.max(1), group: self.group_lanes };
        match reg::divide(a, i64::from(divisor), window, false, i64::MAX) {
            Divided::Symbolic { quotient, remainder } => Some((quotient, remainder)),
            _ => None,
        }
    }

    fn quotient(&self, a: Reg, divisor: u32) -> Reg {
        self.divided(a, divisor).map_or(Reg::Vector, |(q, _)| q)
    }

    fn remainder(&self, a: Reg, divisor: u32) -> Reg {
        match self.divided(a, divisor) {
            Some((_, r)) => r,
            None => reg::remainder_of_columns(a, i64::from(divisor)).unwrap_or(Reg::Vector),
        }
    }

    /// An attribute's register; `Reg::Vector` when it has no symbolic form.
    fn attribute(&self, attribute: Attribute, axis: usize) -> Reg {
        let uniform = |v: u32| Reg::Uniform(u64::from(v));
        let g = &self.geometry;
        match attribute {
            Attribute::ThreadsPerGrid => return uniform(g.grid[axis]),
            Attribute::DispatchThreadsPerThreadgroup => return uniform(g.threadgroup[axis]),
            Attribute::ThreadgroupsPerGrid => return uniform(g.groups(axis)),
            Attribute::DispatchSimdgroupsPerThreadgroup => return uniform(g.full_lanes().div_ceil(32)),
            Attribute::DispatchQuadgroupsPerThreadgroup => return uniform(g.full_lanes().div_ceil(4)),
            _ => {}
        }
        match self.places {
            Lanes::Free { first, within } => self.free_attribute(attribute, axis, first, within),
            Lanes::Groups { first, size } => self.group_attribute(attribute, axis, first, size),
        }
    }

    fn free_attribute(&self, attribute: Attribute, axis: usize, first: u64, within: Within) -> Reg {
        let [x, y, _] = self.geometry.grid.map(u64::from);
        let (plane, in_plane) = (first / (x * y), first % (x * y));
        let flat = |base: u64| Reg::Linear { base: base as i64, step: 1, group: 0 };
        match (attribute, within, axis) {
            (Attribute::ThreadsPerThreadgroup, ..) => {
                Reg::Uniform(u64::from(self.geometry.threadgroup[axis]))
            }
            (Attribute::ThreadPositionInGrid, Within::Row, 0) => flat(in_plane % x),
            (Attribute::ThreadPositionInGrid, Within::Row, 1) => Reg::Uniform(in_plane / x),
            (Attribute::ThreadPositionInGrid, Within::Row | Within::Plane, 2) => Reg::Uniform(plane),
            (Attribute::ThreadPositionInGrid, Within::Plane, 0) => self.remainder(flat(in_plane), x as u32),
            (Attribute::ThreadPositionInGrid, Within::Plane, 1) => self.quotient(flat(in_plane), x as u32),
            (Attribute::ThreadPositionInGrid, Within::Grid, 0) => self.remainder(flat(first), x as u32),
            (Attribute::ThreadPositionInGrid, Within::Grid, 2) => self.quotient(flat(first), (x * y) as u32),
            _ => Reg::Vector,
        }
    }

    fn group_attribute(&self, attribute: Attribute, axis: usize, first: [u32; 3], size: [u32; 3]) -> Reg {
        let uniform = |v: u32| Reg::Uniform(u64::from(v));
        let [sx, sy, sz] = size;
        let index = INDEX;
        let lanes = self.group_lanes;
        match attribute {
            Attribute::ThreadsPerThreadgroup => uniform(size[axis]),
            Attribute::SimdgroupsPerThreadgroup => uniform(lanes.div_ceil(32)),
            Attribute::QuadgroupsPerThreadgroup => uniform(lanes.div_ceil(4)),
            Attribute::ThreadgroupPositionInGrid if axis == 0 => {
                reg::add(uniform(first[0]), self.group_register(), 1).unwrap_or(Reg::Vector)
            }
            Attribute::ThreadgroupPositionInGrid => uniform(first[axis]),
            Attribute::ThreadIndexInThreadgroup => index,
            Attribute::ThreadIndexInSimdgroup => self.remainder(index, 32),
            Attribute::SimdgroupIndexInThreadgroup => self.quotient(index, 32),
            Attribute::ThreadIndexInQuadgroup => self.remainder(index, 4),
            Attribute::QuadgroupIndexInThreadgroup => self.quotient(index, 4),
            Attribute::ThreadPositionInThreadgroup => match axis {
                0 => self.remainder(index, sx),
                1 if sz == 1 => self.quotient(index, sx),
                2 => self.quotient(index, sx * sy),
                _ => Reg::Vector,
            },
            Attribute::ThreadPositionInGrid => {
                let origin = u64::from(first[axis]) * u64::from(self.geometry.threadgroup[axis]);
                let inside = self.group_attribute(Attribute::ThreadPositionInThreadgroup, axis, first, size);
                let group = if axis == 0 {
                    reg::scale(self.group_register(), i64::from(sx))
                } else {
                    Some(Reg::Uniform(0))
                };
                group
                    .filter(|g| g.is_symbolic())
                    .and_then(|g| reg::add(inside, g, 1))
                    .and_then(|r| reg::add(r, Reg::Uniform(origin), 1))
                    .unwrap_or(Reg::Vector)
            }
            _ => Reg::Vector,
        }
    }

    /// An attribute of one lane, the plain way.
    fn attribute_of_lane(&self, attribute: Attribute, axis: usize, lane: u32) -> u32 {
        match self.places {
            Lanes::Free { first, .. } => {
                let [x, y, _] = self.geometry.grid.map(u64::from);
                let at = first + u64::from(lane);
                [at % x, at / x % y, at / (x * y)][axis] as u32
            }
            Lanes::Groups { first, size } => {
                let [sx, sy, _] = size;
                let (group, index) = (lane / self.group_lanes, lane % self.group_lanes);
                let position = [index % sx, index / sx % sy, index / (sx * sy)];
                match attribute {
                    Attribute::ThreadPositionInThreadgroup => position[axis],
                    Attribute::ThreadPositionInGrid => {
                        let group = first[axis] + if axis == 0 { group } else { 0 };
                        group * self.geometry.threadgroup[axis] + position[axis]
                    }
                    Attribute::ThreadIndexInSimdgroup => index % 32,
                    Attribute::SimdgroupIndexInThreadgroup => index / 32,
                    Attribute::ThreadIndexInQuadgroup => index % 4,
                    Attribute::QuadgroupIndexInThreadgroup => index / 4,
                    Attribute::ThreadIndexInThreadgroup => index,
                    Attribute::ThreadgroupPositionInGrid => first[axis] + if axis == 0 { group } else { 0 },
                    _ => 0,
                }
            }
        }
    }
}

impl Machine<'_> {
    /// Fills the slots of the attributes the program uses.
    pub(super) fn place_attributes(&mut self) {
        let reshaped =
            std::mem::replace(&mut self.shaped_for, self.block.group_lanes) != self.block.group_lanes;
        for &(slot, attribute, axis) in &self.program.attributes {
            let axis = usize::from(axis).min(2);
            let reg = self.block.attribute(attribute, axis);
            if reg != Reg::Vector {
                // An unchanged register keeps the lanes it has already written out.
                if reshaped || self.regs[slot as usize] != reg {
                    self.put(slot, reg);
                }
                continue;
            }
            let mut lanes = self.take_lanes(slot);
            for lane in 0..self.lanes {
                let value = self.block.attribute_of_lane(attribute, axis, lane);
                super::write_lane(&mut lanes, Scalar::U32, lane as usize, u64::from(value));
            }
            self.give_lanes(slot, lanes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reg::Rows;

    #[test]
    fn symbolic_attributes_equal_the_plain_ones() {
        let geometry = Geometry { grid: [70, 9, 5], threadgroup: [8, 4, 1] };
        let groups = Block {
            lanes: 96,
            may_end: false,
            groups: 3,
            group_lanes: 32,
            places: Lanes::Groups { first: [2, 1, 3], size: [8, 4, 1] },
            geometry,
        };
        let free = |first, within, lanes| Block {
            lanes,
            may_end: true,
            groups: 1,
            group_lanes: INDEPENDENT,
            places: Lanes::Free { first, within },
            geometry,
        };
        let blocks = [
            groups,
            free(140, Within::Row, 70),
            free(630 + 35, Within::Plane, 200),
            free(5, Within::Grid, 3000),
        ];
        for block in blocks {
            for attribute in Attribute::ALL {
                for axis in 0..3 {
                    let reg = block.attribute(attribute, axis);
                    let per_lane = !matches!(reg, Reg::Vector | Reg::Uniform(_))
                        || attribute == Attribute::ThreadPositionInGrid;
                    if reg == Reg::Vector || !per_lane {
                        continue;
                    }
                    for lane in 0..block.lanes {
                        let plain = block.attribute_of_lane(attribute, axis, lane);
                        assert_eq!(
                            reg.at(lane, block.group_lanes),
                            i64::from(plain),
                            "{attribute:?}.{axis} of lane {lane} in {block:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn rows_of_a_group_are_its_threads() {
        let rows = Rows { width: 8, phase: 0 };
        assert_eq!(Reg::Grid { base: 0, col: 0, row: 1, group: 0, rows }.at(17, 32), 2);
    }
}
