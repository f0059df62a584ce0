// simd_broadcast_first takes the lowest active lane, here the second of each simdgroup.
// ember: output y = i32(64)
// ember: init -1
// ember: threadgroup 64
// ember: expect y = i % 32 == 0 ? -1 : div(i, 32) * 32 + 1
int i = thread_position_in_grid.x;
if (i % 32 > 0) y[i] = simd_broadcast_first(i);
