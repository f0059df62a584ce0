// simd_shuffle of bool and of complex numbers.
// ember: input z = c64(32):arange
// ember: output b = bool(32)
// ember: output y = c64(32)
// ember: expect b = (i == 3 || i == 2)
// ember: expect y.re = 31 - i
uint i = thread_position_in_grid.x;
b[i] = simd_shuffle_xor(i < 4 && i > 1, 1);
y[i] = simd_shuffle(z[i], 31 - i);
