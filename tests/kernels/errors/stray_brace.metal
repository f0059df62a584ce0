// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
y[i] = x[i];
}
// @0+1 error[unmatched-delimiter]: this `}` closes nothing
