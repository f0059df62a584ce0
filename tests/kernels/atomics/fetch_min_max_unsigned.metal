// The same on uint: 0xFFFFFFF9 is large.
// ember: input x = u32:[5, 0xFFFFFFF9, 3]
// ember: output y = u32(2)
// ember: atomic outputs
// ember: init 4
// ember: grid 3
// ember: expect y = [3, 0xFFFFFFF9]
uint v = x[thread_position_in_grid.x];
atomic_fetch_min_explicit(&y[0], v, memory_order_relaxed);
atomic_fetch_max_explicit(&y[1], v, memory_order_relaxed);
