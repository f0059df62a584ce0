// + - * / work per component, with scalars on either side.
// ember: output y = f32(6)
// ember: grid 1
// ember: expect y = [4, 10, 0.5, 0.25, 1, 0]
float2 a = float2(1, 2), b = float2(4, 5);
float2 p = a * b, q = 1.0f / (a * 2), r = 2 - a;
y[0] = p.x; y[1] = p.y;
y[2] = q.x; y[3] = q.y;
y[4] = r.x; y[5] = r.y;
