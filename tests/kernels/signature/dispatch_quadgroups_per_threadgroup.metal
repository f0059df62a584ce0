// dispatch_quadgroups_per_threadgroup in groups of 40 threads: a full simdgroup and one of eight.
// ember: output y = u32(80)
// ember: threadgroup 40
// ember: expect y = 10
uint v = dispatch_quadgroups_per_threadgroup;
y[thread_position_in_grid.x] = v;
