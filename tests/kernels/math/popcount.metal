// popcount counts set bits of each component.
// ember: input x = u32:[0, 0xFFFFFFFF, 0x10101010]
// ember: output y = u32(3)
// ember: output v = u32(3)
// ember: expect y = [0, 32, 4]
// ember: expect v = y
uint i = thread_position_in_grid.x;
y[i] = popcount(x[i]);
v[i] = popcount(uint2(7, x[i])).y;
