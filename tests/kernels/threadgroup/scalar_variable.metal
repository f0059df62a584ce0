// A single threadgroup variable, written by one thread and read by all.
// ember: output y = i32(96)
// ember: threadgroup 32
// ember: expect y = div(i, 32) * 7
threadgroup int shared_value;
uint i = thread_position_in_grid.x;
if (thread_position_in_threadgroup.x == 0) shared_value = threadgroup_position_in_grid.x * 7;
threadgroup_barrier(mem_flags::mem_threadgroup);
y[i] = shared_value;
