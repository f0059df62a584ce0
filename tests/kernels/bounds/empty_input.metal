// An input without elements gives 0 everywhere.
// ember: input x = f32(0):zeros
// ember: output y = f32(2)
// ember: expect y = [0, 0]
y[thread_position_in_grid.x] = x[thread_position_in_grid.x];
