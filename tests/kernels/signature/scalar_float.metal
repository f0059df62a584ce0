// A 0-d float.
// ember: input s = 0.5
// ember: output y = f32(3)
// ember: expect y = [0, 0.5, 1]
y[thread_position_in_grid.x] = s * thread_position_in_grid.x;
