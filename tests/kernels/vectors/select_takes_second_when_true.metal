// select(a, b, c) is c ? b : a, per component.
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [1, 20, 5]
float2 r = select(float2(1, 2), float2(10, 20), bool2(false, true));
y[0] = r.x;
y[1] = r.y;
y[2] = select(4.0f, 5.0f, true);
