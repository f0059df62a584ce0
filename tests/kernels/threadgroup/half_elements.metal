// Half elements round when they are stored.
// ember: output y = f32(4)
// ember: threadgroup 4
// ember: expect y = [2048, 2048, 2050, 2052]
threadgroup half buf[4];
uint l = thread_position_in_threadgroup.x;
buf[l] = half(2048.0f + l);
threadgroup_barrier(mem_flags::mem_threadgroup);
y[l] = buf[l];
