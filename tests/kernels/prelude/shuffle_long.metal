// simd_shuffle_down of 64-bit integers.
// ember: input x = i64(32):arange(5000000000)
// ember: output y = i64(32)
// ember: expect y[0..31] = x[i] + 1
uint i = thread_position_in_grid.x;
y[i] = simd_shuffle_down(x[i], 1);
