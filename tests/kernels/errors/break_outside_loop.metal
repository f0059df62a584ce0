// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
break;
// @0+6 error[jump]: `break` outside of a loop
y[i] = x[i];
