// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
if (i < 4 and not (i == 2)) y[i] = x[i] ** 2;
//                                       ^^^ error[not-a-pointer]: `*` needs a pointer, not `int`
