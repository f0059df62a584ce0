// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
double d = 1.0;
// @0+6 error[no-double]: Metal has no `double`
y[i] = float(d);
