// The smallest kernel.
// ember: input x = f32:[1, -2.5, 0, -0, inf, nan, 1e-40]
// ember: output y = f32(7)
// ember: grid 7
// ember: threadgroup 4
// ember: expect y = x
// ember: expect y = [1, -2.5, 0, -0, inf, nan, 1e-40]
y[thread_position_in_grid.x] = x[thread_position_in_grid.x];
