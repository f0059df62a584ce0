// simd_sum of halves is a half.
// ember: input x = f16(32):full(0.5)
// ember: output y = f32(2)
// ember: grid 32
// ember: expect y = [16, 2]
half s = simd_sum(x[thread_position_in_grid.x]);
y[0] = s;
y[1] = sizeof(simd_sum(1.0h));
