// thread_execution_width in groups of 40 threads: a full simdgroup and one of eight.
// ember: output y = u32(80)
// ember: threadgroup 40
// ember: expect y = 32
uint v = thread_execution_width;
y[thread_position_in_grid.x] = v;
