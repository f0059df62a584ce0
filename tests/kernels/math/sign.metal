// sign gives -1, a zero of the same sign, 1, and 0 for NaN.
// ember: input x = f32:[-3, -0, 0, 0.1, nan]
// ember: output y = f32(5)
// ember: expect y = [-1, -0, 0, 1, 0]
uint i = thread_position_in_grid.x;
y[i] = sign(x[i]);
