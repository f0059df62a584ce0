// An atomic outside changes nothing.
// ember: output y = i32(2)
// ember: atomic outputs
// ember: init 0
// ember: grid 4
// ember: expect y = [1, 1]
atomic_fetch_add_explicit(&y[thread_position_in_grid.x], 1, memory_order_relaxed);
