// A tree by simd_shuffle_down over a simdgroup of exactly 16 active lanes.
// ember: input x = i32(16):arange(1)
// ember: output y = i32(1)
// ember: grid 16
// ember: expect y = [136]
int v = x[thread_position_in_grid.x];
for (ushort d = 8; d > 0; d /= 2) v += simd_shuffle_down(v, d);
if (thread_position_in_grid.x == 0) y[0] = v;
