// out[i] += without an initial value: the output starts at some number, here zero.
// ember: input x = f32(4):arange(1)
// ember: output y = f32(4)
// ember: expect y = x
y[thread_position_in_grid.x] += x[thread_position_in_grid.x];
