// Outputs are read and written: out[i] += adds to the initial value.
// ember: input x = f32(5):arange
// ember: output y = f32(5)
// ember: init 10
// ember: expect y = x + 10
y[thread_position_in_grid.x] += x[thread_position_in_grid.x];
