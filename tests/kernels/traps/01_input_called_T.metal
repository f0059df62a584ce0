// An input called T, given as a host integer: not a type.
// ember: input T = 3
// ember: input x = f32(8):arange
// ember: output y = f32(3)
// ember: expect y = [6, 7, 8]
uint i = thread_position_in_grid.x;
float total = 0;
for (int t = 0; t < T; ++t) total += x[t + i];
y[i] = total - 2.0f * i + 3;
