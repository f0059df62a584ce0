// The grid counts threads: the last group is partial, nobody exists past the edge.
// ember: output y = u32(7)
// ember: output threads = u32(1)
// ember: init 0
// ember: grid 7
// ember: threadgroup 4
// ember: expect y = [4, 4, 4, 4, 3, 3, 3]
// ember: expect threads = [7]
y[thread_position_in_grid.x] = threads_per_threadgroup.x;
atomic_fetch_add_explicit((device atomic_uint*)threads, 1u, memory_order_relaxed);
