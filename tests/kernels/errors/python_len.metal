// Python's functions.
// ember: input x = f32(8):arange
// ember: output y = f32(8)
uint i = thread_position_in_grid.x;
y[i] = len(x);
//     ^^^ error[undeclared-function]: there is no function `len`
