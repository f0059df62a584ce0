// A device pointer into an output is written through, element by element.
// ember: output y = f32(2, 3)
// ember: grid 2
// ember: expect y = [0, 1, 2, 10, 11, 12]
uint r = thread_position_in_grid.x;
device float* row = y + r * 3;
for (int k = 0; k < 3; k++) *row++ = r * 10 + k;
