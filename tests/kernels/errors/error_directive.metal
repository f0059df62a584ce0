// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
#error not this way
// @0+19 error[error-directive]: #error: not this way
uint i = thread_position_in_grid.x;
y[i] = 0.0f;
