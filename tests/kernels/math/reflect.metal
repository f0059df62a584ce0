// reflect(i, n) is i - 2 dot(n, i) n.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [1, 2]
float2 v = reflect(float2(1, -2), float2(0, 1));
y[0] = v.x;
y[1] = v.y;
