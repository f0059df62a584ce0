// A 0-d input is read-only.
// ember: input s = 2.5
// ember: output y = f32(8)
s = 3;
// @0+1 error[read-only]: inputs are read-only
y[thread_position_in_grid.x] = s;
