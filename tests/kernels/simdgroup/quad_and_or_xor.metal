// quad_and, quad_or and quad_xor combine bits of integers: here bit (lane % 8) set, and its complement.
// ember: output a = u32(32)
// ember: output o = u32(32)
// ember: output x = u32(32)
// ember: expect a = 4294967295 - shl(15, div(i, 4) % 2 * 4)
// ember: expect o = shl(15, div(i, 4) % 2 * 4)
// ember: expect x = shl(15, div(i, 4) % 2 * 4)
uint i = thread_position_in_grid.x;
uint bit = 1u << (i % 8);
a[i] = quad_and(~bit);
o[i] = quad_or(bit);
x[i] = quad_xor(bit);
