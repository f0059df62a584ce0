// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
printf("%f", x[i]);
// @0+18 error[unsupported]: `printf`: printing from a kernel is not supported
y[i] = x[i];
