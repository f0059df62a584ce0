// A threadgroup larger than the grid is clamped to it.
// ember: output y = u32(4)
// ember: grid 4
// ember: threadgroup 256
// ember: expect y = 4
y[thread_position_in_grid.x] = threads_per_threadgroup.x;
