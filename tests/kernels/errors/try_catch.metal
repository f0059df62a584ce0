// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
try { y[i] = x[i]; } catch (...) { }
// @0+3 error[unsupported-construct]: `try`: Metal has no exceptions
