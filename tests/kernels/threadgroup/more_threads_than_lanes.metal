// A group of 1024 threads, the largest there is.
// ember: output y = i32(1024)
// ember: threadgroup 1024
// ember: expect y = 1023 - i
threadgroup int buf[1024];
uint l = thread_position_in_threadgroup.x;
buf[l] = l;
threadgroup_barrier(mem_flags::mem_threadgroup);
y[l] = buf[1023 - l];
