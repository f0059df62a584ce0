//! The pool of freed memory and its figures.
//!
//! Fresh pages cost more than a pass over them: the system zeroes and maps each at its first touch. So blocks that
//! nobody holds are kept, by size class, up to a limit, and handed out again. Their content is unspecified.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The unit that memory is made of: aligned enough for any element.
pub(crate) type Cell = u128;

/// Blocks smaller than this are cheap to allocate and not kept.
const SMALLEST_KEPT: usize = 4 << 10;
/// Kept bytes until [`set_cache_limit`] says otherwise: this many, or a quarter of the most that was in use if that is
/// more. What programs use at once is then most of what they take from the system.
const USUAL_LIMIT: usize = 384 << 20;

/// Bytes of array memory, as counted by this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryStats {
    /// Held by buffers now.
    pub active: usize,
    /// The most that `active` has been since the start or [`reset_peak_memory`].
    pub peak: usize,
    /// Kept for reuse.
    pub cache: usize,
    /// Given by dead arrays to the results that overwrote them, since the start.
    pub donated: usize,
}

#[derive(Debug)]
struct Pool {
    stats: MemoryStats,
    /// Of [`set_cache_limit`].
    limit: Option<usize>,
    /// Free blocks by number of cells.
    free: BTreeMap<usize, Class>,
    /// Counts what was taken and given.
    time: u64,
}

/// Free blocks of one size.
#[derive(Debug, Default)]
struct Class {
    blocks: Vec<Vec<Cell>>,
    /// When one was last taken or given.
    used: u64,
}

static POOL: Mutex<Pool> = Mutex::new(Pool {
    stats: MemoryStats { active: 0, peak: 0, cache: 0, donated: 0 },
    limit: None,
    free: BTreeMap::new(),
    time: 0,
});

impl Pool {
    fn limit(&self) -> usize {
        self.limit.unwrap_or((self.stats.peak / 4).max(USUAL_LIMIT))
    }

    /// Marks a size as used now, and shows its blocks.
    fn class(&mut self, cells: usize) -> &mut Vec<Vec<Cell>> {
        self.time += 1;
        let class = self.free.entry(cells).or_default();
        class.used = self.time;
        &mut class.blocks
    }

    /// Takes blocks out, of the sizes that have been of no use for longest, until `bytes` more may be kept.
    fn make_room(&mut self, bytes: usize) -> Vec<Vec<Cell>> {
        let mut out = Vec::new();
        while self.stats.cache + bytes > self.limit() {
            let idle = self.free.values_mut().filter(|class| !class.blocks.is_empty());
            let Some(block) = idle.min_by_key(|class| class.used).and_then(|class| class.blocks.pop()) else {
                break;
            };
            self.stats.cache -= block.len() * size_of::<Cell>();
            out.push(block);
        }
        out
    }
}

fn pool() -> MutexGuard<'static, Pool> {
    // The pool is consistent between any two statements that could panic.
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Array memory in use, its peak, and what is kept for reuse.
pub fn memory_stats() -> MemoryStats {
    pool().stats
}

/// Counts memory that its last holder overwrites.
pub(crate) fn donated(bytes: usize) {
    pool().stats.donated += bytes;
}

/// Makes the peak the present use.
pub fn reset_peak_memory() {
    let mut pool = pool();
    pool.stats.peak = pool.stats.active;
}

/// Gives the memory kept for reuse back to the system.
pub fn clear_cache() {
    let mut pool = pool();
    pool.stats.cache = 0;
    let blocks = std::mem::take(&mut pool.free);
    // Freed after the lock.
    std::mem::drop(pool);
    std::mem::drop(blocks);
}

/// Keeps at most `bytes` for reuse from now on; returns the limit before.
pub fn set_cache_limit(bytes: usize) -> usize {
    let mut pool = pool();
    let before = pool.limit();
    pool.limit = Some(bytes);
    std::mem::drop(pool);
    if memory_stats().cache > bytes {
        clear_cache();
    }
    before
}

/// Sizes are rounded up to an eighth of their power of two, so that nearly equal sizes share blocks.
fn class(cells: usize) -> usize {
    let step = (cells.next_power_of_two() / 16).max(1);
    cells.next_multiple_of(step)
}

/// A block of at least `cells` cells; `None` when it is to be zero and none fresh is needed.
pub(crate) fn take(cells: usize, zeroed: bool) -> Vec<Cell> {
    let kept = cells * size_of::<Cell>() >= SMALLEST_KEPT;
    let cells = if kept { class(cells) } else { cells };
    let bytes = cells * size_of::<Cell>();
    let mut pool = pool();
    pool.stats.active += bytes;
    pool.stats.peak = pool.stats.peak.max(pool.stats.active);
    let reused = if kept { pool.class(cells).pop() } else { None };
    if reused.is_some() {
        pool.stats.cache -= bytes;
    }
    std::mem::drop(pool);
    let mut block = match reused {
        Some(mut block) if zeroed => {
            block.fill(0);
            return block;
        }
        Some(block) => block,
        None => {
            let mut block = vec![0; cells];
            large_pages(&mut block);
            block
        }
    };
    if cfg!(debug_assertions) && !zeroed {
        // Whoever reads what nobody wrote reads NaN, in every run.
        block.fill(Cell::MAX);
    }
    block
}

/// Asks the system to back a fresh block by large pages where it offers them: fewer faults at the first pass, and
/// matrices whose rows lie pages apart stay within the reach of the address caches.
#[cfg(target_os = "linux")]
fn large_pages(block: &mut [Cell]) {
    const LARGE: usize = 2 << 20;
    let range = block.as_mut_ptr_range();
    let (start, end) = ((range.start as usize).next_multiple_of(LARGE), range.end as usize / LARGE * LARGE);
    if start < end {
        // SAFETY: the range lies in the block, and the advice changes no content; where it is refused nothing happens.
        unsafe { libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_HUGEPAGE) };
    }
}

#[cfg(not(target_os = "linux"))]
fn large_pages(_: &mut [Cell]) {}

/// Takes a block back.
pub(crate) fn give(block: Vec<Cell>) {
    let bytes = block.len() * size_of::<Cell>();
    let mut pool = pool();
    pool.stats.active -= bytes;
    if bytes < SMALLEST_KEPT || bytes > pool.limit() {
        return;
    }
    // What is used again and again stays; a size that nobody asks for any more goes.
    let gone = pool.make_room(bytes);
    pool.stats.cache += bytes;
    pool.class(block.len()).push(block);
    // Freed after the lock.
    std::mem::drop(pool);
    std::mem::drop(gone);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_nobody_asks_for_leave_the_pool_first() {
        let cell = size_of::<Cell>();
        let stats = MemoryStats { cache: 60 * cell, ..MemoryStats::default() };
        let mut pool = Pool { stats, limit: Some(64 * cell), free: BTreeMap::new(), time: 0 };
        for cells in [10, 20, 10, 20] {
            pool.class(cells).push(vec![0; cells]);
        }
        // Blocks of 10 were used last.
        pool.class(10);
        let gone = pool.make_room(30 * cell);
        assert_eq!(gone.iter().map(Vec::len).collect::<Vec<_>>(), [20, 20]);
        assert_eq!(pool.stats.cache, 20 * cell);
        assert!(pool.make_room(44 * cell).is_empty(), "there is room");
        assert_eq!(pool.make_room(60 * cell).len(), 2);
        assert_eq!(pool.stats.cache, 0);
    }
}
