// simd_product multiplies the lanes.
// ember: input x = i32(32):[2, 1, 1, -1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, -1, 1, 1, 2, 1, 1, 1, -1, 2, 1, 1, 1, 1, 2, -1]
// ember: output y = i32(32)
// ember: output f = f32(32)
// ember: expect y = product(j in div(i, 32) * 32..div(i, 32) * 32 + 32: x[j])
// ember: expect f = y
uint i = thread_position_in_grid.x;
y[i] = simd_product(x[i]);
f[i] = simd_product(float(x[i]));
