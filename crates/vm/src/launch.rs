//! Launches: the grid cut into blocks, the blocks spread over threads.
//!
//! How the grid is cut depends on the launch alone, never on the number of threads, so that results are the same bits
//! whatever runs them.

use crate::machine::{Block, Limits, Machine};
use crate::memory::{BufferArg, Bytes, finish_streams};
use crate::program::Program;
use emberforge_base::{Error, ErrorKind, Result};
use emberforge_ir::Attribute;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use crate::machine::{Geometry, INDEPENDENT, Lanes, Within};

/// Lanes of a block whose lanes are independent.
const FREE_LANES: u32 = 4096;
/// Lanes of a block of threadgroups, at most (one threadgroup of up to 1024 threads always fits).
const GROUP_LANES: u32 = 4096;
/// Lanes along x from which on a block stays in one row, where x is a progression and y is uniform. Without loops a block
/// is soon done, and what it costs to start one counts more: short rows share blocks.
const LONG_ROW: u64 = 256;
const LONGER_ROW: u64 = 1280;
/// Private and threadgroup memory of a block that still fits a core's second-level cache.
const BLOCK_MEMORY: usize = 512 << 10;
/// Bytes per lane that a register takes on average: many are uniform or symbolic, most vectors are 4 bytes wide.
const REGISTER_SHARE: usize = 2;
/// Blocks are not made smaller than this to save memory.
const FEWEST_LANES: u32 = 128;
/// Loop iterations per block when the caller sets no limit: minutes of the smallest loop, more than real kernels make.
const DEFAULT_FUEL: u64 = 1 << 32;
/// Below this many lanes a launch runs on the calling thread.
const PARALLEL_LANES: u64 = 1 << 14;

/// How a kernel is launched.
#[derive(Clone, Copy, Debug)]
pub struct Launch<'a> {
    /// Threads per axis.
    pub grid: [u32; 3],
    /// Threads of a threadgroup per axis; clamped to the grid.
    pub threadgroup: [u32; 3],
    /// Worker threads; 0 is one per core.
    pub threads: usize,
    /// Loop iterations that one block of threads may execute; `None` is 2^32.
    pub fuel: Option<u64>,
    /// Stops the launch when it becomes true.
    pub stop: Option<&'a AtomicBool>,
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunStats {
    /// Blocks executed.
    pub blocks: u64,
    /// Worker threads used.
    pub threads: usize,
}

/// A launch cut into units of work.
struct Plan {
    geometry: Geometry,
    shape: Shape,
    units: u64,
    capacity: u32,
    /// Threadgroups per block, at most.
    groups: u32,
}

enum Shape {
    /// Segments of lines: `line` lanes each, `segments` per line.
    Free { line: u64, segments: u64, lanes: u64, within: Within },
    /// Per line of threadgroups along x: `chunks` of up to `groups` full threadgroups, then the edge one if any.
    Groups { full: u32, chunks: u64, edge: u32 },
}

impl Plan {
    fn new(program: &Program, launch: &Launch<'_>) -> Self {
        let grid = launch.grid;
        let threadgroup = std::array::from_fn(|i| launch.threadgroup[i].clamp(1, grid[i].max(1)));
        let geometry = Geometry { grid, threadgroup };
        let even = (0..3).all(|i| grid[i].is_multiple_of(threadgroup[i]));
        let free = !program.needs.groups
            && program.attributes.iter().all(|&(_, a, _)| match a {
                Attribute::ThreadPositionInGrid
                | Attribute::ThreadsPerGrid
                | Attribute::DispatchThreadsPerThreadgroup
                | Attribute::ThreadgroupsPerGrid
                | Attribute::DispatchSimdgroupsPerThreadgroup
                | Attribute::DispatchQuadgroupsPerThreadgroup => true,
                Attribute::ThreadsPerThreadgroup => even,
                _ => false,
            });
        let [x, y, z] = grid.map(u64::from);
        if free {
            let whole_row = if program.loops || y == 1 { LONG_ROW } else { LONGER_ROW };
            let (line, within) = if x >= whole_row {
                (x, Within::Row)
            } else if x * y >= LONG_ROW || z == 1 {
                (x * y, Within::Plane)
            } else {
                (x * y * z, Within::Grid)
            };
            // A short line needs no more room than its lanes.
            let lanes = u64::from(lanes_for(program, FREE_LANES)).min(line.next_multiple_of(32));
            let capacity = lanes as u32;
            let segments = line.div_ceil(lanes);
            let units = (x * y).saturating_mul(z) / line.max(1) * segments;
            let shape = Shape::Free { line, segments, lanes, within };
            return Plan { geometry, shape, units, capacity, groups: 1 };
        }
        let lanes: u32 = threadgroup.iter().product();
        let memory: usize = program.layout.threadgroup.iter().sum();
        let most = (BLOCK_MEMORY / memory.max(1)).max(1) as u32;
        let groups = (lanes_for(program, GROUP_LANES) / lanes.max(1)).clamp(1, most);
        let (full, edge) = (grid[0] / threadgroup[0], grid[0] % threadgroup[0]);
        let chunks = u64::from(full.div_ceil(groups));
        let lines = u64::from(geometry.groups(1)) * u64::from(geometry.groups(2));
        let units = lines * (chunks + u64::from(edge > 0));
        let capacity = (lanes * groups).next_multiple_of(32);
        Plan { geometry, shape: Shape::Groups { full, chunks, edge }, units, capacity, groups }
    }

    /// Runs one unit, in as many blocks as it takes.
    fn run_unit(&self, machine: &mut Machine<'_>, unit: u64) -> Result<u64> {
        let mut blocks = 0;
        match self.shape {
            Shape::Free { line, segments, lanes, within } => {
                let start = (unit / segments) * line + (unit % segments) * lanes;
                let end = (start + lanes).min((unit / segments + 1) * line);
                let mut first = start;
                while first < end {
                    let block = Block {
                        lanes: (end - first) as u32,
                        may_end: true,
                        groups: 1,
                        group_lanes: INDEPENDENT,
                        places: Lanes::Free { first, within },
                        geometry: self.geometry,
                    };
                    first += u64::from(machine.run(block)?);
                    blocks += 1;
                }
            }
            Shape::Groups { full, chunks, edge } => {
                let per_line = chunks + u64::from(edge > 0);
                let (line, chunk) = (unit / per_line, unit % per_line);
                let rows = u64::from(self.geometry.groups(1));
                let (gy, gz) = ((line % rows) as u32, (line / rows) as u32);
                let [tx, ty, tz] = self.geometry.threadgroup;
                let [_, y, z] = self.geometry.grid;
                let at_edge = chunk == chunks;
                let gx = if at_edge { full } else { chunk as u32 * self.groups };
                let size = [if at_edge { edge } else { tx }, ty.min(y - gy * ty), tz.min(z - gz * tz)];
                let groups = if at_edge { 1 } else { self.groups.min(full - gx) };
                let group_lanes: u32 = size.iter().product();
                let block = Block {
                    lanes: group_lanes * groups,
                    may_end: false,
                    groups,
                    group_lanes,
                    places: Lanes::Groups { first: [gx, gy, gz], size },
                    geometry: self.geometry,
                };
                machine.run(block)?;
                blocks += 1;
            }
        }
        Ok(blocks)
    }
}

/// How many lanes a block has when each needs the program's private memory and registers.
fn lanes_for(program: &Program, most: u32) -> u32 {
    let private: usize = program.layout.private.iter().map(|p| p.bytes).sum();
    let fit = BLOCK_MEMORY / (private + REGISTER_SHARE * program.slots).max(1);
    let fit = u32::try_from(fit).unwrap_or(most).clamp(FEWEST_LANES, most);
    1 << fit.ilog2()
}

impl Program {
    /// Runs the kernel over the grid.
    ///
    /// # Errors
    /// When the launch is impossible (zero sizes, over 1024 threads per threadgroup, wrong number of buffers), runs out
    /// of fuel, or is stopped. Buffers then hold what had been written.
    pub fn run(&self, launch: &Launch<'_>, buffers: &mut [BufferArg<'_>]) -> Result<RunStats> {
        self.check(launch, buffers)?;
        let bytes: Vec<Bytes<'_>> =
            buffers.iter_mut().map(|b| Bytes::new(b, !self.needs.reads_outputs)).collect();
        let plan = Plan::new(self, launch);
        let limits = Limits { fuel: launch.fuel.unwrap_or(DEFAULT_FUEL), stop: launch.stop };
        let machine = || Machine::new(self, &bytes, limits, plan.capacity as usize, plan.groups as usize);
        let available = cores();
        let lanes = launch.grid.iter().map(|&n| u128::from(n)).product::<u128>();
        let wanted = if launch.threads == 0 { available } else { launch.threads };
        let threads = if self.needs.order || plan.units <= 1 || lanes < u128::from(PARALLEL_LANES) {
            1
        } else {
            wanted.min(usize::try_from(plan.units).unwrap_or(usize::MAX))
        };
        let stopped = || launch.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
        if threads == 1 {
            let mut machine = machine();
            let mut blocks = 0;
            for unit in 0..plan.units {
                if stopped() {
                    return Err(Error::new(ErrorKind::Stopped, "the kernel was interrupted"));
                }
                blocks += plan.run_unit(&mut machine, unit)?;
            }
            finish_streams();
            return Ok(RunStats { blocks, threads });
        }
        // Workers take runs of units from a common counter: neighbours stay together, the end is shared out evenly.
        let next = AtomicU64::new(0);
        let step = (plan.units / (threads as u64 * 32)).max(1);
        let blocks = AtomicU64::new(0);
        let failure: Mutex<Option<Error>> = Mutex::new(None);
        let failed = AtomicBool::new(false);
        let work = || {
            let mut machine = machine();
            loop {
                let first = next.fetch_add(step, Ordering::Relaxed);
                if first >= plan.units || failed.load(Ordering::Relaxed) {
                    return finish_streams();
                }
                for unit in first..(first + step).min(plan.units) {
                    let result = if stopped() {
                        Err(Error::new(ErrorKind::Stopped, "the kernel was interrupted"))
                    } else {
                        plan.run_unit(&mut machine, unit)
                    };
                    match result {
                        Ok(n) => {
                            blocks.fetch_add(n, Ordering::Relaxed);
                        }
                        Err(error) => {
                            failed.store(true, Ordering::Relaxed);
                            if let Ok(mut first) = failure.lock() {
                                first.get_or_insert(error);
                            }
                            return;
                        }
                    }
                }
            }
        };
        // The pool that everything else runs on, where it has as many threads: two would wake up and fall asleep in turn.
        if threads == rayon::current_num_threads() {
            rayon::scope(|scope| (0..threads).for_each(|_| scope.spawn(|_| work())));
        } else {
            pool(threads)?.scope(|scope| (0..threads).for_each(|_| scope.spawn(|_| work())));
        }
        match failure.into_inner().ok().flatten() {
            Some(error) => Err(error),
            None => Ok(RunStats { blocks: blocks.into_inner(), threads }),
        }
    }

    fn check(&self, launch: &Launch<'_>, buffers: &[BufferArg<'_>]) -> Result<()> {
        for (what, size) in [("grid", launch.grid), ("threadgroup", launch.threadgroup)] {
            if size.contains(&0) {
                return Err(Error::invalid(format!(
                    "{what} ({}, {}, {}) has a zero size; every axis needs at least 1",
                    size[0], size[1], size[2]
                )));
            }
        }
        let product = launch.threadgroup.iter().map(|&n| u64::from(n)).fold(1u64, u64::saturating_mul);
        if product > 1024 {
            return Err(Error::invalid(format!(
                "threadgroup of {product} threads is too large (limit 1024); choose sizes whose product is at most 1024"
            )));
        }
        if buffers.len() != self.layout.buffers {
            return Err(Error::internal(format!(
                "kernel `{}` has {} buffers, the launch gives {}",
                self.name,
                self.layout.buffers,
                buffers.len()
            )));
        }
        for (i, buffer) in buffers.iter().enumerate() {
            if self.layout.writable[i] != matches!(buffer, BufferArg::Write(_)) {
                return Err(Error::internal(format!(
                    "buffer {i} of kernel `{}` has the wrong access",
                    self.name
                )));
            }
            if let BufferArg::View { bytes, origin } = buffer
                && *origin > bytes.len()
            {
                return Err(Error::internal(format!(
                    "buffer {i} of kernel `{}` begins at byte {origin} of {}",
                    self.name,
                    bytes.len()
                )));
            }
        }
        Ok(())
    }

    /// Names of what the program needs of a launch, for display: whether threadgroups run in lockstep blocks, and
    /// whether their order is kept.
    pub fn describe(&self) -> String {
        format!(
            "{} slots, {} constants, {}{}",
            self.slots,
            self.constants.len(),
            if self.needs.groups { "whole threadgroups in lockstep" } else { "independent lanes" },
            if self.needs.order { ", threadgroups in order" } else { "" }
        )
    }
}

/// Cores this process may use, asked once: on Linux the answer is read from files.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// A pool of `threads` workers, made once.
fn pool(threads: usize) -> Result<Arc<rayon::ThreadPool>> {
    static POOLS: OnceLock<Mutex<Vec<Arc<rayon::ThreadPool>>>> = OnceLock::new();
    let mut pools = POOLS
        .get_or_init(Mutex::default)
        .lock()
        .map_err(|_| Error::internal("a worker thread panicked while a pool was made"))?;
    if let Some(pool) = pools.iter().find(|p| p.current_num_threads() == threads) {
        return Ok(pool.clone());
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|i| format!("ember-{i}"))
        .build()
        .map_err(|e| Error::invalid(format!("cannot start {threads} worker threads ({e}); use fewer")))?;
    let pool = Arc::new(pool);
    pools.push(pool.clone());
    Ok(pool)
}
