// The same bytes as uint and as float.
// ember: output y = f32(4)
// ember: threadgroup 4
// ember: expect y = [1, 1, 1, 1]
threadgroup uint buf[4];
uint l = thread_position_in_threadgroup.x;
buf[l] = 0x3f800000u;
threadgroup_barrier(mem_flags::mem_threadgroup);
y[l] = ((threadgroup float*)buf)[3 - l];
