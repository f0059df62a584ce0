// min of an int and an unsigned attribute after a cast; of float and literal.
// ember: output y = f32(3)
// ember: expect y = [0, 1, 1.5]
uint i = thread_position_in_grid.x;
y[i] = min(float(min(int(i), 7)), 1.5f);
