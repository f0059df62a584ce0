// A function with a barrier, called by the whole threadgroup.
// ember: input x = i32(64):arange
// ember: output y = i32(64)
// ember: threadgroup 64
// ember: expect y = (i + 1) % 64
// ember: [header]
int rotate_left(threadgroup int* buf, int lane, int v) {
    buf[lane] = v;
    threadgroup_barrier(mem_flags::mem_threadgroup);
    return buf[(lane + 1) % 64];
}
// ember: [body]
threadgroup int buf[64];
int lane = thread_position_in_threadgroup.x;
y[lane] = rotate_left(buf, lane, x[lane]);
