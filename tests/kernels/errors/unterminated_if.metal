// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
#if 1
// @0+3 error[unterminated-conditional]: this conditional has no `#endif`
uint i = thread_position_in_grid.x;
y[i] = 0.0f;
