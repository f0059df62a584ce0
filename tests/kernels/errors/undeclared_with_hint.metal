// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
float total = x[i];
y[i] = totl;
//     ^^^^ error[undeclared-name]: `totl` is not declared
