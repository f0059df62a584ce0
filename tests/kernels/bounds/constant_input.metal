// A small input in the constant space is bounded.
// ember: input w = f32:[1, 2, 3]
// ember: output y = f32(5)
// ember: expect y = [1, 2, 3, 0, 0]
uint i = thread_position_in_grid.x;
y[i] = w[i];
