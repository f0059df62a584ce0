// mem_device makes writes to an output visible to the group.
// ember: output y = i32(32)
// ember: output z = i32(32)
// ember: threadgroup 32
// ember: expect z = (i + 1) % 32 * 3
uint l = thread_position_in_threadgroup.x;
y[l] = l * 3;
threadgroup_barrier(mem_flags::mem_device);
z[l] = y[(l + 1) % 32];
