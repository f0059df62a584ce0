// simd_and, simd_or and simd_xor combine bits of integers: here bit (lane % 8) set, and its complement.
// ember: output a = u32(32)
// ember: output o = u32(32)
// ember: output x = u32(32)
// ember: expect a = 0xFFFFFF00
// ember: expect o = 255
// ember: expect x = 0
uint i = thread_position_in_grid.x;
uint bit = 1u << (i % 8);
a[i] = simd_and(~bit);
o[i] = simd_or(bit);
x[i] = simd_xor(bit);
