// fabs drops the sign; on half and vectors too.
// ember: input x = f32:[1.5, -1.5, 2.5, -2.5, 0.4, -0.4, 3, -0]
// ember: output y = f32(8)
// ember: output h = f16(8)
// ember: output v = f32(8)
// ember: expect y = [1.5, 1.5, 2.5, 2.5, 0.4, 0.4, 3, 0]
// ember: expect h = [1.5, 1.5, 2.5, 2.5, 0.4, 0.4, 3, 0]
// ember: expect v = [1.5, 1.5, 2.5, 2.5, 0.4, 0.4, 3, 0]
uint i = thread_position_in_grid.x;
y[i] = fabs(x[i]);
h[i] = fabs(half(x[i]));
v[i] = fabs(float2(9, x[i])).y;
