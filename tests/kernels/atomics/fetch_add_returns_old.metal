// fetch_add gives the value before: each thread gets a number of its own.
// ember: input x = i32(100):ones
// ember: output y = i32(101)
// ember: atomic outputs
// ember: init 0
// ember: grid 100
// ember: expect y[100] = 100
// ember: expect y[0..100] = 1
int at = atomic_fetch_add_explicit(&y[100], 1, memory_order_relaxed);
atomic_store_explicit(&y[at], x[thread_position_in_grid.x], memory_order_relaxed);
