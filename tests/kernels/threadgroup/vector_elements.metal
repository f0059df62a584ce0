// Arrays of float4, written component by component.
// ember: output y = f32(16)
// ember: grid 16
// ember: threadgroup 16
// ember: expect y = i * 10
threadgroup float4 buf[4];
uint l = thread_position_in_threadgroup.x;
buf[l / 4][l % 4] = l * 10;
threadgroup_barrier(mem_flags::mem_threadgroup);
y[l] = ((threadgroup float*)buf)[l];
