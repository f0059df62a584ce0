// The sides of ?: meet in a common type: int and float make float.
// ember: output y = f32(2)
// ember: expect y = [0.5, 1]
uint i = thread_position_in_grid.x;
y[i] = (i == 0 ? 1 : 2) / (i == 0 ? 2.0f : 2);
