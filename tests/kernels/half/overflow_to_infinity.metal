// Products beyond 65504 are infinite in half, finite in float.
// ember: input h = f16:[300, 65504]
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [inf, 90000, inf]
y[0] = h[0] * h[0];
y[1] = float(h[0]) * h[0];
y[2] = h[1] + half(32);
