// Threadgroup memory is bounded too.
// ember: output y = i32(4)
// ember: threadgroup 4
// ember: expect y = [7, 7, 0, 0]
threadgroup int buf[2];
int l = thread_position_in_threadgroup.x;
buf[l] = 7;
threadgroup_barrier(mem_flags::mem_threadgroup);
y[l] = buf[l];
