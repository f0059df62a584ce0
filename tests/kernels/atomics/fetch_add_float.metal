// Float sums of all threads; the numbers are exact in any order.
// ember: input x = f32(1000):ones
// ember: output y = f32(1)
// ember: atomic outputs
// ember: init 0
// ember: grid 1000
// ember: expect y = [1000]
atomic_fetch_add_explicit(&y[0], x[thread_position_in_grid.x], memory_order_relaxed);
