// Threads of a group exchange values through threadgroup memory.
// ember: input x = i32(128):arange
// ember: output y = i32(128)
// ember: threadgroup 64
// ember: expect y = div(i, 64) * 64 + 63 - i % 64
threadgroup int buf[64];
uint l = thread_position_in_threadgroup.x, i = thread_position_in_grid.x;
buf[l] = x[i];
threadgroup_barrier(mem_flags::mem_threadgroup);
y[i] = buf[63 - l];
