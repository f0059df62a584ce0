// Each axis of the group is clamped to the grid.
// ember: output y = u32(3)
// ember: grid 3, 2, 1
// ember: threadgroup 16, 8, 4
// ember: expect y = [3, 2, 1]
if (thread_index_in_threadgroup == 0) {
    y[0] = threads_per_threadgroup.x;
    y[1] = threads_per_threadgroup.y;
    y[2] = threads_per_threadgroup.z;
}
