// Declared in the middle of the body, after an early return.
// ember: output y = i32(8)
// ember: init -1
// ember: threadgroup 8
// ember: expect y = [10, 10, 10, 10, 10, -1, -1, -1]
uint l = thread_position_in_threadgroup.x;
if (l >= 5) return;
threadgroup int buf[8];
buf[l] = l;
threadgroup_barrier(mem_flags::mem_threadgroup);
y[l] = buf[0] + buf[1] + buf[2] + buf[3] + buf[4];
