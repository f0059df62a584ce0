//! A scalar executor of the IR, written to be obviously right, that the vector machine is compared with.
//!
//! Every thread is a little machine over the statement tree ([`thread`]). The threads of a threadgroup run one after
//! the other until each has ended or waits at a collective instruction; then the waiting ones are served. *Which* ones
//! follows from one rule: a waiting thread's position is the path of statement indices, branches and loop iterations
//! that lead to it, and the smallest position is served first. That is the order in which a lockstep machine, which
//! runs `then` before `else` and a loop until no lane is left in it, comes to them. Threads at equal positions are the
//! active ones. A barrier waits until nothing else can be served.
//!
//! Memory is bounds-checked bytes, all zero where the IR says undefined. Threadgroups run in order, x fastest. It
//! relies on `emberforge_ir::scalar` for arithmetic, and on the kernel being verified; it refuses nothing else.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part")]

mod lanes;
pub mod random;
mod thread;

use emberforge_ir::{Barrier, Block, Kernel, Op, Stmt, ValueId};
use thread::Thread;

/// How many threads, in which groups, for how long.
#[derive(Clone, Copy, Debug)]
pub struct Launch {
    /// Threads in all.
    pub grid: [u32; 3],
    /// Threads of a group, no more than the grid on each axis.
    pub threadgroup: [u32; 3],
    /// Statements to execute, over all threads, before giving up.
    pub fuel: u64,
}

/// Runs `kernel` on `buffers`, one for each of its parameters.
pub fn run(kernel: &Kernel, launch: &Launch, buffers: &mut [Vec<u8>]) -> Result<(), String> {
    if buffers.len() != kernel.buffers.len() {
        return Err(format!("{} buffers for {} parameters", buffers.len(), kernel.buffers.len()));
    }
    let mut fuel = launch.fuel;
    let [nx, ny, nz] = groups(launch);
    for z in 0..nz {
        for y in 0..ny {
            for x in 0..nx {
                threadgroup(kernel, launch, [x, y, z], buffers, &mut fuel)?;
            }
        }
    }
    Ok(())
}

/// Number of threadgroups on each axis; the last may be smaller than the others.
pub fn groups(launch: &Launch) -> [u32; 3] {
    [0, 1, 2].map(|i| launch.grid[i].div_ceil(launch.threadgroup[i].max(1)))
}

/// What the threads of a group share.
pub(crate) struct Shared<'a> {
    kernel: &'a Kernel,
    launch: &'a Launch,
    /// This group's place among the groups.
    group: [u32; 3],
    /// Its size, smaller at the grid's edge.
    size: [u32; 3],
    buffers: &'a mut [Vec<u8>],
    arrays: Vec<Vec<u8>>,
    fuel: &'a mut u64,
}

fn threadgroup(
    kernel: &Kernel,
    launch: &Launch,
    group: [u32; 3],
    buffers: &mut [Vec<u8>],
    fuel: &mut u64,
) -> Result<(), String> {
    let size =
        [0, 1, 2].map(|i| launch.threadgroup[i].min(launch.grid[i] - group[i] * launch.threadgroup[i]));
    let arrays = kernel.threadgroup.iter().map(|array| vec![0; array.bytes as usize]).collect();
    let mut shared = Shared { kernel, launch, group, size, buffers, arrays, fuel };
    let count = size[0] * size[1] * size[2];
    let mut threads: Vec<Thread<'_>> = (0..count).map(|index| Thread::new(kernel, index)).collect();
    loop {
        for thread in &mut threads {
            thread.advance(&mut shared)?;
        }
        if threads.iter().all(|thread| thread.waits_at().is_none()) {
            return Ok(());
        }
        let mut served = false;
        for simdgroup in threads.chunks_mut(32) {
            served |= serve(kernel, simdgroup, false);
        }
        if !served {
            // Every simdgroup has come to a threadgroup barrier.
            serve(kernel, &mut threads, true);
        }
    }
}

/// Lets the threads that stand first go on; `barrier` tells whether that may be a threadgroup barrier.
fn serve(kernel: &Kernel, threads: &mut [Thread<'_>], barrier: bool) -> bool {
    let Some(first) = threads.iter().filter(|t| t.waits_at().is_some()).map(Thread::position).min() else {
        return false;
    };
    let active: Vec<bool> = threads.iter().map(|t| t.waits_at().is_some() && t.position() == first).collect();
    let Some(at) = threads.iter().zip(&active).find(|(_, active)| **active).and_then(|(t, _)| t.waits_at())
    else {
        return false;
    };
    if matches!(kernel.inst(at).op, Op::Barrier(Barrier::Threadgroup, _)) != barrier {
        return false;
    }
    let results = lanes::combine(kernel, at, threads, &active);
    for ((thread, active), result) in threads.iter_mut().zip(active).zip(results) {
        if active {
            thread.resume(at, result);
        }
    }
    true
}
