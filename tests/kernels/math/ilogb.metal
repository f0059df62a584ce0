// ilogb is the exponent.
// ember: input x = f32:[1, 1.9, 8, 0.4]
// ember: output y = i32(4)
// ember: expect y = [0, 0, 3, -2]
uint i = thread_position_in_grid.x;
y[i] = ilogb(x[i]);
