// A load past the end gives 0.
// ember: input x = f32(10):ones
// ember: output y = f32(4)
// ember: expect y = [1, 1, 0, 0]
uint i = thread_position_in_grid.x;
y[i] = x[i + 8];
