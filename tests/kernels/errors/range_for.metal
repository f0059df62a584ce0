// ember: output y = f32(4)
// ember: grid 4
uint i = thread_position_in_grid.x;
float a[3] = {1, 2, 3};
for (float v : a) y[i] += v;
//   ^^^^^^^^^ error[unsupported-construct]: range-based `for` is not supported
