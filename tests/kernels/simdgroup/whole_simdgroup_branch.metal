// A simdgroup reduces while the other does something else.
// ember: output y = i32(64)
// ember: threadgroup 64
// ember: expect y = i < 32 ? 496 : 0
int i = thread_position_in_grid.x;
int v = 0;
if (simdgroup_index_in_threadgroup == 0) v = simd_sum(i);
y[i] = v;
