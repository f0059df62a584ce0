// In safe mode results below the normal range are not flushed.
// ember: input x = f32:[1e-38, 1.1754944e-38, 1e-45]
// ember: output y = f32(3)
// ember: expect y = [5e-39, 5.877472e-39, 0]
uint i = thread_position_in_grid.x;
y[i] = x[i] * 0.5f;
