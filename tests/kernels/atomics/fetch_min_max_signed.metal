// fetch_min and fetch_max compare ints with their sign.
// ember: input x = i32:[5, -7, 3, -2]
// ember: output y = i32(2)
// ember: atomic outputs
// ember: init 0
// ember: grid 4
// ember: expect y = [-7, 5]
int v = x[thread_position_in_grid.x];
atomic_fetch_min_explicit(&y[0], v, memory_order_relaxed);
atomic_fetch_max_explicit(&y[1], v, memory_order_relaxed);
