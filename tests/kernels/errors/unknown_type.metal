// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
flaot a = x[i];
// @0+5 error[expected-token]: `flaot` is not declared
y[i] = a;
//     ^ error[undeclared-name]: `a` is not declared
