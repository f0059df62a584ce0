// A barrier under a condition that is the same for the whole group.
// ember: output y = i32(64)
// ember: threadgroup 32
// ember: expect y = i < 32 ? 31 - i : -1
threadgroup int buf[32];
uint l = thread_position_in_threadgroup.x, i = thread_position_in_grid.x;
if (threadgroup_position_in_grid.x == 0) {
    buf[l] = l;
    threadgroup_barrier(mem_flags::mem_threadgroup);
    y[i] = buf[31 - l];
} else {
    y[i] = -1;
}
