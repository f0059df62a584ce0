// quad_max combines four neighbouring lanes.
// ember: input x = i32(40):randint(-100, 100, 4)
// ember: output y = i32(40)
// ember: output f = f32(40)
// ember: threadgroup 40
// ember: expect y = max(j in div(i, 4) * 4..div(i, 4) * 4 + 4: x[j])
// ember: expect f = y
uint i = thread_position_in_grid.x;
y[i] = quad_max(x[i]);
f[i] = quad_max(float(x[i]));
