// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
#endif
// @0+6 error[unmatched-directive]: `#endif` without `#if`
y[i] = 0.0f;
