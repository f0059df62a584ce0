// Only the threads of a branch take part.
// ember: output y = i32(1)
// ember: atomic outputs
// ember: init 0
// ember: grid 100
// ember: expect y = [34]
if (thread_position_in_grid.x % 3 == 0)
    atomic_fetch_add_explicit(&y[0], 1, memory_order_relaxed);
