// 1000 threads in groups of 256: exactly 1000 run.
// ember: output y = u32(1000)
// ember: output count = u32(1)
// ember: init 0
// ember: grid 1000
// ember: threadgroup 256
// ember: expect y = 1
// ember: expect count = [1000]
y[thread_position_in_grid.x] += 1;
atomic_fetch_add_explicit((device atomic_uint*)count, 1u, memory_order_relaxed);
