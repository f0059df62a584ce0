// = {} clears an array.
// ember: output y = f32(3)
// ember: expect y = [0, 0, 0]
float table[3] = {};
y[thread_position_in_grid.x] = table[thread_position_in_grid.x];
