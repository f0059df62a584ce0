// Atomic outputs with an initial value.
// ember: input x = u32(5000):randint(0, 8, 11)
// ember: output counts = u32(8)
// ember: atomic outputs
// ember: init 0
// ember: grid 5000
// ember: threadgroup 128
// ember: expect counts = sum(j in 0..5000: x[j] == i)
// ember: expect sum(counts) = 5000
atomic_fetch_add_explicit(&counts[x[thread_position_in_grid.x]], 1u, memory_order_relaxed);
