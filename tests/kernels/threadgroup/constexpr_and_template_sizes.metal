// Sizes from template arguments and constexpr arithmetic.
// ember: template N = 16
// ember: output y = i32(32)
// ember: threadgroup 16
// ember: expect y = div(i, 16) * 16 + (i + 1) % 16
constexpr int PAD = 1;
threadgroup int buf[N + PAD];
uint l = thread_position_in_threadgroup.x;
buf[l + PAD] = thread_position_in_grid.x;
threadgroup_barrier(mem_flags::mem_threadgroup);
y[thread_position_in_grid.x] = buf[(l + 1) % N + PAD];
