// An inclusive scan by doubling, two barriers a turn.
// ember: input x = i32(64):ones
// ember: output y = i32(64)
// ember: threadgroup 64
// ember: expect y = i + 1
threadgroup int buf[64];
uint l = thread_position_in_threadgroup.x;
buf[l] = x[l];
for (uint d = 1; d < 64; d <<= 1) {
    threadgroup_barrier(mem_flags::mem_threadgroup);
    int v = l >= d ? buf[l - d] : 0;
    threadgroup_barrier(mem_flags::mem_threadgroup);
    buf[l] += v;
}
y[l] = buf[l];
