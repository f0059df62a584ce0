// simdgroups_per_threadgroup in groups of 40 threads: a full simdgroup and one of eight.
// ember: output y = u32(80)
// ember: threadgroup 40
// ember: expect y = 2
uint v = simdgroups_per_threadgroup;
y[thread_position_in_grid.x] = v;
