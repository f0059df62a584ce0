// The missing lanes of a partial simdgroup count for nothing, not for zero.
// ember: output lo = i32(5)
// ember: output p = i32(5)
// ember: expect lo = 3
// ember: expect p = 2520
int i = thread_position_in_grid.x;
lo[i] = simd_min(i + 3);
p[i] = simd_product(i + 3);
