// A load before the bounds test is harmless: its value is not used.
// ember: input x = f32(4):full(3)
// ember: output y = f32(6)
// ember: expect y = [-1, 3, 3, 3, 3, -1]
int i = thread_position_in_grid.x;
float v = x[i - 1];
y[i] = (i >= 1 && i <= 4) ? v : -1.0f;
