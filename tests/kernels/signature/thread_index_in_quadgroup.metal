// thread_index_in_quadgroup in groups of 40 threads: a full simdgroup and one of eight.
// ember: output y = u32(80)
// ember: threadgroup 40
// ember: expect y = i % 4
uint v = thread_index_in_quadgroup;
y[thread_position_in_grid.x] = v;
