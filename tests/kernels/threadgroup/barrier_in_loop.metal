// A tree reduction with a barrier in each turn.
// ember: input x = i32(256):arange
// ember: output y = i32(2)
// ember: grid 256
// ember: threadgroup 128
// ember: expect y = [8128, 24512]
threadgroup int buf[128];
uint l = thread_position_in_threadgroup.x;
buf[l] = x[thread_position_in_grid.x];
threadgroup_barrier(mem_flags::mem_threadgroup);
for (uint s = 64; s > 0; s >>= 1) {
    if (l < s) buf[l] += buf[l + s];
    threadgroup_barrier(mem_flags::mem_threadgroup);
}
if (l == 0) y[threadgroup_position_in_grid.x] = buf[0];
