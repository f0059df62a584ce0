// thread_position_in_grid is a uint3.
// ember: output x = u32(24)
// ember: output y = u32(24)
// ember: output z = u32(24)
// ember: grid 6, 4
// ember: threadgroup 3, 2
// ember: expect x = i % 6
// ember: expect y = div(i, 6)
// ember: expect z = 0
uint i = thread_position_in_grid.y * 6 + thread_position_in_grid.x;
uint3 v = thread_position_in_grid;
x[i] = v.x;
y[i] = v.y;
z[i] = v.z;
