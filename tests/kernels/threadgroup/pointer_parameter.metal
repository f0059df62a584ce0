// Threadgroup memory passed to a function.
// ember: input x = f32(64):arange
// ember: output y = f32(1)
// ember: grid 64
// ember: threadgroup 64
// ember: expect y = [2016]
// ember: [header]
float total(const threadgroup float* p, int n) {
    float t = 0;
    for (int k = 0; k < n; k++) t += p[k];
    return t;
}
// ember: [body]
threadgroup float buf[64];
uint l = thread_position_in_threadgroup.x;
buf[l] = x[l];
threadgroup_barrier(mem_flags::mem_threadgroup);
if (l == 0) y[0] = total(buf, 64);
