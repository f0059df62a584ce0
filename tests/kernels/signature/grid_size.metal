// grid_size is a uint3.
// ember: output x = u32(24)
// ember: output y = u32(24)
// ember: output z = u32(24)
// ember: grid 6, 4
// ember: threadgroup 3, 2
// ember: expect x = 6
// ember: expect y = 4
// ember: expect z = 1
uint i = thread_position_in_grid.y * 6 + thread_position_in_grid.x;
uint3 v = grid_size;
x[i] = v.x;
y[i] = v.y;
z[i] = v.z;
