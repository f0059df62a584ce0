// ember: output y = f32(1)
// ember: grid 0
// ember: expect failure: the grid (0, 1, 1) has 0 threads along x
y[0] = 1;
