// ldexp multiplies by a power of two, into the subnormals too.
// ember: input x = f32:[1.5, -3, 1, 1]
// ember: input n = i32:[4, -1, -149, 200]
// ember: output y = f32(4)
// ember: expect y = [24, -1.5, 1.401298464324817e-45, inf]
uint i = thread_position_in_grid.x;
y[i] = ldexp(x[i], n[i]);
