// 1000 groups of three threads, each with memory of its own.
// ember: output y = i32(3000)
// ember: threadgroup 3
// ember: expect y = div(i, 3) * 3
threadgroup int first;
int i = thread_position_in_grid.x;
if (thread_position_in_threadgroup.x == 0) first = i;
threadgroup_barrier(mem_flags::mem_threadgroup);
y[i] = first;
