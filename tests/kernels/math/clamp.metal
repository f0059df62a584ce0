// clamp is min(max(x, lo), hi), for floats, ints, vectors and halves.
// ember: input x = f32:[-5, 0.5, 7]
// ember: output y = f32(3)
// ember: output n = i32(3)
// ember: output v = f32(3)
// ember: output h = f16(3)
// ember: expect y = [-1, 0.5, 2]
// ember: expect n = [-1, 0, 2]
// ember: expect v = [-1, 0.5, 2]
// ember: expect h = [-1, 0.5, 2]
uint i = thread_position_in_grid.x;
y[i] = clamp(x[i], -1.0f, 2.0f);
n[i] = clamp(int(x[i]), -1, 2);
v[i] = clamp(float2(x[i]), float2(-1), float2(2)).x;
h[i] = clamp(half(x[i]), -1.0h, 2.0h);
