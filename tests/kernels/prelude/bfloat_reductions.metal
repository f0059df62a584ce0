// simd_sum and simd_max of bfloat.
// ember: input x = bf16(32):ones
// ember: output y = f32(2)
// ember: grid 32
// ember: expect y = [32, 1]
uint i = thread_position_in_grid.x;
bfloat16_t s = simd_sum(x[i]);
bfloat16_t m = simd_max(x[i]);
if (i == 0) {
    y[0] = s;
    y[1] = m;
}
