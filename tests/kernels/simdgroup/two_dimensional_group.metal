// Simdgroups of a 2-D threadgroup run along x, then y.
// ember: output y = i32(8, 8)
// ember: grid 8, 8
// ember: threadgroup 8, 8
// ember: expect y = i < 32 ? 0 : 32
uint3 p = thread_position_in_grid;
int i = p.y * 8 + p.x;
y[i] = simd_min(i);
