// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
printf("%f", x[i]);
//     ^^^^ error[string]: kernels have no strings
y[i] = x[i];
