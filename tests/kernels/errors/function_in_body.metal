// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
float twice(float a) { return a * 2.0f; }
// @0+20 error[function-in-body]: a function cannot be defined inside a function or the kernel's body
y[i] = twice(x[i]);
