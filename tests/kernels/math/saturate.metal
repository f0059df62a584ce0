// saturate clamps to 0..1; NaN gives 0.
// ember: input x = f32:[-2, 0.25, 9, nan]
// ember: output y = f32(4)
// ember: expect y = [0, 0.25, 1, 0]
uint i = thread_position_in_grid.x;
y[i] = saturate(x[i]);
