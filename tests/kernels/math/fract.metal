// fract is x - floor(x), kept below 1.
// ember: input x = f32:[1.25, -1.25, -1e-10, 3]
// ember: output y = f32(4)
// ember: expect y = [0.25, 0.75, 0.99999994, 0]
uint i = thread_position_in_grid.x;
y[i] = fract(x[i]);
