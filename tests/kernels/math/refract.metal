// refract bends by eta; beyond the critical angle it is zero.
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [0, -1, 0, 0]
float2 v = refract(float2(0, -1), float2(0, 1), 0.5f);
y[0] = v.x;
y[1] = v.y;
float2 w = refract(float2(0.8f, -0.6f), float2(0, 1), 2.0f);
y[2] = w.x;
y[3] = w.y;
