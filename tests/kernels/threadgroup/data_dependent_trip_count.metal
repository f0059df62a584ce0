// Groups loop different numbers of turns around a barrier.
// ember: input n = i32:[1, 4, 0]
// ember: output y = i32(3)
// ember: grid 24
// ember: threadgroup 8
// ember: expect y = [1, 4, 0]
threadgroup int count;
uint g = threadgroup_position_in_grid.x, l = thread_position_in_threadgroup.x;
if (l == 0) count = 0;
threadgroup_barrier(mem_flags::mem_threadgroup);
for (int k = 0; k < n[g]; k++) {
    if (l == uint(k)) count += 1;
    threadgroup_barrier(mem_flags::mem_threadgroup);
}
if (l == 0) y[g] = count;
