// Conversion to an integer rounds towards zero.
// ember: input x = f32:[2.9, -2.9, 0.99999, -0.5]
// ember: output y = i32(4)
// ember: expect y = [2, -2, 0, 0]
uint i = thread_position_in_grid.x;
y[i] = x[i];
