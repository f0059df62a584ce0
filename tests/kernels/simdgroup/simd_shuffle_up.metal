// simd_shuffle_up reads the lane below; the lowest lanes keep their own value.
// ember: input x = i32(64):arange
// ember: output y = i32(64)
// ember: threadgroup 64
// ember: expect y = i % 32 < 2 ? i : i - 2
uint i = thread_position_in_grid.x;
y[i] = simd_shuffle_up(x[i], 2);
