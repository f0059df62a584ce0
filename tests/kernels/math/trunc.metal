// trunc drops the fraction; on half and vectors too.
// ember: input x = f32:[1.5, -1.5, 2.5, -2.5, 0.4, -0.4, 3, -0]
// ember: output y = f32(8)
// ember: output h = f16(8)
// ember: output v = f32(8)
// ember: expect y = [1, -1, 2, -2, 0, -0, 3, -0]
// ember: expect h = [1, -1, 2, -2, 0, -0, 3, -0]
// ember: expect v = [1, -1, 2, -2, 0, -0, 3, -0]
uint i = thread_position_in_grid.x;
y[i] = trunc(x[i]);
h[i] = trunc(half(x[i]));
v[i] = trunc(float2(9, x[i])).y;
