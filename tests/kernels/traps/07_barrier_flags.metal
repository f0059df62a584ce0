// mem_none is an execution barrier, mem_device and combinations work too.
// ember: output y = i32(64)
// ember: output z = i32(64)
// ember: threadgroup 64
// ember: expect z = 63 - i
threadgroup int buf[64];
uint l = thread_position_in_threadgroup.x;
buf[l] = l;
threadgroup_barrier(mem_flags::mem_device | mem_flags::mem_threadgroup);
y[l] = buf[63 - l];
threadgroup_barrier(mem_flags::mem_none);
threadgroup_barrier(mem_flags::mem_device);
z[l] = y[l];
