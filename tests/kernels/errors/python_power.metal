// ** is not an operator.
// ember: input x = f32(8):ones
// ember: output y = f32(8)
uint i = thread_position_in_grid.x;
y[i] = x[i] ** 2;
//           ^^^ error[not-a-pointer]: `*` needs a pointer, not `int`
