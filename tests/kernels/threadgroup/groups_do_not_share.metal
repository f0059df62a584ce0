// Each group has memory of its own.
// ember: output y = i32(12)
// ember: threadgroup 4
// ember: expect y = 6 + 4 * div(i, 4)
threadgroup int buf[4];
uint l = thread_position_in_threadgroup.x;
buf[l] = l + threadgroup_position_in_grid.x;
threadgroup_barrier(mem_flags::mem_threadgroup);
y[thread_position_in_grid.x] = buf[0] + buf[1] + buf[2] + buf[3];
