// float to half rounds to nearest, ties to even.
// ember: input x = f32:[2049, 2051, 65519, 65520, 1e-8]
// ember: output y = f16(5)
// ember: expect y = [2048, 2052, 65504, inf, 0]
uint i = thread_position_in_grid.x;
y[i] = x[i];
