// Bitwise atomics.
// ember: output y = u32(3)
// ember: atomic outputs
// ember: init 12
// ember: grid 3
// ember: expect y = [8, 15, 15]
uint bit = thread_position_in_grid.x;
atomic_fetch_and_explicit(&y[0], ~(1u << (bit * 2)), memory_order_relaxed);
atomic_fetch_or_explicit(&y[1], bit, memory_order_relaxed);
atomic_fetch_xor_explicit(&y[2], bit, memory_order_relaxed);
