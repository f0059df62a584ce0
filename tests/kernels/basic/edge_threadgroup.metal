// Exactly `grid` threads run, and the last threadgroup is smaller.
// ember: output y = u32(10)
// ember: grid 10
// ember: threadgroup 4
// ember: expect y = [4, 4, 4, 4, 4, 4, 4, 4, 2, 2]
y[thread_position_in_grid.x] = threads_per_threadgroup.x;
