// A simdgroup reduction; the last simdgroup is partial.
// ember: input x = i32(50):arange(1)
// ember: output y = i32(50)
// ember: grid 50
// ember: threadgroup 64
// ember: expect y[0..32] = (32 * 33 / 2)
// ember: expect y[32..50] = (50 * 51 / 2 - 32 * 33 / 2)
uint i = thread_position_in_grid.x;
y[i] = simd_sum(x[i]);
