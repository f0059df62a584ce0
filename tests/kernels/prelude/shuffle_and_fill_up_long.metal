// simd_shuffle_and_fill_up of 64-bit integers.
// ember: input x = u64(32):arange(1)
// ember: output y = u64(32)
// ember: expect y = i < 1 ? 99 : x[i - 1]
uint i = thread_position_in_grid.x;
y[i] = simd_shuffle_and_fill_up(x[i], uint64_t(99), 1);
