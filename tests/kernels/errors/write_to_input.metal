// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
x[i] = 1.0f;
// @0+4 error[read-only]: inputs are read-only
y[i] = 0.0f;
