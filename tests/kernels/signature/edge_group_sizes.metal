// In an edge group threads_per_threadgroup is smaller, dispatch_threads_per_threadgroup is not.
// ember: output y = u32(10)
// ember: output d = u32(10)
// ember: grid 10
// ember: threadgroup 4
// ember: expect y = i < 8 ? 4 : 2
// ember: expect d = 4
y[thread_position_in_grid.x] = threads_per_threadgroup.x;
d[thread_position_in_grid.x] = dispatch_threads_per_threadgroup.x;
