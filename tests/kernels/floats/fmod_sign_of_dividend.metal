// fmod keeps the sign of the dividend.
// ember: input a = f32:[5.5, -5.5, 5.5]
// ember: input b = f32:[2, 2, -2]
// ember: output y = f32(3)
// ember: expect y = [1.5, -1.5, 1.5]
uint i = thread_position_in_grid.x;
y[i] = fmod(a[i], b[i]);
