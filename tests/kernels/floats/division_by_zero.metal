// x/0 is an infinity with the sign of x, 0/0 is NaN.
// ember: input x = f32:[1, -1, 0]
// ember: input z = f32:[0, 0, 0]
// ember: output y = f32(3)
// ember: expect y = [inf, -inf, nan]
uint i = thread_position_in_grid.x;
y[i] = x[i] / z[i];
