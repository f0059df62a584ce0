// An array of threadgroup atomics.
// ember: input x = u8(64):randint(0, 4, 1)
// ember: output y = u32(4)
// ember: grid 64
// ember: threadgroup 64
// ember: expect y = sum(j in 0..64: x[j] == i)
threadgroup atomic_uint bins[4];
uint l = thread_position_in_threadgroup.x;
if (l < 4) atomic_store_explicit(&bins[l], 0, memory_order_relaxed);
threadgroup_barrier(mem_flags::mem_threadgroup);
atomic_fetch_add_explicit(&bins[x[l]], 1, memory_order_relaxed);
threadgroup_barrier(mem_flags::mem_threadgroup);
if (l < 4) y[l] = atomic_load_explicit(&bins[l], memory_order_relaxed);
