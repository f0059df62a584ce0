// An atomic in threadgroup memory.
// ember: output y = i32(3)
// ember: grid 96
// ember: threadgroup 32
// ember: expect y = [32, 32, 32]
threadgroup atomic_int count;
if (thread_position_in_threadgroup.x == 0) atomic_store_explicit(&count, 0, memory_order_relaxed);
threadgroup_barrier(mem_flags::mem_threadgroup);
atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
threadgroup_barrier(mem_flags::mem_threadgroup);
if (thread_position_in_threadgroup.x == 0)
    y[threadgroup_position_in_grid.x] = atomic_load_explicit(&count, memory_order_relaxed);
