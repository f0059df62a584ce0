//! Memory as the trace sees it: for each element who wrote and who read it since the last barrier, and whether
//! anything wrote it at all.

use std::collections::HashMap;
use std::rc::Rc;

use emberforge_ir::{Kernel, MemoryFlags, ValueId};

use super::flow::Object;
use super::trace::{Race, RaceKind};

/// One access of one thread.
#[derive(Clone, Copy)]
pub(super) struct Access {
    pub(super) inst: ValueId,
    pub(super) thread: u32,
    /// Bytes from the object's start.
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) write: bool,
    /// All threads write this value.
    pub(super) same: bool,
}

/// What an access showed.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) outside: bool,
    pub(super) unwritten: bool,
    pub(super) race: Option<Race>,
    /// Another thread wrote this element with the same instruction, without an order.
    pub(super) shared: bool,
}

/// A thread that accessed an element, with which instruction, at which time.
#[derive(Clone, Copy, PartialEq)]
struct Mark {
    thread: u32,
    inst: ValueId,
    time: u32,
}

#[derive(Clone, Copy, Default, PartialEq)]
struct Cell {
    writer: Option<Mark>,
    /// The last writer wrote what all write.
    same: bool,
    /// Two readers, of different simdgroups if there are such.
    readers: [Option<Mark>; 2],
    written: bool,
}

#[derive(Clone)]
pub(super) struct Memory {
    threadgroup: Vec<Rc<Vec<Cell>>>,
    private: Vec<Rc<Vec<bool>>>,
    device: Rc<HashMap<(u32, u64), Cell>>,
    /// Grows with every barrier.
    clock: u32,
    /// Time of the last barrier for threadgroup memory: of the threadgroup, of the simdgroup.
    threadgroup_sync: [u32; 2],
    /// The same for device memory.
    device_sync: [u32; 2],
    /// The last barrier that did not order threadgroup memory, and device memory.
    weak: [Option<(ValueId, u32)>; 2],
}

/// Arrays are cut into elements of this many bytes at least.
const SMALLEST: u64 = 1;

impl Memory {
    pub(super) fn new(kernel: &Kernel) -> Memory {
        let cells = |bytes: u32, cell: u8| (u64::from(bytes) / u64::from(cell).max(SMALLEST)) as usize;
        Memory {
            threadgroup: kernel
                .threadgroup
                .iter()
                .map(|a| Rc::new(vec![Cell::default(); cells(a.bytes, a.cell)]))
                .collect(),
            private: kernel.private.iter().map(|a| Rc::new(vec![false; cells(a.bytes, a.cell)])).collect(),
            device: Rc::default(),
            clock: 0,
            threadgroup_sync: [0; 2],
            device_sync: [0; 2],
            weak: [None; 2],
        }
    }

    /// Something wrote an unknown part of an object: all of it counts as written.
    pub(super) fn initialise(&mut self, object: Option<Object>) {
        match object {
            Some(Object::Threadgroup(a)) => {
                Rc::make_mut(&mut self.threadgroup[a.index()]).iter_mut().for_each(|c| c.written = true);
            }
            Some(Object::Private(a)) => Rc::make_mut(&mut self.private[a.index()]).fill(true),
            _ => {}
        }
    }

    pub(super) fn barrier(&mut self, inst: ValueId, of_threadgroup: bool, flags: MemoryFlags) {
        self.clock += 1;
        for (i, ordered) in [flags.threadgroup, flags.device].into_iter().enumerate() {
            let sync = if i == 0 { &mut self.threadgroup_sync } else { &mut self.device_sync };
            if ordered {
                sync[1] = self.clock;
                if of_threadgroup {
                    sync[0] = self.clock;
                }
            } else if of_threadgroup {
                self.weak[i] = Some((inst, self.clock));
            }
        }
    }

    pub(super) fn access(&mut self, kernel: &Kernel, object: Object, access: Access) -> Seen {
        let mut seen = Seen::default();
        let range = |cell: u64| access.offset / cell..(access.offset + access.size).div_ceil(cell);
        match object {
            Object::Private(a) => {
                let array = &kernel.private[a.index()];
                if access.offset + access.size > u64::from(array.bytes) {
                    seen.outside = true;
                    return seen;
                }
                for i in range(u64::from(array.cell).max(SMALLEST)) {
                    if access.write && !self.private[a.index()][i as usize] {
                        Rc::make_mut(&mut self.private[a.index()])[i as usize] = true;
                    } else if !access.write {
                        seen.unwritten |= !self.private[a.index()][i as usize];
                    }
                }
            }
            Object::Threadgroup(a) => {
                let array = &kernel.threadgroup[a.index()];
                if access.offset.checked_add(access.size).is_none_or(|end| end > u64::from(array.bytes)) {
                    seen.outside = true;
                    return seen;
                }
                let clocks = (self.threadgroup_sync, self.clock, self.weak[0]);
                let cells = Rc::make_mut(&mut self.threadgroup[a.index()]);
                for i in range(u64::from(array.cell).max(SMALLEST)) {
                    touch(&mut cells[i as usize], object, access, clocks, &mut seen);
                }
            }
            Object::Buffer(b) => {
                if !kernel.buffers[b.index()].writable {
                    return seen;
                }
                let clocks = (self.device_sync, self.clock, self.weak[1]);
                let cell = Rc::make_mut(&mut self.device).entry((b.0, access.offset)).or_default();
                touch(cell, object, access, clocks, &mut seen);
                seen.unwritten = false;
            }
        }
        seen
    }

    pub(super) fn merge(&mut self, from: &Memory) {
        for (a, b) in self.threadgroup.iter_mut().zip(&from.threadgroup) {
            if !Rc::ptr_eq(a, b) {
                for (x, y) in Rc::make_mut(a).iter_mut().zip(b.iter()) {
                    join(x, y);
                }
            }
        }
        for (a, b) in self.private.iter_mut().zip(&from.private) {
            if !Rc::ptr_eq(a, b) {
                for (x, y) in Rc::make_mut(a).iter_mut().zip(b.iter()) {
                    *x |= y;
                }
            }
        }
        if !Rc::ptr_eq(&self.device, &from.device) {
            let device = Rc::make_mut(&mut self.device);
            for (key, cell) in from.device.iter() {
                join(device.entry(*key).or_default(), cell);
            }
        }
        // A barrier on one way counts for both: the doubt is the kernel's benefit.
        self.clock = self.clock.max(from.clock);
        for i in 0..2 {
            self.threadgroup_sync[i] = self.threadgroup_sync[i].max(from.threadgroup_sync[i]);
            self.device_sync[i] = self.device_sync[i].max(from.device_sync[i]);
            self.weak[i] = self.weak[i].or(from.weak[i]);
        }
    }
}

fn join(x: &mut Cell, y: &Cell) {
    x.written |= y.written;
    let later = |a: Option<Mark>, b: Option<Mark>| if b.map(|m| m.time) > a.map(|m| m.time) { b } else { a };
    if later(x.writer, y.writer) != x.writer {
        x.same = y.same;
    }
    x.writer = later(x.writer, y.writer);
    for i in 0..2 {
        x.readers[i] = later(x.readers[i], y.readers[i]);
    }
}

type Clocks = ([u32; 2], u32, Option<(ValueId, u32)>);

fn touch(cell: &mut Cell, object: Object, access: Access, (sync, clock, weak): Clocks, seen: &mut Seen) {
    let conflict = |mark: Mark, kind: RaceKind| {
        let same_simd = mark.thread / 32 == access.thread / 32;
        (mark.thread != access.thread && mark.time >= sync[usize::from(same_simd)]).then(|| Race {
            kind,
            object,
            first: mark.inst,
            second: access.inst,
            weak: weak.filter(|w| w.1 > mark.time).map(|w| w.0),
            same_simd,
        })
    };
    let mark = Mark { thread: access.thread, inst: access.inst, time: clock };
    if access.write {
        for reader in cell.readers.into_iter().flatten() {
            if seen.race.is_none_or(|r| r.same_simd) {
                seen.race = conflict(reader, RaceKind::WriteAfterRead).or(seen.race);
            }
        }
        if let Some(writer) = cell.writer
            && seen.race.is_none()
            && !(access.same && cell.same)
        {
            seen.race = conflict(writer, RaceKind::WriteAfterWrite);
        }
        seen.shared |= cell
            .writer
            .is_some_and(|w| w.inst == access.inst && conflict(w, RaceKind::WriteAfterWrite).is_some());
        cell.writer = Some(mark);
        cell.same = access.same;
        cell.written = true;
        return;
    }
    seen.unwritten |= !cell.written;
    if let Some(writer) = cell.writer {
        seen.race = seen.race.or_else(|| conflict(writer, RaceKind::ReadAfterWrite));
    }
    match cell.readers {
        [None, _] => cell.readers[0] = Some(mark),
        [Some(first), _] if first.time < sync[0] => cell.readers = [Some(mark), None],
        [Some(first), None] if first.thread != mark.thread => cell.readers[1] = Some(mark),
        [Some(first), Some(second)]
            if first.thread / 32 == second.thread / 32 && mark.thread / 32 != first.thread / 32 =>
        {
            cell.readers[1] = Some(mark);
        }
        _ => {}
    }
}
